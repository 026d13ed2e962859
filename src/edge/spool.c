/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int nameless(void)
{
	const char *folder = getenv("TMPDIR");
	char name[4096];
	int fd;

	snprintf(name, sizeof(name), "%s/bootscope-XXXXXX", folder && *folder ? folder : "/tmp");
	fd = mkstemp(name);
	if (fd >= 0)
		unlink(name);
	return fd;
}

static int copy(int from, int to)
{
	static char buf[1 << 16];

	for (;;) {
		ssize_t n = read(from, buf, sizeof(buf));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : 0;
		for (ssize_t done = 0, w; done < n; done += w) {
			w = write(to, buf + done, (size_t)(n - done));
			if (w < 0)
				return -errno;
		}
	}
}

int spool(const char *path, char name[SPOOL_NAME_MAX], char *why, size_t n)
{
	bool input = strcmp(path, "-") == 0;
	struct stat st;
	int from, to = -1, r;

	/* what cannot be looked at is told by who reads it */
	name[0] = 0;
	if ((input ? fstat(STDIN_FILENO, &st) : stat(path, &st)) || S_ISREG(st.st_mode) ||
	    S_ISDIR(st.st_mode))
		return 0;
	from = input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return 0;
	to = nameless();
	r = to < 0 ? -errno : copy(from, to);
	if (r)
		snprintf(why, n,
			 "what comes from %s is read twice for this and has to be kept meanwhile: "
			 "%s (TMPDIR names another folder)",
			 input ? "standard input" : path, strerror(-r));
	if (!input)
		close(from);
	if (r) {
		if (to >= 0)
			close(to);
		return r;
	}
	lseek(to, 0, SEEK_SET);
	if (input) {
		dup2(to, STDIN_FILENO);
		close(to);
	} else {
		snprintf(name, SPOOL_NAME_MAX, "/dev/fd/%d", to); /* open until the program ends */
	}
	return 0;
}

void spool_rewind(void)
{
	lseek(STDIN_FILENO, 0, SEEK_SET);
}
