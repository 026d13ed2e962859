/* SPDX-License-Identifier: BSD-2-Clause */
#include "concerns.h"

#include "verdict.h"

static bool told(const struct client *c)
{
	return c && !verdict_bystander(c);
}

static bool by_mac(const struct scope *s, struct mac m)
{
	return !mac_none(m) && !mac_is_group(m) && told(scope_client_by_mac(s, m));
}

static bool by_address(const struct scope *s, struct address a)
{
	return !address_none(a) && !address_is_multicast(a) && told(scope_client_by_address(s, a));
}

/* What a broadcast is about stands inside of it. */
static bool about(const struct scope *s, const struct packet *p)
{
	const struct icmp_quote *q = &p->u.icmp.quote;

	switch (p->record) {
	case RECORD_ARP:
		return by_mac(s, p->u.arp.sender_mac) || by_mac(s, p->u.arp.target_mac) ||
		       by_address(s, address_ip4(p->u.arp.sender_ip)) ||
		       by_address(s, address_ip4(p->u.arp.target_ip));
	case RECORD_DHCP:
		return by_mac(s, dhcp_mac(&p->u.dhcp));
	case RECORD_DHCP6:
		return by_mac(s, p->u.dhcp6.client_mac);
	case RECORD_ICMP:
		return by_address(s, p->u.icmp.target) ||
		       (q->present && (by_address(s, q->ip.src) || by_address(s, q->ip.dst)));
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

bool concerns_boards(const struct scope *s, const struct packet *p)
{
	if ((p->ether.has_src && by_mac(s, p->ether.src)) ||
	    (p->ether.has_dst && by_mac(s, p->ether.dst)))
		return true;
	if (p->ip.version && (by_address(s, p->ip.src) || by_address(s, p->ip.dst)))
		return true;
	return about(s, p);
}
