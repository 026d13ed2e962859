/* SPDX-License-Identifier: BSD-2-Clause */
#include "pseudonym.h"

#include <stdlib.h>

#include "text.h"
#include "unit.h"

static struct pseudonym p, other;

static int setup(void **state)
{
	(void)state;
	pseudonym_init(&p, UINT64_C(0x0123456789abcdef));
	pseudonym_init(&other, 7);
	return 0;
}

static uint32_t tail(struct mac m)
{
	return (uint32_t)(mac_number(m) & 0xffffff);
}

static void no_two_macs_become_one(void **state)
{
	uint8_t *seen = calloc(1, 1 << 21);
	uint32_t same = 0;

	(void)state;
	assert_non_null(seen);
	for (uint32_t i = 0; i < 1 << 24; i += 29) {
		struct mac m = { { 0xdc, 0xa6, 0x32, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
				   (uint8_t)i } };
		uint32_t v = tail(pseudonym_mac(&p, m, true));

		if (seen[v / 8] & 1 << v % 8)
			fail_msg("%06x comes up twice", v);
		seen[v / 8] |= (uint8_t)(1 << v % 8);
		same += v == i;
	}
	assert_true(same < 16);
	free(seen);
}

static void a_vendor_stays_and_so_do_groups(void **state)
{
	static const struct mac own = { { 0xdc, 0xa6, 0x32, 1, 2, 3 } }, none = { { 0 } },
				all = { { 255, 255, 255, 255, 255, 255 } },
				stp = { { 1, 0x80, 0xc2, 0, 0, 0 } };
	struct mac m = pseudonym_mac(&p, own, true);

	(void)state;
	assert_memory_equal(m.b, own.b, 3);
	assert_false(mac_equal(m, own));
	assert_true(mac_equal(m, pseudonym_mac(&p, own, false)));
	assert_false(mac_equal(m, pseudonym_mac(&other, own, true)));
	assert_true(mac_none(pseudonym_mac(&p, none, true)));
	assert_true(mac_equal(pseudonym_mac(&p, all, true), all));
	assert_true(mac_equal(pseudonym_mac(&p, stp, true), stp));
}

static void a_serial_number_goes_with_its_mac(void **state)
{
	/* up to the Pi 3 (facts 1.6): ..:6c:4c:16 and b66c4c16 */
	static const struct mac m = { { 0xb8, 0x27, 0xeb, 0x6c, 0x4c, 0x16 } };
	uint32_t serial = pseudonym_serial(&p, 0xb66c4c16);

	(void)state;
	assert_int_equal(serial & 0xffffff, tail(pseudonym_mac(&p, m, true)));
	assert_int_not_equal(serial, 0xb66c4c16);
	assert_int_equal(pseudonym_serial(&p, 0), 0);
	assert_int_equal(pseudonym_serial(&p, 0x44444444), 0x44444444);
	assert_true(pseudonym_serial_long(&p, UINT64_C(0x10000000b66c4c16)) ==
		    (UINT64_C(0x10000000) << 32 | serial));
	assert_true((uint32_t)pseudonym_serial_long(&p, UINT64_C(0xd7bd1a07b66c4c16)) == serial);
	assert_true(pseudonym_serial_long(&p, UINT64_C(0xd7bd1a07b66c4c16)) >> 32 != 0xd7bd1a07);
}

static uint32_t written(uint32_t v)
{
	char buf[32];
	struct text t = text_init(buf, sizeof(buf));

	text_ip4(&t, v);
	return t.pos;
}

/* Addresses of one /16 in ranges where nothing is kept but 0 and 255. */
static void addresses_map_one_to_one_with_as_many_digits(void **state)
{
	static const uint32_t nets[] = { 0xc0a80000, 0x0a010000, 0xac100000, 0x55660000,
					 0x08080000 };

	(void)state;
	for (uint32_t k = 0; k < sizeof(nets) / sizeof(nets[0]); k++) {
		uint8_t *seen = calloc(1, 1 << 13);
		uint32_t head = pseudonym_ip4(&p, nets[k], 32) >> 16;

		assert_non_null(seen);
		for (uint32_t i = 0; i < 1 << 16; i += i % 256 == 255 ? 1 + 256 * 18 : 1) {
			uint32_t v = pseudonym_ip4(&p, nets[k] | i, 32), low = v & 0xffff;

			assert_int_equal(v >> 16, head);
			assert_int_equal(written(v), written(nets[k] | i));
			assert_false(seen[low / 8] & 1 << low % 8);
			seen[low / 8] |= (uint8_t)(1 << low % 8);
		}
		free(seen);
	}
}

static void what_an_address_is_stays(void **state)
{
	static const uint32_t same[] = { 0,          0xffffffff, 0xffffff00, 0x7f000001,
					 0xe00000fb, 0xfffffe00, 0xefffffff, 0x00000005 };
	static const uint32_t kept[][2] = { { 0x0a123456, 8 },
					    { 0xac1f0203, 12 },
					    { 0xc0a83214, 16 },
					    { 0xa9fe1234, 16 },
					    { 0x64412233, 10 } };

	(void)state;
	for (uint32_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_int_equal(pseudonym_ip4(&p, same[i], 32), same[i]);
	for (uint32_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		uint32_t v = pseudonym_ip4(&p, kept[i][0], 32);

		assert_int_equal(v >> (32 - kept[i][1]), kept[i][0] >> (32 - kept[i][1]));
		assert_int_not_equal(v, kept[i][0]);
	}
	/* what is none of these does not become one */
	for (uint32_t v = 0x01010101; v < 0xdf000000; v += 0x00170307) {
		uint32_t to = pseudonym_ip4(&p, v, 32);

		assert_int_equal((v >> 24) == 10, (to >> 24) == 10);
		assert_int_equal((v >> 24) == 127, (to >> 24) == 127);
		assert_int_equal((v >> 16) == 0xc0a8, (to >> 16) == 0xc0a8);
		assert_int_equal((v >> 20) == 0xac1, (to >> 20) == 0xac1);
		assert_int_equal((v >> 22) == 0x191, (to >> 22) == 0x191);
		assert_int_equal((v >> 16) == 0xa9fe, (to >> 16) == 0xa9fe);
	}
}

static void neighbours_stay_neighbours_under_every_mask_told(void **state)
{
	static const uint32_t widths[] = { 20, 22, 23, 25, 26, 27, 28, 29, 30 };

	(void)state;
	for (uint32_t k = 0; k < sizeof(widths) / sizeof(widths[0]); k++) {
		uint32_t mask = UINT32_MAX << (32 - widths[k]), net = 0xc0a85a60 & mask;
		uint32_t first, last;

		pseudonym_init(&p, k);
		pseudonym_net(&p, net | 1, mask);
		first = pseudonym_ip4(&p, net, 32);
		last = pseudonym_ip4(&p, net | ~mask, 32);
		/* the network's own address and the broadcast are what they are called */
		assert_int_equal(first & ~mask, 0);
		assert_int_equal(last, first | ~mask);
		for (uint32_t i = 0; i <= ~mask; i++)
			assert_int_equal(pseudonym_ip4(&p, net | i, 32) & mask, first);
		for (uint32_t i = 1; i <= 0x300; i += 7)
			assert_int_not_equal(pseudonym_ip4(&p, net + ~mask + i, 32) & mask, first);
		assert_int_equal(pseudonym_ip4(&p, net, widths[k]) & mask, first);
	}
	setup(NULL);
}

static void masks_with_holes_are_passed_over(void **state)
{
	(void)state;
	pseudonym_net(&p, 0xc0a80101, 0xff00ff00);
	pseudonym_net(&p, 0xc0a80101, 0);
	assert_int_equal(p.n_nets, 0);
	pseudonym_net(&p, 0xc0a80101, 0xffffff00);
	pseudonym_net(&p, 0xc0a80102, 0xffffff00);
	assert_int_equal(p.n_nets, 1);
}

static uint32_t digits(uint32_t group)
{
	return group > 0xfff ? 4 : group > 0xff ? 3 : group > 0xf ? 2 : 1;
}

static uint32_t group(const uint8_t *b, uint32_t i)
{
	return (uint32_t)b[2 * i] << 8 | b[2 * i + 1];
}

static void ip6_groups_keep_their_digits(void **state)
{
	uint8_t from[16], to[16], again[16];

	(void)state;
	for (uint32_t k = 0; k < 20000; k++) {
		for (uint32_t i = 0; i < 16; i++)
			from[i] = (uint8_t)(k * 2654435761u >> (i % 4 * 8) ^ (k >> i % 9));
		from[0] = k & 1 ? 0x20 : 0xfd;
		from[1 + k % 15] = 0;
		if (from[11] == 0xff)
			from[11] = 0;
		pseudonym_ip6(&p, from, to, false);
		for (uint32_t i = 0; i < 8; i++)
			assert_int_equal(digits(group(to, i)), digits(group(from, i)));
		/* the same network, another host */
		from[15] ^= 1;
		pseudonym_ip6(&p, from, again, false);
		assert_memory_equal(to, again, 13);
		assert_true(memcmp(to, again, 16) != 0);
	}
}

static void a_mac_inside_ip6_is_that_mac(void **state)
{
	static const struct mac m = { { 0xdc, 0xa6, 0x32, 0x11, 0x22, 0x33 } };
	uint8_t from[16] = { 0xfe, 0x80, 0,    0,    0,    0,    0,    0,
			     0xde, 0xa6, 0x32, 0xff, 0xfe, 0x11, 0x22, 0x33 };
	uint8_t asked[16] = { 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0x11, 0x22, 0x33 };
	static const struct mac group = { { 0x33, 0x33, 0xff, 0x11, 0x22, 0x33 } };
	struct mac as = pseudonym_mac(&p, m, true);
	uint8_t to[16];

	(void)state;
	pseudonym_ip6(&p, from, to, true);
	assert_memory_equal(to, from, 13);
	assert_memory_equal(to + 13, as.b + 3, 3);
	pseudonym_ip6(&p, asked, to, true);
	assert_memory_equal(to, asked, 13);
	assert_memory_equal(to + 13, as.b + 3, 3);
	assert_memory_equal(pseudonym_mac(&p, group, true).b + 3, as.b + 3, 3);
	/* and of an address that is not made from a MAC, the solicited-node address follows */
	from[11] = 0;
	pseudonym_ip6(&p, from, to, false);
	memcpy(from, to, 16);
	pseudonym_ip6(&p, asked, to, false);
	assert_memory_equal(to + 13, from + 13, 3);
	assert_memory_equal(pseudonym_mac(&p, group, false).b + 3, from + 13, 3);
}

static void kinds_of_ip6_addresses_stay(void **state)
{
	uint8_t none[16] = { 0 }, loop[16] = { 0 }, all[16] = { 0xff, 2 },
		global[16] = { 0x20, 1, 0xd, 0xb8 }, own[16] = { 0xfd, 0x12, 0x34, 0x56 }, to[16];

	(void)state;
	loop[15] = all[15] = 1;
	pseudonym_ip6(&p, none, to, false);
	assert_memory_equal(to, none, 16);
	pseudonym_ip6(&p, loop, to, false);
	assert_memory_equal(to, loop, 16);
	pseudonym_ip6(&p, all, to, false);
	assert_memory_equal(to, all, 16);
	pseudonym_ip6(&p, global, to, false);
	assert_int_equal(to[0] >> 5, 1);
	assert_true(memcmp(to, global, 16) != 0);
	pseudonym_ip6(&p, own, to, false);
	assert_int_equal(to[0], 0xfd);
	assert_true(memcmp(to, own, 16) != 0);
}

static void digits_stay_digits(void **state)
{
	uint8_t to[8];

	(void)state;
	pseudonym_digits(&p, bytes_str("9fAz-0bB"), to);
	assert_true(to[0] >= '0' && to[0] <= '9');
	assert_true(to[1] >= 'a' && to[1] <= 'f');
	assert_true(to[2] >= 'A' && to[2] <= 'F');
	assert_int_equal(to[3], 'z');
	assert_int_equal(to[4], '-');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(no_two_macs_become_one, setup),
		cmocka_unit_test_setup(a_vendor_stays_and_so_do_groups, setup),
		cmocka_unit_test_setup(a_serial_number_goes_with_its_mac, setup),
		cmocka_unit_test_setup(addresses_map_one_to_one_with_as_many_digits, setup),
		cmocka_unit_test_setup(what_an_address_is_stays, setup),
		cmocka_unit_test_setup(neighbours_stay_neighbours_under_every_mask_told, setup),
		cmocka_unit_test_setup(masks_with_holes_are_passed_over, setup),
		cmocka_unit_test_setup(ip6_groups_keep_their_digits, setup),
		cmocka_unit_test_setup(a_mac_inside_ip6_is_that_mac, setup),
		cmocka_unit_test_setup(kinds_of_ip6_addresses_stay, setup),
		cmocka_unit_test_setup(digits_stay_digits, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
