/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_record.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "writer.h"

enum { MAX = 4096, ROUNDS = 400 };

/* Messages of 0, 1, 5, 300 and 4096 bytes, the last two in pieces: of 100 bytes, and of 1000 with
 * an empty one between. */
static const uint32_t length[] = { 0, 1, 5, 300, MAX };
enum { MESSAGES = sizeof(length) / sizeof(length[0]) };

static uint8_t stream[16384];
static uint32_t stream_n;

static uint8_t byte(uint32_t message, uint32_t i)
{
	return (uint8_t)(message * 31 + i * 7 + i / 256);
}

static void piece(struct writer *w, uint32_t message, uint32_t from, uint32_t n, bool last)
{
	writer_be32(w, (last ? 0x80000000u : 0) | n);
	for (uint32_t i = 0; i < n; i++)
		writer_u8(w, byte(message, from + i));
}

static void write_stream(void)
{
	struct writer w = writer_init(stream, sizeof(stream));

	for (uint32_t m = 0; m < MESSAGES; m++) {
		uint32_t part = length[m] > 300 ? 1000 : length[m] == 300 ? 100 : MAX, at = 0;

		for (; length[m] - at > part; at += part)
			piece(&w, m, at, part, false);
		if (part == 1000)
			piece(&w, m, at, 0, false);
		piece(&w, m, at, length[m] - at, true);
	}
	assert_int_equal(w.err, ERR_OK);
	stream_n = w.pos;
}

static void is_message(uint32_t m, struct bytes got)
{
	assert_true(m < MESSAGES);
	assert_int_equal(got.n, length[m]);
	for (uint32_t i = 0; i < got.n; i++)
		assert_int_equal(got.p[i], byte(m, i));
}

static void give(struct rpc_record *r)
{
	uint32_t n = rpc_record_size(r);
	uint8_t *p = realloc(r->buf, n);

	assert_true(n <= MAX);
	assert_non_null(p);
	rpc_record_give(r, p, n);
}

/* One run of bytes; through the memory of the record where it may be put there. */
static void feed(struct rpc_record *r, const uint8_t *p, uint32_t n, bool direct, uint32_t *seen)
{
	struct bytes in = { p, n }, message;
	uint8_t *at;

	for (;;) {
		uint32_t room = direct ? rpc_record_place(r, &at) : 0;
		enum rpc_record_state s;

		if (room > in.n)
			room = in.n;
		if (room) {
			memcpy(at, in.p, room);
			in.p += room;
			in.n -= room;
			rpc_record_put(r, room);
		}
		s = rpc_record_take(r, &in, MAX, &message);
		if (s == RECORD_MORE)
			break;
		if (s == RECORD_ROOM)
			give(r);
		else if (s == RECORD_WHOLE)
			is_message((*seen)++, message);
		else
			fail();
	}
	assert_int_equal(in.n, 0);
}

static void messages_come_whole_however_the_stream_is_cut(void **state)
{
	(void)state;
	write_stream();
	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct rpc_record r = { 0 };
		uint32_t seen = 0, at = 0, step = round / 2 + 1;

		while (at < stream_n) {
			uint32_t n = stream_n - at < step ? stream_n - at : step;
			/* bounds are seen by who checks memory */
			uint8_t *copy = malloc(n);

			assert_non_null(copy);
			memcpy(copy, stream + at, n);
			feed(&r, copy, n, round % 2, &seen);
			free(copy);
			at += n;
		}
		assert_int_equal(seen, MESSAGES);
		assert_false(rpc_record_begun(&r));
		free(r.buf);
	}
}

static void what_came_in_one_piece_is_not_copied(void **state)
{
	struct rpc_record r = { 0 };
	struct bytes in, message;

	(void)state;
	write_stream();
	in = (struct bytes) { stream, stream_n };
	memset(&r, 0, sizeof(r));
	for (uint32_t m = 0; m < 3; m++) {
		assert_int_equal(rpc_record_take(&r, &in, MAX, &message), RECORD_WHOLE);
		assert_true(message.p >= stream && message.p <= stream + stream_n);
	}
	assert_null(r.buf);
}

static void too_long_a_message_is_refused_at_its_mark(void **state)
{
	static const uint8_t one[] = { 0x80, 0, 0x10, 1 };
	static const uint8_t wraps[] = { 0, 0, 0, 1, 'x', 0x7f, 0xff, 0xff, 0xff };
	struct rpc_record r = { 0 };
	struct bytes in = { one, sizeof(one) }, message;

	(void)state;
	assert_int_equal(rpc_record_take(&r, &in, MAX, &message), RECORD_BAD);
	memset(&r, 0, sizeof(r));
	in = (struct bytes) { wraps, sizeof(wraps) };
	assert_int_equal(rpc_record_take(&r, &in, MAX, &message), RECORD_ROOM);
	give(&r);
	assert_int_equal(rpc_record_take(&r, &in, MAX, &message), RECORD_BAD);
	free(r.buf);
}

static void a_message_that_began_is_known(void **state)
{
	static const uint8_t some[] = { 0x80, 0 };
	struct rpc_record r = { 0 };
	struct bytes in = { some, sizeof(some) }, message;

	(void)state;
	assert_false(rpc_record_begun(&r));
	assert_int_equal(rpc_record_take(&r, &in, MAX, &message), RECORD_MORE);
	assert_true(rpc_record_begun(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_come_whole_however_the_stream_is_cut),
		cmocka_unit_test(what_came_in_one_piece_is_not_copied),
		cmocka_unit_test(too_long_a_message_is_refused_at_its_mark),
		cmocka_unit_test(a_message_that_began_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
