/* SPDX-License-Identifier: BSD-2-Clause */
/* Captures as the world hands them over: files, pipes, packed, several of them, filtered. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "made_captures.h"
#include "unit.h"

static void every_format_is_read_from_a_file(void **state)
{
	(void)state;
	for (int f = 0; f < FORMATS; f++) {
		make((enum format)f, 50, 101, 0, 1);
		assert_int_equal(frames_of(file_of("plain", buf, n), NULL), 50);
	}
}

/* Larger than the window that is mapped at once, and than what is read at once. */
static void a_file_of_many_windows_is_read_whole(void **state)
{
	(void)state;
	for (int f = 0; f < FORMATS; f++) {
		make((enum format)f, 2000, 1500, 0, 1);
		assert_int_equal(frames_of(file_of("long", buf, n), NULL), 2000);
	}
}

static void packed_files_are_read_as_what_is_in_them(void **state)
{
	uint8_t *packed = malloc(ROOM);

	(void)state;
	for (int i = 0; i < 2; i++) {
		for (int f = 0; f < FORMATS; f++) {
			size_t size, half;

			make((enum format)f, 300, 1500, 0, 1);
			size = packers[i](packed, ROOM, buf, n);
			if (!size)
				continue;
			assert_int_equal(frames_of(file_of("packed", packed, size), NULL), 300);
			/* in two members or frames: gzip -c a >>b (RFC 1952 2.2, RFC 8878 3.1) */
			half = n / 2;
			size = packers[i](packed, ROOM, buf, half);
			size += packers[i](packed + size, ROOM - size, buf + half, n - half);
			assert_int_equal(frames_of(file_of("packed", packed, size), NULL), 300);
		}
	}
	free(packed);
}

static void a_pipe_is_read_as_it_comes(void **state)
{
	static const size_t bites[] = { 7, 4096, 1 << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof(bites) / sizeof(bites[0]); i++) {
		int p[2];
		pid_t child;

		make((enum format)(i % FORMATS), i ? 1500 : 50, 1000, 0, 1);
		assert_int_equal(pipe(p), 0);
		child = feed(p[1], bites[i]);
		close(p[1]);
		assert_int_equal(from_stdin(p[0], NULL), i ? 1500 : 50);
		waitpid(child, NULL, 0);
	}
}

static void a_named_pipe_is_read_too(void **state)
{
	char *path = path_of("fifo");
	pid_t child;

	(void)state;
	make(PCAPNG, 50, 1000, 0, 1);
	assert_int_equal(mkfifo(path, 0600), 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_WRONLY);

		_exit(fd >= 0 && write(fd, buf, n) == (ssize_t)n ? 0 : 1);
	}
	assert_int_equal(frames_of(path, NULL), 50);
	waitpid(child, NULL, 0);
}

static void a_file_may_be_standard_input(void **state)
{
	(void)state;
	make(PCAP, 50, 1000, 0, 1);
	assert_int_equal(from_stdin(open(file_of("in", buf, n), O_RDONLY), NULL), 50);
}

static void several_files_are_one_by_time(void **state)
{
	char *paths[4];
	struct source s;

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "part%u", i);
		make((enum format)(i % FORMATS), 25, 100, i, 4);
		paths[i] = file_of(name, buf, n);
	}
	s = opened_some(paths, 4);
	assert_int_equal(read_on(&s, 0), 100);
	assert_null(s.warning(s.ctx));
	s.close(s.ctx);
}

static void equal_times_stay_in_the_order_of_the_files(void **state)
{
	char *paths[2];
	struct source s;
	struct frame f;

	(void)state;
	make(PCAP, 3, 100, 0, 1);
	paths[0] = file_of("a", buf, n);
	make(PCAP, 3, 200, 0, 1);
	paths[1] = file_of("b", buf, n);
	s = opened_some(paths, 2);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(s.next(s.ctx, &f), 1);
		assert_int_equal(f.cap_len, i & 1 ? 200 : 100);
	}
	s.close(s.ctx);
}

static struct source filtered(struct source below, const char *expression)
{
	struct filter *f = NULL;

	assert_int_equal(capture_filter_compile(expression, &f, why, sizeof(why)), 0);
	return capture_filter(below, f);
}

static void a_filter_lets_through_and_keeps_the_numbers(void **state)
{
	struct source s, below;
	struct frame f;

	(void)state;
	for (int kind = 0; kind < FORMATS; kind++) {
		make((enum format)kind, 20, 100, 0, 1);
		below = opened(file_of("filtered", buf, n));
		s = filtered(below, "udp port 10007 or udp port 10011");
		assert_int_equal(s.next(s.ctx, &f), 1);
		assert_int_equal(f.number, 8);
		assert_int_equal(s.next(s.ctx, &f), 1);
		assert_int_equal(f.number, 12);
		assert_int_equal(s.next(s.ctx, &f), 0);
		s.close(s.ctx);
	}
}

static void a_wrong_filter_is_refused_before_anything_is_read(void **state)
{
	static const char *const wrong[] = { "port", "host", "nonsense here", "tcp[", "(" };
	uint32_t before = open_files();

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct filter *f = NULL;

		assert_int_equal(capture_filter_compile(wrong[i], &f, why, sizeof(why)), -EINVAL);
		assert_null(f);
		assert_non_null(strstr(why, wrong[i]));
		assert_null(strchr(why, '\n'));
		assert_int_equal(open_files(), before);
	}
}

static void an_empty_filter_lets_everything_through(void **state)
{
	struct source s, below;

	(void)state;
	make(PCAP, 5, 100, 0, 1);
	below = opened(file_of("a", buf, n));
	s = filtered(below, "");
	assert_int_equal(read_on(&s, 0), 5);
	s.close(s.ctx);
}

/* Reads some, then all from the first again. */
static void read_twice(struct source s, uint32_t frames)
{
	struct frame f;

	for (int times = 0; times < 3; times++) {
		for (int k = 0; k < 7; k++)
			assert_int_equal(s.next(s.ctx, &f), 1);
		assert_non_null(s.again);
		assert_int_equal(s.again(s.ctx), 0);
		assert_int_equal(read_on(&s, 0), frames);
		assert_null(s.warning(s.ctx));
		assert_int_equal(s.again(s.ctx), 0);
	}
	s.close(s.ctx);
}

static void files_can_be_read_again_from_the_first_frame(void **state)
{
	uint8_t *packed = malloc(ROOM);

	(void)state;
	for (int f = 0; f < FORMATS; f++) {
		make((enum format)f, 1000, 1500, 0, 1);
		read_twice(opened(file_of("plain", buf, n)), 1000);
		read_twice(filtered(opened(file_of("plain", buf, n)), "udp"), 1000);
		for (size_t i = 0; i < 2; i++) {
			size_t size = packers[i](packed, ROOM, buf, n);

			if (size)
				read_twice(opened(file_of("packed", packed, size)), 1000);
		}
	}
	free(packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_read_from_a_file),
		cmocka_unit_test(a_file_of_many_windows_is_read_whole),
		cmocka_unit_test(packed_files_are_read_as_what_is_in_them),
		cmocka_unit_test(a_pipe_is_read_as_it_comes),
		cmocka_unit_test(a_named_pipe_is_read_too),
		cmocka_unit_test(a_file_may_be_standard_input),
		cmocka_unit_test(several_files_are_one_by_time),
		cmocka_unit_test(equal_times_stay_in_the_order_of_the_files),
		cmocka_unit_test(a_filter_lets_through_and_keeps_the_numbers),
		cmocka_unit_test(a_wrong_filter_is_refused_before_anything_is_read),
		cmocka_unit_test(an_empty_filter_lets_everything_through),
		cmocka_unit_test(files_can_be_read_again_from_the_first_frame),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
