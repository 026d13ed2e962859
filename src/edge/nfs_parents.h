/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_PARENTS_H
#define NFS_PARENTS_H

#include <stddef.h>

#include "nfs_fs.h"

/*
 * Which folder a file was seen in: for those that are known by what the file system calls them,
 * and have to be opened by a name. Bounded, a file of fixed size that outlives this process; what
 * it says may be old, and is to be tried.
 */
struct nfs_parents;

enum { NFS_PARENT_ID_MAX = 23 }; /* longer ones are not kept */

/* folder: where the file is kept; -1 or not possible: in memory, and *kept is false. NULL: no
 * memory, or no descriptors. */
struct nfs_parents *nfs_parents_open(int folder, const char *name, bool *kept);
void nfs_parents_note(struct nfs_parents *p, const struct nfs_file *f,
		      const struct nfs_file *parent);
bool nfs_parents_find(struct nfs_parents *p, const struct nfs_file *f, struct nfs_file *out);
void nfs_parents_free(struct nfs_parents *p);

#endif
