/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp.h"

#include <string.h>

#include "packet.h"
#include "pi_guid.h"
#include "pxe.h"

enum {
	COOKIE = 0x63825363,
	OPTION_PAD = 0,
	OPTION_END = 255,
	CHADDR = 16,
	SNAME = 64,
	FILE_FIELD = 128
};

static struct bytes until_nul(struct bytes field)
{
	const uint8_t *nul = field.n ? memchr(field.p, 0, field.n) : NULL;

	return nul ? bytes_of(field.p, (uint32_t)(nul - field.p)) : field;
}

/* The options of one area. The first that its length carries over the end is kept as far as it
 * goes. */
static void walk(struct reader *r, uint8_t area, struct dhcp *out)
{
	bool padded = false;

	while (reader_wire_left(r)) {
		uint8_t code = reader_u8(r), n;
		struct dhcp_option *o;

		if (r->err)
			return;
		if (code == OPTION_PAD) {
			padded = true;
			continue;
		}
		if (code == OPTION_END) {
			out->end = out->end || area == DHCP_AREA_OPTIONS;
			return;
		}
		out->pad_inside = out->pad_inside || padded;
		n = reader_u8(r);
		if (r->err)
			return;
		if (out->n_options == DHCP_OPTIONS_MAX) {
			out->more_options = true;
			reader_skip(r, n);
			continue;
		}
		o = &out->option[out->n_options++];
		o->code = code;
		o->area = area;
		o->v = bytes_of(r->buf + r->pos, n < reader_left(r) ? n : reader_left(r));
		reader_skip(r, n);
		if (code == DHCP_OPT_OVERLOAD && o->v.n == 1 && area == DHCP_AREA_OPTIONS)
			out->overload = o->v.p[0];
		if (code == DHCP_OPT_TYPE && o->v.n == 1)
			out->type = o->v.p[0];
	}
}

static void walk_field(struct bytes field, uint8_t area, struct dhcp *out)
{
	struct reader r = reader_init(field.p, field.n, field.n);

	walk(&r, area, out);
}

enum err dhcp_decode(struct reader *r, struct dhcp *out)
{
	struct bytes chaddr, sname, file;

	out->type = DHCP_BOOTP;
	out->overload = 0;
	out->cookie = out->end = out->pad_inside = out->more_options = false;
	out->n_options = out->joined_used = 0;
	out->length = reader_wire_left(r);
	out->op = reader_u8(r);
	out->htype = reader_u8(r);
	out->hlen = reader_u8(r);
	out->hops = reader_u8(r);
	out->xid = reader_be32(r);
	out->secs = reader_be16(r);
	out->flags = reader_be16(r);
	out->ciaddr = reader_be32(r);
	out->yiaddr = reader_be32(r);
	out->siaddr = reader_be32(r);
	out->giaddr = reader_be32(r);
	chaddr = reader_bytes(r, CHADDR);
	out->chaddr_field = chaddr;
	out->chaddr = bytes_of(chaddr.p, chaddr.n < out->hlen ? chaddr.n : out->hlen);
	sname = reader_bytes(r, SNAME);
	file = reader_bytes(r, FILE_FIELD);
	out->sname = until_nul(sname);
	out->file = until_nul(file);
	/* BOOTP without vendor area, or with one of its own (RFC 951) */
	if (r->err || reader_wire_left(r) < 4)
		return r->err;
	if (reader_be32(r) != COOKIE)
		return r->err;
	out->cookie = true;
	walk(r, DHCP_AREA_OPTIONS, out);
	/* RFC 2131 4.1: the options field first, then file, then sname */
	if (out->overload & 1) {
		walk_field(file, DHCP_AREA_FILE, out);
		out->file = bytes_of(NULL, 0);
	}
	if (out->overload & 2) {
		walk_field(sname, DHCP_AREA_SNAME, out);
		out->sname = bytes_of(NULL, 0);
	}
	return r->err;
}

bool dhcp_has(const struct dhcp *m, uint8_t code)
{
	for (uint32_t i = 0; i < m->n_options; i++)
		if (m->option[i].code == code)
			return true;
	return false;
}

/* RFC 3396: instances of one code are one value, whether the code is meant to be split or not. */
static struct bytes join(struct dhcp *m, uint32_t first)
{
	struct bytes out = { m->joined + m->joined_used, 0 };

	for (uint32_t i = first; i < m->n_options; i++) {
		const struct dhcp_option *o = &m->option[i];

		if (o->code != m->option[first].code || o->v.n > DHCP_JOINED_MAX - m->joined_used)
			continue;
		if (o->v.n)
			memcpy(m->joined + m->joined_used, o->v.p, o->v.n);
		m->joined_used += o->v.n;
		out.n += o->v.n;
	}
	return out;
}

struct bytes dhcp_option(struct dhcp *m, uint8_t code)
{
	static const uint8_t nothing[1];
	uint32_t first = DHCP_OPTIONS_MAX, n = 0;

	for (uint32_t i = 0; i < m->n_options; i++) {
		if (m->option[i].code != code)
			continue;
		first = n++ ? first : i;
	}
	if (n == 0)
		return bytes_of(NULL, 0);
	if (n > 1 && dhcp_options[code].flags & FIELD_CONCAT)
		return join(m, first);
	if (m->option[first].v.n == 0)
		return bytes_of(nothing, 0); /* there, but empty */
	return m->option[first].v;
}

uint32_t dhcp_option_ip4(struct dhcp *m, uint8_t code)
{
	struct bytes v = dhcp_option(m, code);
	struct reader r = reader_init(v.p, v.n, v.n);

	return reader_be32(&r);
}

uint16_t dhcp_option_u16(struct dhcp *m, uint8_t code)
{
	struct bytes v = dhcp_option(m, code);
	struct reader r = reader_init(v.p, v.n, v.n);

	return reader_be16(&r);
}

struct mac dhcp_mac(const struct dhcp *m)
{
	struct mac out = { { 0 } };

	if (m->chaddr.n == 6)
		memcpy(out.b, m->chaddr.p, 6);
	return out;
}

bool dhcp_add(struct dhcp *m, uint8_t code, struct bytes v)
{
	if (m->n_options == DHCP_OPTIONS_MAX)
		return false;
	m->option[m->n_options++] = (struct dhcp_option) { code, DHCP_AREA_OPTIONS, v };
	return true;
}

/* In pieces where it is above 255 bytes (RFC 3396). */
static void put_option(const struct dhcp_option *o, struct writer *w)
{
	struct bytes v = o->v;

	do {
		uint32_t n = v.n < 255 ? v.n : 255;

		writer_u8(w, o->code);
		writer_u8(w, (uint8_t)n);
		writer_bytes(w, bytes_of(v.p, n));
		v = bytes_of(v.n ? v.p + n : v.p, v.n - n);
	} while (v.n);
}

/* The options of an area. */
static uint32_t put_options(const struct dhcp *m, uint8_t area, struct writer *w)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n_options; i++)
		if (m->option[i].area == area) {
			put_option(&m->option[i], w);
			n++;
		}
	return n;
}

/* A fixed field: its text, or the options that were put there (option 52). */
static void put_field(const struct dhcp *m, uint8_t area, struct bytes text, uint32_t size,
		      struct writer *w)
{
	uint32_t from = w->pos;

	if (!put_options(m, area, w)) {
		writer_fixed(w, text, size);
		return;
	}
	writer_u8(w, OPTION_END);
	if (w->pos - from > size)
		w->err = w->err ? w->err : ERR_NOSPC;
	else
		writer_zero(w, size - (w->pos - from));
}

void dhcp_encode(const struct dhcp *m, uint32_t min_length, struct writer *w)
{
	uint32_t from = w->pos;

	writer_u8(w, m->op);
	writer_u8(w, m->htype);
	writer_u8(w, m->hlen);
	writer_u8(w, m->hops);
	writer_be32(w, m->xid);
	writer_be16(w, m->secs);
	writer_be16(w, m->flags);
	writer_be32(w, m->ciaddr);
	writer_be32(w, m->yiaddr);
	writer_be32(w, m->siaddr);
	writer_be32(w, m->giaddr);
	writer_fixed(w, m->chaddr, CHADDR);
	put_field(m, DHCP_AREA_SNAME, m->sname, SNAME, w);
	put_field(m, DHCP_AREA_FILE, m->file, FILE_FIELD, w);
	writer_be32(w, COOKIE);
	put_options(m, DHCP_AREA_OPTIONS, w);
	writer_u8(w, OPTION_END);
	if (w->pos - from < min_length)
		writer_zero(w, min_length - (w->pos - from));
}

static void line_ip4(const char *what, uint32_t v, struct text *out)
{
	if (!v)
		return;
	text_str(out, what);
	text_ip4(out, v);
}

static void line_text(const char *what, struct bytes v, struct text *out)
{
	while (v.n && v.p[v.n - 1] == 0)
		v.n--;
	if (!v.n)
		return;
	text_fmt(out, " %s \"", what);
	text_safe(out, v);
	text_char(out, '"');
}

static void line_guid(struct dhcp *m, struct text *out)
{
	struct pi_guid g;

	pi_guid_decode(dhcp_option(m, DHCP_OPT_GUID), &g);
	if (g.form == PI_GUID_PI4 || g.form == PI_GUID_PI5)
		text_str(out, g.form == PI_GUID_PI4 ? " Pi4" : " Pi5");
	if (g.form == PI_GUID_ROM)
		text_str(out, " Pi3-ROM");
	if (g.revision)
		text_fmt(out, " rev %x", g.revision);
	if (g.serial)
		text_fmt(out, " serial %08x", g.serial);
}

static void line_43(struct dhcp *m, struct text *out)
{
	struct pxe p;
	struct bytes v = dhcp_option(m, DHCP_OPT_VENDOR);

	if (!v.p)
		return;
	pxe_decode(v, bytes_starts(dhcp_option(m, DHCP_OPT_CLASS), "PXEClient"), &p);
	switch (p.form) {
	case PXE_EMPTY:
		text_str(out, " 43 empty");
		break;
	case PXE_BARE_TEXT:
		line_text("43 bare", p.item[0].text, out);
		break;
	case PXE_MALFORMED:
		text_str(out, " 43 broken");
		break;
	case PXE_ENCAPSULATED:
		if (p.n_items)
			line_text("43", p.item[0].text, out);
		else
			text_str(out, " 43 without menu");
		break;
	case PXE_OTHER:
		text_str(out, " 43 private");
		break;
	case PXE_ABSENT:
		break;
	}
}

void dhcp_line(const struct packet *p, struct text *out)
{
	/* looking an option up may use the record's buffer for joined values */
	struct dhcp *m = (struct dhcp *)(uintptr_t)&p->u.dhcp;
	struct bytes arch = dhcp_option(m, DHCP_OPT_ARCH);

	text_str(out, dhcp_type_name(m->type));
	text_fmt(out, " xid %08x ", m->xid);
	if (m->chaddr.n == 6)
		text_mac(out, dhcp_mac(m));
	else
		text_hex(out, m->chaddr);
	line_ip4(" ciaddr ", m->ciaddr, out);
	line_ip4(" yiaddr ", m->yiaddr, out);
	line_ip4(" asks for ", dhcp_option_ip4(m, DHCP_OPT_ADDRESS), out);
	line_ip4(" server ", dhcp_option_ip4(m, DHCP_OPT_SERVER_ID), out);
	line_ip4(" next ", m->siaddr, out);
	line_ip4(" relay ", m->giaddr, out);
	line_text("file", m->file, out);
	line_text("67", dhcp_option(m, DHCP_OPT_BOOTFILE), out);
	line_text("66", dhcp_option(m, DHCP_OPT_TFTP_NAME), out);
	line_text("class", dhcp_option(m, DHCP_OPT_CLASS), out);
	if (arch.n >= 2)
		text_fmt(out, " arch %u", dhcp_option_u16(m, DHCP_OPT_ARCH));
	line_guid(m, out);
	line_43(m, out);
	line_text("root", dhcp_option(m, DHCP_OPT_ROOT_PATH), out);
	line_text("host", dhcp_option(m, DHCP_OPT_HOST_NAME), out);
	line_text("says", dhcp_option(m, DHCP_OPT_MESSAGE), out);
	if (p->bad_checksum)
		text_str(out, " BAD UDP CHECKSUM");
	if (p->partial_checksum)
		text_str(out, " UDP checksum left to the card");
}

/* Of code, length and value, where all three are in one piece: code and length are the two octets
 * before the value. */
static void option_at(struct bytes v, const struct sink *out)
{
	sink_at(out, bytes_of(v.p - 2, v.n + 2));
}

static void code_field(uint8_t code, struct bytes v, const struct sink *out)
{
	sink_at(out, bytes_of(v.p - 2, 1));
	sink_number(out, "code", code);
}

static void menu_fields(const struct pxe *p, const struct sink *out)
{
	sink_list(out, "value");
	for (uint32_t i = 0; i < p->n_items; i++) {
		struct bytes text = p->item[i].text;

		sink_at(out, bytes_of(text.p - 3, text.n + 3));
		sink_object(out, NULL);
		sink_at(out, bytes_of(text.p - 3, 2));
		sink_number(out, "type", p->item[i].type);
		sink_bytes(out, "text", text);
		sink_close(out);
	}
	sink_close(out);
}

static void pxe_fields(struct dhcp *m, const struct sink *out)
{
	struct bytes v = dhcp_option(m, DHCP_OPT_VENDOR);
	struct pxe p;

	if (!v.p)
		return;
	pxe_decode(v, bytes_starts(dhcp_option(m, DHCP_OPT_CLASS), "PXEClient"), &p);
	if (p.form != PXE_ENCAPSULATED && p.form != PXE_MALFORMED)
		return;
	sink_at(out, v);
	sink_list(out, "pxe");
	for (uint32_t i = 0; i < p.n_subs; i++) {
		const struct field *f = &pxe_options[p.sub[i].code];

		option_at(p.sub[i].v, out);
		sink_object(out, NULL);
		code_field(p.sub[i].code, p.sub[i].v, out);
		sink_hex(out, "hex", p.sub[i].v);
		sink_text(out, "name", f->key);
		if (p.sub[i].code == PXE_BOOT_MENU) {
			sink_at(out, p.sub[i].v);
			menu_fields(&p, out);
		} else if (f->key) {
			field_json(f, "value", p.sub[i].v, out);
		}
		sink_close(out);
	}
	sink_close(out);
}

static void guid_fields(struct dhcp *m, const struct sink *out)
{
	static const char *const forms[] = {
		NULL, "uuid", "pi3-rom", "serial", "pi4", "pi5", "uefi"
	};
	struct bytes v = dhcp_option(m, DHCP_OPT_GUID);
	struct pi_guid g;

	pi_guid_decode(v, &g);
	if (g.form == PI_GUID_NONE)
		return;
	sink_at(out, v);
	sink_object(out, "guid");
	sink_text(out, "form", forms[g.form]);
	if (g.revision) {
		sink_at(out, pi_guid_at(&g, v, PI_GUID_REVISION));
		sink_hex_u32(out, "revision", g.revision, 8);
	}
	if (g.serial) {
		sink_at(out, pi_guid_at(&g, v, PI_GUID_SERIAL_NUMBER));
		sink_hex_u32(out, "serial", g.serial, 8);
	}
	if (g.form >= PI_GUID_PI4) {
		sink_at(out, pi_guid_at(&g, v, PI_GUID_MAC_TAIL));
		sink_hex(out, "mac_tail", bytes_of(g.mac_tail, 4));
	}
	sink_close(out);
}

static void option_fields(struct dhcp *m, uint32_t i, const struct sink *out)
{
	const struct dhcp_option *o = &m->option[i];
	const struct field *f = &dhcp_options[o->code];

	option_at(o->v, out);
	sink_object(out, NULL);
	code_field(o->code, o->v, out);
	sink_hex(out, "hex", o->v);
	if (f->key) {
		sink_text(out, "name", f->key);
		field_json(f, "value", o->v, out);
	}
	sink_close(out);
}

/* RFC 2131 figure 1 */
/* clang-format off */
const struct field_place dhcp_places[] = {
	{ "op", 0, 1 }, { "hops", 3, 1 }, { "xid", 4, 4 }, { "secs", 8, 2 }, { "flags", 10, 2 },
	{ "ciaddr", 12, 4 }, { "yiaddr", 16, 4 }, { "siaddr", 20, 4 }, { "giaddr", 24, 4 },
	{ "chaddr", 28, 6 }, { "sname", 44, SNAME }, { "file", 108, FILE_FIELD }, { NULL, 0, 0 },
};
/* clang-format on */

void dhcp_fields(const struct packet *p, const struct sink *out)
{
	static const struct bytes none; /* options were there instead */
	struct dhcp *m = (struct dhcp *)(uintptr_t)&p->u.dhcp;
	char low[16];
	struct text t = text_init(low, sizeof(low));

	for (const char *c = dhcp_type_name(m->type); *c; c++)
		text_char(&t, *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c);
	sink_number(out, "op", m->op);
	sink_text(out, "type", low);
	sink_hex_u32(out, "xid", m->xid, 8);
	sink_number(out, "secs", m->secs);
	sink_hex_u32(out, "flags", m->flags, 4);
	sink_number(out, "hops", m->hops);
	if (m->htype == 1 && m->chaddr.n == 6)
		sink_mac(out, "chaddr", dhcp_mac(m));
	else
		sink_hex(out, "chaddr", m->chaddr_field);
	sink_ip4(out, "ciaddr", m->ciaddr);
	sink_ip4(out, "yiaddr", m->yiaddr);
	sink_ip4(out, "siaddr", m->siaddr);
	sink_ip4(out, "giaddr", m->giaddr);
	if (m->overload & 2)
		sink_at(out, none);
	sink_bytes(out, "sname", m->sname);
	if (m->overload & 1)
		sink_at(out, none);
	sink_bytes(out, "file", m->file);
	sink_list(out, "options");
	for (uint32_t i = 0; i < m->n_options; i++)
		option_fields(m, i, out);
	sink_close(out);
	pxe_fields(m, out);
	guid_fields(m, out);
}
