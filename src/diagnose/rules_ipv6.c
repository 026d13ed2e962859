/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* Network boot over IPv6 (facts 1.7). */

/* Without an address of its own from the wire nobody can tell what is on its link. */
static bool has_global(const struct client *c)
{
	for (uint32_t i = 0; i < c->n_addresses; i++)
		if (!address_is_ip4(c->address[i]) && c->address[i].hi >> 54 != 0x3fa)
			return true;
	return false;
}

/* An advertisement is unicast (RFC 4861 7.2.4): where that is not seen, silence is none. A board
 * that says nothing itself any more may have been switched off. */
static void neighbours(const struct look *l)
{
	for (const struct neighbour_ask *n = l->b->neighbours; n; n = n->next) {
		bool alive = n->by_client || l->b->last_frame > n->first_frame;
		struct finding *f;

		if (n->answered || n->asked < (n->by_client ? 2u : 3u) ||
		    (n->by_client && (n->on_link || !has_global(l->c))))
			continue;
		f = raise_finding(l, n->by_client ? F_IPV6_OFFLINK_SERVER : F_IPV6_NS_UNANSWERED,
				  l->sees_replies && alive ? LIKELY : POSSIBLE);
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

	if (l->b->stage != STAGE_DHCP_DISCOVER || !e || e->discovers < 2 || !n->ra_frame ||
	    n->ip4_frames || n->ip6_frames < 3 || !family_is_eeprom_pi(l->c->family) ||
	    l->b->dhcp6.solicits)
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
