/* SPDX-License-Identifier: BSD-2-Clause */
#include "tree.h"

#include <assert.h>
#include <string.h>

#include "text.h"

enum { STEP = 4, DEPTH_MAX = 32 };

static void put(struct tree *t, const char *s)
{
	t->out.write(t->out.ctx, s, (uint32_t)strlen(s));
}

static void begin(struct tree *t, const char *key)
{
	for (int i = 0; i < t->depth * STEP; i++)
		put(t, " ");
	if (key) {
		put(t, key);
		put(t, ": ");
	} else {
		put(t, "- ");
	}
}

static void tree_open(void *ctx, const char *key, enum sink_group group)
{
	struct tree *t = ctx;

	(void)group;
	assert(t->depth + 1 < DEPTH_MAX);
	for (int i = 0; i < t->depth * STEP; i++)
		put(t, " ");
	put(t, key ? key : "-");
	put(t, "\n");
	t->depth++;
}

static void tree_close(void *ctx)
{
	struct tree *t = ctx;

	t->depth--;
}

static void tree_text(void *ctx, const char *key, const char *v)
{
	struct tree *t = ctx;

	if (!v)
		return; /* not there: nothing to read */
	begin(t, key);
	put(t, v);
	put(t, "\n");
}

static void tree_bytes(void *ctx, const char *key, struct bytes v)
{
	struct tree *t = ctx;
	char buf[4 * 64 + 1];

	if (!v.n)
		return;
	begin(t, key);
	put(t, "\"");
	for (uint32_t at = 0; at < v.n; at += 64) {
		struct text x = text_init(buf, sizeof(buf));

		text_safe(&x, bytes_of(v.p + at, v.n - at < 64 ? v.n - at : 64));
		put(t, buf);
	}
	put(t, "\"\n");
}

static void tree_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	struct tree *t = ctx;
	char buf[48];
	struct text x = text_init(buf, sizeof(buf));

	text_decimal(&x, v, decimals);
	begin(t, key);
	put(t, buf);
	put(t, "\n");
}

static void tree_number(void *ctx, const char *key, uint64_t v)
{
	tree_decimal(ctx, key, v, 0);
}

static void tree_boolean(void *ctx, const char *key, bool v)
{
	tree_text(ctx, key, v ? "yes" : "no");
}

void tree_init(struct tree *t, struct output out, int depth)
{
	memset(t, 0, sizeof(*t));
	t->sink = (struct sink) { t,           tree_open,    tree_close,   tree_text, tree_bytes,
				  tree_number, tree_boolean, tree_decimal, NULL };
	t->out = out;
	t->depth = depth;
}
