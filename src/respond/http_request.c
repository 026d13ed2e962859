/* SPDX-License-Identifier: BSD-2-Clause */
#include "http_request.h"

#include <string.h>

#include "letters.h"

/* ---- lines and words ---- */

uint32_t http_head_size(struct bytes b)
{
	bool begun = false;

	for (uint32_t i = 0, line = 0; i < b.n; i++) {
		uint32_t n = i - line;

		if (b.p[i] != '\n')
			continue;
		if (n && b.p[i - 1] == '\r')
			n--;
		if (!n && begun)
			return i + 1;
		begun |= n != 0; /* empty lines before a request are passed over: RFC 9112 2.2 */
		line = i + 1;
	}
	return 0;
}

static bool next_line(struct bytes *rest, struct bytes *line)
{
	const uint8_t *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;

	if (!end)
		return false;
	*line = bytes_of(rest->p, (uint32_t)(end - rest->p));
	rest->n -= line->n + 1;
	rest->p = end + 1;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

/* RFC 9110 5.6.2 */
static bool is_token(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++) {
		uint8_t c = lower_case(v.p[i]);

		if (!c || !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    strchr("!#$%&'*+-.^_`|~", c)))
			return false;
	}
	return v.n != 0;
}

bool http_starts(struct bytes v, const char *word)
{
	uint32_t n = (uint32_t)strlen(word);

	if (v.n < n)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if (lower_case(v.p[i]) != (uint8_t)word[i])
			return false;
	return true;
}

static bool same_word(struct bytes v, const char *word)
{
	return v.n == strlen(word) && http_starts(v, word);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct bytes trimmed(struct bytes v)
{
	while (v.n && is_blank(v.p[0])) {
		v.p++;
		v.n--;
	}
	while (v.n && is_blank(v.p[v.n - 1]))
		v.n--;
	return v;
}

/* What stands before c, which is taken off with it; all when there is none. */
static struct bytes before(struct bytes *v, char c)
{
	const uint8_t *at = v->n ? memchr(v->p, c, v->n) : NULL;
	struct bytes w = { v->p, at ? (uint32_t)(at - v->p) : v->n };

	v->p += at ? w.n + 1 : w.n;
	v->n -= at ? w.n + 1 : w.n;
	return w;
}

struct bytes http_list_next(struct bytes *list)
{
	return trimmed(before(list, ','));
}

static bool names(struct bytes list, const char *word)
{
	while (list.n)
		if (same_word(http_list_next(&list), word))
			return true;
	return false;
}

/* ---- the first line ---- */

static enum http_outcome version(struct bytes v, struct http_request *out)
{
	if (v.n != 8 || !bytes_starts(v, "HTTP/") || v.p[6] != '.' || v.p[5] < '0' ||
	    v.p[5] > '9' || v.p[7] < '0' || v.p[7] > '9')
		return HTTP_MALFORMED;
	out->old = v.p[7] == '0';
	return v.p[5] == '1' ? HTTP_WHOLE : HTTP_VERSION;
}

static enum http_outcome first_line(struct bytes line, struct http_request *out)
{
	struct bytes method = before(&line, ' '), target = before(&line, ' ');

	if (!is_token(method) || !target.n)
		return HTTP_MALFORMED;
	for (uint32_t i = 0; i < target.n; i++)
		if (target.p[i] < ' ' || target.p[i] == 0x7f)
			return HTTP_MALFORMED;
	out->method = method;
	out->target = target;
	out->head = bytes_is(method, "HEAD");
	return version(line, out);
}

/* ---- the fields ---- */

struct seen {
	uint32_t hosts;
	bool body, malformed, close, keep;
};

/* What follows the head is a body: it is not wanted, and only reading it would show where it ends.
 */
static void length(struct bytes v, struct seen *s)
{
	for (uint32_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			s->malformed = true;
		s->body |= v.p[i] != '0';
	}
	s->malformed |= !v.n;
}

static void field(struct bytes name, struct bytes value, struct http_request *out, struct seen *s)
{
	const struct {
		const char *name;
		struct bytes *to;
	} kept[] = {
		{ "range", &out->range },
		{ "if-range", &out->if_range },
		{ "if-match", &out->if_match },
		{ "if-none-match", &out->if_none_match },
		{ "if-modified-since", &out->if_modified_since },
		{ "if-unmodified-since", &out->if_unmodified_since },
	};

	for (uint32_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (same_word(name, kept[i].name)) {
			/* twice is not said which: as if it were not there */
			*kept[i].to = kept[i].to->p ? bytes_of(NULL, 0) : value;
			return;
		}
	if (same_word(name, "host")) {
		s->hosts++;
	} else if (same_word(name, "content-length")) {
		length(value, s);
	} else if (same_word(name, "transfer-encoding")) {
		s->body = true;
	} else if (same_word(name, "connection")) {
		s->close |= names(value, "close");
		s->keep |= names(value, "keep-alive");
	}
}

static bool is_text(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if ((v.p[i] < ' ' && v.p[i] != '\t') || v.p[i] == 0x7f)
			return false;
	return true;
}

static bool fields(struct bytes rest, struct http_request *out, struct seen *s)
{
	struct bytes line;

	while (next_line(&rest, &line) && line.n) {
		struct bytes name;

		/* no colon, a blank before it, a line that goes on (RFC 9112 5.1, 5.2) */
		if (!memchr(line.p, ':', line.n))
			return false;
		name = before(&line, ':');
		if (!is_token(name) || !is_text(line))
			return false;
		field(name, trimmed(line), out, s);
	}
	return !s->malformed;
}

enum http_outcome http_request_read(struct bytes head, struct http_request *out)
{
	struct seen s = { 0, false, false, false, false };
	struct bytes line = { NULL, 0 };
	enum http_outcome o;

	memset(out, 0, sizeof(*out));
	while (!line.n)
		if (!next_line(&head, &line))
			return HTTP_MALFORMED;
	o = first_line(line, out);
	if (o)
		return o;
	/* one Host and no more: RFC 9112 3.2 */
	if (!fields(head, out, &s) || s.hosts > 1 || (!s.hosts && !out->old))
		return HTTP_MALFORMED;
	out->keep = !s.body && !s.close && (s.keep || !out->old);
	return out->head || bytes_is(out->method, "GET") ? HTTP_WHOLE : HTTP_METHOD;
}
