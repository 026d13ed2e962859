/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "nfs_dir_parts.h"

enum { TRIES = 4 };

/* What changes the names of folders: CREATE and its kin, REMOVE, RENAME, LINK. */

/* A folder in which something is about to change. */
static int get_folder(struct nfs_dir_thread *t, const struct nfs_file *f, struct nfs_fd **out,
		      struct nfs_wcc *wcc)
{
	struct stat st;
	int r = nfs_dir_get(t, f, out, &st);

	*wcc = (struct nfs_wcc) { 0 };
	if (r)
		return r;
	nfs_dir_before(&st, wcc);
	if (S_ISDIR(st.st_mode))
		return 0;
	nfs_dir_attr(&st, &wcc->after);
	nfs_fds_leave(t->d->fds, *out);
	return -ENOTDIR;
}

/* It has changed, or not. */
static int leave_folder(struct nfs_dir_thread *t, const struct nfs_caller *who, struct nfs_fd *e,
			struct nfs_wcc *wcc, int r)
{
	nfs_dir_after(e->fd, wcc);
	if (r == 0 && who->sync)
		r = nfs_dir_sync(t, e);
	nfs_fds_leave(t->d->fds, e);
	return r;
}

/* ---- CREATE, MKDIR, SYMLINK, MKNOD ---- */

/* The rights of what comes without any are its owner's only. */
static mode_t mode_of(const struct nfs_make *how)
{
	if (how->set.what & NFS_SET_MODE && how->how != NFS_EXCLUSIVE)
		return how->set.mode & 07777;
	return how->type == NFS_DIR ? 0700 : 0600;
}

/* The verifier of an exclusive CREATE, kept where the client will put something else before long;
 * without the highest bits, which not all file systems have room for. */
static void verifier_times(const struct nfs_make *how, struct nfs_set *set)
{
	uint32_t v[2];

	memcpy(v, how->verifier, sizeof(v));
	*set = (struct nfs_set) { .what = NFS_SET_ATIME | NFS_SET_MTIME,
				  .atime = { v[0] & INT32_MAX, 0 },
				  .mtime = { v[1] & INT32_MAX, 0 } };
}

static bool is_verifier(const struct nfs_make *how, const struct stat *st)
{
	struct nfs_set set;

	verifier_times(how, &set);
	return st->st_atim.tv_sec == (time_t)set.atime.s &&
	       st->st_mtim.tv_sec == (time_t)set.mtime.s && st->st_size == 0;
}

/* What else was asked for, of what is new. */
static int dress(struct nfs_dir_thread *t, const struct nfs_caller *who, const struct nfs_make *how,
		 struct nfs_fd *e, struct stat *st)
{
	struct nfs_set set = how->set;
	int r = 0;

	if (how->type == NFS_REG && how->how == NFS_EXCLUSIVE) {
		verifier_times(how, &set);
	} else {
		/* a folder has its parent's group bit, whether it was asked for or not (mkdir(2))
		 */
		if (how->type == NFS_DIR)
			set.mode |= st->st_mode & S_ISGID;
		/* of links there is none to set; the others have it but for bits that the kernel
		 * takes away */
		if (how->type == NFS_LNK || (st->st_mode & 07777) == (set.mode & 07777))
			set.what &= ~(uint32_t)NFS_SET_MODE;
		/* it belongs to who made it, whatever is asked for; root may give it away */
		if (who->uid != 0)
			set.what &= ~(uint32_t)(NFS_SET_UID | NFS_SET_GID);
		if (how->type != NFS_REG || set.size == 0)
			set.what &= ~(uint32_t)NFS_SET_SIZE;
	}
	if (set.what)
		r = nfs_dir_set(t, who, e, st, &set);
	if (r == 0 && set.what && fstat(e->fd, st))
		r = -errno;
	if (r == 0 && who->sync)
		r = nfs_dir_sync(t, e);
	return r;
}

/* A regular file of that name is there already. */
static int make_over(struct nfs_dir_thread *t, const struct nfs_caller *who,
		     const struct nfs_make *how, struct nfs_fd *e, struct stat *st)
{
	struct nfs_set size = { .what = how->set.what & NFS_SET_SIZE, .size = how->set.size };
	int r = 0;

	if (how->how == NFS_EXCLUSIVE)
		return S_ISREG(st->st_mode) && is_verifier(how, st) ? 0 : -EEXIST;
	if (how->how != NFS_UNCHECKED || !S_ISREG(st->st_mode))
		return -EEXIST;
	if (size.what)
		r = nfs_dir_set(t, who, e, st, &size);
	return r == 0 && fstat(e->fd, st) ? -errno : r;
}

static int take_over(struct nfs_dir_thread *t, const struct nfs_caller *who,
		     const struct nfs_fd *dir, const char *name, const struct nfs_make *how,
		     struct nfs_fd **out, struct stat *st)
{
	int r = nfs_dir_get_at(t, dir, name, out, st);

	if (r == 0) {
		r = make_over(t, who, how, *out, st);
		if (r)
			nfs_fds_leave(t->d->fds, *out);
	}
	/* something is mounted there */
	return r == -EXDEV ? -EEXIST : r;
}

/* fd is given: of what was made. */
static int take_new(struct nfs_dir_thread *t, const struct nfs_caller *who,
		    const struct nfs_fd *dir, int fd, struct nfs_fd **out, struct stat *st)
{
	struct nfs_file f;
	int r = fstat(fd, st) ? -errno
			      : nfs_dir_id(nfs_dir_top(t->d, dir->file.export), fd, "", &f);

	if (r) {
		close(fd);
		return r;
	}
	nfs_parents_note(t->d->parents, &f, &dir->file);
	/* whoever made it writes to it next */
	*out = nfs_fds_add(t->d->fds, &f, NFS_FD_WRITE, who, fd, st);
	return *out ? 0 : -EMFILE;
}

static int make_file(struct nfs_dir_thread *t, const struct nfs_caller *who,
		     const struct nfs_fd *dir, const char *name, const struct nfs_make *how,
		     struct nfs_fd **out, struct stat *st)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = -1, r = -ENOENT;

	/* what is in the way may go before it was looked at */
	for (int i = 0; i < TRIES && (r == -ENOENT || r == -ESTALE); i++) {
		fd = openat(dir->fd, name, flags, mode_of(how));
		if (fd >= 0)
			break;
		if (errno != EEXIST)
			return -errno;
		r = take_over(t, who, dir, name, how, out, st);
		if (nfs_dir_become(t, who))
			return -EPERM;
	}
	if (fd < 0)
		return r;
	r = take_new(t, who, dir, fd, out, st);
	if (r)
		return r;
	r = dress(t, who, how, *out, st);
	if (r)
		nfs_fds_leave(t->d->fds, *out);
	return r;
}

static int make_node(const struct nfs_fd *dir, const char *name, const struct nfs_make *how)
{
	static const mode_t type[] = { [NFS_BLK] = S_IFBLK,
				       [NFS_CHR] = S_IFCHR,
				       [NFS_SOCK] = S_IFSOCK,
				       [NFS_FIFO] = S_IFIFO };
	char text[NFS_PATH_MAX];
	dev_t device = 0;
	int r;

	if (how->type == NFS_DIR) {
		r = mkdirat(dir->fd, name, mode_of(how));
	} else if (how->type == NFS_LNK) {
		if (how->text.n >= sizeof(text))
			return -ENAMETOOLONG;
		if (!how->text.n || memchr(how->text.p, 0, how->text.n))
			return -EINVAL;
		memcpy(text, how->text.p, how->text.n);
		text[how->text.n] = 0;
		r = symlinkat(text, dir->fd, name);
	} else {
		if (how->type == NFS_BLK || how->type == NFS_CHR)
			device = makedev(how->major, how->minor);
		r = mknodat(dir->fd, name, type[how->type] | mode_of(how), device);
	}
	return r ? -errno : 0;
}

static int make_other(struct nfs_dir_thread *t, const struct nfs_caller *who,
		      const struct nfs_fd *dir, const char *name, const struct nfs_make *how,
		      struct nfs_fd **out, struct stat *st)
{
	int r = make_node(dir, name, how);

	if (r == 0)
		r = nfs_dir_get_at(t, dir, name, out, st);
	if (r)
		return r;
	r = dress(t, who, how, *out, st);
	if (r)
		nfs_fds_leave(t->d->fds, *out);
	return r;
}

int nfs_dir_make(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		 struct bytes name, const struct nfs_make *how, struct nfs_file *out,
		 struct nfs_attr *attr, struct nfs_wcc *wcc)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *d, *e = NULL;
	struct nfs_name s;
	struct stat st;
	int r;

	attr->type = NFS_NONE;
	*wcc = (struct nfs_wcc) { 0 };
	if (how->type == NFS_NONE || how->type > NFS_FIFO)
		return NFS_BADTYPE;
	r = get_folder(t, dir, &d, wcc);
	if (r)
		return nfs_dir_status(r);
	r = nfs_dir_name(name, &s);
	if (r == 0)
		r = nfs_dir_become(t, who);
	if (r == 0)
		r = how->type == NFS_REG ? make_file(t, who, d, s.s, how, &e, &st)
					 : make_other(t, who, d, s.s, how, &e, &st);
	if (r == 0 && e) {
		*out = e->file;
		nfs_dir_attr(&st, attr);
		nfs_fds_leave(t->d->fds, e);
	}
	return nfs_dir_status(leave_folder(t, who, d, wcc, r));
}

/* ---- REMOVE, RMDIR, RENAME, LINK ---- */

/* What a name stands for: descriptors of it are closed once it does not any more, or its space on
 * the disk would not come back. n 0: nothing. */
static struct nfs_file at_stake(struct nfs_dir_thread *t, const struct nfs_fd *dir,
				const char *name)
{
	struct nfs_file f;

	if (nfs_dir_id(nfs_dir_top(t->d, dir->file.export), dir->fd, name, &f))
		f.n = 0;
	return f;
}

static void forget(struct nfs_dir_thread *t, const struct nfs_file *f)
{
	if (f->n)
		nfs_fds_forget(t->d->fds, f);
}

int nfs_dir_remove(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		   struct bytes name, bool directory, struct nfs_wcc *wcc)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_file gone = { .n = 0 };
	struct nfs_name s;
	struct nfs_fd *d;
	int r;

	r = get_folder(t, dir, &d, wcc);
	if (r)
		return nfs_dir_status(r);
	r = nfs_dir_name(name, &s);
	if (r == 0)
		r = nfs_dir_become(t, who);
	if (r == 0) {
		gone = at_stake(t, d, s.s);
		r = unlinkat(d->fd, s.s, directory ? AT_REMOVEDIR : 0) ? -errno : 0;
	}
	/* rmdir(2) of a folder with names in it may say either */
	if (directory && r == -EEXIST)
		r = -ENOTEMPTY;
	if (r == 0)
		forget(t, &gone);
	return nfs_dir_status(leave_folder(t, who, d, wcc, r));
}

static int rename_in(struct nfs_dir_thread *t, const struct nfs_fd *from, const char *name,
		     const struct nfs_fd *to, const char *new_name)
{
	struct nfs_file gone = at_stake(t, to, new_name), moved = at_stake(t, from, name);

	if (renameat(from->fd, name, to->fd, new_name))
		return -errno;
	/* two names of one file: nothing was done */
	if (gone.n && !nfs_file_same(&gone, &moved))
		forget(t, &gone);
	if (moved.n)
		nfs_parents_note(t->d->parents, &moved, &to->file);
	return 0;
}

int nfs_dir_rename(void *ctx, const struct nfs_caller *who, const struct nfs_file *from,
		   struct bytes name, const struct nfs_file *to, struct bytes new_name,
		   struct nfs_wcc *from_wcc, struct nfs_wcc *to_wcc)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_name s, new_s;
	struct nfs_fd *f, *d;
	int r, to_r;

	r = get_folder(t, from, &f, from_wcc);
	to_r = get_folder(t, to, &d, to_wcc);
	if (r == 0 && to_r == 0) {
		r = from->export == to->export ? nfs_dir_name(name, &s) : -EXDEV;
		if (r == 0)
			r = nfs_dir_name(new_name, &new_s);
		if (r == 0)
			r = nfs_dir_become(t, who);
		if (r == 0)
			r = rename_in(t, f, s.s, d, new_s.s);
		if (r == -EEXIST)
			r = -ENOTEMPTY;
		r = leave_folder(t, who, f, from_wcc, r);
		r = leave_folder(t, who, d, to_wcc, r);
		return nfs_dir_status(r);
	}
	if (r == 0)
		leave_folder(t, who, f, from_wcc, to_r);
	if (to_r == 0)
		leave_folder(t, who, d, to_wcc, r);
	return nfs_dir_status(r ? r : to_r);
}

/* linkat(2) of a descriptor alone takes a right over all files. */
static int link_in(struct nfs_dir_thread *t, const struct nfs_caller *who, const struct nfs_fd *e,
		   const struct stat *st, const struct nfs_fd *dir, const char *name)
{
	int r = nfs_dir_become(t, who), fd;

	if (r || linkat(AT_FDCWD, nfs_dir_path(e->fd).s, dir->fd, name, AT_SYMLINK_FOLLOW) == 0)
		return r;
	r = -errno;
	fd = nfs_dir_connect(t, e, st, r);
	if (fd < 0)
		return fd;
	r = nfs_dir_become(t, who);
	if (r == 0 && linkat(AT_FDCWD, nfs_dir_path(fd).s, dir->fd, name, AT_SYMLINK_FOLLOW))
		r = -errno;
	close(fd);
	return r;
}

int nfs_dir_link(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		 const struct nfs_file *dir, struct bytes name, struct nfs_attr *attr,
		 struct nfs_wcc *wcc)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *d, *e;
	struct nfs_name s;
	struct stat st;
	int r;

	*wcc = (struct nfs_wcc) { 0 };
	r = nfs_dir_get_told(t, f, &e, &st, attr);
	if (r)
		return nfs_dir_status(r);
	r = get_folder(t, dir, &d, wcc);
	if (r == 0) {
		r = f->export == dir->export ? nfs_dir_name(name, &s) : -EXDEV;
		if (r == 0 && S_ISDIR(st.st_mode))
			r = -EISDIR;
		if (r == 0)
			r = link_in(t, who, e, &st, d, s.s);
		if (r == 0)
			nfs_parents_note(t->d->parents, f, dir);
		if (r == 0 && fstat(e->fd, &st) == 0)
			nfs_dir_attr(&st, attr);
		r = leave_folder(t, who, d, wcc, r);
	}
	nfs_fds_leave(t->d->fds, e);
	return nfs_dir_status(r);
}
