/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_SAMPLES_H
#define NFS_SAMPLES_H

#include "nfs_talk.h"

/*
 * Calls of every procedure of both versions that have something to do in the same small tree: a
 * folder d with a file in it, a file f, a link l. Each is put together in t, to be sent as it is or
 * damaged first.
 */

/* Makes the tree in export 1, in version 3. */
void nfs_samples_tree(struct talk *t);
/* Sample i; false: there are no more. */
bool nfs_sample(struct talk *t, uint32_t i);

#endif
