/* SPDX-License-Identifier: BSD-2-Clause */
/* An RPC message told in a line and in fields. */
#include "packet.h"
#include "rpc.h"
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

static void lock_fields(const struct rpc *m, const struct sink *out)
{
	text_field(out, "host", m->host);
	if (m->has & RPC_HAS_STATE)
		sink_number(out, "state", m->state);
	if (!(m->has & RPC_HAS_LOCK))
		return;
	sink_object(out, "lock");
	sink_bool(out, "exclusive", m->lock.exclusive);
	sink_bool(out, "block", m->lock.block);
	sink_bool(out, "reclaim", m->lock.reclaim);
	sink_number(out, "owner", m->lock.owner);
	sink_number(out, "offset", m->lock.offset);
	sink_number(out, "length", m->lock.length);
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
		sink_number(out, "program", m->maps[i].prog);
		sink_number(out, "version", m->maps[i].vers);
		sink_number(out, "protocol", m->maps[i].proto);
		sink_number(out, "port", m->maps[i].port);
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
	if (m->has & RPC_HAS_RESULT)
		sink_bool(out, "result", m->result);
	if (m->size != UINT64_MAX)
		sink_number(out, "size", m->size);
	if (m->prog == RPC_PORTMAP && (m->map_prog || m->type == RPC_REPLY)) {
		sink_number(out, "map_program", m->map_prog);
		sink_number(out, "map_version", m->map_vers);
		sink_number(out, "map_protocol", m->map_proto);
		sink_number(out, "port", m->map_port);
		text_field(out, "address", m->address);
		if (m->map_proc)
			sink_number(out, "map_procedure", m->map_proc);
	}
	lock_fields(m, out);
	list_fields(m, out);
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
