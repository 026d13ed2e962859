/* SPDX-License-Identifier: BSD-2-Clause */
#include "board.h"

#include <stddef.h>

static const struct {
	const char *key, *model;
} families[FAMILIES] = {
	[FAMILY_OTHER] = { "other", "other machine" },
	[FAMILY_LINUX] = { "linux", "Linux machine" },
	[FAMILY_PI] = { "pi", "Raspberry Pi" },
	[FAMILY_PI1] = { "pi1", "Raspberry Pi 1" },
	[FAMILY_PI2] = { "pi2", "Raspberry Pi 2 Model B" },
	[FAMILY_PI3B] = { "pi3b", "Raspberry Pi 3 Model B" },
	[FAMILY_PI3B_PLUS] = { "pi3b-plus", "Raspberry Pi 3 Model B+" },
	[FAMILY_PI4] = { "pi4", "Raspberry Pi 4" },
	[FAMILY_PI5] = { "pi5", "Raspberry Pi 5" },
	[FAMILY_PXE_BIOS] = { "pxe-bios", "BIOS PXE client" },
	[FAMILY_UEFI_X64] = { "uefi-x64", "UEFI x64 client" },
	[FAMILY_UEFI_ARM64] = { "uefi-arm64", "UEFI arm64 client" },
	[FAMILY_IPXE] = { "ipxe", "iPXE client" },
	[FAMILY_U_BOOT] = { "u-boot", "U-Boot client" },
};

static const char *const known_by[] = {
	[BY_NOTHING] = "nothing",
	[BY_OUI] = "MAC address range",
	[BY_OS_CLASS] = "DHCP of the operating system",
	[BY_VENDOR_CLASS] = "DHCP vendor class",
	[BY_FINGERPRINT] = "shape of its DISCOVER",
	[BY_FILES] = "files asked for",
	[BY_GUID] = "option 97",
};

const char *family_key(enum family f)
{
	return (unsigned)f < FAMILIES ? families[f].key : "other";
}

const char *family_model(enum family f)
{
	return (unsigned)f < FAMILIES ? families[f].model : "other machine";
}

const char *known_by_text(enum known_by k)
{
	return (unsigned)k < sizeof known_by / sizeof known_by[0] ? known_by[k] : "nothing";
}

bool family_is_pi(enum family f)
{
	return f >= FAMILY_PI && f <= FAMILY_PI5;
}

bool family_is_eeprom_pi(enum family f)
{
	return f == FAMILY_PI4 || f == FAMILY_PI5;
}

bool family_is_rom_pi(enum family f)
{
	return f >= FAMILY_PI1 && f <= FAMILY_PI3B_PLUS;
}

/* Ranges of the IEEE registry; facts 1.6. A range says little of the model: later boards got older
 * ones. */
static const struct {
	uint64_t prefix;
	uint8_t bits;
	uint8_t family;
} ranges[] = {
	{ UINT64_C(0xb827eb000000), 24, FAMILY_PI },  { UINT64_C(0xdca632000000), 24, FAMILY_PI4 },
	{ UINT64_C(0xe45f01000000), 24, FAMILY_PI4 }, { UINT64_C(0xd83add000000), 24, FAMILY_PI },
	{ UINT64_C(0x2ccf67000000), 24, FAMILY_PI },  { UINT64_C(0x88a29e000000), 24, FAMILY_PI },
	{ UINT64_C(0x28cdc1000000), 24, FAMILY_PI },  { UINT64_C(0xf040af900000), 28, FAMILY_PI },
	{ UINT64_C(0x8c1f6434a000), 36, FAMILY_PI },
};

enum family mac_family(struct mac m)
{
	uint64_t v = mac_number(m);

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if ((v ^ ranges[i].prefix) >> (48 - ranges[i].bits) == 0)
			return (enum family)ranges[i].family;
	return FAMILY_OTHER;
}

bool mac_is_pi(struct mac m)
{
	return mac_family(m) != FAMILY_OTHER;
}

/* New-style type field, bits 11-4 (facts 8). */
static const struct {
	uint8_t type, family;
	const char *model;
} types[] = {
	{ 0x00, FAMILY_PI1, "Raspberry Pi Model A" },
	{ 0x01, FAMILY_PI1, "Raspberry Pi Model B" },
	{ 0x02, FAMILY_PI1, "Raspberry Pi Model A+" },
	{ 0x03, FAMILY_PI1, "Raspberry Pi Model B+" },
	{ 0x04, FAMILY_PI2, "Raspberry Pi 2 Model B" },
	{ 0x06, FAMILY_PI1, "Raspberry Pi Compute Module 1" },
	{ 0x08, FAMILY_PI3B, "Raspberry Pi 3 Model B" },
	{ 0x09, FAMILY_PI, "Raspberry Pi Zero" },
	{ 0x0a, FAMILY_PI3B, "Raspberry Pi Compute Module 3" },
	{ 0x0c, FAMILY_PI, "Raspberry Pi Zero W" },
	{ 0x0d, FAMILY_PI3B_PLUS, "Raspberry Pi 3 Model B+" },
	{ 0x0e, FAMILY_PI3B_PLUS, "Raspberry Pi 3 Model A+" },
	{ 0x10, FAMILY_PI3B_PLUS, "Raspberry Pi Compute Module 3+" },
	{ 0x11, FAMILY_PI4, "Raspberry Pi 4 Model B" },
	{ 0x12, FAMILY_PI, "Raspberry Pi Zero 2 W" },
	{ 0x13, FAMILY_PI4, "Raspberry Pi 400" },
	{ 0x14, FAMILY_PI4, "Raspberry Pi Compute Module 4" },
	{ 0x15, FAMILY_PI4, "Raspberry Pi Compute Module 4S" },
	{ 0x17, FAMILY_PI5, "Raspberry Pi 5 Model B" },
	{ 0x18, FAMILY_PI5, "Raspberry Pi Compute Module 5" },
	{ 0x19, FAMILY_PI5, "Raspberry Pi 500" },
	{ 0x1a, FAMILY_PI5, "Raspberry Pi Compute Module 5 Lite" },
	{ 0x1b, FAMILY_PI, "Raspberry Pi Compute Module 0" },
};

static const struct {
	uint8_t first, last;
	const char *model;
	const char *rev;
} old_codes[] = {
	{ 0x02, 0x03, "Raspberry Pi Model B", "1.0" },
	{ 0x04, 0x06, "Raspberry Pi Model B", "2.0" },
	{ 0x07, 0x09, "Raspberry Pi Model A", "2.0" },
	{ 0x0d, 0x0f, "Raspberry Pi Model B", "2.0" },
	{ 0x10, 0x10, "Raspberry Pi Model B+", "1.2" },
	{ 0x13, 0x13, "Raspberry Pi Model B+", "1.2" },
	{ 0x11, 0x11, "Raspberry Pi Compute Module 1", "1.0" },
	{ 0x14, 0x14, "Raspberry Pi Compute Module 1", "1.0" },
	{ 0x12, 0x12, "Raspberry Pi Model A+", "1.1" },
	{ 0x15, 0x15, "Raspberry Pi Model A+", "1.1" },
};

enum { NEW_STYLE = 1 << 23 };

static int type_row(uint32_t code)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (types[i].type == (code >> 4 & 0xff))
			return (int)i;
	return -1;
}

static int old_row(uint32_t code)
{
	code &= 0xffffff; /* bit 24 and up: warranty */
	for (size_t i = 0; i < sizeof old_codes / sizeof old_codes[0]; i++)
		if (code >= old_codes[i].first && code <= old_codes[i].last)
			return (int)i;
	return -1;
}

enum family revision_family(uint32_t code)
{
	int i = code & NEW_STYLE ? type_row(code) : old_row(code);

	if (i < 0)
		return FAMILY_OTHER;
	return code & NEW_STYLE ? (enum family)types[i].family : FAMILY_PI1;
}

const char *revision_model(uint32_t code)
{
	int i = code & NEW_STYLE ? type_row(code) : old_row(code);

	if (i < 0)
		return NULL;
	return code & NEW_STYLE ? types[i].model : old_codes[i].model;
}

bool revision_text(uint32_t code, struct text *out)
{
	static const char *const memory[8] = { "256 MB", "512 MB", "1 GB",  "2 GB",
					       "4 GB",   "8 GB",   "16 GB", NULL };
	const char *model = revision_model(code);

	if (!model)
		return false;
	text_str(out, model);
	if (code & NEW_STYLE) {
		text_fmt(out, " Rev 1.%u", (unsigned)(code & 15));
		if (memory[code >> 20 & 7])
			text_fmt(out, ", %s", memory[code >> 20 & 7]);
	} else {
		text_fmt(out, " Rev %s", old_codes[old_row(code)].rev);
	}
	return true;
}
