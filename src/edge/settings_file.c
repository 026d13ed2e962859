/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "settings_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_INIH
#include <ini.h>
#endif

bool settings_file_known(void)
{
#ifdef HAVE_INIH
	return true;
#else
	return false;
#endif
}

#ifdef HAVE_INIH

/*
 * inih asks for a line at a time. It has no numbers for them, joins lines that begin with a blank
 * to the one before, passes over headings without keys, cuts long lines in two, and of the lines
 * that it cannot make out it tells the first: so lines are counted and trimmed here, headings never
 * reach it, and a line that came to nothing is known by that.
 */
struct feed {
	struct settings *s;
	struct bytes text; /* what is left of it */
	uint32_t line;
	bool waits; /* for what inih makes of the line */
	bool over;
};

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct bytes next_line(struct feed *f)
{
	const uint8_t *end = memchr(f->text.p, '\n', f->text.n);
	struct bytes line = bytes_of(f->text.p, end ? (uint32_t)(end - f->text.p) : f->text.n);

	f->text.p += line.n + (end != NULL);
	f->text.n -= line.n + (end != NULL);
	f->line++;
	while (line.n && blank(line.p[0])) {
		line.p++;
		line.n--;
	}
	while (line.n && blank(line.p[line.n - 1]))
		line.n--;
	return line;
}

static bool is_text(struct bytes line)
{
	for (uint32_t i = 0; i < line.n; i++)
		if ((line.p[i] < ' ' && line.p[i] != '\t') || line.p[i] == 0x7f)
			return false;
	return true;
}

static bool comment(struct bytes v)
{
	return v.n && (v.p[0] == ';' || v.p[0] == '#');
}

/* [heading], a comment may follow. */
static void heading(struct feed *f, struct bytes line)
{
	const uint8_t *end = memchr(line.p, ']', line.n);
	struct bytes rest;

	if (!end) {
		settings_fault(f->s, f->line, "a heading ends with ']', as in [dhcp]");
		settings_section(f->s, f->line, bytes_of(line.p + 1, line.n - 1));
		return;
	}
	rest = bytes_of(end + 1, (uint32_t)(line.p + line.n - end - 1));
	while (rest.n && blank(rest.p[0])) {
		rest.p++;
		rest.n--;
	}
	if (rest.n && !comment(rest))
		settings_fault(f->s, f->line, "a heading stands on a line of its own");
	settings_section(f->s, f->line, bytes_of(line.p + 1, (uint32_t)(end - line.p - 1)));
}

static void no_setting(struct feed *f)
{
	settings_fault(f->s, f->line,
		       "this is no heading such as [dhcp], no setting such as port = 69, and no "
		       "comment behind #");
}

/* What inih calls for a line: as fgets does it. */
static char *feed_line(char *to, int room, void *ctx)
{
	struct feed *f = ctx;
	struct bytes line;

	if (f->waits)
		no_setting(f);
	f->waits = false;
	if (!f->text.n || f->over || room < 8)
		return NULL;
	line = next_line(f);
	to[0] = 0;
	if (!is_text(line)) {
		settings_fault(f->s, f->line, "this is no text: there are bytes of something else");
		f->over = true;
	} else if (line.n > (uint32_t)room - 3 && !comment(line)) {
		char words[64];

		snprintf(words, sizeof(words), "a line has %d letters at most", room - 3);
		settings_fault(f->s, f->line, words);
	} else if (line.n && line.p[0] == '[') {
		heading(f, line);
	} else if (line.n && !comment(line)) {
		memcpy(to, line.p, line.n);
		to[line.n] = '\n';
		to[line.n + 1] = 0;
		f->waits = true;
	}
	return to;
}

static int take(void *ctx, const char *section, const char *name, const char *value)
{
	struct feed *f = ctx;

	(void)section;
	f->waits = false;
	if (!*name)
		no_setting(f);
	else
		settings_key(f->s, f->line, bytes_of(name, (uint32_t)strlen(name)),
			     bytes_of(value, (uint32_t)strlen(value)));
	return 1;
}

void settings_file_text(struct bytes text, struct settings *s)
{
	struct feed f = { .s = s, .text = text };

	if (text.n >= 3 && memcmp(text.p, "\xef\xbb\xbf", 3) == 0)
		f.text = bytes_of(text.p + 3, text.n - 3);
	/* what it could not make out was told line by line */
	(void)ini_parse_stream(feed_line, &f, take, &f);
	if (f.waits)
		no_setting(&f);
}

#else

void settings_file_text(struct bytes text, struct settings *s)
{
	(void)text;
	settings_fault(s, 0, "this build reads no files of settings");
}

#endif

/* One byte more than may be, so that longer ones show. */
static int read_all(int fd, uint8_t *to, uint32_t *used)
{
	for (;;) {
		ssize_t n = read(fd, to + *used, SETTINGS_FILE_MAX + 1 - *used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0 || (*used += (uint32_t)n) > SETTINGS_FILE_MAX)
			return 0;
	}
}

int settings_file_read(const char *path, struct settings *s, char *why, size_t n)
{
	uint8_t *text = NULL;
	uint32_t used = 0;
	int fd = -1, r = 0;

	if (!settings_file_known()) {
		snprintf(why, n,
			 "this build cannot read %s: configure found no inih (Debian: libinih-dev)",
			 path);
		return -ENOSYS;
	}
	text = malloc(SETTINGS_FILE_MAX + 1);
	if (!text)
		r = -ENOMEM;
	if (!r && (fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		r = -errno;
	if (!r)
		r = read_all(fd, text, &used);
	if (r) {
		snprintf(why, n, "%s cannot be read: %s", path, strerror(-r));
	} else if (used > SETTINGS_FILE_MAX) {
		r = -EFBIG;
		snprintf(why, n, "%s is too long for a file of settings: %d bytes at most", path,
			 SETTINGS_FILE_MAX);
	} else {
		settings_file_text(bytes_of(text, used), s);
	}
	if (fd >= 0)
		close(fd);
	free(text);
	return r;
}
