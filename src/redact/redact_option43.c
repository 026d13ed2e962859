/* SPDX-License-Identifier: BSD-2-Clause */
#include "redact_parts.h"

#include "pxe.h"

/* Type, count and so many addresses, over and over (PXE 2.1, table 2-1). */
static void servers(struct redact *r, uint32_t at, uint32_t n)
{
	while (n >= 3) {
		uint32_t count = redact_u8(r, at + 2);

		redact_pass(r, at, 3);
		at += 3;
		n -= 3;
		for (; count && n >= 4; count--, at += 4, n -= 4)
			redact_ip4(r, at);
	}
}

/* Type, length, text. */
static void menu(struct redact *r, uint32_t at, uint32_t n)
{
	while (n >= 3) {
		uint32_t size = redact_u8(r, at + 2);

		redact_pass(r, at, 3);
		at += 3;
		n -= 3;
		size = size < n ? size : n;
		redact_phrase(r, PHRASE_TEXT, at, size);
		at += size;
		n -= size;
	}
}

/* Somebody's own: an address has four bytes, text is text, of long ones nothing is known. */
static void unknown(struct redact *r, uint32_t at, uint32_t n)
{
	struct bytes v = redact_held(r, at, n);
	bool text = v.n > 0;

	for (uint32_t i = 0; i < v.n; i++)
		text = text && v.p[i] >= 0x20 && v.p[i] < 0x7f;
	if (text)
		redact_phrase(r, PHRASE_TEXT, at, n);
	else if (n == 4)
		redact_ip4(r, at);
	else if (n < 4)
		redact_pass(r, at, n);
	else
		redact_opaque(r, at, n);
}

static void sub(struct redact *r, uint32_t code, uint32_t at, uint32_t n)
{
	switch (code) {
	case PXE_MTFTP_IP:
	case PXE_DISCOVERY_MULTICAST:
		redact_ip4(r, at);
		break;
	case PXE_BOOT_SERVERS:
		servers(r, at, n);
		break;
	case PXE_BOOT_MENU:
		menu(r, at, n);
		break;
	case PXE_MENU_PROMPT:
		redact_pass(r, at, 1);
		if (n > 1)
			redact_phrase(r, PHRASE_TEXT, at + 1, n - 1);
		break;
	default:
		if (pxe_options[code].key)
			redact_pass(r, at, n);
		else
			unknown(r, at, n);
		break;
	}
}

static void walk(struct redact *r, bool pxe, uint32_t at, uint32_t n)
{
	while (n) {
		uint32_t code = redact_u8(r, at), size;

		redact_pass(r, at, n < 2 || code == PXE_END ? 1 : 2);
		if (code == PXE_END || n < 2)
			return;
		if (code == 0) {
			at++;
			n--;
			continue;
		}
		size = redact_u8(r, at + 1);
		at += 2;
		n -= 2;
		size = size < n ? size : n;
		if (pxe)
			sub(r, code, at, size);
		else
			unknown(r, at, size);
		at += size;
		n -= size;
	}
}

void redact_option43(struct redact *r, uint32_t at, uint32_t n)
{
	struct pxe m;

	pxe_decode(redact_held(r, at, n), true, &m);
	switch (m.form) {
	case PXE_BARE_TEXT:
		redact_phrase(r, PHRASE_TEXT, at, n);
		break;
	case PXE_ENCAPSULATED:
	case PXE_MALFORMED:
		walk(r, true, at, n);
		break;
	case PXE_OTHER:
		walk(r, false, at, n);
		break;
	case PXE_ABSENT:
	case PXE_EMPTY:
		break;
	}
}
