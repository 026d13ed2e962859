/* SPDX-License-Identifier: BSD-2-Clause */
#include "http_answer.h"

#include <assert.h>
#include <string.h>

#include "http_date.h"
#include "letters.h"

struct row {
	uint16_t status;
	const char *reason, *sentence;
};

/* clang-format off */
static const struct row rows[HTTP_OUTCOMES] = {
	[HTTP_WHOLE]     = { 200, "OK",                              NULL },
	[HTTP_PART]      = { 206, "Partial Content",                 NULL },
	[HTTP_SAME]      = { 304, "Not Modified",                    NULL },
	[HTTP_MALFORMED] = { 400, "Bad Request",                     "This is no request that can be understood." },
	[HTTP_DENIED]    = { 403, "Forbidden",                       "The server may not read this file: look at its permissions." },
	[HTTP_LEADS_OUT] = { 403, "Forbidden",                       "A link leads out of the folder that is served." },
	[HTTP_MISSING]   = { 404, "Not Found",                       "There is no such file." },
	[HTTP_FOLDER]    = { 404, "Not Found",                       "That is a folder, and folders are not listed." },
	[HTTP_METHOD]    = { 405, "Method Not Allowed",              "Files can be read with GET and HEAD, nothing else." },
	[HTTP_TOO_SLOW]  = { 408, "Request Timeout",                 "The request took too long to arrive." },
	[HTTP_CHANGED]   = { 412, "Precondition Failed",             "The file is not the one that was asked for." },
	[HTTP_LONG_NAME] = { 414, "URI Too Long",                    "The name is too long." },
	[HTTP_NOT_THERE] = { 416, "Range Not Satisfiable",           "The range begins behind the end of the file." },
	[HTTP_LONG_HEAD] = { 431, "Request Header Fields Too Large", "The head of the request is too long." },
	[HTTP_BROKEN]    = { 500, "Internal Server Error",           "The file could not be read." },
	[HTTP_BUSY]      = { 503, "Service Unavailable",             "Too much is asked for at once." },
	[HTTP_VERSION]   = { 505, "HTTP Version Not Supported",      "HTTP/1.1 and HTTP/1.0 are spoken here." },
};

/* What clients go by: firmware takes an image for what the type says before it looks at the name
 * (UEFI 2.6 23.7); the rest is for those who look with a browser. */
static const struct {
	const char *end, *type;
} types[] = {
	{ ".efi",  "application/efi" },
	{ ".txt",  "text/plain" },
	{ ".cfg",  "text/plain" },
	{ ".conf", "text/plain" },
	{ ".ipxe", "text/plain" },
	{ ".json", "application/json" },
	{ ".html", "text/html" },
};
/* clang-format on */

uint16_t http_status(enum http_outcome o)
{
	return rows[o].status;
}

const char *http_sentence(enum http_outcome o)
{
	return rows[o].sentence;
}

/* ---- the name ---- */

static uint32_t hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0');
	c = lower_case(c);
	return c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) : UINT32_MAX;
}

enum http_outcome http_answer_path(struct bytes target, char out[BOOT_PATH_MAX])
{
	uint8_t name[2 * BOOT_PATH_MAX];
	uint32_t n = 0;

	if (http_starts(target, "http://")) {
		target.p += 7;
		target.n -= 7;
		while (target.n && *target.p != '/' && *target.p != '?') {
			target.p++;
			target.n--;
		}
	} else if (!target.n || *target.p != '/') {
		return HTTP_MALFORMED;
	}
	for (uint32_t i = 0; i < target.n && target.p[i] != '?' && target.p[i] != '#'; i++) {
		uint32_t c = target.p[i];

		if (c == '%') {
			uint32_t hi = i + 2 < target.n ? hex_digit(target.p[i + 1]) : UINT32_MAX;
			uint32_t lo = i + 2 < target.n ? hex_digit(target.p[i + 2]) : UINT32_MAX;

			if (hi > 15 || lo > 15 || !(hi | lo))
				return HTTP_MALFORMED;
			c = hi << 4 | lo;
			i += 2;
		}
		if (n == sizeof(name))
			return HTTP_LONG_NAME;
		name[n++] = (uint8_t)c;
	}
	if (boot_path_clean(bytes_of(name, n), out))
		return HTTP_WHOLE;
	if (n >= BOOT_PATH_MAX)
		return HTTP_LONG_NAME;
	/* the root itself, or above it, where nothing is for anybody to know of */
	return HTTP_MISSING;
}

/* ---- what the request says of the file ---- */

static void tag(const struct http_file *f, struct text *out)
{
	text_fmt(out, "\"%llx-%llx\"", (unsigned long long)f->modified_ns,
		 (unsigned long long)f->size);
}

/* "*" or a list with our tag in it; weak: one that is marked so counts too (RFC 9110 8.8.3.2). Our
 * tags hold no comma, so how others' are split does not matter. */
static bool has_tag(struct bytes list, const struct http_file *f, bool weak)
{
	char buf[40];
	struct text ours = text_init(buf, sizeof(buf));

	tag(f, &ours);
	while (list.n) {
		struct bytes v = http_list_next(&list);

		if (weak && bytes_starts(v, "W/")) {
			v.p += 2;
			v.n -= 2;
		}
		if (bytes_is(v, buf) || bytes_is(v, "*"))
			return true;
	}
	return false;
}

/* HTTP_WHOLE: go on (RFC 9110 13.2.2). */
static enum http_outcome conditions(const struct http_request *q, const struct http_file *f)
{
	uint64_t modified = f->modified_ns / 1000000000, s;

	if (q->if_match.p) {
		if (!has_tag(q->if_match, f, false))
			return HTTP_CHANGED;
	} else if (q->if_unmodified_since.p && http_date_read(q->if_unmodified_since, &s) &&
		   modified > s) {
		return HTTP_CHANGED;
	}
	if (q->if_none_match.p)
		return has_tag(q->if_none_match, f, true) ? HTTP_SAME : HTTP_WHOLE;
	if (q->if_modified_since.p && http_date_read(q->if_modified_since, &s) && modified <= s)
		return HTTP_SAME;
	return HTTP_WHOLE;
}

/* The part that the client has is of this file (RFC 9110 13.1.5). A date proves it when the file
 * could not change again within that second (8.8.2.2). */
static bool same_file(const struct http_request *q, const struct http_file *f, uint64_t now_s)
{
	uint64_t modified = f->modified_ns / 1000000000, s;
	char buf[40];
	struct text ours = text_init(buf, sizeof(buf));

	if (!q->if_range.p)
		return true;
	tag(f, &ours);
	if (bytes_is(q->if_range, buf))
		return true;
	return http_date_read(q->if_range, &s) && s == modified && now_s > modified + 1;
}

/* Digits at the cursor; false: none. What does not fit is as large as can be. */
static bool take_number(struct bytes *v, uint64_t *out)
{
	uint32_t n = 0;

	for (*out = 0; n < v->n && v->p[n] >= '0' && v->p[n] <= '9'; n++) {
		uint64_t d = (uint64_t)(v->p[n] - '0');

		*out = *out > (UINT64_MAX - d) / 10 ? UINT64_MAX : *out * 10 + d;
	}
	v->p += n;
	v->n -= n;
	return n != 0;
}

/* The only range of a list, "" when there are several or none. */
static struct bytes only_range(struct bytes list)
{
	struct bytes one = bytes_of("", 0);

	while (list.n) {
		struct bytes m = http_list_next(&list);

		if (m.n && one.n)
			return bytes_of("", 0);
		if (m.n)
			one = m;
	}
	return one;
}

/* RFC 9110 14.1.2. Of several ranges, of those in other units and of what is none the whole file is
 * made, as 14.2 allows: no boot client asks for them. */
static enum http_outcome range(struct bytes v, uint64_t size, uint64_t *from, uint64_t *n)
{
	uint64_t first, last;
	bool has_first, has_last;

	if (!http_starts(v, "bytes="))
		return HTTP_WHOLE;
	v = only_range(bytes_of(v.p + 6, v.n - 6));
	has_first = take_number(&v, &first);
	if (!v.n || *v.p != '-')
		return HTTP_WHOLE;
	v = bytes_of(v.p + 1, v.n - 1);
	has_last = take_number(&v, &last);
	if (v.n || (!has_first && !has_last))
		return HTTP_WHOLE;
	if (!has_first) {
		/* the last so many; of an empty file it is all there is, which no range can name */
		if (!last || !size)
			return last ? HTTP_WHOLE : HTTP_NOT_THERE;
		first = last < size ? size - last : 0;
		last = UINT64_MAX;
	} else if (!has_last) {
		last = UINT64_MAX;
	} else if (last < first) {
		return HTTP_WHOLE;
	}
	if (first >= size)
		return HTTP_NOT_THERE;
	*from = first;
	*n = (last < size ? last + 1 : size) - first;
	return HTTP_PART;
}

/* ---- answers ---- */

struct http_answer http_answer_refuse(const struct http_request *q, enum http_outcome why)
{
	/* where the next request begins is not known after these */
	bool lost = why == HTTP_MALFORMED || why == HTTP_TOO_SLOW || why == HTTP_LONG_HEAD ||
		    why == HTTP_VERSION;

	return (struct http_answer) { .outcome = why,
				      .head = q && q->head,
				      .keep = q && q->keep && !lost,
				      .old = q && q->old };
}

enum http_outcome http_answer_store(enum store_error e)
{
	switch (e) {
	case STORE_MISSING:
		return HTTP_MISSING;
	case STORE_FOLDER:
		return HTTP_FOLDER;
	case STORE_OUTSIDE:
		return HTTP_LEADS_OUT;
	case STORE_DENIED:
		return HTTP_DENIED;
	case STORE_BUSY:
		return HTTP_BUSY;
	case STORE_EXISTS:
	case STORE_READ_ONLY:
	case STORE_FULL:
	case STORE_CHANGED:
	case STORE_BROKEN:
		break;
	}
	return HTTP_BROKEN;
}

struct http_answer http_answer_file(const struct http_request *q, const struct http_file *f,
				    uint64_t now_s)
{
	struct http_answer a = http_answer_refuse(q, conditions(q, f));

	if (a.outcome != HTTP_WHOLE)
		return a;
	a.n = f->size;
	/* HEAD has no ranges: RFC 9110 14.2 */
	if (!q->head && q->range.p && same_file(q, f, now_s))
		a.outcome = range(q->range, f->size, &a.from, &a.n);
	if (a.outcome == HTTP_NOT_THERE)
		a.n = 0;
	return a;
}

static const char *type_of(const char *path)
{
	size_t n = strlen(path);

	for (uint32_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t end = strlen(types[i].end);

		if (n > end && http_starts(bytes_of(path + n - end, (uint32_t)end), types[i].end))
			return types[i].type;
	}
	return "application/octet-stream";
}

static void about_file(const struct http_answer *a, const struct http_file *f, uint64_t now_s,
		       struct text *out)
{
	uint64_t modified = f->modified_ns / 1000000000;

	if (a->outcome != HTTP_SAME)
		text_fmt(out, "Content-Type: %s\r\nContent-Length: %llu\r\n", type_of(f->path),
			 (unsigned long long)a->n);
	if (a->outcome == HTTP_PART)
		text_fmt(out, "Content-Range: bytes %llu-%llu/%llu\r\n",
			 (unsigned long long)a->from, (unsigned long long)(a->from + a->n - 1),
			 (unsigned long long)f->size);
	/* never later than the answer: RFC 9110 8.8.2.1 */
	text_str(out, "Accept-Ranges: bytes\r\nLast-Modified: ");
	http_date_text(out, modified < now_s ? modified : now_s);
	text_str(out, "\r\nETag: ");
	tag(f, out);
	text_str(out, "\r\n");
}

void http_answer_text(const struct http_answer *a, const struct http_file *f, uint64_t now_s,
		      struct text *out)
{
	const struct row *r = &rows[a->outcome];

	text_fmt(out, "HTTP/1.1 %u %s\r\nDate: ", r->status, r->reason);
	http_date_text(out, now_s);
	text_str(out, "\r\nServer: bootscope\r\n");
	if (a->outcome == HTTP_METHOD)
		text_str(out, "Allow: GET, HEAD\r\n");
	if (a->outcome == HTTP_BUSY)
		text_str(out, "Retry-After: 2\r\n");
	if (a->outcome == HTTP_NOT_THERE && f)
		text_fmt(out, "Content-Range: bytes */%llu\r\n", (unsigned long long)f->size);
	if (r->sentence)
		text_fmt(out, "Content-Type: text/plain\r\nContent-Length: %u\r\n",
			 (uint32_t)strlen(r->sentence) + 1);
	else if (f)
		about_file(a, f, now_s, out);
	if (!a->keep)
		text_str(out, "Connection: close\r\n");
	else if (a->old)
		text_str(out, "Connection: keep-alive\r\n");
	text_str(out, "\r\n");
	if (r->sentence && !a->head)
		text_fmt(out, "%s\n", r->sentence);
	assert(!out->cut);
}

void http_news_text(const struct http_news *n, struct text *out)
{
	text_address(out, n->ip);
	text_char(out, ' ');
	text_safe(out, n->method);
	text_char(out, ' ');
	text_safe(out, n->path);
	text_fmt(out, ": %u, ", n->status);
	if (n->why && !n->size) {
		text_str(out, n->why);
		return;
	}
	text_bytes_count(out, n->bytes);
	if (n->bytes < n->size) {
		text_str(out, " of ");
		text_bytes_count(out, n->size);
	}
	text_str(out, " in ");
	text_seconds(out, n->ended_ns - n->begun_ns, 3);
	text_str(out, " s");
	if (n->why)
		text_fmt(out, ": %s", n->why);
}
