/* SPDX-License-Identifier: BSD-2-Clause */
#include "fragments.h"

#include "frames.h"
#include "unit.h"

enum { SIZE = 4000, SLOTS = 4 };

static struct packet p;
static uint8_t datagram[SIZE + 64];

struct piece {
	uint8_t buf[1700];
	uint32_t n;
};

static struct fragments *table(uint32_t slots)
{
	size_t n = fragments_size(slots);
	void *mem = malloc(n);

	assert_non_null(mem);
	memset(mem, 0xa5, n < 4096 ? n : 4096); /* init trusts no zeroed memory */
	return fragments_init(mem, slots);
}

/* A UDP datagram of SIZE bytes in pieces of 1480. */
static uint32_t pieces(int version, uint32_t id, struct piece *out)
{
	struct build_ends e = frame_ends(version, 2049, 700);
	struct writer w = writer_init(datagram, sizeof(datagram));
	uint8_t payload[SIZE - 8];
	uint32_t n = 0, at = 0;

	for (uint32_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i * 7 + id);
	build_udp_datagram(&w, &e, bytes_of(payload, sizeof(payload)));
	e.id = id;
	do {
		struct writer f = writer_init(out[n].buf, sizeof(out[n].buf));

		at = build_fragment(&f, &e, IP_PROTO_UDP, writer_done(&w), at, 1480);
		assert_int_equal(f.err, ERR_OK);
		out[n++].n = f.pos;
	} while (at);
	return n;
}

static bool add_at(struct fragments *t, const struct piece *f, uint32_t held, uint64_t time_ns)
{
	static struct frame frame;

	if (frame.data)
		frame_drop(&frame);
	frame = frame_copy(f->buf, held, f->n, LINK_ETHERNET);
	frame.time_ns = time_ns;
	packet_layers(&frame, &p);
	assert_true(p.ip.fragment);
	assert_int_equal(p.dport, 0);
	return fragments_add(t, &p);
}

static bool add(struct fragments *t, const struct piece *f)
{
	return add_at(t, f, f->n, 1);
}

static void expect_whole(void)
{
	assert_true(p.reassembled);
	assert_false(p.ip.fragment);
	assert_int_equal(p.payload.wire, SIZE);
	assert_int_equal(p.payload.len, SIZE);
	assert_memory_equal(p.payload.buf, datagram, SIZE);
	packet_transport(&p);
	assert_int_equal(p.sport, 2049);
	assert_int_equal(p.dport, 700);
	assert_int_equal(packet_udp_checksum(&p, packet_udp(&p)), 0);
	assert_int_equal(reader_wire_left(&p.payload), SIZE - 8);
}

static void puts_together_in_any_order(void **state)
{
	static const uint8_t orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					     { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	struct fragments *t = table(SLOTS);
	struct piece f[8];

	(void)state;
	for (int version = 4; version <= 6; version += 2)
		for (uint32_t o = 0; o < 6; o++) {
			assert_int_equal(pieces(version, 1000 + o, f), 3);
			assert_false(add(t, &f[orders[o][0]]));
			assert_false(add(t, &f[orders[o][1]]));
			assert_true(add(t, &f[orders[o][2]]));
			expect_whole();
		}
	assert_int_equal(fragments_stats(t)->complete, 12);
	free(t);
}

static void duplicates_change_nothing(void **state)
{
	struct fragments *t = table(SLOTS);
	struct piece f[8];

	(void)state;
	pieces(4, 7, f);
	assert_false(add(t, &f[0]));
	assert_false(add(t, &f[0]));
	assert_false(add(t, &f[2]));
	assert_false(add(t, &f[2]));
	assert_true(add(t, &f[1]));
	expect_whole();
	assert_int_equal(fragments_stats(t)->duplicates, 2);
	assert_int_equal(fragments_stats(t)->overlaps, 0);
	free(t);
}

static void of_overlapping_bytes_the_first_count(void **state)
{
	struct fragments *t = table(SLOTS);
	struct piece f[8], liar;

	(void)state;
	pieces(4, 7, f);
	liar = f[1];
	liar.buf[21] = (uint8_t)(liar.buf[21] - 10); /* begins 80 bytes inside the first */
	memset(liar.buf + 34, 0xee, liar.n - 34);
	assert_false(add(t, &f[0]));
	assert_false(add(t, &f[1]));
	assert_false(add(t, &liar)); /* all of it was there */
	assert_true(add(t, &f[2]));
	expect_whole();
	assert_int_equal(fragments_stats(t)->duplicates, 1);

	pieces(4, 8, f);
	liar.buf[19] = 8;
	assert_false(add(t, &f[0]));
	assert_false(add(t, &liar));
	assert_false(add(t, &f[1]));
	assert_true(add(t, &f[2]));
	assert_int_equal(fragments_stats(t)->overlaps, 2);
	assert_memory_equal(p.payload.buf, datagram, 1480);
	assert_int_equal(p.payload.buf[1480], 0xee);
	free(t);
}

static void gives_up_after_thirty_seconds(void **state)
{
	struct fragments *t = table(SLOTS);
	struct piece f[8];

	(void)state;
	pieces(4, 7, f);
	assert_false(add_at(t, &f[0], f[0].n, 1));
	assert_false(add_at(t, &f[1], f[1].n, UINT64_C(31000000000)));
	assert_false(add_at(t, &f[2], f[2].n, UINT64_C(31000000000)));
	assert_int_equal(fragments_stats(t)->incomplete, 1);
	assert_true(add_at(t, &f[0], f[0].n, UINT64_C(32000000000)));
	expect_whole();
	free(t);
}

static void the_oldest_makes_room(void **state)
{
	struct fragments *t = table(SLOTS);
	struct piece f[8];

	(void)state;
	for (uint32_t id = 1; id <= SLOTS + 1; id++) {
		pieces(4, id, f);
		assert_false(add(t, &f[0]));
	}
	assert_int_equal(fragments_stats(t)->incomplete, 1);
	for (uint32_t id = 2; id <= SLOTS + 1; id++) {
		pieces(4, id, f);
		assert_false(add(t, &f[2]));
		assert_true(add(t, &f[1]));
		expect_whole();
	}
	free(t);
}

static void a_cut_piece_leaves_a_cut_datagram(void **state)
{
	struct fragments *t = table(SLOTS);
	struct piece f[8];

	(void)state;
	pieces(4, 7, f);
	assert_false(add_at(t, &f[1], 128, 1));
	assert_false(add_at(t, &f[2], 128, 1));
	assert_true(add_at(t, &f[0], 128, 1));
	assert_int_equal(p.payload.wire, SIZE);
	assert_int_equal(p.payload.len, 128 - 34);
	assert_memory_equal(p.payload.buf, datagram, 128 - 34);
	packet_transport(&p);
	assert_int_equal(p.dport, 700);
	(void)reader_rest(&p.payload);
	assert_int_equal(p.payload.err, ERR_CUT);
	free(t);
}

static void refuses_what_cannot_belong(void **state)
{
	struct fragments *t = table(SLOTS);
	struct piece f[8], odd;

	(void)state;
	pieces(4, 7, f);
	odd = f[1];
	odd.buf[17] = (uint8_t)(odd.buf[17] - 3); /* not a multiple of eight and not the last */
	assert_false(add(t, &odd));
	odd = f[1];
	odd.buf[20] = 0x1f, odd.buf[21] = 0xff; /* would end behind 65535 */
	assert_false(add(t, &odd));
	assert_false(add(t, &f[2]));
	odd = f[2];
	odd.buf[17] = (uint8_t)(odd.buf[17] - 8); /* another end */
	assert_false(add(t, &odd));
	assert_int_equal(fragments_stats(t)->refused, 3);
	assert_false(add(t, &f[0]));
	assert_true(add(t, &f[1]));
	expect_whole();
	free(t);
}

static void no_slots_is_a_table_too(void **state)
{
	struct fragments *t = table(0);
	struct piece f[8];

	(void)state;
	pieces(4, 7, f);
	for (int i = 0; i < 3; i++)
		assert_false(add(t, &f[i]));
	free(t);
}

/* Many small pieces from both ends, so that the list of ranges runs full. */
static void too_many_gaps_are_refused(void **state)
{
	struct fragments *t = table(SLOTS);
	struct build_ends e = frame_ends(4, 1, 2);
	uint8_t data[2048] = { 0 };
	bool done = false;

	(void)state;
	e.id = 9;
	for (int round = 0; round < 2; round++)
		for (uint32_t at = (uint32_t)round * 8; at < sizeof(data); at += 16) {
			struct piece f;
			struct writer w = writer_init(f.buf, sizeof(f.buf));

			build_fragment(&w, &e, IP_PROTO_UDP, bytes_of(data, sizeof(data)), at, 8);
			f.n = w.pos;
			done = add(t, &f) || done;
		}
	assert_true(fragments_stats(t)->refused > 0);
	assert_false(done);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_together_in_any_order),
		cmocka_unit_test(duplicates_change_nothing),
		cmocka_unit_test(of_overlapping_bytes_the_first_count),
		cmocka_unit_test(gives_up_after_thirty_seconds),
		cmocka_unit_test(the_oldest_makes_room),
		cmocka_unit_test(a_cut_piece_leaves_a_cut_datagram),
		cmocka_unit_test(refuses_what_cannot_belong),
		cmocka_unit_test(no_slots_is_a_table_too),
		cmocka_unit_test(too_many_gaps_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
