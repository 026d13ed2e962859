/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PI_OFFER_H
#define PI_OFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp.h"

/* Whose reading: the ROM of a Pi 3 and bootcode.bin; the bootloader of a Pi 4 or 5. */
enum pi_reader { PI_READER_ROM, PI_READER_EEPROM, PI_READERS };

/* What a Pi's firmware wants of an offer, and whom it then asks for files (facts 2.1, 2.3). */
struct pi_wants {
	bool menu;   /* the text is looked for in sub-option 9, with option 60 beside it; else
			anywhere */
	bool siaddr; /* with the text, siaddr goes before the offer's sender */
	bool option66_wins; /* over the text, wherever it stands; else the later one of the two */
};

extern const struct pi_wants pi_wants[PI_READERS];

/* What of an offer it looks at. Addresses in host order, 0: none. */
struct pi_offer {
	bool text;         /* "Raspberry Pi Boot" is somewhere in option 43              */
	bool menu;         /* and that is sub-options with a menu, under class PXEClient */
	bool text_behind;  /* option 43 stands behind option 66                         */
	uint32_t option66; /* as dotted quad */
	uint32_t siaddr, from;
};

/* m as it came from that address; borrowed from nothing. */
void pi_offer_read(struct dhcp *m, uint32_t from, struct pi_offer *out);

enum pi_server_from {
	PI_SERVER_NONE,
	PI_SERVER_OPTION66,
	PI_SERVER_SENDER, /* of the text */
	PI_SERVER_SIADDR, /* beside the text */
};

/* Whether this reader finds the text where it looks. */
bool pi_offer_has_text(const struct pi_offer *o, const struct pi_wants *w);

/* The offers of one exchange are shown one after the other, as they came: true when this one says
 * whom to ask for files from now on. server and from are kept by the caller, zero at first. */
bool pi_offer_take(const struct pi_offer *o, const struct pi_wants *w, uint32_t *server,
		   enum pi_server_from *from);

#endif
