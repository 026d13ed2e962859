/* SPDX-License-Identifier: BSD-2-Clause */
#include "portmap.h"
#include "rpc_bodies.h"
#include "rpc_shape.h"

enum {
	HANDLE_V2 = 32,
	HANDLE_V3 = 64,
	TEXT_MAX = 1024,
	ATTRIBUTES = 68, /* fattr of NFS 2 (RFC 1094 2.3.5) */
	SATTR = 32,
	DENIED = 1, /* NLM: somebody else holds the lock */
};

static void status(struct reader *r, struct rpc *m)
{
	m->status_kind = m->prog == RPC_MOUNT ? RPC_STATUS_MOUNT
			 : m->prog == RPC_NLM ? RPC_STATUS_NLM
			 : m->prog == RPC_NSM ? RPC_STATUS_NSM
					      : RPC_STATUS_NFS2;
	m->status = reader_be32(r);
}

static struct rpc_map mapping(const struct rpc *m)
{
	return (struct rpc_map) { m->map_prog, m->map_vers, m->map_proto, m->map_port };
}

static void keep(struct rpc *m, struct rpc_map k)
{
	m->map_prog = k.prog;
	m->map_vers = k.vers;
	m->map_proto = k.proto;
	m->map_port = k.port;
}

static void maps(struct reader *r, struct rpc *m, bool universal)
{
	while (reader_be32(r) == 1) {
		struct rpc_map row;
		struct bytes address;

		if (universal)
			rpcbind_read(r, &row, &address);
		else
			portmap_read(r, &row);
		if (!r->err)
			portmap_row(m, &row);
	}
	rpc_list_ends(r);
}

/* rpcb_entry_list (RFC 1833 2.1): merged address, netid, semantics, family, protocol. */
static void addresses(struct reader *r, struct rpc *m)
{
	while (reader_be32(r) == 1) {
		struct rpc_map row = mapping(m);
		struct bytes address = universal_read(r, &row.port), netid;

		netid = reader_xdr_opaque(r, TEXT_MAX);
		row.proto = bytes_starts(netid, "tcp") ? 6 : bytes_starts(netid, "udp") ? 17 : 0;
		reader_skip(r, 4);
		reader_xdr_opaque(r, TEXT_MAX);
		reader_xdr_opaque(r, TEXT_MAX);
		if (r->err)
			break;
		portmap_row(m, &row);
		if (!m->address.n)
			m->address = address;
	}
}

static void export_row(struct rpc *m, struct bytes path, struct bytes group, uint32_t groups)
{
	m->exports_total++;
	if (m->n_exports < RPC_EXPORTS_MAX)
		m->exports[m->n_exports++] = (struct rpc_export) { path, group, groups };
}

/* RFC 1813 5.2.5: a directory, and the groups that may mount it. */
static void exports(struct reader *r, struct rpc *m)
{
	while (reader_be32(r) == 1) {
		struct bytes path = reader_xdr_opaque(r, TEXT_MAX), first = bytes_of(NULL, 0);
		uint32_t groups = 0;

		while (reader_be32(r) == 1) {
			struct bytes group = reader_xdr_opaque(r, TEXT_MAX);

			if (!groups++)
				first = group;
		}
		if (!r->err)
			export_row(m, path, first, groups);
	}
	rpc_list_ends(r);
}

/* RFC 1813 5.2.2: a host, and the directory it mounted. */
static void mounts(struct reader *r, struct rpc *m)
{
	while (reader_be32(r) == 1) {
		struct bytes host = reader_xdr_opaque(r, TEXT_MAX),
			     path = reader_xdr_opaque(r, TEXT_MAX);

		if (!r->err)
			export_row(m, path, host, 1);
	}
	rpc_list_ends(r);
}

/* RFC 1094 2.2.17: file id, name, cookie. */
static void entries(struct reader *r, struct rpc *m)
{
	while (reader_be32(r) == 1) {
		reader_skip(r, 4);
		rpc_entry(m, reader_xdr_opaque(r, TEXT_MAX), (struct bytes) { NULL, 0 });
		reader_skip(r, 4);
	}
	if (!rpc_list_ends(r))
		return;
	m->eof = reader_be32(r) != 0;
	m->has |= RPC_HAS_EOF;
}

static void attributes(struct reader *r, struct rpc *m)
{
	m->file_type = reader_be32(r);
	reader_skip(r, 16);
	m->size = reader_be32(r);
	reader_skip(r, ATTRIBUTES - 24);
	if (r->err)
		m->size = UINT64_MAX;
}

static void lock(struct reader *r, struct rpc *m, bool wide, bool holder)
{
	if (holder) {
		m->lock.exclusive = reader_be32(r) != 0;
		m->lock.owner = reader_be32(r);
		reader_xdr_opaque(r, TEXT_MAX);
	} else {
		m->host = reader_xdr_opaque(r, TEXT_MAX);
		m->handle = reader_xdr_opaque(r, TEXT_MAX);
		reader_xdr_opaque(r, TEXT_MAX);
		m->lock.owner = reader_be32(r);
	}
	m->lock.offset = wide ? reader_be64(r) : reader_be32(r);
	m->lock.length = wide ? reader_be64(r) : reader_be32(r);
	m->has |= RPC_HAS_LOCK;
}

/* Portmap and rpcbind. */
static void map_part(char c, struct reader *r, struct rpc *m)
{
	struct rpc_map k = mapping(m);

	switch (c) {
	case 'g':
		portmap_read(r, &k);
		keep(m, k);
		break;
	case 'G':
		rpcbind_read(r, &k, &m->address);
		keep(m, k);
		break;
	case 'P':
		m->map_port = reader_be32(r);
		break;
	case 'A':
		m->address = universal_read(r, &m->map_port);
		break;
	case 'r':
		m->result = reader_be32(r) != 0;
		m->has |= RPC_HAS_RESULT;
		break;
	case 'm':
		m->map_prog = reader_be32(r);
		m->map_vers = reader_be32(r);
		m->map_proc = reader_be32(r);
		break;
	case 'L':
	case 'K':
		maps(r, m, c == 'K');
		break;
	default:
		addresses(r, m);
		break;
	}
}

/* MOUNT and NFS 2. */
static void file_part(char c, struct reader *r, struct rpc *m)
{
	switch (c) {
	case 'p':
		m->path = reader_xdr_opaque(r, TEXT_MAX);
		break;
	case 'n':
		m->name = reader_xdr_opaque(r, TEXT_MAX);
		break;
	case 'N':
		m->name2 = reader_xdr_opaque(r, TEXT_MAX);
		break;
	case 'f':
		m->handle = reader_bytes(r, HANDLE_V2);
		break;
	case 'F':
		m->handle2 = reader_bytes(r, HANDLE_V2);
		break;
	case 'h':
		m->handle2 = reader_xdr_opaque(r, HANDLE_V3);
		break;
	case 'w':
		for (uint32_t n = reader_be32(r); n && !r->err; n--)
			reader_skip(r, 4);
		break;
	case 'E':
		exports(r, m);
		break;
	case 'D':
		mounts(r, m);
		break;
	case 'b':
		attributes(r, m);
		break;
	case 's':
		reader_skip(r, SATTR);
		break;
	case 'O':
		m->offset = reader_be32(r);
		m->has |= RPC_HAS_OFFSET;
		break;
	default:
		entries(r, m);
		break;
	}
}

/* NLM and NSM. */
static void lock_part(char c, struct reader *r, struct rpc *m)
{
	switch (c) {
	case 'o':
		m->handle = reader_xdr_opaque(r, TEXT_MAX);
		break;
	case 'a':
		m->host = reader_xdr_opaque(r, TEXT_MAX);
		break;
	case 'x':
		m->lock.exclusive = reader_be32(r) != 0;
		break;
	case 'B':
		m->lock.block = reader_be32(r) != 0;
		break;
	case 'R':
		m->lock.reclaim = reader_be32(r) != 0;
		break;
	case 'j':
		m->state = reader_be32(r);
		m->has |= RPC_HAS_STATE;
		break;
	case 'l':
	case 'q':
		lock(r, m, c == 'q', false);
		break;
	default: /* v, V */
		status(r, m);
		if (!r->err && m->status == DENIED)
			lock(r, m, c == 'V', true);
		break;
	}
}

/* One letter; false: the walk ends here, without fault. */
static bool part(char c, struct reader *r, struct rpc *m)
{
	switch (c) {
	case 'u':
		reader_skip(r, 4);
		return true;
	case 'U':
		reader_skip(r, 8);
		return true;
	case 'i':
	case 'k':
		reader_xdr_opaque(r, RPC_HELD_MAX);
		return true;
	case 'S':
		status(r, m);
		return m->status == 0;
	case 'y':
		status(r, m);
		return true;
	case 'c':
	case 'd': /* the data itself is not looked at, and need not be held */
		m->count = reader_be32(r);
		m->has |= RPC_HAS_COUNT;
		return c == 'c';
	case 'I':
		reader_skip(r, 4);
		return false;
	default:
		if (rpc_shape_maps(c))
			map_part(c, r, m);
		else if (rpc_shape_locks(c))
			lock_part(c, r, m);
		else
			file_part(c, r, m);
		return true;
	}
}

enum err rpc_shape_read(const char *shape, struct reader *r, struct rpc *out)
{
	for (; shape && *shape && !r->err; shape++)
		if (!part(*shape, r, out))
			break;
	return r->err;
}
