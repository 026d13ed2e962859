/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_MEMORY_H
#define NFS_MEMORY_H

#include "nfs_fs.h"

/*
 * A file system in memory behind struct nfs_fs: whole, with the permissions of owner, group and
 * others, sparse files, cookies that hold whatever is made and removed, and a clock that counts
 * changes. A test may make it fail, be shy of attributes or run out of room.
 */
struct nfs_memory;

enum { NFS_MEMORY_EXPORTS = 4 };

struct nfs_memory_wants {
	int fail;      /* status of every call; 0: none */
	bool shy;      /* no attributes, but those of getattr */
	bool silent;   /* none at all: getattr fails with it */
	uint32_t left; /* nodes that may still be made; then NFS_NOSPC */
};

/* Each export is an empty folder of root's with mode 0755. Exits if there is no memory. */
struct nfs_memory *nfs_memory_new(void);
void nfs_memory_free(struct nfs_memory *m);
struct nfs_fs nfs_memory_fs(struct nfs_memory *m);
struct nfs_memory_wants *nfs_memory_wants(struct nfs_memory *m);
/* What the last read put aside; borrowed until the next. */
struct bytes nfs_memory_aside(const struct nfs_memory *m);
/* How often anything was asked of it. */
uint32_t nfs_memory_calls(const struct nfs_memory *m);

#endif
