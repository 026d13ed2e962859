/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"

#include "unit.h"

static void ip4_is_kept_inside_ip6(void **state)
{
	struct address a = address_ip4(0xc0a80101);
	static const uint8_t mapped[16] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 168, 1, 1
	};

	(void)state;
	assert_true(address_is_ip4(a));
	assert_int_equal(address_to_ip4(a), 0xc0a80101);
	assert_true(address_equal(a, address_ip6(mapped)));
}

static void ip6_keeps_wire_order(void **state)
{
	static const uint8_t wire[16] = { 0xfe, 0x80, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct address a = address_ip6(wire);

	(void)state;
	assert_true(a.hi == UINT64_C(0xfe80000000000001));
	assert_true(a.lo == UINT64_C(0x0203040506070809));
	assert_false(address_is_ip4(a));
	assert_int_equal(address_to_ip4(a), 0);
}

static void none_is_none_in_both_families(void **state)
{
	(void)state;
	assert_true(address_none((struct address) { 0, 0 }));
	assert_true(address_none(address_ip4(0)));
	assert_false(address_none(address_ip4(1)));
	assert_false(address_none((struct address) { 0, 1 }));
	assert_false(address_none((struct address) { 1, 0 }));
}

static void multicast_and_broadcast_are_known(void **state)
{
	(void)state;
	assert_true(address_is_multicast(address_ip4(0xffffffff)));
	assert_true(address_is_multicast(address_ip4(0xe0000001)));
	assert_true(address_is_multicast(address_ip4(0xefffffff)));
	assert_false(address_is_multicast(address_ip4(0xf0000001)));
	assert_false(address_is_multicast(address_ip4(0xdfffffff)));
	assert_true(address_is_multicast((struct address) { UINT64_C(0xff02) << 48, 1 }));
	assert_false(address_is_multicast((struct address) { UINT64_C(0xfe80) << 48, 1 }));
}

static void dotted_quads_are_whole(void **state)
{
	static const char *const bad[] = { "",           "1.2.3",      "1.2.3.4.",  "1.2.3.4.5",
					   ".1.2.3",     "1..2.3",     "256.1.1.1", "1.2.3.4 ",
					   " 1.2.3.4",   "1.2.3.x",    "0x1.1.1",   "1.2.3.-4",
					   "0001.2.3.4", "192.168.1.", "1,2,3,4" };
	uint32_t v = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(address_parse_ip4(bytes_str(bad[i]), &v));
	assert_int_equal(v, 7);
	assert_false(address_parse_ip4(bytes_of("1.2.3.4\0", 8), &v));
	assert_true(address_parse_ip4(bytes_str("192.168.1.23"), &v));
	assert_int_equal(v, 0xc0a80117);
	assert_true(address_parse_ip4(bytes_str("255.255.255.255"), &v));
	assert_true(v == UINT32_MAX);
	assert_true(address_parse_ip4(bytes_str("0.0.0.0"), &v));
	assert_int_equal(v, 0);
}

static void macs_compare_and_count(void **state)
{
	struct mac m = { { 0xdc, 0xa6, 0x32, 1, 2, 3 } }, n = m;

	(void)state;
	assert_true(mac_equal(m, n));
	for (int i = 0; i < 6; i++) {
		n = m;
		n.b[i] ^= 1;
		assert_false(mac_equal(m, n));
	}
	assert_true(mac_number(m) == UINT64_C(0xdca632010203));
	assert_false(mac_none(m));
	assert_false(mac_is_group(m));
	assert_true(mac_none((struct mac) { { 0 } }));
	assert_true(mac_is_group((struct mac) { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip4_is_kept_inside_ip6),
		cmocka_unit_test(ip6_keeps_wire_order),
		cmocka_unit_test(none_is_none_in_both_families),
		cmocka_unit_test(multicast_and_broadcast_are_known),
		cmocka_unit_test(dotted_quads_are_whole),
		cmocka_unit_test(macs_compare_and_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
