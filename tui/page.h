/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PAGE_H
#define PAGE_H

#include "canvas.h"
#include "text.h"

/* Lines of a text longer than the canvas, which shows those from top on. */
struct page {
	struct canvas *c; /* borrowed */
	int top;          /* line at the canvas's first row */
	int y;            /* line that is written          */
	/* What is looked for, from which line on; where it was. */
	const char *find; /* NULL: nothing */
	int from, found;  /* found -1: not yet */
	int head;         /* first heading behind line from; -1: not yet */
};

struct page page_init(struct canvas *c, int top);

/* On the line that is written; the column behind it. */
int page_put(struct page *p, int x, enum role role, const char *s);
int page_fit(struct page *p, int x, int w, enum role role, const char *s);
void page_next(struct page *p);
/* A line of its own. */
void page_line(struct page *p, int x, enum role role, const char *s);
/* As many lines as s needs up to the right edge; hang: more blanks for those after the first. */
void page_wrap(struct page *p, int x, int hang, enum role role, const char *s);
/* Words with a rule behind them, an empty line above unless at the top. */
void page_head(struct page *p, const char *s);

/* Where to begin so that position pos of n is seen in h rows, in their middle if there are more. */
int list_first(int pos, int n, int h);

#endif
