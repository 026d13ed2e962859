/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

static bool in_network(const struct look *l, uint32_t target)
{
	uint32_t mask = l->params.mask;

	return !mask || !l->params.address || (target & mask) == (l->params.address & mask);
}

static bool server_answered(const struct look *l, uint32_t ip)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (address_to_ip4(t->answered_by) == ip)
			return true;
	return false;
}

/* Requests are broadcast and answers are not: a bystander sees only half of it. */
void rules_link(const struct look *l)
{
	/* a running system asks for whom it likes; a loader only for whom it boots from */
	if (!l->loader)
		return;
	for (const struct arp_ask *a = l->b->arps; a; a = a->next) {
		char net[48];
		struct text t = text_init(net, sizeof(net));
		bool near = in_network(l, a->target);
		struct finding *f;

		if (!l->stuck || l->b->stage > STAGE_TFTP_FIRST_FILE || a->answers ||
		    a->requests < 2 || a->target == l->params.address ||
		    server_answered(l, a->target))
			continue;
		if (a->target != l->params.tftp_server && a->target != l->params.router &&
		    l->params.tftp_server)
			continue;
		f = raise_finding(l, near ? F_ARP_NO_ANSWER : F_ARP_OFFLINK_SERVER,
				  look_sees_from(l, address_ip4(a->target)) ? CERTAIN
				  : l->sees_replies                         ? LIKELY
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
