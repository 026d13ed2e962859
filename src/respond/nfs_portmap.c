/* SPDX-License-Identifier: BSD-2-Clause */
/* Portmap version 2 and rpcbind versions 3 and 4 (RFC 1833), for what this server serves and
 * nothing else: nobody registers here, and nothing is called for others, which would make small
 * questions from forged addresses into longer answers. */
#include "nfs_server.h"
#include "nfs_tell.h"
#include "portmap.h"
#include "text.h"

enum { TCP = 6, UDP = 17 };
enum { SET = 1, UNSET, GET, DUMP, CALLIT, GETTIME, UADDR2TADDR, TADDR2UADDR };
enum { GETVERSADDR = 9, INDIRECT, GETADDRLIST, GETSTAT }; /* of version 4 */

/* Program and versions of each line of the table. */
static const struct served {
	uint32_t prog, vers;
} served[] = {
	{ RPC_PORTMAP, 4 }, { RPC_PORTMAP, 3 }, { RPC_PORTMAP, 2 }, { RPC_NFS, 2 },
	{ RPC_NFS, 3 },     { RPC_MOUNT, 1 },   { RPC_MOUNT, 2 },   { RPC_MOUNT, 3 },
	{ RPC_NLM, 1 },     { RPC_NLM, 3 },     { RPC_NLM, 4 },
};

enum { SERVED = sizeof(served) / sizeof(served[0]) };

int portmap_manner(void *ctx, uint32_t vers, uint32_t proc)
{
	static const uint8_t last[] = { [2] = DUMP, [3] = TADDR2UADDR, [4] = GETSTAT };

	(void)ctx;
	return proc > last[vers] || proc == CALLIT || proc == INDIRECT ? -1 : 0;
}

static uint32_t port_of(const struct nfs_server *s, uint32_t prog)
{
	switch (prog) {
	case RPC_NFS:
	case RPC_NLM:
		return s->shared->nfs_port;
	case RPC_MOUNT:
		return s->shared->mount_port;
	default:
		return RPC_PORTMAP_PORT;
	}
}

static bool spoken(const struct nfs_server *s, uint32_t proto)
{
	return proto == TCP || (proto == UDP && s->shared->udp);
}

/* A version that is not there is found at the others, which tell what there is, unless exactly that
 * one is asked for (RFC 1833 2.2.1, GETADDR and GETVERSADDR). */
static uint32_t find(const struct nfs_server *s, const struct rpc_map *asked, bool exactly)
{
	if (!spoken(s, asked->proto))
		return 0;
	for (uint32_t i = 0; i < SERVED; i++) {
		if (served[i].prog == asked->prog && (!exactly || served[i].vers == asked->vers))
			return port_of(s, asked->prog);
	}
	return 0;
}

/* NLM is here: whoever goes on to ask it for a lock is told of then. */
static void wanted(const struct nfs_server *s, const struct rpc_call *c, const struct rpc_map *m)
{
	if (m->prog != RPC_NLM)
		nfs_wanted(s, c, m->prog, m->vers);
}

struct universal {
	char s[32];
};

static struct bytes universal(uint32_t ip, uint32_t port, struct universal *u)
{
	struct text t = text_init(u->s, sizeof(u->s));

	if (port) {
		text_ip4(&t, ip);
		text_fmt(&t, ".%u.%u", port >> 8 & 0xff, port & 0xff);
	}
	return bytes_of(u->s, t.pos);
}

/* ---- version 2 ---- */

static enum rpc_accept serve_2(const struct nfs_server *s, const struct rpc_call *c,
			       struct reader *r, struct writer *w)
{
	struct rpc_map m;

	if (c->proc == DUMP) {
		for (uint32_t i = 0; i < 2 * SERVED; i++) {
			m.prog = served[i / 2].prog;
			m.vers = served[i / 2].vers;
			m.proto = i & 1 ? UDP : TCP;
			m.port = port_of(s, m.prog);
			if (!spoken(s, m.proto))
				continue;
			writer_be32(w, 1);
			portmap_write(&m, w);
		}
		writer_be32(w, 0);
		return RPC_SUCCESS;
	}
	portmap_read(r, &m);
	if (r->err)
		return RPC_GARBAGE_ARGS;
	if (c->proc == GET)
		wanted(s, c, &m);
	writer_be32(w, c->proc == GET ? find(s, &m, false) : 0); /* SET, UNSET: not done */
	return RPC_SUCCESS;
}

/* ---- versions 3 and 4 ---- */

static void dump_rpcbind(const struct nfs_server *s, const struct rpc_call *c, struct writer *w)
{
	struct universal u;

	for (uint32_t i = 0; i < 2 * SERVED; i++) {
		struct rpc_map m = { served[i / 2].prog, served[i / 2].vers, i & 1 ? UDP : TCP, 0 };

		if (!spoken(s, m.proto))
			continue;
		writer_be32(w, 1);
		rpcbind_write(&m, universal(c->peer.local, port_of(s, m.prog), &u), w);
	}
	writer_be32(w, 0);
}

/* rpcb_entry (RFC 1833 2.1): where a version is, over each transport. */
static void address_list(const struct nfs_server *s, const struct rpc_call *c, struct rpc_map *m,
			 struct writer *w)
{
	enum { CONNECTIONLESS = 1, STREAM_ORDERLY = 3 };
	struct universal u;

	for (int i = 0; i < 2; i++) {
		const char *name = i ? "udp" : "tcp";
		uint32_t port;

		m->proto = i ? UDP : TCP;
		port = find(s, m, true);
		if (!port)
			continue;
		writer_be32(w, 1);
		writer_xdr_opaque(w, universal(c->peer.local, port, &u));
		writer_xdr_opaque(w, bytes_str(name));
		writer_be32(w, i ? CONNECTIONLESS : STREAM_ORDERLY);
		writer_xdr_opaque(w, bytes_str("inet"));
		writer_xdr_opaque(w, bytes_str(name));
	}
	writer_be32(w, 0);
}

/* About a program: SET, UNSET, GETADDR, GETVERSADDR, GETADDRLIST. */
static void about(const struct nfs_server *s, const struct rpc_call *c, struct reader *r,
		  struct writer *w)
{
	struct rpc_map m;
	struct bytes address;
	struct universal u;

	rpcbind_read(r, &m, &address);
	if (r->err)
		return;
	if (!m.proto) /* not said: the one that it is asked over */
		m.proto = c->peer.tcp ? TCP : UDP;
	if (c->proc != SET && c->proc != UNSET)
		wanted(s, c, &m);
	if (c->proc == SET || c->proc == UNSET)
		writer_be32(w, 0);
	else if (c->proc == GETADDRLIST)
		address_list(s, c, &m, w);
	else
		writer_xdr_opaque(
			w, universal(c->peer.local, find(s, &m, c->proc == GETVERSADDR), &u));
}

/* "a.b.c.d.hi.lo" */
static bool universal_parse(struct bytes a, uint8_t out[6])
{
	uint32_t part = 0, digits = 0, v = 0;

	for (uint32_t i = 0; i <= a.n; i++) {
		if (i < a.n && a.p[i] >= '0' && a.p[i] <= '9' && digits < 3) {
			v = v * 10 + (uint32_t)(a.p[i] - '0');
			digits++;
			continue;
		}
		if ((i < a.n && a.p[i] != '.') || !digits || v > 255 || part == 6)
			return false;
		out[part++] = (uint8_t)v;
		digits = v = 0;
	}
	return part == 6;
}

/* A netbuf holds the address as the server's own system does: struct sockaddr_in, whose family is
 * the one part that is not in network order on the machines that there are. */
enum { SOCKADDR = 16, INET = 2 };

static void to_netbuf(struct reader *r, struct writer *w)
{
	uint8_t a[6];
	bool fine = universal_parse(reader_xdr_opaque(r, SOCKADDR * 16), a);

	writer_be32(w, fine ? SOCKADDR : 0);
	writer_be32(w, fine ? SOCKADDR : 0);
	if (!fine)
		return;
	writer_u8(w, INET);
	writer_u8(w, 0);
	writer_bytes(w, bytes_of(a + 4, 2));
	writer_bytes(w, bytes_of(a, 4));
	writer_zero(w, SOCKADDR - 8);
}

static void from_netbuf(struct reader *r, struct writer *w)
{
	struct universal u;
	struct bytes held;
	struct reader a;
	uint32_t family, port, ip;

	reader_be32(r); /* room for it at the client */
	held = reader_xdr_opaque(r, SOCKADDR * 16);
	a = reader_init(held.p, held.n, held.n);
	family = reader_be16(&a);
	port = reader_be16(&a);
	ip = reader_be32(&a);
	if (a.err || (family != INET && family != INET << 8))
		port = 0;
	writer_xdr_opaque(w, universal(ip, port, &u));
}

/* GETSTAT: for each of three versions counts of 13 procedures, of SET and UNSET, and two lists (RFC
 * 1833 2.1). Nothing is counted. */
static void no_statistics(struct writer *w)
{
	writer_zero(w, 3 * (13 + 2 + 2) * 4);
}

static enum rpc_accept serve_rpcbind(const struct nfs_server *s, const struct rpc_call *c,
				     struct reader *r, struct writer *w)
{
	switch (c->proc) {
	case DUMP:
		dump_rpcbind(s, c, w);
		break;
	case GETTIME:
		if (!s->shared->seconds)
			return RPC_PROC_UNAVAIL;
		writer_be32(w, s->shared->seconds(s->shared->ctx));
		break;
	case UADDR2TADDR:
		to_netbuf(r, w);
		break;
	case TADDR2UADDR:
		from_netbuf(r, w);
		break;
	case GETSTAT:
		no_statistics(w);
		break;
	default:
		about(s, c, r, w);
		break;
	}
	return r->err ? RPC_GARBAGE_ARGS : RPC_SUCCESS;
}

enum rpc_accept portmap_serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out)
{
	struct reader r = reader_init(c->args.p, c->args.n, c->args.n);

	return c->vers == 2 ? serve_2(ctx, c, &r, &out->w) : serve_rpcbind(ctx, c, &r, &out->w);
}
