/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_stream.h"

#include <stdlib.h>

#include "rpc_write.h"
#include "unit.h"

enum { XID = 0x1000, CALLS = 5, FIRST_SEQ = 0xffffff00 /* the sequence numbers wrap on the way */ };

static uint8_t stream[16384];
static uint32_t length, ends[CALLS];
static uint32_t seen[64], n_seen;
static struct streams *table;
static struct packet p;

/* Five READ calls, each as a record of its own. */
static void write_calls(void)
{
	struct writer w = writer_init(stream, sizeof(stream));

	for (uint32_t i = 0; i < CALLS; i++) {
		struct rpc m;
		uint32_t mark = rpc_open_record(&w);

		memset(&m, 0, sizeof(m));
		m.xid = XID + i;
		m.prog = RPC_NFS;
		m.vers = 3;
		m.proc = 6;
		m.flavor = 1;
		m.machine = bytes_str("pi");
		m.handle = bytes_str("a file handle...");
		m.count = 4096;
		rpc_write_call(&m, &w);
		rpc_close_record(&w, mark);
		ends[i] = w.pos;
	}
	length = w.pos;
}

/* Two replies to READ, each with 4000 bytes of data. */
static void write_replies(void)
{
	static uint8_t payload[4000];
	struct writer w = writer_init(stream, sizeof(stream));

	for (uint32_t i = 0; i < 2; i++) {
		struct rpc m;
		uint32_t mark = rpc_open_record(&w);

		memset(&m, 0, sizeof(m));
		m.xid = XID + i;
		m.prog = RPC_NFS;
		m.vers = 3;
		m.proc = 6;
		m.count = sizeof(payload);
		m.body = bytes_of(payload, sizeof(payload));
		rpc_write_reply(&m, &w);
		rpc_close_record(&w, mark);
		ends[i] = w.pos;
	}
	length = w.pos;
}

static bool message(void *ctx, struct packet *packet, struct reader m, bool final)
{
	struct rpc r;
	enum err e;

	(void)ctx, (void)packet;
	rpc_decode_header(&m, &r);
	if (r.type == RPC_REPLY) {
		r.known = true;
		r.prog = RPC_NFS;
		r.vers = 3;
		r.proc = 6;
	}
	e = rpc_decode_body(&m, &r);
	if (e == ERR_CUT && !final)
		return true;
	assert_int_equal(e, ERR_OK);
	assert_true(n_seen < 64);
	seen[n_seen++] = r.xid;
	return false;
}

/* What all segments of the client have in common. */
static void segment(uint32_t seq, uint8_t flags, uint8_t *bytes, uint32_t n)
{
	static struct frame frame;

	memset(&p, 0, sizeof(p));
	p.frame = &frame;
	p.ip.version = 4;
	p.ip.proto = IP_PROTO_TCP;
	p.ip.src = address_ip4(0x0a000001);
	p.ip.dst = address_ip4(0x0a000002);
	p.sport = 700;
	p.dport = RPC_NFS_PORT;
	p.tcp.seq = seq;
	p.tcp.flags = flags;
	p.payload = reader_init(bytes, n, n);
	streams_segment(table, &p, true, message, NULL);
}

/* The bytes from..to of the stream, in a block of exactly their size. */
static void send(uint32_t from, uint32_t to)
{
	uint8_t *copy = malloc(to - from ? to - from : 1);

	memcpy(copy, stream + from, to - from);
	segment(FIRST_SEQ + from, TCP_ACK, copy, to - from);
	free(copy);
}

/* A table that has seen nothing; with a SYN, or in the middle of a connection. */
static void begin(bool syn)
{
	n_seen = 0;
	table = streams_init(calloc(1, streams_size(8)), 8, 7);
	assert_non_null(table);
	if (syn)
		segment(FIRST_SEQ - 1, TCP_SYN, NULL, 0);
}

static void expect(uint32_t n)
{
	assert_int_equal(n_seen, n);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(seen[i], XID + i);
	free(table);
}

static void reads_messages_split_anywhere(void **state)
{
	(void)state;
	write_calls();
	for (uint32_t cut = 0; cut <= length; cut++) {
		begin(true);
		send(0, cut);
		send(cut, length);
		expect(CALLS);
	}
}

static void reads_one_byte_at_a_time(void **state)
{
	(void)state;
	write_calls();
	begin(true);
	for (uint32_t at = 0; at < length; at++)
		send(at, at + 1);
	expect(CALLS);
}

/* Each record of the stream in fragments of so many bytes (RFC 5531 11). */
static void in_fragments(uint32_t size)
{
	static uint8_t whole[sizeof(stream)];
	uint32_t n = length, out = 0;

	memcpy(whole, stream, n);
	for (uint32_t at = 0; at < n;) {
		uint32_t record = ((uint32_t)whole[at] << 24 | (uint32_t)whole[at + 1] << 16 |
				   (uint32_t)whole[at + 2] << 8 | whole[at + 3]) &
				  0x7fffffff;

		at += 4;
		while (record) {
			uint32_t k = record < size ? record : size;

			stream[out++] = k == record ? 0x80 : 0;
			stream[out++] = 0;
			stream[out++] = (uint8_t)(k >> 8);
			stream[out++] = (uint8_t)k;
			memcpy(stream + out, whole + at, k);
			out += k;
			at += k;
			record -= k;
		}
	}
	length = out;
}

static void joins_the_fragments_of_a_record(void **state)
{
	static const uint32_t sizes[] = { 1, 3, 8, 20, 32, 40, 60, 90, 1000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (uint32_t step = 1; step < 300; step = step * 3 + 1) {
			write_calls();
			in_fragments(sizes[i]);
			begin(true);
			for (uint32_t at = 0; at < length; at += step)
				send(at, at + step < length ? at + step : length);
			if (n_seen != CALLS)
				fail_msg("fragments of %u in segments of %u: %u messages", sizes[i],
					 step, n_seen);
			expect(CALLS);
		}
	}
}

static void puts_segments_back_in_order(void **state)
{
	(void)state;
	write_calls();
	for (uint32_t cut = 1; cut < length - ends[0]; cut++) {
		begin(true);
		send(0, ends[0]);
		send(ends[0] + cut, length);
		send(ends[0], ends[0] + cut);
		expect(CALLS);
	}
}

static void reads_nothing_twice(void **state)
{
	(void)state;
	write_calls();
	begin(true);
	send(0, ends[1]);
	send(0, ends[1]);
	send(ends[0], ends[2] - 3);
	send(ends[1], length);
	send(0, length);
	expect(CALLS);
}

static void jumps_over_payload_that_was_not_captured(void **state)
{
	(void)state;
	write_replies();
	begin(true);
	send(0, 500);
	/* 3000 bytes of the first reply's data are missing */
	send(3500, ends[0] + 200);
	send(ends[0] + 200, length);
	expect(2);
}

static void finds_its_step_after_a_loss_between_records(void **state)
{
	(void)state;
	write_calls();
	begin(true);
	send(0, ends[0]);
	/* the second call is lost; what follows is acknowledged, so that it will not come */
	memset(&p, 0, sizeof(p));
	p.ip.src = address_ip4(0x0a000002);
	p.ip.dst = address_ip4(0x0a000001);
	p.sport = RPC_NFS_PORT;
	p.dport = 700;
	p.tcp.flags = TCP_ACK;
	p.tcp.ack = FIRST_SEQ + length;
	streams_segment(table, &p, true, message, NULL);
	send(ends[1], length);
	assert_int_equal(n_seen, 4);
	assert_int_equal(seen[0], XID);
	for (uint32_t i = 1; i < 4; i++)
		assert_int_equal(seen[i], XID + 1 + i);
	free(table);
}

static void begins_in_the_middle_of_a_connection(void **state)
{
	(void)state;
	write_calls();
	begin(false);
	send(ends[0] - 20, ends[0]);
	send(ends[0], length);
	assert_int_equal(n_seen, CALLS - 1);
	free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_messages_split_anywhere),
		cmocka_unit_test(reads_one_byte_at_a_time),
		cmocka_unit_test(joins_the_fragments_of_a_record),
		cmocka_unit_test(puts_segments_back_in_order),
		cmocka_unit_test(reads_nothing_twice),
		cmocka_unit_test(jumps_over_payload_that_was_not_captured),
		cmocka_unit_test(finds_its_step_after_a_loss_between_records),
		cmocka_unit_test(begins_in_the_middle_of_a_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
