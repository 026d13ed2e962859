/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_CMDLINE_H
#define STORE_CMDLINE_H

#include "boot_path.h"
#include "store.h"

/*
 * A store in front of another: where that one has no cmdline.txt for a board, one is made that
 * takes its root file system from here by NFS. Pure; holds what it made until it is closed.
 */
enum { CMDLINE_MAX = 512, CMDLINES_MAX = 64 };

struct cmdline_options {
	struct address server; /* of NFS; none: the address that the board asks */
	/* the exported folder. "{serial}", "{mac}" (with dashes) and "{ip}" are the board's own:
	 * where one is not known, nothing is made
	 */
	const char *root; /* borrowed */
	const char *more; /* words to put behind, borrowed; NULL: none */
};

struct store_cmdline {
	struct store behind;
	struct cmdline_options options;
	struct {
		uint32_t n; /* 0: free */
		uint8_t line[CMDLINE_MAX];
	} made[CMDLINES_MAX];
};

/* c is zeroed and borrowed by the store that is returned; behind and o are copied. */
struct store store_cmdline_over(struct store_cmdline *c, const struct store *behind,
				const struct cmdline_options *o);

#endif
