/* SPDX-License-Identifier: BSD-2-Clause */
#include "stp.h"

#include <string.h>

#include "packet.h"

enum { TYPE_CONFIGURATION = 0, TYPE_RAPID = 2, TYPE_TOPOLOGY_CHANGE = 0x80 };

enum err stp_decode(struct reader *r, struct stp *out)
{
	memset(out, 0, sizeof(*out));
	if (reader_be16(r) != 0 && !r->err)
		r->err = ERR_VALUE;
	out->version = reader_u8(r);
	out->type = reader_u8(r);
	if (out->type == TYPE_TOPOLOGY_CHANGE || r->err)
		return r->err;
	out->flags = reader_u8(r);
	out->root_id = reader_be64(r);
	out->root_cost = reader_be32(r);
	out->bridge_id = reader_be64(r);
	out->port_id = reader_be16(r);
	out->message_age = reader_be16(r);
	out->max_age = reader_be16(r);
	out->hello_time = reader_be16(r);
	out->forward_delay = reader_be16(r);
	return r->err;
}

void stp_encode(const struct stp *m, struct writer *w)
{
	writer_be16(w, 0);
	writer_u8(w, m->version);
	writer_u8(w, m->type);
	if (m->type == TYPE_TOPOLOGY_CHANGE)
		return;
	writer_u8(w, m->flags);
	writer_be64(w, m->root_id);
	writer_be32(w, m->root_cost);
	writer_be64(w, m->bridge_id);
	writer_be16(w, m->port_id);
	writer_be16(w, m->message_age);
	writer_be16(w, m->max_age);
	writer_be16(w, m->hello_time);
	writer_be16(w, m->forward_delay);
	if (m->version >= 2)
		writer_u8(w, 0); /* version 1 length */
}

static const char *version_name(const struct stp *m)
{
	if (m->pvst)
		return m->version >= 2 ? "Rapid PVST+" : "PVST+";
	return m->version == 0   ? "STP"
	       : m->version == 2 ? "RSTP"
	       : m->version == 3 ? "MSTP"
				 : "BPDU";
}

/* IEEE 802.1D-2004 9.3.3: port role in bits 3 and 4 of a rapid BPDU's flags. */
static const char *role_name(const struct stp *m)
{
	static const char *const roles[] = { "unknown", "alternate or backup", "root",
					     "designated" };

	return m->type == TYPE_RAPID ? roles[m->flags >> 2 & 3] : NULL;
}

static void bridge(uint64_t id, char *buf, uint32_t n)
{
	struct text t = text_init(buf, n);
	struct mac m;

	for (int i = 0; i < 6; i++)
		m.b[i] = (uint8_t)(id >> (40 - 8 * i));
	text_fmt(&t, "%u.", (unsigned)(id >> 48));
	text_mac(&t, m);
}

void stp_line(const struct packet *p, struct text *out)
{
	const struct stp *m = &p->u.stp;
	char id[32];

	text_str(out, version_name(m));
	if (m->type == TYPE_TOPOLOGY_CHANGE) {
		text_str(out, " topology change notification");
		return;
	}
	bridge(m->bridge_id, id, sizeof(id));
	text_fmt(out, " bridge %s port 0x%04x", id, (unsigned)m->port_id);
	if (role_name(m))
		text_fmt(out, " %s%s", role_name(m), m->flags & 0x20 ? " forwarding" : "");
	if (m->root_id != m->bridge_id) {
		bridge(m->root_id, id, sizeof(id));
		text_fmt(out, " root %s cost %u", id, (unsigned)m->root_cost);
	}
	text_fmt(out, " forward delay %u s", (unsigned)(m->forward_delay >> 8));
	if (m->flags & 1)
		text_str(out, " topology change");
}

/* 1/256 s with three decimals */
static void seconds(const struct sink *out, const char *key, uint16_t v)
{
	sink_decimal(out, key, (uint64_t)v * 1000 / 256, 3);
}

/* IEEE 802.1D-2004 figures 9-1 and 9-3 */
/* clang-format off */
const struct field_place stp_places[] = {
	{ "version", 2, 1 }, { "type", 3, 1 }, { "flags", 4, 1 }, { "root", 5, 8 },
	{ "root_cost", 13, 4 }, { "bridge", 17, 8 }, { "port", 25, 2 }, { "message_age", 27, 2 },
	{ "max_age", 29, 2 }, { "hello_time", 31, 2 }, { "forward_delay", 33, 2 }, { NULL, 0, 0 },
};
/* clang-format on */

void stp_fields(const struct packet *p, const struct sink *out)
{
	const struct stp *m = &p->u.stp;
	char id[32];

	sink_text(out, "name", version_name(m));
	sink_number(out, "version", m->version);
	sink_number(out, "type", m->type);
	if (m->type == TYPE_TOPOLOGY_CHANGE)
		return;
	sink_number(out, "flags", m->flags);
	sink_text(out, "role", role_name(m));
	bridge(m->root_id, id, sizeof(id));
	sink_text(out, "root", id);
	sink_number(out, "root_cost", m->root_cost);
	bridge(m->bridge_id, id, sizeof(id));
	sink_text(out, "bridge", id);
	sink_number(out, "port", m->port_id);
	seconds(out, "message_age", m->message_age);
	seconds(out, "max_age", m->max_age);
	seconds(out, "hello_time", m->hello_time);
	seconds(out, "forward_delay", m->forward_delay);
}
