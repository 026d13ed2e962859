/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_tell.h"

#include "rpc.h"

void nfs_tell(const struct nfs_server *s, const struct rpc_call *c, enum nfs_event event,
	      struct bytes path, const char *why, uint32_t version)
{
	struct nfs_news n = { event, c->peer.ip, path, c->machine, why, version };

	if (s->shared->news)
		s->shared->news(s->shared->ctx, &n);
}

void nfs_wanted(const struct nfs_server *s, const struct rpc_call *c, uint32_t prog, uint32_t vers)
{
	if (prog == RPC_NLM || prog == RPC_NSM)
		nfs_tell(s, c, NFS_LOCKS_WANTED, bytes_of(NULL, 0),
			 "locks are not served: mount with nolock", vers);
	else if (prog == RPC_NFS && vers > 3)
		nfs_tell(s, c, NFS_NEWER_WANTED, bytes_of(NULL, 0),
			 "versions 2 and 3 are served: mount with vers=3", vers);
}

void nfs_not_served(void *ctx, const struct rpc_call *c)
{
	nfs_wanted(ctx, c, c->prog, c->vers);
}
