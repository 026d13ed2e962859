/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include "unit.h"

/* A cursor over buf, and what it holds after EXPR wrote to it. */
#define WROTE(expect, expr)                                  \
	do {                                                 \
		char buf[128];                               \
		struct text t = text_init(buf, sizeof(buf)); \
		expr;                                        \
		assert_string_equal(buf, expect);            \
		assert_int_equal(t.pos, strlen(expect));     \
		assert_false(t.cut);                         \
	} while (0)

/* Every capacity: always ended, never past its room, and cut exactly when it did not fit. */
static void every_size_is_kept(void **state)
{
	static const char whole[] = "ab 12 0a0b\\xff 10.0.0.1 dc:a6:32:00:00:01   x";

	(void)state;
	for (uint32_t cap = 1; cap <= sizeof(whole); cap++) {
		char buf[64];
		struct text t = text_init(buf, cap);

		memset(buf + 1, 0x7e, sizeof(buf) - 1);
		text_fmt(&t, "%s %d ", "ab", 12);
		text_hex(&t, bytes_of("\x0a\x0b", 2));
		text_safe(&t, bytes_of("\xff ", 2));
		text_ip4(&t, 0x0a000001);
		text_char(&t, ' ');
		text_mac(&t, (struct mac) { { 0xdc, 0xa6, 0x32, 0, 0, 1 } });
		text_pad(&t, 44);
		text_str(&t, "x");
		assert_true(t.pos < cap);
		assert_int_equal(buf[t.pos], 0);
		assert_int_equal(strlen(buf), t.pos);
		assert_int_equal(t.cut, cap < sizeof(whole));
		for (size_t i = cap; i < sizeof(buf); i++)
			assert_int_equal(buf[i], 0x7e);
		if (cap == sizeof(whole))
			assert_string_equal(buf, whole);
	}
}

/* A cut text is a beginning of the whole one: nothing is written behind a gap. */
static void nothing_follows_a_cut(void **state)
{
	char buf[4];
	struct text t = text_init(buf, sizeof(buf));

	(void)state;
	text_safe(&t, bytes_of("a\x01", 2));
	text_safe(&t, bytes_str("b"));
	text_char(&t, 'c');
	text_str(&t, "d");
	text_u64(&t, 1);
	assert_true(t.cut);
	assert_string_equal(buf, "a");
}

static void bytes_are_cut_whole(void **state)
{
	char buf[4];
	struct text t = text_init(buf, sizeof(buf));

	(void)state;
	text_hex(&t, bytes_of("\x12\x34", 2));
	assert_string_equal(buf, "12");
	assert_true(t.cut);
}

static void the_one_door_lets_nothing_through(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 256; c++) {
		uint8_t byte = (uint8_t)c;
		char buf[8], hex[8];
		struct text t = text_init(buf, sizeof(buf)), h = text_init(hex, sizeof(hex));

		text_safe(&t, bytes_of(&byte, 1));
		text_fmt(&h, "\\x%02x", c);
		if (c >= 0x20 && c < 0x7f)
			assert_int_equal(buf[0], byte);
		else
			assert_string_equal(buf, hex);
	}
}

static void formats_are_what_printf_makes_of_them(void **state)
{
	(void)state;
	WROTE("a 7 %", text_fmt(&t, "%c %d %%", 'a', 7));
	WROTE("-5|   -5|-0005|5", text_fmt(&t, "%d|%5d|%05d|%d", -5, -5, -5, 5));
	WROTE("-2147483648", text_fmt(&t, "%d", -2147483647 - 1));
	WROTE("-9223372036854775808", text_fmt(&t, "%lld", -9223372036854775807LL - 1));
	WROTE("18446744073709551615", text_fmt(&t, "%llu", 18446744073709551615ULL));
	WROTE("ffffffffffffffff", text_fmt(&t, "%lx", 0xffffffffffffffffUL));
	WROTE("4294967295 00ff ff", text_fmt(&t, "%u %04x %x", 4294967295U, 255U, 255U));
	WROTE("  ab|ab  |ab|a", text_fmt(&t, "%4s|%-4s|%1s|%.1s", "ab", "ab", "ab", "ab"));
	WROTE("0", text_fmt(&t, "%u", 0U));
	WROTE("", text_str(&t, NULL));
}

static void addresses_follow_rfc5952(void **state)
{
	(void)state;
	WROTE("-", text_address(&t, ((struct address) { 0, 0 })));
	WROTE("0.0.0.0", text_address(&t, address_ip4(0)));
	WROTE("192.168.1.23", text_address(&t, address_ip4(0xc0a80117)));
	WROTE("::1", text_address(&t, ((struct address) { 0, 1 })));
	WROTE("2001:db8::1",
	      text_address(&t, ((struct address) { UINT64_C(0x20010db8) << 32, 1 })));
	WROTE("fe80::", text_address(&t, ((struct address) { UINT64_C(0xfe80) << 48, 0 })));
	/* 4.2.2: one zero group alone is written out; 4.2.3: the first of two equal runs */
	WROTE("2001:db8:0:1:1:1:1:1",
	      text_address(&t, ((struct address) { UINT64_C(0x20010db800000001),
						   UINT64_C(0x1000100010001) })));
	WROTE("2001:db8::1:0:0:1",
	      text_address(&t, ((struct address) { UINT64_C(0x20010db800000000),
						   UINT64_C(0x1000000000001) })));
	WROTE("2001:0:0:1::1",
	      text_address(&t, ((struct address) { UINT64_C(0x2001000000000001), 1 })));
}

static void dates_are_those_of_the_calendar(void **state)
{
	(void)state;
	WROTE("1970-01-01T00:00:00.000000000Z", text_time(&t, 0));
	WROTE("2000-02-29T23:59:59.999999999Z", text_time(&t, UINT64_C(951868799999999999)));
	WROTE("2000-03-01T00:00:00.000000000Z", text_time(&t, UINT64_C(951868800000000000)));
	WROTE("2100-03-01T00:00:00.000000000Z", text_time(&t, UINT64_C(4107542400000000000)));
	WROTE("2024-12-31T00:00:00.000000000Z", text_time(&t, UINT64_C(1735603200000000000)));
}

static void seconds_are_rounded_down(void **state)
{
	(void)state;
	WROTE("12.345", text_seconds(&t, UINT64_C(12345999999), 3));
	WROTE("0.0", text_seconds(&t, 99999999, 1));
	WROTE("7", text_seconds(&t, UINT64_C(7999999999), 0));
	WROTE("0.000000001", text_seconds(&t, 1, 9));
}

static void sizes_have_units(void **state)
{
	(void)state;
	WROTE("0 B", text_bytes_count(&t, 0));
	WROTE("999 B", text_bytes_count(&t, 999));
	WROTE("1.0 kB", text_bytes_count(&t, 1000));
	WROTE("9.1 MB", text_bytes_count(&t, 9199999));
	WROTE("123 MB", text_bytes_count(&t, 123456789));
	WROTE("18.4 EB", text_bytes_count(&t, UINT64_MAX));
}

static void padding_reaches_its_column(void **state)
{
	(void)state;
	WROTE("ab   c", (text_str(&t, "ab"), text_pad(&t, 5), text_char(&t, 'c')));
	WROTE("abcd", (text_str(&t, "abcd"), text_pad(&t, 2)));
}

static void clear_starts_again(void **state)
{
	char buf[3];
	struct text t = text_init(buf, sizeof(buf));

	(void)state;
	text_str(&t, "abc");
	assert_true(t.cut);
	text_clear(&t);
	assert_false(t.cut);
	text_str(&t, "ab");
	assert_string_equal(buf, "ab");
	assert_false(t.cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_is_kept),
		cmocka_unit_test(nothing_follows_a_cut),
		cmocka_unit_test(bytes_are_cut_whole),
		cmocka_unit_test(the_one_door_lets_nothing_through),
		cmocka_unit_test(formats_are_what_printf_makes_of_them),
		cmocka_unit_test(addresses_follow_rfc5952),
		cmocka_unit_test(dates_are_those_of_the_calendar),
		cmocka_unit_test(seconds_are_rounded_down),
		cmocka_unit_test(sizes_have_units),
		cmocka_unit_test(padding_reaches_its_column),
		cmocka_unit_test(clear_starts_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
