/* SPDX-License-Identifier: BSD-2-Clause */
#include "outline.h"

#include <assert.h>
#include <string.h>

#include "text.h"

static void put(struct outline *o, const char *s)
{
	o->out.write(o->out.ctx, s, (uint32_t)strlen(s));
}

/* All that stands before a value or a bracket. */
static void begin(struct outline *o, const char *key)
{
	if (!o->depth)
		put(o, "    ");
	else if (o->some)
		put(o, ", ");
	o->some = true;
	if (key) {
		put(o, key);
		put(o, ": ");
	}
}

static void end(struct outline *o)
{
	if (!o->depth)
		put(o, "\n");
}

static void outline_open(void *ctx, const char *key, enum sink_group group)
{
	struct outline *o = ctx;
	bool row = o->depth == 1 && group == SINK_OBJECT && !key;

	assert(o->depth + 1 < OUTLINE_DEPTH_MAX);
	if (row)
		put(o, "\n        ");
	else
		begin(o, key);
	o->bracket[o->depth] = row || !o->depth ? NULL : group == SINK_LIST ? "]" : "}";
	if (o->bracket[o->depth])
		put(o, group == SINK_LIST ? "[" : "{");
	o->depth++;
	o->some = false;
}

static void outline_close(void *ctx)
{
	struct outline *o = ctx;

	o->depth--;
	if (o->bracket[o->depth])
		put(o, o->bracket[o->depth]);
	o->some = true;
	end(o);
}

static void outline_text(void *ctx, const char *key, const char *v)
{
	struct outline *o = ctx;

	if (!v)
		return; /* not there: nothing to read */
	begin(o, key);
	put(o, v);
	end(o);
}

static void outline_bytes(void *ctx, const char *key, struct bytes v)
{
	struct outline *o = ctx;
	char buf[4 * 64 + 1];

	if (!v.n)
		return;
	begin(o, key);
	put(o, "\"");
	for (uint32_t at = 0; at < v.n; at += 64) {
		struct text t = text_init(buf, sizeof(buf));

		text_safe(&t, bytes_of(v.p + at, v.n - at < 64 ? v.n - at : 64));
		put(o, buf);
	}
	put(o, "\"");
	end(o);
}

static void outline_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	struct outline *o = ctx;
	char buf[48];
	struct text t = text_init(buf, sizeof(buf));

	text_decimal(&t, v, decimals);
	begin(o, key);
	put(o, buf);
	end(o);
}

static void outline_number(void *ctx, const char *key, uint64_t v)
{
	outline_decimal(ctx, key, v, 0);
}

static void outline_boolean(void *ctx, const char *key, bool v)
{
	outline_text(ctx, key, v ? "yes" : "no");
}

void outline_init(struct outline *o, struct output out)
{
	memset(o, 0, sizeof(*o));
	o->sink = (struct sink) { o,
				  outline_open,
				  outline_close,
				  outline_text,
				  outline_bytes,
				  outline_number,
				  outline_boolean,
				  outline_decimal,
				  NULL };
	o->out = out;
}
