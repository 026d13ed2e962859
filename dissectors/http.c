/* SPDX-License-Identifier: BSD-2-Clause */
#include "http.h"

#include <string.h>

#include "packet.h"

static const char *const methods[] = { "GET ", "HEAD ", "POST ", "PUT ", "OPTIONS " };

bool http_looks_like(struct bytes payload)
{
	/* every segment of every connection is asked: one letter sends most away */
	if (payload.n < 8 || (payload.p[0] != 'H' && payload.p[0] != 'G' && payload.p[0] != 'P' &&
			      payload.p[0] != 'O'))
		return false;
	if (bytes_starts(payload, "HTTP/1."))
		return true;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (bytes_starts(payload, methods[i]))
			return true;
	return false;
}

/* One line without its end; false when there is no more. A line that the segment cuts is given as
 * it is. */
static bool next_line(struct bytes *rest, struct bytes *line)
{
	const uint8_t *end;

	if (!rest->n)
		return false;
	end = memchr(rest->p, '\n', rest->n);
	line->p = rest->p;
	line->n = end ? (uint32_t)(end - rest->p) : rest->n;
	rest->p += line->n + (end ? 1 : 0);
	rest->n -= line->n + (end ? 1 : 0);
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

/* Takes the word before the next blank off the line. */
static struct bytes word(struct bytes *line)
{
	struct bytes w = { line->p, 0 };

	while (w.n < line->n && line->p[w.n] != ' ')
		w.n++;
	line->p += w.n;
	line->n -= w.n;
	while (line->n && *line->p == ' ') {
		line->p++;
		line->n--;
	}
	return w;
}

static uint64_t number(struct bytes v)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < v.n && i < 18 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
		n = n * 10 + (uint64_t)(v.p[i] - '0');
	return n;
}

/* Field names compare without case (RFC 9110 5.1). */
static bool header_is(struct bytes line, const char *name, struct bytes *value)
{
	uint32_t n = (uint32_t)strlen(name);

	if (line.n <= n || line.p[n] != ':')
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint8_t c = line.p[i];

		if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != name[i])
			return false;
	}
	value->p = line.p + n + 1;
	value->n = line.n - n - 1;
	while (value->n && (*value->p == ' ' || *value->p == '\t')) {
		value->p++;
		value->n--;
	}
	return true;
}

static void header(struct bytes line, struct http *out)
{
	const struct {
		const char *name;
		struct bytes *to;
	} kept[] = {
		{ "host", &out->host },
		{ "user-agent", &out->user_agent },
		{ "range", &out->range },
		{ "location", &out->location },
		{ "content-type", &out->content_type },
		{ "server", &out->server },
	};
	struct bytes v;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (header_is(line, kept[i].name, kept[i].to))
			return;
	if (header_is(line, "content-length", &v)) {
		out->has_length = v.n && v.p[0] >= '0' && v.p[0] <= '9';
		out->content_length = number(v);
	}
}

enum err http_decode(struct reader *r, struct http *out)
{
	struct bytes all = bytes_of(r->buf + r->pos, reader_left(r)), rest = all, line, first;

	memset(out, 0, sizeof(*out));
	if (!next_line(&rest, &line)) {
		r->err = r->wire > r->len ? ERR_CUT : ERR_SHORT;
		return r->err;
	}
	out->response = bytes_starts(line, "HTTP/");
	first = word(&line);
	if (out->response) {
		out->status = (uint16_t)number(word(&line));
		out->reason = line;
	} else {
		out->method = first;
		out->target = word(&line);
	}
	while (next_line(&rest, &line) && line.n)
		header(line, out);
	reader_skip(r, all.n - rest.n);
	return r->err;
}

void http_line(const struct packet *p, struct text *out)
{
	const struct http *m = &p->u.http;

	if (m->response) {
		text_fmt(out, "%u ", m->status);
		text_safe(out, m->reason);
		if (m->has_length)
			text_fmt(out, ", %llu bytes", (unsigned long long)m->content_length);
		if (m->location.n) {
			text_str(out, ", to ");
			text_safe(out, m->location);
		}
		return;
	}
	text_safe(out, m->method);
	text_char(out, ' ');
	if (m->host.n && m->target.n && m->target.p[0] == '/') {
		text_str(out, "http://");
		text_safe(out, m->host);
	}
	text_safe(out, m->target);
	if (m->range.n) {
		text_char(out, ' ');
		text_safe(out, m->range);
	}
}

void http_fields(const struct packet *p, const struct sink *out)
{
	const struct http *m = &p->u.http;

	sink_text(out, "type", m->response ? "response" : "request");
	if (m->response) {
		sink_number(out, "status", m->status);
		sink_bytes(out, "reason", m->reason);
		if (m->has_length)
			sink_number(out, "content_length", m->content_length);
		sink_bytes(out, "location", m->location);
		sink_bytes(out, "content_type", m->content_type);
		sink_bytes(out, "server", m->server);
		return;
	}
	sink_bytes(out, "method", m->method);
	sink_bytes(out, "target", m->target);
	sink_bytes(out, "host", m->host);
	sink_bytes(out, "user_agent", m->user_agent);
	sink_bytes(out, "range", m->range);
}
