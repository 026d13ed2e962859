/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors of the files that were in use lately: found again, bounded, closed. */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nfs_fds.h"
#include "unit.h"

enum { MOST = 4 };

static struct nfs_fds *fds;
static struct stat st;

static const struct nfs_caller boss;
static const struct nfs_caller user = { .uid = 1000, .gid = 1000, .n_groups = 1, .group = { 5 } };
static const struct nfs_caller near = { .uid = 1000, .gid = 1000, .n_groups = 1, .group = { 6 } };

static int setup(void **state)
{
	(void)state;
	fds = nfs_fds_new(MOST, 7);
	return fds ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	nfs_fds_free(fds);
	return 0;
}

static struct nfs_file file(int i)
{
	return (struct nfs_file) { .export = 1, .n = 1, .id = { (uint8_t)i } };
}

static int open_one(void)
{
	int fd = open("/", O_PATH | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static struct nfs_fd *add(int i, enum nfs_fd_kind kind, const struct nfs_caller *who, int *fd)
{
	const struct nfs_file f = file(i);

	*fd = open_one();
	return nfs_fds_add(fds, &f, kind, who, *fd, &st);
}

static struct nfs_fd *find(int i, enum nfs_fd_kind kind, const struct nfs_caller *who)
{
	const struct nfs_file f = file(i);

	return nfs_fds_find(fds, &f, kind, who);
}

static void one_is_for_whom_it_was_opened(void **state)
{
	struct nfs_fd *e;
	int fd;

	(void)state;
	nfs_fds_leave(fds, add(1, NFS_FD_READ, &user, &fd));
	assert_null(find(2, NFS_FD_READ, &user));
	assert_null(find(1, NFS_FD_READ, &boss));
	assert_null(find(1, NFS_FD_READ, &near));
	assert_null(find(1, NFS_FD_WRITE, &user));
	e = find(1, NFS_FD_READ, &user);
	assert_int_equal(e->fd, fd);
	nfs_fds_leave(fds, e);
	/* attributes are anybody's */
	e = find(1, NFS_FD_ANY, NULL);
	assert_int_equal(e->fd, fd);
	nfs_fds_leave(fds, e);
}

static void the_one_not_used_for_longest_makes_room(void **state)
{
	struct nfs_fd *held, *e;
	int fd[MOST + 2];

	(void)state;
	for (int i = 0; i < MOST; i++) {
		e = add(i, NFS_FD_ANY, NULL, &fd[i]);
		nfs_fds_leave(fds, e);
	}
	held = find(0, NFS_FD_ANY, NULL);
	nfs_fds_leave(fds, add(MOST, NFS_FD_ANY, NULL, &fd[MOST]));
	assert_false(is_open(fd[1]));
	assert_null(find(1, NFS_FD_ANY, NULL));
	assert_true(is_open(fd[0]));
	nfs_fds_leave(fds, held);
	for (int i = 10; i < 10 + MOST; i++)
		nfs_fds_leave(fds, add(i, NFS_FD_ANY, NULL, &fd[MOST + 1]));
	assert_null(find(0, NFS_FD_ANY, NULL));
}

static void when_all_are_in_use_there_is_none(void **state)
{
	struct nfs_fd *held[MOST];
	int fd;

	(void)state;
	for (int i = 0; i < MOST; i++)
		held[i] = add(i, NFS_FD_ANY, NULL, &fd);
	assert_null(add(MOST, NFS_FD_ANY, NULL, &fd));
	assert_false(is_open(fd));
	nfs_fds_leave(fds, held[2]);
	held[2] = add(MOST, NFS_FD_ANY, NULL, &fd);
	assert_non_null(held[2]);
	for (int i = 0; i < MOST; i++)
		nfs_fds_leave(fds, held[i]);
}

static void what_is_forgotten_is_closed_when_it_is_left(void **state)
{
	const struct nfs_file f = file(1);
	struct nfs_fd *held;
	int fd, other;

	(void)state;
	held = add(1, NFS_FD_WRITE, &user, &fd);
	nfs_fds_leave(fds, add(1, NFS_FD_ANY, NULL, &other));
	nfs_fds_forget(fds, &f);
	assert_false(is_open(other));
	assert_true(is_open(fd));
	assert_null(find(1, NFS_FD_ANY, NULL));
	nfs_fds_leave(fds, held);
	assert_false(is_open(fd));
}

static void what_is_idle_is_closed(void **state)
{
	struct nfs_fd *held, *pinned;
	int fd[3];

	(void)state;
	nfs_fds_leave(fds, add(0, NFS_FD_ANY, NULL, &fd[0]));
	held = add(1, NFS_FD_ANY, NULL, &fd[1]);
	pinned = add(2, NFS_FD_ANY, NULL, &fd[2]);
	nfs_fds_pin(pinned);
	nfs_fds_leave(fds, pinned);
	nfs_fds_tidy(fds);
	assert_true(is_open(fd[0]));
	nfs_fds_tidy(fds);
	nfs_fds_tidy(fds);
	assert_false(is_open(fd[0]));
	assert_true(is_open(fd[1]));
	assert_true(is_open(fd[2]));
	nfs_fds_leave(fds, held);
}

static void a_listing_is_for_one_at_a_time(void **state)
{
	struct nfs_fd *a;
	int fd;

	(void)state;
	a = add(1, NFS_FD_LIST, &boss, &fd);
	assert_null(find(1, NFS_FD_LIST, &boss));
	nfs_fds_leave(fds, a);
	a = find(1, NFS_FD_LIST, &boss);
	assert_non_null(a);
	nfs_fds_drop(fds, a);
	assert_false(is_open(fd));
	assert_null(find(1, NFS_FD_LIST, &boss));
}

int main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		ONE(one_is_for_whom_it_was_opened),
		ONE(the_one_not_used_for_longest_makes_room),
		ONE(when_all_are_in_use_there_is_none),
		ONE(what_is_forgotten_is_closed_when_it_is_left),
		ONE(what_is_idle_is_closed),
		ONE(a_listing_is_for_one_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
