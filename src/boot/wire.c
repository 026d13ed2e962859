/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"

#include "calls.h"
#include "flow.h"
#include "fragments.h"
#include "tcp_stream.h"

/* A rack of boards booting at once; all of it is touched only as far as it is used. */
const struct wire_limits wire_default_limits = {
	.fragments = 64, .flows = 4096, .connections = 1024, .calls = 4096
};

struct wire {
	struct wire_stats stats;
	struct fragments *fragments;
	struct flows *flows;
	struct streams *streams;
	struct calls *calls;
	/* during a call of wire_frame */
	wire_packet_fn *fn;
	void *ctx;
	wire_read_fn *watch; /* NULL: nobody */
	void *watch_ctx;
	bool delivered;
	struct packet packet; /* several kB: here, not on the stack, and never cleared whole */
};

static size_t aligned(size_t n)
{
	return (n + 63) & ~(size_t)63;
}

size_t wire_size(const struct wire_limits *l)
{
	return aligned(sizeof(struct wire)) + aligned(fragments_size(l->fragments)) +
	       aligned(flows_size(l->flows)) + aligned(streams_size(l->connections)) +
	       aligned(calls_size(l->calls));
}

struct wire *wire_init(void *mem, const struct wire_limits *l)
{
	struct wire *w = mem;
	uint8_t *at = mem;

	if (!mem)
		return NULL;
	at += aligned(sizeof(*w));
	w->fragments = fragments_init(at, l->fragments);
	at += aligned(fragments_size(l->fragments));
	w->flows = flows_init(at, l->flows, l->seed);
	at += aligned(flows_size(l->flows));
	w->streams = streams_init(at, l->connections, l->seed);
	at += aligned(streams_size(l->connections));
	w->calls = calls_init(at, l->calls, l->seed);
	return w;
}

void wire_watch(struct wire *w, wire_read_fn *fn, void *ctx)
{
	w->watch = fn;
	w->watch_ctx = ctx;
	streams_watch(w->streams, fn, ctx);
}

const struct wire_stats *wire_stats(const struct wire *w)
{
	return &w->stats;
}

static void deliver(struct wire *w, struct packet *p, const struct call *call)
{
	w->delivered = true;
	w->stats.records[p->record]++;
	if (p->err)
		w->stats.errors++;
	w->fn(w->ctx, p, call);
}

/* A record was read from the payload: how that ended goes with it, and the payload begins again
 * where it did. Decoders read the packet's own cursor, since a copy made just after it was written
 * waits for memory, once a frame. */
static void deliver_record(struct wire *w, struct packet *p, enum record record, uint32_t begin)
{
	p->record = record;
	if (p->payload.err) {
		p->err = p->payload.err;
		p->err_offset = reader_offset(&p->payload);
	}
	p->payload.pos = begin;
	p->payload.err = ERR_OK;
	deliver(w, p, NULL);
}

/* What a board that boots may talk to; the table of ports has a bound. */
static bool learnable(const struct rpc_map *k)
{
	return k->port && k->port <= UINT16_MAX &&
	       (k->prog == RPC_NFS || k->prog == RPC_MOUNT || k->prog == RPC_NLM ||
		k->prog == RPC_NSM || k->prog == RPC_NFS_ACL);
}

/* Portmap's and rpcbind's answers name the ports on which RPC will be spoken. */
static void learn_ports(struct wire *w, const struct packet *p, const struct call *call)
{
	const struct rpc *m = &p->u.rpc;

	if (m->type != RPC_REPLY || !call || m->denied || m->accept != RPC_SUCCESS)
		return;
	calls_learn_port(w->calls, p->ip.src, p->sport);
	if (m->prog == RPC_PORTMAP && m->map_port && m->map_port <= UINT16_MAX)
		calls_learn_port(w->calls, p->ip.src, (uint16_t)m->map_port);
	for (uint32_t i = 0; i < m->n_maps; i++)
		if (learnable(&m->maps[i]))
			calls_learn_port(w->calls, p->ip.src, (uint16_t)m->maps[i].port);
}

/* One message; true when the rest of it is wanted first. */
static bool rpc_message(struct wire *w, struct packet *p, struct reader m, bool tcp, bool final)
{
	struct rpc *r = &p->u.rpc;
	const struct call *call = NULL;
	uint32_t begin = m.pos;

	rpc_decode_header(&m, r);
	r->tcp = tcp;
	if (!m.err && r->type == RPC_REPLY)
		call = calls_reply(w->calls, p);
	if (!m.err)
		rpc_decode_body(&m, r);
	if (m.err == ERR_CUT && !final)
		return true;
	if (w->watch)
		w->watch(w->watch_ctx, m.buf + begin, m.pos - begin);
	if (r->type == RPC_CALL)
		call = calls_call(w->calls, p);
	learn_ports(w, p, call);
	p->record = RECORD_RPC;
	p->err = m.err;
	p->err_offset = m.err ? reader_offset(&m) : 0;
	deliver(w, p, call);
	return false;
}

static bool stream_message(void *ctx, struct packet *p, struct reader message, bool final)
{
	return rpc_message(ctx, p, message, true, final);
}

static struct bytes payload_of(const struct packet *p)
{
	return bytes_of(p->payload.buf + p->payload.pos, reader_left(&p->payload));
}

static bool either(const struct packet *p, uint16_t port)
{
	return p->sport == port || p->dport == port;
}

/* The well-known ports of RPC, or one that a server was heard on. */
static bool rpc_port(struct wire *w, const struct packet *p)
{
	return either(p, RPC_PORTMAP_PORT) || either(p, RPC_NFS_PORT) ||
	       calls_is_rpc_port(w->calls, p->ip.dst, p->dport) ||
	       calls_is_rpc_port(w->calls, p->ip.src, p->sport);
}

/* Does it answer a call that was seen, whatever the ports? */
static bool answers_call(struct wire *w, struct packet *p)
{
	struct reader r = p->payload;

	p->u.rpc.tcp = false;
	rpc_decode_header(&r, &p->u.rpc);
	return !r.err && p->u.rpc.type == RPC_REPLY && calls_reply(w->calls, p);
}

/* RPC over UDP. A call is known by its header on any port; a reply by its call, or by its server's
 * port. */
static bool udp_rpc(struct wire *w, struct packet *p)
{
	struct bytes b = payload_of(p);

	if (rpc_looks_like_call(b)) {
		rpc_message(w, p, p->payload, false, true);
		return true;
	}
	if (!rpc_looks_like_reply(b) || (!rpc_port(w, p) && !answers_call(w, p)))
		return false;
	rpc_message(w, p, p->payload, false, true);
	return true;
}

static void udp_dhcp(struct wire *w, struct packet *p)
{
	uint32_t begin = p->payload.pos;
	int sum = packet_udp_checksum(p, packet_udp(p));

	p->bad_checksum = sum == 1;
	p->partial_checksum = sum == 2;
	dhcp_decode(&p->payload, &p->u.dhcp);
	deliver_record(w, p, RECORD_DHCP, begin);
}

/* What blocks of a transfer are, by what was agreed on last, and whether m is several of them. */
static void tftp_terms(struct flow *f, struct tftp *m)
{
	const uint64_t *v = m->value;

	if (m->op == TFTP_OACK) {
		f->blksize = 0;
		if (m->has & 1u << TFTP_BLKSIZE && v[TFTP_BLKSIZE] >= 8 && v[TFTP_BLKSIZE] <= 65464)
			f->blksize = (uint16_t)v[TFTP_BLKSIZE];
		f->window = m->has & 1u << TFTP_WINDOWSIZE && v[TFTP_WINDOWSIZE] > 1;
	}
	tftp_burst(m, f->blksize ? f->blksize : TFTP_DEFAULT_BLKSIZE, f->window);
}

/* A datagram of a transfer, or a request that begins one. */
static bool udp_tftp(struct wire *w, struct packet *p)
{
	struct reader *r = &p->payload;
	struct tftp *m = &p->u.tftp;
	uint32_t begin = r->pos;
	int from_client = 0;
	bool begins;

	p->flow = flows_find(w->flows, p->ip.src, p->sport, p->ip.dst, p->dport, &from_client);
	begins = p->dport == TFTP_PORT || tftp_looks_like_request(payload_of(p));
	if (!p->flow && !begins && p->sport != TFTP_PORT)
		return false;
	tftp_decode(r, m);
	if (r->err == ERR_VALUE && p->flow && !either(p, TFTP_PORT)) {
		r->pos = begin;
		r->err = ERR_OK;
		return false; /* the port was given to something else */
	}
	if ((m->op == TFTP_RRQ || m->op == TFTP_WRQ) && begins)
		p->flow = flows_add(w->flows, p->ip.src, p->sport, p->ip.dst, p->time_ns);
	if (p->flow) {
		p->flow->last_ns = p->time_ns;
		tftp_terms(p->flow, m);
		if (!from_client && address_equal(p->flow->client, p->ip.dst)) {
			p->flow->answered_by = p->ip.src;
			p->flow->server_port = p->sport;
		}
	}
	deliver_record(w, p, RECORD_TFTP, begin);
	return true;
}

static void udp(struct wire *w, struct packet *p)
{
	struct reader *r = &p->payload;
	uint32_t begin = r->pos;

	if (r->err || r->wire == begin)
		return;
	if (either(p, DHCP_SERVER_PORT) || either(p, DHCP_CLIENT_PORT) ||
	    either(p, DHCP_PROXY_PORT)) {
		udp_dhcp(w, p);
	} else if (udp_tftp(w, p)) {
		return;
	} else if (either(p, DHCP6_CLIENT_PORT) || either(p, DHCP6_SERVER_PORT)) {
		dhcp6_decode(r, &p->u.dhcp6);
		deliver_record(w, p, RECORD_DHCP6, begin);
	} else if (either(p, DNS_PORT)) {
		dns_decode(r, &p->u.dns);
		deliver_record(w, p, RECORD_DNS, begin);
	} else if (p->dport == NETCONSOLE_TO_PORT) {
		netconsole_decode(r, &p->u.netconsole);
		deliver_record(w, p, RECORD_NETCONSOLE, begin);
	} else {
		udp_rpc(w, p);
	}
}

static void tcp(struct wire *w, struct packet *p)
{
	struct reader *r = &p->payload;
	uint32_t begin = r->pos;

	if (p->record == RECORD_TCP)
		deliver(w, p, NULL);
	if (r->wire > begin && http_looks_like(payload_of(p))) {
		http_decode(r, &p->u.http);
		deliver_record(w, p, RECORD_HTTP, begin);
		return;
	}
	streams_segment(w->streams, p, rpc_port(w, p), stream_message, w);
}

void wire_frame(struct wire *w, const struct frame *f, wire_packet_fn *fn, void *ctx)
{
	struct packet *p = &w->packet;

	w->fn = fn;
	w->ctx = ctx;
	w->delivered = false;
	w->stats.frames++;
	w->stats.bytes += f->wire_len;
	w->stats.cut_frames += f->cap_len < f->wire_len;
	w->stats.unknown_link += f->link != LINK_ETHERNET && !link_known(f->link);
	packet_layers(f, p);
	if (p->ip.fragment && !p->err && fragments_add(w->fragments, p))
		packet_transport(p);
	if (p->ip.version && !(p->ip.fragment && !p->reassembled)) {
		if (p->ip.proto == IP_PROTO_UDP)
			udp(w, p);
		else if (p->ip.proto == IP_PROTO_TCP)
			tcp(w, p);
	}
	if (!w->delivered)
		deliver(w, p, NULL);
}
