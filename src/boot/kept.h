/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KEPT_H
#define KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

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
};

/* Only the first line counts for the kernel, as the firmware passes it on. */
void cmdline_parse(struct bytes text, struct cmdline *out);

/* The kernel's command line as k gives it: cmdline.txt, or a loader's configuration or script with
 * one single entry that names a root. False, out undefined: k holds none, or several. */
bool kept_cmdline(const struct kept *k, struct cmdline *out);

/* config.txt, understood for one family ([pi4], [all], [cm4] ... filters). Borrowed likewise. */
struct config {
	struct bytes kernel, initramfs, os_prefix, cmdline, device_tree, start_file, fixup_file,
		armstub;
	bool has_arm_64bit, arm_64bit, start_x, auto_initramfs, boot_ramdisk;
	uint32_t lines;
};

void config_parse(struct bytes text, int family, struct config *out);

#endif
