/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model.h"

/* What else says something of a boot: ICMP, names, IPv6, log lines, and the switch. */

enum {
	ICMP4_UNREACHABLE = 3,
	ICMP6_UNREACHABLE = 1,
	ICMP4_PORT = 3,
	ICMP6_PORT = 4,
	ICMP6_RA = 134,
	ICMP6_NS = 135,
	ICMP6_NA = 136,
	RA_MANAGED = 0x80,
};

static void copy_name(char *out, struct bytes v)
{
	uint32_t n = v.n < CAP_NAME - 1 ? v.n : CAP_NAME - 1;

	memset(out, 0, CAP_NAME);
	if (n)
		memcpy(out, v.p, n);
}

static void refusal_add(struct boot *b, const struct packet *p, bool by_client)
{
	const struct icmp *m = &p->u.icmp;
	struct refusal **at = &b->refusals, *r;

	for (; (r = *at) != NULL; at = &r->next)
		if (r->type == m->type && r->code == m->code && r->port == m->quote.dport &&
		    r->by_client == by_client && address_equal(r->from, p->ip.src))
			break;
	if (!r) {
		if (b->n_refusals >= CAP_REFUSALS || !(r = boot_get(b, sizeof *r)))
			return;
		*at = r;
		b->n_refusals++;
		r->version = m->version;
		r->type = m->type;
		r->code = m->code;
		r->proto = m->quote.ip.proto;
		r->port = m->quote.dport;
		r->by_client = by_client;
		r->from = p->ip.src;
		r->about = m->quote.ip.dst;
		r->first_frame = p->number;
		r->first_ns = p->time_ns;
	}
	r->count++;
	r->last_frame = p->number;
}

static void transfer_refused(struct boot *b, const struct packet *p, bool to_client)
{
	const struct ip *ip = &p->u.icmp.quote.ip;
	uint16_t port = to_client ? p->u.icmp.quote.sport : p->u.icmp.quote.dport;
	struct transfer *t, *hit = NULL;

	/* to_client: the client's own packet was refused, its port is the source */
	for (t = b->transfers; t; t = t->next)
		if (t->kind == TRANSFER_TFTP && t->client_port == port)
			hit = t;
	if (!hit || ip->proto != IP_PROTO_UDP)
		return;
	if (!hit->unreachables++) {
		hit->unreachable_from = p->ip.src;
		hit->unreachable_to_client = to_client;
		hit->unreachable_frame = p->number;
	}
	if (to_client && hit->outcome == TRANSFER_IN_PROGRESS && p->u.icmp.quote.dport == TFTP_PORT)
		hit->outcome = TRANSFER_REFUSED;
}

static struct neighbour_ask *neighbour_find(struct boot *b, struct address a, bool by_client,
					    bool make)
{
	struct neighbour_ask **at = &b->neighbours, *n;

	for (; (n = *at) != NULL; at = &n->next)
		if (address_equal(n->target, a) && n->by_client == by_client)
			return n;
	if (!make || b->n_neighbours >= CAP_NEIGHBOURS || !(n = boot_get(b, sizeof *n)))
		return NULL;
	n->target = a;
	n->by_client = by_client;
	*at = n;
	b->n_neighbours++;
	return n;
}

static bool is_link_local(struct address a)
{
	return a.hi >> 54 == 0x3fa; /* fe80::/10 */
}

/* RFC 4862 5.4.2: it makes sure of its link-local address when its interface comes up. In the
 * middle of its work, and after a silence, that is a link that had gone down. */
static void link_up(struct slot *c, const struct packet *p)
{
	const uint64_t soon = UINT64_C(2000000000);
	struct boot *b = slot_boot(c);

	client_spoke(&c->c, p->time_ns); /* this may be its first word */
	if (!b || b->stage < STAGE_NFS_ROOT || !is_link_local(p->u.icmp.target) || !c->c.back_ns ||
	    p->time_ns > c->c.back_ns + soon)
		return;
	c->c.back_ns = 0;
	if (!b->link_drops++)
		b->first_drop_frame = p->number;
	b->last_drop_frame = p->number;
}

static void solicited(struct scope *s, const struct packet *p)
{
	const struct icmp *m = &p->u.icmp;
	struct slot *c = slot_of_sender(s, p, false), *of = slot_by_address(s, m->target);
	bool by = c != NULL;
	struct boot *b = by ? slot_boot(c) : of ? slot_boot(of) : NULL;
	struct neighbour_ask *n;

	if (by && address_none(p->ip.src))
		link_up(c, p);
	if (!b || (by && of == c) || address_none(p->ip.src))
		return; /* duplicate address detection (RFC 4862 5.4) */
	n = neighbour_find(b, m->target, by, true);
	if (!n)
		return;
	if (!n->asked++)
		n->first_frame = p->number;
	n->last_frame = p->number;
	n->on_link = is_link_local(m->target);
	for (uint32_t i = 0; by && i < c->c.n_addresses; i++)
		n->on_link |=
			!address_is_ip4(c->c.address[i]) && c->c.address[i].hi == m->target.hi;
	if (by)
		slot_address(s, c, p->ip.src, p);
}

static void advertised(struct scope *s, const struct packet *p)
{
	const struct icmp *m = &p->u.icmp;
	struct slot *to = slot_of_receiver(s, p), *from = slot_of_sender(s, p, false);
	struct neighbour_ask *n;

	if (from)
		slot_address(s, from, m->target, p);
	if (to && slot_boot(to) &&
	    (n = neighbour_find(slot_boot(to), m->target, true, false)) != NULL)
		n->answered++;
	if (from && slot_boot(from) &&
	    (n = neighbour_find(slot_boot(from), m->target, false, false)) != NULL)
		n->answered++;
}

static void router_advertised(struct scope *s, const struct packet *p)
{
	s->counts.router_advertisements++;
	if (!s->counts.ra_frame)
		s->counts.ra_frame = p->number;
	if (p->u.icmp.ra_flags & RA_MANAGED)
		s->counts.ra_managed++;
	for (uint32_t i = 0; i < s->n_clients; i++) {
		struct boot *b = slot_boot(&s->slot[s->order[i]]);

		if (b && !b->router_advertisement_frame) {
			b->router_advertisement_frame = p->number;
			b->ra_managed = p->u.icmp.ra_flags & RA_MANAGED;
		}
	}
}

void icmp_packet(struct scope *s, struct packet *p)
{
	const struct icmp *m = &p->u.icmp;
	struct slot *about, *by;
	bool port;

	if (m->version == 6 && m->type == ICMP6_RA) {
		router_advertised(s, p);
		return;
	}
	if (m->version == 6 && m->type == ICMP6_NS) {
		solicited(s, p);
		return;
	}
	if (m->version == 6 && m->type == ICMP6_NA) {
		advertised(s, p);
		return;
	}
	if (!m->quote.present)
		return;
	port = m->version == 4 ? m->type == ICMP4_UNREACHABLE : m->type == ICMP6_UNREACHABLE;
	about = slot_by_address(s, m->quote.ip.src); /* who had sent the packet that was refused */
	by = slot_by_address(s, m->quote.ip.dst);
	if (about && slot_boot(about)) {
		struct boot *b = slot_boot(about);
		struct server *v = server_find(s, p->ip.src);

		refusal_add(b, p, false);
		if (v)
			v->unreachables++;
		if (port) {
			transfer_refused(b, p, true);
			rpc_refused(b, m->quote.ip.dst, m->quote.dport,
				    m->quote.ip.proto == IP_PROTO_TCP, p);
		}
	} else if (by && slot_boot(by)) {
		refusal_add(slot_boot(by), p, true);
		if (port)
			transfer_refused(slot_boot(by), p, false);
	}
}

void dns_packet(struct scope *s, struct packet *p)
{
	const struct dns *m = &p->u.dns;
	struct slot *c = m->response ? slot_of_receiver(s, p) : slot_of_sender(s, p, false);
	struct boot *b = c ? slot_boot(c) : NULL;
	struct dns_lookup **at, *l;
	struct server *v;

	if (!b || p->sport == 5353 || p->dport == 5353)
		return;
	for (at = &b->lookups; (l = *at) != NULL; at = &l->next)
		if (l->type == m->type && strcmp(l->name, m->name) == 0 &&
		    address_equal(l->server, m->response ? p->ip.src : p->ip.dst))
			break;
	if (!l && !m->response && b->n_lookups < CAP_LOOKUPS &&
	    (l = boot_get(b, sizeof *l)) != NULL) {
		l->name = boot_text(
			b, (struct bytes) { (const uint8_t *)m->name, (uint32_t)strlen(m->name) },
			128);
		l->type = m->type;
		l->server = p->ip.dst;
		l->first_frame = p->number;
		l->first_ns = p->time_ns;
		*at = l;
		b->n_lookups++;
	}
	if (m->response) {
		v = server_played(s, p->ip.src, ROLE_DNS, p);
		if (v)
			v->dns_answers++;
		if (l) {
			l->answered++;
			l->rcode = m->rcode;
			l->answer_frame = p->number;
			if (m->n_addresses)
				l->answer = m->address[0];
		}
		return;
	}
	v = server_named(s, p->ip.dst, ROLE_DNS, p);
	if (v)
		v->dns_queries++;
	if (l) {
		l->asked++;
		l->last_frame = p->number;
	}
	b->last_ns = p->time_ns;
	b->last_frame = p->number;
	b->other_frames++;
	b->last_os_ns = p->time_ns;
	if (b->stage >= STAGE_NFS_ROOT ||
	    (b->os_only && b->stage >= STAGE_DHCP_ACK && b->stage < STAGE_RPCBIND))
		boot_reach(b, STAGE_BOOTED, p);
}

enum { D6_SOLICIT = 1, D6_ADVERTISE, D6_REQUEST, D6_REPLY = 7, D6_INFORM = 11 };

void dhcp6_packet(struct scope *s, struct packet *p)
{
	const struct dhcp6 *m = &p->u.dhcp6;
	struct slot *c = mac_none(m->client_mac) ? NULL : slot_by_mac(s, m->client_mac);
	bool asks = m->type == D6_SOLICIT || m->type == D6_REQUEST || m->type == D6_INFORM;
	struct boot *b;
	struct dhcp6_talk *t;

	if (!c && asks && !mac_none(m->client_mac) &&
	    (m->arch != UINT16_MAX || mac_is_pi(m->client_mac)))
		c = slot_make(s, p, m->client_mac);
	if (!c && asks)
		c = slot_of_sender(s, p, false);
	if (!c && !asks)
		c = slot_of_receiver(s, p);
	if (!c)
		return;
	b = slot_need_boot(s, c, p);
	t = &b->dhcp6;
	if (!t->first_frame)
		t->first_frame = p->number;
	t->solicits += m->type == D6_SOLICIT;
	t->advertises += m->type == D6_ADVERTISE;
	t->requests += m->type == D6_REQUEST;
	t->informs += m->type == D6_INFORM;
	if (m->status)
		t->status = m->status;
	if (m->bootfile_url.n && !t->url)
		t->url = boot_text(b, m->bootfile_url, CAP_PATH);
	if (asks) {
		if (m->arch != UINT16_MAX) {
			b->begun_before = false;
			boot_reach(b, STAGE_DHCP_DISCOVER, p);
		}
		b->last_ns = p->time_ns;
		b->last_frame = p->number;
	} else if (m->type == D6_ADVERTISE) {
		server_played(s, p->ip.src, ROLE_DHCP, p);
		boot_reach(b, STAGE_DHCP_OFFER, p);
	} else if (m->type == D6_REPLY) {
		t->replies++;
		t->reply_frame = p->number;
		t->address = m->address;
		slot_address(s, c, m->address, p);
		boot_reach(b, STAGE_DHCP_ACK, p);
	}
}

void netconsole_packet(struct scope *s, struct packet *p)
{
	struct slot *c = slot_of_sender(s, p, false);
	struct boot *b = c ? slot_boot(c) : NULL;
	struct log_line *l;
	struct bytes v = p->u.netconsole.line;
	uint32_t n;

	if (!b)
		return;
	if (!b->lines && !(b->lines = boot_get(b, CAP_LINES * (uint32_t)sizeof *b->lines)))
		return;
	l = &b->lines[b->n_lines++ % CAP_LINES];
	n = v.n < sizeof l->text - 1 ? v.n : (uint32_t)sizeof l->text - 1;
	memset(l, 0, sizeof *l);
	if (n)
		memcpy(l->text, v.p, n);
	l->frame = p->number;
	l->time_ns = p->time_ns;
	b->last_ns = p->time_ns;
	b->last_frame = p->number;
}

void stp_packet(struct scope *s, const struct packet *p)
{
	const struct stp *m = &p->u.stp;
	struct bridge *b = NULL;

	for (uint32_t i = 0; i < s->n_bridges && !b; i++)
		if (mac_equal(s->bridge[i].from, p->ether.src) && s->bridge[i].pvst == m->pvst)
			b = &s->bridge[i];
	if (!b) {
		if (s->n_bridges == CAP_BRIDGES)
			return;
		b = &s->bridge[s->n_bridges++];
		b->from = p->ether.src;
		b->pvst = m->pvst;
		b->first_frame = p->number;
		b->first_ns = p->time_ns;
	}
	b->count++;
	b->last_frame = p->number;
	b->last_ns = p->time_ns;
	b->version = m->version;
	if (m->type == 0x80) { /* a topology change notification has no more fields */
		b->topology_changes++;
		return;
	}
	b->bridge_id = m->bridge_id;
	b->port_id = m->port_id;
	b->forward_delay = m->forward_delay;
	b->flags = m->flags;
	b->topology_changes += m->flags & 1;
	if (m->version >= 2) {
		b->seen_forwarding |= (m->flags & 0x20) != 0;
		b->seen_not_forwarding |= (m->flags & 0x20) == 0;
	}
}

void lldp_packet(struct scope *s, const struct packet *p)
{
	const struct lldp *m = &p->u.lldp;
	struct switch_port *t = NULL;

	for (uint32_t i = 0; i < s->n_ports && !t; i++)
		if (mac_equal(s->port[i].from, p->ether.src))
			t = &s->port[i];
	if (!t) {
		if (s->n_ports == CAP_PORTS)
			return;
		t = &s->port[s->n_ports++];
		t->from = p->ether.src;
		t->frame = p->number;
		t->time_ns = p->time_ns;
	}
	copy_name(t->system, m->system_name.n ? m->system_name : m->chassis);
	copy_name(t->port, m->port);
	copy_name(t->description, m->port_description);
	t->vlan = m->port_vlan;
}
