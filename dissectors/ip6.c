/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip.h"

#include "layers.h"

enum { HEADER = 40, EXTENSIONS_MAX = 16 };

/* RFC 8200 3. */
static inline bool header(struct reader *r, struct ip *ip, uint32_t *payload)
{
	const uint8_t *h = reader_take(r, HEADER);

	if (!h)
		return false;
	if (h[0] >> 4 != 6) {
		r->err = ERR_VALUE;
		return false;
	}
	*payload = load_be16(h + 4);
	/* 0: a jumbogram (RFC 2675), or segmentation left to the card */
	if (*payload == 0)
		*payload = r->wire - r->pos;
	ip->version = 6;
	ip->at = r->pos - HEADER;
	ip->proto = h[6];
	ip->ttl = h[7];
	ip->fragment = ip->more_fragments = false;
	ip->dont_fragment = true;
	ip->id = 0;
	ip->fragment_offset = 0;
	ip->src = address_ip6(h + 8);
	ip->dst = address_ip6(h + 24);
	return true;
}

/* RFC 8200 4.5. A fragment that is all of its packet (RFC 6946) is none. */
static bool fragment_header(struct reader *r, struct ip *ip)
{
	const uint8_t *h = reader_take(r, 8);
	uint32_t v;

	if (!h)
		return false;
	v = load_be16(h + 2);
	ip->proto = h[0];
	ip->id = load_be32(h + 4);
	ip->fragment_offset = v & 0xfff8;
	ip->more_fragments = v & 1;
	ip->fragment = ip->fragment_offset || ip->more_fragments;
	ip->dont_fragment = false;
	return true;
}

/* From ip->proto on to the first header that is no extension, or to a fragment. False: one of
 * them is not whole. */
static bool extensions(struct reader *r, struct ip *ip)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		uint32_t unit = 8, base = 8;
		const uint8_t *h;

		switch (ip->proto) {
		case IP_PROTO_HOP_BY_HOP:
		case IP_PROTO_ROUTING:
		case IP_PROTO_DESTINATION:
		case IP_PROTO_MOBILITY:
			break;
		case IP_PROTO_AH: /* RFC 4302 2.2 */
			unit = 4;
			break;
		case IP_PROTO_FRAGMENT:
			if (!fragment_header(r, ip))
				return false;
			if (ip->fragment)
				return true;
			continue;
		default:
			return true;
		}
		h = reader_take(r, 2);
		if (!h || !reader_take(r, base - 2 + h[1] * unit))
			return false;
		ip->proto = h[0];
	}
	r->err = ERR_LIMIT;
	return false;
}

void ip6_transport(struct packet *p)
{
	if (!extensions(&p->payload, &p->ip)) {
		layer_failed(p);
		return;
	}
	p->transport = p->payload.pos;
	if (!p->ip.fragment)
		transport_layer(p);
}

void ip6_layer(struct packet *p)
{
	struct reader *r = &p->payload;
	uint32_t payload;

	if (!header(r, &p->ip, &payload)) {
		layer_failed(p);
		return;
	}
	if (payload > r->wire - r->pos)
		layer_short(p);
	else
		layer_trim(r, payload);
	ip6_transport(p);
}

bool ip6_quoted(struct reader *r, struct ip *out)
{
	uint32_t payload;

	if (!header(r, out, &payload))
		return false;
	layer_trim(r, payload);
	return extensions(r, out);
}
