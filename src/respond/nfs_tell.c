/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_tell.h"

#include "rpc.h"

void nfs_tell(const struct nfs_server *s, const struct rpc_call *c, struct nfs_news n)
{
	n.ip = c->peer.ip;
	n.machine = c->machine;
	if (s->shared->news)
		s->shared->news(s->shared->ctx, &n);
}

void nfs_wanted(const struct nfs_server *s, const struct rpc_call *c, uint32_t prog, uint32_t vers)
{
	if (prog == RPC_NLM || prog == RPC_NSM)
		nfs_tell(s, c, (struct nfs_news) { .event = NFS_LOCKS_WANTED, .version = vers });
	else if (prog == RPC_NFS && vers > 3)
		nfs_tell(s, c, (struct nfs_news) { .event = NFS_NEWER_WANTED, .version = vers });
}

void nfs_not_served(void *ctx, const struct rpc_call *c)
{
	nfs_wanted(ctx, c, c->prog, c->vers);
}
