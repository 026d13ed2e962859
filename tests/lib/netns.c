/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "netns.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool netns_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t n = strlen(text);
	bool ok = fd >= 0 && write(fd, text, n) == (ssize_t)n;

	if (fd >= 0)
		close(fd);
	return ok;
}

bool netns_ip(const char *words)
{
	char line[512];

	snprintf(line, sizeof(line), "ip %s 2>/dev/null", words);
	return system(line) == 0;
}

bool netns_enter(void)
{
	char map[64];
	unsigned uid = geteuid(), gid = getegid();

	if (unshare(uid ? CLONE_NEWUSER | CLONE_NEWNET : CLONE_NEWNET))
		return false;
	if (uid) {
		snprintf(map, sizeof(map), "0 %u 1", uid);
		if (!netns_write("/proc/self/setgroups", "deny") ||
		    !netns_write("/proc/self/uid_map", map))
			return false;
		snprintf(map, sizeof(map), "0 %u 1", gid);
		if (!netns_write("/proc/self/gid_map", map))
			return false;
	}
	return netns_ip("link set lo up");
}
