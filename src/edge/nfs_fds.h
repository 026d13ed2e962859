/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_FDS_H
#define NFS_FDS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "nfs_fs.h"

/*
 * Descriptors of the files that were in use lately, for all threads. Bounded: the one that was not
 * used for longest goes. NFS has no open: READ and WRITE name a file and a caller, so a descriptor
 * that reads or writes belongs to the caller whose rights it was opened with.
 */

enum nfs_fd_kind {
	NFS_FD_ANY,   /* of its attributes, its names if it is a folder: any of the others does */
	NFS_FD_READ,  /* opened to be read */
	NFS_FD_WRITE, /* to be read and written */
	NFS_FD_LIST,  /* a folder to be listed: has a position, so one at a time has it */
};

struct nfs_fd {
	struct nfs_file file;
	uint8_t kind;
	int fd;
	struct nfs_caller who;   /* unless NFS_FD_ANY */
	uint32_t mode, uid, gid; /* of the file when it was opened */

	/* nfs_fds.c's own */
	bool known, pinned;
	uint32_t refs, tick, bucket;
	struct nfs_fd *newer, *older, *next;
};

struct nfs_fds;

/* NULL: no memory. */
struct nfs_fds *nfs_fds_new(uint32_t most, uint64_t seed);
/* NULL: not there. Borrowed until it is left. who: of all but NFS_FD_ANY. */
struct nfs_fd *nfs_fds_find(struct nfs_fds *c, const struct nfs_file *f, enum nfs_fd_kind kind,
			    const struct nfs_caller *who);
/* fd is given. As found; NULL: each one is in use, and fd was closed. */
struct nfs_fd *nfs_fds_add(struct nfs_fds *c, const struct nfs_file *f, enum nfs_fd_kind kind,
			   const struct nfs_caller *who, int fd, const struct stat *st);
void nfs_fds_leave(struct nfs_fds *c, struct nfs_fd *e);
/* Leaves it, and it is not found any more. */
void nfs_fds_drop(struct nfs_fds *c, struct nfs_fd *e);
/* All of a file: closed as soon as nobody uses them. */
void nfs_fds_forget(struct nfs_fds *c, const struct nfs_file *f);
/* It stays, whatever comes. */
void nfs_fds_pin(struct nfs_fd *e);
/* What was not used since the call before the last is closed. */
void nfs_fds_tidy(struct nfs_fds *c);
void nfs_fds_free(struct nfs_fds *c);

bool nfs_file_same(const struct nfs_file *a, const struct nfs_file *b);
bool nfs_caller_same(const struct nfs_caller *a, const struct nfs_caller *b);

#endif
