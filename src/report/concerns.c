/* SPDX-License-Identifier: BSD-2-Clause */
#include "concerns.h"

#include "verdict.h"

static bool meant(const struct concerned *who, const struct client *c)
{
	if (!c || !who->n)
		return c && !verdict_bystander(c);
	for (int i = 0; i < who->n; i++)
		if (mac_equal(c->mac, who->board[i]))
			return true;
	return false;
}

static bool by_mac(const struct concerned *who, struct mac m)
{
	return !mac_none(m) && !mac_is_group(m) && meant(who, scope_client_by_mac(who->s, m));
}

static bool by_address(const struct concerned *who, struct address a)
{
	return !address_none(a) && !address_is_multicast(a) &&
	       meant(who, scope_client_by_address(who->s, a));
}

/* What a broadcast is about stands inside of it. */
static bool about(const struct concerned *who, const struct packet *p)
{
	const struct icmp_quote *q = &p->u.icmp.quote;

	switch (p->record) {
	case RECORD_ARP:
		return by_mac(who, p->u.arp.sender_mac) || by_mac(who, p->u.arp.target_mac) ||
		       by_address(who, address_ip4(p->u.arp.sender_ip)) ||
		       by_address(who, address_ip4(p->u.arp.target_ip));
	case RECORD_DHCP:
		return by_mac(who, dhcp_mac(&p->u.dhcp));
	case RECORD_DHCP6:
		return by_mac(who, p->u.dhcp6.client_mac);
	case RECORD_ICMP:
		return by_address(who, p->u.icmp.target) ||
		       (q->present && (by_address(who, q->ip.src) || by_address(who, q->ip.dst)));
	case RECORD_NONE:
	case RECORD_STP:
	case RECORD_LLDP:
	case RECORD_TCP:
	case RECORD_TFTP:
	case RECORD_RPC:
	case RECORD_HTTP:
	case RECORD_DNS:
	case RECORD_NETCONSOLE:
	case RECORDS:
		break;
	}
	return false;
}

bool concerns_boards(const struct concerned *who, const struct packet *p)
{
	if ((p->ether.has_src && by_mac(who, p->ether.src)) ||
	    (p->ether.has_dst && by_mac(who, p->ether.dst)))
		return true;
	if (p->ip.version && (by_address(who, p->ip.src) || by_address(who, p->ip.dst)))
		return true;
	return about(who, p);
}
