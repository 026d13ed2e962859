/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_server.h"
#include "nfs_tell.h"

void nfs_services(struct nfs_server *s, struct rpc_service out[NFS_SERVICES])
{
	/* clang-format off */
	const struct rpc_service all[NFS_SERVICES] = {
		{ RPC_NFS,     2, 3, s, nfs_manner,     nfs_serve,     nfs_not_served },
		{ RPC_MOUNT,   1, 3, s, mount_manner,   mount_serve,   nfs_not_served },
		{ RPC_PORTMAP, 2, 4, s, portmap_manner, portmap_serve, NULL },
		{ RPC_NLM,     1, 4, s, locks_manner,   locks_serve,   nfs_not_served },
	};
	/* clang-format on */

	for (int i = 0; i < NFS_SERVICES; i++)
		out[i] = all[i];
}
