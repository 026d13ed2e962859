/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CANVAS_H
#define CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "sink.h"

/* What a cell means; never a colour. A terminal without colours shows each by another attribute, or
 * the words and marks say it alone. */
enum role {
	ROLE_PLAIN,
	ROLE_DIM,    /* aside                                       */
	ROLE_STRONG, /* what is looked for first                    */
	ROLE_TITLE,  /* the line at the top                         */
	ROLE_HEAD,   /* above a table                               */
	ROLE_RULE,   /* lines between panes                         */
	ROLE_OK,
	ROLE_RUN, /* under way                                   */
	ROLE_WARN,
	ROLE_BAD,
	ROLE_BAR,   /* done part of a bar                          */
	ROLE_TRACK, /* the rest of it                              */
	ROLE_KEY,   /* name of a key                               */
	ROLE_PASTE, /* lines to be pasted elsewhere                */
	ROLES,
};

/* On top of the role. */
enum lit { LIT_SELECTED = 1 << 0, LIT_FOUND = 1 << 1 };

struct cell {
	uint32_t ch;   /* one code point; 0: right half of the wide one before it */
	uint32_t over; /* combines with ch; 0: none                                */
	uint8_t role, lit;
};

/*
 * A grid of cells, or a window into one. Whatever is drawn is clipped to it: no column or row, also
 * negative ones, can reach outside. w and h may be 0.
 */
struct canvas {
	struct cell *cell; /* borrowed for the life of the canvas */
	int w, h;
	int stride; /* cells from one row to the next */
	bool ascii; /* marks and lines in ASCII       */
};

enum { CANVAS_W_MAX = 512, CANVAS_H_MAX = 256 };

/* cells: w * h of them; all become blanks. */
struct canvas canvas_init(struct cell *cells, int w, int h, bool ascii);
/* The part of c at x, y of that size, as far as c reaches. */
struct canvas canvas_sub(const struct canvas *c, int x, int y, int w, int h);

/* Each gives the column behind what it wrote, also where it was clipped. Text is UTF-8. */
int canvas_put(struct canvas *c, int x, int y, enum role role, const char *s);
int canvas_char(struct canvas *c, int x, int y, enum role role, uint32_t ch);
/* At most w columns: longer text ends in an ellipsis; with tail, its end is kept and it begins in
 * one. Gives x + w. */
int canvas_fit(struct canvas *c, int x, int y, int w, enum role role, const char *s);
int canvas_fit_tail(struct canvas *c, int x, int y, int w, enum role role, const char *s);
int canvas_right(struct canvas *c, int x, int y, int w, enum role role, const char *s);
/* part of whole in w columns; whole 0: not known how much, an empty track */
int canvas_bar(struct canvas *c, int x, int y, int w, uint64_t part, uint64_t whole);

/* n numbers from 0 on as n columns, the highest as high as a row; 0 is a dot. */
int canvas_spark(struct canvas *c, int x, int y, const uint32_t *v, int n);

void canvas_fill(struct canvas *c, int x, int y, int w, int h, enum role role, uint32_t ch);
void canvas_rule(struct canvas *c, int y); /* from edge to edge */
void canvas_light(struct canvas *c, int x, int y, int w, int h, enum lit lit);
/* Lights every place where words stand, whatever the case. How many there are. */
int canvas_find(struct canvas *c, const char *words);

/* Text broken at blanks and '\n' into lines of w columns, those after the first behind hang more
 * blanks. How many lines it took. */
int canvas_wrap(struct canvas *c, int x, int y, int w, int hang, enum role role, const char *s);

/* As text, a line a row, blanks at the end of lines left out. */
void canvas_dump(const struct canvas *c, struct output out);

#endif
