/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request says and what is answered: pure, so all of it is tried here; what goes over a
 * socket is in tests/e2e/http.tap. */
#include <stdio.h>
#include <stdlib.h>

#include "http.h"
#include "http_answer.h"
#include "http_date.h"
#include "unit.h"

static const struct http_file boot_img = { "boot.img", 1000, UINT64_C(784111777123456789) };
static const char modified[] = "Sun, 06 Nov 1994 08:49:37 GMT"; /* RFC 9110 5.6.7 has it */
static const uint64_t now = 784200000;

/* ---- heads ---- */

static enum http_outcome read_head(const char *head, struct http_request *out)
{
	static char kept[HTTP_HEAD_MAX * 2];
	size_t n = strlen(head);

	memcpy(kept, head, n + 1);
	assert_int_equal(http_head_size(bytes_of(kept, (uint32_t)n)), n);
	return http_request_read(bytes_of(kept, (uint32_t)n), out);
}

static void finds_where_a_head_ends(void **state)
{
	(void)state;
	assert_int_equal(http_head_size(bytes_str("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET")), 27);
	assert_int_equal(http_head_size(bytes_str("GET / HTTP/1.0\n\n")), 16);
	assert_int_equal(http_head_size(bytes_str("\r\n\r\n\nGET / HTTP/1.0\r\n\r\n")), 23);
	assert_int_equal(http_head_size(bytes_str("GET / HTTP/1.1\r\nHost: a\r\n")), 0);
	assert_int_equal(http_head_size(bytes_str("\r\n\r\n\r\n")), 0);
	assert_int_equal(http_head_size(bytes_of(NULL, 0)), 0);
}

static void reads_what_boot_clients_send(void **state)
{
	static const struct {
		const char *head;
		bool is_head, keep, old;
	} rows[] = {
		/* facts 4: a Raspberry Pi closes after each */
		{ "GET /net_install/boot.sig HTTP/1.1\r\nHost: 10.0.0.1\r\n"
		  "User-Agent: rpiboot/1.0 (version:abc timestamp:1)\r\nConnection: close\r\n\r\n",
		  false, false, false },
		{ "GET /a.ipxe HTTP/1.1\r\nConnection: keep-alive\r\nUser-Agent: iPXE/1.21\r\n"
		  "Host: 10.0.0.1\r\n\r\n",
		  false, true, false },
		{ "HEAD /boot.efi HTTP/1.1\r\nHost: 10.0.0.1\r\nAccept: */*\r\n"
		  "User-Agent: UefiHttpBoot/1.0\r\n\r\n",
		  true, true, false },
		{ "GET /Image HTTP/1.0\r\n\r\n", false, false, true },
		{ "GET /Image HTTP/1.0\r\nConnection: foo, Keep-Alive\r\n\r\n", false, true, true },
		{ "GET /a HTTP/1.9\r\nhost:a\r\nContent-Length: 0\r\n\r\n", false, true, false },
		/* what would follow is not read, so no more can be */
		{ "GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n", false, false, false },
		{ "GET /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", false, false,
		  false },
	};
	struct http_request q;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_head(rows[i].head, &q), HTTP_WHOLE);
		assert_int_equal(q.head, rows[i].is_head);
		assert_int_equal(q.keep, rows[i].keep);
		assert_int_equal(q.old, rows[i].old);
		assert_true(*q.target.p == '/');
	}
}

static void refuses_what_is_no_request(void **state)
{
	static const struct {
		const char *head;
		enum http_outcome why;
	} rows[] = {
		{ "GET /\r\n\r\n", HTTP_MALFORMED },
		{ "GET  / HTTP/1.0\r\n\r\n", HTTP_MALFORMED },
		{ "GET / HTTP/1.0 \r\n\r\n", HTTP_MALFORMED },
		{ "GET / http/1.0\r\n\r\n", HTTP_MALFORMED },
		{ "GET /a\x01 HTTP/1.0\r\n\r\n", HTTP_MALFORMED },
		{ "G(T / HTTP/1.0\r\n\r\n", HTTP_MALFORMED },
		{ "\x16\x03\x01\n\n", HTTP_MALFORMED },
		{ "GET / HTTP/1.1\r\n\r\n", HTTP_MALFORMED }, /* no Host */
		{ "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", HTTP_MALFORMED },
		{ "GET / HTTP/1.1\r\nHost : a\r\n\r\n", HTTP_MALFORMED },
		{ "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", HTTP_MALFORMED },
		{ "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n", HTTP_MALFORMED },
		{ "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", HTTP_MALFORMED },
		{ "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", HTTP_MALFORMED },
		{ "GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", HTTP_MALFORMED },
		{ "PRI * HTTP/2.0\r\n\r\n", HTTP_VERSION },
		{ "POST /a HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_METHOD },
		{ "get /a HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_METHOD },
	};
	struct http_request q;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_head(rows[i].head, &q), rows[i].why);
		assert_int_equal(q.keep, rows[i].why == HTTP_METHOD);
	}
}

static void two_fields_of_one_name_are_none(void **state)
{
	struct http_request q;

	(void)state;
	assert_int_equal(read_head("GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=1-\r\n"
				   "RANGE: bytes=2-\r\nIf-Range:  \"x\" \r\n\r\n",
				   &q),
			 HTTP_WHOLE);
	assert_null(q.range.p);
	assert_true(bytes_is(q.if_range, "\"x\""));
}

/* ---- names ---- */

static void names_become_paths_below_the_root(void **state)
{
	static const struct {
		const char *target, *path;
		enum http_outcome o;
	} rows[] = {
		{ "/boot.img", "boot.img", HTTP_WHOLE },
		{ "//9ffefdef//boot.img", "9ffefdef/boot.img", HTTP_WHOLE },
		{ "/a%20b%2Bc+d", "a b+c+d", HTTP_WHOLE },
		{ "/%62oot%2eimg", "boot.img", HTTP_WHOLE },
		{ "/a?mac=/../b", "a", HTTP_WHOLE },
		{ "/a#b", "a", HTTP_WHOLE },
		{ "/a%3fb%23c", "a?b#c", HTTP_WHOLE },
		{ "/EFI\\BOOT\\BOOTAA64.EFI", "EFI/BOOT/BOOTAA64.EFI", HTTP_WHOLE },
		{ "/a/%2e%2e/b", "b", HTTP_WHOLE },
		{ "/a%2f..%5cb", "b", HTTP_WHOLE },
		{ "http://10.0.0.1:80/a/b?c", "a/b", HTTP_WHOLE },
		{ "HTTP://h/a", "a", HTTP_WHOLE },
		{ "/\xc3\xa4", "\xc3\xa4", HTTP_WHOLE },
		{ "/%25%32%65", "%2e", HTTP_WHOLE }, /* once, not twice */
		{ "/../etc/passwd", "", HTTP_MISSING },
		{ "/%2e%2e/etc/passwd", "", HTTP_MISSING },
		{ "/..%2fetc/passwd", "", HTTP_MISSING },
		{ "/a/..\\..\\etc/passwd", "", HTTP_MISSING },
		{ "/", "", HTTP_MISSING },
		{ "http://h", "", HTTP_MISSING },
		{ "http://h?a", "", HTTP_MISSING },
		{ "/a%00b", "", HTTP_MALFORMED },
		{ "/a%", "", HTTP_MALFORMED },
		{ "/a%2", "", HTTP_MALFORMED },
		{ "/a%g0", "", HTTP_MALFORMED },
		{ "/a%0x", "", HTTP_MALFORMED },
		{ "a", "", HTTP_MALFORMED },
		{ "*", "", HTTP_MALFORMED },
		{ "ftp://h/a", "", HTTP_MALFORMED },
	};
	char out[BOOT_PATH_MAX], name[4 * BOOT_PATH_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(http_answer_path(bytes_str(rows[i].target), out), rows[i].o);
		if (!rows[i].o)
			assert_string_equal(out, rows[i].path);
	}
	memset(name, 'a', sizeof(name));
	name[0] = '/';
	assert_int_equal(http_answer_path(bytes_of(name, BOOT_PATH_MAX - 1), out), HTTP_WHOLE);
	assert_int_equal(http_answer_path(bytes_of(name, BOOT_PATH_MAX + 1), out), HTTP_LONG_NAME);
	assert_int_equal(http_answer_path(bytes_of(name, sizeof(name)), out), HTTP_LONG_NAME);
}

/* ---- ranges and conditions ---- */

static struct http_request asks(const char *range)
{
	struct http_request q = { .keep = true };

	q.range = bytes_str(range);
	return q;
}

static void ranges_are_those_of_the_rfc(void **state)
{
	static const struct {
		const char *range;
		enum http_outcome o;
		uint64_t from, n;
	} rows[] = {
		{ "bytes=0-0", HTTP_PART, 0, 1 },
		{ "bytes=0-499", HTTP_PART, 0, 500 },
		{ "bytes=500-999", HTTP_PART, 500, 500 },
		{ "bytes=500-", HTTP_PART, 500, 500 },
		{ "bytes=999-", HTTP_PART, 999, 1 },
		{ "bytes=-1", HTTP_PART, 999, 1 },
		{ "bytes=-5000", HTTP_PART, 0, 1000 },
		{ "bytes=990-2000", HTTP_PART, 990, 10 },
		{ "bytes=0-18446744073709551615", HTTP_PART, 0, 1000 },
		{ "bytes=0-99999999999999999999999", HTTP_PART, 0, 1000 },
		{ "Bytes= 1-2 ,", HTTP_PART, 1, 2 },
		{ "bytes=,,1-2", HTTP_PART, 1, 2 },
		{ "bytes=1000-", HTTP_NOT_THERE, 0, 0 },
		{ "bytes=1000-1001", HTTP_NOT_THERE, 0, 0 },
		{ "bytes=99999999999999999999999-", HTTP_NOT_THERE, 0, 0 },
		{ "bytes=-0", HTTP_NOT_THERE, 0, 0 },
		/* several: the whole */
		{ "bytes=0-1,5-6", HTTP_WHOLE, 0, 1000 },
		{ "bytes=2000-,5000-", HTTP_WHOLE, 0, 1000 },
		/* none */
		{ "bytes=2-1", HTTP_WHOLE, 0, 1000 },
		{ "bytes=-", HTTP_WHOLE, 0, 1000 },
		{ "bytes=", HTTP_WHOLE, 0, 1000 },
		{ "bytes", HTTP_WHOLE, 0, 1000 },
		{ "", HTTP_WHOLE, 0, 1000 },
		{ "bytes=1", HTTP_WHOLE, 0, 1000 },
		{ "bytes=1-2x", HTTP_WHOLE, 0, 1000 },
		{ "bytes=+1-2", HTTP_WHOLE, 0, 1000 },
		{ "bytes=1 - 2", HTTP_WHOLE, 0, 1000 },
		{ "bytes=--1", HTTP_WHOLE, 0, 1000 },
		{ "lines=1-2", HTTP_WHOLE, 0, 1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_request q = asks(rows[i].range);
		struct http_answer a = http_answer_file(&q, &boot_img, now);

		assert_int_equal(a.outcome, rows[i].o);
		assert_int_equal(a.from, rows[i].from);
		assert_int_equal(a.n, rows[i].n);
		q.head = true;
		a = http_answer_file(&q, &boot_img, now);
		assert_int_equal(a.outcome, HTTP_WHOLE);
	}
}

static void an_empty_file_has_no_ranges(void **state)
{
	struct http_file empty = boot_img;
	struct http_request q = asks("bytes=0-");

	(void)state;
	empty.size = 0;
	assert_int_equal(http_answer_file(&q, &empty, now).outcome, HTTP_NOT_THERE);
	q = asks("bytes=-5");
	assert_int_equal(http_answer_file(&q, &empty, now).outcome, HTTP_WHOLE);
}

static const char *tag_of(const struct http_file *f)
{
	static char text[HTTP_ANSWER_MAX];
	struct http_answer a = { .outcome = HTTP_WHOLE };
	struct text t = text_init(text, sizeof(text));
	char *tag, *end;

	http_answer_text(&a, f, now, &t);
	tag = strstr(text, "ETag: ");
	assert_non_null(tag);
	end = strchr(tag, '\r');
	assert_non_null(end);
	*end = 0;
	return tag + 6;
}

static void conditions_are_those_of_the_rfc(void **state)
{
	char tag[64], list[128];
	struct http_request q;

	(void)state;
	snprintf(tag, sizeof(tag), "%s", tag_of(&boot_img));
#define OUTCOME(what, member, value)                                                  \
	do {                                                                          \
		memset(&q, 0, sizeof(q));                                             \
		q.member = bytes_str(value);                                          \
		assert_int_equal(http_answer_file(&q, &boot_img, now).outcome, what); \
	} while (0)
	OUTCOME(HTTP_SAME, if_none_match, tag);
	OUTCOME(HTTP_SAME, if_none_match, "*");
	snprintf(list, sizeof(list), "\"a,b\" , W/%s", tag);
	OUTCOME(HTTP_SAME, if_none_match, list);
	OUTCOME(HTTP_WHOLE, if_none_match, "\"other\"");
	OUTCOME(HTTP_WHOLE, if_none_match, "");
	OUTCOME(HTTP_WHOLE, if_match, tag);
	OUTCOME(HTTP_WHOLE, if_match, "*");
	OUTCOME(HTTP_CHANGED, if_match, list); /* weak does not do here */
	OUTCOME(HTTP_CHANGED, if_match, "\"other\"");
	OUTCOME(HTTP_SAME, if_modified_since, modified);
	OUTCOME(HTTP_SAME, if_modified_since, "Mon, 07 Nov 1994 08:49:37 GMT");
	OUTCOME(HTTP_WHOLE, if_modified_since, "Sun, 06 Nov 1994 08:49:36 GMT");
	OUTCOME(HTTP_WHOLE, if_modified_since, "yesterday");
	OUTCOME(HTTP_WHOLE, if_unmodified_since, modified);
	OUTCOME(HTTP_CHANGED, if_unmodified_since, "Sun, 06 Nov 1994 08:49:36 GMT");
	OUTCOME(HTTP_WHOLE, if_unmodified_since, "yesterday");
#undef OUTCOME
	/* the tag goes before the date: RFC 9110 13.1.3 */
	memset(&q, 0, sizeof(q));
	q.if_none_match = bytes_str("\"other\"");
	q.if_modified_since = bytes_str(modified);
	assert_int_equal(http_answer_file(&q, &boot_img, now).outcome, HTTP_WHOLE);
}

static void resumes_only_what_is_the_same_file(void **state)
{
	struct http_request q = asks("bytes=5-");
	struct http_file other = boot_img;

	(void)state;
	q.if_range = bytes_str(tag_of(&boot_img));
	assert_int_equal(http_answer_file(&q, &boot_img, now).outcome, HTTP_PART);
	other.modified_ns++;
	assert_int_equal(http_answer_file(&q, &other, now).outcome, HTTP_WHOLE);
	q.if_range = bytes_str(modified);
	assert_int_equal(http_answer_file(&q, &boot_img, now).outcome, HTTP_PART);
	/* it may have changed since, within the same second */
	assert_int_equal(http_answer_file(&q, &boot_img, 784111777).outcome, HTTP_WHOLE);
	q.if_range = bytes_str("Sun, 06 Nov 1994 08:49:38 GMT");
	assert_int_equal(http_answer_file(&q, &boot_img, now).outcome, HTTP_WHOLE);
}

/* ---- texts ---- */

static void dates_are_written_and_read(void **state)
{
	static const uint64_t days[] = { 0,          951782400, 951868800, 1709164800,
					 4107542400, 784111777, 1,         253402300799 };
	char buf[64];
	uint64_t s;

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		struct text t = text_init(buf, sizeof(buf));

		http_date_text(&t, days[i]);
		assert_int_equal(t.pos, 29);
		assert_true(http_date_read(bytes_str(buf), &s));
		/* nanoseconds in 64 bits end in the year 2554 */
		assert_int_equal(s, days[i] < UINT64_MAX / 1000000000 ? days[i] : 0);
		for (uint32_t n = 0; n < t.pos; n++)
			assert_false(http_date_read(bytes_of(buf, n), &s));
	}
	assert_true(http_date_read(bytes_str(modified), &s));
	assert_int_equal(s, 784111777);
	assert_false(http_date_read(bytes_str("Sun, 06 Nov 1969 08:49:37 GMT"), &s));
	assert_false(http_date_read(bytes_str("Sun, 06 Nox 1994 08:49:37 GMT"), &s));
	assert_false(http_date_read(bytes_str("Sun, 32 Nov 1994 08:49:37 GMT"), &s));
	assert_false(http_date_read(bytes_str("Sun, 06 Nov 1994 24:49:37 GMT"), &s));
	assert_false(http_date_read(bytes_str("Sun, 06 Nov 1994 08:49:37 CET"), &s));
}

static void writes_heads_in_full(void **state)
{
	static const struct http_file efi = { "a/BOOTAA64.EFI", 7, UINT64_C(784111777000000000) };
	char text[HTTP_ANSWER_MAX];
	struct http_request q = asks("bytes=2-4");
	struct http_answer a = http_answer_file(&q, &efi, now);
	struct text t = text_init(text, sizeof(text));

	(void)state;
	http_answer_text(&a, &efi, now, &t);
	assert_string_equal(text, "HTTP/1.1 206 Partial Content\r\n"
				  "Date: Mon, 07 Nov 1994 09:20:00 GMT\r\n"
				  "Server: bootscope\r\n"
				  "Content-Type: application/efi\r\n"
				  "Content-Length: 3\r\n"
				  "Content-Range: bytes 2-4/7\r\n"
				  "Accept-Ranges: bytes\r\n"
				  "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
				  "ETag: \"ae1b981bc490a00-7\"\r\n"
				  "\r\n");
}

/* Whatever the outcome, our own dissector reads it, and its length is that of what follows. */
static void every_answer_is_read_by_the_dissector(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < HTTP_OUTCOMES * 8; i++) {
		char text[HTTP_ANSWER_MAX];
		struct http_request q = { .head = i & 1, .keep = i & 2, .old = i & 4 };
		struct http_answer a = http_answer_refuse(&q, (enum http_outcome)(i / 8));
		struct text t = text_init(text, sizeof(text));
		struct http m;
		struct reader r;
		uint32_t head;

		http_answer_text(&a, &boot_img, now, &t);
		head = http_head_size(bytes_of(text, t.pos));
		assert_true(head > 0);
		r = reader_init((uint8_t *)text, t.pos, t.pos);
		assert_int_equal(http_decode(&r, &m), ERR_OK);
		assert_int_equal(r.pos, head);
		assert_true(m.response && m.status == http_status(a.outcome) && m.reason.n > 1);
		assert_int_equal(m.has_length, a.outcome != HTTP_SAME);
		if (!http_sentence(a.outcome) || q.head)
			assert_int_equal(head, t.pos);
		else
			assert_int_equal(m.content_length, t.pos - head);
		assert_true(!a.keep == !!strstr(text, "Connection: close\r\n"));
		assert_true((a.keep && a.old) == !!strstr(text, "Connection: keep-alive\r\n"));
		assert_true((a.outcome == HTTP_METHOD) == !!strstr(text, "Allow: GET, HEAD\r\n"));
	}
}

static void news_are_one_safe_line(void **state)
{
	char text[256];
	struct text t = text_init(text, sizeof(text));
	struct http_news n = { .ip = address_ip4(0xc0a80117),
			       .method = bytes_str("GET"),
			       .path = bytes_str("boot.img"),
			       .status = 200,
			       .bytes = 12300000,
			       .size = 12300000,
			       .begun_ns = 1000,
			       .ended_ns = 1204001000 };

	(void)state;
	http_news_text(&n, &t);
	assert_string_equal(text, "192.168.1.23 GET boot.img: 200, 12.3 MB in 1.204 s");
	text_clear(&t);
	n.bytes = 500;
	n.why = "the client went away";
	n.path = bytes_str("a\x1b[2J");
	http_news_text(&n, &t);
	assert_string_equal(text, "192.168.1.23 GET a\\x1b[2J: 200, 500 B of 12.3 MB in 1.204 s: "
				  "the client went away");
	text_clear(&t);
	n.bytes = n.size = 0;
	n.status = 404;
	n.why = http_sentence(HTTP_MISSING);
	http_news_text(&n, &t);
	assert_string_equal(text, "192.168.1.23 GET a\\x1b[2J: 404, There is no such file.");
}

static void store_errors_have_their_answers(void **state)
{
	(void)state;
	assert_int_equal(http_status(http_answer_store(STORE_MISSING)), 404);
	assert_int_equal(http_status(http_answer_store(STORE_FOLDER)), 404);
	assert_int_equal(http_status(http_answer_store(STORE_OUTSIDE)), 403);
	assert_int_equal(http_status(http_answer_store(STORE_DENIED)), 403);
	assert_int_equal(http_status(http_answer_store(STORE_BUSY)), 503);
	for (int e = STORE_EXISTS; e >= STORE_BROKEN; e--)
		if (e != STORE_BUSY)
			assert_int_equal(http_status(http_answer_store((enum store_error)e)), 500);
}

/* ---- damage ---- */

static bool is_below(const char *path)
{
	char framed[BOOT_PATH_MAX + 2];

	snprintf(framed, sizeof(framed), "/%s/", path);
	return !strstr(framed, "/../") && !strstr(framed, "//");
}

static void nothing_in_a_head_breaks_it(void **state)
{
	static const char head[] =
		"GET http://h/%2e%2e/a\\b?c HTTP/1.1\r\nHost: h\r\nRange: bytes=1-2,3-\r\n"
		"If-None-Match: W/\"a\", *\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		"Connection: close, x\r\nContent-Length: 0\r\n\r\n";
	struct http_request q;
	char path[BOOT_PATH_MAX];

	(void)state;
	for (uint32_t n = 0; n < sizeof(head); n++)
		for (uint32_t bit = 0; bit < 8 * n + 1; bit++) {
			char *copy = malloc(n ? n : 1);
			struct bytes b = { (uint8_t *)copy, n };
			uint32_t size;

			assert_non_null(copy);
			memcpy(copy, head, n);
			if (bit < 8 * n)
				copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
			size = http_head_size(b);
			assert_true(size <= n);
			if (http_request_read(b, &q) == HTTP_WHOLE &&
			    http_answer_path(q.target, path) == HTTP_WHOLE) {
				struct http_answer a = http_answer_file(&q, &boot_img, now);

				assert_true(a.from + a.n <= boot_img.size);
				assert_true(is_below(path));
			}
			free(copy);
			if (n != sizeof(head) - 1 && bit)
				break; /* flips of the whole, and each prefix */
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_where_a_head_ends),
		cmocka_unit_test(reads_what_boot_clients_send),
		cmocka_unit_test(refuses_what_is_no_request),
		cmocka_unit_test(two_fields_of_one_name_are_none),
		cmocka_unit_test(names_become_paths_below_the_root),
		cmocka_unit_test(ranges_are_those_of_the_rfc),
		cmocka_unit_test(an_empty_file_has_no_ranges),
		cmocka_unit_test(conditions_are_those_of_the_rfc),
		cmocka_unit_test(resumes_only_what_is_the_same_file),
		cmocka_unit_test(dates_are_written_and_read),
		cmocka_unit_test(writes_heads_in_full),
		cmocka_unit_test(every_answer_is_read_by_the_dissector),
		cmocka_unit_test(news_are_one_safe_line),
		cmocka_unit_test(store_errors_have_their_answers),
		cmocka_unit_test(nothing_in_a_head_breaks_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
