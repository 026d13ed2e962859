/* SPDX-License-Identifier: BSD-2-Clause */
/* ONC RPC version 2 (RFC 5531): header, credentials, reply states; the bodies are the procedures'
 * own. */
#include "rpc.h"

#include <string.h>

#include "packet.h"
#include "rpc_bodies.h"
#include "rpc_programs.h"
#include "rpc_shape.h"

enum {
	VERSION = 2,
	AUTH_NONE = 0,
	AUTH_SYS = 1,
	AUTH_SHORT = 2,
	AUTH_DH = 3,
	RPCSEC_GSS = 6,
	AUTH_TLS = 7,   /* RFC 9289 */
	AUTH_MAX = 400, /* RFC 5531 8.2 */
	GSS_TOP = 390005,
	TRANSIENT = 0x40000000, /* programs of callbacks */
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool flavor_known(uint32_t f)
{
	return f <= AUTH_DH || f == RPCSEC_GSS || f == AUTH_TLS || (f >= 390000 && f <= GSS_TOP);
}

bool rpc_looks_like_call(struct bytes m)
{
	const uint8_t *p = m.p;
	uint32_t prog;

	if (m.n < 32 || be32(p + 4) != RPC_CALL || be32(p + 8) != VERSION)
		return false;
	prog = be32(p + 12);
	return (name_of(rpc_program_names, prog) || (prog >= 100000 && prog < 400000) ||
		(prog >= TRANSIENT && prog < TRANSIENT + 0x20000000)) &&
	       be32(p + 16) < 100 && be32(p + 20) < 1000 && flavor_known(be32(p + 24)) &&
	       be32(p + 28) <= AUTH_MAX && be32(p + 28) % 4 == 0;
}

bool rpc_looks_like_reply(struct bytes m)
{
	const uint8_t *p = m.p;

	if (m.n < 12 || be32(p + 4) != RPC_REPLY || be32(p + 8) > 1)
		return false;
	if (be32(p + 8) == 1)
		return m.n < 16 || be32(p + 12) <= 1;
	if (m.n < 24)
		return true;
	return flavor_known(be32(p + 12)) && be32(p + 16) <= AUTH_MAX && be32(p + 16) % 4 == 0 &&
	       (be32(p + 16) || be32(p + 20) <= RPC_SYSTEM_ERR);
}

/* RFC 2203 5: version, procedure (0: data), sequence number, service. */
static enum rpc_wrap gss_wrap(struct reader *c)
{
	uint32_t version = reader_be32(c), proc = reader_be32(c), service;

	reader_skip(c, 4);
	service = reader_be32(c);
	if (c->err || version != 1 || proc != 0)
		return RPC_OPAQUE;
	return service == 1 ? RPC_PLAIN : service == 2 ? RPC_INTEGRITY : RPC_OPAQUE;
}

static void credentials(struct reader *r, struct rpc *out)
{
	uint32_t n;
	struct reader c;

	out->flavor = reader_be32(r);
	n = reader_be32(r);
	if (!r->err && n > AUTH_MAX) {
		r->err = ERR_VALUE;
		return;
	}
	c = reader_sub(r, (n + 3) & ~3u);
	if (out->flavor == RPCSEC_GSS)
		out->wrap = (uint8_t)gss_wrap(&c);
	if (out->flavor != AUTH_SYS)
		return;
	reader_skip(&c, 4); /* stamp */
	out->machine = reader_xdr_opaque(&c, 255);
	out->uid = reader_be32(&c);
	out->gid = reader_be32(&c);
}

static void verifier(struct reader *r)
{
	reader_skip(r, 4);
	reader_xdr_opaque(r, AUTH_MAX);
}

static void call_header(struct reader *r, struct rpc *out)
{
	if (reader_be32(r) != VERSION && !r->err) {
		r->err = ERR_VALUE;
		return;
	}
	out->known = true;
	out->prog = reader_be32(r);
	out->vers = reader_be32(r);
	out->proc = reader_be32(r);
	credentials(r, out);
	verifier(r);
}

static void reply_header(struct reader *r, struct rpc *out)
{
	out->denied = reader_be32(r) == 1;
	if (out->denied) {
		out->reject = (uint8_t)reader_be32(r);
		if (out->reject == RPC_AUTH_ERROR) {
			out->auth_stat = reader_be32(r);
		} else {
			out->low = reader_be32(r);
			out->high = reader_be32(r);
		}
		return;
	}
	verifier(r);
	out->accept = (uint8_t)reader_be32(r);
	if (out->accept == RPC_PROG_MISMATCH) {
		out->low = reader_be32(r);
		out->high = reader_be32(r);
	}
}

/* All but the tables at the end, which their counts guard. */
static void blank(struct rpc *m)
{
	memset(m, 0, offsetof(struct rpc, op));
	m->uid = m->gid = UINT32_MAX;
	m->size = UINT64_MAX;
}

void rpc_entry(struct rpc *m, struct bytes name, struct bytes handle)
{
	m->entries_total += name.p != NULL;
	if (!name.p || m->n_entries == RPC_ENTRIES_MAX)
		return;
	m->entry[m->n_entries] = name;
	m->entry_handle[m->n_entries++] = handle;
}

bool rpc_list_ends(struct reader *r)
{
	if (r->err != ERR_CUT || r->len < RPC_HELD_MAX)
		return true;
	r->err = ERR_OK;
	r->pos = r->len;
	return false;
}

enum err rpc_decode_header(struct reader *r, struct rpc *out)
{
	blank(out);
	out->message = bytes_of(r->buf + r->pos, reader_left(r));
	out->xid = reader_be32(r);
	out->type = (uint8_t)reader_be32(r);
	if (r->err)
		return r->err;
	if (out->type == RPC_CALL)
		call_header(r, out);
	else if (out->type == RPC_REPLY)
		reply_header(r, out);
	else
		r->err = ERR_VALUE;
	return r->err;
}

enum err rpc_decode_body(struct reader *r, struct rpc *out)
{
	const struct rpc_proc *row =
		out->known ? rpc_proc_find(out->prog, out->vers, out->proc) : NULL;

	out->body = bytes_of(r->buf + r->pos, reader_left(r));
	if (!row || r->err || out->wrap == RPC_OPAQUE)
		return r->err;
	if (out->denied || out->accept != RPC_SUCCESS)
		return r->err;
	/* RFC 2203 5.3.2.2: the length of the covered part and the sequence number come first */
	if (out->wrap == RPC_INTEGRITY)
		reader_skip(r, 8);
	if (out->type == RPC_CALL)
		return row->call ? row->call(r, out) : rpc_shape_read(row->args, r, out);
	return row->reply ? row->reply(r, out) : rpc_shape_read(row->results, r, out);
}
