/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_server.h"

/* Linux asks for version 4 first, unless it was told: then the mount takes longer, or fails. */
static void other_version(void *ctx, const struct rpc_call *c)
{
	const struct nfs_server *s = ctx;
	const struct nfs_news news = { .event = NFS_NEWER_WANTED,
				       .ip = c->peer.ip,
				       .machine = c->machine,
				       .version = c->vers };

	if (c->vers > 3)
		s->shared->news(s->shared->ctx, &news);
}

void nfs_services(struct nfs_server *s, struct rpc_service out[NFS_SERVICES])
{
	const struct rpc_service all[NFS_SERVICES] = {
		{ RPC_NFS, 2, 3, s, nfs_manner, nfs_serve, other_version },
		{ RPC_MOUNT, 1, 3, s, mount_manner, mount_serve, NULL },
		{ RPC_PORTMAP, 2, 4, s, portmap_manner, portmap_serve, NULL },
	};

	for (int i = 0; i < NFS_SERVICES; i++)
		out[i] = all[i];
}
