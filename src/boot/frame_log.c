/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame_log.h"

#include <string.h>

#include "hash.h"

enum {
	SHARE = 3,     /* of three bytes of memory one is for entries, or about that */
	LEAST = 64,    /* entries, however little memory there is */
	HEADERS = 96,  /* kept of what is only bulk */
	REQUEST = 512, /* of requests and small answers */
};

/* Entries i is at [i % n]; ids first to next - 1 are held. Bytes at position x are at [x % cap],
 * and those of an entry in one piece. */
struct frame_log {
	uint8_t *bytes;
	uint32_t n, cap;
	uint64_t first, next, end;
	uint64_t messages;
	struct logged entry[];
};

static uint32_t entries_of(uint32_t bytes)
{
	uint32_t n = bytes / SHARE / (uint32_t)sizeof(struct logged);

	return n < LEAST ? LEAST : n;
}

static uint32_t room_of(uint32_t bytes)
{
	uint32_t room = bytes - bytes / SHARE;

	return room < 4 * LOG_MESSAGE_MAX ? 4 * LOG_MESSAGE_MAX : room;
}

size_t frame_log_size(uint32_t bytes)
{
	return sizeof(struct frame_log) + entries_of(bytes) * sizeof(struct logged) +
	       room_of(bytes);
}

struct frame_log *frame_log_init(void *mem, uint32_t bytes)
{
	struct frame_log *l = mem;

	if (!mem)
		return NULL;
	l->n = entries_of(bytes);
	l->cap = room_of(bytes);
	l->bytes = (uint8_t *)(l->entry + l->n);
	l->first = l->next = 1;
	return l;
}

static const struct logged *entry_of(const struct frame_log *l, uint64_t id)
{
	return l && id >= l->first && id < l->next ? &l->entry[id % l->n] : NULL;
}

static struct logged *own_entry(struct frame_log *l, uint64_t id)
{
	return entry_of(l, id) ? &l->entry[id % l->n] : NULL;
}

const struct logged *frame_log_entry(const struct frame_log *l, uint64_t id)
{
	return entry_of(l, id);
}

uint64_t frame_log_next(const struct frame_log *l, uint64_t id)
{
	const struct logged *e = entry_of(l, id);

	return e ? e->next : 0;
}

uint64_t frame_log_prev(const struct frame_log *l, uint64_t id)
{
	const struct logged *e = entry_of(l, id);

	return e && entry_of(l, e->prev) ? e->prev : 0;
}

uint64_t frame_log_last(const struct frame_log *l, const struct log_chain *c)
{
	return entry_of(l, c->last) ? c->last : 0;
}

uint64_t frame_log_first(const struct frame_log *l, const struct log_chain *c)
{
	uint64_t id = frame_log_last(l, c), before;

	while ((before = frame_log_prev(l, id)))
		id = before;
	return id;
}

uint64_t frame_log_find(const struct frame_log *l, uint64_t number)
{
	uint64_t lo = l ? l->first : 0, hi = l ? l->next : 0;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (entry_of(l, mid)->number < number)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (entry_of(l, lo) && entry_of(l, lo)->number == number)
		return lo;
	/* runs stand where they began */
	while (lo > 1 && entry_of(l, --lo))
		if (entry_of(l, lo)->last_number >= number)
			return lo;
	return 0;
}

struct log_stats frame_log_stats(const struct frame_log *l)
{
	struct log_stats s = { 0 };
	const struct logged *e = l ? entry_of(l, l->first) : NULL;

	if (!l)
		return s;
	s.messages = l->messages;
	s.held = l->next - l->first;
	s.gone = l->first - 1;
	s.first_number = e ? e->number : 0;
	s.first_ns = e ? e->time_ns : 0;
	return s;
}

static void of_rpc(struct logged *e, const struct rpc *m)
{
	e->op = m->type;
	e->id = m->xid;
	e->known = m->known;
	e->prog = m->prog;
	e->vers = m->vers;
	e->proc = m->proc;
	e->wrap = m->wrap;
	e->tcp = m->tcp;
	e->call_frame = m->call_frame;
	e->call_ns = m->call_time_ns;
	e->retransmission = m->retransmission;
	e->failed = m->denied || m->accept || (m->status_kind && m->status);
	/* READ and WRITE of versions 2 and 3; what carries the data counts it */
	e->moves = m->prog == RPC_NFS && m->vers < 4 && m->has & RPC_HAS_COUNT &&
		   (m->proc == 6 || m->proc == (m->vers == 2 ? 8 : 7));
	if (e->moves && (m->type == RPC_REPLY) == (m->proc == 6))
		e->bytes = m->count;
}

static void of_tftp(struct logged *e, const struct tftp *m)
{
	bool block = m->op == TFTP_DATA || m->op == TFTP_ACK;

	e->op = (uint8_t)m->op;
	e->id = block ? m->block : (uint32_t)hash_bytes(m->op, m->file);
	if (m->op == TFTP_DATA) {
		e->blocks = tftp_blocks(m);
		e->blksize = m->blksize;
		e->id = tftp_block(m, e->blocks - 1).number;
		e->bytes = tftp_bytes(m);
	}
	e->failed = m->op == TFTP_ERROR;
}

/* What it says in brief: as much as tells it from others. */
static void summary(struct logged *e, const struct packet *p)
{
	switch (p->record) {
	case RECORD_ARP:
		e->op = (uint8_t)p->u.arp.op;
		e->id = p->u.arp.target_ip;
		break;
	case RECORD_ICMP:
		e->op = p->u.icmp.type;
		e->id = p->u.icmp.code;
		e->failed = icmp_is_error(&p->u.icmp);
		break;
	case RECORD_TCP:
		e->op = p->tcp.flags;
		e->id = p->tcp.seq;
		e->failed = p->tcp.flags & TCP_RST;
		break;
	case RECORD_DHCP:
		e->op = p->u.dhcp.type;
		e->id = p->u.dhcp.xid;
		e->failed = p->u.dhcp.type == DHCP_NAK || p->u.dhcp.type == DHCP_DECLINE;
		break;
	case RECORD_DHCP6:
		e->op = p->u.dhcp6.type;
		e->id = p->u.dhcp6.xid;
		break;
	case RECORD_TFTP:
		of_tftp(e, &p->u.tftp);
		break;
	case RECORD_RPC:
		of_rpc(e, &p->u.rpc);
		break;
	case RECORD_HTTP:
		e->op = p->u.http.response;
		e->failed = p->u.http.response && p->u.http.status >= 400;
		break;
	case RECORD_DNS:
		e->op = p->u.dns.response;
		e->id = p->u.dns.id;
		e->failed = p->u.dns.response && p->u.dns.rcode;
		break;
	case RECORD_NONE:
	case RECORD_STP:
	case RECORD_LLDP:
	case RECORD_NETCONSOLE:
	case RECORDS:
		break;
	}
}

static bool everybody(const struct packet *p)
{
	return p->ether.has_dst ? mac_is_group(p->ether.dst) : address_is_multicast(p->ip.dst);
}

static struct address peer_of(const struct packet *p, bool from_client)
{
	struct address none = { 0, 0 };

	if (p->record == RECORD_ARP) {
		const struct arp *a = &p->u.arp;

		if (from_client)
			return everybody(p) ? none : address_ip4(a->target_ip);
		return address_ip4(a->sender_ip);
	}
	if (!from_client)
		return p->ip.src;
	return everybody(p) ? none : p->ip.dst;
}

/* More than this of a message nobody looks at. */
static uint32_t worth(const struct packet *p)
{
	switch (p->record) {
	case RECORD_DHCP:
	case RECORD_DHCP6:
	case RECORD_HTTP:
	case RECORD_DNS:
	case RECORD_NETCONSOLE:
	case RECORD_LLDP:
		return LOG_MESSAGE_MAX;
	case RECORD_TFTP:
		return p->u.tftp.op == TFTP_ACK ? HEADERS : REQUEST;
	case RECORD_RPC:
		return p->u.rpc.has & RPC_HAS_COUNT ? REQUEST : LOG_MESSAGE_MAX;
	case RECORD_NONE:
	case RECORD_ARP:
	case RECORD_ICMP:
	case RECORD_STP:
	case RECORD_TCP:
	case RECORDS:
		return REQUEST;
	}
	return REQUEST;
}

/* The part of a message that is not within its frame: a datagram put together, or a record of a
 * stream that came in several segments. */
static struct bytes apart_of(const struct packet *p, uint32_t most, uint32_t *inside)
{
	const struct frame *f = p->frame;
	struct bytes m = p->record == RECORD_RPC ? p->u.rpc.message : bytes_of(NULL, 0);
	uintptr_t from = (uintptr_t)f->data, at = (uintptr_t)m.p;

	*inside = 0;
	if (p->reassembled)
		return bytes_of(p->payload.buf, p->payload.len);
	/* a second message of a segment may stand behind what is kept of it */
	if (m.p && (at < from || at - from > f->cap_len || at - from > most - HEADERS))
		return m;
	*inside = m.p ? (uint32_t)(at - from) : 0;
	return bytes_of(NULL, 0);
}

/* The oldest go until n bytes in one piece are free; where they are. */
static uint64_t make_room(struct frame_log *l, uint32_t n)
{
	uint64_t at = l->end;

	if (at % l->cap + n > l->cap)
		at += l->cap - at % l->cap;
	l->end = at + n;
	while (l->first < l->next &&
	       (entry_of(l, l->first)->at + l->cap < l->end || l->next - l->first == l->n))
		l->first++;
	return at;
}

static void keep_bytes(struct frame_log *l, struct logged *e, const struct packet *p)
{
	uint32_t most = worth(p), inside;
	struct bytes apart = apart_of(p, most, &inside);
	const struct frame *f = p->frame;

	e->apart = apart.n > 0;
	e->reassembled = p->reassembled;
	e->frame_held = (uint16_t)(f->cap_len < most ? f->cap_len : most);
	e->message_held = (uint16_t)(apart.n < most ? apart.n : most);
	e->message_at = (uint16_t)inside;
	e->message_wire = p->reassembled            ? p->payload.wire
			  : p->record == RECORD_RPC ? p->u.rpc.message.n
						    : 0;
	e->at = make_room(l, (uint32_t)e->frame_held + e->message_held);
	memcpy(l->bytes + e->at % l->cap, f->data, e->frame_held);
	if (e->message_held)
		memcpy(l->bytes + e->at % l->cap + e->frame_held, apart.p, e->message_held);
}

/* Calls and answers of NFS that went well. */
static bool plain_nfs(const struct logged *e)
{
	return e->record == RECORD_RPC && e->prog == RPC_NFS && !e->failed && !e->err &&
	       !e->retransmission;
}

/* Does e, which is new, carry on where run ended? */
static bool carries_on(const struct logged *run, const struct logged *e, bool many)
{
	if (run->record != e->record || run->from_client != e->from_client || run->op != e->op ||
	    run->link != e->link || run->interface != e->interface ||
	    !address_equal(run->peer, e->peer))
		return false;
	if (e->record == RECORD_RPC) {
		if (!plain_nfs(run))
			return false;
		return many || (run->proc == e->proc && run->moves && e->moves);
	}
	if (run->sport != e->sport || run->dport != e->dport)
		return false;
	/* RFC 7440: one a window; RFC 1350: block by block */
	if (e->op == TFTP_ACK)
		return (uint16_t)(e->id - run->id - 1) < 0x7fff;
	return tftp_follows((uint16_t)(e->id - e->blocks + 1), (uint16_t)run->id);
}

static bool bulk(const struct logged *e)
{
	if (e->err)
		return false;
	if (e->record == RECORD_TFTP)
		return e->op == TFTP_DATA || e->op == TFTP_ACK;
	return plain_nfs(e);
}

/* The run that e belongs to, among the latest of its client. */
static struct logged *run_of(struct frame_log *l, const struct log_chain *c, const struct logged *e)
{
	bool many = e->record == RECORD_RPC && c->nfs >= LOG_NFS_SINGLE;
	struct logged *run = own_entry(l, c->last);

	for (int i = 0; run && i < LOG_LOOK_BACK; i++) {
		if (carries_on(run, e, many))
			return run;
		run = own_entry(l, run->prev);
	}
	return NULL;
}

static void extend(struct logged *run, const struct logged *e)
{
	run->frames++;
	run->last_number = e->number;
	run->last_ns = e->time_ns;
	run->bytes += e->bytes;
	run->blocks += e->blocks;
	if (e->record == RECORD_TFTP)
		run->id = e->id; /* the block it came to */
}

static struct logged what(const struct packet *p, struct mac client, bool from_client)
{
	struct logged e = { .number = p->number, .last_number = p->number };

	e.time_ns = e.last_ns = p->time_ns;
	e.mac = client;
	e.from_client = from_client;
	e.peer = peer_of(p, from_client);
	e.frames = 1;
	e.record = (uint8_t)p->record;
	e.err = (uint8_t)p->err;
	e.sport = p->sport;
	e.dport = p->dport;
	e.link = p->frame->link;
	e.interface = p->frame->interface;
	e.wire_len = p->frame->wire_len;
	summary(&e, p);
	return e;
}

void frame_log_add(struct frame_log *l, struct log_chain *c, struct mac client, bool from_client,
		   uint64_t boot, const struct packet *p)
{
	struct logged e, *last, *run;
	uint64_t id;

	/* connections: who calls and who refuses, not who takes leave */
	if (!l || p->record == RECORD_NONE ||
	    (p->record == RECORD_TCP && !(p->tcp.flags & (TCP_SYN | TCP_RST))))
		return;
	l->messages++;
	if (c->boot != boot) {
		c->boot = boot;
		c->nfs = 0;
	}
	e = what(p, client, from_client);
	run = bulk(&e) ? run_of(l, c, &e) : NULL;
	if (run) {
		extend(run, &e);
		return;
	}
	c->nfs += e.record == RECORD_RPC && e.prog == RPC_NFS;
	keep_bytes(l, &e, p);
	id = l->next++;
	last = own_entry(l, c->last);
	e.prev = last ? c->last : 0;
	if (last)
		last->next = id;
	c->last = id;
	l->entry[id % l->n] = e;
}

static void again_rpc(const struct logged *e, struct reader m, struct packet *p)
{
	struct rpc *r = &p->u.rpc;

	rpc_decode_header(&m, r);
	r->tcp = e->tcp;
	r->retransmission = e->retransmission;
	if (r->type == RPC_REPLY) {
		r->known = e->known;
		r->prog = e->prog;
		r->vers = e->vers;
		r->proc = e->proc;
		r->wrap = e->wrap;
		r->call_frame = e->call_frame;
		r->call_time_ns = e->call_ns;
	}
	rpc_decode_body(&m, r);
	p->err_offset = m.err ? reader_offset(&m) : 0;
}

static void again(const struct logged *e, struct packet *p)
{
	struct reader *r = &p->payload;
	uint32_t begin = r->pos;
	int sum;

	switch ((enum record)e->record) {
	case RECORD_DHCP:
		sum = packet_udp_checksum(p, packet_udp(p));
		p->bad_checksum = sum == 1;
		p->partial_checksum = sum == 2;
		dhcp_decode(r, &p->u.dhcp);
		break;
	case RECORD_DHCP6:
		dhcp6_decode(r, &p->u.dhcp6);
		break;
	case RECORD_TFTP:
		tftp_decode(r, &p->u.tftp);
		if (e->blksize)
			tftp_burst(&p->u.tftp, e->blksize, true);
		break;
	case RECORD_HTTP:
		http_decode(r, &p->u.http);
		break;
	case RECORD_DNS:
		dns_decode(r, &p->u.dns);
		break;
	case RECORD_NETCONSOLE:
		netconsole_decode(r, &p->u.netconsole);
		break;
	case RECORD_NONE:
	case RECORD_ARP:
	case RECORD_ICMP:
	case RECORD_STP:
	case RECORD_LLDP:
	case RECORD_TCP:
	case RECORD_RPC:
	case RECORDS:
		return; /* read with the layers, or by the caller */
	}
	p->err_offset = r->err ? reader_offset(r) : 0;
	r->pos = begin;
	r->err = ERR_OK;
}

bool frame_log_packet(const struct frame_log *l, uint64_t id, struct frame *f, struct packet *p)
{
	const struct logged *e = entry_of(l, id);
	const uint8_t *at = e ? l->bytes + e->at % l->cap : NULL;
	struct reader apart;

	if (!e)
		return false;
	*f = (struct frame) { .data = at,
			      .cap_len = e->frame_held,
			      .wire_len = e->wire_len,
			      .time_ns = e->time_ns,
			      .number = e->number,
			      .link = e->link,
			      .interface = e->interface };
	packet_layers(f, p);
	apart = reader_init(at + e->frame_held, e->message_held, e->message_wire);
	if (e->reassembled) {
		p->payload = apart;
		p->reassembled = true;
		packet_transport(p);
		apart = p->payload;
	} else if (!e->apart) {
		apart = reader_init(at + e->message_at, e->frame_held - e->message_at,
				    e->message_wire);
	}
	if (e->record == RECORD_RPC)
		again_rpc(e, apart, p);
	else
		again(e, p);
	p->record = (enum record)e->record;
	p->err = (enum err)e->err; /* what is not held here was read then */
	if (!p->err)
		p->err_offset = 0;
	return true;
}
