/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_HANDLE_H
#define NFS_HANDLE_H

#include "nfs_fs.h"

/*
 * File handles as clients keep them: which file, sealed with a key of this server, so that nobody
 * makes one that was not given out. Version and length (one byte each), export (two), seal (eight:
 * SipHash-2-4 of the rest), then the file system's own name for it. Valid as long as the key is.
 */
enum { NFS_KEY = 16, NFS_HANDLE_HEAD = 12, NFS_HANDLE_MAX = 64, NFS_HANDLE_V2 = 32 };

struct nfs_key {
	uint8_t k[NFS_KEY];
};

/* Returns its bytes. */
uint32_t nfs_handle_seal(const struct nfs_key *key, const struct nfs_file *f,
			 uint8_t out[NFS_HANDLE_MAX]);
/* The same, padded with zeros. False: the file's id is too long for that. */
bool nfs_handle_seal_v2(const struct nfs_key *key, const struct nfs_file *f,
			uint8_t out[NFS_HANDLE_V2]);
/* Of either kind. False: not one of ours. */
bool nfs_handle_open(const struct nfs_key *key, struct bytes handle, struct nfs_file *out);

#endif
