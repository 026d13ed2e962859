/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model.h"

/* NFS v3 procedures (RFC 1813) and v2's (RFC 1094) that the boot cares for; v4 operations (RFC
 * 7530, 8881). */
enum {
	N3_NULL = 0,
	N3_LOOKUP = 3,
	N3_READ = 6,
	N3_WRITE = 7,
	N3_RENAME = 14,
	N3_FSSTAT = 18,
	N2_LOOKUP = 4,
	N2_READ = 6,
	N2_WRITE = 8,
	N2_RENAME = 11,
	N2_STATFS = 17
};
enum {
	N4_COMPOUND = 1,
	O_ACCESS = 3,
	O_COMMIT = 5,
	O_GETFH = 10,
	O_LOOKUP = 15,
	O_OPEN = 18,
	O_PUTFH = 22,
	O_PUTROOTFH = 24,
	O_READ = 25,
	O_READDIR = 26,
	O_READLINK = 27,
	O_SAVEFH = 32,
	O_SETCLIENTID = 35,
	O_WRITE = 38,
	O_EXCHANGE_ID = 42,
	O_CREATE_SESSION = 43,
	O_SEQUENCE = 53,
	O_CREATE = 6,
	O_LINK = 11,
	O_REMOVE = 28,
	O_RENAME = 29,
	O_SETATTR = 34
};
enum { ERR_PERM_N = 1, ERR_NOENT_N = 2, ERR_ACCES_N = 13, ERR_ROFS_N = 30, ERR_STALE_N = 70 };

static struct nfs_use *use_of(struct boot *b, struct address server, uint32_t version, bool tcp,
			      const struct packet *p)
{
	struct nfs_use **at = &b->nfs, *n;

	for (; (n = *at) != NULL; at = &n->next)
		if (n->version == version && n->tcp == tcp && address_equal(n->server, server))
			return n;
	if (b->n_nfs >= CAP_NFS || !(n = boot_get(b, sizeof *n)))
		return NULL;
	n->server = server;
	n->version = version;
	n->tcp = tcp;
	n->first_frame = p->number;
	n->first_ns = p->time_ns;
	*at = n;
	b->n_nfs++;
	return n;
}

const struct mount *nfs_use_mount(const struct boot *b, const struct nfs_use *n)
{
	const struct mount *x = b->mounts;

	while (x &&
	       !(x->outcome == MOUNT_OK && x->path[0] && (x->version == 4) == (n->version == 4) &&
		 address_equal(x->server, n->server)))
		x = x->next;
	return x;
}

const char *nfs_use_op_name(const struct nfs_use *n, uint32_t op)
{
	const struct rpc_proc *row;
	const char *name;

	if (n->version == 4) {
		name = nfs4_op_name(RPC_NFS, op);
		return name ? name : "?";
	}
	row = rpc_proc_find(RPC_NFS, n->version, op);
	return row ? row->name : "?";
}

const char *nfs_use_status(const struct nfs_use *n, uint32_t status)
{
	const char *name = rpc_status_name(n->version == 4   ? RPC_STATUS_NFS4
					   : n->version == 3 ? RPC_STATUS_NFS3
							     : RPC_STATUS_NFS2,
					   status);

	return name ? name : "?";
}

static bool is_lookup(const struct nfs_use *n, uint32_t proc)
{
	return n->version == 3 ? proc == N3_LOOKUP : n->version == 2 && proc == N2_LOOKUP;
}

static const struct rpc_op *op_find(const struct rpc *m, uint32_t op)
{
	uint32_t n = m->n_ops < RPC_OPS_MAX ? m->n_ops : RPC_OPS_MAX;

	for (uint32_t i = 0; i < n; i++)
		if (m->op[i].op == op)
			return &m->op[i];
	return NULL;
}

static bool is_init(const char *name)
{
	return strcmp(name, "init") == 0 || strcmp(name, "systemd") == 0;
}

static void name_seen(struct nfs_use *n, const char *name, bool found, uint64_t frame)
{
	struct nfs_name *e = &n->name[n->n_names++ % CAP_NFS_NAMES];
	size_t len = strlen(name);

	if (len > sizeof e->name - 1)
		len = sizeof e->name - 1;
	memset(e, 0, sizeof *e);
	memcpy(e->name, name, len);
	e->found = found;
	e->answered = true;
	e->frame = frame;
	if (is_init(name)) {
		n->init_lookups++;
		n->init_found += found;
		if (!n->init_frame || found)
			n->init_frame = frame;
	}
}

/* ---- the work: how much of what, on which files ---- */

static struct bytes name_bytes(const char *name)
{
	return (struct bytes) { (const uint8_t *)name, (uint32_t)strlen(name) };
}

static const char *handle_name(const struct nfs_use *n, uint64_t hash)
{
	return n->work ? nfs_work_name_of(n->work, hash) : "";
}

/* The procedure; of a COMPOUND the first operation that is not there to prepare it. */
static uint32_t work_op(const struct nfs_use *n, const struct rpc *m, uint32_t proc)
{
	uint32_t held = m->n_ops < RPC_OPS_MAX ? m->n_ops : RPC_OPS_MAX;

	if (n->version != 4)
		return proc;
	for (uint32_t i = 0; i < held; i++)
		if (m->op[i].op != O_SEQUENCE && m->op[i].op != O_PUTFH &&
		    m->op[i].op != O_PUTROOTFH && m->op[i].op != O_SAVEFH)
			return m->op[i].op;
	return held ? m->op[held - 1].op : 0;
}

/* Operations that tell of a file being worked on or looked for; attributes are asked for all day.
 */
static bool is_touch(const struct nfs_use *n, uint32_t op)
{
	static const uint64_t v2 = 0x1ff74, v3 = 0x23ffec,
			      v4 = UINT64_C(1) << O_COMMIT | UINT64_C(1) << O_CREATE |
				   UINT64_C(1) << O_LINK | UINT64_C(1) << O_LOOKUP |
				   UINT64_C(1) << O_OPEN | UINT64_C(1) << O_READ |
				   UINT64_C(1) << O_READDIR | UINT64_C(1) << O_READLINK |
				   UINT64_C(1) << O_REMOVE | UINT64_C(1) << O_RENAME |
				   UINT64_C(1) << O_SETATTR | UINT64_C(1) << O_WRITE;

	return op < 64 && ((n->version == 2 ? v2 : n->version == 3 ? v3 : v4) >> op & 1);
}

static uint64_t root_of(const struct boot *b, const struct nfs_use *n)
{
	const struct mount *x = nfs_use_mount(b, n);

	return x ? x->root : 0;
}

/* Names that a good answer told. */
static void names_told(struct nfs_use *n, const struct rpc *m, const struct call *call, uint32_t op)
{
	uint64_t made = call_handle(m->handle2), folder = call->handle_hash;
	uint32_t entries = m->n_entries < RPC_ENTRIES_MAX ? m->n_entries : RPC_ENTRIES_MAX;

	if (n->version == 4 && op != O_LOOKUP && op != O_OPEN && op != O_CREATE)
		return;
	nfs_work_name(n->work, made, folder, name_bytes(call->name));
	for (uint32_t i = 0; i < entries && n->version == 3; i++)
		nfs_work_name(n->work, call_handle(m->entry_handle[i]), folder, m->entry[i]);
}

static void worked(struct boot *b, struct nfs_use *n, const struct packet *p,
		   const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	uint32_t op = work_op(n, m, call->proc);
	bool once = call->times == 1 && p->time_ns >= call->time_ns;

	if (!n->work && !(n->work = boot_get(b, sizeof(*n->work))))
		return;
	nfs_work_answered(n->work, op, p->time_ns, once ? p->time_ns - call->time_ns : UINT64_MAX);
	if (!m->status)
		names_told(n, m, call, op);
	if (is_touch(n, op))
		nfs_work_touch(n->work, &(struct work_touch) { .hash = call->handle_hash,
							       .made = call_handle(m->handle2),
							       .root = root_of(b, n),
							       .name = name_bytes(call->name),
							       .op = op,
							       .status = m->status,
							       .frame = p->number,
							       .time_ns = p->time_ns });
}

/* What only the call says: sizes, and the new name. */
static void asked(struct nfs_use *n, const struct rpc *m)
{
	bool v4 = n->version == 4, reads = v4 ? op_find(m, O_READ) != NULL : m->proc == N3_READ,
	     writes = v4 ? op_find(m, O_WRITE) != NULL
			 : m->proc == (n->version == 3 ? N3_WRITE : N2_WRITE);

	if (reads && m->count > n->read_size)
		n->read_size = m->count;
	if (writes && m->count > n->write_size)
		n->write_size = m->count;
	if (n->work && !v4 && m->proc == (n->version == 3 ? N3_RENAME : N2_RENAME))
		nfs_work_rename(n->work, call_handle(m->handle), m->name, call_handle(m->handle2),
				m->name2);
}

static void call_seen(struct scope *s, struct boot *b, struct packet *p, const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	struct nfs_use *n = use_of(b, p->ip.dst, m->vers, m->tcp, p);
	struct server *v = server_named(s, p->ip.dst, ROLE_NFS, p);

	if (v)
		v->rpc_calls++;
	boot_reach(b, STAGE_MOUNT, p);
	if (!n)
		return;
	n->port = p->dport;
	n->source_port = p->sport;
	n->minor = m->minor;
	n->calls++;
	n->nulls += m->proc == N3_NULL;
	n->unanswered_now++;
	if (m->retransmission) {
		n->retransmissions++;
		if (call && call->answered && !n->again_after_reply++)
			n->again_frame = p->number;
		n->reads_again += !m->tcp && n->version != 4 && m->proc == N3_READ &&
				  !(call && call->answered);
		if (n->unanswered_now > 1)
			n->unanswered_now--;
		if (!n->first_retransmission_frame)
			n->first_retransmission_frame = p->number;
		/* since it was first sent: the first repeat is the shortest */
		if (call && p->time_ns > call->time_ns &&
		    (!n->retransmission_gap_ns ||
		     p->time_ns - call->time_ns < n->retransmission_gap_ns))
			n->retransmission_gap_ns = p->time_ns - call->time_ns;
	}
	n->last_frame = n->last_call_frame = p->number;
	n->last_ns = n->last_call_ns = p->time_ns;
	if (!m->retransmission)
		asked(n, m);
}

static void error_seen(struct boot *b, struct nfs_use *n, const struct packet *p,
		       const struct call *call, uint32_t proc, const char *name)
{
	const struct rpc *m = &p->u.rpc;
	struct nfs_error **at = &n->first_error, *e;

	n->errors++;
	for (; (e = *at) != NULL; at = &e->next)
		if (e->status == m->status && e->proc == proc) {
			e->count++;
			return;
		}
	if (n->n_errors >= CAP_NFS_ERRORS || !(e = boot_get(b, sizeof *e)))
		return;
	*at = e;
	n->n_errors++;
	e->status_kind = (uint8_t)m->status_kind;
	e->status = m->status;
	e->proc = proc;
	e->uid = call->uid;
	e->count = 1;
	e->frame = p->number;
	e->call_frame = call->frame;
	e->time_ns = p->time_ns;
	e->name = boot_text(b, (struct bytes) { (const uint8_t *)name, (uint32_t)strlen(name) },
			    CALL_NAME_MAX);
}

/* The walk to the root by v4: the first COMPOUND that looks a name up below the root stands for the
 * mount. Where it was not seen, a name is any that a system at work looks for. */
static void mount_v4(struct boot *b, struct nfs_use *n, const struct packet *p,
		     const struct call *call, uint32_t failed)
{
	const struct rpc *m = &p->u.rpc;
	struct mount *t, **at = &b->mounts;

	for (; (t = *at) != NULL; at = &t->next)
		if (t->version == 4 && address_equal(t->server, n->server))
			break;
	if (!t) {
		if (b->n_mounts >= CAP_MOUNTS || !(t = boot_get(b, sizeof *t)))
			return;
		*at = t;
		b->n_mounts++;
		t->server = n->server;
		t->version = 4;
		t->minor = call->minor;
		t->tcp = n->tcp;
		t->path = "";
		t->first_frame = call->frame;
		t->first_ns = call->time_ns;
		t->server_port = call->server_port;
		t->source_port = call->client_port;
	}
	if (t->outcome == MOUNT_OK && n->reads)
		return;
	t->calls++;
	t->answers++;
	if (call->name[0] && (failed == O_LOOKUP || !t->path[0]))
		t->path = boot_text(b,
				    (struct bytes) { (const uint8_t *)call->name,
						     (uint32_t)strlen(call->name) },
				    CALL_NAME_MAX);
	t->status = m->status;
	t->outcome = m->denied                  ? MOUNT_DENIED
		     : m->status == 0           ? MOUNT_OK
		     : m->status == ERR_NOENT_N ? MOUNT_NO_SUCH_EXPORT
		     : m->status == ERR_PERM_N || m->status == ERR_ACCES_N || m->status == 10016
			     ? MOUNT_DENIED
		     : m->status == 10021 ? MOUNT_VERSION_REFUSED
					  : /* NFS4ERR_MINOR_VERS_MISMATCH */
			     MOUNT_FAILED;
	if (t->outcome == MOUNT_DENIED && !t->denials++) {
		t->denied_port = call->client_port;
		t->denied_frame = p->number;
	}
	t->last_frame = t->answer_frame = p->number;
	t->last_ns = t->answer_ns = p->time_ns;
}

/* What the statuses that say no have in common. */
static void refused(struct nfs_use *n, const struct packet *p, const struct call *call, bool change)
{
	uint32_t status = p->u.rpc.status;

	bool denied = call->uid == 0 && (status == ERR_ACCES_N || status == ERR_PERM_N);

	if (denied && change && !n->writes_denied++)
		n->denied_frame = p->number;
	/* of version 4 these may still be steps on the way to the root */
	if (denied && !change && n->version != 4 && !n->looks_denied++)
		n->look_denied_frame = p->number;
	if (change && status == ERR_ROFS_N && !n->writes_read_only++)
		n->read_only_frame = p->number;
	if (status == ERR_STALE_N && !n->stale++)
		n->stale_frame = p->number;
}

static void reply_v4(struct boot *b, struct nfs_use *n, const struct packet *p,
		     const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	uint32_t held = m->n_ops < RPC_OPS_MAX ? m->n_ops : RPC_OPS_MAX;
	const struct rpc_op *last = held ? &m->op[held - 1] : NULL;
	const struct rpc_op *op;
	uint32_t failed = last && last->status ? last->op : 0;
	bool walk = op_find(m, O_PUTROOTFH) != NULL || op_find(m, O_LOOKUP) != NULL;

	if (((op = op_find(m, O_EXCHANGE_ID)) || (op = op_find(m, O_SETCLIENTID))) && !op->status)
		n->exchange_id = true;
	if ((op = op_find(m, O_CREATE_SESSION)) && !op->status)
		n->session = true;
	n->from_root |= op_find(m, O_PUTROOTFH) != NULL;
	if (op_find(m, O_PUTROOTFH) || (walk && n->from_root && !n->reads))
		mount_v4(b, n, p, call, failed);
	if (op_find(m, O_LOOKUP) || op_find(m, O_OPEN)) {
		n->lookups++;
		if (call->name[0])
			name_seen(n, call->name, m->status == 0, p->number);
	}
	if ((op = op_find(m, O_READ)) && !op->status) {
		n->reads++;
		n->read_bytes += m->count;
	}
	if ((op = op_find(m, O_WRITE)) && !op->status) {
		n->writes++;
		n->write_bytes += m->count;
	}
	if (m->status) {
		refused(n, p, call,
			failed == O_WRITE || failed == O_CREATE || failed == O_SETATTR ||
				failed == O_REMOVE || failed == O_RENAME || failed == O_LINK ||
				(failed == O_OPEN && m->status == ERR_ROFS_N));
		error_seen(b, n, p, call, failed, call->name);
	} else if (op_find(m, O_ACCESS) || op_find(m, O_READ) || op_find(m, O_OPEN) ||
		   op_find(m, O_READDIR) || op_find(m, O_READLINK))
		boot_reach(b, STAGE_NFS_ROOT, p); /* the walk to the root itself is the mount */
}

/* Procedures that write: RFC 1094 2.2, RFC 1813 3.3. */
static bool changes(const struct nfs_use *n, uint32_t proc)
{
	return proc == 2 || (n->version == 2 ? proc >= 8 && proc <= 15 : proc >= 7 && proc <= 15);
}

static void reply_v3(struct boot *b, struct nfs_use *n, const struct packet *p,
		     const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	uint32_t wr = n->version == 3 ? N3_WRITE : N2_WRITE;
	const char *name = call->name[0] ? call->name : handle_name(n, call->handle_hash);

	/* the mount itself asks for FSINFO, PATHCONF and attributes; what it does with the root is
	 * work */
	if (n->version == 2 ? call->proc >= N2_LOOKUP && call->proc != N2_STATFS
			    : call->proc >= N3_LOOKUP && call->proc < N3_FSSTAT)
		boot_reach(b, STAGE_NFS_ROOT, p);

	if (is_lookup(n, call->proc)) {
		n->lookups++;
		name_seen(n, call->name, m->status == 0, p->number);
		if (m->status == ERR_NOENT_N && call->name[0] >= '1' && call->name[0] <= '9' &&
		    strcmp(handle_name(n, call->handle_hash), "modules") == 0 &&
		    !n->modules_missing_frame) /* a release: other folders have that name too
						*/
			n->modules_missing_frame = p->number;
	}
	if (m->status) {
		refused(n, p, call, changes(n, call->proc));
		error_seen(b, n, p, call, call->proc, name);
		return;
	}
	if (call->proc == N3_READ) {
		n->reads++;
		n->read_bytes += m->count;
	} else if (call->proc == wr) {
		n->writes++;
		n->write_bytes += m->count;
	}
}

static void reply_seen(struct scope *s, struct boot *b, struct packet *p, const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	struct nfs_use *n = use_of(b, call->server, call->vers, m->tcp, p);
	struct server *v = server_played(s, p->ip.src, ROLE_NFS, p);
	uint64_t took;

	if (v)
		v->rpc_replies++;
	if (!n)
		return;
	n->replies++;
	if (n->unanswered_now)
		n->unanswered_now--;
	n->null_replies += call->proc == N3_NULL;
	n->last_frame = n->last_reply_frame = p->number;
	n->last_ns = n->last_reply_ns = p->time_ns;
	if (call->times == 1 && p->time_ns >= call->time_ns) {
		took = p->time_ns - call->time_ns;
		n->latency_sum_ns += took;
		n->latencies++;
		if (took > n->latency_max_ns)
			n->latency_max_ns = took;
	}
	boot_progress(b, p);
	if (!m->denied && (m->accept == RPC_PROG_MISMATCH || m->accept == RPC_PROG_UNAVAIL)) {
		n->mismatch = true;
		n->low = m->low;
		n->high = m->high;
		n->mismatch_frame = p->number;
		return;
	}
	if (m->denied || m->accept != RPC_SUCCESS) {
		error_seen(b, n, p, call, call->proc, call->name);
		return;
	}
	if (call->proc == N3_NULL)
		return;
	if (n->version == 4)
		reply_v4(b, n, p, call);
	else
		reply_v3(b, n, p, call);
	worked(b, n, p, call);
}

void nfs_packet(struct scope *s, struct slot *c, struct packet *p, const struct call *call)
{
	struct boot *b = slot_boot(c);

	if (p->u.rpc.type == RPC_CALL)
		call_seen(s, b, p, call);
	else if (call)
		reply_seen(s, b, p, call);
}
