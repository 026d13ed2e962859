/* SPDX-License-Identifier: BSD-2-Clause */
#include "hash.h"

#include "unit.h"

static uint32_t bits(uint64_t x)
{
	uint32_t n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

/* About half of the output bits change with every bit of the input. */
static void every_bit_reaches_the_others(void **state)
{
	(void)state;
	for (uint64_t x = 1; x < 1000; x += 37)
		for (int i = 0; i < 64; i++) {
			uint32_t n = bits(hash_mix(x) ^ hash_mix(x ^ UINT64_C(1) << i));

			assert_in_range(n, 10, 54);
		}
}

static void order_matters(void **state)
{
	(void)state;
	assert_true(hash_two(1, 2) != hash_two(2, 1));
	assert_true(hash_bytes(0, bytes_str("ab")) != hash_bytes(0, bytes_str("ba")));
}

static void the_seed_matters(void **state)
{
	(void)state;
	assert_true(hash_bytes(1, bytes_str("ab")) != hash_bytes(2, bytes_str("ab")));
	assert_true(hash_bytes(1, bytes_of(NULL, 0)) != hash_bytes(2, bytes_of(NULL, 0)));
}

/* Addresses of one vendor, counted up: what a table of clients meets. */
static void neighbours_spread(void **state)
{
	uint32_t slots[256] = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 4096; i++)
		slots[hash_two(42, UINT64_C(0xdca632000000) + i) & 255]++;
	for (int i = 0; i < 256; i++)
		assert_in_range(slots[i], 1, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_reaches_the_others),
		cmocka_unit_test(order_matters),
		cmocka_unit_test(the_seed_matters),
		cmocka_unit_test(neighbours_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
