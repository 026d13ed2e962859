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

void arp_packet(struct scope *s, struct packet *p)
{
	const struct arp *m = &p->u.arp;
	struct slot *from = slot_by_mac(s, m->sender_mac);

	if (m->op == ARP_REQUEST && from)
		asks(s, from, p);
	if (m->op == ARP_REQUEST)
		looked_for(s, from, p);
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
