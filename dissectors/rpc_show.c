/* SPDX-License-Identifier: BSD-2-Clause */
/* An RPC message told in a line and in fields. */
#include "packet.h"
#include "rpc.h"
#include "rpc_place.h"
#include "rpc_programs.h"

enum { LINE_NAMES = 4 };

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

static void line_status(const struct rpc *m, struct text *out)
{
	const char *status = rpc_status_name(m->status_kind, m->status);

	if (status)
		text_fmt(out, " %s", status);
	else
		text_fmt(out, " status %u", m->status);
}

static void line_lock(const struct rpc *m, struct text *out)
{
	if (m->has & RPC_HAS_LOCK)
		text_fmt(out, " %s lock of process %u, %llu bytes at %llu",
			 m->lock.exclusive ? "exclusive" : "shared", m->lock.owner,
			 (unsigned long long)m->lock.length, (unsigned long long)m->lock.offset);
	if (m->has & RPC_HAS_STATE)
		text_fmt(out, " state %u", m->state);
}

/* The rows of a list that were read, the first few by name. */
static void line_lists(const struct rpc *m, struct text *out)
{
	if (m->entries_total)
		text_fmt(out, " %u entries", m->entries_total);
	for (uint32_t i = 0; i < m->n_entries && i < LINE_NAMES; i++)
		quoted(i ? ", " : ": ", m->entry[i], out);
	if (m->exports_total)
		text_fmt(out, " %u rows", m->exports_total);
	for (uint32_t i = 0; i < m->n_exports && i < LINE_NAMES; i++)
		quoted(i ? ", " : ": ", m->exports[i].path, out);
	if (m->maps_total)
		text_fmt(out, " %u rows", m->maps_total);
	for (uint32_t i = 0, n = 0; i < m->n_maps && n < 2 * LINE_NAMES; i++) {
		const struct rpc_map *k = &m->maps[i];

		if (k->prog != RPC_NFS && k->prog != RPC_MOUNT)
			continue;
		text_fmt(out, "%s%s v%u %s port %u", n++ ? ", " : ": ",
			 name_of(rpc_program_names, k->prog), k->vers,
			 k->proto == 6    ? "tcp"
			 : k->proto == 17 ? "udp"
					  : "?",
			 k->port);
	}
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
	if (m->has & RPC_HAS_COUNT)
		text_fmt(out, " %u bytes", m->count);
	if (m->has & RPC_HAS_OFFSET)
		text_fmt(out, " at %llu", (unsigned long long)m->offset);
	if (m->map_prog && name_of(rpc_program_names, m->map_prog))
		text_fmt(out, " %s v%u", name_of(rpc_program_names, m->map_prog), m->map_vers);
	else if (m->map_prog)
		text_fmt(out, " program %u v%u", m->map_prog, m->map_vers);
	if (m->map_prog && m->map_proto)
		text_str(out, m->map_proto == 6 ? " tcp" : m->map_proto == 17 ? " udp" : " ?");
	if (m->map_prog && m->map_proc)
		text_fmt(out, " procedure %u", m->map_proc);
	quoted(" host ", m->host, out);
	line_lock(m, out);
	if (m->status_kind)
		line_status(m, out); /* NLM's answers may come as calls */
	if (m->retransmission)
		text_str(out, " RETRANSMISSION");
}

static void line_reply(const struct packet *p, const struct rpc *m, struct text *out)
{
	if (m->denied)
		text_str(out, m->reject == RPC_AUTH_ERROR ? " DENIED: credentials refused"
							  : " DENIED: RPC version");
	else if (m->accept != RPC_SUCCESS)
		text_fmt(out, " %s",
			 rpc_accept_key(m->accept) ? rpc_accept_key(m->accept) : "unknown state");
	if (m->low || m->high)
		text_fmt(out, " (has versions %u to %u)", m->low, m->high);
	if (m->status_kind)
		line_status(m, out);
	if (m->prog == RPC_PORTMAP && m->known && m->proc == 3)
		text_fmt(out, " port %u", m->map_port);
	if (m->has & RPC_HAS_RESULT)
		text_str(out, m->result ? " done" : " not done");
	if (m->has & RPC_HAS_COUNT)
		text_fmt(out, " %u bytes%s", m->count, m->eof ? ", end of file" : "");
	line_lists(m, out);
	line_lock(m, out);
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

/* n bytes of the message from at on. */
static struct bytes part(const struct rpc *m, uint32_t at, uint32_t n)
{
	struct reader r = reader_init(m->message.p, m->message.n, m->message.n);

	reader_skip(&r, at);
	return reader_bytes(&r, n);
}

/* Behind the verifier of a reply that is not denied: its flavor, its length, its bytes to four. */
static uint32_t accept_at(const struct rpc *m)
{
	struct reader r = reader_init(m->message.p, m->message.n, m->message.n);

	reader_skip(&r, 16);
	return 20 + ((reader_be32(&r) + 3) & ~3u);
}

static void reply_state(const struct rpc *m, const struct sink *out)
{
	bool reply = m->type == RPC_REPLY;

	if (reply && !m->denied)
		sink_at(out, part(m, accept_at(m), 4));
	sink_text(out, "accept", reply && !m->denied ? rpc_accept_key(m->accept) : NULL);
	if (reply && m->denied)
		sink_at(out, part(m, 12, 4));
	sink_text(out, "reject",
		  !reply || !m->denied          ? NULL
		  : m->reject == RPC_AUTH_ERROR ? "auth_error"
						: "rpc_mismatch");
}

static void mismatch_fields(const struct rpc *m, const struct sink *out)
{
	uint32_t at = m->denied ? 16 : accept_at(m) + 4;

	if (m->denied && m->reject == RPC_AUTH_ERROR) {
		sink_at(out, part(m, at, 4));
		sink_number(out, "auth_stat", m->auth_stat);
	}
	if (!m->low && !m->high)
		return;
	sink_at(out, part(m, at, 4));
	sink_number(out, "low", m->low);
	sink_at(out, part(m, at + 4, 4));
	sink_number(out, "high", m->high);
}

/* A member of m with its place, which is looked for only when somebody asks. */
static void place_field(const struct rpc *m, size_t offset, size_t size, const struct sink *out)
{
	if (out->at)
		sink_at(out, rpc_place(m, offset, size));
}

#define MEMBER_AT(member) \
	place_field(m, (size_t)((const char *)&m->member - (const char *)m), sizeof(m->member), out)
#define number_field(key, member) (MEMBER_AT(member), sink_number(out, key, m->member))
#define bool_field(key, member)   (MEMBER_AT(member), sink_bool(out, key, m->member))

static void state_fields(const struct packet *p, const struct rpc *m, const struct sink *out)
{
	reply_state(m, out);
	sink_text(out, "status", rpc_status_name(m->status_kind, m->status));
	if (m->status_kind)
		number_field("status_code", status);
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
	mismatch_fields(m, out);
}

static void text_field(const struct sink *out, const char *key, struct bytes v)
{
	if (v.n)
		sink_bytes(out, key, v);
}

static void lock_fields(const struct rpc *m, const struct sink *out)
{
	text_field(out, "host", m->host);
	if (m->has & RPC_HAS_STATE)
		number_field("state", state);
	if (!(m->has & RPC_HAS_LOCK))
		return;
	sink_object(out, "lock");
	bool_field("exclusive", lock.exclusive);
	bool_field("block", lock.block);
	bool_field("reclaim", lock.reclaim);
	number_field("owner", lock.owner);
	number_field("offset", lock.offset);
	number_field("length", lock.length);
	sink_close(out);
}

static void export_fields(const struct rpc *m, const struct sink *out)
{
	sink_number(out, "exports_total", m->exports_total);
	sink_list(out, "exports");
	for (uint32_t i = 0; i < m->n_exports; i++) {
		sink_object(out, NULL);
		sink_bytes(out, "path", m->exports[i].path);
		text_field(out, "group", m->exports[i].group);
		sink_number(out, "groups", m->exports[i].groups);
		sink_close(out);
	}
	sink_close(out);
}

static void map_fields(const struct rpc *m, const struct sink *out)
{
	sink_number(out, "maps_total", m->maps_total);
	sink_list(out, "maps");
	for (uint32_t i = 0; i < m->n_maps; i++) {
		sink_object(out, NULL);
		number_field("program", maps[i].prog);
		number_field("version", maps[i].vers);
		number_field("protocol", maps[i].proto);
		number_field("port", maps[i].port);
		sink_close(out);
	}
	sink_close(out);
}

static void list_fields(const struct rpc *m, const struct sink *out)
{
	if (m->entries_total) {
		sink_number(out, "entries", m->entries_total);
		sink_list(out, "names");
		for (uint32_t i = 0; i < m->n_entries; i++)
			sink_bytes(out, NULL, m->entry[i]);
		sink_close(out);
	}
	if (m->exports_total)
		export_fields(m, out);
	if (m->maps_total)
		map_fields(m, out);
}

/* AUTH_SYS (RFC 5531 appendix A): name, padded to four, user, group. */
static void caller_fields(const struct rpc *m, const struct sink *out)
{
	uint32_t at = m->message.n;

	if (m->machine.p)
		at = (uint32_t)(m->machine.p - m->message.p) + ((m->machine.n + 3) & ~3u);
	sink_bytes(out, "machine", m->machine);
	sink_at(out, part(m, at, 4));
	sink_number(out, "uid", m->uid);
	sink_at(out, part(m, at + 4, 4));
	sink_number(out, "gid", m->gid);
}

static void body_fields(const struct rpc *m, const struct sink *out)
{
	if (m->uid != UINT32_MAX)
		caller_fields(m, out);
	text_field(out, "path", m->path);
	if (m->n_ops && m->name.n) /* it is an operation's */
		sink_at(out, part(m, 0, 0));
	text_field(out, "file", m->name);
	text_field(out, "file2", m->name2);
	if (m->handle.n)
		sink_hex(out, "handle", m->handle);
	if (m->handle2.n)
		sink_hex(out, "handle2", m->handle2);
	if (m->has & RPC_HAS_OFFSET)
		number_field("offset", offset);
	if (m->has & RPC_HAS_COUNT)
		number_field("count", count);
	if (m->has & RPC_HAS_EOF)
		bool_field("eof", eof);
	if (m->has & RPC_HAS_RESULT)
		bool_field("result", result);
	if (m->size != UINT64_MAX)
		number_field("size", size);
	if (m->prog == RPC_PORTMAP && (m->map_prog || m->type == RPC_REPLY)) {
		number_field("map_program", map_prog);
		number_field("map_version", map_vers);
		number_field("map_protocol", map_proto);
		number_field("port", map_port);
		text_field(out, "address", m->address);
		if (m->map_proc)
			number_field("map_procedure", map_proc);
	}
	lock_fields(m, out);
	list_fields(m, out);
	if (!m->ops_total)
		return;
	number_field("minor", minor);
	number_field("operations_total", ops_total);
	sink_list(out, "operations");
	for (uint32_t i = 0; i < m->n_ops; i++) {
		sink_object(out, NULL);
		sink_text(out, "op", nfs4_op_name(m->prog, m->op[i].op));
		number_field("code", op[i].op);
		if (m->type == RPC_REPLY) {
			sink_text(out, "status", rpc_status_name(RPC_STATUS_NFS4, m->op[i].status));
			number_field("status_code", op[i].status);
		}
		text_field(out, "file", m->op[i].name);
		sink_close(out);
	}
	sink_close(out);
}

const struct field_place rpc_places[] = { { "xid", 0, 4 }, { "type", 4, 4 }, { NULL, 0, 0 } };

/* A reply does not say them: they are its call's. */
static void numbers_fields(const struct rpc *m, const struct sink *out)
{
	bool call = m->type == RPC_CALL;

	sink_at(out, part(m, 12, call ? 4 : 0));
	sink_number(out, "program", m->prog);
	sink_at(out, part(m, 16, call ? 4 : 0));
	sink_number(out, "version", m->vers);
	sink_at(out, part(m, 20, call ? 4 : 0));
	sink_number(out, "procedure", m->proc);
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
		numbers_fields(m, out);
	} else {
		sink_null(out, "program");
		sink_null(out, "version");
		sink_null(out, "procedure");
	}
	sink_text(out, "name", m->known ? name : NULL);
	state_fields(p, m, out);
	body_fields(m, out);
}
