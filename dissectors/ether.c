/* SPDX-License-Identifier: BSD-2-Clause */
#include "ether.h"

#include <string.h>

#include "layers.h"

enum {
	LENGTH_MAX = 1500, /* IEEE 802.3 3.2.6: up to here a length, from 0x600 a type */
	LABELS_MAX = 8,
	LLC_STP = 0x42,
	LLC_IP = 0x06,
	LLC_SNAP = 0xaa,
	LLC_UNNUMBERED = 3,
	OUI_CISCO = 0x00000c,
	OUI_BRIDGE_TUNNEL = 0x0000f8, /* IEEE 802.1H */
	PID_PVST = 0x010b,
};

static void stp_layer(struct packet *p, bool pvst)
{
	enum err err;

	/* GARP and its applications share the address and the LLC, not the protocol id */
	if (reader_left(&p->payload) >= 2 && load_be16(p->payload.buf + p->payload.pos) != 0)
		return;
	p->transport = p->payload.pos;
	err = stp_decode(&p->payload, &p->u.stp);
	p->u.stp.pvst = pvst;
	record_done(p, RECORD_STP, err);
}

void llc_layer(struct packet *p)
{
	const uint8_t *h = reader_take(&p->payload, 3);
	uint32_t oui, pid;

	if (!h) {
		layer_failed(p);
		return;
	}
	if ((h[2] & 3) != LLC_UNNUMBERED)
		return;
	if (h[0] == LLC_STP) {
		stp_layer(p, false);
		return;
	}
	if (h[0] == LLC_IP) {
		ip_layer(p);
		return;
	}
	if (h[0] != LLC_SNAP)
		return;
	h = reader_take(&p->payload, 5);
	if (!h) {
		layer_failed(p);
		return;
	}
	oui = load_be16(h) << 8 | h[2];
	pid = load_be16(h + 3);
	if (oui == OUI_CISCO && pid == PID_PVST)
		stp_layer(p, true);
	else if ((oui == 0 || oui == OUI_BRIDGE_TUNNEL) && pid > LENGTH_MAX)
		ether_payload(p, pid);
}

/* RFC 3032: labels to the bottom of the stack; what is under them says itself what it is. */
static void mpls_layer(struct packet *p)
{
	for (int i = 0; i < LABELS_MAX; i++) {
		const uint8_t *h = reader_take(&p->payload, 4);

		if (!h) {
			layer_failed(p);
			return;
		}
		if (h[2] & 1) {
			ip_layer(p);
			return;
		}
	}
}

void ppp_layer(struct packet *p)
{
	uint32_t protocol = reader_u8(&p->payload);

	/* RFC 1661 6.5: a compressed protocol field is one odd octet */
	if (!(protocol & 1))
		protocol = protocol << 8 | reader_u8(&p->payload);
	if (p->payload.err) {
		layer_failed(p);
		return;
	}
	switch (protocol) {
	case 0x21:
		ether_payload(p, ETHERTYPE_IP4);
		break;
	case 0x57:
		ether_payload(p, ETHERTYPE_IP6);
		break;
	case 0x281:
		ether_payload(p, ETHERTYPE_MPLS);
		break;
	default:
		break;
	}
}

/* RFC 2516 4. */
static void pppoe_layer(struct packet *p)
{
	const uint8_t *h = reader_take(&p->payload, 6);

	if (!h) {
		layer_failed(p);
		return;
	}
	layer_trim(&p->payload, load_be16(h + 4));
	ppp_layer(p);
}

/* IEEE 802.1AE 9.3: with neither E nor C set the frame is authenticated, not encrypted. */
static void macsec_layer(struct packet *p)
{
	enum { SCI = 0x20, ENCRYPTED = 0x0c };
	const uint8_t *h = reader_take(&p->payload, 6);

	if (h && (h[0] & SCI))
		reader_skip(&p->payload, 8);
	if (h && (h[0] & ENCRYPTED))
		return;
	h = reader_take(&p->payload, 2);
	if (!h) {
		layer_failed(p);
		return;
	}
	if (tunnel_enter(p))
		ether_payload(p, load_be16(h));
}

static void payload_other(struct packet *p, uint32_t type)
{
	switch (type) {
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP:
		p->transport = p->payload.pos;
		record_done(p, RECORD_ARP, arp_decode(&p->payload, &p->u.arp));
		break;
	case ETHERTYPE_LLDP:
		p->transport = p->payload.pos;
		record_done(p, RECORD_LLDP, lldp_decode(&p->payload, &p->u.lldp));
		break;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_UPSTREAM:
		mpls_layer(p);
		break;
	case ETHERTYPE_MACSEC:
		macsec_layer(p);
		break;
	case ETHERTYPE_CISCO_META:
		cisco_meta_layer(p);
		break;
	case ETHERTYPE_NSH:
		nsh_layer(p);
		break;
	case ETHERTYPE_PPPOE:
		pppoe_layer(p);
		break;
	default:
		if (type <= LENGTH_MAX) {
			p->ether.type = 0;
			layer_trim(&p->payload, type);
			llc_layer(p);
		}
		break;
	}
}

static inline bool is_tag(uint32_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ || type == ETHERTYPE_QINQ_OLD;
}

void ether_payload(struct packet *p, uint32_t type)
{
	while (is_tag(type)) {
		const uint8_t *h = reader_take(&p->payload, 4);

		if (!h) {
			layer_failed(p);
			return;
		}
		if (p->ether.n_tags == ETHER_TAGS_MAX) {
			layer_forbidden(p);
			return;
		}
		p->ether.tag[p->ether.n_tags++] = (uint16_t)(load_be16(h) & 0xfff);
		type = load_be16(h + 2);
	}
	p->ether.type = (uint16_t)type;
	if (type == ETHERTYPE_IP4)
		ip4_layer(p);
	else if (type == ETHERTYPE_IP6)
		ip6_layer(p);
	else
		payload_other(p, type);
}

void ether_layer(struct packet *p)
{
	const uint8_t *h = reader_take(&p->payload, 14);

	if (!h) {
		layer_failed(p);
		return;
	}
	memcpy(p->ether.dst.b, h, 6);
	memcpy(p->ether.src.b, h + 6, 6);
	p->ether.has_src = p->ether.has_dst = true;
	p->ether.n_tags = 0; /* of a frame around this one there may have been some */
	ether_payload(p, load_be16(h + 12));
}
