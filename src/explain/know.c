/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "explain.h"

static const struct know rows[] = {
#define KNOW(kind, begin, title, meaning) { KNOW_##kind, begin, title, meaning },
#include "knowledge.def"
#undef KNOW
};

const struct know *know_row(uint32_t i)
{
	return i < sizeof(rows) / sizeof(rows[0]) ? &rows[i] : NULL;
}

const struct know *know_find(enum know_kind kind, struct bytes v)
{
	const struct know *best = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].kind == kind && bytes_starts(v, rows[i].begin) &&
		    (!best || strlen(rows[i].begin) > strlen(best->begin)))
			best = &rows[i];
	return best;
}

void explain_topics(struct text *out)
{
	text_str(
		out,
		"bootscope explain WORDS, such as:\n"
		"  dhcp-no-option43          a finding, with its fixes (findings: all of them)\n"
		"  BOOT_ORDER=0xf21          a setting of the boot EEPROM (eeprom: all)\n"
		"  option 66                 a DHCP option (options: all)\n"
		"  43 06:01:03:0a:04:...     option 43 in hex, and what each board makes of it\n"
		"  tftp 1, nfs 70, NFS3ERR_STALE, mount 13, rpc auth 1, error -13: errors\n"
		"  led 0/4, 4 long 7 short, 7 blinks: a LED pattern (led: all)\n"
		"  revision c03112           a board revision code, and how it boots\n"
		"  dc:a6:32:01:02:03         a MAC: is it a Pi's?\n"
		"  otp 17                    a row of the one-time memory (otp: all)\n"
		"  TFTP 1: File not found    a line of the screen or of a log (screen, log: all)\n"
		"A whole diagnostic screen, a boot log, the output of rpi-eeprom-config or of\n"
		"vcgencmd otp_dump is explained line by line, with a conclusion, when it comes on\n"
		"standard input: rpi-eeprom-config | bootscope explain   So are cmdline.txt and\n"
		"config.txt.\n"
		"Questions that lead from what is seen to its cause: bootscope explain guide\n");
}
