/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "nfs_dir_parts.h"

/*
 * What files are called by those who hold handles. Where the file system finds a file by a handle
 * of its own making (name_to_handle_at(2)) it is that one's bytes; its type is the same for all
 * files of an export, so it is not told. Else the file's number, and when it was made.
 */

struct handle {
	struct file_handle head;
	uint8_t bytes[NFS_ID_MAX];
};

enum { NUMBERED = 16 };

static int handle_at(int fd, const char *name, struct handle *h, int *mount)
{
	h->head.handle_bytes = NFS_ID_MAX;
	if (name_to_handle_at(fd, name, &h->head, mount, *name ? 0 : AT_EMPTY_PATH))
		return -errno;
	return 0;
}

static int numbered(const struct nfs_top *x, int fd, const char *name, struct nfs_file *out)
{
	struct statx st;
	uint64_t made = 0;

	if (statx(fd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*name ? 0 : AT_EMPTY_PATH),
		  STATX_INO | STATX_BTIME, &st))
		return -errno;
	if (makedev(st.stx_dev_major, st.stx_dev_minor) != x->dev)
		return -EXDEV;
	if (x->has_btime && st.stx_mask & STATX_BTIME)
		made = (uint64_t)st.stx_btime.tv_sec * 1000000000 + st.stx_btime.tv_nsec;
	*out = (struct nfs_file) { .export = x->id, .n = NUMBERED };
	memcpy(out->id, &st.stx_ino, 8);
	memcpy(out->id + 8, &made, 8);
	return 0;
}

int nfs_dir_id(const struct nfs_top *x, int fd, const char *name, struct nfs_file *out)
{
	struct handle h;
	int mount, r;

	if (!x->handles)
		return numbered(x, fd, name, out);
	r = handle_at(fd, name, &h, &mount);
	if (r)
		return r;
	if (mount != x->mount)
		return -EXDEV;
	if (h.head.handle_type != x->type)
		return -EOPNOTSUPP;
	*out = (struct nfs_file) { .export = x->id, .n = (uint8_t)h.head.handle_bytes };
	memcpy(out->id, h.bytes, out->n);
	return 0;
}

static int open_id(const struct nfs_top *x, const struct nfs_file *f)
{
	int fd = nfs_opener_open(x->fd, x->type, f->id, f->n);

	/* "no such handle" and "not one of mine" are the same to a client */
	return fd == -EINVAL || fd == -ENOENT ? -ESTALE : fd;
}

/* ---- exports ---- */

/* statfs(2) of those where a name keeps its place: by the hash of its name, or by where it stands.
 */
static bool is_steady(long type)
{
	return type == 0xef53 /* ext2, 3, 4 */ || type == 0x58465342 /* xfs */ ||
	       type == 0x9123683e /* btrfs */ || type == (long)0xf2f52010 /* f2fs */;
}

int nfs_dir_look(struct nfs_top *x)
{
	const long overlay = 0x794c7630;
	struct handle h;
	struct statfs fs;
	struct stat st;
	int fd;

	if (fstat(x->fd, &st) || fstatfs(x->fd, &fs))
		return -errno;
	x->dev = st.st_dev;
	x->ino = st.st_ino;
	x->steady = is_steady((long)fs.f_type);
	/* a file that is copied up is made then */
	x->has_btime = (long)fs.f_type != overlay;
	if (handle_at(x->fd, "", &h, &x->mount) == 0) {
		x->handles = true;
		x->type = h.head.handle_type;
		if (nfs_dir_id(x, x->fd, "", &x->file) == 0) {
			fd = open_id(x, &x->file);
			if (fd >= 0) {
				close(fd);
				return 0;
			}
		}
	}
	/* none, or no right to use them */
	x->handles = false;
	return numbered(x, x->fd, "", &x->file);
}

const struct nfs_top *nfs_dir_top(const struct nfs_dir *d, uint16_t export)
{
	for (uint32_t i = 0; i < d->n_tops; i++)
		if (d->top[i].id == export)
			return &d->top[i];
	return NULL;
}

/* ---- files ---- */

struct nfs_fd_path nfs_dir_path(int fd)
{
	struct nfs_fd_path p;

	(void)snprintf(p.s, sizeof(p.s), "/proc/self/fd/%d", fd);
	return p;
}

int nfs_dir_open_anew(int fd, int flags)
{
	/* not held up by those who hold leases */
	int r = openat(AT_FDCWD, nfs_dir_path(fd).s, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return r < 0 ? -errno : r;
}

int nfs_dir_open_at(int fd, const char *name, int flags)
{
	struct open_how how = { .flags = (unsigned)flags | O_NOFOLLOW | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS |
					   RESOLVE_NO_MAGICLINKS };
	long r = syscall(SYS_openat2, fd, name, &how, sizeof(how));

	return r < 0 ? -errno : (int)r;
}

/* It has a name still, else what is kept of it goes. */
static int look(struct nfs_dir *d, struct nfs_fd *e, struct stat *st)
{
	const struct nfs_file f = e->file;
	int r = fstat(e->fd, st) ? -errno : 0;

	if (r == 0 && st->st_nlink > 0)
		return 0;
	nfs_fds_leave(d->fds, e);
	nfs_fds_forget(d->fds, &f);
	return r ? r : -ESTALE;
}

/* fd is given. */
static int keep(struct nfs_dir *d, const struct nfs_file *f, int fd, struct nfs_fd **out,
		struct stat *st)
{
	int r = fstat(fd, st) ? -errno : 0;

	if (r == 0 && st->st_nlink == 0)
		r = -ESTALE;
	if (r) {
		close(fd);
		return r;
	}
	*out = nfs_fds_add(d->fds, f, NFS_FD_ANY, NULL, fd, st);
	return *out ? 0 : -EMFILE;
}

int nfs_dir_get(struct nfs_dir_thread *t, const struct nfs_file *f, struct nfs_fd **out,
		struct stat *st)
{
	const struct nfs_top *x = nfs_dir_top(t->d, f->export);
	uint64_t number;
	int fd;

	*out = nfs_fds_find(t->d->fds, f, NFS_FD_ANY, NULL);
	if (*out)
		return look(t->d, *out, st);
	if (!x || f->n == 0 || (!x->handles && f->n != NUMBERED))
		return -ESTALE;
	fd = nfs_dir_become_root(t);
	if (fd)
		return fd;
	if (x->handles) {
		fd = open_id(x, f);
		/* gone, or a folder whose place the kernel has to look for */
		if (fd == -ESTALE && t->d->opener)
			fd = nfs_opener_ask(t->d->opener, x->fd, x->type, f->id, f->n);
		if (fd == -EPIPE || fd == -EINVAL || fd == -ENOENT)
			fd = -ESTALE;
	} else {
		memcpy(&number, f->id, sizeof(number));
		fd = nfs_dir_find(t, f, number);
	}
	return fd < 0 ? fd : keep(t->d, f, fd, out, st);
}

int nfs_dir_get_at(struct nfs_dir_thread *t, const struct nfs_fd *dir, const char *name,
		   struct nfs_fd **out, struct stat *st)
{
	const struct nfs_top *x = nfs_dir_top(t->d, dir->file.export);
	struct nfs_file f;
	int r = nfs_dir_id(x, dir->fd, name, &f), fd;

	if (r)
		return r;
	*out = nfs_fds_find(t->d->fds, &f, NFS_FD_ANY, NULL);
	if (*out && look(t->d, *out, st) == 0)
		return 0;
	fd = nfs_dir_open_at(dir->fd, name, O_PATH);
	if (fd < 0)
		return fd;
	/* it may be another by now */
	r = nfs_dir_id(x, fd, "", &f);
	if (r) {
		close(fd);
		return r;
	}
	nfs_parents_note(t->d->parents, &f, &dir->file);
	return keep(t->d, &f, fd, out, st);
}

static bool is_top(const struct nfs_top *x, const struct stat *st)
{
	uint64_t dev = st->st_dev, ino = st->st_ino;

	return dev == x->dev && ino == x->ino;
}

/* Upwards from fd, which is given, comes the top of the export. */
static int inside(const struct nfs_top *x, int fd)
{
	int r = -EAGAIN;

	for (int i = 0; i < NFS_FOLDERS_DEEP && r == -EAGAIN; i++) {
		struct stat st;
		int up = -1;

		if (fstat(fd, &st) == 0 && is_top(x, &st))
			r = 0;
		else if ((up = openat(fd, "..", O_PATH | O_CLOEXEC)) < 0)
			r = -errno;
		close(fd);
		fd = up;
	}
	if (fd >= 0)
		close(fd);
	return r == -EAGAIN ? -ESTALE : r;
}

int nfs_dir_get_up(struct nfs_dir_thread *t, const struct nfs_fd *dir, struct nfs_fd **out,
		   struct stat *st)
{
	const struct nfs_top *x = nfs_dir_top(t->d, dir->file.export);
	struct nfs_file f;
	int r, fd;

	if (nfs_file_same(&dir->file, &x->file))
		return nfs_dir_get(t, &x->file, out, st);
	fd = openat(dir->fd, "..", O_PATH | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = nfs_dir_id(x, fd, "", &f);
	if (r == 0)
		r = nfs_dir_become_root(t);
	if (r == 0)
		r = inside(x, fcntl(fd, F_DUPFD_CLOEXEC, 0));
	if (r) {
		close(fd);
		return r;
	}
	*out = nfs_fds_find(t->d->fds, &f, NFS_FD_ANY, NULL);
	if (!*out)
		return keep(t->d, &f, fd, out, st);
	close(fd);
	return look(t->d, *out, st);
}
