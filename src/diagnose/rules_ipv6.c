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

/* A network where nobody speaks IPv4, and a board that asks by it. */
static void not_enabled(const struct look *l)
{
	const struct scope_counts *n = scope_counts(l->s);
	const struct exchange *e = l->loader;
	struct finding *f;

	if (l->b->stage != STAGE_DHCP_DISCOVER || !e || e->n_replies || e->discovers < 2 ||
	    !n->ra_frame || n->ip4_frames || n->ip6_frames < 3 ||
	    !family_is_eeprom_pi(l->c->family) || l->b->dhcp6.solicits)
		return;
	f = raise_finding(l, F_IPV6_NOT_ENABLED, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, e->discovers);
	finding_evidence(f, n->ra_frame, "a router of IPv6");
	finding_evidence(f, e->last_frame, "the board asks by IPv4, unanswered");
}

void rules_ipv6(const struct look *l)
{
	if (!l->stuck || l->b->stage > STAGE_TFTP_FIRST_FILE)
		return;
	neighbours(l);
	not_enabled(l);
}
