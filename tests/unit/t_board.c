/* SPDX-License-Identifier: BSD-2-Clause */
#include "board.h"

#include "unit.h"

static void reads_new_style_revisions(void **state)
{
	char buf[80];
	struct text t = text_init(buf, sizeof buf);

	(void)state;
	assert_true(revision_text(0xc03112, &t));
	assert_string_equal(buf, "Raspberry Pi 4 Model B Rev 1.2, 4 GB");
	assert_int_equal(revision_family(0xc03112), FAMILY_PI4);
	assert_int_equal(revision_family(0xd04170), FAMILY_PI5);
	assert_int_equal(revision_family(0xa02082), FAMILY_PI3B);
	assert_int_equal(revision_family(0xa020d3), FAMILY_PI3B_PLUS);
	assert_string_equal(revision_model(0xc03141), "Raspberry Pi Compute Module 4");
}

static void reads_old_style_revisions(void **state)
{
	char buf[80];
	struct text t = text_init(buf, sizeof buf);

	(void)state;
	assert_true(revision_text(0x000e, &t));
	assert_string_equal(buf, "Raspberry Pi Model B Rev 2.0");
	assert_int_equal(revision_family(0x1000010), FAMILY_PI1); /* warranty bit */
	assert_false(revision_text(0x0001, &t));
	assert_int_equal(revision_family(0), FAMILY_OTHER);
}

static void knows_every_raspberry_pi_range(void **state)
{
	static const struct mac yes[] = {
		{ { 0xb8, 0x27, 0xeb, 1, 2, 3 } },       { { 0xdc, 0xa6, 0x32, 1, 2, 3 } },
		{ { 0xe4, 0x5f, 0x01, 1, 2, 3 } },       { { 0xd8, 0x3a, 0xdd, 1, 2, 3 } },
		{ { 0x2c, 0xcf, 0x67, 1, 2, 3 } },       { { 0x88, 0xa2, 0x9e, 1, 2, 3 } },
		{ { 0x28, 0xcd, 0xc1, 1, 2, 3 } },       { { 0xf0, 0x40, 0xaf, 0x9f, 2, 3 } },
		{ { 0x8c, 0x1f, 0x64, 0x34, 0xaf, 3 } },
	};
	static const struct mac no[] = {
		{ { 0xf0, 0x40, 0xaf, 0x8f, 2, 3 } },
		{ { 0x8c, 0x1f, 0x64, 0x34, 0xbf, 3 } },
		{ { 0 } },
		{ { 0xb8, 0x27, 0xec, 1, 2, 3 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
		assert_true(mac_is_pi(yes[i]));
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		assert_false(mac_is_pi(no[i]));
}

static void names_every_family_once(void **state)
{
	(void)state;
	for (int i = 0; i < FAMILIES; i++) {
		assert_non_null(family_key((enum family)i));
		assert_non_null(family_model((enum family)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(family_key((enum family)i),
						family_key((enum family)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_new_style_revisions),
		cmocka_unit_test(reads_old_style_revisions),
		cmocka_unit_test(knows_every_raspberry_pi_range),
		cmocka_unit_test(names_every_family_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
