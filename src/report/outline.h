/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OUTLINE_H
#define OUTLINE_H

#include "plain.h"

enum { OUTLINE_DEPTH_MAX = 32 };

/* What a sink is told in few lines: each member on one, each object of a list on one of its own,
 * all that is further in behind it. For evidence, where decode -v would fill a page. */
struct outline {
	struct plain plain;
	int depth;
	const char *bracket[OUTLINE_DEPTH_MAX]; /* static: what closes each depth; NULL: nothing */
	bool some; /* something stands on this line, or within this bracket */
};

void outline_init(struct outline *o, struct output out);

#endif
