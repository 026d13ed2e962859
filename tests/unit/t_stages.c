/* SPDX-License-Identifier: BSD-2-Clause */
#include "stages.h"

#include "unit.h"

static void every_stage_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < STAGES; i++) {
		assert_non_null(stage_key((enum stage)i));
		assert_non_null(stage_label((enum stage)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(stage_key((enum stage)i), stage_key((enum stage)k));
	}
	assert_string_equal(stage_key(STAGE_TFTP_FIRST_FILE), "tftp-first-file");
}

static void every_flow_ends_booted(void **state)
{
	(void)state;
	for (int f = 0; f < FAMILIES; f++) {
		enum stage s = STAGE_POWER_ON;
		int steps = 0;

		while (stage_next((enum family)f, s) != STAGES && steps++ < STAGES)
			s = stage_next((enum family)f, s);
		assert_int_equal(s, STAGE_BOOTED);
	}
}

static void rom_boards_skip_the_ack(void **state)
{
	(void)state;
	assert_int_equal(stage_next(FAMILY_PI3B, STAGE_DHCP_OFFER), STAGE_TFTP_FIRST_FILE);
	assert_int_equal(stage_next(FAMILY_PI4, STAGE_DHCP_OFFER), STAGE_DHCP_ACK);
	assert_int_equal(stage_row(FAMILY_PI3B, STAGE_DHCP_DISCOVER)->tries, 5);
}

static void nothing_gives_up_before_it_repeats(void **state)
{
	(void)state;
	for (int f = 0; f < FAMILIES; f++)
		for (int s = 0; s < STAGES; s++) {
			const struct stage_row *r = stage_row((enum family)f, (enum stage)s);

			if (r->gives_up_ms)
				assert_true(r->gives_up_ms >= r->again_ms);
			if (s != STAGE_BOOTED)
				assert_true(r->patience_ms > r->again_ms);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_stage_has_a_name_of_its_own),
		cmocka_unit_test(every_flow_ends_booted),
		cmocka_unit_test(rom_boards_skip_the_ack),
		cmocka_unit_test(nothing_gives_up_before_it_repeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
