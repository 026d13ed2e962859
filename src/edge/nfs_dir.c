/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nfs_dir_parts.h"
#include "seed.h"

enum { FILES_MOST = 8192, FILES_LEAST = 256, FILES_SPARE = 512 };

/* clang-format off */
static const struct {
	int error;
	enum nfs_status status;
} meanings[] = {
	{ 0, NFS_OK },
	{ EPERM, NFS_PERM },
	{ ENOENT, NFS_NOENT },
	{ EIO, NFS_IO },
	{ ENXIO, NFS_NXIO },
	{ EACCES, NFS_ACCES },
	{ EBUSY, NFS_ACCES },    /* something is mounted there */
	{ ETXTBSY, NFS_ACCES },  /* runs on this machine */
	{ EEXIST, NFS_EXIST },
	{ EXDEV, NFS_XDEV },
	{ ENODEV, NFS_NODEV },
	{ ENOTDIR, NFS_NOTDIR },
	{ EISDIR, NFS_ISDIR },
	{ EINVAL, NFS_INVAL },
	{ ELOOP, NFS_INVAL },
	{ EFBIG, NFS_FBIG },
	{ EOVERFLOW, NFS_FBIG },
	{ ENOSPC, NFS_NOSPC },
	{ EROFS, NFS_ROFS },
	{ EMLINK, NFS_MLINK },
	{ ENAMETOOLONG, NFS_NAMETOOLONG },
	{ ENOTEMPTY, NFS_NOTEMPTY },
	{ EDQUOT, NFS_DQUOT },
	{ ESTALE, NFS_STALE },
	{ EBADMSG, NFS_BAD_COOKIE },
	{ EOPNOTSUPP, NFS_NOTSUPP },
	/* not now: the client comes back */
	{ EAGAIN, NFS_JUKEBOX },
	{ ENOMEM, NFS_JUKEBOX },
	{ EMFILE, NFS_JUKEBOX },
	{ ENFILE, NFS_JUKEBOX },
	{ ETIMEDOUT, NFS_JUKEBOX },
};
/* clang-format on */

int nfs_dir_status(int r)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].error == -r)
			return (int)meanings[i].status;
	return NFS_IO;
}

int nfs_dir_name(struct bytes v, struct nfs_name *out)
{
	if (v.n > NFS_NAME_MAX)
		return -ENAMETOOLONG;
	if (!v.n || memchr(v.p, 0, v.n) || memchr(v.p, '/', v.n))
		return -EINVAL;
	memcpy(out->s, v.p, v.n);
	out->s[v.n] = 0;
	return 0;
}

/* ---- what is looked at only ---- */

static int root(void *ctx, uint16_t export, struct nfs_file *out)
{
	struct nfs_dir_thread *t = ctx;
	const struct nfs_top *x = nfs_dir_top(t->d, export);

	if (!x)
		return NFS_STALE;
	*out = x->file;
	return NFS_OK;
}

static int getattr(void *ctx, const struct nfs_file *f, struct nfs_attr *attr)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *e;
	struct stat st;
	int r;

	r = nfs_dir_get_told(t, f, &e, &st, attr);
	if (r)
		return nfs_dir_status(r);
	nfs_fds_leave(t->d->fds, e);
	return NFS_OK;
}

static int look_up(struct nfs_dir_thread *t, struct nfs_fd *dir, struct bytes name,
		   struct nfs_fd **out, struct stat *st)
{
	struct nfs_name s;
	int r = nfs_dir_name(name, &s);

	if (r)
		return r;
	if (strcmp(s.s, ".") == 0)
		return nfs_dir_get(t, &dir->file, out, st);
	if (strcmp(s.s, "..") == 0)
		r = nfs_dir_get_up(t, dir, out, st);
	else
		r = nfs_dir_get_at(t, dir, s.s, out, st);
	/* another mount's: there, and not to be entered */
	return r == -EXDEV ? -EACCES : r;
}

static int lookup(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		  struct bytes name, struct nfs_file *out, struct nfs_attr *attr,
		  struct nfs_attr *dir_attr)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *d, *e;
	struct stat st;
	int r;

	attr->type = NFS_NONE;
	r = nfs_dir_get_told(t, dir, &d, &st, dir_attr);
	if (r)
		return nfs_dir_status(r);
	r = S_ISDIR(st.st_mode) ? nfs_dir_become(t, who) : -ENOTDIR;
	if (r == 0)
		r = look_up(t, d, name, &e, &st);
	if (r == 0) {
		*out = e->file;
		nfs_dir_attr(&st, attr);
		nfs_fds_leave(t->d->fds, e);
	}
	nfs_fds_leave(t->d->fds, d);
	return nfs_dir_status(r);
}

static int readlink_of(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		       char to[NFS_PATH_MAX], uint32_t *n, struct nfs_attr *attr)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *e;
	struct stat st;
	ssize_t got;
	int r;

	*n = 0;
	r = nfs_dir_get_told(t, f, &e, &st, attr);
	if (r)
		return nfs_dir_status(r);
	r = S_ISLNK(st.st_mode) ? nfs_dir_become(t, who) : -EINVAL;
	if (r == 0) {
		got = readlinkat(e->fd, "", to, NFS_PATH_MAX);
		r = got < 0 ? -errno : 0;
		*n = got < 0 ? 0 : (uint32_t)got;
	}
	nfs_fds_leave(t->d->fds, e);
	return nfs_dir_status(r);
}

/* ACCESS (RFC 1813 3.3.4), in the system's words. */
enum { READS = 1, LOOKS_UP = 2, MODIFIES = 4, EXTENDS = 8, DELETES = 16, RUNS = 32 };

static int mode_of(uint32_t right, bool folder)
{
	switch (right) {
	case READS:
		return R_OK;
	case LOOKS_UP:
		return folder ? X_OK : -1;
	case RUNS:
		return folder ? -1 : X_OK;
	case DELETES:
		return folder ? W_OK | X_OK : -1;
	case MODIFIES:
	case EXTENDS:
		return folder ? W_OK | X_OK : W_OK;
	default:
		return -1;
	}
}

static uint32_t granted_of(int fd, uint32_t asked, bool folder)
{
	uint32_t granted = 0, fits = 0;
	int mode = 0, last = -1;
	bool yes = false;

	for (uint32_t right = 1; right <= RUNS; right <<= 1)
		if (asked & right && mode_of(right, folder) >= 0) {
			mode |= mode_of(right, folder);
			fits |= right;
		}
	/* mostly it is all or all but one */
	if (syscall(SYS_faccessat2, fd, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0)
		return fits;
	for (uint32_t right = 1; right <= RUNS; right <<= 1) {
		if (!(fits & right))
			continue;
		mode = mode_of(right, folder);
		if (mode != last)
			yes = syscall(SYS_faccessat2, fd, "", mode, AT_EACCESS | AT_EMPTY_PATH) ==
			      0;
		last = mode;
		granted |= yes ? right : 0;
	}
	return granted;
}

static int access_of(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		     uint32_t asked, uint32_t *granted, struct nfs_attr *attr)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *e;
	struct stat st;
	int r;

	*granted = 0;
	r = nfs_dir_get_told(t, f, &e, &st, attr);
	if (r)
		return nfs_dir_status(r);
	r = nfs_dir_become(t, who);
	if (r == 0)
		*granted = granted_of(e->fd, asked, S_ISDIR(st.st_mode));
	nfs_fds_leave(t->d->fds, e);
	return nfs_dir_status(r);
}

static int space(void *ctx, const struct nfs_file *f, struct nfs_space *out, struct nfs_attr *attr)
{
	struct nfs_dir_thread *t = ctx;
	struct nfs_fd *e;
	struct statvfs fs;
	struct stat st;
	int r;

	r = nfs_dir_get_told(t, f, &e, &st, attr);
	if (r)
		return nfs_dir_status(r);
	if (fstatvfs(e->fd, &fs))
		r = -errno;
	else
		*out = (struct nfs_space) { .bytes = (uint64_t)fs.f_blocks * fs.f_frsize,
					    .free = (uint64_t)fs.f_bfree * fs.f_frsize,
					    .available = (uint64_t)fs.f_bavail * fs.f_frsize,
					    .files = fs.f_files,
					    .files_free = fs.f_ffree,
					    .files_available = fs.f_favail };
	nfs_fds_leave(t->d->fds, e);
	return nfs_dir_status(r);
}

struct nfs_fs nfs_dir_fs(struct nfs_dir_thread *t)
{
	return (struct nfs_fs) {
		.ctx = t,
		.root = root,
		.getattr = getattr,
		.setattr = nfs_dir_setattr,
		.lookup = lookup,
		.access = access_of,
		.readlink = readlink_of,
		.read = nfs_dir_read,
		.write = nfs_dir_write,
		.make = nfs_dir_make,
		.remove = nfs_dir_remove,
		.rename = nfs_dir_rename,
		.link = nfs_dir_link,
		.readdir = nfs_dir_readdir,
		.space = space,
		.commit = nfs_dir_commit,
	};
}

/* ---- threads ---- */

struct nfs_dir_thread *nfs_dir_thread_new(struct nfs_dir *d, const struct nfs_dir_lent *lent)
{
	struct nfs_dir_thread *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->d = d;
	t->dents = malloc(NFS_DENTS);
	t->lent = *lent;
	if (!t->dents) {
		free(t);
		return NULL;
	}
	return t;
}

/* The thread is root again. */
void nfs_dir_thread_free(struct nfs_dir_thread *t)
{
	if (!t)
		return;
	(void)nfs_dir_become(t, &(struct nfs_caller) { 0 });
	free(t->dents);
	free(t);
}

/* ---- opening ---- */

static uint32_t files_at_most(void)
{
	struct rlimit l;

	if (getrlimit(RLIMIT_NOFILE, &l))
		return FILES_LEAST;
	if (l.rlim_cur < FILES_MOST + FILES_SPARE) {
		l.rlim_cur = l.rlim_max < FILES_MOST + FILES_SPARE ? l.rlim_max
								   : FILES_MOST + FILES_SPARE;
		(void)setrlimit(RLIMIT_NOFILE, &l);
		(void)getrlimit(RLIMIT_NOFILE, &l);
	}
	if (l.rlim_cur < FILES_LEAST + FILES_SPARE)
		return FILES_LEAST;
	l.rlim_cur -= FILES_SPARE;
	return l.rlim_cur < FILES_MOST ? (uint32_t)l.rlim_cur : FILES_MOST;
}

static int open_top(struct nfs_dir *d, const struct nfs_export *e, char *why, size_t n)
{
	struct nfs_top *x = &d->top[d->n_tops];
	struct nfs_fd *pinned;
	struct stat st;
	int r;

	x->id = e->id;
	x->fd = open(e->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = x->fd < 0 ? -errno : nfs_dir_look(x);
	if (r == 0 && fstat(x->fd, &st))
		r = -errno;
	if (x->fd >= 0)
		d->n_tops++; /* whatever comes: to be closed */
	if (r == 0) {
		int fd = fcntl(x->fd, F_DUPFD_CLOEXEC, 0);

		pinned = fd < 0 ? NULL : nfs_fds_add(d->fds, &x->file, NFS_FD_ANY, NULL, fd, &st);
		if (pinned) {
			nfs_fds_pin(pinned);
			nfs_fds_leave(d->fds, pinned);
		}
		r = fd < 0 ? -errno : pinned ? 0 : -EMFILE;
	}
	if (r)
		snprintf(why, n, "%s cannot be exported: %s", e->root,
			 r == -ENOTDIR ? "it is no folder" : strerror(-r));
	return r;
}

/* The calls that all of this rests on (Linux 5.8), and a /proc to open what is open anew by. */
static int can(char *why, size_t n)
{
	int here = open("/", O_PATH | O_CLOEXEC), r = here < 0 ? -errno : 0, fd;

	if (r == 0 && syscall(SYS_faccessat2, here, "", R_OK, AT_EACCESS | AT_EMPTY_PATH) &&
	    errno == ENOSYS)
		r = -ENOTSUP;
	fd = r ? r : nfs_dir_open_at(here, ".", O_PATH);
	if (fd == -ENOSYS)
		r = -ENOTSUP;
	if (r)
		snprintf(why, n, "nothing can be exported: this kernel is older than Linux 5.8");
	else if (access(nfs_dir_path(here).s, F_OK))
		snprintf(why, n, "nothing can be exported: /proc is not mounted"), r = -ENOENT;
	if (fd >= 0)
		close(fd);
	if (here >= 0)
		close(here);
	return r;
}

static void start_opener(struct nfs_dir *d)
{
	int top[EXPORTS_MAX];
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->n_tops; i++)
		if (d->top[i].handles)
			top[n++] = d->top[i].fd;
	if (n && d->becomes)
		d->opener = nfs_opener_start(top, n);
}

int nfs_dir_open(const struct nfs_exports *e, const char *state, struct nfs_dir **out, char *why,
		 size_t n)
{
	struct nfs_dir *d = calloc(1, sizeof(*d));
	int r = d ? can(why, n) : -ENOMEM;

	if (r == 0) {
		(void)umask(0);
		(void)pthread_mutex_init(&d->search, NULL);
		d->exports = e;
		d->becomes = nfs_dir_becomes();
		d->fds = nfs_fds_new(files_at_most(), seed_word());
		r = d->fds ? nfs_dir_remember(d, state) : -ENOMEM;
	}
	if (r == -ENOMEM)
		snprintf(why, n, "memory ran out");
	for (uint32_t i = 0; i < e->n && r == 0; i++)
		r = open_top(d, &e->export[i], why, n);
	if (r == 0)
		start_opener(d);
	if (r == 0)
		*out = d;
	else
		nfs_dir_free(d);
	return r;
}

void nfs_dir_keeps(const struct nfs_dir *d, struct sandbox *box)
{
	for (uint32_t i = 0; i < d->n_tops && box->n_folders < SANDBOX_FOLDERS; i++)
		box->folder[box->n_folders++] =
			(struct sandbox_folder) { .fd = d->top[i].fd, .all = true };
	if (d->becomes)
		box->caps |= sandbox_caps_any_user;
}

const struct nfs_key *nfs_dir_key(const struct nfs_dir *d)
{
	return &d->key;
}

const char *nfs_dir_note(const struct nfs_dir *d, unsigned i)
{
	const char *note[3];
	unsigned n = 0;
	bool all_found = true;

	for (uint32_t k = 0; k < d->n_tops; k++)
		all_found = all_found && d->top[k].handles;
	if (!d->becomes)
		note[n++] = "NFS: whatever clients do is done as the user who runs this, and is "
			    "theirs: to tell users apart takes root";
	if (!all_found)
		note[n++] = "NFS: an export is on a file system without file handles, or there is "
			    "no right to use them: files are found again by looking for them";
	if (!d->key_kept || !d->parents_kept)
		note[n++] =
			"NFS: there is no place to keep the key of file handles: clients have to "
			"mount again when this ends";
	return i < n ? note[i] : NULL;
}

void nfs_dir_tidy(struct nfs_dir *d)
{
	nfs_fds_tidy(d->fds);
}

void nfs_dir_free(struct nfs_dir *d)
{
	if (!d)
		return;
	nfs_fds_free(d->fds);
	nfs_parents_free(d->parents);
	nfs_opener_end(d->opener);
	for (uint32_t i = 0; i < d->n_tops; i++)
		close(d->top[i].fd);
	free(d);
}
