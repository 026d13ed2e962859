/* SPDX-License-Identifier: BSD-2-Clause */
#include "portmap.h"
#include "rpc_shape.h"

enum { HANDLE_V2 = 32, ATTRIBUTES = 68, SATTR = 32, AUTH_SYS = 1, DENIED = 1 };

static struct rpc_map mapping(const struct rpc *m)
{
	return (struct rpc_map) { m->map_prog, m->map_vers, m->map_proto, m->map_port };
}

static void maps(const struct rpc *m, struct writer *w, bool universal)
{
	for (uint32_t i = 0; i < m->n_maps; i++) {
		writer_be32(w, 1);
		if (universal)
			rpcbind_write(&m->maps[i], bytes_of(NULL, 0), w);
		else
			portmap_write(&m->maps[i], w);
	}
	writer_be32(w, 0);
}

/* RFC 1833 2.1: nc_semantics 3 is a stream, 1 datagrams. */
static void addresses(const struct rpc *m, struct writer *w)
{
	for (uint32_t i = 0; i < m->n_maps; i++) {
		bool tcp = m->maps[i].proto == 6;

		writer_be32(w, 1);
		universal_write(bytes_of(NULL, 0), m->maps[i].port, w);
		writer_xdr_opaque(w, bytes_str(tcp ? "tcp" : "udp"));
		writer_be32(w, tcp ? 3 : 1);
		writer_xdr_opaque(w, bytes_str("inet"));
		writer_xdr_opaque(w, bytes_str(tcp ? "tcp" : "udp"));
	}
	writer_be32(w, 0);
}

/* Of more groups than the record holds the first one is written. */
static void exports(const struct rpc *m, struct writer *w)
{
	for (uint32_t i = 0; i < m->n_exports; i++) {
		writer_be32(w, 1);
		writer_xdr_opaque(w, m->exports[i].path);
		if (m->exports[i].groups) {
			writer_be32(w, 1);
			writer_xdr_opaque(w, m->exports[i].group);
		}
		writer_be32(w, 0);
	}
	writer_be32(w, 0);
}

static void mounts(const struct rpc *m, struct writer *w)
{
	for (uint32_t i = 0; i < m->n_exports; i++) {
		writer_be32(w, 1);
		writer_xdr_opaque(w, m->exports[i].group);
		writer_xdr_opaque(w, m->exports[i].path);
	}
	writer_be32(w, 0);
}

/* File ids and cookies count from one. */
static void entries(const struct rpc *m, struct writer *w)
{
	for (uint32_t i = 0; i < m->n_entries; i++) {
		writer_be32(w, 1);
		writer_be32(w, i + 1);
		writer_xdr_opaque(w, m->entry[i]);
		writer_be32(w, i + 1);
	}
	writer_be32(w, 0);
	writer_be32(w, m->eof);
}

static void attributes(const struct rpc *m, struct writer *w)
{
	writer_be32(w, m->file_type);
	writer_zero(w, 16);
	writer_be32(w, m->size == UINT64_MAX ? 0 : (uint32_t)m->size);
	writer_zero(w, ATTRIBUTES - 24);
}

static void lock(const struct rpc *m, struct writer *w, bool wide, bool holder)
{
	if (holder) {
		writer_be32(w, m->lock.exclusive);
		writer_be32(w, m->lock.owner);
		writer_be32(w, 0);
	} else {
		writer_xdr_opaque(w, m->host);
		writer_xdr_opaque(w, m->handle);
		writer_be32(w, 0);
		writer_be32(w, m->lock.owner);
	}
	if (wide) {
		writer_be64(w, m->lock.offset);
		writer_be64(w, m->lock.length);
	} else {
		writer_be32(w, (uint32_t)m->lock.offset);
		writer_be32(w, (uint32_t)m->lock.length);
	}
}

/* Portmap and rpcbind. */
static void map_part(char c, const struct rpc *m, struct writer *w)
{
	struct rpc_map k = mapping(m);

	switch (c) {
	case 'g':
		portmap_write(&k, w);
		break;
	case 'G':
		rpcbind_write(&k, m->address, w);
		break;
	case 'P':
		writer_be32(w, m->map_port);
		break;
	case 'A':
		universal_write(m->address, m->map_port, w);
		break;
	case 'r':
		writer_be32(w, m->result);
		break;
	case 'm':
		writer_be32(w, m->map_prog);
		writer_be32(w, m->map_vers);
		writer_be32(w, m->map_proc);
		break;
	case 'L':
	case 'K':
		maps(m, w, c == 'K');
		break;
	default:
		addresses(m, w);
		break;
	}
}

/* MOUNT and NFS 2. */
static void file_part(char c, const struct rpc *m, struct writer *w)
{
	switch (c) {
	case 'p':
		writer_xdr_opaque(w, m->path);
		break;
	case 'n':
		writer_xdr_opaque(w, m->name);
		break;
	case 'N':
		writer_xdr_opaque(w, m->name2);
		break;
	case 'f':
		writer_fixed(w, m->handle, HANDLE_V2);
		break;
	case 'F':
		writer_fixed(w, m->handle2, HANDLE_V2);
		break;
	case 'h':
		writer_xdr_opaque(w, m->handle2);
		break;
	case 'w':
		writer_be32(w, 1);
		writer_be32(w, AUTH_SYS);
		break;
	case 'E':
		exports(m, w);
		break;
	case 'D':
		mounts(m, w);
		break;
	case 'b':
		attributes(m, w);
		break;
	case 's':
		writer_zero(w, SATTR);
		break;
	case 'O':
		writer_be32(w, (uint32_t)m->offset);
		break;
	case 'c':
		writer_be32(w, m->count);
		break;
	case 'd':
	case 'I':
		writer_xdr_opaque(w, m->body);
		break;
	default:
		entries(m, w);
		break;
	}
}

/* NLM and NSM. */
static void lock_part(char c, const struct rpc *m, struct writer *w)
{
	switch (c) {
	case 'o':
		writer_xdr_opaque(w, m->handle);
		break;
	case 'a':
		writer_xdr_opaque(w, m->host);
		break;
	case 'x':
		writer_be32(w, m->lock.exclusive);
		break;
	case 'B':
		writer_be32(w, m->lock.block);
		break;
	case 'R':
		writer_be32(w, m->lock.reclaim);
		break;
	case 'j':
		writer_be32(w, m->state);
		break;
	case 'l':
	case 'q':
		lock(m, w, c == 'q', false);
		break;
	default: /* v, V */
		writer_be32(w, m->status);
		if (m->status == DENIED)
			lock(m, w, c == 'V', true);
		break;
	}
}

/* One letter; false: nothing stands behind it. */
static bool part(char c, const struct rpc *m, struct writer *w)
{
	switch (c) {
	case 'u':
		writer_be32(w, 0);
		return true;
	case 'U':
		writer_be64(w, 0);
		return true;
	case 'i':
	case 'k':
		writer_be32(w, 0);
		return true;
	case 'S':
		writer_be32(w, m->status);
		return m->status == 0;
	case 'y':
		writer_be32(w, m->status);
		return true;
	default:
		if (rpc_shape_maps(c))
			map_part(c, m, w);
		else if (rpc_shape_locks(c))
			lock_part(c, m, w);
		else
			file_part(c, m, w);
		return true;
	}
}

void rpc_shape_write(const char *shape, const struct rpc *m, struct writer *w)
{
	for (; *shape; shape++)
		if (!part(*shape, m, w))
			return;
}
