/* SPDX-License-Identifier: BSD-2-Clause */
#include "mount_point.h"

#include <string.h>

#include "model.h"

static const char *const outcomes[] = { "no-answer",       "ok",      "denied", "no-such-export",
					"version-refused", "refused", "failed" };

const char *mount_outcome_key(enum mount_outcome o)
{
	return (unsigned)o <= MOUNT_FAILED ? outcomes[o] : "failed";
}

static struct port_map *map_of(struct boot *b, struct address server, bool tcp, uint32_t prog,
			       uint32_t vers, uint32_t proto, const struct packet *p)
{
	struct port_map **at = &b->maps, *m;

	for (; (m = *at) != NULL; at = &m->next)
		if (address_equal(m->server, server) && m->tcp == tcp && m->prog == prog &&
		    m->vers == vers && m->proto == proto)
			return m;
	if (b->n_maps >= CAP_MAPS || !(m = boot_get(b, sizeof *m)))
		return NULL;
	m->server = server;
	m->tcp = tcp;
	m->prog = prog;
	m->vers = vers;
	m->proto = proto;
	m->first_frame = p->number;
	m->first_ns = p->time_ns;
	*at = m;
	b->n_maps++;
	return m;
}

/* NULL, GETPORT or GETADDR, DUMP, GETVERSADDR. A call to be passed on (CALLIT, BCAST, INDIRECT) is
 * not answered when it fails (RFC 1833 2.2.1), and SET and UNSET are for servers. */
static bool is_question(const struct rpc *m)
{
	return m->proc == 0 || m->proc == 3 || m->proc == 4 || m->proc == 9;
}

static void portmap(struct scope *s, struct boot *b, struct packet *p, const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	struct port_map *k;
	struct server *v;

	if (m->type == RPC_CALL) {
		boot_reach(b, STAGE_RPCBIND, p);
		v = server_named(s, p->ip.dst, ROLE_RPCBIND, p);
		if (v)
			v->rpc_calls++;
		if (!is_question(m))
			return;
		k = map_of(b, p->ip.dst, m->tcp, m->map_prog, m->map_vers, m->map_proto, p);
		if (!k)
			return;
		k->asked++;
		k->last_frame = p->number;
		k->last_ns = p->time_ns;
		return;
	}
	v = server_played(s, p->ip.src, ROLE_RPCBIND, p);
	if (v)
		v->rpc_replies++;
	if (!call || !is_question(m))
		return;
	k = map_of(b, call->server, m->tcp, call->map_prog, call->map_vers, call->map_proto, p);
	if (!k)
		return;
	k->answered++;
	k->answer_frame = p->number;
	k->answer_ns = p->time_ns;
	k->port = (uint16_t)m->map_port;
	boot_progress(b, p);
	/* a reading of rpcbind v3/v4 answers: the port is the last two parts of the address (RFC
	 * 1833) */
	if (!k->port && m->address.n) {
		uint32_t lo = 0, hi = 0, mul = 1, dots = 0, i = m->address.n;

		while (i-- > 0 && dots < 2) {
			uint8_t ch = m->address.p[i];

			if (ch == '.') {
				dots++;
				mul = 1;
			} else if (ch >= '0' && ch <= '9' && mul <= 100) {
				*(dots ? &hi : &lo) += mul * (uint32_t)(ch - '0');
				mul *= 10;
			}
		}
		if (hi < 256 && lo < 256)
			k->port = (uint16_t)(hi << 8 | lo);
	}
}

static struct mount *mount_of(struct boot *b, struct address server, uint32_t version, bool tcp,
			      const char *path, const struct packet *p, bool make)
{
	struct mount **at = &b->mounts, *m;

	for (; (m = *at) != NULL; at = &m->next)
		if (address_equal(m->server, server) && m->version == version && m->tcp == tcp &&
		    strcmp(m->path, path) == 0)
			return m;
	if (!make || b->n_mounts >= CAP_MOUNTS || !(m = boot_get(b, sizeof *m)))
		return NULL;
	m->path = path;
	m->server = server;
	m->version = version;
	m->tcp = tcp;
	m->first_frame = p->number;
	m->first_ns = p->time_ns;
	*at = m;
	b->n_mounts++;
	return m;
}

static enum mount_outcome outcome_of(const struct rpc *m)
{
	if (m->denied)
		return MOUNT_DENIED;
	if (m->accept == RPC_PROG_MISMATCH || m->accept == RPC_PROG_UNAVAIL)
		return MOUNT_VERSION_REFUSED;
	if (m->accept != RPC_SUCCESS)
		return MOUNT_FAILED;
	/* RFC 1813 5.1.5: mountstat3 */
	switch (m->status) {
	case 0:
		return MOUNT_OK;
	case 1:
	case 13:
		return MOUNT_DENIED;
	case 2:
	case 20:
		return MOUNT_NO_SUCH_EXPORT;
	default:
		return MOUNT_FAILED;
	}
}

enum { MOUNTPROC_NULL = 0, MOUNTPROC_MNT = 1, MOUNTPROC_EXPORT = 5, MOUNTPROC_EXPORTALL = 6 };

static void mountd(struct scope *s, struct boot *b, struct packet *p, const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	struct mount *t = NULL;

	if (m->type == RPC_CALL) {
		char path[CAP_PATH + 1];
		uint32_t n = m->path.n < CAP_PATH ? m->path.n : CAP_PATH;

		server_named(s, p->ip.dst, ROLE_MOUNTD, p);
		if (m->proc > MOUNTPROC_MNT)
			return; /* UMNT, EXPORT, DUMP: no attempt to mount */
		boot_reach(b, STAGE_MOUNT, p);
		if (n)
			memcpy(path, m->path.p, n);
		path[n] = 0;
		t = mount_of(b, p->ip.dst, m->vers, m->tcp, path, p, false);
		if (!t)
			t = mount_of(b, p->ip.dst, m->vers, m->tcp,
				     n ? boot_text(b, m->path, CAP_PATH) : "", p, true);
		if (!t)
			return;
		t->calls++;
		t->server_port = p->dport;
		t->source_port = p->sport;
		t->last_frame = p->number;
		t->last_ns = p->time_ns;
		return;
	}
	server_played(s, p->ip.src, ROLE_MOUNTD, p);
	if (!call || call->proc > MOUNTPROC_MNT)
		return;
	/* the call's name is cut to CALL_NAME_MAX: the last one of this server and version that is
	 * open is it */
	for (struct mount *x = b->mounts; x; x = x->next)
		if (address_equal(x->server, call->server) && x->version == call->vers &&
		    x->last_frame == call->frame)
			t = x;
	for (struct mount *x = b->mounts; x && !t; x = x->next)
		if (address_equal(x->server, call->server) && x->version == call->vers &&
		    x->answers < x->calls)
			t = x;
	if (!t)
		return;
	t->answers++;
	t->answer_frame = t->last_frame = p->number;
	t->answer_ns = p->time_ns;
	t->outcome = outcome_of(m);
	if (t->outcome == MOUNT_DENIED && !t->denials++) {
		t->denied_port = call->client_port;
		t->denied_frame = p->number;
	}
	t->status = m->status;
	if (t->outcome == MOUNT_OK)
		t->root = call_handle(m->handle2);
	t->low = m->low;
	t->high = m->high;
	boot_progress(b, p);
}

/* EXPORT, or EXPORTALL of versions 1 and 2. */
static bool is_export_list(const struct rpc *m, const struct call *call)
{
	return m->type == RPC_REPLY && call && call->prog == RPC_MOUNT &&
	       (call->proc == MOUNTPROC_EXPORT ||
		(call->proc == MOUNTPROC_EXPORTALL && call->vers < 3));
}

void rpc_packet(struct scope *s, struct packet *p, const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	uint32_t prog = m->type == RPC_REPLY && call ? call->prog : m->prog;
	struct slot *c;
	struct boot *b;

	if (prog != RPC_PORTMAP && prog != RPC_MOUNT && prog != RPC_NFS)
		return;
	if (is_export_list(m, call))
		exports_packet(s, p);
	c = m->type == RPC_CALL ? slot_of_sender(s, p, true) : slot_of_receiver(s, p);
	if (!c)
		return;
	b = slot_boot(c);
	if (!b) {
		b = slot_new_boot(s, c, p);
		b->os_only = b->begun_before = true;
		client_learn_family(&c->c, FAMILY_LINUX, BY_OS_CLASS);
	}
	if (m->type == RPC_CALL) {
		slot_address(s, c, p->ip.src, p);
		b->last_ns = p->time_ns;
		b->last_frame = p->number;
	}
	slot_touch(s, c, p->time_ns);
	if (prog == RPC_PORTMAP)
		portmap(s, b, p, call);
	else if (prog == RPC_MOUNT)
		mountd(s, b, p, call);
	else
		nfs_packet(s, c, p, call);
}

void rpc_refused(struct boot *b, struct address server, uint16_t port, bool tcp,
		 const struct packet *p)
{
	for (struct port_map *m = b->maps; m && port == RPC_PORTMAP_PORT; m = m->next)
		if (address_equal(m->server, server) && m->tcp == tcp && !m->answered) {
			m->refused = true;
			m->refused_frame = p->number;
		}
	for (struct mount *m = b->mounts; m; m = m->next)
		if (address_equal(m->server, server) && m->server_port == port && m->tcp == tcp &&
		    !m->answers) {
			m->refused = true;
			m->outcome = MOUNT_REFUSED;
			m->answer_frame = p->number;
		}
	for (struct nfs_use *n = b->nfs; n; n = n->next)
		if (address_equal(n->server, server) && n->port == port && n->tcp == tcp &&
		    !n->replies)
			n->refused = true;
	for (struct connection *k = b->connections; k && tcp; k = k->next)
		if (address_equal(k->server, server) && k->port == port)
			k->unreachables++;
}

static struct connection *connection_of(struct boot *b, struct address server, uint16_t port,
					const struct packet *p, bool make)
{
	struct connection **at = &b->connections, *k;

	for (; (k = *at) != NULL; at = &k->next)
		if (address_equal(k->server, server) && k->port == port)
			return k;
	if (!make || b->n_connections >= CAP_CONNECTIONS || !(k = boot_get(b, sizeof *k)))
		return NULL;
	k->server = server;
	k->port = port;
	k->first_frame = p->number;
	k->first_ns = p->time_ns;
	*at = k;
	b->n_connections++;
	return k;
}

static bool is_mountd_port(const struct boot *b, uint16_t port)
{
	for (const struct port_map *m = b->maps; m; m = m->next)
		if (m->port == port && (m->prog == RPC_MOUNT || m->prog == RPC_NFS))
			return true;
	return false;
}

static void from_client(struct scope *s, struct slot *c, struct boot *b, const struct packet *p)
{
	struct connection *k;
	bool syn = (p->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;

	if (!syn) {
		k = connection_of(b, p->ip.dst, p->dport, p, false);
		if (k) {
			k->client_resets += (p->tcp.flags & TCP_RST) != 0;
			k->fins += (p->tcp.flags & TCP_FIN) != 0;
			k->last_frame = p->number;
			k->last_ns = p->time_ns;
		}
		return;
	}
	b->last_ns = p->time_ns;
	b->last_frame = p->number;
	slot_address(s, c, p->ip.src, p);
	k = connection_of(b, p->ip.dst, p->dport, p, true);
	if (k) {
		k->syns++;
		k->last_source_port = p->sport;
		k->last_syn_ns = k->last_ns = p->time_ns;
		k->last_frame = p->number;
	}
	if (p->dport == RPC_PORTMAP_PORT) {
		boot_reach(b, STAGE_RPCBIND, p);
		server_named(s, p->ip.dst, ROLE_RPCBIND, p);
	} else if (p->dport == RPC_NFS_PORT || is_mountd_port(b, p->dport)) {
		boot_reach(b, STAGE_MOUNT, p);
		server_named(s, p->ip.dst, p->dport == RPC_NFS_PORT ? ROLE_NFS : ROLE_MOUNTD, p);
	} else if ((p->dport == 80 || p->dport == 443) && !b->os_only &&
		   b->stage < STAGE_TFTP_FIRST_FILE) {
		server_named(s, p->ip.dst, ROLE_HTTP, p);
		boot_reach(b, STAGE_TFTP_FIRST_FILE, p);
	}
}

static void from_server(struct boot *b, const struct packet *p)
{
	struct connection *k = connection_of(b, p->ip.src, p->sport, p, false);

	if (!k)
		return;
	k->last_frame = p->number;
	k->last_ns = p->time_ns;
	if (p->tcp.flags & TCP_SYN) {
		if (!k->syn_acks++) {
			k->syn_ack_frame = p->number;
			k->syn_ack_ns = p->time_ns;
			boot_progress(b, p);
		}
	} else if (p->tcp.flags & TCP_RST) {
		if (!k->resets++)
			k->reset_frame = p->number;
		if (k->last_syn_ns > k->syn_ack_ns) {
			k->refused = true;
			rpc_refused(b, p->ip.src, p->sport, true, p);
			k->unreachables--; /* that was a RST, not ICMP */
		}
	} else if (p->tcp.flags & TCP_FIN) {
		k->fins++;
	}
}

void connection_packet(struct scope *s, struct packet *p)
{
	bool nfs = p->dport == RPC_NFS_PORT || p->dport == RPC_PORTMAP_PORT;
	bool syn = (p->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	struct slot *c = slot_of_sender(s, p, nfs && syn);

	if (c && !slot_boot(c) && nfs && syn) {
		struct boot *b = slot_new_boot(s, c, p);

		b->os_only = b->begun_before = true;
		client_learn_family(&c->c, FAMILY_LINUX, BY_OS_CLASS);
	}
	if (c && slot_boot(c)) {
		from_client(s, c, slot_boot(c), p);
		if (!syn || p->sport == RPC_NFS_PORT)
			return;
		return;
	}
	c = slot_of_receiver(s, p);
	if (c && slot_boot(c))
		from_server(slot_boot(c), p);
}
