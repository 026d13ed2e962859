/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp6.h"

#include <string.h>

#include "packet.h"

enum {
	RELAY_FORWARD = 12,
	RELAY_REPLY = 13,
	RELAYS_MAX = 32, /* RFC 8415 7.6: HOP_COUNT_LIMIT is 8 */
	OPT_CLIENT_ID = 1,
	OPT_SERVER_ID = 2,
	OPT_IA_NA = 3,
	OPT_IA_ADDRESS = 5,
	OPT_RELAY_MESSAGE = 9,
	OPT_STATUS = 13,
	OPT_BOOT_URL = 59,
	OPT_ARCH = 61,
};

static const char *const type_names[] = {
	NULL,          "SOLICIT",     "ADVERTISE",     "REQUEST",    "CONFIRM",
	"RENEW",       "REBIND",      "REPLY",         "RELEASE",    "DECLINE",
	"RECONFIGURE", "INFORMATION", "RELAY-FORWARD", "RELAY-REPLY"
};

/* RFC 8415 24, RFC 5970 6 */
/* clang-format off */
static const struct name options[] = {
	{ 1, "client_id" },	   { 2, "server_id" },	     { 3, "ia_na" },	     { 4, "ia_ta" },	   { 5, "ia_address" },
	{ 6, "option_request" },   { 7, "preference" },	     { 8, "elapsed_time" },  { 9, "relay_message" }, { 11, "authentication" },
	{ 12, "server_unicast" },  { 13, "status_code" },    { 14, "rapid_commit" }, { 15, "user_class" }, { 16, "vendor_class" },
	{ 17, "vendor_options" },  { 18, "interface_id" },   { 19, "reconfigure" },  { 20, "reconfigure_accept" },
	{ 23, "dns" },		   { 24, "domain_search" },  { 25, "ia_pd" },	     { 26, "ia_prefix" },  { 31, "sntp" },
	{ 32, "information_refresh" }, { 37, "remote_id" },  { 39, "client_fqdn" },  { 56, "ntp_server" },
	{ 59, "bootfile_url" },	   { 60, "bootfile_param" }, { 61, "client_arch" },  { 62, "nii" },	   { 79, "client_link_layer" },
	{ 0, NULL },
};
/* clang-format on */

const char *dhcp6_type_name(uint8_t type)
{
	return type < sizeof(type_names) / sizeof(type_names[0]) ? type_names[type] : NULL;
}

/* DUID-LLT (1) and DUID-LL (3) over Ethernet (RFC 8415 11) end in the MAC. */
static struct mac duid_mac(struct bytes duid)
{
	struct mac m = { { 0 } };
	uint32_t at = duid.n >= 4 && duid.p[1] == 1 ? 8 : 4;

	if (duid.n == at + 6 && duid.p[0] == 0 && (duid.p[1] == 1 || duid.p[1] == 3) &&
	    duid.p[2] == 0 && duid.p[3] == 1)
		memcpy(m.b, duid.p + at, 6);
	return m;
}

/* The first address inside an IA_NA: IAID, T1, T2, then options. */
static void read_ia(struct bytes v, struct dhcp6 *out)
{
	struct reader r = reader_init(v.p, v.n, v.n);

	reader_skip(&r, 12);
	while (reader_left(&r) >= 4) {
		uint16_t code = reader_be16(&r);
		struct bytes o = reader_bytes(&r, reader_be16(&r));

		if (code == OPT_IA_ADDRESS && o.n >= 16 && address_none(out->address))
			out->address = address_ip6(o.p);
	}
}

static void read_option(uint16_t code, struct bytes v, struct dhcp6 *out)
{
	switch (code) {
	case OPT_CLIENT_ID:
		out->client_duid = v;
		out->client_mac = duid_mac(v);
		break;
	case OPT_SERVER_ID:
		out->server_duid = v;
		break;
	case OPT_IA_NA:
		read_ia(v, out);
		break;
	case OPT_STATUS:
		out->status = v.n >= 2 ? (uint16_t)((uint32_t)v.p[0] << 8 | v.p[1]) : 0;
		break;
	case OPT_BOOT_URL:
		out->bootfile_url = v;
		break;
	case OPT_ARCH:
		out->arch = v.n >= 2 ? (uint16_t)((uint32_t)v.p[0] << 8 | v.p[1]) : out->arch;
		break;
	default:
		break;
	}
}

/* Options of one message; a relay's message option is given back as the reader of what is inside.
 */
static bool walk(struct reader *r, bool relay, struct dhcp6 *out, struct reader *inner)
{
	while (reader_wire_left(r)) {
		uint16_t code = reader_be16(r), n = reader_be16(r);
		struct bytes v;

		if (r->err)
			return false;
		if (relay && code == OPT_RELAY_MESSAGE) {
			*inner = reader_sub(r, n);
			return true;
		}
		v = bytes_of(r->buf + r->pos, n < reader_left(r) ? n : reader_left(r));
		reader_skip(r, n);
		if (relay || out->n_options == DHCP6_OPTIONS_MAX)
			continue;
		out->option[out->n_options].code = code;
		out->option[out->n_options++].v = v;
		read_option(code, v, out);
	}
	return false;
}

enum err dhcp6_decode(struct reader *r, struct dhcp6 *out)
{
	struct reader m = *r, inner;

	memset(out, 0, sizeof(*out));
	out->arch = UINT16_MAX;
	for (;;) {
		out->type = reader_u8(&m);
		if ((out->type != RELAY_FORWARD && out->type != RELAY_REPLY) ||
		    out->relays == RELAYS_MAX)
			break;
		reader_skip(&m, 33); /* hop count, link and peer address */
		if (!walk(&m, true, out, &inner))
			goto end;
		out->relays++;
		m = inner;
	}
	out->xid = (uint32_t)reader_u8(&m) << 16;
	out->xid |= reader_be16(&m);
	walk(&m, false, out, &inner);
end:
	r->err = m.err;
	return r->err;
}

void dhcp6_encode(const struct dhcp6 *m, struct writer *w)
{
	writer_u8(w, m->type);
	writer_u8(w, (uint8_t)(m->xid >> 16));
	writer_be16(w, (uint16_t)m->xid);
	for (uint32_t i = 0; i < m->n_options; i++) {
		writer_be16(w, m->option[i].code);
		writer_be16(w, (uint16_t)m->option[i].v.n);
		writer_bytes(w, m->option[i].v);
	}
}

void dhcp6_line(const struct packet *p, struct text *out)
{
	const struct dhcp6 *m = &p->u.dhcp6;

	if (dhcp6_type_name(m->type))
		text_str(out, dhcp6_type_name(m->type));
	else
		text_fmt(out, "type %u", m->type);
	text_fmt(out, " xid %06x", m->xid);
	if (!mac_none(m->client_mac)) {
		text_char(out, ' ');
		text_mac(out, m->client_mac);
	}
	if (!address_none(m->address)) {
		text_char(out, ' ');
		text_address(out, m->address);
	}
	if (m->bootfile_url.n) {
		text_str(out, " url \"");
		text_safe(out, m->bootfile_url);
		text_char(out, '"');
	}
	if (m->status)
		text_fmt(out, " status %u", m->status);
}

void dhcp6_fields(const struct packet *p, const struct sink *out)
{
	const struct dhcp6 *m = &p->u.dhcp6;

	sink_number(out, "type_code", m->type);
	sink_text(out, "type", dhcp6_type_name(m->type));
	sink_hex_u32(out, "xid", m->xid, 6);
	sink_number(out, "relays", m->relays);
	sink_hex(out, "client_duid", m->client_duid);
	sink_hex(out, "server_duid", m->server_duid);
	if (!mac_none(m->client_mac))
		sink_mac(out, "client_mac", m->client_mac);
	sink_address(out, "address", m->address);
	sink_bytes(out, "bootfile_url", m->bootfile_url);
	if (m->arch != UINT16_MAX)
		sink_number(out, "arch", m->arch);
	sink_number(out, "status", m->status);
	sink_list(out, "options");
	for (uint32_t i = 0; i < m->n_options; i++) {
		sink_object(out, NULL);
		sink_number(out, "code", m->option[i].code);
		sink_hex(out, "hex", m->option[i].v);
		sink_text(out, "name", name_of(options, m->option[i].code));
		sink_close(out);
	}
	sink_close(out);
}
