/* SPDX-License-Identifier: BSD-2-Clause */
#include "tree.h"

#include <assert.h>
#include <string.h>

enum { STEP = 4, DEPTH_MAX = 32 };

static void indent(const struct tree *t)
{
	for (int i = 0; i < t->depth * STEP; i++)
		plain_put(&t->plain, " ");
}

static void begin(struct plain *p, const char *key)
{
	indent((struct tree *)(void *)p);
	plain_put(p, key ? key : "- ");
	if (key)
		plain_put(p, ": ");
}

static void end(struct plain *p)
{
	plain_put(p, "\n");
}

static void tree_open(void *ctx, const char *key, enum sink_group group)
{
	struct tree *t = ctx;

	(void)group;
	assert(t->depth + 1 < DEPTH_MAX);
	indent(t);
	plain_put(&t->plain, key ? key : "-");
	plain_put(&t->plain, "\n");
	t->depth++;
}

static void tree_close(void *ctx)
{
	struct tree *t = ctx;

	t->depth--;
}

void tree_init(struct tree *t, struct output out, int depth)
{
	memset(t, 0, sizeof(*t));
	plain_init(&t->plain, out);
	t->plain.begin = begin;
	t->plain.end = end;
	t->plain.sink.open = tree_open;
	t->plain.sink.close = tree_close;
	t->depth = depth;
}
