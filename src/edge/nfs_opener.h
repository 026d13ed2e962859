/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_OPENER_H
#define NFS_OPENER_H

#include <stdint.h>

#include "nfs_fs.h"

/*
 * A process that turns file handles into descriptors for one that Landlock has a hold of. To find
 * the place of a folder that it has forgotten the kernel opens the folders above, as whoever asks;
 * Landlock, which cannot know yet what they are below of, refuses. This process has no Landlock and
 * no other right than this: descriptors that name a file, and neither read nor write it.
 */
struct nfs_opener;

/* tops: descriptors of the exports. NULL: not possible. */
struct nfs_opener *nfs_opener_start(const int *tops, uint32_t n);
/* A descriptor, or a negative errno. By any thread. */
int nfs_opener_ask(struct nfs_opener *o, int top, int type, const uint8_t *bytes, uint8_t n);
/* The same without it, for who has the rights. */
int nfs_opener_open(int top, int type, const uint8_t *bytes, uint8_t n);
void nfs_opener_end(struct nfs_opener *o);

#endif
