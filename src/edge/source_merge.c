/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture_file.h"

/* One file of several, with the frame that is its next. */
struct track {
	struct source source;
	struct frame frame;
	bool has, advance;
	uint32_t interfaces; /* index of its first among all */
};

struct merge {
	int n;
	uint64_t number;
	char warning[1024];
	struct track track[];
};

enum { INTERFACES_APART = 1024 };

static void advance(struct track *t)
{
	t->advance = false;
	t->has = t->source.next(t->source.ctx, &t->frame) == 1;
}

static int merge_next(void *ctx, struct frame *out)
{
	struct merge *m = ctx;
	struct track *first = NULL;

	for (int i = 0; i < m->n; i++) {
		struct track *t = &m->track[i];

		if (t->advance)
			advance(t);
		/* strictly earlier: equal times stay in the order of the files */
		if (t->has && (!first || t->frame.time_ns < first->frame.time_ns))
			first = t;
	}
	if (!first)
		return 0;
	*out = first->frame;
	out->number = ++m->number;
	out->interface += first->interfaces;
	first->advance = true;
	return 1;
}

static const char *merge_warning(void *ctx)
{
	struct merge *m = ctx;
	int at = 0;

	for (int i = 0; i < m->n; i++) {
		const char *w = m->track[i].source.warning(m->track[i].source.ctx);

		if (w && at < (int)sizeof(m->warning))
			at += snprintf(m->warning + at, sizeof(m->warning) - (size_t)at, "%s%s",
				       at ? "; " : "", w);
	}
	return at ? m->warning : NULL;
}

static void merge_progress(void *ctx, uint64_t *done, uint64_t *all)
{
	struct merge *m = ctx;
	bool known = true;

	*done = *all = 0;
	for (int i = 0; i < m->n; i++) {
		uint64_t d, a;

		m->track[i].source.progress(m->track[i].source.ctx, &d, &a);
		*done += d;
		*all += a;
		known = known && a;
	}
	if (!known)
		*all = 0;
}

static uint64_t merge_dropped(void *ctx)
{
	struct merge *m = ctx;
	uint64_t n = 0;

	for (int i = 0; i < m->n; i++)
		n += m->track[i].source.dropped(m->track[i].source.ctx);
	return n;
}

static int merge_again(void *ctx)
{
	struct merge *m = ctx;
	int r = 0;

	m->number = 0;
	for (int i = 0; i < m->n && !r; i++) {
		struct track *t = &m->track[i];

		r = t->source.again(t->source.ctx);
		t->has = false;
		t->advance = true;
	}
	return r;
}

static void merge_close(void *ctx)
{
	struct merge *m = ctx;

	for (int i = 0; i < m->n; i++)
		m->track[i].source.close(m->track[i].source.ctx);
	free(m);
}

static void unopen(const struct opened *files, int from, int to)
{
	while (from < to)
		capture_unopen(&files[from++]);
}

int capture_files_open(char *const *paths, int n_paths, struct opened *out, char *why, size_t n)
{
	for (int i = 0; i < n_paths; i++) {
		int r = capture_open(paths[i], &out[i], why, n);

		if (r) {
			unopen(out, 0, i);
			return r;
		}
	}
	return 0;
}

int capture_files_begin(const struct opened *from, int n_files, struct source *out, char *why,
			size_t n)
{
	struct merge *m;
	bool again = true;

	if (n_files == 1)
		return capture_begin(from, out, why, n);
	m = calloc(1, sizeof(*m) + (size_t)n_files * sizeof(m->track[0]));
	if (!m) {
		snprintf(why, n, "memory ran out");
		unopen(from, 0, n_files);
		return -ENOMEM;
	}
	for (m->n = 0; m->n < n_files; m->n++) {
		struct track *t = &m->track[m->n];
		int r = capture_begin(&from[m->n], &t->source, why, n);

		if (r) {
			unopen(from, m->n + 1, n_files);
			merge_close(m);
			return r;
		}
		t->interfaces = (uint32_t)m->n * INTERFACES_APART;
		t->advance = true;
		again = again && t->source.again;
	}
	*out = (struct source) {
		.ctx = m,
		.next = merge_next,
		.warning = merge_warning,
		.progress = merge_progress,
		.dropped = merge_dropped,
		.again = again ? merge_again : NULL,
		.close = merge_close,
	};
	return 0;
}
