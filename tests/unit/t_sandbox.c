/* SPDX-License-Identifier: BSD-2-Clause */
/* The sandbox, tried from inside: each attempt in a process of its own that has entered it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox.h"
#include "sandbox_parts.h"
#include "unit.h"

static bool there(void)
{
	return strstr(sandbox_words(), "seccomp") != NULL;
}

/* How an attempt ended. */
enum { DONE = 0, REFUSED = 1, NOT_ENTERED = 2, ENDED = 3 };

static int file; /* open on a file of ours, "abcdef" */
static pid_t parent;
static const char *path = "/etc/passwd"; /* readable by everybody, everywhere */

static int setup(void **state)
{
	char name[] = "/tmp/bootscope-test-XXXXXX";

	(void)state;
	parent = getpid();
	file = mkstemp(name);
	return file >= 0 && unlink(name) == 0 && write(file, "abcdef", 6) == 6 ? 0 : -1;
}

/* Is there anybody but root? A user namespace may know of none. */
static bool others(void)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit(setresgid(12345, 12345, 12345) || setresuid(12345, 12345, 12345));
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Somebody who is not root, without a user database and for good. */
static void become_somebody(void)
{
	if (geteuid() == 0 && others() &&
	    (setgroups(0, NULL) || setresgid(12345, 12345, 12345) ||
	     setresuid(12345, 12345, 12345)))
		_exit(NOT_ENTERED);
}

static int inside(bool root, const struct sandbox *s, bool (*attempt)(void))
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		char why[SANDBOX_WHY_MAX] = "";

		if (!root)
			become_somebody();
		if (sandbox_enter(s, why, sizeof(why)))
			_exit(NOT_ENTERED);
		_exit(attempt() ? DONE : REFUSED);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status)                                   ? WEXITSTATUS(status)
	       : WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS ? ENDED
								   : -1;
}

static bool opens(void)
{
	return open(path, O_RDONLY) >= 0;
}

static bool opens_at(void)
{
	return openat(AT_FDCWD, path, O_RDONLY) >= 0;
}

static bool opens_by_number(void)
{
	return syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0) >= 0;
}

static bool opens_itself(void)
{
	return open("/proc/self/fd/0", O_RDONLY) >= 0;
}

static bool makes_a_file(void)
{
	return open("/tmp/bootscope-test-escaped", O_CREAT | O_WRONLY, 0600) >= 0;
}

static bool removes_a_file(void)
{
	return unlink("/tmp/bootscope-test-none") == 0 || errno == ENOENT;
}

static bool makes_a_folder(void)
{
	return mkdir("/tmp/bootscope-test-escaped", 0700) == 0 || errno == EEXIST;
}

static bool internet_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM, 0) >= 0;
}

static bool packet_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static bool unix_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool socket_pair(void)
{
	int pair[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0;
}

static bool runs_a_program(void)
{
	char *argv[] = { (char *)(uintptr_t) "true", NULL }, *env[] = { NULL };

	execve("/bin/true", argv, env);
	return false;
}

static bool forks(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	return child > 0;
}

static bool traces(void)
{
	return ptrace(PTRACE_ATTACH, parent, NULL, NULL) == 0;
}

static bool reads_others(void)
{
	char c;
	struct iovec here = { &c, 1 }, there = { &file, 1 };

	return process_vm_readv(parent, &here, 1, &there, 1, 0) == 1;
}

static bool maps_a_program(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
	       MAP_FAILED;
}

static bool makes_a_program(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool signals_its_parent(void)
{
	return kill(parent, 0) == 0;
}

static bool signals_everybody(void)
{
	return kill(-1, 0) == 0;
}

static bool becomes_root(void)
{
	return setuid(0) == 0;
}

static bool becomes_somebody_else(void)
{
	return setresuid(1000, 1000, 1000) == 0;
}

static bool takes_a_terminal_over(void)
{
	char c = 'x';

	return syscall(SYS_ioctl, 0, 0x5412 /* TIOCSTI */, &c) == 0;
}

static bool does_with_a_high_half(void)
{
	/* the kernel looks at 32 bits of the request; so must the filter */
	return syscall(SYS_ioctl, 0, 0x500005412, "x") == 0;
}

static const struct {
	const char *name;
	bool (*attempt)(void);
	bool ends; /* what only an intruder does */
} forbidden[] = {
	{ "open", opens, false },
	{ "openat", opens_at, false },
	{ "openat by its number", opens_by_number, false },
	{ "open of /proc/self/fd", opens_itself, false },
	{ "making a file", makes_a_file, false },
	{ "removing a file", removes_a_file, false },
	{ "making a folder", makes_a_folder, false },
	{ "an internet socket", internet_socket, false },
	{ "a packet socket", packet_socket, false },
	{ "a local socket", unix_socket, false },
	{ "a socket pair", socket_pair, false },
	{ "running a program", runs_a_program, true },
	{ "fork", forks, false },
	{ "ptrace", traces, true },
	{ "reading another process", reads_others, true },
	{ "executable memory", maps_a_program, false },
	{ "memory made executable", makes_a_program, false },
	{ "a signal to the parent", signals_its_parent, false },
	{ "a signal to all", signals_everybody, false },
	{ "becoming root", becomes_root, false },
	{ "becoming somebody else", becomes_somebody_else, false },
	{ "typing into the terminal", takes_a_terminal_over, false },
	{ "the same, written otherwise", does_with_a_high_half, false },
};

static void try_all(bool root, const struct sandbox *s)
{
	if (!there())
		return; /* cmocka 1.1.7 calls what is skipped not ok */
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		int how = inside(root, s, forbidden[i].attempt);
		int wanted = forbidden[i].ends && s->mode == SANDBOX_ON ? ENDED : REFUSED;

		if (how != wanted)
			fail_msg("%s: %d, not %d", forbidden[i].name, how, wanted);
	}
}

static void whoever_read_a_capture_as_a_user_can_do_nothing(void **state)
{
	struct sandbox s = { .mode = SANDBOX_ON };

	(void)state;
	try_all(false, &s);
}

static void whoever_read_a_capture_as_root_can_do_nothing(void **state)
{
	struct sandbox s = { .mode = SANDBOX_ON };

	(void)state;
	if (geteuid() != 0)
		return;
	try_all(true, &s);
}

static void whoever_watches_a_network_can_do_nothing_else(void **state)
{
	struct sandbox s = { .terminal = true, .packets = true };

	(void)state;
	try_all(geteuid() == 0, &s);
}

static void root_that_stays_root_can_do_nothing(void **state)
{
	struct sandbox s = { .user = "root" };

	(void)state;
	if (geteuid() != 0)
		return;
	try_all(true, &s);
}

static void what_is_to_be_reported_is_refused_too(void **state)
{
	struct sandbox s = { .mode = SANDBOX_REPORT };

	(void)state;
	try_all(false, &s);
}

/* All that parsing needs. */
static bool works(void)
{
	struct timespec t;
	struct stat st;
	char buf[8] = "";
	void *p = malloc(40 << 20), *q;

	if (!p || fstat(file, &st) || st.st_size != 6)
		return false;
	memset(p, 1, 40 << 20);
	p = realloc(p, 80 << 20);
	q = mmap(NULL, 6, PROT_READ, MAP_PRIVATE, file, 0);
	if (!p || q == MAP_FAILED || memcmp(q, "abcdef", 6) != 0 || munmap(q, 6))
		return false;
	free(p);
	return lseek(file, 1, SEEK_SET) == 1 && read(file, buf, 2) == 2 &&
	       memcmp(buf, "bc", 2) == 0 && pread(file, buf, 3, 3) == 3 &&
	       memcmp(buf, "def", 3) == 0 && clock_gettime(CLOCK_MONOTONIC, &t) == 0 &&
	       write(STDERR_FILENO, "", 0) == 0;
}

/* Landlock alone, as where there is no filter of system calls. Pipes it lets be opened again
 * through /proc. */
static bool landlock_holds(void)
{
	static bool (*const attempts[])(void) = { opens, opens_at, opens_by_number, makes_a_file,
						  makes_a_folder };

	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		if (attempts[i]())
			return false;
	return works();
}

static void where_no_filter_is_the_file_system_is_still_closed(void **state)
{
	pid_t child;
	int status = 0;

	(void)state;
	if (!sandbox_landlock_abi())
		return;
	child = fork();
	if (child == 0)
		_exit(sandbox_caps_clear(0) || sandbox_landlock(NULL, 0) ? NOT_ENTERED
		      : landlock_holds()                                 ? DONE
									 : REFUSED);
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), DONE);
}

static void when_it_is_off_root_is_gone_all_the_same(void **state)
{
	static bool (*const attempts[])(void) = { becomes_root, becomes_somebody_else,
						  packet_socket };
	struct sandbox s = { .mode = SANDBOX_OFF };

	(void)state;
#ifdef NO_SANDBOX
	return;
#endif
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		if (others())
			assert_int_equal(inside(geteuid() == 0, &s, attempts[i]), REFUSED);
}

static bool reports(void)
{
	const char *words;

	if (sandbox_report())
		return false;
	(void)opens();
	(void)opens();
	(void)internet_socket();
	words = sandbox_report();
	return words && strstr(words, "openat (2)") && strstr(words, "socket (1)") &&
	       !strchr(words, '\n');
}

static void what_was_refused_is_said_by_name_and_number(void **state)
{
	struct sandbox s = { .mode = SANDBOX_REPORT };

	(void)state;
	if (!there())
		return;
	assert_int_equal(inside(false, &s, reports), DONE);
}

static void what_is_open_can_be_read_and_memory_had(void **state)
{
	(void)state;
	for (int mode = 0; mode < SANDBOX_MODES; mode++) {
		struct sandbox s = { .mode = (enum sandbox_mode)mode };

		assert_int_equal(inside(false, &s, works), DONE);
		assert_int_equal(inside(geteuid() == 0, &s, works), DONE);
		s.terminal = s.packets = true;
		assert_int_equal(inside(geteuid() == 0, &s, works), DONE);
	}
}

static bool aborts(void)
{
	abort();
}

static bool raises(void)
{
	signal(SIGUSR1, SIG_IGN);
	return raise(SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0;
}

static void a_broken_promise_still_ends_by_abort(void **state)
{
	struct sandbox s = { .mode = SANDBOX_ON };
	pid_t child = fork();
	int status = 0;

	(void)state;
	if (child == 0) {
		char why[SANDBOX_WHY_MAX];

		if (sandbox_enter(&s, why, sizeof(why)) == 0)
			(void)aborts();
		_exit(1);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_int_equal(inside(false, &s, raises), DONE);
}

/* Who we are, and what is left of root: as the kernel tells. The file was opened before. */
static int status_file;

static bool is_nobody(void)
{
	char buf[4096];
	ssize_t n = pread(status_file, buf, sizeof(buf) - 1, 0);

	if (n <= 0)
		return false;
	buf[n] = 0;
	return strstr(buf, "\nUid:\t65534\t65534\t65534\t65534\n") &&
	       strstr(buf, "\nGid:\t65534\t65534\t65534\t65534\n") &&
	       strstr(buf, "\nGroups:\t \n") && strstr(buf, "\nCapInh:\t0000000000000000\n") &&
	       strstr(buf, "\nCapPrm:\t0000000000000000\n") &&
	       strstr(buf, "\nCapEff:\t0000000000000000\n") &&
	       strstr(buf, "\nCapBnd:\t0000000000000000\n") &&
	       strstr(buf, "\nCapAmb:\t0000000000000000\n") && strstr(buf, "\nNoNewPrivs:\t1\n");
}

static bool is_whom_sudo_says(void)
{
	return getuid() == 4711 && geteuid() == 4711 && getgid() == 4712 && getegid() == 4712 &&
	       getgroups(0, NULL) == 0;
}

static bool is_still_root(void)
{
	return geteuid() == 0;
}

static int as_root(const struct sandbox *s, bool (*attempt)(void))
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		char why[SANDBOX_WHY_MAX];

		status_file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
		if (sandbox_enter(s, why, sizeof(why)))
			_exit(NOT_ENTERED);
		_exit(attempt() ? DONE : REFUSED);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void root_becomes_nobody_who_called_sudo_or_whom_it_names(void **state)
{
	/* off: so that it can ask who it is */
	struct sandbox s = { .mode = SANDBOX_OFF };
	static const char *const none[] = {
		"", "0", "-1", "x", "4711x", "4294967295", "99999999999999999999"
	};

	(void)state;
	if (!there() || geteuid() != 0 || !others())
		return;
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	assert_int_equal(as_root(&s, is_nobody), DONE);
	setenv("SUDO_UID", "4711", 1);
	assert_int_equal(as_root(&s, is_nobody), DONE);
	setenv("SUDO_GID", "4712", 1);
	assert_int_equal(as_root(&s, is_whom_sudo_says), DONE);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		setenv("SUDO_UID", none[i], 1);
		assert_int_equal(as_root(&s, is_nobody), DONE);
	}
	s.user = "root";
	assert_int_equal(as_root(&s, is_still_root), DONE);
	s.user = "no such user, I hope";
	assert_int_equal(as_root(&s, is_still_root), NOT_ENTERED);
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
}

/* A socket for packets in and one for requests out, beside what may be written. */
static int pair[2];

static bool sends_where_it_may(void)
{
	char c = 0;

	if (write(pair[0], "x", 1) == 1 || send(pair[0], "x", 1, 0) == 1 || errno != EPERM)
		return false;
	return send(pair[1], "y", 1, 0) == 1 && recv(pair[0], &c, 1, 0) == 1 && c == 'y' &&
	       write(file, "", 0) == 0;
}

static void nothing_goes_out_where_packets_come_in(void **state)
{
	struct sandbox s = { .packets = true, .n_senders = 1, .n_silent = 1 };

	(void)state;
	if (!there())
		return;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	s.silent[0] = pair[0];
	s.sender[0] = pair[1];
	assert_int_equal(inside(false, &s, sends_where_it_may), DONE);
	close(pair[0]);
	close(pair[1]);
}

static void a_missing_part_is_an_error_only_for_who_insists(void **state)
{
	struct sandbox s = { .mode = SANDBOX_ON, .insist = true };
	int how = inside(false, &s, works);

	(void)state;
	if (strstr(sandbox_words(), "seccomp") && strstr(sandbox_words(), "Landlock"))
		assert_int_equal(how, DONE);
	else
		assert_int_equal(how, NOT_ENTERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whoever_read_a_capture_as_a_user_can_do_nothing),
		cmocka_unit_test(whoever_read_a_capture_as_root_can_do_nothing),
		cmocka_unit_test(whoever_watches_a_network_can_do_nothing_else),
		cmocka_unit_test(root_that_stays_root_can_do_nothing),
		cmocka_unit_test(what_is_to_be_reported_is_refused_too),
		cmocka_unit_test(where_no_filter_is_the_file_system_is_still_closed),
		cmocka_unit_test(when_it_is_off_root_is_gone_all_the_same),
		cmocka_unit_test(what_was_refused_is_said_by_name_and_number),
		cmocka_unit_test(what_is_open_can_be_read_and_memory_had),
		cmocka_unit_test(a_broken_promise_still_ends_by_abort),
		cmocka_unit_test(root_becomes_nobody_who_called_sudo_or_whom_it_names),
		cmocka_unit_test(nothing_goes_out_where_packets_come_in),
		cmocka_unit_test(a_missing_part_is_an_error_only_for_who_insists),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
