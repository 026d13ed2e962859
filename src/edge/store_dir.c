/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "store_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "read_ahead.h"

enum {
	NAME = 256,
	PATH = 4096,
	LINKS_MAX = 16,
	LOOK_AGAIN = 4 << 20,
	BURST_MAX = 64,
	BLOCK_MAX = 4096
};

struct entry {
	struct stat st;
	struct read_key key;
	uint64_t looked; /* offset at which it was looked at last */
	/* being written: the folder, and the names it has and will have */
	int folder;
	char part[NAME], name[NAME];
};

struct store_dir {
	int root, into;      /* into -1: nothing is written */
	char path[PATH];     /* of root, without links */
	struct entry *entry; /* by descriptor */
	int n;
	uint64_t opened;
	struct read_ahead *ahead;
};

static int beneath_as_is(int folder, const char *path, int flags)
{
	struct open_how how = { .flags = (unsigned)flags | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	long fd = syscall(SYS_openat2, folder, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

/* A link to a path from the top on may lead back into the root, which the kernel cannot know: the
 * first one in path becomes what it means below the root. 0, or an error when there is none. */
static int rebase(const struct store_dir *d, char path[PATH])
{
	char link[PATH], whole[2 * PATH];
	size_t root = strlen(d->path);

	for (char *end = path; *end; end++) {
		char *next = strchr(end + (*end == '/'), '/');
		ssize_t n;

		end = next ? next : end + strlen(end);
		if (next)
			*next = 0;
		n = readlinkat(d->root, path, link, sizeof(link) - 1);
		if (next)
			*next = '/';
		if (n > 0 && link[0] == '/') {
			link[n] = 0;
			if (strncmp(link, d->path, root) != 0 || link[root] != '/')
				return -EXDEV;
			n = snprintf(whole, sizeof(whole), "%s%s", link + root + 1, end);
			if ((size_t)n >= PATH)
				return -ENAMETOOLONG;
			memcpy(path, whole, (size_t)n + 1);
			return 0;
		}
		if (!next)
			break;
	}
	return -EXDEV;
}

/* Whatever rebase makes of it, the kernel lets nothing out. */
static int beneath(const struct store_dir *d, const char *path, int flags)
{
	int fd = beneath_as_is(d->root, path, flags);
	char to[PATH];

	if (fd != -EXDEV || strlen(path) >= sizeof(to))
		return fd;
	memcpy(to, path, strlen(path) + 1);
	for (int i = 0; fd == -EXDEV && i < LINKS_MAX && !rebase(d, to); i++)
		fd = beneath_as_is(d->root, to, flags);
	return fd;
}

static struct entry *entry_of(struct store_dir *d, int fd)
{
	struct entry *longer;
	int n = d->n;

	if (fd < d->n)
		return &d->entry[fd];
	while (n <= fd)
		n = n ? 2 * n : 64;
	longer = realloc(d->entry, (size_t)n * sizeof(*longer));
	if (!longer)
		return NULL;
	d->entry = longer;
	d->n = n;
	return &d->entry[fd];
}

static int dir_open(void *ctx, const char *path, int *handle, uint64_t *size)
{
	struct store_dir *d = ctx;
	/* a pipe must not hold us up */
	int fd = beneath(d, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct entry *e;
	int r = 0;

	if (fd < 0)
		return fd;
	e = entry_of(d, fd);
	if (!e)
		r = -ENOMEM;
	else if (fstat(fd, &e->st))
		r = -errno;
	else if (!S_ISREG(e->st.st_mode))
		r = S_ISDIR(e->st.st_mode) ? -EISDIR : -EACCES;
	if (r) {
		close(fd);
		return r;
	}
	e->key = read_key_of(&e->st, ++d->opened);
	e->looked = 0;
	e->folder = -1;
	*handle = fd;
	*size = (uint64_t)e->st.st_size;
	return 0;
}

static int unchanged(int fd, const struct entry *e)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	return st.st_size == e->st.st_size && st.st_mtim.tv_sec == e->st.st_mtim.tv_sec &&
			       st.st_mtim.tv_nsec == e->st.st_mtim.tv_nsec
		       ? 0
		       : -ESTALE;
}

static int64_t read_blocks(int fd, uint64_t offset, uint8_t *to, uint32_t size, uint32_t gap,
			   uint32_t n)
{
	struct iovec v[BURST_MAX];
	ssize_t got;

	n = n < BURST_MAX ? n : BURST_MAX;
	for (uint32_t i = 0; i < n; i++)
		v[i] = (struct iovec) { to + (size_t)i * (size + gap), size };
	do
		got = preadv(fd, v, (int)n, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/* What is asked for one by one is worth reading ahead. */
static int64_t dir_read(void *ctx, int handle, uint64_t offset, uint8_t *to, uint32_t size,
			uint32_t gap, uint32_t n)
{
	struct store_dir *d = ctx;
	struct entry *e = &d->entry[handle];
	uint64_t end = offset + (uint64_t)size * n;
	int64_t got = n == 1 && size <= BLOCK_MAX
			      ? read_ahead_take(d->ahead, handle, &e->key, offset, to, size)
			      : read_blocks(handle, offset, to, size, gap, n);
	int r;

	if (got < 0)
		return got;
	if (end >= (uint64_t)e->st.st_size || end - e->looked >= LOOK_AGAIN) {
		e->looked = end;
		r = unchanged(handle, e);
		if (r)
			return r;
	}
	return got;
}

/* ---- writing ---- */

static int dir_create(void *ctx, const char *path, int *handle)
{
	struct store_dir *d = ctx;
	const char *base = strrchr(path, '/');
	char folder[4096] = ".", part[NAME];
	struct entry *e;
	struct stat st;
	int up, fd;

	if (d->into < 0)
		return -EROFS;
	if (base)
		snprintf(folder, sizeof(folder), "%.*s", (int)(base - path), path);
	base = base ? base + 1 : path;
	if (strlen(base) + sizeof("..part") > NAME)
		return -ENAMETOOLONG;
	up = beneath_as_is(d->into, folder, O_PATH | O_DIRECTORY);
	if (up < 0)
		return up;
	if (fstatat(up, base, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		close(up);
		return -EEXIST;
	}
	snprintf(part, sizeof(part), ".%.240s.part", base);
	fd = openat(up, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	e = fd < 0 ? NULL : entry_of(d, fd);
	if (!e) {
		int r = fd < 0 ? -errno : -ENOMEM;

		if (fd >= 0) {
			unlinkat(up, part, 0);
			close(fd);
		}
		close(up);
		return r;
	}
	e->folder = up;
	snprintf(e->part, sizeof(e->part), "%s", part);
	snprintf(e->name, sizeof(e->name), "%.255s", base);
	*handle = fd;
	return 0;
}

static int dir_write(void *ctx, int handle, const uint8_t *from, uint32_t n)
{
	(void)ctx;
	while (n) {
		ssize_t w = write(handle, from, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -errno;
		from += w;
		n -= (uint32_t)w;
	}
	return 0;
}

static int finish(struct entry *e, int fd, int whole)
{
	int r = 0;

	if (close(fd) && whole)
		r = -errno;
	/* link: what has come to stand under the name meanwhile stays */
	if (whole && !r && linkat(e->folder, e->part, e->folder, e->name, 0))
		r = -errno;
	unlinkat(e->folder, e->part, 0);
	close(e->folder);
	e->folder = -1;
	return r;
}

static int dir_close(void *ctx, int handle, int whole)
{
	struct store_dir *d = ctx;
	struct entry *e = &d->entry[handle];

	if (e->folder >= 0)
		return finish(e, handle, whole);
	return close(handle) ? -errno : 0;
}

/* ---- in the words of the responders ---- */

static int meaning(int r)
{
	switch (-r) {
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG:
		return STORE_MISSING;
	case EISDIR:
		return STORE_FOLDER;
	case EXDEV:
	case ELOOP:
		return STORE_OUTSIDE;
	case EACCES:
	case EPERM:
		return STORE_DENIED;
	case EEXIST:
		return STORE_EXISTS;
	case EROFS:
		return STORE_READ_ONLY;
	case ENOSPC:
	case EDQUOT:
		return STORE_FULL;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return STORE_BUSY;
	case ESTALE:
		return STORE_CHANGED;
	default:
		return STORE_BROKEN;
	}
}

static int store_open(void *ctx, const char *path, int *handle, uint64_t *size)
{
	int r = dir_open(ctx, path, handle, size);

	return r < 0 ? meaning(r) : r;
}

static int store_create(void *ctx, const char *path, int *handle)
{
	int r = dir_create(ctx, path, handle);

	return r < 0 ? meaning(r) : r;
}

static int64_t store_read(void *ctx, int handle, uint64_t offset, uint8_t *to, uint32_t size,
			  uint32_t gap, uint32_t n)
{
	int64_t r = dir_read(ctx, handle, offset, to, size, gap, n);

	return r < 0 ? meaning((int)r) : r;
}

static int store_write(void *ctx, int handle, const uint8_t *from, uint32_t n)
{
	int r = dir_write(ctx, handle, from, n);

	return r < 0 ? meaning(r) : r;
}

static int store_close(void *ctx, int handle, int whole)
{
	int r = dir_close(ctx, handle, whole);

	return r < 0 ? meaning(r) : r;
}

static int open_folder(const char *path, int *fd, char *why, size_t n)
{
	int r = 0;

	*fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0) {
		r = -errno;
		snprintf(why, n, "%s: %s", path,
			 r == -ENOTDIR ? "is no folder; name the one that holds the files"
				       : strerror(-r));
	}
	return r;
}

static int has_openat2(const struct store_dir *d, const char *path, char *why, size_t n)
{
	int fd = beneath(d, ".", O_PATH | O_DIRECTORY);

	if (fd >= 0) {
		close(fd);
		return 0;
	}
	snprintf(why, n, "%s cannot be served safely: this kernel has no openat2 (Linux 5.6)",
		 path);
	return fd;
}

int store_dir_open(const char *path, const char *into, struct store_dir **out, char *why, size_t n)
{
	struct store_dir *d = calloc(1, sizeof(*d));
	int r;

	if (!d || !(d->ahead = read_ahead_new())) {
		free(d);
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	d->into = -1;
	if (!realpath(path, d->path))
		d->path[0] = 0; /* open says why */
	r = open_folder(path, &d->root, why, n);
	if (!r)
		r = has_openat2(d, path, why, n);
	if (!r && into)
		r = open_folder(into, &d->into, why, n);
	if (!r)
		*out = d;
	else
		store_dir_free(d);
	return r;
}

struct store store_dir_store(struct store_dir *d)
{
	return (struct store) {
		d,          store_open,  d->into >= 0 ? store_create : NULL,
		store_read, store_write, store_close,
		NULL,
	};
}

int store_dir_fd(const struct store_dir *d)
{
	return d->root;
}

int store_dir_into(const struct store_dir *d)
{
	return d->into;
}

int store_dir_file(const struct store_dir *d, int handle)
{
	(void)d;
	return handle;
}

uint64_t store_dir_modified_ns(const struct store_dir *d, int handle)
{
	struct timespec t = d->entry[handle].st.st_mtim;

	return t.tv_sec < 0 ? 0 : (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int store_dir_unchanged(const struct store_dir *d, int handle)
{
	return unchanged(handle, &d->entry[handle]) ? STORE_CHANGED : 0;
}

void store_dir_free(struct store_dir *d)
{
	if (!d)
		return;
	if (d->root >= 0)
		close(d->root);
	if (d->into >= 0)
		close(d->into);
	read_ahead_free(d->ahead);
	free(d->entry);
	free(d);
}
