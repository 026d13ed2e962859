/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_CHOOSE_H
#define DHCP_CHOOSE_H

#include "dhcp.h"
#include "dhcp_config.h"

/* Which of our addresses a client may have: by the link it is on, by what is reserved, by what
 * others have. Nothing is given here. */
struct dhcp_choice {
	const struct dhcp_config *c; /* borrowed, as all below */
	struct leases *leases;       /* NULL: a proxy, which gives none */
	const struct lease_client *client;
	const struct dhcp_host *host; /* NULL: the client is not listed */
	uint32_t link;                /* an address of the network that the client is on */
	uint32_t relay;               /* giaddr */
	uint32_t asked;               /* option 50; 0: none */
	uint64_t now;                 /* s since 1970 */
};

/* By the relay (RFC 3527's sub-option first), else own. unicast: q came to our address alone. */
uint32_t dhcp_link_of(struct dhcp *q, bool unicast, uint32_t own);

bool dhcp_range_has(const struct dhcp_range *r, uint32_t ip); /* its network does */
/* The next range of the client's link behind r (NULL: the first). */
const struct dhcp_range *dhcp_range_next(const struct dhcp_choice *w, const struct dhcp_range *r);
/* Is this an address that the link has, and that is ours to give to this client? */
const struct dhcp_range *dhcp_range_for(const struct dhcp_choice *w, uint32_t ip);

/* Not to be given out of a range: ours, the router's, the ends of the subnet, somebody's
 * reservation. */
bool dhcp_taken(const struct dhcp_choice *w, uint32_t ip);
/* It has a lease of ours, or had: so the system of a board that we loaded is known. */
bool dhcp_known(const struct dhcp_choice *w);

/* An address to offer, and its range: the client's reservation; one of the ranges. 0: none. */
uint32_t dhcp_reserved(const struct dhcp_choice *w, const struct dhcp_range **range);
uint32_t dhcp_choose(struct dhcp_choice *w, const struct dhcp_range **range);

#endif
