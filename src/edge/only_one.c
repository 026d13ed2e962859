/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "only_one.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int only_one(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = strnlen(name, sizeof(a.sun_path) - 1);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -errno;
	memcpy(a.sun_path + 1, name, n); /* behind a NUL: abstract */
	if (bind(fd, (const struct sockaddr *)&a,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n)) == 0)
		return fd;
	r = -errno;
	close(fd);
	return r;
}
