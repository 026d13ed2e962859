/* SPDX-License-Identifier: BSD-2-Clause */
#include "siphash.h"

#include "unit.h"

/* The authors' vectors (vectors_sip64 of the reference implementation, CC0): of the bytes 0, 1, 2
 * ... each as many as its number says, with the key 0 to 15. Number 15 is the paper's appendix A.
 */
/* clang-format off */
static const struct {
	uint32_t n;
	uint64_t hash;
} vectors[] = {
	{ 0, UINT64_C(0x726fdb47dd0e0e31) },
	{ 1, UINT64_C(0x74f839c593dc67fd) },
	{ 2, UINT64_C(0x0d6c8009d9a94f5a) },
	{ 3, UINT64_C(0x85676696d7fb7e2d) },
	{ 4, UINT64_C(0xcf2794e0277187b7) },
	{ 5, UINT64_C(0x18765564cd99a68d) },
	{ 6, UINT64_C(0xcbc9466e58fee3ce) },
	{ 7, UINT64_C(0xab0200f58b01d137) },
	{ 8, UINT64_C(0x93f5f5799a932462) },
	{ 9, UINT64_C(0x9e0082df0ba9e4b0) },
	{ 14, UINT64_C(0xf723ca908e7af2ee) },
	{ 15, UINT64_C(0xa129ca6149be45e5) },
	{ 16, UINT64_C(0x3f2acc7f57c29bdb) },
	{ 17, UINT64_C(0x699ae9f52cbe4794) },
	{ 31, UINT64_C(0x32d892fad841c342) },
	{ 32, UINT64_C(0x7127512f72f27cce) },
	{ 40, UINT64_C(0x0e3ea96b5304a7d0) },
	{ 63, UINT64_C(0x958a324ceb064572) },
};
/* clang-format on */

static void gives_what_its_authors_say(void **state)
{
	uint8_t key[SIPHASH_KEY], in[64];

	(void)state;
	for (uint32_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)i;
	for (uint32_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_int_equal(siphash(key, bytes_of(in, vectors[i].n)), vectors[i].hash);
}

static void every_bit_of_key_and_message_matters(void **state)
{
	uint8_t key[SIPHASH_KEY] = { 1 }, in[21] = { 2 };
	uint64_t first = siphash(key, bytes_of(in, sizeof(in)));

	(void)state;
	for (uint32_t i = 0; i < 8 * sizeof(key); i++) {
		key[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_true(siphash(key, bytes_of(in, sizeof(in))) != first);
		key[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	for (uint32_t i = 0; i < 8 * sizeof(in); i++) {
		in[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_true(siphash(key, bytes_of(in, sizeof(in))) != first);
		in[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

static void nothing_at_all_has_one_too(void **state)
{
	uint8_t key[SIPHASH_KEY] = { 7 };

	(void)state;
	assert_int_equal(siphash(key, bytes_of(NULL, 0)), siphash(key, bytes_of("", 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_what_its_authors_say),
		cmocka_unit_test(every_bit_of_key_and_message_matters),
		cmocka_unit_test(nothing_at_all_has_one_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
