/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FRONT_H
#define FRONT_H

#include "file_helper.h"
#include "loop.h"
#include "options.h"
#include "save_boards.h"
#include "screens.h"

enum { FRONT_REDRAW_NS = 50000000 };

/* The screens over a model, whatever feeds it: what is in memory while somebody looks. */
struct front {
	struct ui ui;
	struct view view;
	struct view_source about; /* kept up to date by who feeds the model */
	struct cell cells[CANVAS_W_MAX * CANVAS_H_MAX];
	struct scope *scope;
	size_t scope_bytes;
	/* while paused: the model as it was then, beside the one that goes on; NULL: not paused, or
	 * no memory for it */
	void *still;
	struct view_source still_about;
	bool swapped;              /* still is where the scope is, to be looked at */
	struct file_helper helper; /* makes what w writes; fd -1: it cannot */
	uint64_t drawn_ns;         /* of front_now */
	/* what w reads once more for all packets, when it has so many frames; NULL: it writes what
	 * the message log holds */
	const struct source *again;
	uint64_t frames;
	struct save_job *job; /* that is under way; NULL: none */
	bool quit;            /* somebody pressed q, or nobody can any more */
	bool changed;         /* the model, since it was drawn; set by who feeds it */
	/* Captures on ui.link in place of what ui.port is at; NULL where nothing is captured on. */
	void (*capture)(void *ctx);
	/* Plays ui.models, or stops that; NULL where nothing is captured on. */
	void (*audit)(void *ctx, bool stop);
	void *ctx;
};

/* Zeroed memory; NULL after one sentence. */
struct front *front_new(void);
/* The model, and the helper that keeps the right to make files here: before sockets are opened. 0,
 * or an exit status after one sentence. */
int front_prepare(struct front *f, const struct options *o);
/* Takes the terminal: sentences go to the screen from now on. The same. */
int front_open(struct front *f);
void front_close(struct front *f); /* gives it back; also when it was not taken */

/* A loop for both: end is called for the signals that end a program, keys for those that redraw it
 * and for the terminal. From now on signals come only while the loop waits, never between a look
 * and the waiting. 0 or a negative errno. */
int front_listen(struct loop *l, loop_fn *end, loop_fn *keys, void *ctx);

void front_draw(struct front *f);
/* When there is something new, nobody paused it, and the last time is 50 ms ago. While it is paused
 * all that keys show is of the time when that was pressed. */
void front_redraw(struct front *f);
/* Keys that wait, and a window that may have another size. Quits when the terminal is gone. */
void front_keys(struct front *f);

/* A share of the job that is under way; the source is not being read meanwhile. */
void front_work(struct front *f);

uint64_t front_now(void); /* of a clock that only goes forward */

#endif
