/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "capture_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "savefile.h"

struct capture {
	struct savefile file;
	uint64_t number;
	bool ended;
	char warning[SAVEFILE_WARNING_MAX + 208];
	char name[200];
};

static int capture_next(void *ctx, struct frame *out)
{
	struct capture *c = ctx;

	if (c->ended)
		return 0;
	if (c->file.next(&c->file, out) == 1 && !input_lost(&c->file.in)) {
		out->number = ++c->number;
		return 1;
	}
	if (input_lost(&c->file.in)) {
		c->file.frames = c->number;
		savefile_lost(&c->file);
	}
	c->ended = true;
	if (c->file.warning[0])
		snprintf(c->warning, sizeof(c->warning), "%s: %s", c->name, c->file.warning);
	return 0;
}

static const char *capture_warning(void *ctx)
{
	struct capture *c = ctx;

	return c->warning[0] ? c->warning : NULL;
}

static void capture_progress(void *ctx, uint64_t *done, uint64_t *all)
{
	struct capture *c = ctx;

	c->file.in.progress(&c->file.in, done, all);
}

static void capture_close(void *ctx)
{
	struct capture *c = ctx;

	c->file.in.close(&c->file.in);
	free(c);
}

static int capture_again(void *ctx)
{
	struct capture *c = ctx;
	struct input in = c->file.in;

	in.again(&in);
	memset(&c->file, 0, sizeof(c->file));
	c->file.in = in;
	c->number = 0;
	c->ended = false;
	c->warning[0] = 0;
	return savefile_open(&c->file);
}

static uint64_t capture_dropped(void *ctx)
{
	const struct capture *c = ctx;

	return c->file.dropped;
}

/* What a file that is no capture looks like, said with what to do about it. */
static void say_what_it_is(const struct input *in, const char *name, char *why, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		const char *words;
	} kinds[] = {
		{ "PK\3\4", 4, "a zip archive: unpack it first" },
		{ "BZh", 3, "compressed with bzip2: unpack it with bunzip2 first" },
		{ "\xfd"
		  "7zXZ",
		  5, "compressed with xz: unpack it with unxz first" },
		{ "\x04\x22\x4d\x18", 4, "compressed with lz4: unpack it with unlz4 first" },
		{ "%PDF", 4, "a PDF" },
		{ "\x7f"
		  "ELF",
		  4, "a program" },
		{ "XCP\0", 4, "a NetXRay capture: convert it with editcap -F pcapng first" },
		{ "GMBU", 4, "a Network Monitor capture: convert it with editcap -F pcapng first" },
	};
	size_t text = 0, look = in->have < 64 ? in->have : 64;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (in->have >= kinds[i].n && memcmp(in->p, kinds[i].magic, kinds[i].n) == 0) {
			snprintf(why, n, "%s is not a capture but %s", name, kinds[i].words);
			return;
		}
	}
	while (text < look && (isprint(in->p[text]) || isspace(in->p[text])))
		text++;
	if (look && text == look)
		snprintf(why, n,
			 "%s is not a capture but text; record one with: tcpdump -i eth0 -s 0 -w "
			 "boot.pcap",
			 name);
	else
		snprintf(why, n,
			 "%s is not a capture file: pcap and pcapng (also .gz, .zst) and snoop are "
			 "read",
			 name);
}

int capture_open(const char *path, struct opened *out, char *why, size_t n)
{
	bool is_stdin = strcmp(path, "-") == 0;
	const char *name = is_stdin ? "standard input" : path;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int r;

	*out = (struct opened) { .name = name, .fd = fd };
	if (fd < 0 || fstat(fd, &st)) {
		r = -errno;
		if (r == -EACCES)
			snprintf(why, n,
				 "%s may not be read by you: chmod it, or run this with sudo",
				 name);
		else
			snprintf(why, n, "%s: %s", name, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		r = -EISDIR;
		snprintf(why, n, "%s is a folder: name the capture files in it", name);
	} else if (S_ISREG(st.st_mode) && st.st_size == 0) {
		r = -EINVAL;
		snprintf(why, n, "%s is empty: nothing was captured into it", name);
	} else {
		out->map = S_ISREG(st.st_mode) && !is_stdin;
		out->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
		return 0;
	}
	if (fd > STDIN_FILENO)
		close(fd);
	return r;
}

void capture_unopen(const struct opened *o)
{
	if (o->fd != STDIN_FILENO)
		close(o->fd);
}

static int begin(struct capture *c, const char *name, char *why, size_t n)
{
	int r = input_unpack(&c->file.in);

	if (r == -ENOTSUP)
		snprintf(why, n,
			 "%s is compressed, and this bootscope was built without the library to "
			 "unpack it",
			 name);
	else if (r)
		snprintf(why, n, "%s: %s", name, strerror(-r));
	if (r)
		return r;
	r = savefile_open(&c->file);
	if (r && !c->file.in.have)
		snprintf(why, n, "%s is empty: nothing was captured into it", name);
	else if (r)
		say_what_it_is(&c->file.in, name, why, n);
	return r;
}

int capture_begin(const struct opened *from, struct source *out, char *why, size_t n)
{
	struct capture *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		r = -ENOMEM;
	else if (from->map)
		r = input_mapped(from->fd, from->size, &c->file.in);
	else
		r = input_read(from->fd, from->size, &c->file.in);
	if (r) {
		snprintf(why, n, "%s: %s", from->name, strerror(-r));
		capture_unopen(from);
		free(c);
		return r;
	}
	snprintf(c->name, sizeof(c->name), "%s", from->name);
	r = begin(c, from->name, why, n);
	if (r) {
		capture_close(c);
		return r;
	}
	*out = (struct source) {
		.ctx = c,
		.next = capture_next,
		.warning = capture_warning,
		.progress = capture_progress,
		.dropped = capture_dropped,
		.again = c->file.in.again ? capture_again : NULL,
		.close = capture_close,
	};
	return 0;
}

int capture_file_open(const char *path, struct source *out, char *why, size_t n)
{
	struct opened o;
	int r = capture_open(path, &o, why, n);

	return r ? r : capture_begin(&o, out, why, n);
}

const char *capture_unpacks(void)
{
#if defined(HAVE_ZLIB) && defined(HAVE_ZSTD)
	return "gz zst";
#elif defined(HAVE_ZLIB)
	return "gz";
#elif defined(HAVE_ZSTD)
	return "zst";
#else
	return "none";
#endif
}
