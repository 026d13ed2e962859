/* SPDX-License-Identifier: BSD-2-Clause */
/* What is no IP, and what stands beside it: ARP, spanning tree, LLDP, ICMP. */
#include "redact_parts.h"

#include "arp.h"

void redact_arp(struct redact *r, uint32_t at, uint32_t end)
{
	(void)end;
	redact_pass(r, at, 8);
	if (redact_u8(r, at + 4) != 6 || redact_u8(r, at + 5) != 4)
		return;
	redact_mac(r, at + 8);
	redact_ip4(r, at + 14);
	redact_mac(r, at + 18);
	redact_ip4(r, at + 24);
}

/* IEEE 802.1D 9.3: two bridges, each a priority and a MAC; of MSTP's part behind it nothing. */
void redact_stp(struct redact *r, uint32_t at, uint32_t end)
{
	enum { ROOT = 5, COST = 13, BRIDGE = 17, PORT = 25, RAPID_END = 36 };
	uint32_t n = end - at < RAPID_END ? end - at : RAPID_END;

	if (redact_be16(r, at) != 0 || at >= end)
		return;
	redact_pass(r, at, n);
	if (n <= ROOT)
		return;
	redact_mac(r, at + ROOT + 2);
	redact_mac(r, at + BRIDGE + 2);
}

/* A chassis or port id is an address or a name, by its kind (IEEE 802.1AB 8.5.2, 8.5.3). */
static void lldp_id(struct redact *r, uint32_t at, uint32_t n, uint32_t mac, uint32_t network)
{
	uint32_t kind = redact_u8(r, at);

	redact_pass(r, at, 1);
	if (kind == mac && n == 7) {
		redact_mac(r, at + 1);
	} else if (kind == network && n == 6) {
		redact_pass(r, at + 1, 1);
		redact_ip4(r, at + 2);
	} else if (kind == network && n == 18) {
		redact_pass(r, at + 1, 1);
		redact_ip6(r, at + 2);
	} else if (n) {
		redact_phrase(r, PHRASE_NAME, at + 1, n - 1);
	}
}

/* IEEE 802.1AB 8.5.9: address with its family (1: IPv4, 2: IPv6), interface number, OID. */
static void lldp_management(struct redact *r, uint32_t at, uint32_t n)
{
	uint32_t length = redact_u8(r, at), family = redact_u8(r, at + 1);

	redact_pass(r, at, 2);
	if (length == 5 && family == 1)
		redact_ip4(r, at + 2);
	else if (length == 17 && family == 2)
		redact_ip6(r, at + 2);
	else if (length == 7 && family == 6)
		redact_mac(r, at + 2);
	if (n >= length + 6)
		redact_pass(r, at + 1 + length, 5);
}

void redact_lldp(struct redact *r, uint32_t at, uint32_t end)
{
	enum { CHASSIS = 1, PORT, TTL, PORT_TEXT, NAME, SYSTEM_TEXT, CAPABILITIES, MANAGEMENT };

	while (at + 2 <= end) {
		uint32_t head = redact_be16(r, at), n = head & 0x1ff;

		redact_pass(r, at, 2);
		at += 2;
		if (!head || n > end - at)
			return;
		switch (head >> 9) {
		case CHASSIS:
			lldp_id(r, at, n, 4, 5);
			break;
		case PORT:
			lldp_id(r, at, n, 3, 4);
			break;
		case PORT_TEXT:
		case NAME:
			redact_phrase(r, PHRASE_NAME, at, n);
			break;
		case SYSTEM_TEXT:
			redact_phrase(r, PHRASE_TEXT, at, n);
			break;
		case TTL:
		case CAPABILITIES:
			redact_pass(r, at, n);
			break;
		case MANAGEMENT:
			lldp_management(r, at, n);
			break;
		case 127: /* whose it is and of which kind; of 802.1's own the port's VLAN */
			redact_pass(r, at, n < 4 ? n : 4);
			if (redact_be16(r, at) == 0x0080 && redact_be16(r, at + 2) == 0xc201)
				redact_pass(r, at, n);
			break;
		default:
			break;
		}
		at += n;
	}
}

/* RFC 4861 4.6, RFC 8106 5: addresses, prefixes, names. */
static void discovery_options(struct redact *r, uint32_t at, uint32_t end)
{
	enum { SOURCE = 1, TARGET, PREFIX, REDIRECTED, MTU, ROUTE = 24, RDNSS, DNSSL = 31 };

	while (at + 8 <= end) {
		uint32_t type = redact_u8(r, at), n = redact_u8(r, at + 1) * 8U;

		redact_pass(r, at, 2);
		if (n == 0 || n > end - at)
			return;
		switch (type) {
		case SOURCE:
		case TARGET:
			redact_mac(r, at + 2);
			break;
		case PREFIX:
			redact_pass(r, at + 2, 14);
			if (n >= 32)
				redact_ip6(r, at + 16);
			break;
		case MTU:
			redact_pass(r, at, n);
			break;
		case ROUTE:
			redact_pass(r, at + 2, 6);
			if (n >= 24)
				redact_ip6(r, at + 8);
			break;
		case RDNSS:
			redact_pass(r, at + 2, 6);
			for (uint32_t i = 8; i + 16 <= n; i += 16)
				redact_ip6(r, at + i);
			break;
		case DNSSL:
			redact_pass(r, at + 2, 6);
			redact_domains(r, at + 8, at + n);
			break;
		default:
			break;
		}
		at += n;
	}
}

static void icmp4(struct redact *r, uint32_t at, uint32_t end)
{
	enum { UNREACHABLE = 3, QUENCH = 4, REDIRECT = 5, EXCEEDED = 11, PARAMETER = 12 };
	uint32_t type = redact_u8(r, at);

	redact_pass(r, at, 8);
	if (type == REDIRECT)
		redact_ip4(r, at + 4);
	if (type == UNREACHABLE || type == QUENCH || type == REDIRECT || type == EXCEEDED ||
	    type == PARAMETER)
		redact_quoted(r, at + 8, end);
}

static void icmp6(struct redact *r, uint32_t at, uint32_t end)
{
	enum { QUERY = 130, DONE = 132, SOLICIT, ADVERT, NEIGHBOR, NEIGHBOR_ADVERT, REDIRECT };
	uint32_t type = redact_u8(r, at);

	redact_pass(r, at, 8);
	if (type < 128) {
		redact_quoted(r, at + 8, end);
	} else if (type >= QUERY && type <= DONE) {
		redact_ip6(r, at + 8);
	} else if (type == SOLICIT) {
		discovery_options(r, at + 8, end);
	} else if (type == ADVERT) {
		redact_pass(r, at + 8, 8);
		discovery_options(r, at + 16, end);
	} else if (type == NEIGHBOR || type == NEIGHBOR_ADVERT) {
		redact_ip6(r, at + 8);
		discovery_options(r, at + 24, end);
	} else if (type == REDIRECT) {
		redact_ip6(r, at + 8);
		redact_ip6(r, at + 24);
		discovery_options(r, at + 40, end);
	}
}

void redact_icmp(struct redact *r, uint32_t at, uint32_t end, bool v6)
{
	if (v6)
		icmp6(r, at, end);
	else
		icmp4(r, at, end);
}
