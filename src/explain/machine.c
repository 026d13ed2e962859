/* SPDX-License-Identifier: BSD-2-Clause */
/* A MAC, or the beginning of one: whose it is, and what it names (facts 1.6, 3.6). */
#include "address.h"
#include "board.h"
#include "query.h"

enum { BYTES_MIN = 3, BYTES_MAX = 6 };

/* Bytes read; 0: neither a MAC nor a vendor's part of one. */
static uint32_t mac_of(struct bytes v, struct mac *out)
{
	struct mac m = { { 0 } };
	uint32_t n = 0;

	for (uint32_t i = 0; i < v.n; i++) {
		int d = hex_digit(v.p[i]);

		if (i % 3 == 2) {
			if (v.p[i] != ':' && v.p[i] != '-')
				return 0;
			continue;
		}
		if (d < 0 || i / 3 >= BYTES_MAX)
			return 0;
		n = i / 3 + 1;
		m.b[n - 1] = (uint8_t)((uint32_t)m.b[n - 1] << 4 | (uint32_t)d);
	}
	if ((n != BYTES_MIN && n != BYTES_MAX) || v.n != 3 * n - 1)
		return 0;
	*out = m;
	return n;
}

bool explain_machine(const struct query *q, struct text *out)
{
	static const uint8_t early[3] = { 0xb8, 0x27, 0xeb };
	struct mac m;
	uint32_t n = q->n == 1 ? mac_of(q->word[0], &m) : 0;

	if (!n)
		return false;
	text_str(out, "MAC ");
	text_safe(out, q->word[0]);
	if (!mac_is_pi(m)) {
		text_str(out, ": in none of the ranges of Raspberry Pi that are known here\n  It "
			      "may still "
			      "be one: new ranges come without notice, and MAC_ADDRESS in the boot "
			      "EEPROM sets any. Option 97 and the file names tell.\n");
		return true;
	}
	text_str(out, ": a Raspberry Pi\n");
	if (!bytes_equal(bytes_of(m.b, 3), bytes_of(early, 3))) {
		text_fmt(out,
			 "  A range of %s. The serial number, which names the TFTP folder, is not "
			 "in "
			 "it.\n",
			 mac_family(m) == FAMILY_PI4 ? "the Pi 4 and its time" : "later boards");
		if (n == BYTES_MAX)
			text_fmt(out,
				 "  With TFTP_PREFIX=2 the folder is "
				 "%02x-%02x-%02x-%02x-%02x-%02x.\n",
				 m.b[0], m.b[1], m.b[2], m.b[3], m.b[4], m.b[5]);
		return true;
	}
	text_str(out, "  A range of Pi 1 to 3 and Zero.\n");
	if (n == BYTES_MAX)
		text_fmt(out,
			 "  The serial number, whose 8 hex digits name the TFTP folder, ends in "
			 "%02x%02x%02x; "
			 "its first two digits are not in the MAC.\n",
			 m.b[3], m.b[4], m.b[5]);
	return true;
}
