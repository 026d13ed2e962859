/* SPDX-License-Identifier: BSD-2-Clause */
#include "scope.h"

#include <string.h>

#include "audit_mac.h"
#include "flow.h"
#include "model.h"

const struct scope_limits scope_default_limits = {
	.clients = CAP_CLIENTS,
	.boot_bytes = CAP_BOOT_BYTES,
	.all_bytes = CAP_ALL_BYTES,
	.wire = { .fragments = 64, .flows = 4096, .connections = 1024, .calls = 4096 },
};

enum { NTP_PORT = 123 };

/* Where each part lies in the one block. */
struct layout {
	size_t slot, order, index, live, pool, wire, log, all;
	uint32_t n_index, n_chunks;
};

static size_t round_up(size_t n)
{
	return (n + 63) & ~(size_t)63;
}

static struct layout layout_of(const struct scope_limits *l)
{
	struct layout o = { 0 };

	o.n_index = 64;
	while (o.n_index < l->clients * 2 * (1 + CAP_ADDRESSES) / 2 + 64)
		o.n_index *= 2;
	if (o.n_index < l->clients * (1 + CAP_ADDRESSES) * 8 / 7)
		o.n_index *= 2;
	/* runs are filled by half at least */
	o.n_chunks = CAP_BOOTS * 2 * ((uint32_t)sizeof(struct boot) + l->boot_bytes) / POOL_CHUNK +
		     CAP_BOOTS * POOL_RUN_MAX;
	if (o.n_chunks < l->all_bytes / POOL_CHUNK)
		o.n_chunks = l->all_bytes / POOL_CHUNK;
	o.slot = round_up(sizeof(struct scope));
	o.order = o.slot + round_up(l->clients * sizeof(struct slot));
	o.index = o.order + round_up(l->clients * sizeof(uint32_t));
	o.live = o.index + round_up(o.n_index * sizeof(struct index_entry));
	o.wire = o.live + round_up(CAP_LIVE * sizeof(struct live));
	o.pool = o.wire + round_up(wire_size(&l->wire));
	o.log = o.pool + (size_t)o.n_chunks * POOL_CHUNK;
	o.all = o.log + (l->log_bytes ? frame_log_size(l->log_bytes) : 0);
	return o;
}

size_t scope_size(const struct scope_limits *limits)
{
	return layout_of(limits).all;
}

struct scope *scope_init(void *mem, const struct scope_limits *limits)
{
	struct layout o = layout_of(limits);
	uint8_t *at = mem;
	struct scope *s = mem;

	s->limits = *limits;
	s->slot = (struct slot *)(void *)(at + o.slot);
	s->order = (uint32_t *)(void *)(at + o.order);
	s->index = (struct index_entry *)(void *)(at + o.index);
	s->index_mask = o.n_index - 1;
	s->live = (struct live *)(void *)(at + o.live);
	pool_init(&s->pool, at + o.pool, o.n_chunks);
	s->wire = wire_init(at + o.wire, &limits->wire);
	if (limits->log_bytes)
		s->log = frame_log_init(at + o.log, limits->log_bytes);
	s->vantage.why = "no boot traffic was seen";
	return s;
}

/* Traffic that says only that a system is up: time, pages, anything but what mounts. */
static void other_traffic(struct slot *c, const struct packet *p)
{
	struct boot *b = slot_boot(c);

	if (!b)
		return;
	b->last_ns = p->time_ns;
	b->last_frame = p->number;
	if (!p->dport || p->dport == RPC_NFS_PORT || p->dport == RPC_PORTMAP_PORT)
		return;
	b->other_frames++;
	b->last_os_ns = p->time_ns;
	if (p->dport == NTP_PORT && b->stage == STAGE_NFS_ROOT)
		boot_reach(b, STAGE_BOOTED, p);
}

/* Who sent it and to whom: the way of every frame that says nothing else. */
static void count_unicast(struct scope *s, const struct packet *p, struct vantage *v)
{
	struct slot *c = slot_of_sender(s, p, false);
	bool arp = p->record == RECORD_ARP && p->u.arp.sender_ip;
	bool group =
		p->ether.has_dst ? mac_is_group(p->ether.dst) : address_is_multicast(p->ip.dst);

	s->counts.ip4_frames += arp || (p->ip.version == 4 && !address_none(p->ip.src));
	s->counts.ip6_frames += p->ip.version == 6;
	if (c) {
		v->outgoing_of_clients += p->ether.outgoing;
		c->c.frames_from++;
		c->c.last_frame = p->number;
		client_spoke(&c->c, p->time_ns);
		slot_touch(s, c, p->time_ns);
		if (p->record == RECORD_NONE && p->ip.version)
			other_traffic(c, p);
		if (group) {
			v->broadcasts_from_clients++;
			return;
		}
		c->c.unicast_from++;
		v->unicast_from_clients++;
	}
	if (group)
		return;
	if (p->ether.has_src && p->ether.has_dst && v == &s->vantage)
		vantage_unicast(s, &p->ether);
	c = slot_of_receiver(s, p);
	if (c) {
		c->c.frames_to++;
		c->c.unheard++;
		if (p->ip.fragment && !p->reassembled && slot_boot(c))
			slot_boot(c)->fragments++;
		v->unicast_to_clients++;
		v->answers_to_clients += p->record != RECORD_DHCP && p->record != RECORD_DHCP6 &&
					 p->record != RECORD_ARP && p->record != RECORD_ICMP;
	}
}

static bool of_audit(const struct packet *p)
{
	return (p->ether.has_src && mac_of_audit(p->ether.src)) ||
	       (p->ether.has_dst && mac_of_audit(p->ether.dst));
}

void scope_packet(struct scope *s, struct packet *p, const struct call *call)
{
	struct vantage *v = s->limits.audits_aside && of_audit(p) ? &s->aside : &s->vantage;

	v->outgoing += p->ether.outgoing;
	v->incoming += p->ether.incoming;
	switch (p->record) {
	case RECORD_NONE:
	case RECORDS:
		break;
	case RECORD_ARP:
		arp_packet(s, p);
		break;
	case RECORD_ICMP:
		icmp_packet(s, p);
		break;
	case RECORD_STP:
		stp_packet(s, p);
		return;
	case RECORD_LLDP:
		lldp_packet(s, p);
		return;
	case RECORD_TCP:
		connection_packet(s, p);
		break;
	case RECORD_DHCP:
		exchange_packet(s, p);
		break;
	case RECORD_DHCP6:
		dhcp6_packet(s, p);
		break;
	case RECORD_TFTP:
		transfer_packet(s, p);
		if (p->u.tftp.op != TFTP_RRQ && p->u.tftp.op != TFTP_WRQ)
			goto counted;
		break;
	case RECORD_RPC:
		rpc_packet(s, p, call);
		break;
	case RECORD_HTTP:
		transfer_http(s, p);
		break;
	case RECORD_DNS:
		dns_packet(s, p);
		break;
	case RECORD_NETCONSOLE:
		netconsole_packet(s, p);
		break;
	}
	count_unicast(s, p, v);
	return;
counted:
	/* transfer_packet has counted it with its client: no second look-up */
	if (p->flow && address_equal(p->ip.src, p->flow->client))
		v->unicast_from_clients++;
	else
		v->unicast_to_clients++, v->answers_to_clients++;
}

/* Whose message it is: who sent it, or whom it is for, also when everybody hears it. */
static struct slot *owner(struct scope *s, const struct packet *p, bool *from)
{
	struct slot *c = NULL;

	if (p->record == RECORD_DHCP) { /* also a relay's copy */
		*from = p->u.dhcp.op == 1;
		return slot_by_mac(s, dhcp_mac(&p->u.dhcp));
	}
	c = slot_of_sender(s, p, false);
	*from = c != NULL;
	if (c)
		return c;
	if (p->record == RECORD_ARP)
		return slot_by_address(s, address_ip4(p->u.arp.target_ip));
	return slot_of_receiver(s, p);
}

static void log_packet(struct scope *s, const struct packet *p)
{
	bool from;
	struct slot *c = p->record == RECORD_NONE ? NULL : owner(s, p, &from);
	const struct boot *b = c ? slot_boot(c) : NULL;

	if (c)
		frame_log_add(s->log, &c->c.frames, c->c.mac, from, b ? b->started_frame : 0, p);
}

static void on_packet(void *ctx, struct packet *p, const struct call *call)
{
	struct scope *s = ctx;

	scope_packet(s, p, call);
	if (s->log)
		log_packet(s, p);
}

void scope_frame(struct scope *s, const struct frame *f)
{
	if (!s->counts.frames++)
		s->counts.first_ns = f->time_ns;
	if (f->time_ns > s->counts.last_ns)
		s->counts.last_ns = f->time_ns;
	if (f->time_ns > s->counts.now_ns)
		s->counts.now_ns = f->time_ns;
	wire_frame(s->wire, f, on_packet, s);
}

static void judge_all(struct scope *s, bool ended)
{
	s->counts.details_dropped = 0;
	for (uint32_t i = 0; i < s->n_clients; i++) {
		struct slot *c = &s->slot[s->order[i]];
		struct boot *b = slot_boot(c);

		if (b) {
			transfer_judge(b, s->counts.now_ns, ended);
			boot_judge(s, c, b);
		}
		for (uint32_t k = 0; k < client_boots(&c->c); k++)
			s->counts.details_dropped += client_boot(&c->c, k)->arena.refused;
	}
	vantage_judge(s);
}

void scope_tick(struct scope *s, uint64_t now_ns)
{
	if (now_ns > s->counts.now_ns)
		s->counts.now_ns = now_ns;
	judge_all(s, false);
}

uint64_t scope_next_tick(const struct scope *s)
{
	/* verdicts change by the second: whoever shows them ticks as often while anything is open
	 */
	for (uint32_t i = 0; i < s->n_clients; i++) {
		const struct boot *b = slot_boot(&s->slot[s->order[i]]);

		if (b && b->outcome == OUTCOME_IN_PROGRESS)
			return s->counts.now_ns + UINT64_C(1000000000);
	}
	return UINT64_MAX;
}

void scope_end(struct scope *s)
{
	s->counts.ended = true;
	judge_all(s, true);
}

void scope_dropped(struct scope *s, uint64_t n)
{
	s->vantage.dropped = n;
}

const struct frame_log *scope_log(const struct scope *s)
{
	return s->log;
}

uint32_t scope_clients(const struct scope *s)
{
	return s->n_clients;
}

const struct client *scope_client(const struct scope *s, uint32_t i)
{
	return i < s->n_clients ? &s->slot[s->order[i]].c : NULL;
}

const struct client *scope_client_by_mac(const struct scope *s, struct mac m)
{
	const struct slot *c = slot_by_mac((struct scope *)(uintptr_t)s, m); /* only reads */

	return c ? &c->c : NULL;
}

const struct client *scope_client_by_address(const struct scope *s, struct address a)
{
	const struct slot *c = slot_by_address((struct scope *)(uintptr_t)s, a); /* only reads */

	return c ? &c->c : NULL;
}

uint32_t scope_servers(const struct scope *s)
{
	return s->n_servers;
}

const struct server *scope_server(const struct scope *s, uint32_t i)
{
	return i < s->n_servers ? &s->server[i] : NULL;
}

const struct server *scope_server_by_address(const struct scope *s, struct address a)
{
	return server_find((struct scope *)(uintptr_t)s, a); /* only reads */
}

bool scope_mac_of(const struct scope *s, struct address a, struct mac *out)
{
	const struct client *c = scope_client_by_address(s, a);
	const struct server *v = scope_server_by_address(s, a);

	if (!c && (!v || mac_none(v->mac)))
		return false;
	*out = c ? c->mac : v->mac;
	return true;
}

const struct vantage *scope_vantage(const struct scope *s)
{
	return &s->vantage;
}

const struct wire_stats *scope_wire_stats(const struct scope *s)
{
	return wire_stats(s->wire);
}

uint32_t scope_bridges(const struct scope *s)
{
	return s->n_bridges;
}

const struct bridge *scope_bridge(const struct scope *s, uint32_t i)
{
	return i < s->n_bridges ? &s->bridge[i] : NULL;
}

uint32_t scope_switch_ports(const struct scope *s)
{
	return s->n_ports;
}

const struct switch_port *scope_switch_port(const struct scope *s, uint32_t i)
{
	return i < s->n_ports ? &s->port[i] : NULL;
}

const struct scope_counts *scope_counts(const struct scope *s)
{
	return &s->counts;
}
