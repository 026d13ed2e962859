/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp_choose.h"

enum { DECLINED_LEAST = 60 }; /* s: an address that somebody else uses is left alone so long */

uint32_t dhcp_link_of(struct dhcp *q, bool unicast, uint32_t own)
{
	struct bytes relay = dhcp_option(q, DHCP_OPT_RELAY);

	for (uint32_t at = 0; at + 2 <= relay.n; at += 2u + relay.p[at + 1]) {
		const uint8_t *p = relay.p + at;

		if (p[0] == 5 && p[1] == 4 && at + 6 <= relay.n)
			return (uint32_t)p[2] << 24 | (uint32_t)p[3] << 16 | (uint32_t)p[4] << 8 |
			       p[5];
	}
	if (q->giaddr)
		return q->giaddr;
	/* RENEWING goes past the relay: from its address, to ours (RFC 2131 4.3.2) */
	return unicast && q->ciaddr ? q->ciaddr : own;
}

bool dhcp_range_has(const struct dhcp_range *r, uint32_t ip)
{
	return !((r->addresses.first ^ ip) & r->mask);
}

const struct dhcp_range *dhcp_range_next(const struct dhcp_choice *w, const struct dhcp_range *r)
{
	for (uint32_t i = r ? (uint32_t)(r - w->c->range) + 1 : 0; i < w->c->n_ranges; i++)
		if (dhcp_range_has(&w->c->range[i], w->link))
			return &w->c->range[i];
	return NULL;
}

const struct dhcp_range *dhcp_range_for(const struct dhcp_choice *w, uint32_t ip)
{
	const struct dhcp_host *h = w->host;

	for (const struct dhcp_range *r = dhcp_range_next(w, NULL); r; r = dhcp_range_next(w, r))
		if ((ip >= r->addresses.first && ip <= r->addresses.last) ||
		    (h && h->ip == ip && dhcp_range_has(r, ip)))
			return r;
	return NULL;
}

bool dhcp_taken(const struct dhcp_choice *w, uint32_t ip)
{
	if (ip == w->c->address || ip == w->relay)
		return true;
	for (uint32_t i = 0; i < w->c->n_ranges; i++) {
		const struct dhcp_range *r = &w->c->range[i];

		if (dhcp_range_has(r, ip) &&
		    (ip == r->router || !(ip & ~r->mask) || !(~ip & ~r->mask)))
			return true;
	}
	for (uint32_t i = 0; i < w->c->n_hosts; i++)
		if (w->c->host[i].ip == ip && !lease_same_client(&w->c->host[i].client, w->client))
			return true;
	return false;
}

bool dhcp_known(const struct dhcp_choice *w)
{
	for (uint32_t i = 0; w->leases && i < w->c->n_ranges; i++) {
		const struct lease_range *r = &w->c->range[i].addresses;

		if (leases_by_client(w->leases, w->client, r->first, r->last))
			return true;
	}
	return false;
}

uint32_t dhcp_reserved(const struct dhcp_choice *w, const struct dhcp_range **range)
{
	const struct dhcp_host *h = w->host;
	const struct lease *l;

	if (!h || !h->ip || (*range = dhcp_range_for(w, h->ip)) == NULL)
		return 0;
	l = leases_by_ip(w->leases, h->ip);
	return !l || lease_available(l, w->client, w->now) ? h->ip : 0;
}

static bool taken(void *ctx, uint32_t ip)
{
	return dhcp_taken(ctx, ip);
}

uint32_t dhcp_choose(struct dhcp_choice *w, const struct dhcp_range **range)
{
	uint32_t ip;

	for (const struct dhcp_range *r = dhcp_range_next(w, NULL); r; r = dhcp_range_next(w, r)) {
		ip = leases_choose(w->leases, w->client, &r->addresses, w->asked, w->now, taken, w);
		if (ip) {
			*range = r;
			return ip;
		}
	}
	/* better one that somebody used a while ago than none: it is asked for once more */
	for (const struct dhcp_range *r = w->c->probe ? dhcp_range_next(w, NULL) : NULL; r;
	     r = dhcp_range_next(w, r)) {
		ip = leases_oldest_declined(w->leases, &r->addresses, w->now, DECLINED_LEAST);
		if (ip && !dhcp_taken(w, ip)) {
			*range = r;
			return ip;
		}
	}
	return 0;
}
