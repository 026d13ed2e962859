/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOOT_NAMES_H
#define BOOT_NAMES_H

#include "board.h"
#include "config_txt.h"

/* The files that a Raspberry Pi asks for of its own accord, and what config.txt makes of their
 * names. Names are static, or borrowed from the config. */

enum { BOOT_KERNELS = 2 };

struct boot_names {
	const char *start, *start_x, *fixup, *fixup_x; /* NULL: its firmware is in the EEPROM */
	const char *kernel[BOOT_KERNELS];    /* in the order of trying; the second of 32 bits */
	const char *initramfs[BOOT_KERNELS]; /* that auto_initramfs pairs with each */
	const char *dtb;                     /* how the names of its device trees begin */
};

/* Of boards not known further those of a Pi 3. */
const struct boot_names *boot_names(enum family f);

/* The first of a list of config.txt (commas), else another name; n 0: neither. */
struct bytes boot_name(struct bytes list, const char *otherwise);
struct bytes boot_start(enum family f, const struct config *g);
struct bytes boot_fixup(enum family f, const struct config *g);
/* The kernel to begin with, where config.txt names none. */
uint32_t boot_kernel(enum family f, const struct config *g);
/* The device tree of a board's revision; NULL: not known. */
const char *boot_dtb(uint32_t revision);

#endif
