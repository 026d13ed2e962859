/* SPDX-License-Identifier: BSD-2-Clause */
#include "lldp.h"

#include <string.h>

#include "packet.h"

/* IEEE 802.1AB-2016 8.4 */
enum tlv {
	TLV_END,
	TLV_CHASSIS,
	TLV_PORT,
	TLV_TTL,
	TLV_PORT_DESCRIPTION,
	TLV_SYSTEM_NAME,
	TLV_SYSTEM_DESCRIPTION,
	TLV_MANAGEMENT = 8,
	TLV_OWN = 127,
};

enum { OUI_8021 = 0x0080c2, PORT_VLAN = 1, TLVS_MAX = 256 };

static void management(struct reader *v, struct lldp *out)
{
	uint32_t n = reader_u8(v);

	out->management_subtype = reader_u8(v);
	if (n > 0)
		out->management = reader_bytes(v, n - 1);
}

static void own(struct reader *v, struct lldp *out)
{
	uint32_t id = reader_be32(v);

	if (id == (OUI_8021 << 8 | PORT_VLAN))
		out->port_vlan = reader_be16(v);
}

static void tlv(uint32_t type, struct reader *v, struct lldp *out)
{
	switch (type) {
	case TLV_CHASSIS:
		out->chassis_subtype = reader_u8(v);
		out->chassis = reader_rest(v);
		break;
	case TLV_PORT:
		out->port_subtype = reader_u8(v);
		out->port = reader_rest(v);
		break;
	case TLV_TTL:
		out->ttl = reader_be16(v);
		break;
	case TLV_PORT_DESCRIPTION:
		out->port_description = reader_rest(v);
		break;
	case TLV_SYSTEM_NAME:
		out->system_name = reader_rest(v);
		break;
	case TLV_SYSTEM_DESCRIPTION:
		out->system_description = reader_rest(v);
		break;
	case TLV_MANAGEMENT:
		if (!out->management.n)
			management(v, out);
		break;
	case TLV_OWN:
		own(v, out);
		break;
	default:
		break;
	}
}

enum err lldp_decode(struct reader *r, struct lldp *out)
{
	memset(out, 0, sizeof(*out));
	for (int i = 0; i < TLVS_MAX; i++) {
		uint32_t head = reader_be16(r);
		struct reader v = reader_sub(r, head & 0x1ff);

		if (r->err && !v.len)
			break;
		if (head == TLV_END)
			break;
		tlv(head >> 9, &v, out);
		if (!r->err)
			r->err = v.err;
		if (r->err)
			break;
	}
	return r->err;
}

static uint32_t open_tlv(struct writer *w, enum tlv type)
{
	uint32_t at = w->pos;

	writer_be16(w, (uint16_t)((uint32_t)type << 9));
	return at;
}

static void close_tlv(struct writer *w, uint32_t at)
{
	uint32_t n = w->pos - at - 2;

	if (!w->err && n > 0x1ff)
		w->err = ERR_NOSPC;
	if (!w->err)
		writer_put_be16(w, at, (uint16_t)((uint32_t)w->buf[at] << 8 | n));
}

static void text_tlv(struct writer *w, enum tlv type, struct bytes v)
{
	uint32_t at;

	if (!v.n)
		return;
	at = open_tlv(w, type);
	writer_bytes(w, v);
	close_tlv(w, at);
}

void lldp_encode(const struct lldp *m, struct writer *w)
{
	uint32_t at = open_tlv(w, TLV_CHASSIS);

	writer_u8(w, m->chassis_subtype);
	writer_bytes(w, m->chassis);
	close_tlv(w, at);
	at = open_tlv(w, TLV_PORT);
	writer_u8(w, m->port_subtype);
	writer_bytes(w, m->port);
	close_tlv(w, at);
	at = open_tlv(w, TLV_TTL);
	writer_be16(w, m->ttl);
	close_tlv(w, at);
	text_tlv(w, TLV_PORT_DESCRIPTION, m->port_description);
	text_tlv(w, TLV_SYSTEM_NAME, m->system_name);
	text_tlv(w, TLV_SYSTEM_DESCRIPTION, m->system_description);
	if (m->management.n) {
		at = open_tlv(w, TLV_MANAGEMENT);
		writer_u8(w, (uint8_t)(m->management.n + 1));
		writer_u8(w, m->management_subtype);
		writer_bytes(w, m->management);
		writer_zero(w, 6); /* interface unknown, number 0, no OID */
		close_tlv(w, at);
	}
	if (m->port_vlan) {
		at = open_tlv(w, TLV_OWN);
		writer_be32(w, OUI_8021 << 8 | PORT_VLAN);
		writer_be16(w, m->port_vlan);
		close_tlv(w, at);
	}
	writer_be16(w, TLV_END);
}

/* Chassis and port ids are names, or addresses by their subtype. */
static void id_text(struct text *out, bool is_mac, struct bytes v)
{
	if (is_mac && v.n == 6) {
		struct mac m;

		memcpy(m.b, v.p, 6);
		text_mac(out, m);
	} else {
		text_safe(out, v);
	}
}

static bool chassis_is_mac(const struct lldp *m)
{
	return m->chassis_subtype == 4;
}

static bool port_is_mac(const struct lldp *m)
{
	return m->port_subtype == 3;
}

void lldp_line(const struct packet *p, struct text *out)
{
	const struct lldp *m = &p->u.lldp;

	text_str(out, "switch ");
	if (m->system_name.n)
		text_safe(out, m->system_name);
	else
		id_text(out, chassis_is_mac(m), m->chassis);
	text_str(out, " port ");
	id_text(out, port_is_mac(m), m->port);
	if (m->port_description.n) {
		text_str(out, " (");
		text_safe(out, m->port_description);
		text_str(out, ")");
	}
	if (m->port_vlan)
		text_fmt(out, " vlan %u", (unsigned)m->port_vlan);
}

static void id_field(const struct sink *out, const char *key, bool is_mac, struct bytes v)
{
	if (is_mac && v.n == 6) {
		struct mac m;

		memcpy(m.b, v.p, 6);
		sink_mac(out, key, m);
	} else {
		sink_bytes(out, key, v);
	}
}

static void management_field(const struct sink *out, const struct lldp *m)
{
	if (m->management_subtype == 1 && m->management.n == 4)
		sink_ip4(out, "management",
			 (uint32_t)m->management.p[0] << 24 | (uint32_t)m->management.p[1] << 16 |
				 (uint32_t)m->management.p[2] << 8 | m->management.p[3]);
	else if (m->management_subtype == 2 && m->management.n == 16)
		sink_address(out, "management", address_ip6(m->management.p));
	else
		sink_hex(out, "management", m->management);
}

void lldp_fields(const struct packet *p, const struct sink *out)
{
	const struct lldp *m = &p->u.lldp;

	id_field(out, "chassis", chassis_is_mac(m), m->chassis);
	id_field(out, "port", port_is_mac(m), m->port);
	sink_number(out, "ttl", m->ttl);
	if (m->port_description.n)
		sink_bytes(out, "port_description", m->port_description);
	if (m->system_name.n)
		sink_bytes(out, "system_name", m->system_name);
	if (m->system_description.n)
		sink_bytes(out, "system_description", m->system_description);
	if (m->port_vlan)
		sink_number(out, "port_vlan", m->port_vlan);
	if (m->management.n)
		management_field(out, m);
}
