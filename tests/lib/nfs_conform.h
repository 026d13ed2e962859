/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_CONFORM_H
#define NFS_CONFORM_H

#include "nfs_fs.h"

/*
 * What NFS versions 2 and 3 have to answer, whatever is behind them: the same tests run over memory
 * and over real directories.
 */
struct nfs_place {
	/* Before each test: exports 1, 2 and 3, each an empty folder of root's with mode 0755. The
	 * files of export 3 are made through 1 by the tests where same is set, else it stays empty.
	 */
	struct nfs_fs (*open)(void);
	void (*close)(void);
	bool users;       /* callers are who they say they are, root too */
	bool devices;     /* root makes device nodes */
	bool nanoseconds; /* times are kept as they were set */
};

/* Runs all of them; gives what main is to return. name: of the group. */
int nfs_conform(const struct nfs_place *place);

#endif
