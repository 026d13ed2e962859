/* SPDX-License-Identifier: BSD-2-Clause */
#include "json.h"

#include <assert.h>
#include <string.h>

#include "text.h"

static void put(struct json *j, const char *s)
{
	j->out.write(j->out.ctx, s, (uint32_t)strlen(s));
}

static void newline(struct json *j)
{
	put(j, "\n");
	for (int i = 0; i < j->depth; i++)
		put(j, "  ");
}

/* Comma, line and key: all that stands before a value. */
static void begin(struct json *j, const char *key)
{
	if (j->depth) {
		if (j->some[j->depth])
			put(j, ",");
		j->some[j->depth] = true;
		if (j->pretty)
			newline(j);
	}
	if (key) {
		put(j, "\"");
		put(j, key);
		put(j, j->pretty ? "\": " : "\":");
	}
}

/* n characters that are ASCII: only quotes, backslashes and controls need care. */
static void quoted(struct json *j, const char *s, uint32_t n)
{
	uint32_t from = 0;

	put(j, "\"");
	for (uint32_t i = 0; i < n; i++) {
		char esc[8];
		struct text t = text_init(esc, sizeof(esc));
		uint8_t c = (uint8_t)s[i];

		if (c == '"' || c == '\\')
			text_fmt(&t, "\\%c", c);
		else if (c < 0x20)
			text_fmt(&t, "\\u%04x", c);
		else
			continue;
		j->out.write(j->out.ctx, s + from, i - from);
		put(j, esc);
		from = i + 1;
	}
	j->out.write(j->out.ctx, s + from, n - from);
	put(j, "\"");
}

static void json_open(void *ctx, const char *key, enum sink_group group)
{
	struct json *j = ctx;

	assert(j->depth + 1 < JSON_DEPTH_MAX);
	begin(j, key);
	put(j, group == SINK_LIST ? "[" : "{");
	j->depth++;
	j->list[j->depth] = group == SINK_LIST;
	j->some[j->depth] = false;
}

static void json_close(void *ctx)
{
	struct json *j = ctx;
	bool list, some;

	assert(j->depth > 0);
	list = j->list[j->depth];
	some = j->some[j->depth];
	j->depth--;
	if (j->pretty && some)
		newline(j);
	put(j, list ? "]" : "}");
}

static void json_text(void *ctx, const char *key, const char *v)
{
	struct json *j = ctx;

	begin(j, key);
	if (v)
		quoted(j, v, (uint32_t)strlen(v));
	else
		put(j, "null");
}

/* In pieces, so that long values need no long buffer. */
static void json_bytes(void *ctx, const char *key, struct bytes v)
{
	struct json *j = ctx;
	char buf[4 * 64 + 1];

	begin(j, key);
	put(j, "\"");
	for (uint32_t at = 0; at < v.n; at += 64) {
		struct text t = text_init(buf, sizeof(buf));

		text_safe(&t, bytes_of(v.p + at, v.n - at < 64 ? v.n - at : 64));
		for (uint32_t i = 0, from = 0; i <= t.pos; i++) {
			if (i < t.pos && buf[i] != '"' && buf[i] != '\\')
				continue;
			j->out.write(j->out.ctx, buf + from, i - from);
			from = i;
			if (i < t.pos)
				put(j, "\\");
		}
	}
	put(j, "\"");
}

static void json_number(void *ctx, const char *key, uint64_t v)
{
	struct json *j = ctx;
	char buf[24];
	struct text t = text_init(buf, sizeof(buf));

	begin(j, key);
	text_u64(&t, v);
	put(j, buf);
}

static void json_boolean(void *ctx, const char *key, bool v)
{
	struct json *j = ctx;

	begin(j, key);
	put(j, v ? "true" : "false");
}

static void json_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	struct json *j = ctx;
	char buf[48];
	struct text t = text_init(buf, sizeof(buf));

	begin(j, key);
	text_decimal(&t, v, decimals);
	put(j, buf);
}

void json_init(struct json *j, struct output out, bool pretty)
{
	memset(j, 0, sizeof(*j));
	j->sink = (struct sink) { j,           json_open,    json_close,   json_text, json_bytes,
				  json_number, json_boolean, json_decimal, NULL };
	j->out = out;
	j->pretty = pretty;
}
