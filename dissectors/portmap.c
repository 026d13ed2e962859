/* SPDX-License-Identifier: BSD-2-Clause */
/* Portmap version 2 and rpcbind versions 3 and 4 (RFC 1833), MOUNT (RFC 1813 appendix I, RFC 1094
 * appendix A). */
#include "rpc_bodies.h"

enum { PATH_MAX_XDR = 1024, ENTRIES_MAX = 256 };

enum err portmap_call(struct reader *r, struct rpc *out)
{
	out->map_prog = reader_be32(r);
	out->map_vers = reader_be32(r);
	out->map_proto = reader_be32(r);
	out->map_port = reader_be32(r);
	return r->err;
}

enum err portmap_port(struct reader *r, struct rpc *out)
{
	out->map_port = reader_be32(r);
	return r->err;
}

/* The list is walked for the NFS and MOUNT entries only: the first NFS one is kept. */
enum err portmap_dump(struct reader *r, struct rpc *out)
{
	for (int i = 0; i < ENTRIES_MAX && reader_be32(r) == 1; i++) {
		uint32_t prog = reader_be32(r), vers = reader_be32(r), proto = reader_be32(r),
			 port = reader_be32(r);

		if (r->err || out->map_prog || prog != RPC_NFS)
			continue;
		out->map_prog = prog;
		out->map_vers = vers;
		out->map_proto = proto;
		out->map_port = port;
	}
	return r->err;
}

/* The port at the end of a universal address "a.b.c.d.hi.lo" (RFC 5665 5.2.3.3); 0: none. */
static uint32_t universal_port(struct bytes a)
{
	uint32_t part = 0, port = 0, dots = 0;

	for (uint32_t i = a.n; i--;)
		dots += a.p[i] == '.';
	if (dots < 2)
		return 0;
	for (uint32_t i = 0; i < a.n; i++) {
		if (a.p[i] == '.') {
			dots--;
			port = dots < 1 ? part << 8 : 0;
			part = 0;
		} else if (a.p[i] >= '0' && a.p[i] <= '9' && part < 256) {
			part = part * 10 + (uint32_t)(a.p[i] - '0');
		}
	}
	return (port | part) & 0xffff;
}

enum err rpcbind_call(struct reader *r, struct rpc *out)
{
	struct bytes netid;

	out->map_prog = reader_be32(r);
	out->map_vers = reader_be32(r);
	netid = reader_xdr_opaque(r, PATH_MAX_XDR);
	out->map_proto = bytes_starts(netid, "tcp") ? 6 : bytes_starts(netid, "udp") ? 17 : 0;
	out->address = reader_xdr_opaque(r, PATH_MAX_XDR);
	reader_xdr_opaque(r, PATH_MAX_XDR);
	return r->err;
}

enum err rpcbind_address(struct reader *r, struct rpc *out)
{
	out->address = reader_xdr_opaque(r, PATH_MAX_XDR);
	out->map_port = universal_port(out->address);
	return r->err;
}

enum err mount_path(struct reader *r, struct rpc *out)
{
	out->path = reader_xdr_opaque(r, PATH_MAX_XDR);
	return r->err;
}

/* fhstatus of versions 1 and 2: UNIX error numbers, which MOUNT 3 took over. */
enum err mount1_reply(struct reader *r, struct rpc *out)
{
	out->status_kind = RPC_STATUS_MOUNT;
	out->status = reader_be32(r);
	if (!r->err && out->status == 0)
		out->handle2 = reader_bytes(r, 32);
	return r->err;
}

enum err mount3_reply(struct reader *r, struct rpc *out)
{
	out->status_kind = RPC_STATUS_MOUNT;
	out->status = reader_be32(r);
	if (!r->err && out->status == 0)
		out->handle2 = reader_xdr_opaque(r, 64);
	return r->err;
}
