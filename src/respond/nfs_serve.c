/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS versions 2 and 3: from a call to its row, and through its three steps. */
#include "nfs_server.h"

#include <string.h>

#include "nfs_xdr.h"

struct row {
	uint8_t manner;     /* enum rpc_manner */
	const char *args;   /* letters of nfs_xdr.h */
	nfs_procedure *run; /* NULL: nothing is done, and the results are void */
	const char *ok, *failed;
};

/* clang-format off */
/* RFC 1813 3.3. What changes something is answered from what was kept when it comes again: done
 * twice REMOVE fails, and a WRITE that was held up would undo one that came after it (4.8). */
static const struct row rows3[] = {
	[0]  = { 0,         "",      NULL,            "",     ""   }, /* NULL */
	[1]  = { 0,         "h",     nfs_getattr,     "A",    ""   }, /* GETATTR */
	[2]  = { RPC_ONCE,  "hsg",   nfs_setattr,     "w",    "w"  }, /* SETATTR */
	[3]  = { 0,         "hn",    nfs_lookup,      "fba",  "a"  }, /* LOOKUP */
	[4]  = { 0,         "ha",    nfs_access,      "ax",   "a"  }, /* ACCESS */
	[5]  = { 0,         "h",     nfs_readlink,    "ap",   "a"  }, /* READLINK */
	[6]  = { 0,         "hoc",   nfs_read,        "aceD", "a"  }, /* READ */
	[7]  = { RPC_ONCE,  "hoctd", nfs_write,       "wctv", "w"  }, /* WRITE */
	[8]  = { RPC_ONCE,  "hnm",   nfs_create,      "Fbw",  "w"  }, /* CREATE */
	[9]  = { RPC_ONCE,  "hns",   nfs_mkdir,       "Fbw",  "w"  }, /* MKDIR */
	[10] = { RPC_ONCE,  "hnsp",  nfs_symlink,     "Fbw",  "w"  }, /* SYMLINK */
	[11] = { RPC_ONCE,  "hnM",   nfs_mknod,       "Fbw",  "w"  }, /* MKNOD */
	[12] = { RPC_ONCE,  "hn",    nfs_remove,      "w",    "w"  }, /* REMOVE */
	[13] = { RPC_ONCE,  "hn",    nfs_rmdir,       "w",    "w"  }, /* RMDIR */
	[14] = { RPC_ONCE,  "hnHN",  nfs_rename,      "wW",   "wW" }, /* RENAME */
	[15] = { RPC_ONCE,  "hHN",   nfs_link,        "aW",   "aW" }, /* LINK */
	[16] = { 0,         "hkc",   nfs_readdir,     "aE",   "a"  }, /* READDIR */
	[17] = { 0,         "hkCc",  nfs_readdirplus, "aE",   "a"  }, /* READDIRPLUS */
	[18] = { 0,         "h",     nfs_fsstat,      "aS",   "a"  }, /* FSSTAT */
	[19] = { 0,         "h",     nfs_getattr,     "aI",   "a"  }, /* FSINFO */
	[20] = { 0,         "h",     nfs_getattr,     "aP",   "a"  }, /* PATHCONF */
	[21] = { 0,         "hoc",   nfs_commit,      "wv",   "w"  }, /* COMMIT */
};

/* RFC 1094 2.2 */
static const struct row rows2[] = {
	[0]  = { 0,         "",      NULL,            "",     ""   }, /* NULL */
	[1]  = { 0,         "h",     nfs_getattr,     "a",    ""   }, /* GETATTR */
	[2]  = { RPC_ONCE,  "hs",    nfs_setattr,     "w",    ""   }, /* SETATTR */
	[3]  = { 0,         "",      NULL,            "",     ""   }, /* ROOT */
	[4]  = { 0,         "hn",    nfs_lookup,      "fb",   ""   }, /* LOOKUP */
	[5]  = { 0,         "h",     nfs_readlink,    "p",    ""   }, /* READLINK */
	[6]  = { 0,         "hocu",  nfs_read,        "aD",   ""   }, /* READ */
	[7]  = { 0,         "",      NULL,            "",     ""   }, /* WRITECACHE */
	[8]  = { RPC_ONCE,  "huoud", nfs_write,       "w",    ""   }, /* WRITE */
	[9]  = { RPC_ONCE,  "hnm",   nfs_create,      "fb",   ""   }, /* CREATE */
	[10] = { RPC_ONCE,  "hn",    nfs_remove,      "",     ""   }, /* REMOVE */
	[11] = { RPC_ONCE,  "hnHN",  nfs_rename,      "",     ""   }, /* RENAME */
	[12] = { RPC_ONCE,  "hHN",   nfs_link,        "",     ""   }, /* LINK */
	[13] = { RPC_ONCE,  "hnps",  nfs_symlink,     "",     ""   }, /* SYMLINK */
	[14] = { RPC_ONCE,  "hns",   nfs_mkdir,       "fb",   ""   }, /* MKDIR */
	[15] = { RPC_ONCE,  "hn",    nfs_rmdir,       "",     ""   }, /* RMDIR */
	[16] = { 0,         "hkc",   nfs_readdir,     "E",    ""   }, /* READDIR */
	[17] = { 0,         "h",     nfs_fsstat,      "S",    ""   }, /* STATFS */
};
/* clang-format on */

enum {
	PROCS3 = sizeof(rows3) / sizeof(rows3[0]),
	PROCS2 = sizeof(rows2) / sizeof(rows2[0]),
};

static const struct row *row_of(uint32_t vers, uint32_t proc)
{
	if (vers == 2)
		return proc < PROCS2 ? &rows2[proc] : NULL;
	return vers == 3 && proc < PROCS3 ? &rows3[proc] : NULL;
}

int nfs_manner(void *ctx, uint32_t vers, uint32_t proc)
{
	const struct row *row = row_of(vers, proc);

	(void)ctx;
	return row ? row->manner : -1;
}

void nfs_body(const struct nfs_request *q, struct writer *w)
{
	uint8_t *p = writer_room(w, q->body.n);

	if (p && q->body.n && p != q->body.p)
		memmove(p, q->body.p, q->body.n);
}

void nfs_data(struct nfs_request *q, struct writer *w)
{
	writer_be32(w, q->body.n);
	if (!q->body.p) {
		q->out->behind = q->body.n;
		return;
	}
	nfs_body(q, w);
	writer_zero(w, (4 - (q->body.n & 3)) & 3);
}

/* All that is not read from the call, and that a procedure may leave as it is. */
static void begin(struct nfs_request *q, struct nfs_server *s, const struct rpc_call *c,
		  struct rpc_answer *out)
{
	q->server = s;
	q->call = c;
	q->out = out;
	q->vers = c->vers;
	q->guard = NULL;
	q->stable = NFS_FILE_SYNC;
	memset(&q->make, 0, sizeof(q->make));
	q->file.n = q->to.n = q->found.n = 0;
	q->file.export = q->to.export = 0;
	q->attr.type = q->found_attr.type = NFS_NONE;
	q->wcc.before = q->to_wcc.before = false;
	q->wcc.after.type = q->to_wcc.after.type = NFS_NONE;
	q->granted = 0;
	q->eof = false;
	q->body = bytes_of("", 0);
}

/* RFC 1813 3.1: attributes are wanted with a failure, too. False: they are not to be had. */
static bool know(const struct nfs_request *q, const struct nfs_file *f, struct nfs_attr *a)
{
	const struct nfs_fs *fs = nfs_fs_of(q);

	if (f->n && !a->type && fs->getattr(fs->ctx, f, a))
		a->type = NFS_NONE;
	return a->type != NFS_NONE;
}

static bool know_all(struct nfs_request *q, const char *letters)
{
	bool all = true;

	for (; *letters; letters++)
		if (*letters == 'a')
			all &= know(q, &q->file, &q->attr);
		else if (*letters == 'b')
			all &= know(q, &q->found, &q->found_attr);
		else if (*letters == 'w')
			all &= know(q, &q->file, &q->wcc.after);
		else if (*letters == 'W')
			all &= know(q, &q->to, &q->to_wcc.after);
	return all;
}

/* What version 3 may leave out version 2 has to say, and its handles are shorter. */
static void serve2(struct nfs_request *q, const struct row *row)
{
	int status = row->run(q);

	if (!status && (!know_all(q, row->ok) || q->found.n > NFS_ID_V2_MAX))
		status = NFS_IO;
	writer_be32(&q->out->w, nfs2_status(status));
	nfs2_write_results(status ? row->failed : row->ok, q, &q->out->w);
}

static void serve3(struct nfs_request *q, const struct row *row)
{
	int status = row->run(q);

	if (status && status != NFS_STALE)
		(void)know_all(q, row->failed);
	writer_be32(&q->out->w, (uint32_t)status);
	nfs3_write_results(status ? row->failed : row->ok, q, &q->out->w);
}

enum rpc_accept nfs_serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out)
{
	const struct row *row = row_of(c->vers, c->proc);
	struct reader r = reader_init(c->args.p, c->args.n, c->args.n);
	struct nfs_request q;

	if (!row)
		return RPC_PROC_UNAVAIL;
	if (!row->run)
		return RPC_SUCCESS;
	begin(&q, ctx, c, out);
	if (c->vers == 2 ? nfs2_read_args(row->args, &r, &q) : nfs3_read_args(row->args, &r, &q))
		return RPC_GARBAGE_ARGS;
	if (c->vers == 2)
		serve2(&q, row);
	else
		serve3(&q, row);
	return out->w.err ? RPC_SYSTEM_ERR : RPC_SUCCESS;
}
