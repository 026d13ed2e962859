/* SPDX-License-Identifier: BSD-2-Clause */
/* Files made by another process for one that may open none. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file_helper.h"
#include "folder.h"
#include "sandbox.h"
#include "unit.h"

static char why[FILE_HELPER_WHY_MAX];

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return folder_drop();
}

static bool there(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static void put(const char *name, const char *words)
{
	int fd = open(path_of(name), O_CREAT | O_TRUNC | O_WRONLY, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, words, strlen(words)), (ssize_t)strlen(words));
	close(fd);
}

static off_t size_of(const char *name)
{
	struct stat st;

	return stat(path_of(name), &st) ? -1 : st.st_size;
}

static struct file_helper started(const char *path)
{
	struct file_helper h;

	if (file_helper_start(&path, 1, NULL, &h, why, sizeof(why)))
		fail_msg("%s", why);
	return h;
}

static void made(const struct file_helper *h, const char *name, bool over, const char *words)
{
	int fd = file_helper_make(h, 0, name, over);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, words, strlen(words)), (ssize_t)strlen(words));
	close(fd);
	assert_int_equal(size_of(name), (off_t)strlen(words));
}

static void beside_a_file_its_like_are_made_written_over_renamed_and_removed(void **state)
{
	struct file_helper h = started(path_of("trace.pcapng"));

	(void)state;
	made(&h, "trace.pcapng", false, "one");
	assert_int_equal(file_helper_make(&h, 0, "trace.pcapng", false), -EEXIST);
	made(&h, "trace.pcapng", true, "again");
	made(&h, "trace-2.pcapng", false, "two");
	made(&h, "trace.pcapng.3", true, "three");
	assert_int_equal(file_helper_rename(&h, 0, "trace-2.pcapng", "trace.pcapng"), 0);
	assert_int_equal(size_of("trace.pcapng"), 3);
	assert_false(there("trace-2.pcapng"));
	assert_int_equal(file_helper_remove(&h, 0, "trace.pcapng.3"), 0);
	assert_false(there("trace.pcapng.3"));
	assert_int_equal(file_helper_remove(&h, 0, "trace.pcapng.3"), -ENOENT);
	file_helper_end(&h);
}

static void what_stands_there_under_another_name_stays(void **state)
{
	struct file_helper h = started(path_of("trace.pcapng"));

	(void)state;
	put("traces", "of somebody else");
	put("other", "of somebody else");
	assert_int_equal(file_helper_make(&h, 0, "other", true), -EPERM);
	assert_int_equal(file_helper_make(&h, 0, "traces", true), -EPERM);
	assert_int_equal(file_helper_make(&h, 0, "other", false), -EEXIST);
	assert_int_equal(file_helper_remove(&h, 0, "other"), -EPERM);
	assert_int_equal(file_helper_rename(&h, 0, "other", "trace"), -EPERM);
	made(&h, "trace-1", false, "ours");
	assert_int_equal(file_helper_rename(&h, 0, "trace-1", "other"), -EPERM);
	assert_int_equal(size_of("other"), 16);
	assert_int_equal(size_of("traces"), 16);
	file_helper_end(&h);
}

static void in_a_folder_files_are_new_or_not_made(void **state)
{
	struct file_helper h = started(folder);

	(void)state;
	made(&h, "any-name", false, "x");
	assert_int_equal(file_helper_make(&h, 0, "any-name", false), -EEXIST);
	assert_int_equal(file_helper_make(&h, 0, "any-name", true), -EPERM);
	assert_int_equal(file_helper_remove(&h, 0, "any-name"), -EPERM);
	assert_int_equal(file_helper_rename(&h, 0, "any-name", "b"), -EPERM);
	file_helper_end(&h);
}

static void no_name_leads_out_of_the_folder(void **state)
{
	static const char *const names[] = { "", ".", "..", "/etc/passwd", "../trace", "a/b", "/" };
	struct file_helper h = started(path_of("trace"));
	char long_name[FILE_HELPER_NAME + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(file_helper_make(&h, 0, names[i], false), -EINVAL);
		assert_int_equal(file_helper_make(&h, 0, names[i], true), -EINVAL);
		assert_int_equal(file_helper_remove(&h, 0, names[i]), -EINVAL);
		assert_int_equal(file_helper_rename(&h, 0, names[i], "trace"), -EINVAL);
		assert_int_equal(file_helper_rename(&h, 0, "trace", names[i]), -EPERM);
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = 0;
	assert_int_equal(file_helper_make(&h, 0, long_name, false), -ENAMETOOLONG);
	assert_int_equal(file_helper_make(&h, 1, "trace", false), -EINVAL);
	assert_int_equal(file_helper_make(&h, -1, "trace", false), -EINVAL);
	file_helper_end(&h);
}

static void a_link_or_a_pipe_that_waits_there_is_not_taken(void **state)
{
	struct file_helper h = started(path_of("bait"));

	(void)state;
	put("target", "precious");
	assert_int_equal(symlink(path_of("target"), path_of("bait-link")), 0);
	assert_int_equal(mkfifo(path_of("bait-pipe"), 0600), 0);
	assert_int_equal(mkdir(path_of("bait-folder"), 0700), 0);
	assert_true(file_helper_make(&h, 0, "bait-link", true) < 0);
	assert_true(file_helper_make(&h, 0, "bait-link", false) < 0);
	assert_true(file_helper_make(&h, 0, "bait-pipe", true) < 0);
	assert_true(file_helper_make(&h, 0, "bait-folder", true) < 0);
	assert_int_equal(size_of("target"), 8);
	assert_int_equal(rmdir(path_of("bait-folder")), 0);
	file_helper_end(&h);
}

static void what_is_no_folder_is_refused_in_words(void **state)
{
	static const char *const paths[] = { "/nowhere/at/all/x", "/etc/passwd/x" };
	const char *many[FILE_HELPER_PATHS + 1];
	struct file_helper h;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_true(file_helper_start(&paths[i], 1, NULL, &h, why, sizeof(why)) < 0);
		assert_non_null(strstr(why, paths[i]));
		assert_int_equal(h.fd, -1);
	}
	for (size_t i = 0; i <= FILE_HELPER_PATHS; i++)
		many[i] = folder;
	assert_int_equal(file_helper_start(many, FILE_HELPER_PATHS + 1, NULL, &h, why, sizeof(why)),
			 -E2BIG);
}

/* In the sandbox, where nothing can be opened. */
static void the_sandboxed_get_files_through_it(void **state)
{
	struct file_helper h = started(path_of("boxed"));
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (child == 0) {
		struct sandbox s = { .sender = { h.fd }, .n_senders = 1 };
		int fd;

		if (sandbox_enter(&s, why, sizeof(why)))
			_exit(2);
		fd = file_helper_make(&h, 0, "boxed-1", false);
		if (fd < 0 || write(fd, "in", 2) != 2 || close(fd))
			_exit(3);
		if (file_helper_rename(&h, 0, "boxed-1", "boxed-2"))
			_exit(4);
		_exit(file_helper_make(&h, 0, "other", true) == -EPERM ? 0 : 5);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(size_of("boxed-2"), 2);
	file_helper_end(&h);
}

/* All were told to end by the tests before. */
static void wait_for_earlier_ones(void)
{
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static bool ends_soon(const struct file_helper *h)
{
	for (int i = 0; i < 200; i++) {
		if (waitpid(h->pid, NULL, WNOHANG) > 0)
			return true;
		usleep(10000);
	}
	return false;
}

static void it_ends_when_nobody_can_ask_any_more(void **state)
{
	struct file_helper h;

	(void)state;
	wait_for_earlier_ones();
	h = started(folder);
	assert_int_equal(waitpid(h.pid, NULL, WNOHANG), 0);
	file_helper_end(&h);
	assert_true(ends_soon(&h));
}

/* Its rights as the kernel tells them: to go past the modes of files, if it had it, and no other.
 */
static void it_keeps_no_right_but_that_over_files(void **state)
{
	struct file_helper h = started(path_of("kept"));
	unsigned long long caps = ~0ULL;
	char line[256];
	int privileges = -1, seccomp = -1;
	FILE *f;

	(void)state;
	(void)snprintf(line, sizeof(line), "/proc/%d/status", h.pid);
	f = fopen(line, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "CapPrm:", 7) == 0)
			caps = strtoull(line + 7, NULL, 16);
		if (strncmp(line, "NoNewPrivs:", 11) == 0)
			privileges = (int)strtol(line + 11, NULL, 10);
		if (strncmp(line, "Seccomp:", 8) == 0)
			seccomp = (int)strtol(line + 8, NULL, 10);
	}
	(void)fclose(f);
	/* CAP_DAC_OVERRIDE and CAP_FOWNER (linux/capability.h) */
	assert_int_equal(caps, geteuid() == 0 ? 1 << 1 | 1 << 3 : 0);
	assert_int_equal(privileges, 1);
	if (strstr(sandbox_words(), "seccomp"))
		assert_int_equal(seccomp, 2);
	file_helper_end(&h);
}

static void a_request_that_is_none_ends_it(void **state)
{
	struct file_helper h;

	(void)state;
	wait_for_earlier_ones();
	h = started(folder);
	assert_int_equal(write(h.fd, "make me a file", 14), 14);
	assert_true(ends_soon(&h));
	assert_int_equal(file_helper_make(&h, 0, "late", false), -EPIPE);
	file_helper_end(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(beside_a_file_its_like_are_made_written_over_renamed_and_removed),
		cmocka_unit_test(what_stands_there_under_another_name_stays),
		cmocka_unit_test(in_a_folder_files_are_new_or_not_made),
		cmocka_unit_test(no_name_leads_out_of_the_folder),
		cmocka_unit_test(a_link_or_a_pipe_that_waits_there_is_not_taken),
		cmocka_unit_test(what_is_no_folder_is_refused_in_words),
		cmocka_unit_test(the_sandboxed_get_files_through_it),
		cmocka_unit_test(it_ends_when_nobody_can_ask_any_more),
		cmocka_unit_test(it_keeps_no_right_but_that_over_files),
		cmocka_unit_test(a_request_that_is_none_ends_it),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
