/* SPDX-License-Identifier: BSD-2-Clause */
#include "profile.h"

#include <string.h>

/* Requests: facts 1.1 to 1.3; the PCs' from the captures named below. 0 ends. */
static const uint8_t rom_list[] = { 43, 60, 67, 128, 129, 130, 131, 132, 133, 134, 135, 66 };
static const uint8_t bootcode_list[] = { 43,  60,  67,  128, 129, 130, 131,
					 132, 133, 134, 135, 66,  1,   3 };
static const uint8_t eeprom_list[] = {
	1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135
};
/* edk2, from the recording of tianocore/edk2 BZ 880; the 0 is its own */
static const uint8_t uefi_list[] = { 1,  2,  3,  4,   5,   6,   12,  13,  15,  17,  18, 22,
				     23, 28, 40, 41,  42,  43,  50,  51,  54,  58,  59, 60,
				     66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135 };
static const uint8_t uefi_http_list[] = { 1,  2,  3,  4,  5,  6,  12, 13, 15, 17, 18, 22, 23, 28,
					  40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 0,  67, 97 };
static const uint8_t uefi_discover[] = { 53, 57, 55, 97, 94, 93, 60, 0 };
static const uint8_t uefi_request[] = { 53, 54, 50, 57, 55, 97, 94, 93, 60, 0 };
/* ipxe src/net/udp/dhcp.c, dhcp_request_options_data and dhcp_create_request; of option 175 the
 * features are some that a build may have */
static const uint8_t ipxe_list[] = { 1,   3,   6,   7,   12,  15,  17,  43,  60,  66,  67,
				     119, 128, 129, 130, 131, 132, 133, 134, 135, 175, 203 };
static const uint8_t ipxe_features[] = { 0xeb, 3, 1,    21, 1, 0x17, 1, 1, 0x13, 1,    1,    0x15,
					 1,    1, 0x18, 1,  1, 0xb1, 5, 1, 0x80, 0x86, 0x10, 0x0e };
static const uint8_t ipxe_discover[] = { 53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 0 };
static const uint8_t ipxe_request[] = { 53, 57, 93, 94, 60, 77, 55, 175, 61, 97, 54, 50, 0 };
/* u-boot net/bootp.c, dhcp_extended, with the settings of distro boot */
static const uint8_t u_boot_list[] = { 1, 3, 6, 12, 17 };
static const uint8_t u_boot_discover[] = { 53, 57, 93, 94, 60, 55, 0 };
static const uint8_t u_boot_request[] = { 53, 57, 54, 50, 93, 94, 60, 55, 0 };
/* facts 5.2; the order is that of klibc's dhcp_proto.c */
static const uint8_t klibc_list[] = { 1, 3, 6, 12, 15, 17, 26, 28, 40, 119 };
static const uint8_t klibc_discover[] = { 53, 55, 60, 0 };
static const uint8_t klibc_request[] = { 53, 54, 50, 55, 60, 0 };
/* wiki.wireshark.org LDAP-capture2.pcap: Intel's Boot Agent and its kind */
static const uint8_t bios_list[] = { 1,  2,  3,  5,  6,   11,  12,  13,  15,  16,  17,  18,
				     43, 54, 60, 67, 128, 129, 130, 131, 132, 133, 134, 135 };
static const uint8_t pi_discover[] = { 53, 55, 93, 94, 97, 60, 0 };
/* as transcribed in TechnitiumSoftware/DnsServer#183; facts 1.3 for the missing class of 2019 */
static const uint8_t eeprom_request[] = { 53, 50, 54, 60, 97, 0 };
static const uint8_t eeprom_2019_request[] = { 53, 50, 54, 0 };
static const uint8_t kernel_list[] = { 1, 3, 6, 12, 15, 17, 26, 40 };
static const uint8_t kernel_discover[] = { 53, 55, 0 };
static const uint8_t kernel_request[] = { 53, 54, 50, 55, 0 };
static const uint8_t bios_discover[] = { 53, 55, 57, 97, 93, 94, 60, 0 };
static const uint8_t bios_request[] = { 53, 50, 54, 55, 57, 97, 93, 94, 60, 0 };

#define CODES(list)                \
	{                          \
		list, sizeof(list) \
	}
#define BIOS_CLASS "PXEClient:Arch:00000:UNDI:002001"
#define END                            \
	{                              \
		NULL, NAME_FIXED, 0, 0 \
	}

enum {
	FIRST = STAGE_TFTP_FIRST_FILE,
	FIRMWARE = STAGE_TFTP_FIRMWARE,
	KERNEL = STAGE_TFTP_KERNEL,
	MAYBE = 0,
};

/* clang-format off */

/* facts 3.2 */
static const struct probe_step rom_steps[] = {
	{ "bootcode.bin",             NAME_FIXED,     FIRST,    STEP_NEEDED | STEP_LARGE },
	{ "bootsig.bin",              NAME_FIXED,     FIRST,    MAYBE },
	END
};

/* facts 3.2 and 3.3: bootcode.bin, then start.elf from the second recovery.elf on */
static const struct probe_step bootcode_steps[] = {
	{ "start.elf",                NAME_FIXED,     FIRST,    STEP_LOOK | STEP_PREFIX },
	{ "autoboot.txt",             NAME_FIXED,     FIRMWARE, MAYBE },
	{ "config.txt",               NAME_FIXED,     FIRMWARE, STEP_CONFIG },
	{ "recovery.elf",             NAME_FIXED,     FIRMWARE, STEP_LOOK },
	{ NULL,                       NAME_START,     FIRMWARE, STEP_NEEDED | STEP_LARGE },
	{ NULL,                       NAME_FIXUP,     FIRMWARE, MAYBE },
	{ "recovery.elf",             NAME_FIXED,     FIRMWARE, STEP_LOOK },
	{ "config.txt",               NAME_FIXED,     FIRMWARE, STEP_TWICE | STEP_CONFIG },
	{ "dt-blob.bin",              NAME_FIXED,     FIRMWARE, MAYBE },
	{ "bootcfg.txt",              NAME_FIXED,     FIRMWARE, MAYBE },
	{ NULL,                       NAME_DTB,       KERNEL,   STEP_TWICE | STEP_LARGE },
	{ "overlays/overlay_map.dtb", NAME_FIXED,     FIRMWARE, MAYBE },
	{ NULL,                       NAME_INITRAMFS, KERNEL,   STEP_LARGE },
	{ "cmdline.txt",              NAME_CMDLINE,   KERNEL,   STEP_TWICE | STEP_CMDLINE },
	{ "recovery8.img",            NAME_FIXED,     FIRMWARE, STEP_LOOK },
	{ NULL,                       NAME_KERNEL,    KERNEL,   STEP_LOOK | STEP_NEEDED },
	{ "armstub8.bin",             NAME_ARMSTUB,   FIRMWARE, MAYBE },
	{ NULL,                       NAME_KERNEL,    KERNEL,   STEP_NEEDED | STEP_LARGE },
	END
};

/* facts 3.4 */
static const struct probe_step pi4_steps[] = {
	{ "start4.elf",               NAME_FIXED,     FIRST,    STEP_LOOK | STEP_OR | STEP_PREFIX },
	{ "start.elf",                NAME_FIXED,     FIRST,    STEP_LOOK | STEP_PREFIX },
	{ "config.txt",               NAME_FIXED,     FIRMWARE, STEP_CONFIG },
	{ "pieeprom.sig",             NAME_FIXED,     FIRMWARE, MAYBE },
	{ "recover4.elf",             NAME_FIXED,     FIRMWARE, STEP_LOOK },
	{ "recovery.elf",             NAME_FIXED,     FIRMWARE, STEP_LOOK },
	{ NULL,                       NAME_START,     FIRMWARE, STEP_OR | STEP_LARGE },
	{ "start.elf",                NAME_FIXED,     FIRMWARE, STEP_NEEDED | STEP_LARGE },
	{ NULL,                       NAME_FIXUP,     FIRMWARE, MAYBE },
	{ "recovery.elf",             NAME_FIXED,     FIRMWARE, STEP_LOOK },
	{ "config.txt",               NAME_FIXED,     FIRMWARE, STEP_TWICE | STEP_CONFIG },
	{ "dt-blob.bin",              NAME_FIXED,     FIRMWARE, MAYBE },
	{ "recovery.elf",             NAME_FIXED,     FIRMWARE, STEP_LOOK },
	{ "config.txt",               NAME_FIXED,     FIRMWARE, STEP_TWICE | STEP_CONFIG },
	{ "bootcfg.txt",              NAME_FIXED,     FIRMWARE, MAYBE },
	{ NULL,                       NAME_INITRAMFS, KERNEL,   STEP_LARGE },
	{ NULL,                       NAME_DTB,       KERNEL,   STEP_TWICE | STEP_LARGE },
	{ "overlays/overlay_map.dtb", NAME_FIXED,     FIRMWARE, MAYBE },
	{ "config.txt",               NAME_FIXED,     FIRMWARE, STEP_TWICE | STEP_CONFIG },
	{ "cmdline.txt",              NAME_CMDLINE,   KERNEL,   STEP_TWICE | STEP_CMDLINE },
	{ "recovery8.img",            NAME_FIXED,     FIRMWARE, STEP_LOOK },
	{ NULL,                       NAME_KERNEL,    KERNEL,   STEP_LOOK | STEP_NEEDED },
	{ "armstub8-gic.bin",         NAME_ARMSTUB,   FIRMWARE, MAYBE },
	{ NULL,                       NAME_KERNEL,    KERNEL,   STEP_NEEDED | STEP_LARGE },
	END
};

/* facts 3.5 and 3.1 (the slashes) */
static const struct probe_step pi5_steps[] = {
	{ "config.txt",               NAME_FIXED,     FIRST,    STEP_CONFIG | STEP_PREFIX | STEP_AGAIN |
								STEP_NEEDED },
	{ "pieeprom.sig",             NAME_FIXED,     FIRMWARE, MAYBE },
	{ NULL,                       NAME_DTB,       KERNEL,   STEP_LOOK },
	{ "config.txt",               NAME_FIXED,     FIRMWARE, STEP_TWICE | STEP_CONFIG | STEP_SLASH },
	{ NULL,                       NAME_KERNEL,    KERNEL,   STEP_LOOK | STEP_NEEDED },
	{ NULL,                       NAME_INITRAMFS, KERNEL,   STEP_LARGE },
	{ NULL,                       NAME_DTB,       KERNEL,   STEP_LARGE },
	{ "overlays/overlay_map.dtb", NAME_FIXED,     FIRMWARE, STEP_SLASH },
	{ "config.txt",               NAME_FIXED,     FIRMWARE, STEP_CONFIG | STEP_SLASH },
	{ "cmdline.txt",              NAME_CMDLINE,   KERNEL,   STEP_CMDLINE | STEP_SLASH },
	{ "armstub8-2712.bin",        NAME_ARMSTUB,   FIRMWARE, MAYBE },
	{ NULL,                       NAME_KERNEL,    KERNEL,   STEP_NEEDED | STEP_LARGE },
	END
};

/* A PC's ROM looks for the size and then loads the file it was told. */
static const struct probe_step pxe_steps[] = {
	{ NULL,                       NAME_OFFERED,   FIRST,    STEP_TWICE | STEP_NEEDED | STEP_LARGE },
	END
};

/* Others load it at once. */
static const struct probe_step loader_steps[] = {
	{ NULL,                       NAME_OFFERED,   FIRST,    STEP_NEEDED | STEP_LARGE },
	END
};

/* distro boot (include/config_distro_bootcmd.h: pxe, then dhcp), doc/README.pxe; net/tftp.c for the
 * name that is made up */
static const struct probe_step u_boot_steps[] = {
	{ NULL,                       NAME_OFFERED,   FIRST,    STEP_OR | STEP_LARGE },
	{ NULL,                       NAME_IMAGE,     FIRST,    STEP_OR | STEP_LARGE },
	{ "pxelinux.cfg/",            NAME_OF_MAC,    FIRST,    STEP_OR },
	{ "pxelinux.cfg/",            NAME_OF_IP,     FIRST,    STEP_OR },
	{ "pxelinux.cfg/default-arm-bcm283x-rpi", NAME_FIXED, FIRST, STEP_OR },
	{ "pxelinux.cfg/default-arm-bcm283x",     NAME_FIXED, FIRST, STEP_OR },
	{ "pxelinux.cfg/default-arm", NAME_FIXED,     FIRST,    STEP_OR },
	{ "pxelinux.cfg/default",     NAME_FIXED,     FIRST,    STEP_OR },
	{ "boot.scr.uimg",            NAME_FIXED,     FIRST,    STEP_NEEDED },
	END
};

/* clang-format on */

/* What the Pis' bootloaders have in common. Gaps: facts 1.4 for 3B ROM (five, 5 s apart) and Pi 4
 * and 5 (0, 8, 24 s; given up at 45 s); 3B+ ROM and bootcode.bin are not known to differ. The 3B
 * ROM finishes with a packet that comes more than a second after its DISCOVER. */
#define PI_DHCP                                                                          \
	.arch = 0, .undi = { 1, 2, 1 }, .class_id = BIOS_CLASS, .discover = pi_discover, \
	.look_error = 0, .look_text = "Early terminate"

#define PI_ROM                                                                   \
	PI_DHCP, .ttl = 128, .no_checksum = true, .xid = XID_PI_ROM,             \
		 .gaps_ms = { 5000, 5000, 5000, 5000, 5000 }, .window_ms = 1000, \
		 .reading = READS_PI_ROM, .repeat_ms = 1000, .silence_ms = 5000

#define PI_EEPROM                                                                         \
	PI_DHCP, .ttl = 64, .xid = XID_RANDOM, .list = CODES(eeprom_list),                \
		 .gaps_ms = { 8000, 16000, 21000 }, .window_ms = 500, .request_ms = 4000, \
		 .request_tries = 3, .reading = READS_PI_EEPROM, .repeat_ms = 2000,       \
		 .silence_ms = 30000, .file_ms = 30000, .serial_prefix = true, .then = "linux"

/* What edk2 builds have in common. It waits its first four seconds out (BZ 880). */
#define UEFI                                                                                  \
	.ttl = 64, .xid = XID_RANDOM, .guid = GUID_MAC, .flags = 0x8000, .undi = { 1, 3, 1 }, \
	.max_size = 1472, .discover = uefi_discover, .request = uefi_request,                 \
	.gaps_ms = { 4000, 8000, 16000, 32000 }, .window_ms = 4000, .request_ms = 4000,       \
	.request_tries = 4

#define UEFI_PXE                                                                            \
	UEFI, .list = CODES(uefi_list), .request_size = 0xff00, .reading = READS_PXE,       \
	      .options = { { "blksize", "1468" }, { "windowsize", "4" } },                  \
	      .look = { { "tsize", "0" }, { "blksize", "1468" }, { "windowsize", "4" } },   \
	      .look_error = 8, .look_text = "User aborted the transfer", .repeat_ms = 4000, \
	      .binl = true, .silence_ms = 24000, .steps = pxe_steps

#define UEFI_HTTP UEFI, .list = CODES(uefi_http_list), .reading = READS_HTTP

static const struct probe_profile profiles[] = {
	{
		.key = "pi3b",
		.title = "Raspberry Pi 3B (ROM)",
		.family = FAMILY_PI3B,
		PI_ROM,
		.guid = GUID_PI_ROM,
		.list = CODES(rom_list),
		.no_relay = true,
		.no_router = true,
		.steps = rom_steps,
		.then = "bootcode",
	},
	{
		.key = "pi3b-plus",
		.title = "Raspberry Pi 3B+ (ROM)",
		.family = FAMILY_PI3B_PLUS,
		PI_ROM,
		.guid = GUID_PI_SERIAL,
		.list = CODES(bootcode_list),
		.steps = rom_steps,
		.then = "bootcode",
	},
	{
		.key = "bootcode",
		.title = "bootcode.bin (Raspberry Pi 3 and older)",
		.family = FAMILY_PI,
		PI_ROM,
		.guid = GUID_PI_SERIAL,
		.list = CODES(bootcode_list),
		.options = { { "tsize", "0" } },
		.serial_prefix = true,
		.steps = bootcode_steps,
		.then = "linux",
	},
	{
		.key = "pi4",
		.title = "Raspberry Pi 4",
		.family = FAMILY_PI4,
		PI_EEPROM,
		.guid = GUID_PI4,
		.guid_reversed = true,
		.request = eeprom_request,
		.options = { { "tsize", "0" }, { "blksize", "1468" } },
		.steps = pi4_steps,
	},
	{
		/* before 2020-03: facts 1.3 and 1.5; blocks of 1024 (3.1); relays: 2.5 */
		.key = "pi4-2019",
		.title = "Raspberry Pi 4 with the bootloader of 2019",
		.family = FAMILY_PI4,
		PI_EEPROM,
		.guid = GUID_PI_SERIAL,
		.request = eeprom_2019_request,
		.no_relay = true,
		.old_blocks = true, /* until 2021-02 and 2025-09: facts 3.1 */
		.options = { { "tsize", "0" }, { "blksize", "1024" } },
		.steps = pi4_steps,
	},
	{
		.key = "pi5",
		.title = "Raspberry Pi 5",
		.family = FAMILY_PI5,
		PI_EEPROM,
		.guid = GUID_PI5,
		.guid_reversed = true,
		.request = eeprom_request,
		.options = { { "tsize", "0" }, { "blksize", "1468" } },
		.steps = pi5_steps,
	},
	{
		.key = "pxe-bios",
		.title = "BIOS PXE",
		.family = FAMILY_PXE_BIOS,
		.ttl = 20,
		.xid = XID_MAC_TRIES,
		.guid = GUID_MAC,
		.flags = 0x8000,
		.secs = 4,
		.length = 548,
		.max_size = 1260,
		.undi = { 1, 2, 1 },
		.class_id = BIOS_CLASS,
		.list = CODES(bios_list),
		.discover = bios_discover,
		.request = bios_request,
		/* PXE 2.1, 2.2.? table of timeouts: 4, 8, 16, 32 s */
		.gaps_ms = { 4000, 8000, 16000, 32000 },
		.window_ms = 4000,
		.request_ms = 4000,
		.request_tries = 4,
		.reading = READS_PXE,
		.options = { { "blksize", "1456" } },
		.look = { { "tsize", "0" } },
		.look_text = "TFTP Aborted",
		.repeat_ms = 4000,
		.silence_ms = 60000,
		.steps = pxe_steps,
	},
	{
		/* facts 5.1 */
		.key = "linux",
		.title = "Linux ip=dhcp",
		.family = FAMILY_LINUX,
		.ttl = 64,
		.no_checksum = true,
		.dont_fragment = true,
		.xid = XID_RANDOM,
		.secs = 1,
		.length = 548,
		.list = CODES(kernel_list),
		.discover = kernel_discover,
		.request = kernel_request,
		.gaps_ms = { 2500, 4375, 7656, 13398, 23447, 30000 },
		.request_ms = 2500,
		.request_tries = 6,
		.reading = READS_HOST,
	},
	{
		.key = "klibc",
		.title = "klibc ipconfig (initramfs)",
		.family = FAMILY_LINUX,
		.ttl = 64,
		.xid = XID_RANDOM,
		.flags = 0x8000,
		.yiaddr_too = true,
		.secs = 1,
		.length = 300,
		.class_id = "Linux ipconfig",
		.list = CODES(klibc_list),
		.discover = klibc_discover,
		.request = klibc_request,
		.gaps_ms = { 1000, 2000, 4000, 8000, 16000, 32000, 60000 },
		.request_ms = 1000,
		.request_tries = 4,
		.reading = READS_HOST,
	},
	{
		.key = "uefi-x64",
		.title = "UEFI x64",
		.family = FAMILY_UEFI_X64,
		UEFI_PXE,
		.arch = 7,
		.class_id = "PXEClient:Arch:00007:UNDI:003001",
	},
	{
		.key = "uefi-x64-http",
		.title = "UEFI x64, HTTP boot",
		.family = FAMILY_UEFI_X64,
		UEFI_HTTP,
		.arch = 16,
		.class_id = "HTTPClient:Arch:00016:UNDI:003001",
	},
	{
		.key = "uefi-arm64",
		.title = "UEFI arm64",
		.family = FAMILY_UEFI_ARM64,
		UEFI_PXE,
		.arch = 11,
		.class_id = "PXEClient:Arch:00011:UNDI:003001",
	},
	{
		.key = "uefi-arm64-http",
		.title = "UEFI arm64, HTTP boot",
		.family = FAMILY_UEFI_ARM64,
		UEFI_HTTP,
		.arch = 19,
		.class_id = "HTTPClient:Arch:00019:UNDI:003001",
	},
	{
		/* timers: config/dhcp.h; it waits two seconds for a proxy */
		.key = "ipxe",
		.title = "iPXE",
		.family = FAMILY_IPXE,
		.ttl = 64,
		.xid = XID_RANDOM,
		.guid = GUID_MAC,
		.secs = 4,
		.max_size = 1472,
		.arch = 0,
		.undi = { 1, 2, 1 },
		.class_id = BIOS_CLASS,
		.user_class = "iPXE",
		.list = CODES(ipxe_list),
		.discover = ipxe_discover,
		.request = ipxe_request,
		.own175 = CODES(ipxe_features),
		.gaps_ms = { 1000, 2000, 4000, 8000 },
		.window_ms = 2000,
		.request_ms = 1000,
		.request_tries = 4,
		.reading = READS_PXE,
		.urls = true,
		.options = { { "blksize", "1432" }, { "tsize", "0" } },
		.repeat_ms = 1000,
		.silence_ms = 30000,
		.steps = loader_steps,
	},
	{
		/* the first offer is taken; 250 ms doubled up to 2 s, for 28 s */
		.key = "u-boot",
		.title = "U-Boot",
		.family = FAMILY_U_BOOT,
		.ttl = 255,
		.no_checksum = true,
		.dont_fragment = true,
		.xid = XID_MAC_TRIES,
		.secs = 1,
		.max_size = 576,
		.arch = 22,
		.undi = { 1, 0, 0 },
		.class_id = "U-Boot.armv8",
		.list = CODES(u_boot_list),
		.discover = u_boot_discover,
		.request = u_boot_request,
		.gaps_ms = { 250, 500, 1000, 2000 },
		.last_gap_again = 12,
		.request_ms = 2000,
		.request_tries = 4,
		.reading = READS_PXE,
		.no_boot_server = true,
		.siaddr_only = true,
		.own_names = true,
		.options = { { "timeout", "5" }, { "tsize", "0" }, { "blksize", "1468" } },
		.repeat_ms = 5000,
		.silence_ms = 50000,
		.steps = u_boot_steps,
	},
};

const struct probe_profile *probe_profile_at(uint32_t i)
{
	return i < sizeof(profiles) / sizeof(profiles[0]) ? &profiles[i] : NULL;
}

const struct probe_profile *probe_profile_find(const char *key)
{
	for (uint32_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
		if (key && strcmp(profiles[i].key, key) == 0)
			return &profiles[i];
	return NULL;
}
