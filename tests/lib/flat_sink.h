/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLAT_SINK_H
#define FLAT_SINK_H

#include "sink.h"
#include "text.h"
#include "unit.h"

/* A sink that writes everything into one line of text: "op=request quoted{proto=udp} flags[syn]".
 */
struct flat {
	char buf[2048];
	struct text text;
	char closing[16];
	int depth;
};

static inline void flat_key(struct flat *f, const char *key)
{
	char last = f->text.pos ? f->buf[f->text.pos - 1] : '{';

	if (last != '{' && last != '[')
		text_char(&f->text, ' ');
	text_str(&f->text, key);
}

static inline void flat_open(void *ctx, const char *key, enum sink_group group)
{
	struct flat *f = ctx;

	flat_key(f, key);
	text_char(&f->text, group == SINK_OBJECT ? '{' : '[');
	f->closing[f->depth++ & 15] = group == SINK_OBJECT ? '}' : ']';
}

static inline void flat_close(void *ctx)
{
	struct flat *f = ctx;

	text_char(&f->text, f->closing[--f->depth & 15]);
}

static inline void flat_value(struct flat *f, const char *key)
{
	flat_key(f, key);
	if (key)
		text_char(&f->text, '=');
}

static inline void flat_text(void *ctx, const char *key, const char *v)
{
	struct flat *f = ctx;

	flat_value(f, key);
	text_str(&f->text, v ? v : "null");
}

static inline void flat_bytes(void *ctx, const char *key, struct bytes v)
{
	struct flat *f = ctx;

	flat_value(f, key);
	text_safe(&f->text, v);
}

static inline void flat_number(void *ctx, const char *key, uint64_t v)
{
	struct flat *f = ctx;

	flat_value(f, key);
	text_u64(&f->text, v);
}

static inline void flat_boolean(void *ctx, const char *key, bool v)
{
	flat_text(ctx, key, v ? "true" : "false");
}

static inline void flat_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	struct flat *f = ctx;
	uint64_t one = 1;

	flat_value(f, key);
	for (int i = 0; i < decimals; i++)
		one *= 10;
	text_u64(&f->text, v / one);
	text_char(&f->text, '.');
	for (; one > 1; one /= 10)
		text_char(&f->text, (char)('0' + v / (one / 10) % 10));
}

/* f is emptied. */
static inline struct sink flat_sink(struct flat *f)
{
	struct sink s = { f,           flat_open,    flat_close,   flat_text, flat_bytes,
			  flat_number, flat_boolean, flat_decimal, NULL };

	f->text = text_init(f->buf, sizeof(f->buf));
	f->depth = 0;
	return s;
}

struct packet;

/* What is shown of a packet, as a line and as fields. */
static inline void flat_line_is(void (*line)(const struct packet *, struct text *),
				const struct packet *p, const char *want)
{
	char buf[256];
	struct text t = text_init(buf, sizeof(buf));

	line(p, &t);
	assert_string_equal(buf, want);
}

static inline void flat_fields_are(void (*fields)(const struct packet *, const struct sink *),
				   const struct packet *p, const char *want)
{
	struct flat f;
	struct sink s = flat_sink(&f);

	fields(p, &s);
	assert_string_equal(f.buf, want);
}

#endif
