/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_request.h"

#include <string.h>

enum { PORTS_OF_ROOT = 1024, NFS2_IO_MAX = 8192, NFS2_PATH_MAX = 1024 };

int nfs_enter(struct nfs_request *q, struct bytes handle, struct nfs_file *f)
{
	const struct nfs_shared *shared = q->server->shared;
	const struct rpc_peer *peer = &q->call->peer;
	const struct nfs_export *export;
	struct nfs_file found;

	if (!nfs_handle_open(&shared->key, handle, &found))
		return NFS_BADHANDLE;
	export = exports_find(shared->exports, found.export);
	if (!export)
		return NFS_STALE; /* it was one of ours, when that was still exported */
	q->client = exports_client(export, peer->ip);
	if (!q->client)
		return NFS_ACCES;
	if (!q->client->high_ports && peer->port >= PORTS_OF_ROOT)
		return NFS_PERM;
	*f = found;
	q->who = q->call->who;
	exports_squash(q->client, &q->who);
	return NFS_OK;
}

int nfs_enter_change(struct nfs_request *q)
{
	int status = nfs_enter(q, q->handle, &q->file);

	return status ? status : q->client->writes ? NFS_OK : NFS_ROFS;
}

int nfs_name(struct bytes name)
{
	if (!name.n)
		return NFS_ACCES;
	if (name.n > NFS_NAME_MAX)
		return NFS_NAMETOOLONG;
	return memchr(name.p, '/', name.n) || memchr(name.p, 0, name.n) ? NFS_ACCES : NFS_OK;
}

bool nfs_name_dots(struct bytes name)
{
	return (name.n == 1 || name.n == 2) && name.p[0] == '.' && name.p[name.n - 1] == '.';
}

int nfs_set_check(const struct nfs_set *set)
{
	static const uint32_t second = 1000000000;

	if ((set->what & NFS_SET_ATIME && set->atime.ns >= second) ||
	    (set->what & NFS_SET_MTIME && set->mtime.ns >= second))
		return NFS_INVAL;
	return set->what & NFS_SET_SIZE && set->size > INT64_MAX ? NFS_FBIG : NFS_OK;
}

uint32_t nfs_io_max(const struct nfs_request *q)
{
	if (q->vers == 2)
		return NFS2_IO_MAX; /* RFC 1094 2.3: MAXDATA */
	return q->call->peer.tcp ? NFS_IO_MAX : NFS_IO_UDP_MAX;
}

uint32_t nfs_path_max(const struct nfs_request *q)
{
	/* RFC 1094 2.3: MAXPATHLEN; of Linux, whose files they are, with the NUL */
	return q->vers == 2 ? NFS2_PATH_MAX : NFS_PATH_MAX - 1;
}
