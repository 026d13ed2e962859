/* SPDX-License-Identifier: BSD-2-Clause */
/* MOUNT versions 1 and 2 (RFC 1094 appendix A) and 3 (RFC 1813 5). */
#include "nfs_mount_walk.h"
#include "nfs_mounts.h"
#include "nfs_server.h"
#include "nfs_tell.h"

enum { NULLPROC, MNT, DUMP, UMNT, UMNTALL, EXPORT, EXPORTALL };
enum { PATH_MAX_SAID = 1024, LAST_RESERVED = 1023, AUTH_NONE = 0, AUTH_SYS = 1 };

/* PATHCONF of version 2 is not there: it tells of POSIX limits to clients without version 3. */
int mount_manner(void *ctx, uint32_t vers, uint32_t proc)
{
	(void)ctx;
	if (proc > (vers == 3 ? EXPORT : EXPORTALL))
		return -1;
	return 0;
}

/* ---- MNT ---- */

/* Status of version 3 (RFC 1813 5.1.5); of 1 the same numbers, without those that came later. */
static uint32_t status_of(uint32_t status, uint32_t vers)
{
	switch (status) {
	case NFS_OK:
	case NFS_PERM:
	case NFS_NOENT:
	case NFS_IO:
	case NFS_ACCES:
	case NFS_NOTDIR:
	case NFS_INVAL:
	case NFS_NAMETOOLONG:
		return status;
	case NFS_STALE:
		return NFS_NOENT;
	case NFS_NOTSUPP:
		return vers == 3 ? NFS_NOTSUPP : NFS_IO;
	default:
		return vers == 3 ? NFS_SERVERFAULT : NFS_IO;
	}
}

/* The export's own view of who asks. */
static uint32_t allowed(const struct nfs_export *x, const struct rpc_call *c, const char **why)
{
	const struct export_client *client = exports_client(x, c->peer.ip);

	if (!client)
		*why = "the clients of that export do not include this address";
	else if (!client->high_ports && c->peer.port > LAST_RESERVED)
		*why = "it asked from a port above 1023: let it use a lower one, or add insecure "
		       "to the clients of that export";
	else
		return NFS_OK;
	return NFS_ACCES;
}

static uint32_t mount(const struct nfs_server *s, const struct rpc_call *c, struct bytes path,
		      char own[BOOT_FOLDER_MAX], struct nfs_file *top, const char **why)
{
	const struct nfs_exports *e = s->shared->exports;
	const struct nfs_export *x;
	struct bytes rest;
	uint32_t status;

	*own = 0;
	if (path.n > PATH_MAX_SAID) {
		*why = "a path is of 1024 bytes at most";
		return NFS_NAMETOOLONG;
	}
	x = exports_path(e, path, &rest);
	if (!x) {
		*why = e->n ? "no export has that path: showmount -e lists those there are"
			    : "nothing is exported";
		return NFS_NOENT;
	}
	status = allowed(x, c, why);
	return status ? status : mount_walk(s, c, x, rest, own, top, why);
}

static void give(const struct nfs_server *s, const struct nfs_file *top, uint32_t vers,
		 struct writer *w)
{
	uint8_t handle[NFS_HANDLE_MAX];

	if (vers == 3) {
		uint32_t n = nfs_handle_seal(&s->shared->key, top, handle);

		writer_xdr_opaque(w, bytes_of(handle, n));
		writer_be32(w, 2);
		writer_be32(w, AUTH_SYS);
		writer_be32(w, AUTH_NONE);
	} else if (nfs_handle_seal_v2(&s->shared->key, top, handle)) {
		writer_bytes(w, bytes_of(handle, NFS_HANDLE_V2));
	}
}

static bool fits(const struct nfs_server *s, const struct nfs_file *top, uint32_t vers)
{
	uint8_t handle[NFS_HANDLE_V2];

	return vers == 3 || nfs_handle_seal_v2(&s->shared->key, top, handle);
}

static void mnt(const struct nfs_server *s, const struct rpc_call *c, struct bytes path,
		struct writer *w)
{
	char clean[NFS_MOUNTS_PATH], own[BOOT_FOLDER_MAX];
	struct nfs_news n = { .path = path, .version = c->vers };
	struct nfs_file top;
	uint32_t status = mount(s, c, path, own, &top, &n.why);

	n.own = bytes_str(own);
	if (!status && !fits(s, &top, c->vers)) {
		n.why = "its file system names files too long for version 2: mount with vers=3";
		status = NFS_IO;
	}
	status = status_of(status, c->vers);
	writer_be32(w, status);
	n.event = status ? NFS_REFUSED : NFS_MOUNTED;
	nfs_tell(s, c, n);
	if (status)
		return;
	give(s, &top, c->vers, w);
	s->shared->lock(s->shared->ctx, true);
	nfs_mounts_add(s->shared->mounts, c->peer.ip, mount_path_clean(path, clean));
	s->shared->lock(s->shared->ctx, false);
}

/* ---- the list ---- */

static void umnt(const struct nfs_server *s, const struct rpc_call *c, struct bytes path)
{
	char clean[NFS_MOUNTS_PATH];
	bool was;

	s->shared->lock(s->shared->ctx, true);
	was = nfs_mounts_remove(s->shared->mounts, c->peer.ip, mount_path_clean(path, clean));
	s->shared->lock(s->shared->ctx, false);
	if (was)
		nfs_tell(s, c,
			 (struct nfs_news) {
				 .event = NFS_UNMOUNTED, .path = path, .version = c->vers });
}

static void umntall(const struct nfs_server *s, const struct rpc_call *c)
{
	uint32_t n;

	s->shared->lock(s->shared->ctx, true);
	n = nfs_mounts_remove_all(s->shared->mounts, c->peer.ip);
	s->shared->lock(s->shared->ctx, false);
	if (n)
		nfs_tell(s, c, (struct nfs_news) { .event = NFS_UNMOUNTED, .version = c->vers });
}

/* Lists go as far as there is room: each row is whole, and the end is said. */
static bool row_fits(struct writer *w, uint32_t before)
{
	if (!w->err && w->cap - w->pos >= 4)
		return true;
	w->pos = before;
	w->err = ERR_OK;
	return false;
}

static struct bytes text_bytes(const struct text *t)
{
	return bytes_of(t->buf, t->pos);
}

static void dump(const struct nfs_server *s, struct writer *w)
{
	struct nfs_mount m;

	s->shared->lock(s->shared->ctx, true);
	for (uint32_t i = 0; nfs_mounts_row(s->shared->mounts, i, &m); i++) {
		char host[16];
		struct text t = text_init(host, sizeof(host));
		uint32_t before = w->pos;

		text_ip4(&t, m.ip);
		writer_be32(w, 1);
		writer_xdr_opaque(w, text_bytes(&t));
		writer_xdr_opaque(w, m.path);
		if (!row_fits(w, before))
			break;
	}
	s->shared->lock(s->shared->ctx, false);
	writer_be32(w, 0);
}

static void groups(const struct nfs_export *x, struct writer *w)
{
	uint32_t n = x->n_clients;

	/* to everybody is a list of nobody: "(everyone)" of showmount */
	for (uint32_t i = 0; i < x->n_clients; i++) {
		if (!x->client[i].mask)
			n = 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		char group[32];
		struct text t = text_init(group, sizeof(group));

		exports_group_text(&x->client[i], &t);
		writer_be32(w, 1);
		writer_xdr_opaque(w, text_bytes(&t));
	}
	writer_be32(w, 0);
}

static void export(const struct nfs_exports *e, struct writer *w)
{
	for (uint32_t i = 0; i < e->n; i++) {
		uint32_t before = w->pos;

		writer_be32(w, 1);
		writer_xdr_opaque(w, bytes_str(e->export[i].path));
		groups(&e->export[i], w);
		if (!row_fits(w, before))
			break;
	}
	writer_be32(w, 0);
}

enum rpc_accept mount_serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out)
{
	const struct nfs_server *s = ctx;
	struct reader r = reader_init(c->args.p, c->args.n, c->args.n);
	struct bytes path = bytes_of(NULL, 0);

	if (c->proc == MNT || c->proc == UMNT)
		path = reader_xdr_opaque(&r, c->args.n);
	if (r.err)
		return RPC_GARBAGE_ARGS;
	switch (c->proc) {
	case MNT:
		mnt(s, c, path, &out->w);
		break;
	case DUMP:
		dump(s, &out->w);
		break;
	case UMNT:
		umnt(s, c, path);
		break;
	case UMNTALL:
		umntall(s, c);
		break;
	default:
		export(s->shared->exports, &out->w);
		break;
	}
	return RPC_SUCCESS;
}
