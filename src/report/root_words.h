/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ROOT_WORDS_H
#define ROOT_WORDS_H

#include "mount_point.h"
#include "text.h"

/* What was done most on a file system: "13 LOOKUP (0.563 ms), 5 READ (0.631 ms)". Nothing when
 * nothing was answered. */
void root_ops(const struct nfs_use *n, struct text *out);
/* The last files: "/etc/fstab, /sbin/init (NFS3ERR_NOENT)". */
void root_files(const struct nfs_use *n, struct text *out);

#endif
