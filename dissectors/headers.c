/* SPDX-License-Identifier: BSD-2-Clause */
/* The headers of a packet field by field, with their places: for showing, when one is looked at.
 * The layers themselves keep only what is asked for with every frame. */
#include "layers.h"

enum form { NUMBER, HEX, MAC, IP4, IP6 };

/* A part of a header: bits of the big-endian number in those bytes. */
struct part {
	const char *key; /* NULL: the end */
	uint8_t at, n;   /* bytes         */
	uint8_t bits;    /* the lowest of them, once shifted; 0: all */
	uint8_t shift, times;
	enum form form;
};

/* clang-format off */
static const struct part ether_parts[] = {
	{ "dst", 0, 6, 0, 0, 1, MAC }, { "src", 6, 6, 0, 0, 1, MAC }, { NULL, 0, 0, 0, 0, 0, HEX },
};
/* IEEE 802.1Q 9.6, its type with it */
static const struct part vlan_parts[] = {
	{ "tag_type", 0, 2, 0, 0, 1, HEX }, { "id", 2, 2, 12, 0, 1, NUMBER }, { NULL, 0, 0, 0, 0, 0, HEX },
};
static const struct part type_parts[] = {
	{ "type", 0, 2, 0, 0, 1, HEX }, { NULL, 0, 0, 0, 0, 0, HEX },
};
/* RFC 791 3.1 */
static const struct part ip4_parts[] = {
	{ "header_length", 0, 1, 4, 0, 4, NUMBER }, { "service", 1, 1, 0, 0, 1, HEX },
	{ "length", 2, 2, 0, 0, 1, NUMBER }, { "id", 4, 2, 0, 0, 1, HEX }, { "fragment", 6, 2, 0, 0, 1, HEX },
	{ "ttl", 8, 1, 0, 0, 1, NUMBER }, { "protocol", 9, 1, 0, 0, 1, NUMBER },
	{ "checksum", 10, 2, 0, 0, 1, HEX }, { "src", 12, 4, 0, 0, 1, IP4 }, { "dst", 16, 4, 0, 0, 1, IP4 },
	{ NULL, 0, 0, 0, 0, 0, HEX },
};
/* RFC 8200 3 */
static const struct part ip6_parts[] = {
	{ "class_and_flow", 0, 4, 28, 0, 1, HEX }, { "length", 4, 2, 0, 0, 1, NUMBER },
	{ "next_header", 6, 1, 0, 0, 1, NUMBER }, { "hop_limit", 7, 1, 0, 0, 1, NUMBER },
	{ "src", 8, 16, 0, 0, 1, IP6 }, { "dst", 24, 16, 0, 0, 1, IP6 }, { NULL, 0, 0, 0, 0, 0, HEX },
};
/* RFC 768 */
static const struct part udp_parts[] = {
	{ "sport", 0, 2, 0, 0, 1, NUMBER }, { "dport", 2, 2, 0, 0, 1, NUMBER },
	{ "length", 4, 2, 0, 0, 1, NUMBER }, { "checksum", 6, 2, 0, 0, 1, HEX }, { NULL, 0, 0, 0, 0, 0, HEX },
};
/* RFC 9293 3.1 */
static const struct part tcp_parts[] = {
	{ "sport", 0, 2, 0, 0, 1, NUMBER }, { "dport", 2, 2, 0, 0, 1, NUMBER }, { "seq", 4, 4, 0, 0, 1, NUMBER },
	{ "ack", 8, 4, 0, 0, 1, NUMBER }, { "header_length", 12, 1, 4, 4, 4, NUMBER },
	{ "flags", 13, 1, 0, 0, 1, HEX }, { "window", 14, 2, 0, 0, 1, NUMBER },
	{ "checksum", 16, 2, 0, 0, 1, HEX }, { "urgent", 18, 2, 0, 0, 1, NUMBER }, { NULL, 0, 0, 0, 0, 0, HEX },
};
/* clang-format on */

/* What of b stands at at; less, or nothing, where it ends. */
static struct bytes within(struct bytes b, uint32_t at, uint32_t n)
{
	if (at >= b.n)
		return bytes_of(NULL, 0);
	return bytes_of(b.p + at, n < b.n - at ? n : b.n - at);
}

static uint32_t number(struct bytes v, const struct part *p)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v.n; i++)
		n = n << 8 | v.p[i];
	n >>= p->shift;
	if (p->bits)
		n &= (1u << p->bits) - 1;
	return n * p->times;
}

static void part_field(const struct part *p, struct bytes v, const struct sink *out)
{
	struct mac m;

	sink_at(out, v);
	switch (p->form) {
	case NUMBER:
		sink_number(out, p->key, number(v, p));
		break;
	case HEX:
		sink_hex_u32(out, p->key, number(v, p), p->n * 2u);
		break;
	case IP4:
		sink_ip4(out, p->key, number(v, p));
		break;
	case IP6:
		sink_address(out, p->key, address_ip6(v.p));
		break;
	case MAC:
		for (uint32_t i = 0; i < sizeof(m.b); i++)
			m.b[i] = v.p[i];
		sink_mac(out, p->key, m);
		break;
	}
}

/* Those of the parts that are whole in header. */
static void parts(const struct part *row, struct bytes header, const struct sink *out)
{
	for (; row->key && header.p; row++)
		if (row->at + row->n <= header.n)
			part_field(row, bytes_of(header.p + row->at, row->n), out);
}

static void group(const char *key, const struct part *row, struct bytes header,
		  const struct sink *out)
{
	if (!header.n)
		return;
	sink_at(out, header);
	sink_object(out, key);
	parts(row, header, out);
	sink_close(out);
}

static bool mac_at(struct bytes frame, uint32_t at, struct mac m)
{
	struct bytes v = within(frame, at, sizeof(m.b));

	return bytes_equal(v, bytes_of(m.b, sizeof(m.b)));
}

/* The innermost Ethernet header ends where the next one begins; or there is none, or LLC between.
 */
static void ether_fields(const struct packet *p, struct bytes frame, uint32_t next,
			 const struct sink *out)
{
	uint32_t tags = 4u * p->ether.n_tags, size = 14 + tags, at = 0;
	struct bytes header;

	if (p->tunnels && next >= size)
		at = next - size;
	if (!p->ether.has_dst || !mac_at(frame, at, p->ether.dst) ||
	    !mac_at(frame, at + 6, p->ether.src)) {
		group("link", type_parts + 1, within(frame, 0, next), out);
		return;
	}
	group("outer", type_parts + 1, within(frame, 0, at), out);
	header = within(frame, at, size);
	sink_at(out, header);
	sink_object(out, "ethernet");
	parts(ether_parts, header, out);
	for (uint32_t i = 0; i < p->ether.n_tags; i++)
		group("vlan", vlan_parts, within(header, 12 + 4 * i, 4), out);
	parts(type_parts, within(header, 12 + tags, 2), out);
	sink_close(out);
	if (next > at + size)
		group("llc", type_parts + 1, within(frame, at + size, next - at - size), out);
}

static void ip_fields(const struct packet *p, struct bytes frame, const struct sink *out)
{
	struct bytes header = within(frame, p->ip.at, p->ip.version == 4 ? 20 : 40);
	uint32_t end = p->ip.at + header.n, transport = p->reassembled ? end : p->transport;

	if (p->ip.version == 4 && header.n && (header.p[0] & 15) > 5)
		header = within(frame, p->ip.at, (header.p[0] & 15) * 4u);
	else if (p->ip.version == 6 && transport > end)
		header = within(frame, p->ip.at, transport - p->ip.at);
	sink_at(out, header);
	sink_object(out, p->ip.version == 4 ? "ipv4" : "ipv6");
	parts(p->ip.version == 4 ? ip4_parts : ip6_parts, header, out);
	if (p->ip.version == 4 && header.n >= 20 && ip_sum_fold(ip_sum(0, header)))
		sink_bool(out, "checksum_right", false);
	if (header.n > end - p->ip.at)
		sink_hex(out, p->ip.version == 4 ? "options" : "extensions",
			 within(header, end - p->ip.at, header.n));
	sink_close(out);
}

static void transport_fields(const struct packet *p, const struct sink *out)
{
	struct bytes held = bytes_of(p->payload.buf, p->payload.len), header;

	if (p->ip.proto == IP_PROTO_UDP) {
		header = within(held, p->transport, 8);
		if (!header.n)
			return;
		sink_at(out, header);
		sink_object(out, "udp");
		parts(udp_parts, header, out);
		if (packet_udp_checksum(p, packet_udp(p)) == 1)
			sink_bool(out, "checksum_right", false);
		sink_close(out);
	} else if (p->ip.proto == IP_PROTO_TCP) {
		header = within(held, p->transport, 20);
		if (header.n == 20)
			header = within(held, p->transport, (header.p[12] >> 4) * 4u);
		group("tcp", tcp_parts, header, out);
	}
}

void packet_header_fields(const struct packet *p, const struct sink *out)
{
	struct bytes frame = bytes_of(p->frame->data, p->frame->cap_len);
	uint32_t next = p->ip.version ? p->ip.at : p->transport;

	if (!next && !p->ip.version)
		next = p->ether.has_dst ? 14 + 4u * p->ether.n_tags : frame.n;
	ether_fields(p, frame, next, out);
	if (!p->ip.version)
		return;
	ip_fields(p, frame, out);
	if (!p->ip.fragment || p->reassembled)
		transport_fields(p, out);
}
