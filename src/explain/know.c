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
	text_str(out,
		 "bootscope explain WORDS, such as:\n"
		 "  dhcp-no-option43          a finding, with its fixes\n"
		 "  BOOT_ORDER=0xf21          a setting of the boot EEPROM\n"
		 "  option 66                 a DHCP option\n"
		 "  43 06:01:03:0a:04:...     option 43 in hex, and what each board makes of it\n"
		 "  tftp 1 | nfs 70 | mount 13 | nfs4 10004 | rpc prog_mismatch   an error code\n"
		 "  led 0/4 | 4 flashes       a LED pattern (long/short)\n"
		 "  revision c03112           a board revision code\n"
		 "  SI_ADDR 10.0.0.1          a line of the screen or of the UART log\n"
		 "A whole diagnostic screen, the output of rpi-eeprom-config or of vcgencmd "
		 "otp_dump, or a\n"
		 "boot log on standard input is explained line by line: rpi-eeprom-config | "
		 "bootscope explain -\n");
}
