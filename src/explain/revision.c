/* SPDX-License-Identifier: BSD-2-Clause */
/* Board revision codes, and how such a board boots from the network (facts 0, 8). */
#include "board.h"
#include "query.h"

enum { DIGITS_MIN = 4, DIGITS_MAX = 8, NEW_STYLE = 1 << 23 };

/* A, A+, CM1, Zero, Zero W, 3A+, Zero 2 W, CM0 */
static const uint8_t without_socket[] = { 0x00, 0x02, 0x06, 0x09, 0x0c, 0x0e, 0x12, 0x1b };

enum { TYPE_2B = 0x04, SOC_2837 = 2, TYPE_CM3 = 0x0a, TYPE_CM3_PLUS = 0x10 };

static const char *boots(uint32_t code)
{
	uint32_t type = code >> 4 & 0xff;

	if (code & NEW_STYLE) {
		for (size_t i = 0; i < sizeof(without_socket); i++)
			if (without_socket[i] == type)
				return "no network socket: it cannot";
		if (type == TYPE_2B && (code >> 12 & 15) == SOC_2837)
			return "by its ROM, once the bit in its one-time memory is set (otp 17)";
		if (type == TYPE_CM3 || type == TYPE_CM3_PLUS)
			return "by its ROM, if the carrier's network chip is one that it knows";
	}
	/* A, CM1, A+ */
	code &= 0xffffff;
	if ((code >= 0x07 && code <= 0x09) || code == 0x11 || code == 0x12 || code == 0x14 ||
	    code == 0x15)
		return "no network socket: it cannot";
	switch (revision_family(code)) {
	case FAMILY_PI1:
	case FAMILY_PI2:
		return "only with a card that holds bootcode.bin";
	case FAMILY_PI3B:
		return "by its ROM, once the bit in its one-time memory is set (otp 17)";
	case FAMILY_PI3B_PLUS:
		return "by its ROM, without a card";
	case FAMILY_PI4:
	case FAMILY_PI5:
		return "by the bootloader in its EEPROM, if BOOT_ORDER has a 2";
	case FAMILY_OTHER:
	case FAMILY_LINUX:
	case FAMILY_PI:
	case FAMILY_PXE_BIOS:
	case FAMILY_UEFI_X64:
	case FAMILY_UEFI_ARM64:
	case FAMILY_IPXE:
	case FAMILY_U_BOOT:
	case FAMILIES:
		break;
	}
	return "not known here";
}

/* Bits 19-16 and 15-12 of a new code; of an old one the memory, as far as its number says. */
static void parts(uint32_t code, struct text *out)
{
	static const char *const makers[] = { "Sony UK",    "Egoman", "Embest",
					      "Sony Japan", "Embest", "Stadium" };
	static const char *const chips[] = { "BCM2835", "BCM2836", "BCM2837", "BCM2711",
					     "BCM2712" };
	uint32_t maker = code >> 16 & 15, chip = code >> 12 & 15, old = code & 0xffffff;

	if (code & NEW_STYLE) {
		text_fmt(out, "  Chip: %s; made by %s.\n",
			 chip < sizeof(chips) / sizeof(chips[0]) ? chips[chip] : "not known here",
			 maker < sizeof(makers) / sizeof(makers[0]) ? makers[maker]
								    : "somebody not known here");
	} else {
		text_fmt(out, "  A code of the old style; chip: BCM2835%s.\n",
			 old >= 0x02 && old <= 0x09   ? ", 256 MB"
			 : old >= 0x0d && old <= 0x0f ? ", 512 MB"
						      : "");
	}
}

/* "revision c03112", "c03112" */
bool explain_revision(const struct query *q, struct text *out)
{
	struct bytes v = q->n ? q->word[q->n - 1] : bytes_of(NULL, 0);
	char name[128];
	struct text t = text_init(name, sizeof(name));
	uint32_t code;

	if (!(q->n == 2 && (word_is(q->word[0], "revision") || word_is(q->word[0], "rev"))) &&
	    !(q->n == 1 && v.n >= DIGITS_MIN && v.n <= DIGITS_MAX + 2))
		return false;
	if (!word_hex(v, &code) || !revision_text(code, &t))
		return false;
	text_fmt(out, "Board revision %04x: %s\n", code, name);
	parts(code, out);
	text_fmt(out, "  Network boot: %s.\n", boots(code));
	if (code >> (code & NEW_STYLE ? 25 : 24) & 1)
		text_str(out,
			 "  Bit 25 (old codes: 24): it was overclocked beyond what the warranty "
			 "covers.\n");
	if (code >> 29)
		text_str(out, "  Bits 29 to 31 forbid overvoltage, writing or reading of the "
			      "one-time memory.\n");
	return true;
}
