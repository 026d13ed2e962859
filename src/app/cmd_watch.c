/* SPDX-License-Identifier: BSD-2-Clause */
/* The screens over captures: files, or a pipe that goes on. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "confine.h"
#include "front.h"
#include "input.h"
#include "input_files.h"
#include "loop.h"

enum { FRAMES_AT_ONCE = 4096, NAME_SHOWN = 40, REDRAW_MS = 50, SECOND_MS = 1000 };

struct watch {
	struct front *front;
	struct source source;
	struct loop loop;
	char name[NAME_SHOWN + 8];
	uint64_t left;    /* frames that -c still allows */
	uint64_t came_ns; /* when the pipe could last be read */
};

static bool on_end(void *ctx)
{
	struct watch *w = ctx;

	w->front->quit = true;
	return false;
}

static bool on_keys(void *ctx)
{
	struct watch *w = ctx;

	if (!w->front->quit)
		front_keys(w->front);
	return false;
}

static void ended(struct watch *w)
{
	struct front *f = w->front;
	const char *warning = w->source.warning(w->source.ctx);

	f->about.reading = f->about.live = false;
	f->about.now_ns = 0;
	f->about.dropped = w->source.dropped(w->source.ctx);
	scope_dropped(f->scope, f->about.dropped);
	scope_end(f->scope);
	if (scope_wire_stats(f->scope)->unknown_link)
		ui_say(&f->ui, TONE_ERROR, 0,
		       "some frames are of a link type that is not read here; capture on the "
		       "Ethernet interface itself");
	if (warning)
		ui_say(&f->ui, TONE_ERROR, 0, warning);
}

static void read_some(struct watch *w)
{
	struct frame frame;

	w->front->changed = true;
	for (int i = 0; i < FRAMES_AT_ONCE; i++) {
		if (!w->left || w->source.next(w->source.ctx, &frame) != 1) {
			ended(w);
			return;
		}
		scope_frame(w->front->scope, &frame);
		w->front->changed = true;
		w->front->frames++;
		w->left--;
	}
	w->front->about.started_ns = scope_counts(w->front->scope)->first_ns;
	w->source.progress(w->source.ctx, &w->front->about.done, &w->front->about.all);
}

/* Until keys or signals came, which are done then, or ms are over (-1: until something comes).
 * True: fd (-1: none) can be read. */
static bool wait_for(struct watch *w, int fd, int ms)
{
	int r = loop_turn(&w->loop, fd, ms);

	w->front->quit = w->front->quit || r < 0;
	return r > 0;
}

/* Time goes on while a pipe is silent: by the clock of what comes from it. */
static void tick(struct watch *w)
{
	const struct scope_counts *n = scope_counts(w->front->scope);

	w->front->about.live = true;
	w->front->changed = true;
	w->front->about.started_ns = n->first_ns;
	if (!n->last_ns)
		return;
	w->front->about.now_ns = n->last_ns + (front_now() - w->came_ns);
	scope_tick(w->front->scope, w->front->about.now_ns);
}

/* A pipe is read: comes back when it can be, or when nothing more is wanted. A pipe that lets us
 * wait is watched as it is written. */
static bool wait_for_pipe(void *ctx, int fd)
{
	struct watch *w = ctx;
	struct front *f = w->front;

	front_redraw(f);
	for (int ms = 0; !f->quit; ms = f->changed && !f->ui.paused ? REDRAW_MS : SECOND_MS) {
		if (wait_for(w, fd, ms)) {
			w->came_ns = front_now();
			return true;
		}
		if (ms == SECOND_MS)
			tick(w);
		if (!f->quit)
			front_redraw(f);
	}
	return false;
}

static void watch(struct watch *w)
{
	struct front *f = w->front;

	while (!f->quit) {
		wait_for(w, -1, f->about.reading || f->job ? 0 : -1);
		if (f->quit)
			continue;
		if (f->about.reading) {
			read_some(w);
			if (f->about.reading)
				front_redraw(f);
			else
				front_draw(f);
		} else if (f->job) {
			front_work(f);
		}
	}
}

static void name_source(struct watch *w, const struct options *o)
{
	const char *base = strrchr(o->file[0], '/');
	struct text t = text_init(w->name, NAME_SHOWN);

	if (strcmp(o->file[0], "-") == 0)
		text_str(&t, "standard input");
	else
		text_safe(&t, bytes_str(base ? base + 1 : o->file[0]));
	t.cap = sizeof(w->name);
	t.cut = false;
	if (o->n_files > 1)
		text_fmt(&t, " +%d", o->n_files - 1);
	w->front->about.name = w->name;
	w->front->about.reading = true;
}

/* All is open, the terminal too: the first screen, and then the first byte. */
static int begin(struct watch *w, const struct options *o, struct input_files *files)
{
	struct sandbox s = { .terminal = true };
	char why[CAPTURE_WHY_MAX];
	int r;

	if (w->front->helper.fd >= 0)
		s.sender[s.n_senders++] = w->front->helper.fd;
	input_waited_for((struct input_waiter) { wait_for_pipe, w });
	r = front_listen(&w->loop, on_end, on_keys, w);
	if (r) {
		snprintf(why, sizeof(why), "waiting for keys: %s", strerror(-r));
		r = EXIT_SYSTEM;
	} else {
		r = confine(o, &s, why, sizeof(why));
	}
	if (!r) {
		front_draw(w->front);
		r = input_files_begin(files, &w->source, why, sizeof(why));
	}
	if (!r)
		return 0;
	front_close(w->front);
	if (!w->front->quit)
		fprintf(stderr, "bootscope: %s\n", why);
	return w->front->quit ? EXIT_FINE : r;
}

int cmd_watch(const struct options *o)
{
	struct watch w = { .front = front_new(), .left = o->count };
	struct input_files files;
	int r;

	if (!w.front)
		return EXIT_SYSTEM;
	r = input_files_open(o, &files);
	if (r)
		return r;
	name_source(&w, o);
	r = front_prepare(w.front, o);
	if (!r)
		r = front_open(w.front);
	if (!r)
		r = begin(&w, o, &files);
	if (r == 0 && w.source.ctx) {
		if (w.source.again)
			w.front->again = &w.source;
		watch(&w);
		w.source.close(w.source.ctx);
	}
	front_close(w.front);
	input_files_drop(&files);
	return r;
}
