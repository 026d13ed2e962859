/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets inside packets: a mirror port often reaches its watcher through one of these. */
#include "layers.h"

enum {
	TUNNELS_MAX = 4, /* one in another */
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_ACK = 0x0080, /* version 1, RFC 2637 */
	GRE_VERSION = 0x0007,
	GRE_PPP = 0x880b,
	GRE_ERSPAN = 0x88be,
	GRE_ERSPAN3 = 0x22eb,
	L2TP_LENGTH = 0x4000,
	L2TP_SEQUENCE = 0x0800,
	L2TP_OFFSET = 0x0200,
	L2TP_RESERVED = 0xb4f0, /* control messages (0x8000) too are none for us */
};

/* The inner packet's layers take the places of the outer one's. */
bool tunnel_enter(struct packet *p)
{
	if (p->tunnels == TUNNELS_MAX) {
		p->payload.err = ERR_LIMIT;
		layer_failed(p);
		return false;
	}
	p->tunnels++;
	p->sport = p->dport = 0;
	return true;
}

static const uint8_t *header(struct packet *p, uint32_t n)
{
	const uint8_t *h = reader_take(&p->payload, n);

	if (!h)
		layer_failed(p);
	return h;
}

static void inner_payload(struct packet *p, uint32_t type)
{
	if (!tunnel_enter(p))
		return;
	if (type == ETHERTYPE_TRANSPARENT_BRIDGING)
		ether_layer(p);
	else if (type > 1500)
		ether_payload(p, type);
}

/* ERSPAN type III (draft-foschiano-erspan-03 4.2): frame type in five bits, a sub-header by the
 * last. */
static void erspan3(struct packet *p)
{
	const uint8_t *h = header(p, 12);
	uint32_t frame_type;

	if (!h)
		return;
	frame_type = h[10] >> 2 & 31;
	if ((h[11] & 1) && !header(p, 8))
		return;
	if (!tunnel_enter(p))
		return;
	if (frame_type == 0)
		ether_layer(p);
	else if (frame_type == 2)
		ip_layer(p);
}

/* RFC 2784, 2890; version 1 is RFC 2637. */
static void gre_layer(struct packet *p)
{
	const uint8_t *h = header(p, 4);
	uint32_t flags, type, more = 0;

	if (!h)
		return;
	flags = load_be16(h);
	type = load_be16(h + 2);
	if (flags & GRE_ROUTING || (flags & GRE_VERSION) > 1)
		return;
	if (flags & GRE_CHECKSUM)
		more += 4;
	if (flags & GRE_KEY)
		more += 4;
	if (flags & GRE_SEQUENCE)
		more += 4;
	if ((flags & GRE_VERSION) == 1 && (flags & GRE_ACK))
		more += 4;
	if (!header(p, more))
		return;
	if (type == GRE_ERSPAN3) {
		erspan3(p);
	} else if (type == GRE_ERSPAN) {
		/* type I has no header of its own and no sequence number, type II both */
		if (!(flags & GRE_SEQUENCE) || header(p, 8))
			inner_payload(p, ETHERTYPE_TRANSPARENT_BRIDGING);
	} else if (type == GRE_PPP) {
		if (tunnel_enter(p))
			ppp_frame_layer(p);
	} else {
		inner_payload(p, type);
	}
}

/* RFC 7761 4.9.3: a Register carries the whole packet. */
static void pim_layer(struct packet *p)
{
	const uint8_t *h = header(p, 8);

	if (h && h[0] == 0x21 && tunnel_enter(p))
		ip_layer(p);
}

/* RFC 4302 2.2; in IPv4 it is no extension header but a protocol. */
static void ah_layer(struct packet *p)
{
	const uint8_t *h = header(p, 12);
	uint32_t n;

	if (!h)
		return;
	n = (h[1] + 2U) * 4;
	if (n < 12 || !header(p, n - 12) || !tunnel_enter(p))
		return;
	p->ip.proto = h[0];
	transport_layer(p);
}

/* RFC 8300 2.2. */
void nsh_layer(struct packet *p)
{
	enum { NEXT_IP4 = 1, NEXT_IP6, NEXT_ETHERNET };
	const uint8_t *h = header(p, 8);
	uint32_t n;

	if (!h)
		return;
	n = (h[1] & 63) * 4U;
	if (n < 8 || !header(p, n - 8))
		return;
	if (h[3] == NEXT_IP4)
		inner_payload(p, ETHERTYPE_IP4);
	else if (h[3] == NEXT_IP6)
		inner_payload(p, ETHERTYPE_IP6);
	else if (h[3] == NEXT_ETHERNET)
		inner_payload(p, ETHERTYPE_TRANSPARENT_BRIDGING);
}

/* Cisco's security group tag: version, length, one option of four bytes, then the EtherType. */
void cisco_meta_layer(struct packet *p)
{
	const uint8_t *h = header(p, 8);

	if (h)
		inner_payload(p, load_be16(h + 6));
}

void tunnel_layer(struct packet *p)
{
	switch (p->ip.proto) {
	case IP_PROTO_IP4:
	case IP_PROTO_IP6:
		if (tunnel_enter(p))
			ip_layer(p);
		break;
	case IP_PROTO_GRE:
		gre_layer(p);
		break;
	case IP_PROTO_AH:
		if (p->ip.version == 4)
			ah_layer(p);
		break;
	case IP_PROTO_PIM:
		pim_layer(p);
		break;
	default:
		break;
	}
}

/* RFC 7348 5. Whatever else uses the port is left alone. */
static void vxlan(struct packet *p, const uint8_t *h)
{
	if (load_be32(h) != 0x08000000 || h[7] != 0)
		return;
	reader_skip(&p->payload, 8);
	inner_payload(p, ETHERTYPE_TRANSPARENT_BRIDGING);
}

/* RFC 8926 3.4. */
static void geneve(struct packet *p, const uint8_t *h)
{
	uint32_t type = load_be16(h + 2);

	if (h[0] >> 6 != 0 || h[7] != 0 ||
	    (type != ETHERTYPE_TRANSPARENT_BRIDGING && type != ETHERTYPE_IP4 &&
	     type != ETHERTYPE_IP6))
		return;
	if (header(p, 8 + (h[0] & 63) * 4U))
		inner_payload(p, type);
}

/* RFC 2661 3.1. */
static void l2tp(struct packet *p, const uint8_t *h)
{
	uint32_t flags = load_be16(h), n = 6;

	if ((flags & L2TP_RESERVED) || (flags & 15) != 2)
		return;
	if (flags & L2TP_LENGTH)
		n += 2;
	if (flags & L2TP_SEQUENCE)
		n += 4;
	if (!header(p, n))
		return;
	if (flags & L2TP_OFFSET) {
		h = header(p, 2);
		if (!h || !header(p, load_be16(h)))
			return;
	}
	if (tunnel_enter(p))
		ppp_frame_layer(p);
}

/* 3GPP TS 29.281 5.1: a G-PDU without extension headers. */
static void gtp(struct packet *p, const uint8_t *h)
{
	if ((h[0] & 0xf4) != 0x30 || h[1] != 0xff)
		return;
	if (header(p, h[0] & 3 ? 12 : 8) && tunnel_enter(p))
		ip_layer(p);
}

void tunnel_udp(struct packet *p)
{
	const uint8_t *h = p->payload.buf + p->payload.pos;

	if (reader_left(&p->payload) < 8)
		return;
	switch (p->dport) {
	case PORT_VXLAN:
		vxlan(p, h);
		break;
	case PORT_GENEVE:
		geneve(p, h);
		break;
	case PORT_GTP:
		gtp(p, h);
		break;
	case PORT_L2TP:
		l2tp(p, h);
		break;
	default:
		break;
	}
}
