/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of the files that a Raspberry Pi asks for. */
#include "boot_names.h"
#include "lines.h"
#include "unit.h"

static void is(struct bytes v, const char *name)
{
	if (!bytes_is(v, name))
		fail_msg("'%.*s', not '%s'", (int)v.n, (const char *)v.p, name);
}

static void config_txt_goes_before_the_board(void **state)
{
	struct config none = { 0 }, camera = { .start_x = true },
		      own = { .start_x = true,
			      .start_file = bytes_str("mine.elf,other.elf"),
			      .fixup_file = bytes_str("mine.dat") };

	(void)state;
	is(boot_start(FAMILY_PI4, &none), "start4.elf");
	is(boot_fixup(FAMILY_PI3B, &none), "fixup.dat");
	is(boot_start(FAMILY_PI, &camera), "start_x.elf");
	is(boot_fixup(FAMILY_PI4, &camera), "fixup4x.dat");
	is(boot_start(FAMILY_PI4, &own), "mine.elf");
	is(boot_fixup(FAMILY_PI4, &own), "mine.dat");
	assert_int_equal(boot_start(FAMILY_PI5, &camera).n, 0);
	assert_int_equal(boot_name(bytes_of(NULL, 0), NULL).n, 0);
}

static void a_board_of_32_bits_begins_with_the_second_kernel(void **state)
{
	struct config narrow = { .has_arm_64bit = true }, wide = narrow, none = { 0 };

	(void)state;
	wide.arm_64bit = true;
	assert_int_equal(boot_kernel(FAMILY_PI4, &none), 0);
	assert_int_equal(boot_kernel(FAMILY_PI4, &wide), 0);
	assert_int_equal(boot_kernel(FAMILY_PI4, &narrow), 1);
	assert_int_equal(boot_kernel(FAMILY_PI5, &narrow), 0);
}

static void every_device_tree_is_called_like_its_board(void **state)
{
	uint32_t known = 0;

	(void)state;
	for (uint32_t type = 0; type < 256; type++) {
		uint32_t revision = 0x800000 | type << 4;
		const char *dtb = boot_dtb(revision);

		if (!dtb)
			continue;
		known++;
		assert_true(
			bytes_begin(bytes_str(dtb), boot_names(revision_family(revision))->dtb));
	}
	assert_int_equal(known, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_txt_goes_before_the_board),
		cmocka_unit_test(a_board_of_32_bits_begins_with_the_second_kernel),
		cmocka_unit_test(every_device_tree_is_called_like_its_board),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
