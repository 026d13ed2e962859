/* SPDX-License-Identifier: BSD-2-Clause */
#include "redact_parts.h"

#include <string.h>

#include "dhcp.h"
#include "pi_guid.h"

enum { CIADDR = 12, CHADDR = 28, SNAME = 44, FILE_AT = 108, COOKIE = 236, OPTIONS = 240 };

static void addresses(struct redact *r, uint32_t at, uint32_t n)
{
	for (; n >= 4; n -= 4, at += 4)
		redact_ip4(r, at);
}

/* RFC 3442: width, as much of the destination as that takes, router. */
static void routes(struct redact *r, uint32_t at, uint32_t n)
{
	while (n) {
		uint32_t width = redact_u8(r, at), octets = (width + 7) / 8;

		redact_pass(r, at, 1);
		if (width > 32 || n < 1 + octets + 4)
			return;
		redact_ip4_prefix(r, at + 1, width);
		redact_ip4(r, at + 1 + octets);
		at += 1 + octets + 4;
		n -= 1 + octets + 4;
	}
}

static void guid(struct redact *r, uint32_t at, uint32_t n)
{
	struct pi_guid g;

	pi_guid_decode(redact_held(r, at, n), &g);
	redact_pass(r, at, 1);
	switch (g.form) {
	case PI_GUID_ROM:
		redact_pass(r, at, n);
		break;
	case PI_GUID_SERIAL:
		for (uint32_t i = 0; i < 4; i++)
			redact_serial(r, at + 1 + 4 * i);
		break;
	case PI_GUID_PI4:
	case PI_GUID_PI5:
		redact_pass(r, at, 9);
		redact_mac_tail(r, at + 9);
		redact_serial(r, at + 13);
		break;
	case PI_GUID_UEFI:
		redact_pass(r, at, 11);
		redact_mac(r, at + 11);
		break;
	case PI_GUID_OTHER:
	case PI_GUID_NONE:
		if (n > 1)
			redact_opaque(r, at + 1, n - 1);
		break;
	}
}

/* RFC 8415 11: what is made from a MAC ends in it. */
void redact_duid(struct redact *r, uint32_t at, uint32_t n)
{
	uint32_t type = redact_be16(r, at), begin = type == 1 ? 8 : 4;

	redact_pass(r, at, n < 2 ? n : 2);
	if ((type == 1 || type == 3) && n == begin + 6) {
		redact_pass(r, at, 4);
		redact_opaque(r, at + 4, begin - 4); /* when it was made */
		redact_mac(r, at + begin);
	} else if (n > 2) {
		redact_opaque(r, at + 2, n - 2);
	}
}

/* RFC 2132 9.14: hardware type and address; RFC 4361: 255, interface and DUID; else anything. */
static void client_id(struct redact *r, uint32_t at, uint32_t n)
{
	uint32_t kind = redact_u8(r, at);
	struct bytes last = redact_held(r, CHADDR + 2 + r->message, 4),
		     iaid = redact_held(r, at + 1, 4);

	redact_pass(r, at, 1);
	if (kind == 1 && n == 7) {
		redact_mac(r, at + 1);
	} else if (kind == 255 && n > 5) {
		/* many take the MAC's last bytes for the interface */
		if (bytes_equal(last, iaid))
			redact_mac_tail(r, at + 1);
		else
			redact_opaque(r, at + 1, 4);
		redact_duid(r, at + 5, n - 5);
	} else if (kind == 0 && n > 1) {
		redact_phrase(r, PHRASE_NAME, at + 1, n - 1);
	} else if (n > 1) {
		redact_opaque(r, at + 1, n - 1);
	}
}

/* Of a relay: its own MAC, alone or behind type and length; what else it writes is only told apart.
 */
static void relay_id(struct redact *r, uint32_t at, uint32_t n)
{
	if (n == 6 || (n == 8 && redact_be16(r, at) == 0x0006)) {
		redact_pass(r, at, n - 6);
		redact_mac(r, at + n - 6);
	} else {
		redact_opaque(r, at, n);
	}
}

static void by_row(struct redact *r, const struct field *row, uint32_t at, uint32_t n);

static void subs(struct redact *r, const struct field *rows, uint32_t at, uint32_t n)
{
	while (n >= 2) {
		uint32_t code = redact_u8(r, at), size = redact_u8(r, at + 1);

		redact_pass(r, at, 2);
		at += 2;
		n -= 2;
		if (size > n)
			return;
		if (rows[code].key && rows[code].fmt == FMT_HEX && rows == dhcp_options[82].u.sub)
			relay_id(r, at, size);
		else if (rows[code].key && rows[code].fmt == FMT_HEX)
			redact_pass(r, at, size); /* versions and features of iPXE */
		else
			by_row(r, &rows[code], at, size);
		at += size;
		n -= size;
	}
}

/* Texts that are a name, or as good as one; of the others words are looked through. */
static bool names_something(const struct field *row)
{
	static const uint8_t codes[] = { 12, 15, 40, 47, 62, 64, 66, 86, 87, 98, 101, 113 };

	for (uint32_t i = 0; i < sizeof(codes); i++)
		if (row == &dhcp_options[codes[i]])
			return true;
	return strcmp(row->key, "username") == 0 || strcmp(row->key, "password") == 0 ||
	       strcmp(row->key, "subscriber_id") == 0;
}

static void by_row(struct redact *r, const struct field *row, uint32_t at, uint32_t n)
{
	if (!row->key)
		return;
	switch (row->fmt) {
	case FMT_FLAG:
	case FMT_U8:
	case FMT_U16:
	case FMT_U32:
	case FMT_SECS:
	case FMT_BOOL:
	case FMT_ENUM8:
	case FMT_ENUM16:
	case FMT_CODES:
		redact_pass(r, at, n);
		break;
	case FMT_IP4:
	case FMT_IP4_PAIR: /* masks stay as they are: 224/3 does */
		addresses(r, at, n);
		break;
	case FMT_IP6:
		for (; n >= 16; n -= 16, at += 16)
			redact_ip6(r, at);
		break;
	case FMT_TEXT:
		redact_phrase(r, names_something(row) ? PHRASE_NAME : PHRASE_TEXT, at, n);
		break;
	case FMT_DOMAINS:
		redact_domains(r, at, at + n);
		break;
	case FMT_SUB:
		subs(r, row->u.sub, at, n);
		break;
	case FMT_HEX: /* nobody knows what is in there */
	case FMT_OWN:
		break;
	}
}

static void fqdn(struct redact *r, uint32_t at, uint32_t n)
{
	redact_pass(r, at, 3);
	if (n > 3 && (redact_u8(r, at) & 4))
		redact_domains(r, at + 3, at + n);
	else if (n > 3)
		redact_phrase(r, PHRASE_NAME, at + 3, n - 3);
}

static void option(struct redact *r, uint32_t code, uint32_t at, uint32_t n)
{
	switch (code) {
	case DHCP_OPT_VENDOR:
		redact_option43(r, at, n);
		break;
	case 61:
		client_id(r, at, n);
		break;
	case 77: /* classes of firmware */
		redact_phrase(r, PHRASE_TEXT, at, n);
		break;
	case 81:
		fqdn(r, at, n);
		break;
	case DHCP_OPT_MASK:
	case 94:
	case 208:
		redact_pass(r, at, n);
		break;
	case 97:
		guid(r, at, n);
		break;
	case 121:
	case 249:
		routes(r, at, n);
		break;
	default:
		by_row(r, &dhcp_options[code], at, n);
		break;
	}
}

/* The options of one area; gives option 52 when it is there. */
static uint32_t options(struct redact *r, uint32_t at, uint32_t end)
{
	uint32_t overload = 0;

	while (at < end) {
		uint32_t code = redact_u8(r, at), n = redact_u8(r, at + 1);

		redact_pass(r, at, code == 0 || code == 255 ? 1 : 2);
		if (code == 255)
			break;
		at += code == 0 ? 1 : 2;
		if (code == 0 || at > end)
			continue;
		n = n < end - at ? n : end - at;
		if (code == DHCP_OPT_OVERLOAD)
			overload = redact_u8(r, at);
		option(r, code, at, n);
		at += n;
	}
	return overload;
}

/* Text up to its NUL; garbage behind it goes. */
static void fixed_text(struct redact *r, enum phrase_kind kind, uint32_t at, uint32_t n)
{
	struct bytes v = redact_held(r, at, n);
	const uint8_t *nul = v.n ? memchr(v.p, 0, v.n) : NULL;

	redact_phrase(r, kind, at, nul ? (uint32_t)(nul - v.p) : v.n);
}

static uint32_t be32(const uint8_t *bytes, const struct redact *r, uint32_t at)
{
	uint32_t v = 0;

	for (uint32_t i = at; i < at + 4 && i < r->n; i++)
		v = v << 8 | bytes[i];
	return v;
}

/* The transaction id that some loaders make: the last four bytes of their MAC, and the milliseconds
 * since they began (U-Boot's net/bootp.c; without these gPXE's and early iPXE's net/udp/dhcp.c).
 * The MAC in it is replaced. */
static void transaction(struct redact *r, uint32_t at)
{
	enum { XID = 4, TEN_MINUTES = 600000 };
	uint32_t since = be32(r->in, r, at + XID) - be32(r->in, r, at + CHADDR + 2);

	if (since >= TEN_MINUTES || r->learning || at + CHADDR + 6 > r->n)
		return;
	since += be32(r->out, r, at + CHADDR + 2);
	for (uint32_t i = 0; i < 4; i++)
		r->out[at + XID + i] = (uint8_t)(since >> (24 - 8 * i));
}

void redact_dhcp(struct redact *r, uint32_t at, uint32_t end)
{
	uint32_t hlen = redact_u8(r, at + 2), overload = 0;

	r->message = at;
	redact_pass(r, at, CIADDR);
	for (uint32_t i = 0; i < 4; i++)
		redact_ip4(r, at + CIADDR + 4 * i);
	if (hlen == 6) {
		redact_mac(r, at + CHADDR);
		transaction(r, at);
	} else {
		redact_opaque(r, at + CHADDR, hlen < 16 ? hlen : 16);
	}
	if (at + OPTIONS <= end && redact_be16(r, at + COOKIE) == 0x6382 &&
	    redact_be16(r, at + COOKIE + 2) == 0x5363) {
		redact_pass(r, at + COOKIE, 4);
		overload = options(r, at + OPTIONS, end);
	}
	if (overload & 2)
		options(r, at + SNAME, at + FILE_AT);
	else
		fixed_text(r, PHRASE_NAME, at + SNAME, FILE_AT - SNAME);
	if (overload & 1)
		options(r, at + FILE_AT, at + COOKIE);
	else
		fixed_text(r, PHRASE_TEXT, at + FILE_AT, COOKIE - FILE_AT);
}
