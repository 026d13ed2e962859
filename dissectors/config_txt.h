/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFIG_TXT_H
#define CONFIG_TXT_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "cmdline_txt.h"
#include "reader.h"

/* Whose config.txt it is: sections hold for models, revisions and serial numbers. */
struct config_for {
	enum family family;
	uint32_t revision; /* 0: not known */
	bool has_serial;
	uint32_t serial;
};

/* config.txt, understood for one board ([pi4], [all], [0x12345678] ... filters). Borrowed likewise.
 */
struct config {
	struct bytes kernel, initramfs, os_prefix, cmdline, device_tree, start_file, fixup_file,
		armstub;
	bool has_arm_64bit, arm_64bit, start_x, auto_initramfs, boot_ramdisk;
	/* a name may be another: it stands below a condition that the wire does not tell
	 * ([EDID=...], [gpio4=1]), or in a file that is included and was not seen whole */
	bool unsure;
	struct bytes
		elsewhere; /* the last line of a name in a section that is not for this board */
	enum encoding encoding;
	uint32_t lines;
};

/* Where the files that it includes are; text: true, and the file's in out, borrowed. */
struct config_files {
	const void *ctx;
	bool (*text)(const void *ctx, struct bytes name, struct bytes *out);
};

/* files NULL: none. */
void config_parse(struct bytes text, const struct config_for *board,
		  const struct config_files *files, struct config *out);

#endif
