/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of option 43, and what each board makes of them (facts 2.1, 2.2). */
#include <string.h>

#include "pxe.h"
#include "query.h"

enum { OPTION_BYTES = 255 };

static bool between(uint8_t c)
{
	return c == ':' || c == '-' || c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* 0x or \x in front of a byte, or of them all; 0: none. */
static uint32_t sign_of_hex(struct bytes v, uint32_t i)
{
	return i + 1 < v.n && (v.p[i] == '0' || v.p[i] == '\\') && lower_case(v.p[i + 1]) == 'x'
		       ? 2
		       : 0;
}

/* Bytes written; 0: no whole number of bytes in hex. ':', '-', ',' or blanks may stand between, and
 * the quotes of a configuration around. */
static uint32_t bytes_in_hex(struct bytes v, uint8_t *to)
{
	uint32_t n = 0;
	int high = -1;

	if (v.n > 2 && (v.p[0] == '"' || v.p[0] == '\'') && v.p[v.n - 1] == v.p[0])
		v = bytes_of(v.p + 1, v.n - 2);
	for (uint32_t i = 0; i < v.n; i++) {
		int d;

		if (high < 0)
			i += sign_of_hex(v, i);
		if (i == v.n)
			return 0;
		d = hex_digit(v.p[i]);

		if (between(v.p[i])) {
			/* a byte written with one digit, as dhcpd takes it */
			if (high >= 0 && n < OPTION_BYTES) {
				to[n++] = (uint8_t)high;
				high = -1;
			}
			continue;
		}
		if (d < 0 || n == OPTION_BYTES)
			return 0;
		if (high < 0) {
			high = d;
		} else {
			to[n++] = (uint8_t)(high << 4 | d);
			high = -1;
		}
	}
	if (high >= 0 && n && between(v.p[v.n - 2])) {
		to[n++] = (uint8_t)high;
		high = -1;
	}
	return high < 0 ? n : 0;
}

/* Facts 2.1: Pi 4 and 5 want option 60 beside it; the ROM takes the text anywhere. */
static void verdict(const struct pxe *m, struct text *out)
{
	uint32_t at = pxe_find(m, "Raspberry Pi Boot");
	bool blanks = false;

	if (at == UINT32_MAX) {
		text_str(out,
			 "  Any Pi: \"Raspberry Pi Boot\" is in no menu entry, so that this option "
			 "lets none boot; option 66 with the server's address would. On the "
			 "wire: DISCOVER and OFFER again and again (dhcp-no-option43).\n");
		return;
	}
	if (m->form == PXE_BARE_TEXT) {
		text_str(out, "  Pi 3 and older: accepted, the text alone is enough for the ROM.\n"
			      "  Pi 4 and 5: not to be expected to work; they look for the text in "
			      "sub-option 9 (dhcp-option43-not-encapsulated).\n");
		return;
	}
	if (at < m->n_items) {
		struct bytes t = m->item[at].text;

		blanks = t.n > 3 && memcmp(t.p + t.n - 3, "   ", 3) == 0;
	}
	text_fmt(
		out, "  Pi 3B: accepted%s.\n",
		blanks ? ""
		       : "; its ROM may need three blanks behind the text, which harm nobody else");
	text_str(out, "  Pi 3B+, and bootcode.bin on Pi 1 to 3: accepted.\n");
	text_fmt(out, "  Pi 4 and 5: accepted if option 60 of the same offer says PXEClient%s.\n",
		 at ? "; bootloaders before 2020-01-09 look at the first entry only" : "");
	if (!m->end)
		text_str(out, "  The closing sub-option ff is missing. Whether a board minds is "
			      "not known; add it.\n");
}

/* Text with \xNN in it, as systemd-networkd takes it: what is not written so stands for itself.
 * 0: no such text. */
static uint32_t bytes_escaped(struct bytes v, uint8_t *to)
{
	uint32_t n = 0;

	if (v.n < 4 || v.p[0] != '\\' || !sign_of_hex(v, 0))
		return 0;
	for (uint32_t i = 0; i < v.n; i++) {
		if (n == OPTION_BYTES)
			return 0;
		if (v.p[i] != '\\') {
			to[n++] = v.p[i];
			continue;
		}
		if (i + 3 >= v.n || !sign_of_hex(v, i) || hex_digit(v.p[i + 2]) < 0 ||
		    hex_digit(v.p[i + 3]) < 0)
			return 0;
		to[n++] = (uint8_t)(hex_digit(v.p[i + 2]) << 4 | hex_digit(v.p[i + 3]));
		i += 3;
	}
	return n;
}

static bool decode(struct bytes hex, struct text *out)
{
	static const char *const forms[] = { "absent",
					     "empty",
					     "PXE sub-options",
					     "bare text",
					     "PXE sub-options, cut short",
					     "somebody else's bytes" };
	uint8_t raw[OPTION_BYTES];
	uint32_t n = bytes_in_hex(hex, raw);
	struct pxe m;

	if (!n)
		n = bytes_escaped(hex, raw);
	if (!n)
		return false;
	pxe_decode(bytes_of(raw, n), true, &m);
	text_fmt(out, "Option 43, %u bytes: %s\n", n, forms[m.form]);
	for (uint32_t i = 0; i < m.n_subs; i++) {
		const struct field *f = &pxe_options[m.sub[i].code];

		text_fmt(out, "  %u %s: ", m.sub[i].code, f->label ? f->label : "not assigned");
		text_hex(out, m.sub[i].v);
		text_char(out, '\n');
	}
	for (uint32_t i = 0; i < m.n_items && m.form != PXE_BARE_TEXT; i++) {
		text_fmt(out, "  menu entry of type %u: \"", m.item[i].type);
		text_safe(out, m.item[i].text);
		text_str(out, "\"\n");
	}
	if (m.form == PXE_BARE_TEXT) {
		text_str(out, "  text: \"");
		text_safe(out, bytes_of(raw, n));
		text_str(out, "\"\n");
	}
	if (m.form == PXE_MALFORMED || m.menu_short)
		text_str(out, "  A length in it says more bytes than there are: what was written "
			      "into the server's configuration is not what was meant "
			      "(dhcp-option43-malformed).\n");
	verdict(&m, out);
	return true;
}

enum { MAC_LETTERS = 17, DIGITS_MIN = 20, BYTES_MIN = 6 };

/* Bytes alone need a sign that they are: more than a MAC has with ':' or \x between, more digits
 * than a number has, or several words of two. */
static bool looks_like_bytes(const struct query *q)
{
	uint32_t digits = 0;

	if (q->n == 1 && q->all.n > MAC_LETTERS &&
	    (memchr(q->all.p, ':', q->all.n) || memchr(q->all.p, '\\', q->all.n)))
		return true;
	for (uint32_t i = 0; i < q->n; i++) {
		for (uint32_t k = 0; k < q->word[i].n; k++)
			if (hex_digit(q->word[i].p[k]) < 0)
				return false;
		if (q->n > 1 && q->word[i].n != 2)
			return false;
		digits += q->word[i].n;
	}
	return q->n == 1 ? digits >= DIGITS_MIN : q->n >= BYTES_MIN;
}

/* "43 06 01 ...", "option 43 0601...", "06:01:03:...", "\x06\x01..." */
bool explain_option43(const struct query *q, struct text *out)
{
	uint32_t at = 0;

	while (at < q->n && at < 2 &&
	       (word_is(q->word[at], "option") || word_is(q->word[at], "dhcp")))
		at++;
	if (at < q->n && (word_is(q->word[at], "43") || word_is(q->word[at], "option43")))
		return q->n > at + 1 && decode(query_from(q, at + 1), out);
	return looks_like_bytes(q) && decode(q->all, out);
}
