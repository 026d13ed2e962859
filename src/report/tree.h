/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TREE_H
#define TREE_H

#include "plain.h"

/* What a sink is told as indented lines "key: value" for people: decode -v. Lists of plain values
 * stay on one line. */
struct tree {
	struct plain plain;
	int depth; /* indent of the next line, in steps */
};

/* Lines begin at depth steps of indent. */
void tree_init(struct tree *t, struct output out, int depth);

#endif
