/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_look.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_LINUX_CAPABILITY_H
#include <linux/capability.h>
#endif

#include "fd_pass.h"
#include "nfs_look_parts.h"
#include "process_alone.h"
#include "sandbox_parts.h"

/* What a hostile server may make libnfs ask for, and how long beyond its time it is let live. */
enum { MEMORY = 256 << 20, LATE_MS = 500, WAIT_MS = 10 };

/* ---- what was heard ---- */

/* Letters of strangers, to be shown. */
static void make_safe(char *s, size_t n)
{
	s[n - 1] = 0;
	for (; *s; s++)
		if (*s < ' ' || *s > '~')
			*s = *s == '\t' ? ' ' : '?';
}

static void check(struct nfs_look_result *r)
{
	for (int i = 0; i < NFS_LOOK_STEPS; i++) {
		if (r->outcome[i] >= NFS_LOOK_OUTCOMES)
			r->outcome[i] = LOOK_ENDED;
		make_safe(r->text[i], sizeof(r->text[i]));
	}
	make_safe(r->exports, sizeof(r->exports));
}

#ifdef HAVE_LIBNFS
/* ---- the one that looks: a process for each question ---- */

#ifdef HAVE_LINUX_CAPABILITY_H
static const uint64_t keep_bind = (uint64_t)1 << CAP_NET_BIND_SERVICE;
#else
static const uint64_t keep_bind;
#endif

/* The result is in memory that is shared, so that what was found before its end is not lost. */
static void be_looker(const struct nfs_look_ask *ask, struct nfs_look_result *out)
{
	int given_up = sandbox_caps_clear(keep_bind); /* what sets the interface is not for it */

	if (given_up && given_up != -ENOTSUP)
		_exit(1);
#ifndef NO_SANDBOX
	struct rlimit memory = { MEMORY, MEMORY };
	int r;

	(void)setrlimit(RLIMIT_AS, &memory);
	r = sandbox_seccomp_looker();
	if (r && r != -ENOTSUP)
		_exit(1);
#endif
	nfs_look_go(ask, out);
	_exit(0);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The step in which it ended. */
static void tell_end(struct nfs_look_result *r)
{
	for (int i = 0; i < NFS_LOOK_STEPS; i++)
		if (r->outcome[i] == LOOK_NOT_TRIED) {
			r->outcome[i] = LOOK_ENDED;
			return;
		}
}

/* Nobody waits any longer for the answer. */
static bool gone(int socket, int wait_ms)
{
	struct pollfd p = { socket, 0, 0 };

	return poll(&p, 1, wait_ms) > 0 && p.revents & (POLLHUP | POLLERR);
}

static void answer(int socket, const struct nfs_look_ask *ask, struct nfs_look_result *shared)
{
	uint64_t end = now_ms() + NFS_LOOK_ALL_MS + LATE_MS;
	struct nfs_look_result result;
	int status = 0;
	pid_t pid;

	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (pid == 0) {
		close(socket);
		be_looker(ask, shared);
	}
	while (pid > 0 && waitpid(pid, &status, WNOHANG) == 0)
		if (gone(socket, WAIT_MS) || now_ms() > end) {
			kill(pid, SIGKILL);
			(void)waitpid(pid, &status, 0);
			break;
		}
	result = *shared;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
		tell_end(&result);
	(void)!send(socket, &result, sizeof(result), MSG_NOSIGNAL);
}

static void no_network(int socket)
{
	struct nfs_look_result result = { .outcome = { [NFS_LOOK_RPCBIND] = LOOK_NO_NETWORK } };

	(void)!send(socket, &result, sizeof(result), MSG_NOSIGNAL);
}

/* ---- the one that asks it: reads questions of one size, and nothing of a stranger ---- */

/* Exports want a privileged port, as the kernel of a board uses one: of root's rights that alone
 * is kept, and the one to set an interface where the network is our own. */
static int confine(struct sandbox_user *user, bool own_network)
{
	uint64_t keep = 0;
	int r;

#ifdef HAVE_LINUX_CAPABILITY_H
	if (geteuid() == 0 || own_network) {
		keep = keep_bind | (own_network ? (uint64_t)1 << CAP_NET_ADMIN : 0);
		sandbox_caps_keep();
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
	sandbox_caps_bound();
	r = sandbox_user_become(user);
	if (r == 0)
		r = sandbox_caps_clear(keep);
#ifndef NO_SANDBOX
	if (r == 0 || r == -ENOTSUP)
		r = sandbox_landlock_connects();
#endif
	return r == -ENOTSUP ? 0 : r;
}

static void be_asker(int socket, struct sandbox_user *user, bool as_board)
{
	struct rlimit none = { 0, 0 };
	struct nfs_look_result *shared;
	struct nfs_look_ask ask;
	int r, tap;

	process_alone(socket, NULL, 0);
	/* no socket may become what a library complains on */
	for (int fd = 0; fd >= 0 && fd <= STDERR_FILENO;)
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	(void)setrlimit(RLIMIT_CORE, &none);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	r = shared == MAP_FAILED ? -ENOMEM : 0;
	tap = as_board && !r ? board_net_make() : -1;
	if (!r && as_board && tap < 0)
		r = tap;
	if (!r)
		r = confine(user, as_board);
	if (!fd_pass_send(socket, r, tap) || r)
		_exit(1);
	if (tap >= 0)
		close(tap);
	for (;;) {
		ssize_t n = recv(socket, &ask, sizeof(ask), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(ask))
			_exit(0); /* whoever asked is gone */
		ask.path[sizeof(ask.path) - 1] = ask.init[sizeof(ask.init) - 1] = 0;
		if (as_board && board_net_become(&ask.who))
			no_network(socket);
		else
			answer(socket, &ask, shared);
	}
}

static int start(struct sandbox_user *whom, bool as_board, struct nfs_looker *out)
{
	int fd = -1, r;

	out->pid = process_beside(&fd);
	if (out->pid == 0)
		be_asker(fd, whom, as_board);
	out->fd = fd;
	r = out->pid < 0 ? out->pid : fd_pass_hear(fd);
	if (r > 0)
		out->tap = r;
	else if (r)
		nfs_look_end(out);
	return r < 0 ? r : 0;
}
#endif

/* ---- who wants to know ---- */

bool nfs_look_known(void)
{
#ifdef HAVE_LIBNFS
	return true;
#else
	return false;
#endif
}

int nfs_look_start(const char *user, bool as_board, struct nfs_looker *out, char *why, size_t n)
{
	struct sandbox_user whom;
	int r = sandbox_user_find(user, &whom);

	*out = (struct nfs_looker) { .fd = -1, .tap = -1 };
	if (r)
		snprintf(why, n, "-Z: there is no user '%s'", user);
	(void)as_board;
#ifdef HAVE_LIBNFS
	if (!r) {
		if (as_board)
			r = start(&whom, true, out);
		if (!as_board || r)
			r = start(&whom, false, out);
		if (r)
			snprintf(why, n, "the process that looks at NFS cannot be started: %s",
				 strerror(-r));
	}
#endif
	return r;
}

int nfs_look_ask(struct nfs_looker *l, const struct nfs_look_ask *ask)
{
	if (l->asked)
		return -EBUSY;
#ifdef HAVE_LIBNFS
	/* as sendmsg: what the sandbox lets out on this descriptor */
	struct nfs_look_ask copy = *ask;
	struct iovec iov = { &copy, sizeof(copy) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (l->fd < 0 || sendmsg(l->fd, &m, MSG_NOSIGNAL) != (ssize_t)sizeof(copy))
		return -EPIPE;
#else
	(void)ask;
#endif
	l->asked = true;
	return 0;
}

int nfs_look_hear(struct nfs_looker *l, struct nfs_look_result *out, int wait_ms)
{
	memset(out, 0, sizeof(*out));
	if (!l->asked)
		return -EPIPE;
#ifdef HAVE_LIBNFS
	struct pollfd p = { l->fd, POLLIN, 0 };
	ssize_t n;

	if (poll(&p, 1, wait_ms) <= 0)
		return 0;
	n = read(l->fd, out, sizeof(*out));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	l->asked = false;
	if (n != (ssize_t)sizeof(*out))
		return -EPIPE;
	check(out);
#else
	(void)wait_ms;
	for (int i = 0; i < NFS_LOOK_STEPS; i++)
		out->outcome[i] = LOOK_NO_LIBNFS;
	check(out);
	l->asked = false;
#endif
	return 1;
}

void nfs_look_end(struct nfs_looker *l)
{
	if (l->fd >= 0)
		close(l->fd);
	if (l->tap >= 0)
		close(l->tap);
	l->fd = l->tap = -1;
}
