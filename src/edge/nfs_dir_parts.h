/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_DIR_PARTS_H
#define NFS_DIR_PARTS_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "nfs_dir.h"
#include "nfs_fds.h"
#include "nfs_opener.h"
#include "nfs_parents.h"

/*
 * What the files of nfs_dir share. Within them failure is a negative errno; nfs_dir_status makes an
 * enum nfs_status of it at the outer end.
 */

enum {
	NFS_DENTS = 64 << 10, /* of a folder, read at a time */
	NFS_FOLDERS_DEEP = 1024,
};

/* One of the exports. */
struct nfs_top {
	uint16_t id;
	int fd; /* of the folder itself */
	int mount;
	dev_t dev;
	ino_t ino;
	/* The file system finds files by handles of this type and length; else they are known by
	 * their number and, where it can be trusted, by when they were made. */
	bool handles, has_btime;
	int type;
	uint32_t n;
	/* Positions in a folder are the same whatever happens to its other names. */
	bool steady;
	struct nfs_file file;
};

struct nfs_dir {
	const struct nfs_exports *exports;
	struct nfs_top top[EXPORTS_MAX];
	uint32_t n_tops;
	bool becomes; /* other users: root's rights are there */
	struct nfs_fds *fds;
	struct nfs_parents *parents;
	struct nfs_opener *opener; /* NULL: none, or not needed */
	struct nfs_key key;
	bool key_kept, parents_kept;
	pthread_mutex_t search; /* of whole exports: one at a time, a tenth of the time */
	uint64_t search_not_before;
};

struct nfs_dir_thread {
	struct nfs_dir *d;
	bool known; /* now is whom the kernel takes this thread for */
	struct nfs_caller now;
	struct nfs_dir_lent lent;
	uint8_t *dents; /* NFS_DENTS of them */
	int finding;    /* folders to look in for the file that is wanted, one in the other */
};

int nfs_dir_status(int r);

/* Now comes what takes a while. */
static inline void nfs_dir_waits(const struct nfs_dir_thread *t, bool for_long)
{
	if (t->lent.waits)
		t->lent.waits(t->lent.ctx, for_long);
}

/* ---- nfs_dir_state.c ---- */

/* Key and parents as they were, or new ones. state: the folder they are in; NULL: none. */
int nfs_dir_remember(struct nfs_dir *d, const char *state);

/* ---- nfs_dir_who.c ---- */

/* What is done next is done as who. */
int nfs_dir_become(struct nfs_dir_thread *t, const struct nfs_caller *who);
/* As root, whose groups may be another's. */
int nfs_dir_become_root(struct nfs_dir_thread *t);
/* Is that possible at all? */
bool nfs_dir_becomes(void);

/* ---- nfs_dir_id.c ---- */

/* What is known of an export whose descriptor is open: its file system, what its files are called.
 */
int nfs_dir_look(struct nfs_top *x);
const struct nfs_top *nfs_dir_top(const struct nfs_dir *d, uint16_t export);
/* What a file is called; name "": fd itself. -EXDEV: another mount's. */
int nfs_dir_id(const struct nfs_top *x, int fd, const char *name, struct nfs_file *out);
/* A descriptor of it, borrowed until nfs_fds_leave, and its attributes. */
int nfs_dir_get(struct nfs_dir_thread *t, const struct nfs_file *f, struct nfs_fd **out,
		struct stat *st);
/* The same of what a folder has under a name, as who the thread is. */
int nfs_dir_get_at(struct nfs_dir_thread *t, const struct nfs_fd *dir, const char *name,
		   struct nfs_fd **out, struct stat *st);
/* The folder above a folder, which itself is inside of the export. */
int nfs_dir_get_up(struct nfs_dir_thread *t, const struct nfs_fd *dir, struct nfs_fd **out,
		   struct stat *st);
/* One component, no link, no other mount: a descriptor of it that only names it. */
int nfs_dir_open_at(int fd, const char *name, int flags);
/* The path that a descriptor can be opened anew by. */
struct nfs_fd_path {
	char s[32];
};
struct nfs_fd_path nfs_dir_path(int fd);
/* The same file, with other rights. */
int nfs_dir_open_anew(int fd, int flags);

/* ---- nfs_dir_list.c ---- */

/* What getdents64(2) gave, entry by entry. */
struct nfs_dents {
	const uint8_t *p;
	uint32_t n;
};
struct nfs_dent {
	uint64_t number, behind; /* behind: the position of the next */
	uint8_t type;            /* DT_ */
	uint32_t n;
	const char *name; /* borrowed */
};
bool nfs_dents_next(struct nfs_dents *d, struct nfs_dent *out);

/* ---- nfs_dir_find.c ---- */

/* A descriptor of a file whose handle leads to nothing that may be opened, or that has none: by the
 * folder that it was seen in, or by looking through all of the export. n: its number. */
int nfs_dir_find(struct nfs_dir_thread *t, const struct nfs_file *f, uint64_t n);
/* The same file by a name, when it is known without one and that was why something was refused: r,
 * which it gives if it was not. */
int nfs_dir_connect(struct nfs_dir_thread *t, const struct nfs_fd *e, const struct stat *st, int r);

/* ---- nfs_dir_io.c ---- */

/* A descriptor that reads or writes for who, and the file's attributes. */
int nfs_dir_get_io(struct nfs_dir_thread *t, const struct nfs_caller *who, const struct nfs_file *f,
		   bool writes, struct nfs_fd **out, struct stat *st);

/* ---- nfs_dir_attr.c ---- */

void nfs_dir_attr(const struct stat *st, struct nfs_attr *out);
/* nfs_dir_get with what the client is told of the file; NFS_NONE when it fails. */
int nfs_dir_get_told(struct nfs_dir_thread *t, const struct nfs_file *f, struct nfs_fd **out,
		     struct stat *st, struct nfs_attr *attr);
void nfs_dir_before(const struct stat *st, struct nfs_wcc *out);
/* After; of a descriptor. */
void nfs_dir_after(int fd, struct nfs_wcc *out);
/* What is kept of it is on the disk. */
int nfs_dir_sync(struct nfs_dir_thread *t, const struct nfs_fd *e);
/* f's attributes as set says, as who the thread is; what it had is in st. */
int nfs_dir_set(struct nfs_dir_thread *t, const struct nfs_caller *who, struct nfs_fd *e,
		const struct stat *st, const struct nfs_set *set);

/* ---- rows of struct nfs_fs ---- */

int nfs_dir_setattr(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		    const struct nfs_set *set, const struct nfs_time *guard, struct nfs_wcc *wcc);
int nfs_dir_read(void *ctx, const struct nfs_caller *who, const struct nfs_file *f, uint64_t offset,
		 uint8_t *to, uint32_t *n, bool *eof, struct nfs_attr *attr);
int nfs_dir_write(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		  uint64_t offset, struct bytes data, uint32_t *n, uint32_t *stable,
		  struct nfs_wcc *wcc);
int nfs_dir_commit(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		   uint64_t offset, uint32_t count, struct nfs_wcc *wcc);
int nfs_dir_make(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		 struct bytes name, const struct nfs_make *how, struct nfs_file *out,
		 struct nfs_attr *attr, struct nfs_wcc *wcc);
int nfs_dir_remove(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		   struct bytes name, bool directory, struct nfs_wcc *wcc);
int nfs_dir_rename(void *ctx, const struct nfs_caller *who, const struct nfs_file *from,
		   struct bytes name, const struct nfs_file *to, struct bytes new_name,
		   struct nfs_wcc *from_wcc, struct nfs_wcc *to_wcc);
int nfs_dir_link(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		 const struct nfs_file *dir, struct bytes name, struct nfs_attr *attr,
		 struct nfs_wcc *wcc);
int nfs_dir_readdir(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		    const struct nfs_list *list, bool *eof, struct nfs_attr *attr);

/* A name as the system wants it. False: it is none of a file. */
struct nfs_name {
	char s[NFS_NAME_MAX + 1];
};
int nfs_dir_name(struct bytes v, struct nfs_name *out);

#endif
