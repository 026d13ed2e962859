/* SPDX-License-Identifier: BSD-2-Clause */
/* From the link layer up to ports. Each function handles the header at a position and goes on to
 * what is behind it; end is where the layer around it ends. */
#include "redact_parts.h"

#include <string.h>

#include "ether.h"
#include "ip.h"
#include "layers.h"

/* What makes up a checksum besides the message itself. */
struct sum {
	uint32_t addresses, addresses_n; /* of the pseudo-header */
	uint8_t proto;
	uint32_t length;
};

static void ip(struct redact *r, uint32_t at, uint32_t end);
static void ether(struct redact *r, uint32_t at, uint32_t end);
static void behind_type(struct redact *r, uint32_t type, uint32_t at, uint32_t end);

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Ones' complement sum of [at, at + n) in what was and what is. */
static void sums(const struct redact *r, uint32_t at, uint32_t n, uint32_t *was, uint32_t *is)
{
	struct bytes held = redact_held(r, at, n);

	*was = ip_sum(*was, held);
	*is = ip_sum(*is, bytes_of(r->out + at, held.n));
}

static void store_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* RFC 1624: what was right is right, what was wrong as wrong as before, however much of the message
 * is held. The sums count the checksum itself in both, so that it does not matter. */
static uint16_t adjusted(uint16_t sum, uint32_t was, uint32_t is)
{
	uint32_t v = (uint16_t)~sum;

	v += ip_sum_fold(was);
	v += (uint16_t)~ip_sum_fold(is);
	return ip_sum_fold(v);
}

static void adjust(struct redact *r, uint32_t sum_at, uint32_t at, uint32_t end,
		   const struct sum *pseudo, bool zero_is_none)
{
	uint16_t sum = redact_be16(r, sum_at), to;
	uint32_t was = 0, is = 0, partial;

	if (r->learning || sum_at + 2 > r->n || (zero_is_none && sum == 0))
		return;
	if (pseudo)
		sums(r, pseudo->addresses, pseudo->addresses_n, &was, &is);
	partial = pseudo ? was + pseudo->proto + (pseudo->length >> 16) + (pseudo->length & 0xffff)
			 : 0;
	if (pseudo && (sum ^ ip_sum_fold(partial)) == 0xffff) {
		/* left to the card: the sum of the pseudo-header alone, and not inverted */
		store_be16(r->out + sum_at, (uint16_t)~adjusted((uint16_t)~sum, was, is));
		return;
	}
	sums(r, at, end > at ? end - at : 0, &was, &is);
	if (ip_sum_fold(was) == ip_sum_fold(is))
		return;
	to = adjusted(sum, was, is);
	store_be16(r->out + sum_at, zero_is_none && to == 0 ? 0xffff : to);
}

/* RFC 2784, 2890, with ERSPAN inside; of others nothing is known. */
static void gre(struct redact *r, uint32_t at, uint32_t end)
{
	uint32_t flags = redact_be16(r, at), type = redact_be16(r, at + 2), n = 4;

	if (flags & 0x4007) /* routing, and versions */
		return;
	n += flags & 0x8000 ? 4 : 0;
	n += flags & 0x2000 ? 4 : 0;
	n += flags & 0x1000 ? 4 : 0;
	n += type == 0x88be && (flags & 0x1000) ? 8 : 0;
	redact_pass(r, at, n);
	if (type == 0x88be || type == ETHERTYPE_TRANSPARENT_BRIDGING)
		ether(r, at + n, end);
	else if (type > 1500)
		behind_type(r, type, at + n, end);
}

static void udp(struct redact *r, uint32_t at, uint32_t end, const struct sum *sum)
{
	uint32_t length = redact_be16(r, at + 4);

	redact_pass(r, at, 8);
	if (length >= 8)
		end = least(end, at + length);
	if (redact_be16(r, at + 2) == PORT_VXLAN) {
		redact_pass(r, at + 8, 8);
		ether(r, at + 16, end);
	}
	adjust(r, at + 6, at, end, sum, true);
}

static void tcp(struct redact *r, uint32_t at, uint32_t end, const struct sum *sum)
{
	uint32_t n = (uint32_t)(redact_u8(r, at + 12) >> 4) * 4;

	redact_pass(r, at, least(n < 20 ? 20 : n, end > at ? end - at : 0));
	adjust(r, at + 16, at, end, sum, false);
}

static void transport(struct redact *r, uint32_t at, uint32_t end, const struct sum *sum)
{
	switch (sum->proto) {
	case IP_PROTO_UDP:
		udp(r, at, end, sum);
		break;
	case IP_PROTO_TCP:
		tcp(r, at, end, sum);
		break;
	case IP_PROTO_ICMP:
		redact_icmp(r, at, end, false);
		adjust(r, at + 2, at, end, NULL, false);
		break;
	case IP_PROTO_ICMP6:
		redact_icmp(r, at, end, true);
		adjust(r, at + 2, at, end, sum, false);
		break;
	case IP_PROTO_IP4:
	case IP_PROTO_IP6:
		ip(r, at, end);
		break;
	case IP_PROTO_GRE:
		gre(r, at, end);
		break;
	default:
		break;
	}
}

/* The first of several fragments: what the others will be is not known here, so that a sum over all
 * of them is given up where that may be (RFC 768). */
static void first_fragment(struct redact *r, uint32_t at, uint32_t proto)
{
	if (proto != IP_PROTO_UDP && proto != IP_PROTO_TCP)
		return;
	redact_pass(r, at, proto == IP_PROTO_UDP ? 6 : 20);
}

static void ip4(struct redact *r, uint32_t at, uint32_t end)
{
	uint32_t n = (uint32_t)(redact_u8(r, at) & 15) * 4, total = redact_be16(r, at + 2),
		 fragment = redact_be16(r, at + 6) & 0x3fff;
	struct sum sum = { at + 12, 8, redact_u8(r, at + 9), 0 };

	redact_pass(r, at, 12);
	redact_ip4(r, at + 12);
	redact_ip4(r, at + 16);
	/* of options the routes and times go: an end of options stands there */
	if (n < 20 || (total && total < n))
		return;
	if (total)
		end = least(end, at + total);
	sum.length = total ? total - n : end - at - n;
	if (!fragment)
		transport(r, at + n, end, &sum);
	else if (!(fragment & 0x1fff))
		first_fragment(r, at + n, sum.proto);
	adjust(r, at + 10, at, at + n, NULL, false);
}

/* RFC 8200 4: of extension headers what says where the next one is, and of which kind. */
static void ip6(struct redact *r, uint32_t at, uint32_t end)
{
	uint32_t length = redact_be16(r, at + 4), next = redact_u8(r, at + 6), here = at + 40;
	struct sum sum = { at + 8, 32, 0, 0 };
	uint16_t fragment;

	redact_pass(r, at, 8);
	redact_ip6(r, at + 8);
	redact_ip6(r, at + 24);
	if (length)
		end = least(end, here + length);
	for (int i = 0; i < 16 && here < end; i++) {
		uint32_t n = 8 + redact_u8(r, here + 1) * 8U;

		switch (next) {
		case IP_PROTO_FRAGMENT:
			redact_pass(r, here, 8);
			fragment = redact_be16(r, here + 2);
			next = redact_u8(r, here);
			here += 8;
			if (fragment & 0xfff9) {
				if (!(fragment & 0xfff8))
					first_fragment(r, here, next);
				return;
			}
			break;
		case IP_PROTO_HOP_BY_HOP:
			redact_pass(r, here, n); /* router alert, jumbo payload */
			next = redact_u8(r, here);
			here += n;
			break;
		case IP_PROTO_ROUTING:
		case IP_PROTO_DESTINATION:
		case IP_PROTO_MOBILITY:
			redact_pass(r, here, 2);
			next = redact_u8(r, here);
			here += n;
			break;
		default:
			sum.proto = (uint8_t)next;
			sum.length = end - here;
			if (length)
				sum.length = length - (here - at - 40);
			transport(r, here, end, &sum);
			return;
		}
	}
}

static void ip(struct redact *r, uint32_t at, uint32_t end)
{
	enum { DEPTH_MAX = 8 };

	if (r->depth == DEPTH_MAX || at >= end)
		return;
	r->depth++;
	if (redact_u8(r, at) >> 4 == 4)
		ip4(r, at, end);
	else if (redact_u8(r, at) >> 4 == 6)
		ip6(r, at, end);
	r->depth--;
}

void redact_quoted(struct redact *r, uint32_t at, uint32_t end)
{
	ip(r, at, end);
}

/* IEEE 802.2: BPDUs, IP and SNAP. */
static void llc(struct redact *r, uint32_t at, uint32_t end)
{
	uint32_t sap = redact_u8(r, at), oui;

	if ((redact_u8(r, at + 2) & 3) != 3)
		return;
	redact_pass(r, at, 3);
	if (sap == 0x42)
		redact_stp(r, at + 3, end);
	if (sap == 0x06)
		ip(r, at + 3, end);
	if (sap != 0xaa)
		return;
	redact_pass(r, at + 3, 5);
	oui = (uint32_t)redact_be16(r, at + 3) << 8 | redact_u8(r, at + 5);
	if (oui == 0x00000c && redact_be16(r, at + 6) == 0x010b)
		redact_stp(r, at + 8, end);
	else if ((oui == 0 || oui == 0x0000f8) && redact_be16(r, at + 6) > 1500)
		behind_type(r, redact_be16(r, at + 6), at + 8, end);
}

static void pppoe(struct redact *r, uint32_t at, uint32_t end)
{
	uint32_t protocol = redact_be16(r, at + 6);

	redact_pass(r, at, 8);
	if (protocol == 0x21 || protocol == 0x57)
		ip(r, at + 8, end);
}

static void mpls(struct redact *r, uint32_t at, uint32_t end)
{
	for (int i = 0; i < 8 && at < end; i++, at += 4) {
		redact_pass(r, at, 4);
		if (redact_u8(r, at + 2) & 1) {
			ip(r, at + 4, end);
			return;
		}
	}
}

static void behind_type(struct redact *r, uint32_t type, uint32_t at, uint32_t end)
{
	for (int i = 0; i < ETHER_TAGS_MAX && (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ ||
					       type == ETHERTYPE_QINQ_OLD);
	     i++) {
		redact_pass(r, at, 4);
		type = redact_be16(r, at + 2);
		at += 4;
	}
	switch (type) {
	case ETHERTYPE_IP4:
	case ETHERTYPE_IP6:
		ip(r, at, end);
		break;
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP:
		redact_arp(r, at, end);
		break;
	case ETHERTYPE_LLDP:
		redact_lldp(r, at, end);
		break;
	case ETHERTYPE_PPPOE:
		pppoe(r, at, end);
		break;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_UPSTREAM:
		mpls(r, at, end);
		break;
	default:
		if (type <= 1500)
			llc(r, at, least(end, at + type));
		break;
	}
}

static void ether(struct redact *r, uint32_t at, uint32_t end)
{
	if (at >= end)
		return;
	redact_mac(r, at);
	redact_mac(r, at + 6);
	redact_pass(r, at + 12, 2);
	behind_type(r, redact_be16(r, at + 12), at + 14, end);
}

/* Cooked captures: the sender's address, where it is an Ethernet one, and the type. */
static void cooked(struct redact *r, uint32_t header, uint32_t length, uint32_t address,
		   uint32_t type)
{
	redact_pass(r, 0, address);
	if (length == 6)
		redact_mac(r, address);
	if (type > address)
		redact_pass(r, type, 2);
	if (redact_be16(r, type) == 4)
		llc(r, header, r->n);
	else if (redact_be16(r, type) > 1500)
		behind_type(r, redact_be16(r, type), header, r->n);
}

/* Wireless frames have their addresses at fixed places, behind what the driver says. */
static void wireless(struct redact *r, uint32_t at, uint32_t header)
{
	uint32_t addresses = (redact_u8(r, at + 1) & 3) == 3 ? 4 : 3;

	redact_pass(r, 0, header);
	for (uint32_t i = 0; i < addresses; i++)
		redact_mac(r, at + (i < 3 ? 4 + 6 * i : 24));
}

/* Formats without addresses of their own: a header up to where the IP header was found. */
static void other_link(struct redact *r)
{
	struct packet p;
	struct frame f = *r->frame;
	uint32_t at = UINT32_MAX;

	f.data = r->in;
	f.cap_len = r->n;
	packet_layers(&f, &p);
	for (uint32_t n = 20; p.ip.version == 4 && n <= 60 && n <= p.transport; n += 4)
		if (redact_u8(r, p.transport - n) == (0x40 | n / 4) && at == UINT32_MAX)
			at = p.transport - n;
	if (p.ip.version == 6 && p.transport >= 40 && redact_u8(r, p.transport - 40) >> 4 == 6)
		at = p.transport - 40;
	if (at == UINT32_MAX || p.tunnels)
		return;
	if (f.link == LINK_RADIOTAP)
		wireless(r, redact_u8(r, 2) | (uint32_t)redact_u8(r, 3) << 8, at);
	else if (f.link == LINK_IEEE802_11)
		wireless(r, 0, at);
	else
		redact_pass(r, 0, at);
	ip(r, at, r->n);
}

void redact_layers(struct redact *r)
{
	switch (r->frame->link) {
	case LINK_ETHERNET:
		ether(r, 0, r->n);
		break;
	case LINK_LINUX_SLL:
		cooked(r, 16, redact_be16(r, 4), 6, 14);
		break;
	case LINK_LINUX_SLL2:
		cooked(r, 20, redact_u8(r, 11), 12, 0);
		break;
	case LINK_RAW:
	case LINK_RAW_12:
	case LINK_RAW_14:
	case LINK_IP4:
	case LINK_IP6:
		ip(r, 0, r->n);
		break;
	case LINK_NULL:
	case LINK_LOOP:
		redact_pass(r, 0, 4);
		ip(r, 4, r->n);
		break;
	default:
		other_link(r);
		break;
	}
}
