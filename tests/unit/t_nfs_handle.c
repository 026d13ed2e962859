/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_handle.h"

#include <stdlib.h>

#include "unit.h"

static const struct nfs_key key = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } };

static struct nfs_file file_of(uint16_t export, uint32_t n)
{
	struct nfs_file f = { .export = export, .n = (uint8_t)n };

	for (uint32_t i = 0; i < n; i++)
		f.id[i] = (uint8_t)(i + 1);
	return f;
}

static void assert_same(const struct nfs_file *a, const struct nfs_file *b)
{
	assert_int_equal(a->export, b->export);
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->id, b->id, a->n);
}

static void what_was_sealed_opens_again(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= NFS_ID_MAX; n++) {
		struct nfs_file f = file_of(0xbeef, n), back;
		uint8_t h[NFS_HANDLE_MAX];
		uint32_t len = nfs_handle_seal(&key, &f, h);

		assert_int_equal(len, NFS_HANDLE_HEAD + n);
		assert_true(nfs_handle_open(&key, bytes_of(h, len), &back));
		assert_same(&f, &back);
	}
}

static void version_2_has_32_bytes_always(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= NFS_ID_MAX; n++) {
		struct nfs_file f = file_of(7, n), back;
		uint8_t h[NFS_HANDLE_V2];

		assert_int_equal(nfs_handle_seal_v2(&key, &f, h), n <= NFS_ID_V2_MAX);
		if (n > NFS_ID_V2_MAX)
			continue;
		assert_true(nfs_handle_open(&key, bytes_of(h, sizeof(h)), &back));
		assert_same(&f, &back);
	}
}

static void no_bit_of_it_can_be_another(void **state)
{
	struct nfs_file f = file_of(3, 12), back;
	uint8_t h[NFS_HANDLE_MAX] = { 0 };
	uint32_t n = nfs_handle_seal(&key, &f, h);

	(void)state;
	for (uint32_t i = 0; i < 8 * n; i++) {
		h[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(nfs_handle_open(&key, bytes_of(h, n), &back));
		h[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	assert_true(nfs_handle_seal_v2(&key, &f, h));
	for (uint32_t i = 0; i < 8 * NFS_HANDLE_V2; i++) {
		h[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(nfs_handle_open(&key, bytes_of(h, NFS_HANDLE_V2), &back));
		h[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

static void another_key_opens_nothing(void **state)
{
	struct nfs_file f = file_of(3, 12), back;
	uint8_t h[NFS_HANDLE_MAX];
	uint32_t n = nfs_handle_seal(&key, &f, h);

	(void)state;
	for (uint32_t i = 0; i < 8 * NFS_KEY; i++) {
		struct nfs_key other = key;

		other.k[i / 8] ^= (uint8_t)(1 << i % 8);
		assert_false(nfs_handle_open(&other, bytes_of(h, n), &back));
	}
}

/* Each in a block of its own size: nothing behind it is read. */
static void no_other_length_of_it_opens(void **state)
{
	struct nfs_file f = file_of(3, 40), back;
	uint8_t h[NFS_HANDLE_MAX + 8] = { 0 };
	uint32_t n = nfs_handle_seal(&key, &f, h);

	(void)state;
	for (uint32_t i = 0; i <= sizeof(h); i++) {
		uint8_t *p = malloc(i ? i : 1);

		assert_non_null(p);
		memcpy(p, h, i);
		assert_int_equal(nfs_handle_open(&key, bytes_of(p, i), &back), i == n);
		free(p);
	}
	assert_false(nfs_handle_open(&key, bytes_of(NULL, 0), &back));
}

static void a_handle_without_a_file_is_none(void **state)
{
	struct nfs_file f = file_of(3, 0), back;
	uint8_t h[NFS_HANDLE_MAX] = { 0 };
	uint32_t n = nfs_handle_seal(&key, &f, h);

	(void)state;
	assert_false(nfs_handle_open(&key, bytes_of(h, n), &back));
	assert_false(nfs_handle_open(&key, bytes_of(h, NFS_HANDLE_V2), &back));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens_again),
		cmocka_unit_test(version_2_has_32_bytes_always),
		cmocka_unit_test(no_bit_of_it_can_be_another),
		cmocka_unit_test(another_key_opens_nothing),
		cmocka_unit_test(no_other_length_of_it_opens),
		cmocka_unit_test(a_handle_without_a_file_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
