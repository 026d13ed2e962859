/* SPDX-License-Identifier: BSD-2-Clause */
#include "loader.h"

#include <string.h>

#include "lines.h"

/* Microsoft PE format: "PE\0\0" where the word at 0x3c points, the type behind it. */
uint16_t loader_machine(struct bytes head)
{
	uint32_t at;

	if (head.n < 64 || !bytes_starts(head, "MZ"))
		return 0;
	at = (uint32_t)head.p[0x3c] | (uint32_t)head.p[0x3d] << 8 | (uint32_t)head.p[0x3e] << 16;
	if (head.p[0x3f] || at > head.n - 6 || memcmp(head.p + at, "PE\0", 4) != 0)
		return 0;
	return (uint16_t)(head.p[at + 4] | (uint32_t)head.p[at + 5] << 8);
}

static int name_arch(struct bytes name)
{
	static const struct {
		const char *part;
		int arch;
	} parts[] = {
		{ "undionly", LOADER_BIOS },  { ".kpxe", LOADER_BIOS },
		{ ".kkpxe", LOADER_BIOS },    { "pxelinux.0", LOADER_BIOS },
		{ "lpxelinux", LOADER_BIOS }, { "aa64", LOADER_ARM64 },
		{ "arm64", LOADER_ARM64 },    { "aarch64", LOADER_ARM64 },
		{ "x86_64", LOADER_X64 },     { "x64", LOADER_X64 },
		{ "amd64", LOADER_X64 },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (bytes_find(name, bytes_str(parts[i].part)) != UINT32_MAX)
			return parts[i].arch;
	return LOADER_UNKNOWN;
}

int loader_arch(uint16_t machine, struct bytes name)
{
	enum { AMD64 = 0x8664, ARM64 = 0xaa64 };

	if (machine == AMD64)
		return LOADER_X64;
	if (machine == ARM64)
		return LOADER_ARM64;
	return machine ? LOADER_UNKNOWN : name_arch(name);
}

bool loader_suits(uint16_t client, int loader)
{
	switch (client) {
	case 0:
		return loader == LOADER_UNKNOWN || loader == LOADER_BIOS;
	case 7:
	case 9:
	case 16: /* over HTTP */
		return loader == LOADER_UNKNOWN || loader == LOADER_X64;
	case 11:
	case 19: /* over HTTP */
		return loader == LOADER_UNKNOWN || loader == LOADER_ARM64;
	case 21:
	case 22: /* U-Boot takes from the name where its scripts are */
		return true;
	default:
		return loader == LOADER_UNKNOWN;
	}
}
