/* SPDX-License-Identifier: BSD-2-Clause */
/* A number and a descriptor from one process to another. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fd_pass.h"
#include "unit.h"

static int pair[2];

static int setup(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
}

static int teardown(void **state)
{
	(void)state;
	close(pair[0]);
	if (pair[1] >= 0)
		close(pair[1]);
	return 0;
}

/* The lowest that is free: the same number again if nothing stayed open. */
static int next_fd(void)
{
	int fd = dup(pair[0]);

	close(fd);
	return fd;
}

static void a_descriptor_arrives_and_is_closed_on_exec(void **state)
{
	int pipes[2], fd;
	char c = 0;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_true(fd_pass_send(pair[1], 0, pipes[1]));
	fd = fd_pass_hear(pair[0]);
	assert_true(fd > pipes[1]);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(read(pipes[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	close(fd);
	close(pipes[0]);
	close(pipes[1]);
}

static void a_number_arrives_alone(void **state)
{
	(void)state;
	assert_true(fd_pass_send(pair[1], -ENOENT, -1));
	assert_true(fd_pass_send(pair[1], 0, -1));
	assert_int_equal(fd_pass_hear(pair[0]), -ENOENT);
	assert_int_equal(fd_pass_hear(pair[0]), 0);
}

static void who_is_gone_is_told_from_who_refuses(void **state)
{
	(void)state;
	close(pair[1]);
	pair[1] = -1;
	assert_int_equal(fd_pass_hear(pair[0]), -EPIPE);
	assert_false(fd_pass_send(pair[0], 0, -1));
}

static void a_message_of_another_size_is_no_answer(void **state)
{
	(void)state;
	assert_int_equal(send(pair[1], "\0\0", 2, 0), 2);
	assert_int_equal(fd_pass_hear(pair[0]), -EPIPE);
}

static void no_room_for_a_descriptor_is_no_descriptor_0(void **state)
{
	struct rlimit was, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	none = was;
	none.rlim_cur = (rlim_t)next_fd();
	assert_true(fd_pass_send(pair[1], 0, pair[1]));
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(fd_pass_hear(pair[0]), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
}

static void what_was_not_asked_for_does_not_stay_open(void **state)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control = { 0 };
	int result = 0, before = next_fd();
	struct iovec iov = { &result, sizeof(result) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };

	(void)state;
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(2 * sizeof(int));
	memcpy(CMSG_DATA(&control.head), pair, sizeof(pair));
	assert_int_equal(sendmsg(pair[1], &m, 0), sizeof(result));
	assert_true(fd_pass_send(pair[1], -EPERM, pair[1]));
	assert_int_equal(fd_pass_hear(pair[0]), -EMFILE);
	assert_int_equal(fd_pass_hear(pair[0]), -EPERM);
	assert_int_equal(next_fd(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define EACH(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
		EACH(a_descriptor_arrives_and_is_closed_on_exec),
		EACH(a_number_arrives_alone),
		EACH(who_is_gone_is_told_from_who_refuses),
		EACH(a_message_of_another_size_is_no_answer),
		EACH(no_room_for_a_descriptor_is_no_descriptor_0),
		EACH(what_was_not_asked_for_does_not_stay_open),
#undef EACH
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
