/* SPDX-License-Identifier: BSD-2-Clause */
#include "html.h"

#include <string.h>

struct html html_init(struct output out)
{
	return (struct html) { out };
}

void html_mark(const struct html *h, const char *markup)
{
	h->out.write(h->out.ctx, markup, (uint32_t)strlen(markup));
}

/* What would end text, an attribute in either quotes, or begin a tag or a reference. */
static const char *escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void escaped(const struct html *h, const char *s, uint32_t n)
{
	uint32_t from = 0;

	for (uint32_t i = 0; i < n; i++) {
		const char *e = escape(s[i]);

		if (!e)
			continue;
		h->out.write(h->out.ctx, s + from, i - from);
		html_mark(h, e);
		from = i + 1;
	}
	h->out.write(h->out.ctx, s + from, n - from);
}

void html_text(const struct html *h, const char *words)
{
	if (words)
		escaped(h, words, (uint32_t)strlen(words));
}

/* In pieces, so that long values need no long buffer. */
void html_wire(const struct html *h, struct bytes v)
{
	char buf[4 * 64 + 1];

	for (uint32_t at = 0; at < v.n; at += 64) {
		struct text t = text_init(buf, sizeof(buf));

		text_safe(&t, bytes_of(v.p + at, v.n - at < 64 ? v.n - at : 64));
		escaped(h, buf, t.pos);
	}
}

void html_wire_lines(const struct html *h, struct bytes v)
{
	for (uint32_t at = 0, n; at < v.n; at += n + 1) {
		for (n = 0; at + n < v.n; n++)
			if (v.p[at + n] == '\n' || v.p[at + n] == '\t' || v.p[at + n] == '\r')
				break;
		html_wire(h, bytes_of(v.p + at, n));
		if (at + n < v.n)
			html_mark(h, v.p[at + n] == '\n' ? "\n" : v.p[at + n] == '\t' ? " " : "");
	}
}

void html_u64(const struct html *h, uint64_t v)
{
	char buf[24];
	struct text t = text_init(buf, sizeof(buf));

	text_u64(&t, v);
	html_mark(h, buf);
}

void html_element(const struct html *h, const char *tag, const char *attributes, const char *words)
{
	html_mark(h, "<");
	html_mark(h, tag);
	if (*attributes)
		html_mark(h, " ");
	html_mark(h, attributes);
	html_mark(h, ">");
	html_text(h, words);
	html_mark(h, "</");
	html_mark(h, tag);
	html_mark(h, ">");
}
