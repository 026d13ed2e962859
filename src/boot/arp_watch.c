/* SPDX-License-Identifier: BSD-2-Clause */
#include "model.h"

static struct arp_ask *ask_find(struct boot *b, uint32_t target, bool make)
{
	struct arp_ask **at = &b->arps, *a;

	for (; (a = *at) != NULL; at = &a->next)
		if (a->target == target)
			return a;
	if (!make || b->n_arps >= CAP_ARP || !(a = boot_get(b, sizeof *a)))
		return NULL;
	a->target = target;
	*at = a;
	b->n_arps++;
	return a;
}

static void asks(struct scope *s, struct slot *c, const struct packet *p)
{
	const struct arp *m = &p->u.arp;
	struct boot *b = slot_boot(c);
	struct arp_ask *a;

	/* a probe for one's own address, or an announcement (RFC 5227) */
	if (!b || m->sender_ip == m->target_ip || m->sender_ip == 0)
		return;
	b->last_ns = p->time_ns;
	b->last_frame = p->number;
	slot_address(s, c, address_ip4(m->sender_ip), p);
	a = ask_find(b, m->target_ip, true);
	if (!a)
		return;
	if (!a->requests++) {
		a->first_frame = p->number;
		a->first_ns = p->time_ns;
	}
	a->last_frame = p->number;
	a->last_ns = p->time_ns;
}

static void answers(struct scope *s, struct slot *c, const struct packet *p)
{
	const struct arp *m = &p->u.arp;
	struct boot *b = slot_boot(c);
	struct arp_ask *a = b ? ask_find(b, m->sender_ip, false) : NULL;
	struct server *v = server_find(s, address_ip4(m->sender_ip));

	if (v) {
		v->arp_seen = true;
		v->mac = m->sender_mac;
	}
	if (!a)
		return;
	if (!a->answers++) {
		a->answer_frame = p->number;
		a->answer_ns = p->time_ns;
		a->answered_mac = m->sender_mac;
		boot_progress(b, p);
	}
}

/* Somebody asks for a client that was there before. */
static void looked_for(struct scope *s, const struct slot *from, const struct packet *p)
{
	struct slot *c = slot_by_address(s, address_ip4(p->u.arp.target_ip));
	struct boot *b = c && c != from ? slot_boot(c) : NULL;

	if (!b || p->u.arp.sender_ip == 0)
		return;
	if (b->last_ns > b->looked_for_ns)
		b->looked_for = 0;
	b->looked_for++;
	b->looked_for_ns = p->time_ns;
	b->looked_for_frame = p->number;
}

/* The same frame on its way in and out: a mirror port, a bridge, tcpdump -i any. */
#define SAME_FRAME_NS UINT64_C(10000000)

static struct stranger *stranger_of(struct scope *s, struct mac m)
{
	for (uint32_t i = 0; i < CAP_STRANGERS; i++)
		if (mac_equal(s->stranger[i].mac, m))
			return &s->stranger[i];
	return NULL;
}

/* U-Boot asks for its server every 5 s and does nothing else (net/arp.c, ARP_TIMEOUT; systems with
 * a network stack ask each second or so, three times). */
static bool asks_like_u_boot(const struct stranger *g)
{
	const uint64_t ms = 1000000;

	return g->requests >= 5 && !g->answer_ns && g->shortest_ns > 4500 * ms &&
	       g->longest_ns < 6500 * ms;
}

static void stranger_asks(struct scope *s, struct packet *p)
{
	const struct arp *m = &p->u.arp;
	struct stranger *g = stranger_of(s, m->sender_mac);
	uint64_t gap;

	if (!m->sender_ip || m->sender_ip == m->target_ip || mac_none(m->sender_mac))
		return;
	if (!g || g->target != m->target_ip) {
		if (!g)
			g = &s->stranger[s->next_stranger++ % CAP_STRANGERS];
		*g = (struct stranger) { .mac = m->sender_mac,
					 .target = m->target_ip,
					 .first_frame = p->number,
					 .first_ns = p->time_ns,
					 .last_ns = p->time_ns,
					 .shortest_ns = UINT64_MAX };
	}
	gap = p->time_ns - g->last_ns;
	if (g->requests && gap < SAME_FRAME_NS)
		return;
	if (g->requests++ && p->time_ns > g->last_ns) {
		g->shortest_ns = gap < g->shortest_ns ? gap : g->shortest_ns;
		g->longest_ns = gap > g->longest_ns ? gap : g->longest_ns;
	}
	g->last_frame = p->number;
	g->last_ns = p->time_ns;
	if (asks_like_u_boot(g)) {
		struct slot *c = slot_make(s, p, m->sender_mac);

		if (!c)
			return;
		client_learn_family(&c->c, FAMILY_U_BOOT, BY_OS_CLASS);
		slot_address(s, c, address_ip4(m->sender_ip), p);
		slot_need_boot(s, c, p)->begun_before = false;
	}
}

static void stranger_answered(struct scope *s, const struct packet *p)
{
	struct stranger *g = stranger_of(s, p->u.arp.target_mac);

	if (g && g->requests && g->target == p->u.arp.sender_ip && !g->answer_ns) {
		g->answer_frame = p->number;
		g->answer_ns = p->time_ns;
	}
}

void arp_before(struct scope *s, const struct slot *c, struct boot *b)
{
	struct stranger *g = mac_none(c->c.mac) ? NULL : stranger_of(s, c->c.mac);
	struct arp_ask *a;

	/* longer ago it was the system before this boot */
	if (!g || !g->requests || b->started_ns > g->last_ns + 60 * UINT64_C(1000000000))
		return;
	a = ask_find(b, g->target, true);
	if (!a)
		return;
	a->requests = g->requests;
	a->answers = g->answer_ns != 0;
	a->first_frame = g->first_frame;
	a->first_ns = g->first_ns;
	a->last_frame = g->last_frame;
	a->last_ns = g->last_ns;
	a->answer_frame = g->answer_frame;
	a->answer_ns = g->answer_ns;
	g->requests = 0;
}

void arp_packet(struct scope *s, struct packet *p)
{
	const struct arp *m = &p->u.arp;
	struct slot *from = slot_by_mac(s, m->sender_mac);

	if (m->op == ARP_REQUEST && from)
		asks(s, from, p);
	if (m->op == ARP_REQUEST && !from)
		stranger_asks(s, p);
	if (m->op == ARP_REQUEST)
		looked_for(s, from, p);
	else if (!slot_by_mac(s, m->target_mac))
		stranger_answered(s, p);
	if (m->op == ARP_REPLY && from && slot_boot(from))
		slot_boot(from)->looked_for = 0; /* it was found */
	if (m->op == ARP_REPLY) {
		struct slot *to = slot_by_mac(s, m->target_mac);

		if (!to)
			to = slot_by_address(s, address_ip4(m->target_ip));
		if (to)
			answers(s, to, p);
		if (from && m->sender_ip)
			slot_address(s, from, address_ip4(m->sender_ip), p);
	}
	if (!from && m->sender_ip) {
		/* somebody else says that a client's address is his */
		struct slot *owner = slot_by_address(s, address_ip4(m->sender_ip));

		if (owner && !mac_none(owner->c.mac)) {
			owner->c.address_conflicts++;
			owner->c.conflict_frame = p->number;
			owner->c.conflict_mac = m->sender_mac;
		}
	}
}
