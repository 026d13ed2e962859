/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SITE_DIR_H
#define SITE_DIR_H

#include <stddef.h>

#include "site.h"

/*
 * A folder of this machine as a site_tree. The kernel sees to it that no name leads out of it
 * (openat2).
 */
struct site_dir;

enum site_dir_form {
	SITE_DIR_SERVED, /* a link to a path from the top on leads outside */
	SITE_DIR_ROOT,   /* such a link begins in the top that is looked below */
};

/* Opens it, and reads its names: later nobody may. 0, or a negative
 * errno and one sentence in why. */
int site_dir_open(const char *path, enum site_dir_form form, struct site_dir **out, char *why,
		  size_t n) __attribute__((warn_unused_result));
/* Borrows d. */
struct site_tree site_dir_tree(const struct site_dir *d);
int site_dir_fd(const struct site_dir *d);
const char *site_dir_path(const struct site_dir *d); /* whole, without links */
/* The first folder above it that not everybody may enter; borrowed. NULL: all may. */
const char *site_dir_closed(const struct site_dir *d);
void site_dir_free(struct site_dir *d);

#endif
