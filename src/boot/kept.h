/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KEPT_H
#define KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "cmdline_txt.h"
#include "config_txt.h"
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

/* The kernel's command line as k gives it: cmdline.txt, or a loader's configuration or script with
 * one single entry that names a root. False, out undefined: k holds none, or several. */
bool kept_cmdline(const struct kept *k, struct cmdline *out);

struct boot;

/* The last config.txt that b read whole; NULL, out undefined: none. */
const struct kept *kept_config(const struct boot *b, const struct config_for *board,
			       struct config *out);

/* What the name plays for a board with that config.txt, which may name any file. */
enum file_role config_role(const struct config *g, struct bytes name);

#endif
