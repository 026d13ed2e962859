/* SPDX-License-Identifier: BSD-2-Clause */
#include "writer.h"

#include "unit.h"

static void what_is_written_can_be_read(void **state)
{
	uint8_t buf[64];
	struct writer w = writer_init(buf, sizeof(buf));
	struct reader r;

	(void)state;
	writer_u8(&w, 1);
	writer_be16(&w, 0x0203);
	writer_be32(&w, 0x04050607);
	writer_be64(&w, UINT64_C(0x08090a0b0c0d0e0f));
	writer_cstr(&w, "name");
	writer_xdr_opaque(&w, bytes_str("hello"));
	writer_str(&w, "end");
	assert_int_equal(w.err, ERR_OK);
	r = reader_init(buf, w.pos, w.pos);
	assert_int_equal(reader_u8(&r), 1);
	assert_int_equal(reader_be16(&r), 0x0203);
	assert_int_equal(reader_be32(&r), 0x04050607);
	assert_true(reader_be64(&r) == UINT64_C(0x08090a0b0c0d0e0f));
	assert_true(bytes_is(reader_cstr(&r), "name"));
	assert_true(bytes_is(reader_xdr_opaque(&r, 100), "hello"));
	assert_true(bytes_is(reader_rest(&r), "end"));
	assert_int_equal(r.err, ERR_OK);
}

/* Every capacity below what is needed: no byte behind it changes, and the reason is kept. */
static void what_does_not_fit_is_not_written(void **state)
{
	(void)state;
	for (uint32_t cap = 0; cap < 20; cap++) {
		uint8_t buf[20];
		struct writer w = writer_init(buf, cap);

		memset(buf, 0xee, sizeof(buf));
		writer_u8(&w, 1);
		writer_be32(&w, 2);
		writer_xdr_opaque(&w, bytes_str("hello"));
		writer_be16(&w, 3);
		writer_u8(&w, 4);
		assert_int_equal(w.err, ERR_NOSPC);
		assert_true(w.pos <= cap);
		for (uint32_t i = w.pos; i < sizeof(buf); i++)
			assert_int_equal(buf[i], 0xee);
	}
}

static void first_failure_freezes(void **state)
{
	uint8_t buf[3];
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	writer_u8(&w, 1);
	writer_be32(&w, 2);
	writer_u8(&w, 3);
	assert_int_equal(w.err, ERR_NOSPC);
	assert_int_equal(writer_done(&w).n, 1);
	assert_null(writer_room(&w, 0));
}

/* Also for the sanitizer: an offset added to NULL is undefined even when it is zero. */
static void nothing_can_be_written_nowhere(void **state)
{
	struct writer w = writer_init(NULL, 0);

	(void)state;
	writer_bytes(&w, bytes_of(NULL, 0));
	writer_zero(&w, 0);
	writer_fixed(&w, bytes_of(NULL, 0), 0);
	assert_int_equal(w.err, ERR_OK);
	writer_u8(&w, 1);
	assert_int_equal(w.err, ERR_NOSPC);
}

static void huge_lengths_do_not_wrap(void **state)
{
	uint8_t buf[8];
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	writer_be32(&w, 1);
	assert_null(writer_room(&w, UINT32_MAX));
	assert_int_equal(w.err, ERR_NOSPC);
	w = writer_init(buf, sizeof(buf));
	writer_zero(&w, UINT32_MAX - 3);
	assert_int_equal(w.err, ERR_NOSPC);
}

static void fixed_fields_are_cut_or_padded(void **state)
{
	uint8_t buf[8];
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	writer_fixed(&w, bytes_str("ab"), 4);
	writer_fixed(&w, bytes_str("abcdef"), 4);
	assert_int_equal(w.err, ERR_OK);
	assert_memory_equal(buf, "ab\0\0abcd", 8);
}

static void put_changes_only_what_was_written(void **state)
{
	uint8_t buf[8] = { 0 };
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	writer_be32(&w, 0);
	writer_put_be16(&w, 2, 0x0102);
	assert_int_equal(w.err, ERR_OK);
	assert_memory_equal(buf, "\0\0\1\2", 4);
	writer_put_be32(&w, 0, 0x05060708);
	assert_memory_equal(buf, "\5\6\7\10", 4);
	writer_put_be16(&w, 3, 0);
	assert_int_equal(w.err, ERR_NOSPC);
	w.err = ERR_OK;
	writer_put_be32(&w, UINT32_MAX, 0);
	assert_int_equal(w.err, ERR_NOSPC);
}

static void scopes_carry_their_length(void **state)
{
	uint8_t buf[300];
	struct writer w = writer_init(buf, sizeof(buf));
	uint32_t a, b;

	(void)state;
	a = writer_open_be16(&w);
	b = writer_open_u8(&w);
	writer_str(&w, "abc");
	writer_close_u8(&w, b);
	writer_close_be16(&w, a);
	assert_int_equal(w.err, ERR_OK);
	assert_memory_equal(buf, "\0\4\3abc", 6);
}

static void scopes_fail_when_outgrown(void **state)
{
	uint8_t buf[300];
	struct writer w = writer_init(buf, sizeof(buf));
	uint32_t mark = writer_open_u8(&w);

	(void)state;
	writer_zero(&w, 255);
	writer_close_u8(&w, mark);
	assert_int_equal(w.err, ERR_OK);
	assert_int_equal(buf[0], 255);
	w = writer_init(buf, sizeof(buf));
	mark = writer_open_u8(&w);
	writer_zero(&w, 256);
	writer_close_u8(&w, mark);
	assert_int_equal(w.err, ERR_NOSPC);
}

static void scopes_that_never_opened_close_quietly(void **state)
{
	uint8_t buf[1] = { 7 };
	struct writer w = writer_init(buf, sizeof(buf));
	uint32_t mark = writer_open_be16(&w);

	(void)state;
	writer_close_be16(&w, mark);
	assert_int_equal(w.err, ERR_NOSPC);
	assert_int_equal(buf[0], 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_can_be_read),
		cmocka_unit_test(what_does_not_fit_is_not_written),
		cmocka_unit_test(first_failure_freezes),
		cmocka_unit_test(nothing_can_be_written_nowhere),
		cmocka_unit_test(huge_lengths_do_not_wrap),
		cmocka_unit_test(fixed_fields_are_cut_or_padded),
		cmocka_unit_test(put_changes_only_what_was_written),
		cmocka_unit_test(scopes_carry_their_length),
		cmocka_unit_test(scopes_fail_when_outgrown),
		cmocka_unit_test(scopes_that_never_opened_close_quietly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
