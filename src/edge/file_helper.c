/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "file_helper.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef HAVE_LINUX_CAPABILITY_H
#include <linux/capability.h>
#include <sys/prctl.h>
#endif

#include "fd_pass.h"
#include "process_alone.h"
#include "sandbox_parts.h"

enum what { MAKE, MAKE_OVER, RENAME, REMOVE };

struct request {
	enum what what;
	int which;
	char name[FILE_HELPER_NAME], to[FILE_HELPER_NAME];
};

/* What one of the paths allows. */
struct grant {
	int folder;
	char stem[FILE_HELPER_NAME]; /* "": new files only, under any name */
};

/* "trace.pcapng" is the beginning of trace.pcapng, trace-0001.pcapng, trace.pcapng.XXXXXX. */
static int grant_of(const char *path, struct grant *g)
{
	char folder[4096];
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot;
	size_t n = slash ? (size_t)(slash - path) + 1 : 0;
	struct stat st;

	g->folder = -1;
	if (!*base || (stat(path, &st) == 0 && S_ISDIR(st.st_mode))) {
		base = "";
		n = strlen(path);
	}
	if (n >= sizeof(folder) || strlen(base) >= sizeof(g->stem))
		return -ENAMETOOLONG;
	memcpy(folder, path, n);
	folder[n] = 0;
	dot = strrchr(base, '.');
	snprintf(g->stem, sizeof(g->stem), "%.*s",
		 (int)(dot && dot != base ? (size_t)(dot - base) : strlen(base)), base);
	g->folder = open(n ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return g->folder < 0 ? -errno : 0;
}

/* A name in the folder itself: no way to another. */
static bool is_name(const char s[FILE_HELPER_NAME])
{
	return memchr(s, 0, FILE_HELPER_NAME) && *s && !strchr(s, '/') && strcmp(s, ".") != 0 &&
	       strcmp(s, "..") != 0;
}

/* No letter follows the stem: trace-2 is of trace, traces is of somebody else. */
static bool has_stem(const struct grant *g, const char *s)
{
	size_t n = strlen(g->stem);

	return n && strncmp(s, g->stem, n) == 0 && !isalpha((unsigned char)s[n]);
}

static int make(const struct grant *g, const struct request *q)
{
	/* a pipe that somebody put there would hold us up, a link lead elsewhere */
	int fd = openat(g->folder, q->name,
			O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
				(q->what == MAKE ? O_EXCL : O_TRUNC),
			0666);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return -EEXIST;
}

/* A descriptor of a file made, 0, or a negative errno. */
static int serve(const struct grant *grants, int n, const struct request *q)
{
	const struct grant *g;

	if (q->which < 0 || q->which >= n || !is_name(q->name))
		return -EINVAL;
	g = &grants[q->which];
	if (q->what == MAKE)
		return make(g, q);
	if (!has_stem(g, q->name))
		return -EPERM;
	if (q->what == MAKE_OVER)
		return make(g, q);
	if (q->what == REMOVE)
		return unlinkat(g->folder, q->name, 0) ? -errno : 0;
	if (q->what != RENAME || !is_name(q->to) || !has_stem(g, q->to))
		return -EPERM;
	return renameat(g->folder, q->name, g->folder, q->to) ? -errno : 0;
}

static void serve_all(int socket, const struct grant *grants, int n)
{
	struct request q;
	struct iovec iov = { &q, sizeof(q) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	for (;;) {
		ssize_t got = recvmsg(socket, &m, 0);
		int fd;

		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)sizeof(q))
			return; /* whoever asked is gone */
		fd = serve(grants, n, &q);
		if (!fd_pass_send(socket, fd < 0 ? fd : 0, q.what <= MAKE_OVER ? fd : -1))
			return;
		if (fd > 0 && q.what <= MAKE_OVER)
			close(fd);
	}
}

/* Root's files stay root's unless somebody else was named or called sudo; the right to go past
 * modes of files is kept, for these folders only. */
static int confine(int socket, const struct grant *grants, int n, struct sandbox_user *user)
{
	uint64_t keep = 0;
	struct sandbox_folder folders[FILE_HELPER_PATHS];
	int r;

	for (int i = 0; i < n; i++)
		folders[i] = (struct sandbox_folder) { .fd = grants[i].folder, .makes = true };
	if (!user->asked && !user->sudo)
		user->stay = true;
#ifdef HAVE_LINUX_CAPABILITY_H
	if (geteuid() == 0) {
		keep = (uint64_t)1 << CAP_DAC_OVERRIDE | (uint64_t)1 << CAP_FOWNER;
		sandbox_caps_keep();
	}
#endif
	sandbox_caps_bound();
	r = sandbox_user_become(user);
	if (r == 0)
		r = sandbox_caps_clear(keep);
#ifdef HAVE_LINUX_CAPABILITY_H
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
#ifndef NO_SANDBOX
	if (r == 0 || r == -ENOTSUP)
		r = sandbox_landlock(folders, n);
	if (r == 0 || r == -ENOTSUP)
		r = sandbox_seccomp_helper(socket);
#else
	(void)socket;
	(void)folders;
#endif
	return r == -ENOTSUP ? 0 : r;
}

static void be_helper(int socket, const struct grant *grants, int n, struct sandbox_user *user)
{
	int folder[FILE_HELPER_PATHS], r;

	for (int i = 0; i < n; i++)
		folder[i] = grants[i].folder;
	process_alone(socket, folder, (uint32_t)n);
	r = confine(socket, grants, n, user);
	if (fd_pass_send(socket, r, -1) && r == 0)
		serve_all(socket, grants, n);
	_exit(0);
}

static int start(const struct grant *grants, int n_grants, struct sandbox_user *whom,
		 struct file_helper *out)
{
	int fd = -1, r;

	out->pid = process_beside(&fd);
	if (out->pid == 0)
		be_helper(fd, grants, n_grants, whom);
	out->fd = fd;
	r = out->pid < 0 ? out->pid : fd_pass_hear(fd);
	if (r)
		file_helper_end(out);
	return r;
}

int file_helper_start(const char *const *paths, int n_paths, const char *user,
		      struct file_helper *out, char *why, size_t n)
{
	struct grant grants[FILE_HELPER_PATHS];
	struct sandbox_user whom;
	int r = sandbox_user_find(user, &whom), i = 0;

	out->fd = -1;
	if (r) {
		snprintf(why, n, "-Z: there is no user '%s'", user);
		return r;
	}
	if (n_paths > FILE_HELPER_PATHS) {
		snprintf(why, n, "files can be made in %d folders at most", FILE_HELPER_PATHS);
		return -E2BIG;
	}
	for (; i < n_paths && !r; i++) {
		r = grant_of(paths[i], &grants[i]);
		if (r)
			snprintf(why, n, "no file can be made at %s: %s", paths[i], strerror(-r));
	}
	if (!r) {
		r = start(grants, n_paths, &whom, out);
		if (r)
			snprintf(why, n, "the process that makes files cannot be started: %s",
				 strerror(-r));
	}
	while (i-- > 0)
		if (grants[i].folder >= 0)
			close(grants[i].folder);
	return r;
}

static int ask(const struct file_helper *h, enum what what, int which, const char *name,
	       const char *to)
{
	struct request q;
	struct iovec iov = { &q, sizeof(q) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (strlen(name) >= sizeof(q.name) || strlen(to) >= sizeof(q.to))
		return -ENAMETOOLONG;
	memset(&q, 0, sizeof(q));
	q.what = what;
	q.which = which;
	snprintf(q.name, sizeof(q.name), "%s", name);
	snprintf(q.to, sizeof(q.to), "%s", to);
	if (sendmsg(h->fd, &m, MSG_NOSIGNAL) != (ssize_t)sizeof(q))
		return -EPIPE;
	return fd_pass_hear(h->fd);
}

int file_helper_make(const struct file_helper *h, int which, const char *name, bool over)
{
	return ask(h, over ? MAKE_OVER : MAKE, which, name, "");
}

int file_helper_rename(const struct file_helper *h, int which, const char *from, const char *to)
{
	return ask(h, RENAME, which, from, to);
}

int file_helper_remove(const struct file_helper *h, int which, const char *name)
{
	return ask(h, REMOVE, which, name, "");
}

void file_helper_end(struct file_helper *h)
{
	if (h->fd >= 0)
		close(h->fd);
	h->fd = -1;
}
