/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "text.h"

/* What kind of machine. The names are public (JSON "family"). */
enum family {
	FAMILY_OTHER,
	FAMILY_LINUX,
	FAMILY_PI, /* a Raspberry Pi, unsure which */
	FAMILY_PI1,
	FAMILY_PI2,
	FAMILY_PI3B,
	FAMILY_PI3B_PLUS,
	FAMILY_PI4,
	FAMILY_PI5,
	FAMILY_PXE_BIOS,
	FAMILY_UEFI_X64,
	FAMILY_UEFI_ARM64,
	FAMILY_IPXE,
	FAMILY_U_BOOT,
	FAMILIES,
};

/* How the family is known, weakest first: a stronger one replaces a weaker one. */
enum known_by {
	BY_NOTHING,
	BY_OUI,          /* the MAC's range                              */
	BY_OS_CLASS,     /* vendor class or request list of an OS        */
	BY_VENDOR_CLASS, /* option 60, 77, 93 of a boot ROM              */
	BY_FINGERPRINT,  /* shape of the Pi's DISCOVER (320/322 bytes, fixed xid) */
	BY_FILES,        /* names asked for by TFTP                      */
	BY_GUID,         /* option 97 with magic and board revision      */
};

const char *family_key(enum family f);   /* static: "pi3b-plus" */
const char *family_model(enum family f); /* static: "Raspberry Pi 3 Model B+"; "BIOS PXE client" */
const char *known_by_text(enum known_by k); /* static: "option 97" */
bool family_is_pi(enum family f);           /* any Raspberry Pi */
bool family_is_eeprom_pi(enum family f);    /* pi4, pi5: EEPROM bootloader, sends REQUEST */
bool family_is_rom_pi(
	enum family f); /* pi1, pi2, pi3b, pi3b-plus: takes the OFFER, sends no REQUEST */

/* Raspberry Pi ranges, the 28 and 36 bit ones included. */
bool mac_is_pi(struct mac m);
/* The family that a range makes likely: FAMILY_PI when it says no more, FAMILY_OTHER for others. */
enum family mac_family(struct mac m);

/* New-style and old-style board revision codes (facts 8). */
enum family revision_family(uint32_t code); /* FAMILY_OTHER: not one */
/* "Raspberry Pi 4 Model B Rev 1.2, 4 GB"; false, nothing written: not a code we know. */
bool revision_text(uint32_t code, struct text *out);
const char *revision_model(uint32_t code); /* static: "Raspberry Pi 4 Model B"; NULL */

#endif
