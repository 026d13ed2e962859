/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sandbox_parts.h"

#include <errno.h>
#if defined(HAVE_LINUX_LANDLOCK_H)
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's own words, of which the header at hand may know the first only (landlock(7)): the
 * structure grew, and so did the rights it speaks of. */
struct ruleset {
	uint64_t files;  /* ABI 1  */
	uint64_t net;    /* ABI 4: TCP bind, connect          */
	uint64_t scoped; /* ABI 6: abstract sockets, signals  */
};

enum {
	RIGHT_RUN = 1 << 0,
	RIGHT_WRITE = 1 << 1,
	RIGHT_READ = 1 << 2,
	RIGHT_LIST = 1 << 3,
	RIGHT_REMOVE_FILE = 1 << 5,
	RIGHT_MAKE_FILE = 1 << 8,
	RIGHT_TRUNCATE = 1 << 14,
	RIGHTS_READ = RIGHT_READ | RIGHT_LIST,
	RIGHTS_MAKE = RIGHT_WRITE | RIGHT_REMOVE_FILE | RIGHT_MAKE_FILE | RIGHT_TRUNCATE,
	RIGHTS_ALL = ((1 << 15) - 1) & ~RIGHT_RUN,
	RIGHTS_1 = (1 << 13) - 1,
	RIGHTS_2 = (1 << 14) - 1, /* + refer     */
	RIGHTS_3 = (1 << 15) - 1, /* + truncate  */
	RIGHTS_5 = (1 << 16) - 1, /* + device ioctl */
};

int sandbox_landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static int restrict_to(const struct sandbox_folder *folders, int n, bool connects)
{
	int abi = sandbox_landlock_abi(), r = 0;
	struct ruleset rules = { .files = abi >= 5   ? RIGHTS_5
					  : abi >= 3 ? RIGHTS_3
					  : abi == 2 ? RIGHTS_2
						     : RIGHTS_1,
				 .net = abi >= 4 && !connects ? 3 : 0,
				 .scoped = abi >= 6 ? 3 : 0 };
	size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	int fd;

	if (!abi)
		return -ENOTSUP;
	/* the first one lets no name move to another folder: no file system to live on */
	for (int i = 0; i < n && abi < 2; i++)
		if (folders[i].all)
			return -ENOTSUP;
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules, size, 0);
	if (fd < 0)
		return -errno;
	for (int i = 0; i < n && r == 0; i++) {
		struct landlock_path_beneath_attr rule = {
			.allowed_access = ((folders[i].reads ? (uint64_t)RIGHTS_READ : 0) |
					   (folders[i].makes ? (uint64_t)RIGHTS_MAKE : 0) |
					   (folders[i].all ? (uint64_t)RIGHTS_ALL : 0)) &
					  rules.files,
			.parent_fd = folders[i].fd,
		};

		if (syscall(SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
			r = -errno;
	}
	if (r == 0 && syscall(SYS_landlock_restrict_self, fd, 0))
		r = -errno;
	close(fd);
	return r;
}

int sandbox_landlock(const struct sandbox_folder *folders, int n)
{
	return restrict_to(folders, n, false);
}

int sandbox_landlock_connects(void)
{
	return restrict_to(NULL, 0, true);
}
#else
int sandbox_landlock_abi(void)
{
	return 0;
}

int sandbox_landlock(const struct sandbox_folder *folders, int n)
{
	(void)folders;
	(void)n;
	return -ENOTSUP;
}

int sandbox_landlock_connects(void)
{
	return -ENOTSUP;
}
#endif
