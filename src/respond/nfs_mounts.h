/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_MOUNTS_H
#define NFS_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

/*
 * Who has mounted what, as MOUNT's DUMP tells it: nobody needs it to be served, and a client that
 * goes without a word stays in it, as with every server. Bounded as a whole and for each client:
 * its oldest gives way to its newest. Not safe for several threads.
 */
struct nfs_mounts;

enum { NFS_MOUNTS_EACH = 16, NFS_MOUNTS_PATH = 256 };

struct nfs_mount {
	uint32_t ip;
	struct bytes path; /* borrowed until the list changes */
};

/* In mem, of nfs_mounts_bytes(n), aligned for 64 bits; n > 0. */
uint32_t nfs_mounts_bytes(uint32_t n);
struct nfs_mounts *nfs_mounts_init(void *mem, uint32_t n);

/* Of the same twice the first goes. A path that is longer than NFS_MOUNTS_PATH is left out. */
void nfs_mounts_add(struct nfs_mounts *m, uint32_t ip, struct bytes path);
/* False: it was not there. */
bool nfs_mounts_remove(struct nfs_mounts *m, uint32_t ip, struct bytes path);
/* All of a client. Returns how many there were. */
uint32_t nfs_mounts_remove_all(struct nfs_mounts *m, uint32_t ip);
/* Row i, the oldest is 0. False: there is none. */
bool nfs_mounts_row(const struct nfs_mounts *m, uint32_t i, struct nfs_mount *out);

#endif
