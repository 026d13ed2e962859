/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "fd_pass.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

bool fd_pass_send(int socket, int result, int fd)
{
	union control control = { 0 };
	struct iovec iov = { &result, sizeof(result) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(int));
		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
	}
	return sendmsg(socket, &m, MSG_NOSIGNAL) == (ssize_t)sizeof(result);
}

int fd_pass_hear(int socket)
{
	union control control = { 0 };
	int result = 0, fd;
	struct iovec iov = { &result, sizeof(result) };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    /* CMSG_SPACE has room for two, and a helper taken over would use it */
			    .msg_controllen = CMSG_LEN(sizeof(int)) };
	ssize_t got;

	do
		got = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -EPIPE;
	if (got != (ssize_t)sizeof(result))
		result = -EPIPE;
	else if (m.msg_flags & MSG_CTRUNC)
		result = -EMFILE;
	if (!CMSG_FIRSTHDR(&m))
		return result;
	memcpy(&fd, CMSG_DATA(&control.head), sizeof(int));
	if (!result)
		return fd;
	close(fd);
	return result;
}
