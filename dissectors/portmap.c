/* SPDX-License-Identifier: BSD-2-Clause */
#include "portmap.h"

#include "text.h"

enum { TEXT_MAX = 1024, TCP = 6, UDP = 17 };

void portmap_read(struct reader *r, struct rpc_map *out)
{
	out->prog = reader_be32(r);
	out->vers = reader_be32(r);
	out->proto = reader_be32(r);
	out->port = reader_be32(r);
}

void portmap_write(const struct rpc_map *m, struct writer *w)
{
	writer_be32(w, m->prog);
	writer_be32(w, m->vers);
	writer_be32(w, m->proto);
	writer_be32(w, m->port);
}

/* "a.b.c.d.hi.lo" ends in the port; 0: it does not. */
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

struct bytes universal_read(struct reader *r, uint32_t *port)
{
	struct bytes a = reader_xdr_opaque(r, TEXT_MAX);

	*port = universal_port(a);
	return a;
}

void universal_write(struct bytes address, uint32_t port, struct writer *w)
{
	char any[32];
	struct text t = text_init(any, sizeof(any));

	if (!address.n && port) {
		text_fmt(&t, "0.0.0.0.%u.%u", port >> 8 & 0xff, port & 0xff);
		address = bytes_of(any, (uint32_t)t.pos);
	}
	writer_xdr_opaque(w, address);
}

/* RFC 5665 5.2: "tcp6" and "udp6" are the same transports. */
void rpcbind_read(struct reader *r, struct rpc_map *out, struct bytes *address)
{
	struct bytes netid;

	out->prog = reader_be32(r);
	out->vers = reader_be32(r);
	netid = reader_xdr_opaque(r, TEXT_MAX);
	out->proto = bytes_starts(netid, "tcp") ? TCP : bytes_starts(netid, "udp") ? UDP : 0;
	*address = universal_read(r, &out->port);
	reader_xdr_opaque(r, TEXT_MAX); /* owner */
}

void rpcbind_write(const struct rpc_map *m, struct bytes address, struct writer *w)
{
	writer_be32(w, m->prog);
	writer_be32(w, m->vers);
	writer_xdr_opaque(w, bytes_str(m->proto == TCP ? "tcp" : m->proto == UDP ? "udp" : ""));
	universal_write(address, m->port, w);
	writer_xdr_opaque(w, bytes_str("superuser"));
}

void portmap_row(struct rpc *m, const struct rpc_map *row)
{
	bool boots = row->prog == RPC_NFS || row->prog == RPC_MOUNT;

	m->maps_total++;
	if (m->n_maps < (boots ? RPC_MAPS_MAX : RPC_MAPS_MAX / 2))
		m->maps[m->n_maps++] = *row;
	if (row->prog != RPC_NFS || m->map_prog)
		return;
	m->map_prog = row->prog;
	m->map_vers = row->vers;
	m->map_proto = row->proto;
	m->map_port = row->port;
}
