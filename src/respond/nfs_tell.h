/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_TELL_H
#define NFS_TELL_H

#include "nfs_server.h"

/* What the parts of the NFS server have to say, and what it says of calls it does not serve. */

/* Who asked is filled in. */
void nfs_tell(const struct nfs_server *s, const struct rpc_call *c, struct nfs_news n);

/* A program or version that was asked for here or of the port mapper, and is not served: locks and
 * newer versions are worth a line. */
void nfs_wanted(const struct nfs_server *s, const struct rpc_call *c, uint32_t prog, uint32_t vers);

/* The same as the not_served of a row of nfs_services. */
void nfs_not_served(void *ctx, const struct rpc_call *c);

#endif
