/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "nfs_dir_parts.h"

enum { BUSY = 32 << 10 }; /* bytes that take some ten microseconds to be moved */

/*
 * READ, WRITE and COMMIT. NFS has no open: a client opened the file when it was allowed to, and
 * writes later. What that needs beyond the kernel's own answer is what Linux's server does too: the
 * owner may read and write whatever the mode says (a client made the file read-only, and writes to
 * it), and who may run a file may read it (a client runs it by reading).
 */

static bool may(int fd, int mode)
{
	return syscall(SYS_faccessat2, fd, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0;
}

/* As who, who was refused. */
static bool may_after_all(const struct nfs_caller *who, int fd, bool writes, const struct stat *st)
{
	if (who->uid == st->st_uid || may(fd, writes ? W_OK : R_OK))
		return true;
	return writes ? false : may(fd, X_OK);
}

static int open_io(struct nfs_dir_thread *t, const struct nfs_caller *who, const struct nfs_fd *e,
		   const struct stat *st, bool writes)
{
	int flags = writes ? O_RDWR : O_RDONLY, r = nfs_dir_become(t, who), fd;

	if (r)
		return r;
	r = nfs_dir_open_anew(e->fd, flags);
	/* write permission alone is enough to write */
	if (r == -EACCES && writes)
		r = nfs_dir_open_anew(e->fd, flags = O_WRONLY);
	if (r != -EACCES || !may_after_all(who, e->fd, writes, st))
		return r;
	r = nfs_dir_become_root(t);
	if (r == 0)
		r = nfs_dir_open_anew(e->fd, flags);
	if (r != -EACCES)
		return r;
	fd = nfs_dir_connect(t, e, st, r);
	if (fd < 0)
		return fd;
	r = nfs_dir_open_anew(fd, flags);
	close(fd);
	return r;
}

static int of_type(const struct stat *st)
{
	return S_ISREG(st->st_mode) ? 0 : S_ISDIR(st->st_mode) ? -EISDIR : -EINVAL;
}

int nfs_dir_get_io(struct nfs_dir_thread *t, const struct nfs_caller *who, const struct nfs_file *f,
		   bool writes, struct nfs_fd **out, struct stat *st)
{
	enum nfs_fd_kind kind = writes ? NFS_FD_WRITE : NFS_FD_READ;
	struct nfs_fd *e = nfs_fds_find(t->d->fds, f, kind, who), *io;
	int r, fd;

	if (e) {
		if (fstat(e->fd, st) == 0 && st->st_nlink && st->st_mode == e->mode &&
		    st->st_uid == e->uid && st->st_gid == e->gid) {
			*out = e;
			return 0;
		}
		nfs_fds_drop(t->d->fds, e);
	}
	r = nfs_dir_get(t, f, &e, st);
	if (r)
		return r;
	r = of_type(st);
	if (r == 0) {
		fd = open_io(t, who, e, st, writes);
		io = fd < 0 ? NULL : nfs_fds_add(t->d->fds, f, kind, who, fd, st);
		r = fd < 0 ? fd : io ? 0 : -EMFILE;
		*out = io;
	}
	nfs_fds_leave(t->d->fds, e);
	return r;
}

/* ---- reading ---- */

static ssize_t read_all(int fd, uint8_t *to, uint32_t n, uint64_t offset)
{
	uint32_t got = 0;

	while (got < n) {
		ssize_t k = pread(fd, to + got, n - got, (off_t)(offset + got));

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return got ? (ssize_t)got : -errno;
		if (k == 0)
			break;
		got += (uint32_t)k;
	}
	return got;
}

/* Is it in memory? Its last byte stands for all of it; a file system that cannot tell is believed
 * to be quick. */
static bool is_at_hand(int fd, uint32_t n, uint64_t offset, uint64_t size)
{
	uint8_t byte;
	struct iovec v = { &byte, 1 };
	uint64_t end = offset + n < size ? offset + n : size;

	return preadv2(fd, &v, 1, (off_t)(end - 1), RWF_NOWAIT) >= 0 || errno != EAGAIN;
}

/* Of file systems without splice(2). */
static ssize_t copy_aside(struct nfs_dir_thread *t, int fd, uint32_t n, uint64_t offset)
{
	ssize_t k = read_all(fd, t->dents, n < NFS_DENTS ? n : NFS_DENTS, offset);

	if (k <= 0)
		return k;
	k = write(t->lent.aside[1], t->dents, (size_t)k);
	return k < 0 ? -errno : k;
}

/* Into the pipe, which is empty; as much as it takes at once. */
static ssize_t put_aside(struct nfs_dir_thread *t, int fd, uint32_t n, uint64_t offset)
{
	uint32_t got = 0;

	while (got < n) {
		off_t at = (off_t)(offset + got);
		ssize_t k = splice(fd, &at, t->lent.aside[1], NULL, n - got,
				   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0 && !got)
			return errno == EINVAL ? copy_aside(t, fd, n, offset) : -errno;
		if (k <= 0)
			break;
		got += (uint32_t)k;
	}
	return got;
}

int nfs_dir_read(void *ctx, const struct nfs_caller *who, const struct nfs_file *f, uint64_t offset,
		 uint8_t *to, uint32_t *n, bool *eof, struct nfs_attr *attr)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *e;
	struct stat st;
	uint32_t wanted = *n;
	ssize_t got = 0;
	int r;

	*n = 0;
	*eof = false;
	attr->type = NFS_NONE;
	r = nfs_dir_get_io(t, who, f, false, &e, &st);
	if (r)
		return nfs_dir_status(r);
	/* as it was before: attributes that are older than the data make a client ask again, newer
	 * ones would make it keep what is old */
	nfs_dir_attr(&st, attr);
	if (offset < attr->size && wanted) {
		if (!is_at_hand(e->fd, wanted, offset, attr->size))
			nfs_dir_waits(t, true);
		else if (wanted >= BUSY)
			nfs_dir_waits(t, false);
		got = to ? read_all(e->fd, to, wanted, offset)
			 : put_aside(t, e->fd, wanted, offset);
	}
	nfs_fds_leave(t->d->fds, e);
	if (got < 0)
		return nfs_dir_status((int)got);
	*n = (uint32_t)got;
	if (offset < attr->size && offset + *n > attr->size)
		attr->size = offset + *n;
	*eof = offset + *n >= attr->size || (wanted && !got);
	return NFS_OK;
}

/* ---- writing ---- */

static int write_all(int fd, struct bytes data, uint64_t offset, int flags)
{
	uint32_t put = 0;

	while (put < data.n) {
		struct iovec v = { (uint8_t *)(uintptr_t)(data.p + put), data.n - put };
		ssize_t k = pwritev2(fd, &v, 1, (off_t)(offset + put), flags);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return k ? -errno : -EIO;
		put += (uint32_t)k;
	}
	return 0;
}

int nfs_dir_write(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		  uint64_t offset, struct bytes data, uint32_t *n, uint32_t *stable,
		  struct nfs_wcc *wcc)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *e;
	struct stat st;
	int flags, r;

	*n = 0;
	*wcc = (struct nfs_wcc) { 0 };
	r = nfs_dir_get_io(t, who, f, true, &e, &st);
	if (r)
		return nfs_dir_status(r);
	nfs_dir_before(&st, wcc);
	if (who->sync)
		*stable = NFS_FILE_SYNC;
	flags = *stable == NFS_FILE_SYNC ? RWF_SYNC : *stable == NFS_DATA_SYNC ? RWF_DSYNC : 0;
	if (flags || data.n >= BUSY)
		nfs_dir_waits(t, flags);
	/* as who, so that quotas count and the set-user-id bit goes */
	r = nfs_dir_become(t, who);
	if (r == 0 && offset > (uint64_t)INT64_MAX - data.n)
		r = -EFBIG;
	if (r == 0)
		r = write_all(e->fd, data, offset, flags);
	nfs_dir_after(e->fd, wcc);
	nfs_fds_leave(t->d->fds, e);
	if (r == 0)
		*n = data.n;
	return nfs_dir_status(r);
}

int nfs_dir_commit(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		   uint64_t offset, uint32_t count, struct nfs_wcc *wcc)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *e;
	struct stat st;
	int r;

	/* fsync(2) is for all of a file */
	(void)offset;
	(void)count;
	*wcc = (struct nfs_wcc) { 0 };
	r = nfs_dir_get_io(t, who, f, true, &e, &st);
	if (r)
		return nfs_dir_status(r);
	nfs_dir_before(&st, wcc);
	nfs_dir_waits(t, true);
	if (fsync(e->fd))
		r = -errno;
	nfs_dir_after(e->fd, wcc);
	nfs_fds_leave(t->d->fds, e);
	return nfs_dir_status(r);
}

int nfs_dir_sync(struct nfs_dir_thread *t, const struct nfs_fd *e)
{
	struct stat st;
	int r = fstat(e->fd, &st) ? -errno : nfs_dir_become_root(t), fd;

	if (r)
		return r;
	nfs_dir_waits(t, true);
	fd = S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) ? nfs_dir_open_anew(e->fd, O_RDONLY) : -1;
	/* what cannot be opened: with all of its file system */
	if (fd < 0)
		return syncfs(nfs_dir_top(t->d, e->file.export)->fd) ? -errno : 0;
	r = fsync(fd) ? -errno : 0;
	close(fd);
	return r;
}
