/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TREE_H
#define TREE_H

#include "sink.h"

/* What a sink is told as indented lines "key: value" for people: decode -v. Lists of plain values
 * stay on one line. */
struct tree {
	struct sink sink;  /* hand this to those who write */
	struct output out; /* borrowed */
	int depth;         /* indent of the next line, in steps */
};

/* Lines begin at depth steps of indent. */
void tree_init(struct tree *t, struct output out, int depth);

#endif
