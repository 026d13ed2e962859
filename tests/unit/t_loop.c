/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for descriptors, signals and the time. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "loop.h"
#include "unit.h"

static struct loop l;
static int ends[2];
static int turns, times;

static int setup(void **state)
{
	(void)state;
	loop_init(&l);
	turns = times = 0;
	return pipe(ends);
}

static int teardown(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static bool take_one(void *ctx)
{
	char c;

	(void)ctx;
	if (read(ends[0], &c, 1) != 1)
		return false;
	turns++;
	if (c == '.')
		loop_stop(&l);
	return true;
}

static bool stop(void *ctx)
{
	(void)ctx;
	turns++;
	loop_stop(&l);
	return false;
}

static uint64_t tick(void *ctx, uint64_t now)
{
	(void)ctx;
	if (++times == 3)
		loop_stop(&l);
	return now + 5000000;
}

static void what_comes_is_handed_out_until_there_is_no_more(void **state)
{
	(void)state;
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(loop_add(&l, ends[0], take_one, NULL), 0);
	assert_int_equal(write(ends[1], "abc.", 4), 4);
	assert_int_equal(loop_run(&l), 0);
	assert_int_equal(turns, 4);
}

static void the_time_comes_again_and_again(void **state)
{
	uint64_t start = loop_now();

	(void)state;
	loop_timer(&l, start, tick, NULL);
	assert_int_equal(loop_run(&l), 0);
	assert_int_equal(times, 3);
	assert_true(loop_now() - start >= 10000000);
}

static void a_signal_that_came_before_is_not_missed(void **state)
{
	(void)state;
	assert_int_equal(loop_signal(&l, SIGUSR1, stop, NULL), 0);
	raise(SIGUSR1);
	assert_int_equal(turns, 0);
	assert_int_equal(loop_run(&l), 0);
	assert_int_equal(turns, 1);
}

static void a_signal_wakes_it(void **state)
{
	pid_t child;

	(void)state;
	assert_int_equal(loop_signal(&l, SIGUSR1, stop, NULL), 0);
	child = fork();
	if (child == 0) {
		usleep(50000);
		kill(getppid(), SIGUSR1);
		_exit(0);
	}
	assert_int_equal(loop_run(&l), 0);
	assert_int_equal(turns, 1);
}

/* Never empty: a storm of frames, a terminal that is gone. */
static bool always(void *ctx)
{
	(void)ctx;
	if (++times > 1000)
		loop_stop(&l);
	return false;
}

static void a_signal_comes_through_a_storm(void **state)
{
	(void)state;
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(loop_add(&l, ends[0], always, NULL), 0);
	assert_int_equal(loop_signal(&l, SIGUSR1, stop, NULL), 0);
	assert_int_equal(kill(getpid(), SIGUSR1), 0);
	assert_int_equal(loop_run(&l), 0);
	assert_int_equal(turns, 1);
	assert_true(times < 10);
}

static bool take_no_more(void *ctx)
{
	(void)ctx;
	turns++;
	loop_remove(&l, ends[0]);
	return true;
}

static void what_is_removed_is_not_heard_of_again(void **state)
{
	uint64_t start = loop_now();

	(void)state;
	assert_int_equal(loop_add(&l, ends[0], take_no_more, NULL), 0);
	assert_int_equal(loop_add(&l, ends[0], take_one, NULL), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(loop_turn(&l, -1, 0), 0);
	assert_int_equal(loop_turn(&l, -1, 20), 0);
	assert_int_equal(turns, 1);
	assert_true(loop_now() - start >= 20000000);
}

static void one_turn_tells_of_another_descriptor(void **state)
{
	uint64_t start = loop_now();

	(void)state;
	assert_int_equal(loop_signal(&l, SIGUSR1, stop, NULL), 0);
	assert_int_equal(loop_turn(&l, ends[0], 20), 0);
	assert_true(loop_now() - start >= 20000000);
	assert_int_equal(write(ends[1], "x", 1), 1);
	raise(SIGUSR1);
	assert_int_equal(loop_turn(&l, ends[0], -1), 1);
	assert_int_equal(turns, 1); /* neither hides the other */
	assert_int_equal(loop_turn(&l, -1, 0), 0);
}

static void no_descriptor_is_no_trouble_and_too_many_are(void **state)
{
	(void)state;
	assert_int_equal(loop_add(&l, -1, take_one, NULL), 0);
	assert_int_equal(l.n_fds, 0);
	for (int i = 0; i < LOOP_FDS; i++)
		assert_int_equal(loop_add(&l, ends[0], take_one, NULL), 0);
	assert_int_equal(loop_add(&l, ends[0], take_one, NULL), -E2BIG);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_comes_is_handed_out_until_there_is_no_more),
		TEST(the_time_comes_again_and_again),
		TEST(a_signal_that_came_before_is_not_missed),
		TEST(a_signal_wakes_it),
		TEST(a_signal_comes_through_a_storm),
		TEST(what_is_removed_is_not_heard_of_again),
		TEST(one_turn_tells_of_another_descriptor),
		TEST(no_descriptor_is_no_trouble_and_too_many_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
