/* SPDX-License-Identifier: BSD-2-Clause */
#include "loader.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { HEAD = 0x46 };

static void image(uint8_t to[HEAD], uint16_t machine)
{
	memset(to, 0, HEAD);
	to[0] = 'M';
	to[1] = 'Z';
	to[0x3c] = 0x40;
	to[0x40] = 'P';
	to[0x41] = 'E';
	to[0x44] = (uint8_t)machine;
	to[0x45] = (uint8_t)(machine >> 8);
}

static void a_program_says_what_it_is_for(void **state)
{
	uint8_t head[HEAD];

	(void)state;
	image(head, 0x8664);
	assert_int_equal(loader_machine(bytes_of(head, HEAD)), 0x8664);
	/* whatever its name */
	assert_int_equal(loader_arch(0x8664, bytes_str("bootaa64.efi")), LOADER_X64);
	assert_int_equal(loader_arch(0xaa64, bytes_str("boot.efi")), LOADER_ARM64);
	assert_int_equal(loader_arch(0x14c, bytes_str("bootx64.efi")), LOADER_UNKNOWN);
	head[0x41] = 'X';
	assert_int_equal(loader_machine(bytes_of(head, HEAD)), 0);
	image(head, 0xaa64);
	for (uint32_t at = 0x3c; at < 0x40; at++) {
		head[at] = 0xff;
		assert_int_equal(loader_machine(bytes_of(head, HEAD)), 0);
	}
}

static void a_head_that_is_cut_says_nothing(void **state)
{
	uint8_t head[HEAD];

	(void)state;
	image(head, 0xaa64);
	for (uint32_t n = 0; n < HEAD; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, head, n);
		assert_int_equal(loader_machine(bytes_of(exact, n)), 0);
		free(exact);
	}
}

static void a_name_says_it_too(void **state)
{
	(void)state;
	assert_int_equal(loader_arch(0, bytes_str("boot/undionly.kpxe")), LOADER_BIOS);
	assert_int_equal(loader_arch(0, bytes_str("shimx64.efi")), LOADER_X64);
	assert_int_equal(loader_arch(0, bytes_str("grubaa64.efi")), LOADER_ARM64);
	assert_int_equal(loader_arch(0, bytes_str("ipxe.efi")), LOADER_UNKNOWN);
}

static void each_runs_its_own(void **state)
{
	static const uint16_t x64[] = { 7, 9, 16 }, arm64[] = { 11, 19 };

	(void)state;
	assert_true(loader_suits(0, LOADER_BIOS));
	assert_false(loader_suits(0, LOADER_X64));
	for (int i = 0; i < 3; i++) {
		assert_true(loader_suits(x64[i], LOADER_X64));
		assert_false(loader_suits(x64[i], LOADER_ARM64));
		assert_false(loader_suits(x64[i], LOADER_BIOS));
	}
	for (int i = 0; i < 2; i++) {
		assert_true(loader_suits(arm64[i], LOADER_ARM64));
		assert_false(loader_suits(arm64[i], LOADER_X64));
	}
	/* IA32 has none of these; U-Boot reads its name only */
	assert_false(loader_suits(6, LOADER_X64));
	assert_true(loader_suits(22, LOADER_BIOS));
	for (uint16_t i = 0; i < 40; i++)
		assert_true(loader_suits(i, LOADER_UNKNOWN));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_says_what_it_is_for),
		cmocka_unit_test(a_head_that_is_cut_says_nothing),
		cmocka_unit_test(a_name_says_it_too),
		cmocka_unit_test(each_runs_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
