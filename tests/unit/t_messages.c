/* SPDX-License-Identifier: BSD-2-Clause */
/* The small text and address protocols: HTTP, DNS, DHCPv6, netconsole. */
#include <stdlib.h>

#include "dhcp6.h"
#include "dns.h"
#include "http.h"
#include "netconsole.h"
#include "unit.h"

static uint8_t buf[1024];

typedef enum err decode_fn(struct reader *r);

static struct http http;
static struct dns dns;
static struct dhcp6 dhcp6;
static struct netconsole console;

static enum err read_http(struct reader *r)
{
	return http_decode(r, &http);
}

static enum err read_dns(struct reader *r)
{
	return dns_decode(r, &dns);
}

static enum err read_dhcp6(struct reader *r)
{
	return dhcp6_decode(r, &dhcp6);
}

static enum err read_console(struct reader *r)
{
	return netconsole_decode(r, &console);
}

static enum err decode(decode_fn *fn, struct bytes b)
{
	struct reader r = reader_init(b.p, b.n, b.n);

	return fn(&r);
}

/* Each prefix of it in memory of its own size, and each bit of it turned over: for the sanitizer.
 */
static void sweep(decode_fn *fn, struct bytes b)
{
	for (uint32_t n = 0; n <= b.n; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct reader r;

		memcpy(copy, b.p, n);
		r = reader_init(copy, n, n);
		(void)fn(&r);
		r = reader_init(copy, n, b.n);
		(void)fn(&r);
		free(copy);
	}
	for (uint32_t bit = 0; bit < b.n * 8; bit++) {
		uint8_t *copy = malloc(b.n);
		struct reader r = reader_init(copy, b.n, b.n);

		memcpy(copy, b.p, b.n);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		(void)fn(&r);
		free(copy);
	}
}

static const char get[] =
	"GET /net_boot/boot.img HTTP/1.1\r\nHost: 10.0.0.1:8080\r\nUser-Agent: Pi\r\n"
	"Range: bytes=0-99\r\n\r\n";
static const char found[] = "HTTP/1.1 302 Found\r\nLocation: https://10.0.0.1/boot.img\r\n"
			    "Content-Length: 42\r\nContent-Type: text/html\r\n\r\n<html>";

static void http_requests_and_answers_are_read(void **state)
{
	(void)state;
	assert_true(http_looks_like(bytes_str(get)));
	assert_true(http_looks_like(bytes_str(found)));
	assert_false(http_looks_like(bytes_str("GETTING")));
	assert_false(http_looks_like(bytes_of(NULL, 0)));
	assert_int_equal(decode(read_http, bytes_str(get)), ERR_OK);
	assert_false(http.response);
	assert_true(bytes_is(http.method, "GET"));
	assert_true(bytes_is(http.target, "/net_boot/boot.img"));
	assert_true(bytes_is(http.host, "10.0.0.1:8080"));
	assert_true(bytes_is(http.range, "bytes=0-99"));
	assert_int_equal(decode(read_http, bytes_str(found)), ERR_OK);
	assert_true(http.response);
	assert_int_equal(http.status, 302);
	assert_true(bytes_is(http.location, "https://10.0.0.1/boot.img"));
	assert_true(http.has_length);
	assert_int_equal(http.content_length, 42);
}

static void http_header_names_have_no_case(void **state)
{
	(void)state;
	assert_int_equal(
		decode(read_http, bytes_str("HTTP/1.0 200 OK\r\ncontent-LENGTH:7\r\n\r\n")),
		ERR_OK);
	assert_true(http.has_length);
	assert_int_equal(http.content_length, 7);
}

static void http_lengths_that_are_no_number_are_none(void **state)
{
	(void)state;
	(void)decode(read_http, bytes_str("HTTP/1.0 200 OK\r\nContent-Length: x\r\n\r\n"));
	assert_false(http.has_length);
	(void)decode(
		read_http,
		bytes_str("HTTP/1.0 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"));
	assert_true(!http.has_length || http.content_length <= UINT64_MAX);
}

static struct bytes dns_answer(void)
{
	struct writer w = writer_init(buf, sizeof(buf));
	struct dns m;

	memset(&m, 0, sizeof(m));
	m.id = 7;
	m.response = true;
	m.questions = 1;
	m.type = 1;
	memcpy(m.name, "boot.lan", 9);
	m.n_addresses = 1;
	m.address[0] = address_ip4(0x0a000014);
	dns_encode(&m, &w);
	return writer_done(&w);
}

static void dns_is_read_as_it_was_written(void **state)
{
	(void)state;
	assert_int_equal(decode(read_dns, dns_answer()), ERR_OK);
	assert_int_equal(dns.id, 7);
	assert_string_equal(dns.name, "boot.lan");
	assert_int_equal(dns.n_addresses, 1);
	assert_int_equal(address_to_ip4(dns.address[0]), 0x0a000014);
}

/* RFC 1035 4.1.4: a pointer to itself, and two that point at each other. */
static void dns_pointers_in_a_ring_end(void **state)
{
	static const uint8_t self[] = { 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1 };
	static const uint8_t ring[] = { 0, 1, 0,   0,    0,  1,    0,  0, 0, 0, 0,
					0, 1, 'a', 0xc0, 16, 0xc0, 12, 0, 1, 0, 1 };

	(void)state;
	assert_int_not_equal(decode(read_dns, bytes_of(self, sizeof(self))), ERR_OK);
	assert_int_not_equal(decode(read_dns, bytes_of(ring, sizeof(ring))), ERR_OK);
}

static struct bytes dhcp6_reply(void)
{
	static const uint8_t duid[] = { 0, 3, 0, 1, 0xdc, 0xa6, 0x32, 1, 2, 3 };
	static struct dhcp6 m;
	struct writer w = writer_init(buf, sizeof(buf));

	memset(&m, 0, sizeof(m));
	m.type = 7;
	m.xid = 0x123456;
	m.option[m.n_options++] = (struct dhcp6_option) { 1, bytes_of(duid, sizeof(duid)) };
	m.option[m.n_options++] = (struct dhcp6_option) { 59, bytes_str("tftp://[fd00::1]/pi/") };
	dhcp6_encode(&m, &w);
	return writer_done(&w);
}

static void dhcp6_is_read_as_it_was_written(void **state)
{
	(void)state;
	assert_int_equal(decode(read_dhcp6, dhcp6_reply()), ERR_OK);
	assert_int_equal(dhcp6.type, 7);
	assert_int_equal(dhcp6.xid, 0x123456);
	assert_int_equal(dhcp6.client_mac.b[0], 0xdc);
	assert_true(bytes_is(dhcp6.bootfile_url, "tftp://[fd00::1]/pi/"));
	assert_int_equal(dhcp6.relays, 0);
}

/* RFC 8415 9: hop count and two addresses, then the client's message in option 9. */
static void dhcp6_relays_are_opened(void **state)
{
	static uint8_t relayed[512];
	struct bytes inner = dhcp6_reply();
	struct writer w = writer_init(relayed, sizeof(relayed));

	(void)state;
	writer_u8(&w, 13);
	writer_u8(&w, 0);
	for (int i = 0; i < 8; i++)
		writer_be32(&w, 1);
	writer_be16(&w, 9);
	writer_be16(&w, (uint16_t)inner.n);
	writer_bytes(&w, inner);
	assert_int_equal(decode(read_dhcp6, writer_done(&w)), ERR_OK);
	assert_int_equal(dhcp6.relays, 1);
	assert_int_equal(dhcp6.type, 7);
	assert_true(bytes_is(dhcp6.bootfile_url, "tftp://[fd00::1]/pi/"));
}

static void netconsole_lines_lose_their_ends(void **state)
{
	(void)state;
	assert_int_equal(decode(read_console, bytes_of("DHCP src: x\n\0", 13)), ERR_OK);
	assert_true(bytes_is(console.line, "DHCP src: x"));
}

static void every_prefix_and_flip_is_survived(void **state)
{
	(void)state;
	sweep(read_http, bytes_str(get));
	sweep(read_http, bytes_str(found));
	sweep(read_dns, dns_answer());
	sweep(read_dhcp6, dhcp6_reply());
	sweep(read_console, bytes_of("DHCP src: x\n\0", 13));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(http_requests_and_answers_are_read),
		cmocka_unit_test(http_header_names_have_no_case),
		cmocka_unit_test(http_lengths_that_are_no_number_are_none),
		cmocka_unit_test(dns_is_read_as_it_was_written),
		cmocka_unit_test(dns_pointers_in_a_ring_end),
		cmocka_unit_test(dhcp6_is_read_as_it_was_written),
		cmocka_unit_test(dhcp6_relays_are_opened),
		cmocka_unit_test(netconsole_lines_lose_their_ends),
		cmocka_unit_test(every_prefix_and_flip_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
