/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_DIR_H
#define STORE_DIR_H

#include <stddef.h>

#include "store.h"

/*
 * A directory as a store. The kernel sees to it that no name leads out of it (openat2,
 * RESOLVE_BENEATH): links inside of it may be followed, links out of it are refused. A file that
 * grows, shrinks or is written to while it is read gives -ESTALE; one that is replaced is read to
 * its end as it was.
 */
struct store_dir;

/* Opens the directory. into: the one in which new files may be made, whose names are below it;
 * NULL: nothing is written. 0, or a negative errno and one sentence in why. */
int store_dir_open(const char *path, const char *into, struct store_dir **out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* Borrows d. */
struct store store_dir_store(struct store_dir *d);
int store_dir_fd(const struct store_dir *d);
int store_dir_into(const struct store_dir *d); /* -1: nothing is written */
/* Of a file that its store has open: the descriptor behind the handle, still the store's; when it
 * was written last, as of its opening; and whether it is still the same, 0 or STORE_CHANGED. */
int store_dir_file(const struct store_dir *d, int handle);
uint64_t store_dir_modified_ns(const struct store_dir *d, int handle);
int store_dir_unchanged(const struct store_dir *d, int handle);
void store_dir_free(struct store_dir *d);

#endif
