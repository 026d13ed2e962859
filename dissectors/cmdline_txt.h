/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CMDLINE_TXT_H
#define CMDLINE_TXT_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

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

#endif
