/* SPDX-License-Identifier: BSD-2-Clause */
#include "pxe.h"

#include <string.h>

/* clang-format off */
const struct field pxe_options[256] = {
	[1]   = { "mtftp_ip",             "multicast TFTP address", "PXE 2.1 table 2-1", FMT_IP4,   4, 4, FIELD_SERVER, { NULL } },
	[2]   = { "mtftp_client_port",    "MTFTP client port",      "PXE 2.1 table 2-1", FMT_U16,   2, 2, FIELD_SERVER, { NULL } },
	[3]   = { "mtftp_server_port",    "MTFTP server port",      "PXE 2.1 table 2-1", FMT_U16,   2, 2, FIELD_SERVER, { NULL } },
	[4]   = { "mtftp_timeout",        "MTFTP timeout",          "PXE 2.1 table 2-1", FMT_U8,    1, 1, FIELD_SERVER, { NULL } },
	[5]   = { "mtftp_delay",          "MTFTP delay",            "PXE 2.1 table 2-1", FMT_U8,    1, 1, FIELD_SERVER, { NULL } },
	[6]   = { "discovery_control",    "discovery control",      "PXE 2.1 table 2-1", FMT_U8,    1, 1, FIELD_SERVER, { NULL } },
	[7]   = { "discovery_multicast",  "discovery multicast",    "PXE 2.1 table 2-1", FMT_IP4,   4, 4, FIELD_SERVER, { NULL } },
	[8]   = { "boot_servers",         "boot servers",           "PXE 2.1 table 2-1", FMT_HEX,   3, 0, FIELD_SERVER, { NULL } },
	[9]   = { "boot_menu",            "boot menu",              "PXE 2.1 table 2-1", FMT_HEX,   3, 0, FIELD_SERVER, { NULL } },
	[10]  = { "menu_prompt",          "menu prompt",            "PXE 2.1 table 2-1", FMT_HEX,   1, 0, FIELD_SERVER, { NULL } },
	[11]  = { "multicast_allocation", "multicast allocation",   "PXE 2.1 table 2-1", FMT_HEX,   8, 8, FIELD_SERVER, { NULL } },
	[12]  = { "credential_types",     "credential types",       "PXE 2.1 table 2-1", FMT_HEX,   4, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[71]  = { "boot_item",            "boot item",              "PXE 2.1 table 2-1", FMT_HEX,   4, 4, FIELD_CLIENT | FIELD_SERVER, { NULL } },
};
/* clang-format on */

static const char pi_text[] = "Raspberry Pi Boot";

static bool printable(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if ((v.p[i] < 0x20 && v.p[i] != '\n' && v.p[i] != '\r') || v.p[i] >= 0x7f)
			return false;
	return v.n > 0;
}

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)((uint32_t)p[0] << 8 | p[1]);
}

/* Sub-option 9: type, length and text of each entry. */
static void read_menu(struct bytes v, struct pxe *out)
{
	uint32_t at = 0;

	while (at < v.n && out->n_items < PXE_MENU_MAX) {
		struct pxe_item *i = &out->item[out->n_items];
		uint32_t n;

		if (v.n - at < 3) {
			out->menu_short = true;
			return;
		}
		n = v.p[at + 2];
		i->type = be16(v.p + at);
		at += 3;
		if (n > v.n - at) {
			out->menu_short = true;
			n = v.n - at;
		}
		i->text = bytes_of(v.p + at, n);
		out->n_items++;
		at += n;
	}
}

/* Sub-option 8: type, count and addresses of each. */
static void read_servers(struct bytes v, struct pxe *out)
{
	uint32_t at = 0;

	while (v.n - at >= 3 && out->n_servers < PXE_SERVERS_MAX) {
		struct pxe_boot_server *s = &out->server[out->n_servers];
		uint32_t n = v.p[at + 2] * 4u;

		s->type = be16(v.p + at);
		at += 3;
		if (n > v.n - at)
			n = (v.n - at) & ~3u;
		s->addresses = bytes_of(v.p + at, n);
		out->n_servers++;
		at += n;
	}
}

static void read_sub(const struct pxe_sub *s, struct pxe *out)
{
	switch (s->code) {
	case PXE_DISCOVERY_CONTROL:
		out->discovery_control = s->v.n ? s->v.p[0] : 0;
		break;
	case PXE_BOOT_MENU:
		read_menu(s->v, out);
		break;
	case PXE_BOOT_SERVERS:
		read_servers(s->v, out);
		break;
	case PXE_MENU_PROMPT:
		out->prompt_timeout = s->v.n ? s->v.p[0] : 0;
		if (s->v.n > 1)
			out->prompt = bytes_of(s->v.p + 1, s->v.n - 1);
		break;
	default:
		break;
	}
}

/* Walks the sub-options; false when a length runs out. */
static bool walk(struct bytes v, struct pxe *out)
{
	for (uint32_t at = 0; at < v.n;) {
		uint8_t code = v.p[at++];
		uint32_t n;

		if (code == 0)
			continue; /* pad */
		if (code == PXE_END) {
			out->end = true;
			return true;
		}
		if (at == v.n)
			return false;
		n = v.p[at++];
		if (out->n_subs < PXE_SUBS_MAX) {
			struct pxe_sub *s = &out->sub[out->n_subs++];

			s->code = code;
			s->v = bytes_of(v.p + at, n < v.n - at ? n : v.n - at);
			read_sub(s, out);
		}
		if (n > v.n - at)
			return false;
		at += n;
	}
	return true;
}

static bool known_only(const struct pxe *m)
{
	for (uint32_t i = 0; i < m->n_subs; i++)
		if (!pxe_options[m->sub[i].code].key)
			return false;
	return m->n_subs > 0;
}

void pxe_decode(struct bytes v, bool is_pxe, struct pxe *out)
{
	bool whole;

	memset(out, 0, sizeof(*out));
	if (!v.p)
		return;
	if (!v.n) {
		out->form = PXE_EMPTY;
		return;
	}
	/* text is text: its letters would make sub-options of a kind nobody defined */
	if (printable(v) && v.n >= 4) {
		out->form = PXE_BARE_TEXT;
		out->n_items = 1;
		out->item[0].text = v;
		return;
	}
	whole = walk(v, out);
	if (whole &&
	    (known_only(out) || (is_pxe && out->n_subs && pxe_options[out->sub[0].code].key)))
		out->form = PXE_ENCAPSULATED;
	else if (!whole && out->n_subs && pxe_options[out->sub[0].code].key &&
		 (is_pxe || out->sub[0].code == PXE_DISCOVERY_CONTROL ||
		  out->sub[0].code == PXE_BOOT_MENU))
		out->form = PXE_MALFORMED;
	else
		out->form = PXE_OTHER;
	if (out->form == PXE_ENCAPSULATED && out->menu_short)
		out->form = PXE_MALFORMED;
	/* the text somewhere inside bytes that are no sub-options: what a Pi 3 ROM would find */
	if (out->form == PXE_OTHER && bytes_find(v, bytes_str(pi_text)) != UINT32_MAX) {
		out->form = PXE_BARE_TEXT;
		out->n_items = 1;
		out->item[0].text = v;
	}
}

uint32_t pxe_find(const struct pxe *m, const char *needle)
{
	for (uint32_t i = 0; i < m->n_items; i++)
		if (bytes_find(m->item[i].text, bytes_str(needle)) != UINT32_MAX)
			return i;
	return UINT32_MAX;
}

void pxe_encode(const struct pxe *m, struct writer *w)
{
	uint32_t mark;

	writer_u8(w, PXE_DISCOVERY_CONTROL);
	writer_u8(w, 1);
	writer_u8(w, m->discovery_control);
	if (m->n_servers) {
		writer_u8(w, PXE_BOOT_SERVERS);
		mark = writer_open_u8(w);
		for (uint32_t i = 0; i < m->n_servers; i++) {
			writer_be16(w, m->server[i].type);
			writer_u8(w, (uint8_t)(m->server[i].addresses.n / 4));
			writer_bytes(w, m->server[i].addresses);
		}
		writer_close_u8(w, mark);
	}
	if (m->prompt.n) {
		writer_u8(w, PXE_MENU_PROMPT);
		mark = writer_open_u8(w);
		writer_u8(w, m->prompt_timeout);
		writer_bytes(w, m->prompt);
		writer_close_u8(w, mark);
	}
	if (m->n_items) {
		writer_u8(w, PXE_BOOT_MENU);
		mark = writer_open_u8(w);
		for (uint32_t i = 0; i < m->n_items; i++) {
			writer_be16(w, m->item[i].type);
			writer_u8(w, (uint8_t)m->item[i].text.n);
			writer_bytes(w, m->item[i].text);
		}
		writer_close_u8(w, mark);
	}
	writer_u8(w, PXE_END);
}
