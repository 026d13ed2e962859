/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot_names.h"

#include "lines.h"

/* Recordings of boots of each model; raspberrypi/documentation, config_txt/boot.adoc */
static const struct boot_names pi3 = {
	"start.elf",
	"start_x.elf",
	"fixup.dat",
	"fixup_x.dat",
	{ "kernel8.img", "kernel7.img" },
	{ "initramfs8", "initramfs7" },
	"bcm2710-",
};
static const struct boot_names pi4 = {
	"start4.elf",
	"start4x.elf",
	"fixup4.dat",
	"fixup4x.dat",
	{ "kernel8.img", "kernel7l.img" },
	{ "initramfs8", "initramfs7l" },
	"bcm2711-",
};
static const struct boot_names pi5 = {
	.kernel = { "kernel_2712.img", "kernel8.img" },
	.initramfs = { "initramfs_2712", "initramfs8" },
	.dtb = "bcm2712",
};

/* By the type field of the revision code. */
static const struct {
	uint8_t type;
	const char *dtb;
} dtbs[] = {
	{ 0x08, "bcm2710-rpi-3-b.dtb" },       { 0x0d, "bcm2710-rpi-3-b-plus.dtb" },
	{ 0x11, "bcm2711-rpi-4-b.dtb" },       { 0x13, "bcm2711-rpi-400.dtb" },
	{ 0x14, "bcm2711-rpi-cm4.dtb" },       { 0x15, "bcm2711-rpi-cm4s.dtb" },
	{ 0x17, "bcm2712-rpi-5-b.dtb" },       { 0x18, "bcm2712-rpi-cm5-cm5io.dtb" },
	{ 0x1a, "bcm2712-rpi-cm5-cm5io.dtb" }, { 0x19, "bcm2712-rpi-500.dtb" },
};

const struct boot_names *boot_names(enum family f)
{
	return f == FAMILY_PI5 ? &pi5 : f == FAMILY_PI4 ? &pi4 : &pi3;
}

struct bytes boot_name(struct bytes list, const char *otherwise)
{
	if (!list.n && otherwise)
		return bytes_str(otherwise);
	list.n = bytes_until(list, ',');
	return list;
}

struct bytes boot_start(enum family f, const struct config *g)
{
	const struct boot_names *n = boot_names(f);

	return boot_name(g->start_file, g->start_x ? n->start_x : n->start);
}

struct bytes boot_fixup(enum family f, const struct config *g)
{
	const struct boot_names *n = boot_names(f);

	return boot_name(g->fixup_file, g->start_x ? n->fixup_x : n->fixup);
}

uint32_t boot_kernel(enum family f, const struct config *g)
{
	/* a Pi 5 knows 64 bits only */
	return g->has_arm_64bit && !g->arm_64bit && f != FAMILY_PI5;
}

const char *boot_dtb(uint32_t revision)
{
	for (size_t i = 0; i < sizeof(dtbs) / sizeof(dtbs[0]); i++)
		if (dtbs[i].type == (uint8_t)(revision >> 4))
			return dtbs[i].dtb;
	return NULL;
}
