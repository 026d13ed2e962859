/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FSTAB_H
#define FSTAB_H

#include <stdbool.h>

#include "reader.h"

/* A line of /etc/fstab that mounts something; words are borrowed from the text. */
struct fstab {
	struct bytes line, from, on, type, options;
};

/* The next one; text moves on. False: there are no more. */
bool fstab_next(struct bytes *text, struct fstab *out);
/* Does the boot stop when there is no SD card in the board? */
bool fstab_wants_card(const struct fstab *f);
/* Whom it mounts from by NFS; n 0: nobody. */
struct bytes fstab_server(const struct fstab *f);

#endif
