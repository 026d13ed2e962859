/* SPDX-License-Identifier: BSD-2-Clause */
#include "outline.h"

#include <assert.h>
#include <string.h>

/* All that stands before a value or a bracket. */
static void begin(struct plain *p, const char *key)
{
	struct outline *o = (struct outline *)(void *)p;

	if (!o->depth)
		plain_put(p, "    ");
	else if (o->some)
		plain_put(p, ", ");
	o->some = true;
	if (key) {
		plain_put(p, key);
		plain_put(p, ": ");
	}
}

static void end(struct plain *p)
{
	const struct outline *o = (struct outline *)(void *)p;

	if (!o->depth)
		plain_put(p, "\n");
}

static void outline_open(void *ctx, const char *key, enum sink_group group)
{
	struct outline *o = ctx;
	bool row = o->depth == 1 && group == SINK_OBJECT && !key;

	assert(o->depth + 1 < OUTLINE_DEPTH_MAX);
	if (row)
		plain_put(&o->plain, "\n        ");
	else
		begin(&o->plain, key);
	o->bracket[o->depth] = row || !o->depth ? NULL : group == SINK_LIST ? "]" : "}";
	if (o->bracket[o->depth])
		plain_put(&o->plain, group == SINK_LIST ? "[" : "{");
	o->depth++;
	o->some = false;
}

static void outline_close(void *ctx)
{
	struct outline *o = ctx;

	o->depth--;
	if (o->bracket[o->depth])
		plain_put(&o->plain, o->bracket[o->depth]);
	o->some = true;
	end(&o->plain);
}

void outline_init(struct outline *o, struct output out)
{
	memset(o, 0, sizeof(*o));
	plain_init(&o->plain, out);
	o->plain.begin = begin;
	o->plain.end = end;
	o->plain.sink.open = outline_open;
	o->plain.sink.close = outline_close;
}
