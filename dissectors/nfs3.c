/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 3 (RFC 1813): what the boot cares for of arguments and results. File data is never
 * looked at. */
#include "rpc_bodies.h"

enum { HANDLE_MAX = 64, NAME_MAX_XDR = 4096, ATTRIBUTES = 84 };

static struct bytes handle(struct reader *r)
{
	return reader_xdr_opaque(r, HANDLE_MAX);
}

/* fattr3: type, mode, links, uid, gid, size, used, device, fsid, fileid, three times. */
static void attributes(struct reader *r, struct rpc *out)
{
	out->file_type = reader_be32(r);
	reader_skip(r, 16);
	out->size = reader_be64(r);
	reader_skip(r, 56);
}

static void post_attributes(struct reader *r, struct rpc *out)
{
	if (reader_be32(r) == 1)
		attributes(r, out);
}

enum err nfs3_handle(struct reader *r, struct rpc *out)
{
	out->handle = handle(r);
	return r->err;
}

enum err nfs3_name(struct reader *r, struct rpc *out)
{
	out->handle = handle(r);
	out->name = reader_xdr_opaque(r, NAME_MAX_XDR);
	return r->err;
}

enum err nfs3_rename(struct reader *r, struct rpc *out)
{
	nfs3_name(r, out);
	out->handle2 = handle(r);
	out->name2 = reader_xdr_opaque(r, NAME_MAX_XDR);
	return r->err;
}

enum err nfs3_link(struct reader *r, struct rpc *out)
{
	out->handle = handle(r);
	out->handle2 = handle(r);
	out->name2 = reader_xdr_opaque(r, NAME_MAX_XDR);
	return r->err;
}

/* READ, WRITE and COMMIT begin alike: handle, offset, count. */
enum err nfs3_read(struct reader *r, struct rpc *out)
{
	out->handle = handle(r);
	out->offset = reader_be64(r);
	out->count = reader_be32(r);
	out->has = RPC_HAS_OFFSET | RPC_HAS_COUNT;
	return r->err;
}

/* READDIR: handle, cookie, its verifier, bytes wanted. */
enum err nfs3_readdir(struct reader *r, struct rpc *out)
{
	out->handle = handle(r);
	reader_skip(r, 16);
	out->count = reader_be32(r);
	out->has = RPC_HAS_COUNT;
	return r->err;
}

/* READDIRPLUS: bytes of names before bytes in all. */
enum err nfs3_readdirplus(struct reader *r, struct rpc *out)
{
	out->handle = handle(r);
	reader_skip(r, 20);
	out->count = reader_be32(r);
	out->has = RPC_HAS_COUNT;
	return r->err;
}

enum err nfs3_status(struct reader *r, struct rpc *out)
{
	out->status_kind = RPC_STATUS_NFS3;
	out->status = reader_be32(r);
	return r->err;
}

enum err nfs3_getattr_reply(struct reader *r, struct rpc *out)
{
	nfs3_status(r, out);
	if (!r->err && !out->status)
		attributes(r, out);
	return r->err;
}

enum err nfs3_lookup_reply(struct reader *r, struct rpc *out)
{
	nfs3_status(r, out);
	if (r->err || out->status)
		return r->err;
	out->handle2 = handle(r);
	post_attributes(r, out);
	return r->err;
}

/* CREATE, MKDIR, SYMLINK, MKNOD: the handle is optional. */
enum err nfs3_create_reply(struct reader *r, struct rpc *out)
{
	nfs3_status(r, out);
	if (r->err || out->status)
		return r->err;
	if (reader_be32(r) == 1)
		out->handle2 = handle(r);
	post_attributes(r, out);
	return r->err;
}

enum err nfs3_read_reply(struct reader *r, struct rpc *out)
{
	nfs3_status(r, out);
	if (r->err || out->status)
		return r->err;
	post_attributes(r, out);
	out->count = reader_be32(r);
	out->eof = reader_be32(r) != 0;
	out->has = RPC_HAS_COUNT | RPC_HAS_EOF;
	return r->err;
}

enum err nfs3_write_reply(struct reader *r, struct rpc *out)
{
	nfs3_status(r, out);
	if (r->err || out->status)
		return r->err;
	/* wcc_data: attributes before (24 bytes) and after, both optional */
	if (reader_be32(r) == 1)
		reader_skip(r, 24);
	post_attributes(r, out);
	out->count = reader_be32(r);
	out->has = RPC_HAS_COUNT;
	return r->err;
}

enum err nfs3_readlink_reply(struct reader *r, struct rpc *out)
{
	nfs3_status(r, out);
	if (r->err || out->status)
		return r->err;
	post_attributes(r, out);
	out->path = reader_xdr_opaque(r, NAME_MAX_XDR);
	return r->err;
}

/* dirlist3 and dirlistplus3: file id, name, cookie, and of the latter attributes and handle. */
static enum err entries(struct reader *r, struct rpc *out, bool plus)
{
	struct bytes name, given;

	nfs3_status(r, out);
	if (r->err || out->status)
		return r->err;
	post_attributes(r, out);
	reader_skip(r, 8);
	while (reader_be32(r) == 1) {
		given = (struct bytes) { NULL, 0 };
		reader_skip(r, 8);
		name = reader_xdr_opaque(r, NAME_MAX_XDR);
		reader_skip(r, 8);
		if (plus && reader_be32(r) == 1)
			reader_skip(r, ATTRIBUTES);
		if (plus && reader_be32(r) == 1)
			given = handle(r);
		rpc_entry(out, name, given);
	}
	if (rpc_list_ends(r)) {
		out->eof = reader_be32(r) != 0;
		out->has = RPC_HAS_EOF;
	}
	return r->err;
}

enum err nfs3_readdir_reply(struct reader *r, struct rpc *out)
{
	return entries(r, out, false);
}

enum err nfs3_readdirplus_reply(struct reader *r, struct rpc *out)
{
	return entries(r, out, true);
}
