/* SPDX-License-Identifier: BSD-2-Clause */
#include "build.h"

enum {
	DEFAULT_TTL = 64,
	MORE_FRAGMENTS = 0x2000,
	DONT_FRAGMENT = 0x4000,
	UDP_HEADER = 8,
	TCP_HEADER = 20,
};

static bool is_ip4(const struct build_ends *ends)
{
	return address_is_ip4(ends->src);
}

static void mac(struct writer *w, struct mac m)
{
	writer_bytes(w, bytes_of(m.b, sizeof(m.b)));
}

static void address(struct writer *w, struct address a)
{
	writer_be64(w, a.hi);
	writer_be64(w, a.lo);
}

void build_ether(struct writer *w, const struct build_ends *ends, uint16_t type)
{
	mac(w, ends->eth_dst);
	mac(w, ends->eth_src);
	for (uint32_t i = 0; i < ends->n_tags && i < ETHER_TAGS_MAX; i++) {
		writer_be16(w, i + 1 < ends->n_tags ? ETHERTYPE_QINQ : ETHERTYPE_VLAN);
		writer_be16(w, ends->tag[i]);
	}
	writer_be16(w, type);
}

static void ip4_header(struct writer *w, const struct build_ends *ends, uint8_t proto,
		       uint32_t payload, uint16_t fragment)
{
	uint32_t start = w->pos;

	writer_u8(w, 0x45);
	writer_u8(w, 0);
	writer_be16(w, (uint16_t)(20 + payload));
	writer_be16(w, (uint16_t)ends->id);
	writer_be16(w, fragment);
	writer_u8(w, ends->ttl ? ends->ttl : DEFAULT_TTL);
	writer_u8(w, proto);
	writer_be16(w, 0);
	writer_be32(w, address_to_ip4(ends->src));
	writer_be32(w, address_to_ip4(ends->dst));
	if (!w->err)
		writer_put_be16(w, start + 10,
				ip_sum_fold(ip_sum(0, bytes_of(w->buf + start, 20))));
}

static void ip6_header(struct writer *w, const struct build_ends *ends, uint8_t proto,
		       uint32_t payload)
{
	writer_be32(w, 0x60000000);
	writer_be16(w, (uint16_t)payload);
	writer_u8(w, proto);
	writer_u8(w, ends->ttl ? ends->ttl : DEFAULT_TTL);
	address(w, ends->src);
	address(w, ends->dst);
}

void build_ip_header(struct writer *w, const struct build_ends *ends, uint8_t proto,
		     uint32_t payload)
{
	if (is_ip4(ends))
		ip4_header(w, ends, proto, payload, ends->id || ends->no_df ? 0 : DONT_FRAGMENT);
	else
		ip6_header(w, ends, proto, payload);
}

static void ip_frame(struct writer *w, const struct build_ends *ends, uint8_t proto,
		     uint32_t payload)
{
	build_ether(w, ends, is_ip4(ends) ? ETHERTYPE_IP4 : ETHERTYPE_IP6);
	build_ip_header(w, ends, proto, payload);
}

void build_ip(struct writer *w, const struct build_ends *ends, uint8_t proto, struct bytes payload)
{
	ip_frame(w, ends, proto, payload.n);
	writer_bytes(w, payload);
}

/* Checksum over what stands from start on, pseudo-header included. */
static uint16_t transport_sum(const struct writer *w, const struct build_ends *ends, uint8_t proto,
			      uint32_t start)
{
	uint32_t n = w->pos - start;

	return ip_sum_fold(
		ip_sum(ip_pseudo_sum(ends->src, ends->dst, proto, n), bytes_of(w->buf + start, n)));
}

void build_udp_datagram(struct writer *w, const struct build_ends *ends, struct bytes payload)
{
	uint32_t start = w->pos;
	uint16_t sum;

	writer_be16(w, ends->sport);
	writer_be16(w, ends->dport);
	writer_be16(w, (uint16_t)(UDP_HEADER + payload.n));
	writer_be16(w, 0);
	writer_bytes(w, payload);
	if (w->err || ends->no_checksum)
		return;
	sum = transport_sum(w, ends, IP_PROTO_UDP, start);
	writer_put_be16(w, start + 6, sum ? sum : 0xffff); /* RFC 768: 0 says there is none */
}

void build_udp(struct writer *w, const struct build_ends *ends, struct bytes payload)
{
	ip_frame(w, ends, IP_PROTO_UDP, UDP_HEADER + payload.n);
	build_udp_datagram(w, ends, payload);
}

void build_tcp_segment(struct writer *w, const struct build_ends *ends, const struct tcp *tcp,
		       struct bytes payload)
{
	uint32_t start = w->pos;

	writer_be16(w, ends->sport);
	writer_be16(w, ends->dport);
	writer_be32(w, tcp->seq);
	writer_be32(w, tcp->ack);
	writer_u8(w, TCP_HEADER / 4 << 4);
	writer_u8(w, tcp->flags);
	writer_be16(w, tcp->window);
	writer_be16(w, 0);
	writer_be16(w, 0);
	writer_bytes(w, payload);
	if (!w->err)
		writer_put_be16(w, start + 16, transport_sum(w, ends, IP_PROTO_TCP, start));
}

void build_tcp(struct writer *w, const struct build_ends *ends, const struct tcp *tcp,
	       struct bytes payload)
{
	ip_frame(w, ends, IP_PROTO_TCP, TCP_HEADER + payload.n);
	build_tcp_segment(w, ends, tcp, payload);
}

/* The IP header comes first and needs the length: the message is written, measured, and its
 * length filled in. */
void build_icmp(struct writer *w, const struct build_ends *ends, const struct icmp *m)
{
	uint8_t proto = m->version == 6 ? IP_PROTO_ICMP6 : IP_PROTO_ICMP;
	struct writer probe = *w;
	uint32_t start;

	ip_frame(&probe, ends, proto, 0);
	start = probe.pos;
	icmp_encode(m, &probe);
	ip_frame(w, ends, proto, probe.pos - start);
	icmp_encode(m, w);
	if (m->version == 6 && !w->err)
		writer_put_be16(w, start + 2, transport_sum(w, ends, IP_PROTO_ICMP6, start));
}

void build_arp(struct writer *w, const struct build_ends *ends, const struct arp *m)
{
	build_ether(w, ends, ETHERTYPE_ARP);
	arp_encode(m, w);
}

void build_stp(struct writer *w, const struct build_ends *ends, const struct stp *m)
{
	uint32_t mark, n;

	build_ether(w, ends, 0);
	mark = w->pos;
	if (m->pvst) {
		writer_be32(w, 0xaaaa0300);
		writer_be32(w, 0x000c010b);
	} else {
		writer_u8(w, 0x42);
		writer_be16(w, 0x4203);
	}
	stp_encode(m, w);
	n = w->pos - mark;
	if (!w->err)
		writer_put_be16(w, mark - 2, (uint16_t)n);
}

uint32_t build_fragment(struct writer *w, const struct build_ends *ends, uint8_t proto,
			struct bytes datagram, uint32_t offset, uint32_t room)
{
	uint32_t n = datagram.n - offset;
	bool more = n > room;

	if (more)
		n = room & ~7U;
	build_ether(w, ends, is_ip4(ends) ? ETHERTYPE_IP4 : ETHERTYPE_IP6);
	if (is_ip4(ends)) {
		ip4_header(w, ends, proto, n, (uint16_t)(offset / 8 | (more ? MORE_FRAGMENTS : 0)));
	} else {
		ip6_header(w, ends, IP_PROTO_FRAGMENT, 8 + n);
		writer_u8(w, proto);
		writer_u8(w, 0);
		writer_be16(w, (uint16_t)(offset | (more ? 1 : 0)));
		writer_be32(w, ends->id);
	}
	writer_bytes(w, bytes_of(datagram.p + offset, n));
	return more ? offset + n : 0;
}
