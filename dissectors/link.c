/* SPDX-License-Identifier: BSD-2-Clause */
/* Link layers other than Ethernet. Their LINKTYPE_ numbers and forms: www.tcpdump.org/linktypes. */
#include "ether.h"

#include <string.h>

#include "layers.h"

static uint32_t load_le16(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

static uint32_t load_le32(const uint8_t *p)
{
	return load_le16(p) | load_le16(p + 2) << 16;
}

/* A header of n bytes; NULL and p->err set when it is not whole. */
static const uint8_t *header(struct packet *p, uint32_t n)
{
	const uint8_t *h = reader_take(&p->payload, n);

	if (!h)
		layer_failed(p);
	return h;
}

/* Cooked captures tell the sender's address only, and of Ethernet-like hardware only in this form.
 */
static void cooked_source(struct packet *p, uint32_t kind, uint32_t length, const uint8_t *address)
{
	enum { OUTGOING = 4 };

	p->ether.outgoing = kind == OUTGOING;
	p->ether.incoming = kind != OUTGOING;
	if (length == 6) {
		memcpy(p->ether.src.b, address, 6);
		p->ether.has_src = true;
	}
}

static void cooked_payload(struct packet *p, uint32_t arphrd, uint32_t type)
{
	enum { ARPHRD_NETLINK = 824, ARPHRD_RADIOTAP = 803, COOKED_LLC = 4 };

	if (arphrd == ARPHRD_NETLINK || arphrd == ARPHRD_RADIOTAP)
		return; /* the type is no EtherType there */
	if (type == COOKED_LLC)
		llc_layer(p);
	else if (type > 1500)
		ether_payload(p, type);
}

static void cooked_layer(struct packet *p)
{
	const uint8_t *h = header(p, 16);

	if (!h)
		return;
	cooked_source(p, load_be16(h), load_be16(h + 4), h + 6);
	cooked_payload(p, load_be16(h + 2), load_be16(h + 14));
}

static void cooked2_layer(struct packet *p)
{
	const uint8_t *h = header(p, 20);

	if (!h)
		return;
	cooked_source(p, h[10], h[11], h + 12);
	cooked_payload(p, load_be16(h + 8), load_be16(h));
}

/* The address family is a number of the capturing host, in its byte order (NULL) or the network's
 * (LOOP); files say the one and hold the other, so both are tried. */
static void loop_layer(struct packet *p)
{
	const uint8_t *h = header(p, 4);
	uint32_t family;

	if (!h)
		return;
	family = load_be32(h);
	if (family > 0xffff)
		family = load_le32(h);
	switch (family) {
	case 2:
		ether_payload(p, ETHERTYPE_IP4);
		break;
	case 10: /* Linux                    */
	case 23: /* Windows                  */
	case 24: /* NetBSD, OpenBSD          */
	case 28: /* FreeBSD                  */
	case 30: /* macOS                    */
		ether_payload(p, ETHERTYPE_IP6);
		break;
	default:
		if (family >= 0x600 && family <= 0xffff)
			ether_payload(p, family);
		break;
	}
}

/* Cisco HDLC: address, control, EtherType. */
static void hdlc_layer(struct packet *p)
{
	const uint8_t *h = header(p, 4);

	if (h && load_be16(h + 2) > 1500)
		ether_payload(p, load_be16(h + 2));
}

/* RFC 1662 3.1: all stations and unnumbered information, or neither where they are compressed. */
void ppp_frame_layer(struct packet *p)
{
	uint32_t head = 0;

	if (reader_left(&p->payload) >= 2)
		head = load_be16(p->payload.buf + p->payload.pos);
	if (head >> 8 == 0x0f || head >> 8 == 0x8f) {
		hdlc_layer(p);
		return;
	}
	if (head == 0xff03)
		reader_skip(&p->payload, 2);
	ppp_layer(p);
}

static void ppp_ether_frame(struct packet *p)
{
	ether_payload(p, ETHERTYPE_PPPOE);
}

static void mac_of(struct mac *out, const uint8_t *p)
{
	memcpy(out->b, p, 6);
}

/* IEEE 802.11-2016 9.2.3: only data frames that are not encrypted carry packets. */
static void wifi_frame(struct packet *p, bool padded)
{
	const uint8_t *h = reader_take(&p->payload, 2);
	uint32_t n = 24, to_ds, from_ds, qos;
	uint32_t start = p->payload.pos - (h ? 2 : 0);
	bool aggregate = false;

	if (!h) {
		layer_failed(p);
		return;
	}
	if ((h[0] & 0x0f) != 0x08 || (h[0] & 0x40) || (h[1] & 0x40))
		return;
	to_ds = h[1] & 1;
	from_ds = h[1] & 2;
	qos = h[0] & 0x80;
	if (to_ds && from_ds)
		n += 6;
	if (qos)
		n += 2;
	if (qos && (h[1] & 0x80))
		n += 4; /* HT control */
	h = header(p, n - 2);
	if (!h)
		return;
	h -= 2;
	mac_of(&p->ether.dst, to_ds ? h + 16 : h + 4);
	mac_of(&p->ether.src, from_ds ? (to_ds ? h + 24 : h + 16) : h + 10);
	p->ether.has_src = p->ether.has_dst = true;
	if (qos)
		aggregate = h[n - (h[1] & 0x80 ? 6 : 2)] & 0x80;
	if (padded)
		reader_skip(&p->payload, (4 - ((p->payload.pos - start) & 3)) & 3);
	if (aggregate) {
		/* A-MSDU: of its subframes the first is read */
		h = header(p, 14);
		if (!h)
			return;
		mac_of(&p->ether.dst, h);
		mac_of(&p->ether.src, h + 6);
		layer_trim(&p->payload, load_be16(h + 12));
	}
	llc_layer(p);
}

static void wifi_layer(struct packet *p)
{
	wifi_frame(p, false);
}

/* radiotap.org: little endian, fields aligned to their size, the flags field the second. */
static void radiotap_layer(struct packet *p)
{
	enum { TSFT = 1, FLAGS = 2, MORE = 31, FLAG_DATA_PAD = 0x20 };
	const uint8_t *h = header(p, 8);
	uint32_t length, present, words, at = 8;
	bool padded = false;

	if (!h)
		return;
	length = load_le16(h + 2);
	present = words = load_le32(h + 4);
	if (length < 8) {
		layer_forbidden(p);
		return;
	}
	if (!header(p, length - 8))
		return;
	while (words >> MORE && at + 4 <= length) {
		words = load_le32(h + at);
		at += 4;
	}
	if (present & TSFT)
		at = ((at + 7) & ~7U) + 8;
	if ((present & FLAGS) && at < length)
		padded = h[at] & FLAG_DATA_PAD;
	wifi_frame(p, padded);
}

/* RFC 1051 and 1201: protocol ids of one byte; the newer ones are followed by split flag and
 * sequence number. */
static void arcnet_protocol(struct packet *p, uint32_t protocol)
{
	bool old = protocol == 240 || protocol == 241;
	const uint8_t *h;

	if (!old) {
		h = header(p, 3);
		if (!h)
			return;
		if (h[0] == 0xff && !header(p, 4)) /* exception frame */
			return;
		if (h[0] != 0xff && h[0] > 1)
			return; /* a later part of a split packet */
	}
	switch (protocol) {
	case 212:
	case 240:
		ether_payload(p, ETHERTYPE_IP4);
		break;
	case 196:
		ether_payload(p, ETHERTYPE_IP6);
		break;
	case 213:
	case 241:
		ether_payload(p, ETHERTYPE_ARP);
		break;
	case 214:
		ether_payload(p, ETHERTYPE_RARP);
		break;
	default:
		break;
	}
}

static void arcnet_layer(struct packet *p)
{
	const uint8_t *h = header(p, 3);

	if (h)
		arcnet_protocol(p, h[2]);
}

static void arcnet_linux_layer(struct packet *p)
{
	const uint8_t *h = header(p, 5);

	if (h)
		arcnet_protocol(p, h[4]);
}

/* RFC 2427: Q.922 address of two bytes, control, network layer protocol id. */
static void frame_relay_layer(struct packet *p)
{
	const uint8_t *h = header(p, 2);
	uint32_t id;

	if (!h)
		return;
	if (load_be16(h) != 0 && !(h[1] & 1))
		return; /* longer addresses */
	if (reader_u8(&p->payload) != 3)
		return;
	id = reader_u8(&p->payload);
	if (id == 0)
		id = reader_u8(&p->payload); /* pad */
	if (id == 0xcc) {
		ether_payload(p, ETHERTYPE_IP4);
	} else if (id == 0x8e) {
		ether_payload(p, ETHERTYPE_IP6);
	} else if (id == 0x80) {
		h = header(p, 5);
		if (h && load_be16(h) == 0 && h[2] == 0)
			ether_payload(p, load_be16(h + 3));
	}
}

/* Netfilter log: TLVs in the capturing host's order, which is little endian but in museums. */
static void nflog_layer(struct packet *p)
{
	enum { NFLOG_PAYLOAD = 9, TLVS_MAX = 64 };

	if (!header(p, 4))
		return;
	for (int i = 0; i < TLVS_MAX && reader_left(&p->payload); i++) {
		const uint8_t *h = header(p, 4);
		uint32_t length;

		if (!h)
			return;
		length = load_le16(h);
		if (length < 4) {
			layer_forbidden(p);
			return;
		}
		if (load_le16(h + 2) == NFLOG_PAYLOAD) {
			layer_trim(&p->payload, length - 4);
			ip_layer(p);
			return;
		}
		if (!header(p, ((length + 3) & ~3U) - 4))
			return;
	}
}

static const struct link {
	uint32_t link;
	void (*layer)(struct packet *p);
} links[] = {
	{ LINK_NULL, loop_layer },
	{ LINK_ETHERNET, ether_layer },
	{ LINK_ARCNET, arcnet_layer },
	{ LINK_PPP, ppp_frame_layer },
	{ LINK_RAW_12, ip_layer },
	{ LINK_RAW_14, ip_layer },
	{ LINK_PPP_HDLC, ppp_frame_layer },
	{ LINK_PPP_ETHER, ppp_ether_frame },
	{ LINK_RAW, ip_layer },
	{ LINK_C_HDLC, hdlc_layer },
	{ LINK_IEEE802_11, wifi_layer },
	{ LINK_FRAME_RELAY, frame_relay_layer },
	{ LINK_LOOP, loop_layer },
	{ LINK_LINUX_SLL, cooked_layer },
	{ LINK_RADIOTAP, radiotap_layer },
	{ LINK_ARCNET_LINUX, arcnet_linux_layer },
	{ LINK_IP4, ip_layer },
	{ LINK_IP6, ip_layer },
	{ LINK_NFLOG, nflog_layer },
	{ LINK_LINUX_SLL2, cooked2_layer },
};

enum { LINKS = sizeof(links) / sizeof(links[0]) };

static const struct link *link_find(uint32_t link)
{
	for (uint32_t i = 0; i < LINKS; i++)
		if (links[i].link == link)
			return &links[i];
	return NULL;
}

bool link_known(uint32_t link)
{
	return link_find(link);
}

void link_layer(struct packet *p)
{
	const struct link *l = link_find(p->frame->link);

	if (l)
		l->layer(p);
}
