/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink.h"

#include "flat_sink.h"
#include "unit.h"

static void numbers_in_hexadecimal_keep_their_digits(void **state)
{
	struct flat f;
	struct sink s = flat_sink(&f);

	(void)state;
	sink_hex_u32(&s, "xid", 0xbeef, 8);
	sink_hex_u32(&s, "flags", 0x8000, 4);
	sink_hex_u32(&s, "byte", 0x1ab, 2);
	sink_hex_u32(&s, "long", 1, 20);
	assert_string_equal(f.buf, "xid=0x0000beef flags=0x8000 byte=0xab long=0x00000001");
}

static void bytes_in_hexadecimal_are_whole(void **state)
{
	struct flat f;
	struct sink s = flat_sink(&f);

	(void)state;
	sink_hex(&s, "a", bytes_of("\x01\xff", 2));
	sink_hex(&s, "none", bytes_of(NULL, 0));
	assert_string_equal(f.buf, "a=01ff none=");
}

static void addresses_are_text(void **state)
{
	struct flat f;
	struct sink s = flat_sink(&f);

	(void)state;
	sink_ip4(&s, "ip", 0xc0a80101);
	sink_address(&s, "a4", address_ip4(0));
	sink_address(&s, "a6", (struct address) { UINT64_C(0xfe80) << 48, 1 });
	sink_address(&s, "none", (struct address) { 0, 0 });
	sink_mac(&s, "mac", (struct mac) { { 0xdc, 0xa6, 0x32, 1, 2, 3 } });
	assert_string_equal(f.buf,
			    "ip=192.168.1.1 a4=0.0.0.0 a6=fe80::1 none=null mac=dc:a6:32:01:02:03");
}

static void the_longest_address_fits(void **state)
{
	struct flat f;
	struct sink s = flat_sink(&f);

	(void)state;
	sink_address(&s, "a", (struct address) { UINT64_MAX, UINT64_MAX });
	sink_ip4(&s, "b", UINT32_MAX);
	assert_string_equal(f.buf, "a=ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff b=255.255.255.255");
}

static void times_are_rfc3339(void **state)
{
	struct flat f;
	struct sink s = flat_sink(&f);

	(void)state;
	sink_time(&s, "t", UINT64_C(1767409445000000006));
	sink_time(&s, "last", UINT64_MAX);
	assert_string_equal(f.buf,
			    "t=2026-01-03T03:04:05.000000006Z last=2554-07-21T23:34:33.709551615Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_in_hexadecimal_keep_their_digits),
		cmocka_unit_test(bytes_in_hexadecimal_are_whole),
		cmocka_unit_test(addresses_are_text),
		cmocka_unit_test(the_longest_address_fits),
		cmocka_unit_test(times_are_rfc3339),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
