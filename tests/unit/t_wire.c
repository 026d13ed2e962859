/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"

#include <stdlib.h>

#include "flow.h"
#include "frames.h"
#include "unit.h"

enum { CLIENT = 49152, SERVER = 34567 };

struct seen {
	uint32_t calls;
	enum record record;
	bool flow;
	enum err err;
	char line[100];
};

static void note(void *ctx, struct packet *p, const struct call *call)
{
	struct seen *s = ctx;

	(void)call;
	s->calls++;
	s->record = p->record;
	s->flow = p->flow && p->record == RECORD_TFTP;
	s->err = p->err;
	if (p->record) {
		struct text t = text_init(s->line, sizeof(s->line));

		protocols[p->record].line(p, &t);
	}
}

static struct wire *fresh(void)
{
	void *mem = calloc(1, wire_size(&wire_default_limits));

	return wire_init(mem, &wire_default_limits);
}

static struct seen send_udp(struct wire *w, struct build_ends e, struct bytes payload)
{
	uint8_t buf[2048];
	struct writer out = writer_init(buf, sizeof(buf));
	struct seen s = { 0 };
	struct frame f;
	struct bytes b;

	build_udp(&out, &e, payload);
	b = writer_done(&out);
	f = frame_copy(b.p, b.n, b.n, 1);
	wire_frame(w, &f, note, &s);
	frame_drop(&f);
	return s;
}

static struct bytes tftp(uint8_t *buf, uint32_t n, const struct tftp *m)
{
	struct writer w = writer_init(buf, n);

	tftp_encode(m, &w);
	return writer_done(&w);
}

static struct build_ends back(struct build_ends e, uint16_t port)
{
	struct build_ends b = e;

	b.src = e.dst;
	b.dst = e.src;
	b.sport = port;
	b.dport = e.sport;
	return b;
}

static void follows_a_transfer_to_any_port_and_address(void **state)
{
	struct wire *w = fresh();
	struct build_ends up = frame_ends(4, CLIENT, TFTP_PORT), down;
	struct tftp rrq = { .op = TFTP_RRQ,
			    .file = bytes_str("start4.elf"),
			    .mode = bytes_str("octet") };
	struct tftp data = { .op = TFTP_DATA, .block = 1, .data = bytes_str("x") };
	uint8_t buf[64];
	struct seen s;

	(void)state;
	down = back(up, SERVER);
	s = send_udp(w, down, tftp(buf, sizeof(buf), &data));
	assert_int_equal(s.record, RECORD_NONE);
	s = send_udp(w, up, tftp(buf, sizeof(buf), &rrq));
	assert_int_equal(s.record, RECORD_TFTP);
	s = send_udp(w, down, tftp(buf, sizeof(buf), &data));
	assert_int_equal(s.record, RECORD_TFTP);
	assert_true(s.flow);
	down.src = address_ip4(0xc0a80163);
	s = send_udp(w, down, tftp(buf, sizeof(buf), &data));
	assert_true(s.flow);
	s = send_udp(w, back(up, TFTP_PORT), tftp(buf, sizeof(buf), &data));
	assert_true(s.flow);
	free(w);
}

/* A capture on a host whose card cuts bursts up has them as one datagram. */
static void a_burst_is_told_by_what_was_agreed_on(void **state)
{
	static const char blocks[] = "one.....\0\3\0\2two.....\0\3\0\3thr";
	struct wire *w = fresh();
	struct build_ends up = frame_ends(4, CLIENT, TFTP_PORT), down = back(up, SERVER);
	struct tftp rrq = { .op = TFTP_RRQ,
			    .file = bytes_str("start4.elf"),
			    .mode = bytes_str("octet") };
	struct tftp oack = { .op = TFTP_OACK };
	struct tftp data = { .op = TFTP_DATA,
			     .block = 1,
			     .data = bytes_of((const uint8_t *)blocks, sizeof(blocks) - 1) };
	uint8_t buf[64];
	struct seen s;

	(void)state;
	tftp_add(&oack, "blksize", "8");
	tftp_add(&oack, "windowsize", "4");
	send_udp(w, up, tftp(buf, sizeof(buf), &rrq));
	s = send_udp(w, down, tftp(buf, sizeof(buf), &data));
	assert_string_equal(s.line, "DATA block 1, 27 bytes");
	send_udp(w, down, tftp(buf, sizeof(buf), &oack));
	s = send_udp(w, down, tftp(buf, sizeof(buf), &data));
	assert_string_equal(s.line, "DATA blocks 1..3 (3 of 8), 19 bytes");
	free(w);
}

static void port_69_alone_is_tftp_and_others_are_not(void **state)
{
	struct wire *w = fresh();
	struct tftp ack = { .op = TFTP_ACK, .block = 7 };
	uint8_t buf[64];
	struct seen s;

	(void)state;
	s = send_udp(w, frame_ends(4, TFTP_PORT, CLIENT), tftp(buf, sizeof(buf), &ack));
	assert_int_equal(s.record, RECORD_TFTP);
	assert_false(s.flow);
	s = send_udp(w, frame_ends(4, SERVER, CLIENT), tftp(buf, sizeof(buf), &ack));
	assert_int_equal(s.record, RECORD_NONE);
	assert_int_equal(s.calls, 1);
	free(w);
}

static void reads_console_lines_and_counts_failures(void **state)
{
	struct wire *w = fresh();
	struct seen s;

	(void)state;
	s = send_udp(w, frame_ends(4, NETCONSOLE_FROM_PORT, NETCONSOLE_TO_PORT),
		     bytes_str("RPi4\n"));
	assert_int_equal(s.record, RECORD_NETCONSOLE);
	s = send_udp(w, frame_ends(4, CLIENT, DNS_PORT), bytes_str("short"));
	assert_int_equal(s.record, RECORD_DNS);
	assert_int_equal(s.err, ERR_SHORT);
	assert_int_equal(wire_stats(w)->errors, 1);
	assert_int_equal(wire_stats(w)->frames, 2);
	free(w);
}

static struct bytes words(uint8_t *buf, uint32_t size, const uint32_t *v, uint32_t n)
{
	struct writer w = writer_init(buf, size);

	for (uint32_t i = 0; i < n; i++)
		writer_be32(&w, v[i]);
	return writer_done(&w);
}

static void a_reply_from_a_strange_port_is_known_by_its_call(void **state)
{
	static const uint32_t call[] = { 77, 0, 2, RPC_MOUNT, 3, 0, 0, 0, 0, 0 };
	static const uint32_t reply[] = { 77, 1, 0, 0, 0, 0 }, other[] = { 78, 1, 0, 0, 0, 0 };
	struct wire *w = fresh();
	struct build_ends up = frame_ends(4, CLIENT, 20048);
	uint8_t buf[64];
	struct seen s;

	(void)state;
	s = send_udp(w, back(up, 20048), words(buf, sizeof(buf), reply, 6));
	assert_int_equal(s.record, RECORD_NONE);
	s = send_udp(w, up, words(buf, sizeof(buf), call, 10));
	assert_int_equal(s.record, RECORD_RPC);
	s = send_udp(w, back(up, 20048), words(buf, sizeof(buf), other, 6));
	assert_int_equal(s.record, RECORD_NONE);
	s = send_udp(w, back(up, 20048), words(buf, sizeof(buf), reply, 6));
	assert_int_equal(s.record, RECORD_RPC);
	assert_int_equal(s.err, ERR_OK);
	free(w);
}

static void calls_once_for_an_unknown_link_and_counts_it(void **state)
{
	struct wire *w = fresh();
	struct frame f = frame_copy((const uint8_t *)"????", 4, 4, 65000);
	struct seen s = { 0 };

	(void)state;
	wire_frame(w, &f, note, &s);
	assert_int_equal(s.calls, 1);
	assert_int_equal(wire_stats(w)->unknown_link, 1);
	frame_drop(&f);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_a_transfer_to_any_port_and_address),
		cmocka_unit_test(a_burst_is_told_by_what_was_agreed_on),
		cmocka_unit_test(port_69_alone_is_tftp_and_others_are_not),
		cmocka_unit_test(reads_console_lines_and_counts_failures),
		cmocka_unit_test(a_reply_from_a_strange_port_is_known_by_its_call),
		cmocka_unit_test(calls_once_for_an_unknown_link_and_counts_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
