/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock of live capture, while the machine's is set. */
#include "steady.h"
#include "unit.h"

static const uint64_t S = 1000000000, DAY = UINT64_C(1700000000000000000);

static void tells_the_wall_clock_while_nobody_sets_it(void **state)
{
	struct steady s;

	(void)state;
	steady_init(&s, DAY, 5 * S);
	assert_int_equal(steady_now(&s), DAY);
	assert_false(steady_look(&s, DAY + S, 6 * S));
	assert_int_equal(steady_now(&s), DAY + S);
	assert_int_equal(steady_frame(&s, DAY + S - 7), DAY + S - 7);
}

static void goes_on_when_the_clock_is_set_forward_by_years(void **state)
{
	struct steady s;
	uint64_t later = UINT64_C(3) * 365 * 86400 * S;

	(void)state;
	steady_init(&s, DAY, 0);
	assert_true(steady_look(&s, DAY + later + S, S));
	assert_int_equal(steady_now(&s), DAY + S);
	assert_int_equal(steady_frame(&s, DAY + later + S), DAY + S);
	assert_int_equal(s.steps, 1);
}

static void goes_on_when_the_clock_is_set_back(void **state)
{
	struct steady s;

	(void)state;
	steady_init(&s, DAY, 0);
	assert_true(steady_look(&s, DAY - 3600 * S, S));
	assert_int_equal(steady_frame(&s, DAY - 3600 * S), DAY + S);
	assert_false(steady_look(&s, DAY - 3599 * S, 2 * S));
	assert_int_equal(steady_now(&s), DAY + 2 * S);
	/* and once more, to the right time */
	assert_true(steady_look(&s, DAY + 3 * S, 3 * S));
	assert_int_equal(steady_now(&s), DAY + 3 * S);
}

static void a_frame_stamped_before_the_step_and_read_after_it_keeps_its_time(void **state)
{
	struct steady s;

	(void)state;
	steady_init(&s, DAY, 0);
	assert_true(steady_look(&s, DAY + 1000 * S, S / 10));
	assert_int_equal(steady_frame(&s, DAY + S / 20), DAY + S / 20);
	assert_int_equal(steady_frame(&s, DAY + 1000 * S), DAY + S / 10);
}

static void a_clock_that_is_slewed_is_followed(void **state)
{
	struct steady s;
	uint64_t wall = DAY;

	(void)state;
	steady_init(&s, wall, 0);
	for (uint64_t i = 1; i < 1000; i++) {
		wall += S + S / 2000; /* 500 ppm, the most adjtimex does */
		assert_false(steady_look(&s, wall, i * S));
	}
	assert_int_equal(steady_now(&s), wall);
}

static void the_time_told_is_never_before_that_of_a_frame(void **state)
{
	struct steady s;

	(void)state;
	steady_init(&s, DAY, 0);
	assert_int_equal(steady_frame(&s, DAY + S / 10), DAY + S / 10);
	assert_int_equal(steady_now(&s), DAY + S / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_the_wall_clock_while_nobody_sets_it),
		cmocka_unit_test(goes_on_when_the_clock_is_set_forward_by_years),
		cmocka_unit_test(goes_on_when_the_clock_is_set_back),
		cmocka_unit_test(a_frame_stamped_before_the_step_and_read_after_it_keeps_its_time),
		cmocka_unit_test(a_clock_that_is_slewed_is_followed),
		cmocka_unit_test(the_time_told_is_never_before_that_of_a_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
