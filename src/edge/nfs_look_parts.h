/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_LOOK_PARTS_H
#define NFS_LOOK_PARTS_H

#include "nfs_look.h"
#include "reader.h"

/* In the process that was made for it: all steps, by libnfs. Fills out as it goes on. */
void nfs_look_go(const struct nfs_look_ask *ask, struct nfs_look_result *out);

/* As the kernel tries them, where no init= says otherwise (init/main.c). */
enum { NFS_LOOK_PROGRAMS = 4 };
extern const char *const nfs_look_programs[NFS_LOOK_PROGRAMS];

/* What /etc/fstab says about cards and servers; text: the line that does. Pure. */
enum nfs_look_outcome nfs_look_fstab(struct bytes fstab, uint32_t server, char text[NFS_LOOK_TEXT]);

#endif
