/* SPDX-License-Identifier: BSD-2-Clause */
#include "ip.h"

#include "layers.h"

enum { HEADER = 20 };

uint32_t ip_sum(uint32_t sum, struct bytes v)
{
	uint64_t s = sum;
	uint32_t i = 0;

	for (; i + 1 < v.n; i += 2)
		s += load_be16(v.p + i);
	if (i < v.n)
		s += (uint32_t)v.p[i] << 8;
	while (s >> 32)
		s = (s & UINT32_MAX) + (s >> 32);
	return (uint32_t)s;
}

uint16_t ip_sum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static uint32_t words(uint64_t v)
{
	return (uint32_t)(v >> 48) + (uint32_t)(v >> 32 & 0xffff) + (uint32_t)(v >> 16 & 0xffff) +
	       (uint32_t)(v & 0xffff);
}

uint32_t ip_pseudo_sum(struct address src, struct address dst, uint8_t proto, uint32_t length)
{
	uint32_t sum = proto + (length >> 16) + (length & 0xffff);

	if (address_is_ip4(src) && address_is_ip4(dst))
		return sum + words(address_to_ip4(src)) + words(address_to_ip4(dst));
	return sum + words(src.hi) + words(src.lo) + words(dst.hi) + words(dst.lo);
}

const char *ip_proto_key(uint8_t proto)
{
	switch (proto) {
	case IP_PROTO_ICMP:
		return "icmp";
	case IP_PROTO_TCP:
		return "tcp";
	case IP_PROTO_UDP:
		return "udp";
	case IP_PROTO_ICMP6:
		return "icmp6";
	default:
		return NULL;
	}
}

/* RFC 791 3.1. The header and its options; payload gets what the length field leaves. */
static inline bool header(struct reader *r, struct ip *ip, uint32_t *payload)
{
	const uint8_t *h = reader_take(r, HEADER);
	uint32_t n, total, fragment;

	if (!h)
		return false;
	n = (h[0] & 15) * 4U;
	total = load_be16(h + 2);
	/* total 0: segmentation was left to the card and the capture is from before it */
	if (h[0] >> 4 != 4 || n < HEADER || (total && total < n)) {
		r->err = ERR_VALUE;
		return false;
	}
	if (n > HEADER && !reader_take(r, n - HEADER))
		return false;
	*payload = total ? total - n : r->wire - r->pos;
	fragment = load_be16(h + 6);
	ip->version = 4;
	ip->at = r->pos - n;
	ip->ttl = h[8];
	ip->proto = h[9];
	ip->fragment = (fragment & 0x3fff) != 0;
	ip->more_fragments = (fragment & 0x2000) != 0;
	ip->dont_fragment = (fragment & 0x4000) != 0;
	ip->id = load_be16(h + 4);
	ip->fragment_offset = (fragment & 0x1fff) * 8;
	ip->src = address_ip4(load_be32(h + 12));
	ip->dst = address_ip4(load_be32(h + 16));
	return true;
}

void ip4_layer(struct packet *p)
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
	p->transport = r->pos;
	if (!p->ip.fragment)
		transport_layer(p);
}

bool ip_quoted(struct reader *r, struct ip *out)
{
	uint32_t payload;

	if (reader_left(r) && r->buf[r->pos] >> 4 == 6)
		return ip6_quoted(r, out);
	if (!header(r, out, &payload))
		return false;
	layer_trim(r, payload);
	return true;
}

void ip_layer(struct packet *p)
{
	const struct reader *r = &p->payload;
	uint32_t version = reader_left(r) ? r->buf[r->pos] >> 4 : 0;

	if (version == 4) {
		p->ether.type = ETHERTYPE_IP4;
		ip4_layer(p);
	} else if (version == 6) {
		p->ether.type = ETHERTYPE_IP6;
		ip6_layer(p);
	} else if (!reader_take(&p->payload, 1)) {
		layer_failed(p);
	}
}
