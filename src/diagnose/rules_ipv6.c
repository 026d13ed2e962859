/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* Network boot over IPv6 (facts 1.7). */

static void neighbours(const struct look *l)
{
	for (const struct neighbour_ask *n = l->b->neighbours; n; n = n->next) {
		struct finding *f;

		if (n->answered || n->asked < (n->by_client ? 2u : 3u) ||
		    (n->by_client && n->on_link))
			continue;
		f = raise_finding(l, n->by_client ? F_IPV6_OFFLINK_SERVER : F_IPV6_NS_UNANSWERED,
				  l->sees_replies || n->by_client ? LIKELY : POSSIBLE);
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, n->target);
		finding_set_number(l->d, f, P_COUNT, n->asked);
		finding_evidence(f, n->first_frame, "the first neighbour solicitation");
		finding_evidence(f, n->last_frame, "the last one, still unanswered");
	}
}

/* A network that hands out addresses by IPv6 alone, and a board that asks by IPv4. */
static void not_enabled(const struct look *l)
{
	const struct exchange *e = l->loader;
	struct finding *f;

	if (l->b->stage != STAGE_DHCP_DISCOVER || !e || e->n_replies || e->discovers < 2 ||
	    !l->b->router_advertisement_frame || !l->b->ra_managed ||
	    !family_is_eeprom_pi(l->c->family) || l->b->dhcp6.solicits)
		return;
	for (uint32_t i = 0; i < scope_servers(l->s); i++)
		if (scope_server(l->s, i)->offers || scope_server(l->s, i)->acks)
			return;
	f = raise_finding(l, F_IPV6_NOT_ENABLED, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, e->discovers);
	finding_evidence(f, l->b->router_advertisement_frame, "a router offers DHCPv6");
	finding_evidence(f, e->last_frame, "the board asks by IPv4, unanswered");
}

void rules_ipv6(const struct look *l)
{
	if (!l->stuck || l->b->stage > STAGE_TFTP_FIRST_FILE)
		return;
	neighbours(l);
	not_enabled(l);
}
