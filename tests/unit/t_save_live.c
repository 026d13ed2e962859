/* SPDX-License-Identifier: BSD-2-Clause */
/* Saving while it comes: files in turn, a full disk, and an end that nobody announced. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture_file.h"
#include "save_live.h"
#include "unit.h"

static char folder[64], path[256], why[SAVE_WHY_MAX];
static uint8_t payload[2000];
static const char *const names[] = { "eth0", "eth1" };
static int made;

static int make(void *ctx, const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	(void)ctx;
	made++;
	return fd < 0 ? -errno : fd;
}

static int make_one(void *ctx, const char *name)
{
	return made ? -EACCES : make(ctx, name);
}

static int setup(void **state)
{
	(void)state;
	made = 0;
	snprintf(folder, sizeof(folder), "/tmp/bootscope-save-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/x.pcapng", folder);
	return 0;
}

static int teardown(void **state)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	(void)state;
	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	return rmdir(folder);
}

static struct save *begin(uint64_t rotate, uint32_t files)
{
	const struct save_how how = { .name = path,
				      .rotate_bytes = rotate,
				      .files = files,
				      .names = names,
				      .n_names = 2,
				      .application = "test",
				      .make = make };
	struct save *s;

	assert_int_equal(save_open(&how, &s, why, sizeof(why)), 0);
	return s;
}

static void frame(struct save *s, uint32_t i, uint32_t n)
{
	struct frame f = { .data = payload,
			   .cap_len = n,
			   .wire_len = n + 7,
			   .time_ns = UINT64_C(1700000000000000000) + i,
			   .number = i + 1,
			   .link = 1,
			   .interface = i & 1 };

	payload[0] = (uint8_t)i;
	save_frame(s, &f);
}

/* Frames of a file that ends well, or -1; first: the number that its first frame carries. */
static int frames_of(const char *name, uint8_t *first, uint64_t *dropped)
{
	struct source s;
	struct frame f;
	int n = 0;

	if (capture_file_open(name, &s, why, sizeof(why)))
		return -1;
	while (s.next(s.ctx, &f) == 1) {
		if (!n && first)
			*first = f.data[0];
		assert_int_equal(f.wire_len, f.cap_len + 7);
		n++;
	}
	if (dropped)
		*dropped = s.dropped(s.ctx);
	if (s.warning(s.ctx))
		n = -1;
	s.close(s.ctx);
	return n;
}

static void what_was_saved_can_be_read_with_its_drops(void **state)
{
	struct save *s = begin(0, 0);
	const uint64_t dropped[] = { 3, 4 };
	uint64_t n;

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		frame(s, i, 100 + i);
	assert_int_equal(save_told(s).frames, 10);
	save_close(s, dropped, 5);
	assert_int_equal(frames_of(path, NULL, &n), 10);
	assert_int_equal(n, 7);
}

static void what_was_flushed_is_there_whatever_ends_us(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		struct save *s = begin(0, 0);

		for (uint32_t i = 0; i < 5; i++)
			frame(s, i, 1400);
		if (save_flush(s))
			_exit(1);
		/* more than a batch behind it: written between two blocks */
		for (uint32_t i = 5; i < 1000; i++)
			frame(s, i, 1401);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_in_range(frames_of(path, NULL, NULL), 5, 1000);
	assert_true(frames_of(path, NULL, NULL) > 700);
}

static void files_follow_each_other_by_size(void **state)
{
	struct save *s = begin(10000, 0);
	char name[300];
	uint8_t first = 0;

	(void)state;
	for (uint32_t i = 0; i < 30; i++)
		frame(s, i, 1000);
	assert_int_equal(save_told(s).files, 4);
	save_close(s, NULL, 0);
	assert_int_equal(frames_of(path, &first, NULL), 10);
	assert_int_equal(first, 0);
	snprintf(name, sizeof(name), "%s1", path);
	assert_int_equal(frames_of(name, &first, NULL), 10);
	assert_int_equal(first, 10);
	snprintf(name, sizeof(name), "%s3", path);
	assert_int_equal(frames_of(name, NULL, NULL), 0);
}

static void a_count_of_files_begins_again_with_the_first(void **state)
{
	struct save *s = begin(10000, 3);
	char name[300];
	uint8_t first = 0;

	(void)state;
	for (uint32_t i = 0; i < 45; i++)
		frame(s, i, 1000);
	save_close(s, NULL, 0);
	snprintf(name, sizeof(name), "%s0", path);
	assert_int_equal(frames_of(name, &first, NULL), 10);
	assert_int_equal(first, 30);
	snprintf(name, sizeof(name), "%s1", path);
	assert_int_equal(frames_of(name, &first, NULL), 5);
	assert_int_equal(first, 40);
	snprintf(name, sizeof(name), "%s2", path);
	assert_int_equal(frames_of(name, &first, NULL), 10);
	assert_int_equal(first, 20);
	snprintf(name, sizeof(name), "%s3", path);
	assert_int_equal(access(name, F_OK), -1);
}

static void names_are_those_of_tcpdump(void **state)
{
	struct save_how how = { .name = "f" };
	char out[16];

	(void)state;
	assert_true(save_name(&how, 0, out, sizeof(out)));
	assert_string_equal(out, "f");
	how.rotate_bytes = 1;
	assert_true(save_name(&how, 0, out, sizeof(out)));
	assert_string_equal(out, "f");
	assert_true(save_name(&how, 12, out, sizeof(out)));
	assert_string_equal(out, "f12");
	how.files = 100;
	assert_true(save_name(&how, 7, out, sizeof(out)));
	assert_string_equal(out, "f07");
	assert_true(save_name(&how, 107, out, sizeof(out)));
	assert_string_equal(out, "f07");
	how.files = 1;
	assert_true(save_name(&how, 5, out, sizeof(out)));
	assert_string_equal(out, "f0");
	assert_false(save_name(&how, 5, out, 2));
}

static void limit(rlim_t n)
{
	struct rlimit r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
	r.rlim_cur = n;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

static void a_full_disk_is_said_once_and_loses_nothing_that_there_is_room_for(void **state)
{
	struct save *s = begin(0, 0);
	int told = 0, whole;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (uint32_t i = 0; i < 100; i++)
		frame(s, i, 1000);
	assert_int_equal(save_flush(s), 0);
	limit(150000); /* a partial write, then none */
	for (uint32_t i = 100; i < 300; i++) {
		frame(s, i, 1000);
		assert_int_equal(save_flush(s), 0);
		told += save_trouble(s) != NULL;
	}
	assert_int_equal(told, 1);
	assert_true(save_told(s).waiting > 100);
	whole = frames_of(path, NULL, NULL); /* it ends between two blocks all the while */
	assert_in_range(whole, 100, 150);
	limit(RLIM_INFINITY);
	assert_int_equal(save_flush(s), 0);
	assert_int_equal(save_told(s).lost, 0);
	assert_int_equal(save_told(s).waiting, 0);
	save_close(s, NULL, 0);
	assert_int_equal(frames_of(path, NULL, NULL), 300);
}

static void a_disk_that_stays_full_is_waited_for_with_bounded_memory(void **state)
{
	struct save *s = begin(0, 0);
	struct save_told t;
	int n;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	limit(100000);
	for (uint32_t i = 0; i < 20000; i++)
		frame(s, i, 1000);
	t = save_told(s);
	assert_true(t.lost > 10000);
	assert_int_equal(t.frames + t.lost, 20000);
	limit(RLIM_INFINITY);
	assert_int_equal(save_flush(s), 0);
	frame(s, 1, 1000);
	save_close(s, NULL, 0);
	n = frames_of(path, NULL, NULL);
	assert_int_equal(n, t.frames + 1);
}

static void a_next_file_that_cannot_be_made_is_said_and_the_present_one_goes_on(void **state)
{
	const struct save_how how = {
		.name = path, .rotate_bytes = 10000, .application = "test", .make = make_one
	};
	struct save *s;
	const char *t;

	(void)state;
	assert_int_equal(save_open(&how, &s, why, sizeof(why)), 0);
	for (uint32_t i = 0; i < 25; i++)
		frame(s, i, 1000);
	t = save_trouble(s);
	assert_non_null(t);
	assert_non_null(strstr(t, strerror(EACCES)));
	assert_null(save_trouble(s));
	save_close(s, NULL, 0);
	assert_int_equal(frames_of(path, NULL, NULL), 25);
}

static void a_file_that_cannot_be_made_is_said_at_once(void **state)
{
	const struct save_how how = { .name = "/nowhere/at/all",
				      .application = "test",
				      .make = make };
	struct save *s;

	(void)state;
	assert_int_equal(save_open(&how, &s, why, sizeof(why)), -ENOENT);
	assert_non_null(strstr(why, "/nowhere/at/all"));
}

static int make_fifo(void *ctx, const char *name)
{
	(void)name;
	return dup(*(const int *)ctx);
}

static void a_reader_that_went_away_is_told(void **state)
{
	int fd[2];
	struct save_how how = { .name = "pipe", .application = "test", .make = make_fifo };
	struct save *s;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe(fd), 0);
	how.ctx = &fd[1];
	assert_int_equal(save_open(&how, &s, why, sizeof(why)), 0);
	frame(s, 0, 100);
	assert_int_equal(save_flush(s), 0);
	close(fd[0]);
	frame(s, 1, 100);
	assert_int_equal(save_flush(s), -EPIPE);
	save_close(s, NULL, 0);
	close(fd[1]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_saved_can_be_read_with_its_drops),
		TEST(what_was_flushed_is_there_whatever_ends_us),
		TEST(files_follow_each_other_by_size),
		TEST(a_count_of_files_begins_again_with_the_first),
		TEST(names_are_those_of_tcpdump),
		TEST(a_full_disk_is_said_once_and_loses_nothing_that_there_is_room_for),
		TEST(a_disk_that_stays_full_is_waited_for_with_bounded_memory),
		TEST(a_next_file_that_cannot_be_made_is_said_and_the_present_one_goes_on),
		TEST(a_file_that_cannot_be_made_is_said_at_once),
		TEST(a_reader_that_went_away_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
