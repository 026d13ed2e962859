/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

static bool in_network(const struct look *l, uint32_t target)
{
	uint32_t mask = l->params.mask;

	return !mask || !l->params.address || (target & mask) == (l->params.address & mask);
}

/* Was the client told of this host, or did it ask it for files? */
static bool named(const struct look *l, uint32_t ip)
{
	if (ip == l->params.tftp_server)
		return true;
	for (const struct exchange *e = l->b->exchanges; e; e = e->next)
		for (const struct reply *r = e->replies; r; r = r->next)
			if (r->siaddr == ip || r->tftp_name_ip == ip || r->tftp_address == ip ||
			    (r->proxy && r->server_id == ip))
				return true;
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (address_to_ip4(t->server) == ip)
			return true;
	return false;
}

static bool server_answered(const struct look *l, uint32_t ip)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (address_to_ip4(t->answered_by) == ip)
			return true;
	return false;
}

/* Was this file, or any later one, sent after all? */
static bool went_on(const struct look *l, const struct transfer *t)
{
	if (l->b->outcome == OUTCOME_BOOTED)
		return true;
	for (; t; t = t->next)
		if (t->begun)
			return true;
	return false;
}

/* Facts 9: bootcode.bin that learned no MAC sends its request to one of these. */
static void placeholder_mac(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		struct finding *f;

		if ((!t->dst_placeholder_aa && !t->dst_placeholder_00) || went_on(l, t))
			continue;
		f = raise_finding(l, F_ARP_FAILED_PLACEHOLDER_MAC, CERTAIN);
		if (!f)
			return;
		finding_set(l->d, f, P_FILE, transfer_name(t));
		finding_set_address(l->d, f, P_SERVER, t->server);
		finding_set_text(l->d, f, P_TEXT,
				 t->dst_placeholder_aa ? "aa:aa:aa:aa:aa:aa" : "00:00:00:00:00:00");
		finding_evidence(f, t->first_frame, "the request");
		return;
	}
}

/* IEEE 802.1D 8.4: twice the forward delay, 15 s unless set, from link up to forwarding. */
static void spanning_tree(const struct look *l)
{
	const uint64_t second = UINT64_C(1000000000);
	uint64_t asked = 0, answered = 0, frame = 0;
	uint32_t tries = 0;
	struct finding *f;

	if (!scope_bridges(l->s))
		return;
	for (uint32_t i = 0; i < client_boots(l->c) && !answered; i++)
		for (const struct exchange *e = client_boot(l->c, i)->exchanges; e; e = e->next) {
			asked = asked ? asked : e->first_ns;
			frame = frame ? frame : e->first_frame;
			tries += e->discovers;
			if (!answered && tries >= 2)
				answered = e->first_offer_ns;
		}
	for (const struct arp_ask *a = l->b->arps; a && !asked; a = a->next) {
		asked = a->first_ns;
		frame = a->first_frame;
		answered = a->requests >= 3 ? a->answer_ns : 0;
	}
	if (!asked || answered < asked + 20 * second || answered > asked + 180 * second)
		return;
	f = raise_finding(l, F_LINK_STP_DELAY, LIKELY);
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, (answered - asked) / second);
	finding_evidence(f, frame, "the first request");
	finding_evidence(f, scope_bridge(l->s, 0)->first_frame, "spanning tree on this segment");
}

/* Requests are broadcast and answers are not: a bystander sees only half of it. */
static void nobody_there(const struct look *l)
{
	/* a running system asks for whom it likes; a loader only for whom it boots from. What only
	 * asks is taken for a loader by its pace and its silence, which is no proof: where answers
	 * are not seen, others renew what they know at that pace. */
	bool bare = !l->loader && !l->b->exchanges && l->c->family == FAMILY_U_BOOT &&
		    !l->b->transfers && !l->b->other_frames;

	if (!l->loader && !bare)
		return;
	for (const struct arp_ask *a = l->b->arps; a; a = a->next) {
		char net[48];
		struct text t = text_init(net, sizeof(net));
		bool near = in_network(l, a->target);
		struct finding *f;

		if (!l->stuck || l->b->stage > STAGE_TFTP_FIRST_FILE || a->answers ||
		    a->requests < 2 || a->target == l->params.address ||
		    (near && server_answered(l, a->target)))
			continue;
		if (l->params.tftp_server && a->target != l->params.router && !named(l, a->target))
			continue;
		f = raise_finding(l, near ? F_ARP_NO_ANSWER : F_ARP_OFFLINK_SERVER,
				  bare                                        ? POSSIBLE
				  : look_sees_from(l, address_ip4(a->target)) ? CERTAIN
				  : l->sees_replies                           ? LIKELY
									      : POSSIBLE);
		if (!f)
			continue;
		text_ip4(&t, l->params.address & l->params.mask);
		finding_set_text(l->d, f, P_TEXT, net);
		finding_set_ip4(l->d, f, P_SERVER, a->target);
		finding_set_number(l->d, f, P_COUNT, a->requests);
		finding_evidence(f, a->first_frame, "first ARP request");
		finding_evidence(f, a->last_frame, "last one, still unanswered");
		if (l->params.boot_reply)
			finding_evidence(f, l->params.boot_reply->first_frame,
					 "where the address comes from");
	}
}

void rules_link(const struct look *l)
{
	placeholder_mac(l);
	spanning_tree(l);
	nobody_there(l);
}
