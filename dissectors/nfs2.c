/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 2 (RFC 1094). */
#include "rpc_bodies.h"

enum { HANDLE = 32, NAME_MAX_XDR = 255, ATTRIBUTES = 68 };

enum err nfs2_handle(struct reader *r, struct rpc *out)
{
	out->handle = reader_bytes(r, HANDLE);
	return r->err;
}

enum err nfs2_name(struct reader *r, struct rpc *out)
{
	out->handle = reader_bytes(r, HANDLE);
	out->name = reader_xdr_opaque(r, NAME_MAX_XDR);
	return r->err;
}

/* RENAME: from directory and name, to directory and name. */
enum err nfs2_two_names(struct reader *r, struct rpc *out)
{
	nfs2_name(r, out);
	out->handle2 = reader_bytes(r, HANDLE);
	out->name2 = reader_xdr_opaque(r, NAME_MAX_XDR);
	return r->err;
}

enum err nfs2_read(struct reader *r, struct rpc *out)
{
	out->handle = reader_bytes(r, HANDLE);
	out->offset = reader_be32(r);
	out->count = reader_be32(r);
	out->has = RPC_HAS_OFFSET | RPC_HAS_COUNT;
	return r->err;
}

/* The data behind its length is not looked at. */
enum err nfs2_write(struct reader *r, struct rpc *out)
{
	out->handle = reader_bytes(r, HANDLE);
	reader_skip(r, 4);
	out->offset = reader_be32(r);
	reader_skip(r, 4);
	out->count = reader_be32(r);
	out->has = RPC_HAS_OFFSET | RPC_HAS_COUNT;
	return r->err;
}

enum err nfs2_status(struct reader *r, struct rpc *out)
{
	out->status_kind = RPC_STATUS_NFS2;
	out->status = reader_be32(r);
	return r->err;
}

/* LOOKUP, CREATE, MKDIR: handle and attributes. */
enum err nfs2_object(struct reader *r, struct rpc *out)
{
	nfs2_status(r, out);
	if (r->err || out->status)
		return r->err;
	out->handle2 = reader_bytes(r, HANDLE);
	out->file_type = reader_be32(r);
	reader_skip(r, 16);
	out->size = reader_be32(r);
	reader_skip(r, ATTRIBUTES - 24);
	return r->err;
}
