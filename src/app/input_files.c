/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "input_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "confine.h"
#include "redaction.h"

enum { FILTER_MAX = 65536 };

/* A filter file, comments (#) and line ends as blanks. NULL after one sentence. */
static char *read_filter(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = f ? calloc(1, FILTER_MAX) : NULL;
	bool comment = false;
	size_t n;

	if (!text) {
		fprintf(stderr, "bootscope: the filter file %s: %s\n", path, strerror(errno));
		if (f)
			fclose(f);
		return NULL;
	}
	n = fread(text, 1, FILTER_MAX - 1, f);
	if (ferror(f) || (n == FILTER_MAX - 1 && fgetc(f) != EOF)) {
		fprintf(stderr, "bootscope: the filter file %s: %s\n", path,
			ferror(f) ? strerror(errno) : "64 kB are the most that is read");
		free(text);
		fclose(f);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		comment = text[i] == '#' || (comment && text[i] != '\n');
		if (comment || text[i] == '\n')
			text[i] = ' ';
	}
	fclose(f);
	return text;
}

int input_filter(const struct options *o, char **out)
{
	*out = NULL;
	if (o->on[OPT_FILTER_FILE])
		*out = read_filter(o->value[OPT_FILTER_FILE]);
	else if (o->filter)
		*out = strdup(o->filter);
	return *out || (!o->on[OPT_FILTER_FILE] && !o->filter) ? 0 : EXIT_SYSTEM;
}

int input_files_open(const struct options *o, struct input_files *out)
{
	char why[CAPTURE_WHY_MAX], *expression;
	int r;

	out->n = 0;
	out->filter = NULL;
	out->redaction = o->redaction;
	if (!o->n_files) {
		fprintf(stderr, "bootscope: name a capture file, or '-' for standard input\n");
		return EXIT_USAGE;
	}
	r = input_filter(o, &expression);
	if (r)
		return r;
	if (capture_files_open(o->file, o->n_files, out->file, why, sizeof(why)))
		r = EXIT_SYSTEM;
	else
		out->n = o->n_files;
	if (!r && expression && capture_filter_compile(expression, &out->filter, why, sizeof(why)))
		r = EXIT_USAGE;
	free(expression);
	if (r) {
		fprintf(stderr, "bootscope: %s\n", why);
		input_files_drop(out);
	}
	return r;
}

void input_files_drop(struct input_files *f)
{
	for (int i = 0; i < f->n; i++)
		capture_unopen(&f->file[i]);
	capture_filter_free(f->filter);
	f->n = 0;
	f->filter = NULL;
}

int input_files_begin(struct input_files *f, struct source *out, char *why, size_t n)
{
	int count = f->n;

	if (f->redaction)
		redaction_rename(f->redaction, f);
	f->n = 0;
	if (capture_files_begin(f->file, count, out, why, n)) {
		input_files_drop(f);
		return EXIT_SYSTEM;
	}
	if (f->filter)
		*out = capture_filter(*out, f->filter);
	f->filter = NULL;
	return f->redaction ? redaction_source(f->redaction, *out, out, why, n) : 0;
}

int input_files_start(const struct options *o, struct input_files *f, int helper,
		      struct source *out)
{
	char why[CAPTURE_WHY_MAX];
	int r = confine_files(o, helper);

	if (r) {
		input_files_drop(f);
		return r;
	}
	if (f->redaction)
		r = redaction_learn(f->redaction, why, sizeof(why));
	if (r)
		input_files_drop(f);
	else
		r = input_files_begin(f, out, why, sizeof(why));
	if (r)
		fprintf(stderr, "bootscope: %s\n", why);
	return r;
}

void input_files_warn(const struct source *s)
{
	const char *w = s->warning(s->ctx);

	if (w)
		fprintf(stderr, "bootscope: %s\n", w);
}

void input_files_links(uint64_t unknown, uint64_t frames)
{
	if (unknown)
		fprintf(stderr,
			"bootscope: %" PRIu64 " of %" PRIu64
			" frames are of a link type that is not read here; capture on the Ethernet "
			"interface itself\n",
			unknown, frames);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void progress_init(struct progress *p)
{
	memset(p, 0, sizeof(*p));
	p->wanted = isatty(STDERR_FILENO) != 0;
	p->start_ns = now_ns();
	p->next_ns = p->start_ns + 300000000; /* what is done at once needs no bar */
}

void progress_step(struct progress *p, const struct source *s, uint64_t frames)
{
	uint64_t now, done, all, tenths;
	char bar[31];

	if (!p->wanted || (now = now_ns()) < p->next_ns)
		return;
	p->next_ns = now + 100000000;
	s->progress(s->ctx, &done, &all);
	p->shown = true;
	if (!all || done > all) {
		fprintf(stderr, "\r%" PRIu64 " frames, %" PRIu64 " MB\033[K", frames,
			done / 1000000);
		return;
	}
	tenths = done * 30 / all;
	for (uint64_t i = 0; i < 30; i++)
		bar[i] = i < tenths ? '#' : '.';
	bar[30] = 0;
	fprintf(stderr, "\r[%s] %3" PRIu64 " %%  %" PRIu64 " frames, %" PRIu64 " s to go\033[K",
		bar, done * 100 / all, frames,
		done ? (now - p->start_ns) / 1000000 * (all - done) / done / 1000 : 0);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
}
