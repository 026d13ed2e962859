/* SPDX-License-Identifier: BSD-2-Clause */
#include "plain.h"

#include <string.h>

#include "text.h"

void plain_put(const struct plain *p, const char *s)
{
	p->out.write(p->out.ctx, s, (uint32_t)strlen(s));
}

static void value(struct plain *p, const char *key, const char *v)
{
	p->begin(p, key);
	plain_put(p, v);
	p->end(p);
}

static void plain_text(void *ctx, const char *key, const char *v)
{
	if (v)
		value(ctx, key, v);
}

/* In pieces, so that long values need no long buffer. */
static void plain_bytes(void *ctx, const char *key, struct bytes v)
{
	struct plain *p = ctx;
	char buf[4 * 64 + 1];

	if (!v.n)
		return;
	p->begin(p, key);
	plain_put(p, "\"");
	for (uint32_t at = 0; at < v.n; at += 64) {
		struct text t = text_init(buf, sizeof(buf));

		text_safe(&t, bytes_of(v.p + at, v.n - at < 64 ? v.n - at : 64));
		plain_put(p, buf);
	}
	plain_put(p, "\"");
	p->end(p);
}

static void plain_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	char buf[48];
	struct text t = text_init(buf, sizeof(buf));

	text_decimal(&t, v, decimals);
	value(ctx, key, buf);
}

static void plain_number(void *ctx, const char *key, uint64_t v)
{
	plain_decimal(ctx, key, v, 0);
}

static void plain_boolean(void *ctx, const char *key, bool v)
{
	value(ctx, key, v ? "yes" : "no");
}

void plain_init(struct plain *p, struct output out)
{
	p->sink.ctx = p;
	p->sink.text = plain_text;
	p->sink.bytes = plain_bytes;
	p->sink.number = plain_number;
	p->sink.boolean = plain_boolean;
	p->sink.decimal = plain_decimal;
	p->out = out;
}
