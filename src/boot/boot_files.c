/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model.h"

/* What the names and the texts of boot files say. */

static const struct {
	const char *text;
	uint8_t how; /* 0 equal, 1 begins, 2 ends */
	uint8_t role;
} roles[] = {
	{ "bootcode.bin", 0, FILE_BOOTCODE },
	{ "config.txt", 0, FILE_CONFIG },
	{ "cmdline.txt", 0, FILE_CMDLINE },
	{ "boot.img", 0, FILE_BOOT_IMG },
	{ "boot.sig", 0, FILE_BOOT_SIG },
	/* findings.md, normal noise; facts 3 */
	{ "bootsig.bin", 0, FILE_OPTIONAL },
	{ "autoboot.txt", 0, FILE_OPTIONAL },
	{ "recovery.elf", 0, FILE_OPTIONAL },
	{ "recover4.elf", 0, FILE_OPTIONAL },
	{ "dt-blob.bin", 0, FILE_OPTIONAL },
	{ "bootcfg.txt", 0, FILE_OPTIONAL },
	{ "armstub", 1, FILE_OPTIONAL },
	{ "recovery", 1, FILE_OPTIONAL },
	{ "pieeprom", 1, FILE_OPTIONAL },
	{ "vl805", 1, FILE_OPTIONAL },
	{ "start", 1, FILE_START },
	{ "fixup", 1, FILE_FIXUP },
	{ "pxelinux.0", 0, FILE_LOADER },
	{ ".efi", 2, FILE_LOADER },
	{ ".EFI", 2, FILE_LOADER },
	{ ".kpxe", 2, FILE_LOADER },
	{ ".kkpxe", 2, FILE_LOADER },
	{ ".pxe", 2, FILE_LOADER },
	{ ".0", 2, FILE_LOADER },
	{ ".com", 2, FILE_LOADER },
	{ ".n12", 2, FILE_LOADER },
	{ ".ipxe", 2, FILE_PXE_CONFIG },
	{ "grub.cfg", 1, FILE_PXE_CONFIG },
	{ "extlinux.conf", 0, FILE_PXE_CONFIG },
	{ ".cfg", 2, FILE_PXE_CONFIG },
	{ ".dtbo", 2, FILE_OVERLAY },
	{ "overlay_map.dtb", 0, FILE_OPTIONAL },
	{ ".dtb", 2, FILE_DTB },
	{ "kernel", 1, FILE_KERNEL },
	{ "vmlinuz", 1, FILE_KERNEL },
	{ "vmlinux", 1, FILE_KERNEL },
	{ "linux", 0, FILE_KERNEL },
	{ "Image", 1, FILE_KERNEL },
	{ "zImage", 1, FILE_KERNEL },
	{ "uImage", 1, FILE_KERNEL },
	{ "bzImage", 1, FILE_KERNEL },
	{ "initramfs", 1, FILE_INITRAMFS },
	{ "initrd", 1, FILE_INITRAMFS },
};

enum file_role file_role(struct bytes name)
{
	struct bytes b = base_name(name);

	if (bytes_hold(name, "pxelinux.cfg/"))
		return FILE_PXE_CONFIG;
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		if (roles[i].how == 0   ? bytes_are(b, roles[i].text)
		    : roles[i].how == 1 ? bytes_begin(b, roles[i].text)
					: bytes_end(b, roles[i].text)) {
			/* start.elf and its kind, not startup.nsh */
			if (roles[i].role == FILE_START && !bytes_end(b, ".elf"))
				continue;
			if (roles[i].role == FILE_FIXUP && !bytes_end(b, ".dat"))
				continue;
			return (enum file_role)roles[i].role;
		}
	}
	return FILE_OTHER;
}

bool transfer_is_program(const struct transfer *t)
{
	return t->role == FILE_KERNEL || t->role == FILE_INITRAMFS || t->role == FILE_LOADER ||
	       t->role == FILE_START || t->role == FILE_FIXUP || t->role == FILE_BOOTCODE ||
	       t->role == FILE_DTB || t->role == FILE_BOOT_IMG;
}

bool kept_wanted(struct bytes name, enum kept_kind *out)
{
	struct bytes b = base_name(name);

	if (bytes_are(b, "config.txt"))
		*out = KEPT_CONFIG;
	else if (bytes_begin(b, "cmdline") && bytes_end(b, ".txt"))
		*out = KEPT_CMDLINE;
	else if (bytes_are(b, "autoboot.txt"))
		*out = KEPT_AUTOBOOT;
	else if (file_role(name) == FILE_PXE_CONFIG)
		*out = bytes_end(b, ".ipxe") ? KEPT_IPXE : KEPT_PXE_CONFIG;
	else if (bytes_end(b, ".txt")) /* config.txt may include it */
		*out = KEPT_OTHER;
	else
		return false;
	return true;
}
