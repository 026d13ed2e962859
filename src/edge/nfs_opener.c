/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_opener.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd_pass.h"
#include "nfs_exports.h"
#include "process_alone.h"
#include "sandbox_parts.h"

struct nfs_opener {
	pthread_mutex_t lock;
	int fd;
	pid_t pid;
};

struct question {
	int32_t top, type; /* top: its descriptor, the same number in both processes */
	uint8_t n, bytes[NFS_ID_MAX];
};

int nfs_opener_open(int top, int type, const uint8_t *bytes, uint8_t n)
{
	struct {
		struct file_handle head;
		uint8_t bytes[NFS_ID_MAX];
	} h;
	int fd;

	if (n > NFS_ID_MAX)
		return -EINVAL;
	h.head.handle_bytes = n;
	h.head.handle_type = type;
	memcpy(h.bytes, bytes, n);
	fd = open_by_handle_at(top, &h.head, O_PATH | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* ---- the process ---- */

static void serve(int socket)
{
	struct question q;
	struct iovec iov = { &q, sizeof(q) };
	bool goes_on = true;

	while (goes_on) {
		struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
		ssize_t got = recvmsg(socket, &m, 0);
		int fd;

		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)sizeof(q))
			return; /* whoever asked is gone */
		fd = nfs_opener_open(q.top, q.type, q.bytes, q.n);
		goes_on = fd_pass_send(socket, fd < 0 ? fd : 0, fd);
		if (fd >= 0)
			close(fd);
	}
}

static int confine(int socket)
{
	struct sandbox_user user;
	int r = sandbox_user_find(NULL, &user);

	sandbox_caps_bound();
	sandbox_caps_keep();
	if (r == 0)
		r = sandbox_user_become(&user);
	if (r == 0)
		r = sandbox_caps_clear(sandbox_cap_find_file);
#ifndef NO_SANDBOX
	if (r == 0 || r == -ENOTSUP)
		r = sandbox_seccomp_opener(socket);
#else
	(void)socket;
#endif
	return r == -ENOTSUP ? 0 : r;
}

static void be_opener(int socket, const int *tops, uint32_t n)
{
	process_alone(socket, tops, n);
	if (confine(socket) == 0)
		serve(socket);
	_exit(0);
}

/* ---- who asks it ---- */

struct nfs_opener *nfs_opener_start(const int *tops, uint32_t n)
{
	struct nfs_opener *o = calloc(1, sizeof(*o));

	if (!o)
		return NULL;
	o->pid = process_beside(&o->fd);
	if (o->pid == 0)
		be_opener(o->fd, tops, n);
	if (o->pid > 0 && pthread_mutex_init(&o->lock, NULL) == 0)
		return o;
	if (o->pid > 0)
		close(o->fd);
	free(o);
	return NULL;
}

int nfs_opener_ask(struct nfs_opener *o, int top, int type, const uint8_t *bytes, uint8_t n)
{
	struct question q = { .top = top, .type = type, .n = n };
	int r;

	memcpy(q.bytes, bytes, n);
	pthread_mutex_lock(&o->lock);
	r = send(o->fd, &q, sizeof(q), MSG_NOSIGNAL) == (ssize_t)sizeof(q) ? fd_pass_hear(o->fd)
									   : -EPIPE;
	pthread_mutex_unlock(&o->lock);
	return r;
}

void nfs_opener_end(struct nfs_opener *o)
{
	if (!o)
		return;
	/* others may have it too, forked meanwhile */
	(void)shutdown(o->fd, SHUT_RDWR);
	close(o->fd);
	(void)waitpid(o->pid, NULL, 0);
	pthread_mutex_destroy(&o->lock);
	free(o);
}
