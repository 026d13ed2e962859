/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KEPT_H
#define KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "reader.h"
#include "transfer.h"

enum kept_kind { KEPT_CONFIG, KEPT_CMDLINE, KEPT_AUTOBOOT, KEPT_PXE_CONFIG, KEPT_IPXE, KEPT_OTHER };

/* Text of a small file that crossed the wire, as far as the capture holds it. */
struct kept {
	struct kept *next;
	enum kept_kind kind;
	const char *file; /* as asked, borrowed from the boot */
	uint8_t *text;    /* unsafe to show; n bytes          */
	uint32_t n, cap;
	uint32_t next_block; /* the block that continues it    */
	bool complete;       /* from first to last byte          */
	bool cut;            /* bytes lost: snaplen, cap or gap  */
	uint64_t frame;      /* of the first block               */
};

/* Is a file of this name kept, and as what? */
bool kept_wanted(struct bytes name, enum kept_kind *out);

/* Boards read bytes as ASCII; editors of Windows write other things. */
enum encoding { ENCODING_PLAIN, ENCODING_BOM, ENCODING_UTF16 };

enum encoding text_encoding(struct bytes v);

/* cmdline.txt, understood. Runs of bytes are borrowed from the kept text; n 0: not there. */
struct cmdline {
	uint32_t lines;           /* lines with anything on them            */
	struct bytes root;        /* value of the last root=                */
	struct bytes nfsroot;     /* whole value                            */
	struct bytes nfs_server;  /* before ':'                             */
	struct bytes nfs_path;    /* up to the first ','                    */
	struct bytes nfs_options; /* behind it                             */
	struct bytes ip;          /* ip= or nfsaddrs=                       */
	struct bytes init;
	struct bytes boot;   /* boot=                                  */
	bool root_is_nfs;    /* root=/dev/nfs, or nfsroot= with boot=nfs */
	bool root_is_device; /* PARTUUID=, UUID=, LABEL=, /dev/mmcblk, /dev/sd, /dev/nvme */
	bool has_ip;
	bool rw, ro, rootwait;
	uint8_t vers;              /* major NFS version asked for by options; 0: not said */
	bool proto_udp, proto_tcp; /* said */
	struct bytes first_line;
	enum encoding encoding;
};

/* Only the first line counts for the kernel, as the firmware passes it on. */
void cmdline_parse(struct bytes text, struct cmdline *out);

/* The kernel's command line as k gives it: cmdline.txt, or a loader's configuration or script with
 * one single entry that names a root. False, out undefined: k holds none, or several. */
bool kept_cmdline(const struct kept *k, struct cmdline *out);

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

struct boot;

/* b: where included files are looked for; NULL: nowhere. */
void config_parse(struct bytes text, const struct config_for *board, const struct boot *b,
		  struct config *out);

/* The last config.txt that b read whole; NULL, out undefined: none. */
const struct kept *kept_config(const struct boot *b, const struct config_for *board,
			       struct config *out);

/* What the name plays for a board with that config.txt, which may name any file. */
enum file_role config_role(const struct config *g, struct bytes name);

#endif
