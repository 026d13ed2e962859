/* SPDX-License-Identifier: BSD-2-Clause */
/* ONC RPC version 2 (RFC 5531): header, credentials, reply states; the bodies are the procedures'
 * own. */
#include "rpc.h"

#include <string.h>

#include "packet.h"
#include "rpc_bodies.h"
#include "rpc_programs.h"

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

void rpc_entry(struct rpc *m, struct bytes name)
{
	m->entries_total += name.p != NULL;
	if (name.p && m->n_entries < RPC_ENTRIES_MAX)
		m->entry[m->n_entries++] = name;
}

enum err rpc_decode_header(struct reader *r, struct rpc *out)
{
	blank(out);
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
		return row->call ? row->call(r, out) : r->err;
	return row->reply ? row->reply(r, out) : r->err;
}

void rpc_name(const struct rpc *m, struct text *out)
{
	const struct rpc_proc *row = rpc_proc_find(m->prog, m->vers, m->proc);
	const char *program = name_of(rpc_program_names, m->prog);

	if (!m->known) {
		text_str(out, "RPC");
		return;
	}
	if (program)
		text_fmt(out, "%s%u ", program, m->vers);
	else
		text_fmt(out, "program %u version %u ", m->prog, m->vers);
	if (row)
		text_str(out, row->name);
	else if (m->proc == 0)
		text_str(out, "NULL");
	else
		text_fmt(out, "procedure %u", m->proc);
}

static void quoted(const char *before, struct bytes v, struct text *out)
{
	if (!v.n)
		return;
	text_str(out, before);
	text_char(out, '"');
	text_safe(out, v);
	text_char(out, '"');
}

static void line_call(const struct rpc *m, struct text *out)
{
	quoted(" ", m->path, out);
	if (m->minor || (m->prog == RPC_NFS && m->vers == 4 && m->ops_total))
		text_fmt(out, " minor %u", m->minor);
	for (uint32_t i = 0; i < m->n_ops; i++) {
		text_char(out, i ? ',' : ' ');
		if (nfs4_op_name(m->prog, m->op[i].op))
			text_str(out, nfs4_op_name(m->prog, m->op[i].op));
		else
			text_fmt(out, "op %u", m->op[i].op);
		quoted(" ", m->op[i].name, out);
	}
	if (!m->n_ops)
		quoted(" ", m->name, out);
	quoted(" to ", m->name2, out);
	if (m->count)
		text_fmt(out, " %u bytes at %llu", m->count, (unsigned long long)m->offset);
	if (m->map_prog && name_of(rpc_program_names, m->map_prog))
		text_fmt(out, " %s v%u", name_of(rpc_program_names, m->map_prog), m->map_vers);
	else if (m->map_prog)
		text_fmt(out, " program %u v%u", m->map_prog, m->map_vers);
	if (m->map_prog && m->map_proto)
		text_str(out, m->map_proto == 6 ? " tcp" : m->map_proto == 17 ? " udp" : " ?");
	if (m->retransmission)
		text_str(out, " RETRANSMISSION");
}

static void line_reply(const struct packet *p, const struct rpc *m, struct text *out)
{
	const char *status = rpc_status_name(m->status_kind, m->status);

	if (m->denied)
		text_str(out, m->reject == RPC_AUTH_ERROR ? " DENIED: credentials refused"
							  : " DENIED: RPC version");
	else if (m->accept != RPC_SUCCESS)
		text_fmt(out, " %s",
			 rpc_accept_key(m->accept) ? rpc_accept_key(m->accept) : "unknown state");
	if (m->low || m->high)
		text_fmt(out, " (has versions %u to %u)", m->low, m->high);
	if (m->status_kind && status)
		text_fmt(out, " %s", status);
	else if (m->status_kind)
		text_fmt(out, " status %u", m->status);
	if (m->prog == RPC_PORTMAP && m->known && m->proc == 3)
		text_fmt(out, " port %u", m->map_port);
	if (m->count)
		text_fmt(out, " %u bytes%s", m->count, m->eof ? ", end of file" : "");
	if (m->call_frame && p->time_ns >= m->call_time_ns) {
		text_fmt(out, ", to frame %llu in ", (unsigned long long)m->call_frame);
		text_seconds(out, (p->time_ns - m->call_time_ns) * 1000, 3);
		text_str(out, " ms");
	}
}

void rpc_line(const struct packet *p, struct text *out)
{
	const struct rpc *m = &p->u.rpc;

	rpc_name(m, out);
	text_fmt(out, " %s xid %08x", m->type == RPC_CALL ? "call" : "reply", m->xid);
	if (m->type == RPC_CALL)
		line_call(m, out);
	else
		line_reply(p, m, out);
}

static void state_fields(const struct packet *p, const struct rpc *m, const struct sink *out)
{
	sink_text(out, "accept",
		  m->type == RPC_REPLY && !m->denied ? rpc_accept_key(m->accept) : NULL);
	sink_text(out, "reject",
		  m->type == RPC_REPLY && m->denied
			  ? (m->reject == RPC_AUTH_ERROR ? "auth_error" : "rpc_mismatch")
			  : NULL);
	sink_text(out, "status", rpc_status_name(m->status_kind, m->status));
	if (m->status_kind)
		sink_number(out, "status_code", m->status);
	else
		sink_null(out, "status_code");
	if (m->call_frame)
		sink_number(out, "call_frame", m->call_frame);
	else
		sink_null(out, "call_frame");
	if (m->call_frame && p->time_ns >= m->call_time_ns)
		sink_number(out, "latency_us", (p->time_ns - m->call_time_ns) / 1000);
	else
		sink_null(out, "latency_us");
	sink_bool(out, "retransmission", m->retransmission);
	if (m->denied && m->reject == RPC_AUTH_ERROR)
		sink_number(out, "auth_stat", m->auth_stat);
	if (m->low || m->high) {
		sink_number(out, "low", m->low);
		sink_number(out, "high", m->high);
	}
}

static void text_field(const struct sink *out, const char *key, struct bytes v)
{
	if (v.n)
		sink_bytes(out, key, v);
}

static void body_fields(const struct rpc *m, const struct sink *out)
{
	if (m->uid != UINT32_MAX) {
		sink_bytes(out, "machine", m->machine);
		sink_number(out, "uid", m->uid);
		sink_number(out, "gid", m->gid);
	}
	text_field(out, "path", m->path);
	text_field(out, "file", m->name);
	text_field(out, "file2", m->name2);
	if (m->handle.n)
		sink_hex(out, "handle", m->handle);
	if (m->handle2.n)
		sink_hex(out, "handle2", m->handle2);
	if (m->has & RPC_HAS_OFFSET)
		sink_number(out, "offset", m->offset);
	if (m->has & RPC_HAS_COUNT)
		sink_number(out, "count", m->count);
	if (m->has & RPC_HAS_EOF)
		sink_bool(out, "eof", m->eof);
	if (m->entries_total) {
		sink_number(out, "entries", m->entries_total);
		sink_list(out, "names");
		for (uint32_t i = 0; i < m->n_entries; i++)
			sink_bytes(out, NULL, m->entry[i]);
		sink_close(out);
	}
	if (m->size != UINT64_MAX)
		sink_number(out, "size", m->size);
	if (m->prog == RPC_PORTMAP && (m->map_prog || m->type == RPC_REPLY)) {
		sink_number(out, "map_program", m->map_prog);
		sink_number(out, "map_version", m->map_vers);
		sink_number(out, "map_protocol", m->map_proto);
		sink_number(out, "port", m->map_port);
	}
	if (!m->ops_total)
		return;
	sink_number(out, "minor", m->minor);
	sink_number(out, "operations_total", m->ops_total);
	sink_list(out, "operations");
	for (uint32_t i = 0; i < m->n_ops; i++) {
		sink_object(out, NULL);
		sink_text(out, "op", nfs4_op_name(m->prog, m->op[i].op));
		sink_number(out, "code", m->op[i].op);
		if (m->type == RPC_REPLY) {
			sink_text(out, "status", rpc_status_name(RPC_STATUS_NFS4, m->op[i].status));
			sink_number(out, "status_code", m->op[i].status);
		}
		text_field(out, "file", m->op[i].name);
		sink_close(out);
	}
	sink_close(out);
}

void rpc_fields(const struct packet *p, const struct sink *out)
{
	const struct rpc *m = &p->u.rpc;
	char name[96];
	struct text t = text_init(name, sizeof(name));

	rpc_name(m, &t);
	sink_hex_u32(out, "xid", m->xid, 8);
	sink_text(out, "type", m->type == RPC_CALL ? "call" : "reply");
	sink_text(out, "transport", m->tcp ? "tcp" : "udp");
	if (m->known) {
		sink_number(out, "program", m->prog);
		sink_number(out, "version", m->vers);
		sink_number(out, "procedure", m->proc);
	} else {
		sink_null(out, "program");
		sink_null(out, "version");
		sink_null(out, "procedure");
	}
	sink_text(out, "name", m->known ? name : NULL);
	state_fields(p, m, out);
	body_fields(m, out);
}
