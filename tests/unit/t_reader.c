/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

#include <stdlib.h>

#include "unit.h"

static void reads_big_endian(void **state)
{
	static const uint8_t msg[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct reader r = reader_init(msg, sizeof(msg), sizeof(msg));

	(void)state;
	assert_int_equal(reader_u8(&r), 1);
	assert_int_equal(reader_be16(&r), 0x0203);
	assert_int_equal(reader_be32(&r), 0x04050607);
	assert_true(reader_be64(&r) == UINT64_C(0x08090a0b0c0d0e0f));
	assert_int_equal(r.err, ERR_OK);
	assert_int_equal(reader_left(&r), 0);
	assert_int_equal(reader_offset(&r), 15);
}

static void tells_cut_from_short(void **state)
{
	static const uint8_t msg[] = { 1, 2, 3 };
	struct reader cut = reader_init(msg, 3, 8), end = reader_init(msg, 3, 3);

	(void)state;
	assert_int_equal(reader_be32(&cut), 0);
	assert_int_equal(cut.err, ERR_CUT);
	assert_int_equal(reader_be32(&end), 0);
	assert_int_equal(end.err, ERR_SHORT);
}

static void first_failure_freezes(void **state)
{
	static const uint8_t msg[] = { 1, 2, 3 };
	struct reader r = reader_init(msg, 3, 8);

	(void)state;
	reader_u8(&r);
	reader_be32(&r);
	assert_int_equal(reader_offset(&r), 1);
	assert_int_equal(reader_u8(&r), 0);
	assert_null(reader_take(&r, 0));
	assert_int_equal(reader_left(&r), 0);
	assert_int_equal(reader_wire_left(&r), 0);
	reader_skip(&r, 100);
	assert_int_equal(r.err, ERR_CUT);
	assert_int_equal(reader_offset(&r), 1);
}

static void wire_is_never_less_than_held(void **state)
{
	static const uint8_t msg[] = { 1, 2, 3 };
	struct reader r = reader_init(msg, 3, 1);

	(void)state;
	assert_int_equal(reader_wire_left(&r), 3);
}

/* Also for the sanitizer: an offset added to NULL is undefined even when it is zero. */
static void nothing_at_all_can_be_read(void **state)
{
	struct reader r = reader_init(NULL, 0, 0), s;
	struct bytes b;

	(void)state;
	b = reader_bytes(&r, 0);
	assert_int_equal(b.n, 0);
	assert_int_equal(reader_rest(&r).n, 0);
	s = reader_sub(&r, 0);
	assert_int_equal(r.err, ERR_OK);
	assert_int_equal(reader_bytes(&s, 0).n, 0);
	assert_int_equal(reader_cstr(&r).n, 0);
	assert_int_equal(r.err, ERR_SHORT);
}

static void huge_lengths_do_not_wrap(void **state)
{
	static const uint8_t msg[8] = { 0 };
	struct reader r = reader_init(msg, 8, 8);

	(void)state;
	reader_skip(&r, 4);
	assert_null(reader_take(&r, UINT32_MAX));
	assert_int_equal(r.err, ERR_SHORT);
	r = reader_init(msg, 8, UINT32_MAX);
	reader_skip(&r, 4);
	assert_null(reader_take(&r, UINT32_MAX - 4));
	assert_int_equal(r.err, ERR_CUT);
}

static void sub_cannot_escape_parent(void **state)
{
	static const uint8_t msg[] = { 1, 2, 3, 4, 5, 6 };
	struct reader r = reader_init(msg, 6, 6), s;

	(void)state;
	reader_u8(&r);
	s = reader_sub(&r, 2);
	assert_int_equal(reader_offset(&s), 1);
	assert_int_equal(reader_be16(&s), 0x0203);
	assert_int_equal(reader_u8(&s), 0);
	assert_int_equal(s.err, ERR_SHORT);
	assert_int_equal(r.err, ERR_OK);
	assert_int_equal(reader_u8(&r), 4);
	s = reader_sub(&r, 3);
	assert_int_equal(s.err, ERR_SHORT);
	assert_int_equal(r.err, ERR_SHORT);
	assert_int_equal(reader_rest(&s).n, 0);
}

static void sub_of_a_cut_parent_has_what_is_there(void **state)
{
	static const uint8_t msg[] = { 1, 2, 3, 4 };
	struct reader r = reader_init(msg, 4, 20), s;

	(void)state;
	s = reader_sub(&r, 10);
	assert_int_equal(r.err, ERR_CUT);
	assert_int_equal(s.err, ERR_OK);
	assert_int_equal(reader_left(&s), 4);
	assert_int_equal(reader_wire_left(&s), 10);
	assert_int_equal(reader_be32(&s), 0x01020304);
	assert_int_equal(reader_u8(&s), 0);
	assert_int_equal(s.err, ERR_CUT);
}

static void sub_of_a_failed_parent_is_failed(void **state)
{
	static const uint8_t msg[] = { 1 };
	struct reader r = reader_init(msg, 1, 1), s;

	(void)state;
	reader_be16(&r);
	s = reader_sub(&r, 0);
	assert_int_equal(s.err, ERR_SHORT);
	assert_null(reader_take(&s, 0));
}

static void rest_of_a_cut_message_is_kept(void **state)
{
	static const uint8_t msg[] = { 1, 2, 3 };
	struct reader r = reader_init(msg, 3, 9);
	struct bytes b = reader_rest(&r);

	(void)state;
	assert_int_equal(b.n, 3);
	assert_int_equal(r.err, ERR_CUT);
}

static void cstr_stops_behind_its_nul(void **state)
{
	static const uint8_t msg[] = "abc\0\0de";
	struct reader r = reader_init(msg, 7, 7);

	(void)state;
	assert_true(bytes_is(reader_cstr(&r), "abc"));
	assert_true(bytes_is(reader_cstr(&r), ""));
	assert_int_equal(r.err, ERR_OK);
	/* no NUL: what there is, and the reason */
	assert_true(bytes_is(reader_cstr(&r), "de"));
	assert_int_equal(r.err, ERR_SHORT);
	r = reader_init(msg, 2, 7);
	assert_true(bytes_is(reader_cstr(&r), "ab"));
	assert_int_equal(r.err, ERR_CUT);
}

static void opaque_skips_its_padding(void **state)
{
	static const uint8_t msg[] = { 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o', 0, 0, 0, 7 };
	struct reader r = reader_init(msg, sizeof(msg), sizeof(msg));

	(void)state;
	assert_true(bytes_is(reader_xdr_opaque(&r, 5), "hello"));
	assert_int_equal(reader_u8(&r), 7);
	assert_int_equal(r.err, ERR_OK);
	r = reader_init(msg, sizeof(msg), sizeof(msg));
	assert_int_equal(reader_xdr_opaque(&r, 4).n, 0);
	assert_int_equal(r.err, ERR_VALUE);
}

static void opaque_lies_stay_inside(void **state)
{
	static const uint8_t msg[] = { 0xff, 0xff, 0xff, 0xff, 1 };
	struct reader r = reader_init(msg, sizeof(msg), sizeof(msg));

	(void)state;
	assert_int_equal(reader_xdr_opaque(&r, UINT32_MAX).n, 0);
	assert_int_equal(r.err, ERR_SHORT);
}

/* Every prefix in a block of its own size: the sanitizer sees a read past its end. */
static void every_prefix_ends_with_a_reason(void **state)
{
	static const uint8_t msg[] = { 1, 0, 2, 0, 0, 0, 3, 'a', 'b', 'c', 0, 'x', 0 };

	(void)state;
	for (uint32_t n = 0; n <= sizeof(msg); n++) {
		uint8_t *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, msg, n);
		for (uint32_t cut = 0; cut < 2; cut++) {
			struct reader r = reader_init(copy, n, cut ? (uint32_t)sizeof(msg) : n);

			reader_u8(&r);
			reader_be16(&r);
			reader_xdr_opaque(&r, 10);
			reader_cstr(&r);
			assert_int_equal(r.err, n == sizeof(msg) ? ERR_OK
						: cut            ? ERR_CUT
								 : ERR_SHORT);
		}
		free(copy);
	}
}

static void bytes_compare_by_content(void **state)
{
	struct bytes abc = bytes_str("abc"), none = bytes_of(NULL, 0);

	(void)state;
	assert_true(bytes_is(abc, "abc"));
	assert_false(bytes_is(abc, "ab"));
	assert_false(bytes_is(abc, "abcd"));
	assert_true(bytes_is(none, ""));
	assert_true(bytes_equal(none, bytes_str("")));
	assert_true(bytes_starts(abc, ""));
	assert_true(bytes_starts(abc, "abc"));
	assert_false(bytes_starts(abc, "abcd"));
	assert_true(bytes_starts(none, ""));
	assert_int_equal(bytes_find(abc, bytes_str("c")), 2);
	assert_int_equal(bytes_find(abc, bytes_str("abc")), 0);
	assert_int_equal(bytes_find(abc, none), 0);
	assert_true(bytes_find(abc, bytes_str("cd")) == UINT32_MAX);
	assert_true(bytes_find(none, abc) == UINT32_MAX);
}

static void every_failure_has_a_key(void **state)
{
	(void)state;
	assert_null(err_key(ERR_OK));
	assert_string_equal(err_key(ERR_SHORT), "short");
	assert_string_equal(err_key(ERR_CUT), "cut");
	assert_string_equal(err_key(ERR_VALUE), "value");
	assert_string_equal(err_key(ERR_NOSPC), "nospc");
	assert_string_equal(err_key(ERR_LIMIT), "limit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_big_endian),
		cmocka_unit_test(tells_cut_from_short),
		cmocka_unit_test(first_failure_freezes),
		cmocka_unit_test(wire_is_never_less_than_held),
		cmocka_unit_test(nothing_at_all_can_be_read),
		cmocka_unit_test(huge_lengths_do_not_wrap),
		cmocka_unit_test(sub_cannot_escape_parent),
		cmocka_unit_test(sub_of_a_cut_parent_has_what_is_there),
		cmocka_unit_test(sub_of_a_failed_parent_is_failed),
		cmocka_unit_test(rest_of_a_cut_message_is_kept),
		cmocka_unit_test(cstr_stops_behind_its_nul),
		cmocka_unit_test(opaque_skips_its_padding),
		cmocka_unit_test(opaque_lies_stay_inside),
		cmocka_unit_test(every_prefix_ends_with_a_reason),
		cmocka_unit_test(bytes_compare_by_content),
		cmocka_unit_test(every_failure_has_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
