/* SPDX-License-Identifier: BSD-2-Clause */
#include "redact_parts.h"

#include "dhcp6.h"

enum { DEPTH_MAX = 32 }; /* of options in one another */

static void options(struct redact *r, uint32_t at, uint32_t end, uint32_t depth);

static void addresses(struct redact *r, uint32_t at, uint32_t end)
{
	for (; at + 16 <= end; at += 16)
		redact_ip6(r, at);
}

static void message(struct redact *r, uint32_t at, uint32_t end, uint32_t depth)
{
	enum { RELAY_FORWARD = 12, RELAY_REPLY = 13 };
	uint32_t type = redact_u8(r, at);

	if (at >= end)
		return;
	if (type == RELAY_FORWARD || type == RELAY_REPLY) {
		redact_pass(r, at, 2);
		addresses(r, at + 2, at + 34);
		options(r, at + 34, end, depth);
		return;
	}
	redact_pass(r, at, 4);
	options(r, at + 4, end, depth);
}

/* RFC 8415 21 and successors; numbers of the IANA registry. */
static void option(struct redact *r, uint32_t code, uint32_t at, uint32_t n, uint32_t depth)
{
	uint32_t end = at + n;

	switch (code) {
	case 1: /* of client, server, relay */
	case 2:
	case 53:
		redact_duid(r, at, n);
		break;
	case 3: /* IA_NA, IA_PD */
	case 25:
		redact_opaque(r, at, 4);
		redact_pass(r, at + 4, 8);
		options(r, at + 12, end, depth);
		break;
	case 4:
		redact_opaque(r, at, 4);
		options(r, at + 4, end, depth);
		break;
	case 5: /* address, lifetimes */
		redact_ip6(r, at);
		redact_pass(r, at + 16, 8);
		options(r, at + 24, end, depth);
		break;
	case 26: /* lifetimes, width, prefix */
		redact_pass(r, at, 9);
		redact_ip6(r, at + 9);
		options(r, at + 25, end, depth);
		break;
	case 6: /* lists of codes, times, flags */
	case 7:
	case 8:
	case 14:
	case 19:
	case 20:
	case 32:
	case 61:
	case 62:
		redact_pass(r, at, n);
		break;
	case 9:
		message(r, at, end, depth);
		break;
	case 12:
	case 22:
	case 23:
	case 27:
	case 31:
		addresses(r, at, end);
		break;
	case 13:
		redact_pass(r, at, 2);
		redact_phrase(r, PHRASE_TEXT, at + 2, n < 2 ? 0 : n - 2);
		break;
	case 15: /* classes of firmware, file and arguments */
	case 16:
	case 59:
	case 60:
		redact_phrase(r, PHRASE_TEXT, at, n);
		break;
	case 24:
		redact_domains(r, at, end);
		break;
	case 39:
		redact_pass(r, at, 1);
		redact_domains(r, at + 1, end);
		break;
	case 79:
		redact_pass(r, at, 2);
		redact_mac(r, at + 2);
		break;
	default:
		break;
	}
}

static void options(struct redact *r, uint32_t at, uint32_t end, uint32_t depth)
{
	while (at + 4 <= end && depth <= DEPTH_MAX) {
		uint32_t code = redact_be16(r, at), n = redact_be16(r, at + 2);

		redact_pass(r, at, 4);
		at += 4;
		n = n < end - at ? n : end - at;
		option(r, code, at, n, depth + 1);
		at += n;
	}
}

void redact_dhcp6(struct redact *r, uint32_t at, uint32_t end)
{
	message(r, at, end, 0);
}
