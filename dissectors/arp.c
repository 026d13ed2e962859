/* SPDX-License-Identifier: BSD-2-Clause */
#include "arp.h"

#include <string.h>

#include "packet.h"

enum { PROTOCOL_IP4 = 0x0800, HARDWARE_ETHERNET = 1 };

static struct mac mac_from(struct bytes v)
{
	struct mac m = { { 0 } };

	if (v.n == sizeof(m.b))
		memcpy(m.b, v.p, sizeof(m.b));
	return m;
}

static uint32_t ip4_from(const struct arp *m, struct bytes v)
{
	if (m->protocol != PROTOCOL_IP4 || v.n != 4)
		return 0;
	return (uint32_t)v.p[0] << 24 | (uint32_t)v.p[1] << 16 | (uint32_t)v.p[2] << 8 | v.p[3];
}

enum err arp_decode(struct reader *r, struct arp *out)
{
	memset(out, 0, sizeof(*out));
	out->hardware = reader_be16(r);
	out->protocol = reader_be16(r);
	out->hardware_len = reader_u8(r);
	out->protocol_len = reader_u8(r);
	out->op = reader_be16(r);
	out->sender_mac = mac_from(reader_bytes(r, out->hardware_len));
	out->sender_ip = ip4_from(out, reader_bytes(r, out->protocol_len));
	out->target_mac = mac_from(reader_bytes(r, out->hardware_len));
	out->target_ip = ip4_from(out, reader_bytes(r, out->protocol_len));
	return r->err;
}

void arp_encode(const struct arp *m, struct writer *w)
{
	writer_be16(w, m->hardware ? m->hardware : HARDWARE_ETHERNET);
	writer_be16(w, m->protocol ? m->protocol : PROTOCOL_IP4);
	writer_u8(w, sizeof(m->sender_mac.b));
	writer_u8(w, 4);
	writer_be16(w, m->op);
	writer_bytes(w, bytes_of(m->sender_mac.b, sizeof(m->sender_mac.b)));
	writer_be32(w, m->sender_ip);
	writer_bytes(w, bytes_of(m->target_mac.b, sizeof(m->target_mac.b)));
	writer_be32(w, m->target_ip);
}

void arp_line(const struct packet *p, struct text *out)
{
	const struct arp *m = &p->u.arp;

	switch (m->op) {
	case ARP_REQUEST:
		if (m->sender_ip == 0) {
			/* RFC 5227 2.1.1 */
			text_str(out, "probe: who has ");
			text_ip4(out, m->target_ip);
		} else if (m->sender_ip == m->target_ip) {
			text_str(out, "announcement of ");
			text_ip4(out, m->sender_ip);
		} else {
			text_str(out, "who has ");
			text_ip4(out, m->target_ip);
			text_str(out, "? tell ");
			text_ip4(out, m->sender_ip);
		}
		break;
	case ARP_REPLY:
		text_ip4(out, m->sender_ip);
		text_str(out, " is at ");
		text_mac(out, m->sender_mac);
		break;
	default:
		text_fmt(out, "operation %u from ", (unsigned)m->op);
		text_mac(out, m->sender_mac);
		break;
	}
}

/* RFC 826, with the address lengths of Ethernet and IPv4 */
const struct field_place arp_places[] = {
	{ "op", 6, 2 },         { "hardware", 0, 2 },    { "sender_mac", 8, 6 },
	{ "sender_ip", 14, 4 }, { "target_mac", 18, 6 }, { "target_ip", 24, 4 },
	{ NULL, 0, 0 },
};

void arp_fields(const struct packet *p, const struct sink *out)
{
	const struct arp *m = &p->u.arp;

	if (m->op == ARP_REQUEST || m->op == ARP_REPLY)
		sink_text(out, "op", m->op == ARP_REQUEST ? "request" : "reply");
	else
		sink_number(out, "op", m->op);
	if (m->hardware != HARDWARE_ETHERNET)
		sink_number(out, "hardware", m->hardware);
	sink_mac(out, "sender_mac", m->sender_mac);
	sink_ip4(out, "sender_ip", m->sender_ip);
	sink_mac(out, "target_mac", m->target_mac);
	sink_ip4(out, "target_ip", m->target_ip);
}
