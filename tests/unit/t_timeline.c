/* SPDX-License-Identifier: BSD-2-Clause */
#include "timeline.h"

#include "unit.h"

#define SECOND UINT64_C(1000000000)

static struct scale scale_of(const uint64_t *ns, uint32_t n)
{
	struct scale s;

	memset(&s, 0, sizeof(s));
	for (uint32_t i = 0; i < n; i++)
		scale_add(&s, ns[i]);
	scale_lay(&s);
	return s;
}

static void times_go_from_end_to_end_in_their_order(void **state)
{
	const uint64_t ns[] = { 40 * SECOND, 10 * SECOND, 0, 11 * SECOND, 10 * SECOND + 1 };
	struct scale s = scale_of(ns, 5);

	(void)state;
	assert_int_equal(s.n, 4); /* 0: not seen */
	assert_int_equal(s.at[0], 0);
	assert_int_equal(s.at[3], SCALE_FULL);
	for (uint32_t i = 1; i < s.n; i++)
		assert_true(s.at[i] > s.at[i - 1]);
	assert_int_equal(scale_at(&s, 9 * SECOND), 0);
	assert_int_equal(scale_at(&s, 41 * SECOND), SCALE_FULL);
}

static void milliseconds_are_seen_beside_minutes(void **state)
{
	const uint64_t ns[] = { SECOND, SECOND + 2000000, 181 * SECOND };
	struct scale s = scale_of(ns, 3);

	(void)state;
	assert_true(s.at[1] >= 100 && s.at[1] < 1000);
}

static void twice_the_silence_is_less_than_twice_as_long(void **state)
{
	const uint64_t ns[] = { SECOND, 11 * SECOND, 31 * SECOND };
	struct scale s = scale_of(ns, 3);
	uint32_t once = s.at[1], twice = s.at[2] - s.at[1];

	(void)state;
	assert_true(twice > once);
	assert_true(twice < 2 * once);
}

static void times_between_lie_between(void **state)
{
	const uint64_t ns[] = { SECOND, 11 * SECOND, 31 * SECOND };
	struct scale s = scale_of(ns, 3);

	(void)state;
	for (uint64_t t = SECOND; t < 31 * SECOND; t += SECOND / 3)
		assert_true(scale_at(&s, t) <= scale_at(&s, t + SECOND / 3));
	assert_int_equal(scale_at(&s, 6 * SECOND), s.at[1] / 2);
}

static void the_whole_range_of_time_is_laid_out(void **state)
{
	const uint64_t ns[] = { 1, 2, UINT64_MAX / 2, UINT64_MAX - 1, UINT64_MAX };
	struct scale s = scale_of(ns, 5);

	(void)state;
	for (uint32_t i = 1; i < s.n; i++)
		assert_true(s.at[i] >= s.at[i - 1]);
	assert_int_equal(s.at[4], SCALE_FULL);
	assert_true(scale_at(&s, UINT64_MAX / 3) <= s.at[2]);
}

static void one_moment_or_none_is_no_line(void **state)
{
	const uint64_t ns[] = { 5 };
	struct scale s = scale_of(ns, 1), none = scale_of(ns, 0);

	(void)state;
	assert_int_equal(scale_at(&s, 4), 0);
	assert_int_equal(scale_at(&s, 6), 0);
	assert_int_equal(scale_at(&none, 6), 0);
}

static void more_times_than_fit_are_left_out(void **state)
{
	struct scale s;

	(void)state;
	memset(&s, 0, sizeof(s));
	for (uint64_t i = 1; i < 1000; i++)
		scale_add(&s, i * SECOND);
	scale_lay(&s);
	assert_int_equal(s.n, SCALE_MAX);
	assert_true(s.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_go_from_end_to_end_in_their_order),
		cmocka_unit_test(milliseconds_are_seen_beside_minutes),
		cmocka_unit_test(twice_the_silence_is_less_than_twice_as_long),
		cmocka_unit_test(times_between_lie_between),
		cmocka_unit_test(the_whole_range_of_time_is_laid_out),
		cmocka_unit_test(one_moment_or_none_is_no_line),
		cmocka_unit_test(more_times_than_fit_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
