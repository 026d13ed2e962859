/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_MOUNT_WALK_H
#define NFS_MOUNT_WALK_H

#include "nfs_mounts.h"
#include "nfs_server.h"

/* The path of a mount: what it is called, and which folder it leads to. */

/* In out, with one slash between components and none at the end; empty: it is too long. */
struct bytes mount_path_clean(struct bytes path, char out[NFS_MOUNTS_PATH]);

/*
 * The folder of x that c gets for path: below a folder of the client's own if x has them and there
 * is one, whose name goes into own, else below x itself. Symbolic links are followed as long as
 * they stay in the export. As root, like every mount daemon: what the client may do there is asked
 * when it does it. Returns an enum nfs_status; *why is a static sentence then.
 */
uint32_t mount_walk(const struct nfs_server *s, const struct rpc_call *c,
		    const struct nfs_export *x, struct bytes path, char own[BOOT_FOLDER_MAX],
		    struct nfs_file *top, const char **why);

#endif
