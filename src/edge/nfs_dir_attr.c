/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "nfs_dir_parts.h"

/* Attributes: as the system has them, as NFS has them, and how they are set. */

static struct nfs_time time_of(struct timespec t)
{
	/* before 1970 and after 2106 there is nothing */
	if (t.tv_sec < 0)
		return (struct nfs_time) { 0, 0 };
	if ((uint64_t)t.tv_sec > UINT32_MAX)
		return (struct nfs_time) { UINT32_MAX, 999999999 };
	return (struct nfs_time) { (uint32_t)t.tv_sec, (uint32_t)t.tv_nsec };
}

static enum nfs_type type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return NFS_REG;
	case S_IFDIR:
		return NFS_DIR;
	case S_IFBLK:
		return NFS_BLK;
	case S_IFCHR:
		return NFS_CHR;
	case S_IFLNK:
		return NFS_LNK;
	case S_IFSOCK:
		return NFS_SOCK;
	default:
		return NFS_FIFO;
	}
}

void nfs_dir_attr(const struct stat *st, struct nfs_attr *out)
{
	*out = (struct nfs_attr) { .type = type_of(st->st_mode),
				   .mode = st->st_mode & 07777,
				   .nlink = (uint32_t)st->st_nlink,
				   .uid = st->st_uid,
				   .gid = st->st_gid,
				   .size = (uint64_t)st->st_size,
				   .used = (uint64_t)st->st_blocks * 512,
				   .major = major(st->st_rdev),
				   .minor = minor(st->st_rdev),
				   .fileid = st->st_ino,
				   .atime = time_of(st->st_atim),
				   .mtime = time_of(st->st_mtim),
				   .ctime = time_of(st->st_ctim) };
}

int nfs_dir_get_told(struct nfs_dir_thread *t, const struct nfs_file *f, struct nfs_fd **out,
		     struct stat *st, struct nfs_attr *attr)
{
	int r = nfs_dir_get(t, f, out, st);

	attr->type = NFS_NONE;
	if (r == 0)
		nfs_dir_attr(st, attr);
	return r;
}

void nfs_dir_before(const struct stat *st, struct nfs_wcc *out)
{
	out->before = true;
	out->size = (uint64_t)st->st_size;
	out->mtime = time_of(st->st_mtim);
	out->ctime = time_of(st->st_ctim);
}

void nfs_dir_after(int fd, struct nfs_wcc *out)
{
	struct stat st;

	if (fstat(fd, &st) == 0)
		nfs_dir_attr(&st, &out->after);
}

/* ---- setting them ---- */

static int set_owner(const struct nfs_fd *e, const struct nfs_set *set)
{
	uid_t uid = set->what & NFS_SET_UID ? set->uid : (uid_t)-1;
	gid_t gid = set->what & NFS_SET_GID ? set->gid : (gid_t)-1;

	return fchownat(e->fd, "", uid, gid, AT_EMPTY_PATH) ? -errno : 0;
}

static int set_size(struct nfs_dir_thread *t, const struct nfs_caller *who,
		    const struct nfs_file *f, uint64_t size)
{
	struct nfs_fd *io;
	struct stat st;
	int r;

	if (size > INT64_MAX)
		return -EFBIG;
	r = nfs_dir_get_io(t, who, f, true, &io, &st);
	if (r == 0) {
		r = nfs_dir_become(t, who);
		if (r == 0 && ftruncate(io->fd, (off_t)size))
			r = -errno;
		nfs_fds_leave(t->d->fds, io);
	}
	return r;
}

/* Root may set the group bit of any group's file, which takes a right that this process has not
 * got (CAP_FSETID): as a member of that group it is not needed. */
static int set_mode(struct nfs_dir_thread *t, const struct nfs_caller *who, const struct nfs_fd *e,
		    const struct nfs_set *set)
{
	struct nfs_caller member = *who;
	struct stat st;
	int r = 0;

	if (set->mode & S_ISGID && who->uid == 0 && fstat(e->fd, &st) == 0) {
		member.gid = st.st_gid;
		r = nfs_dir_become(t, &member);
	}
	/* fchmodat(2) of a descriptor alone is of Linux 6.6 */
	if (r == 0 && fchmodat(AT_FDCWD, nfs_dir_path(e->fd).s, set->mode & 07777, 0))
		r = -errno;
	return r;
}

static struct timespec time_to_set(const struct nfs_set *set, uint32_t to, uint32_t now,
				   struct nfs_time t)
{
	struct timespec ts = { 0, UTIME_OMIT };

	if (set->what & now)
		ts.tv_nsec = UTIME_NOW;
	else if (set->what & to)
		ts = (struct timespec) { (time_t)t.s, (long)t.ns };
	return ts;
}

static int set_times(const struct nfs_fd *e, const struct nfs_set *set)
{
	struct timespec times[2] = {
		time_to_set(set, NFS_SET_ATIME, NFS_SET_ATIME_NOW, set->atime),
		time_to_set(set, NFS_SET_MTIME, NFS_SET_MTIME_NOW, set->mtime),
	};

	if ((set->what & NFS_SET_ATIME && set->atime.ns > 999999999) ||
	    (set->what & NFS_SET_MTIME && set->mtime.ns > 999999999))
		return -EINVAL;
	return utimensat(e->fd, "", times, AT_EMPTY_PATH) ? -errno : 0;
}

int nfs_dir_set(struct nfs_dir_thread *t, const struct nfs_caller *who, struct nfs_fd *e,
		const struct stat *st, const struct nfs_set *set)
{
	const uint32_t times =
		NFS_SET_ATIME | NFS_SET_MTIME | NFS_SET_ATIME_NOW | NFS_SET_MTIME_NOW;
	int r = nfs_dir_become(t, who);

	if (set->what & NFS_SET_SIZE && !S_ISREG(st->st_mode))
		return S_ISDIR(st->st_mode) ? -EISDIR : -EINVAL;
	/* a new owner takes the set-user-id bit away, so does a new size; either is written to the
	 * file's times */
	if (r == 0 && set->what & (NFS_SET_UID | NFS_SET_GID))
		r = set_owner(e, set);
	if (r == 0 && set->what & NFS_SET_SIZE)
		r = set_size(t, who, &e->file, set->size);
	if (r == 0 && set->what & NFS_SET_MODE)
		r = S_ISLNK(st->st_mode) ? -EOPNOTSUPP : set_mode(t, who, e, set);
	if (r == 0 && set->what & times) {
		r = nfs_dir_become(t, who);
		if (r == 0)
			r = set_times(e, set);
	}
	return r;
}

int nfs_dir_setattr(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		    const struct nfs_set *set, const struct nfs_time *guard, struct nfs_wcc *wcc)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *e;
	struct stat st;
	int r;

	*wcc = (struct nfs_wcc) { 0 };
	r = nfs_dir_get(t, f, &e, &st);
	if (r)
		return nfs_dir_status(r);
	nfs_dir_before(&st, wcc);
	if (guard && (guard->s != wcc->ctime.s || guard->ns != wcc->ctime.ns))
		r = NFS_NOT_SYNC;
	else
		r = nfs_dir_status(nfs_dir_set(t, who, e, &st, set));
	nfs_dir_after(e->fd, wcc);
	if (r == NFS_OK && who->sync)
		r = nfs_dir_status(nfs_dir_sync(t, e));
	nfs_fds_leave(t->d->fds, e);
	return r;
}
