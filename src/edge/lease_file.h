/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LEASE_FILE_H
#define LEASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "leases.h"

/*
 * Leases on disk, as dnsmasq writes them, so that other tools read them: a line a lease, a later
 * line of an address in the place of an earlier one. What was written survives the end of the
 * process at any moment; a line cut by it is passed over. Now and then the file is written anew,
 * whole, and renamed.
 */
struct lease_file;

/* Opens or makes it, and reads what is there into t. sync: what is written survives a power cut
 * too. 0, or a negative errno and one sentence in why. */
int lease_file_open(const char *path, struct leases *t, uint64_t now_s, bool sync,
		    struct lease_file **out, char *why, size_t n)
	__attribute__((warn_unused_result));
int lease_file_folder(const struct lease_file *f); /* where it is written anew */
/* What is in it, for who will write none. */
void lease_file_read(const char *path, struct leases *t, uint64_t now_s);
/* Notes it for the next lease_file_write; false: there is no room for another one before that. */
bool lease_file_keep(struct lease_file *f, const struct lease *l);
/* All that was noted, in one call. False: it is not all there (the disk is full). */
bool lease_file_write(struct lease_file *f) __attribute__((warn_unused_result));
/* Once in a while, when nothing waits: writes it anew if there is much in it that counts no more,
 * which is also done when it is opened and freed. */
void lease_file_tidy(struct lease_file *f, const struct leases *t, uint64_t now_s);
/* t NULL: as it is. */
void lease_file_free(struct lease_file *f, const struct leases *t, uint64_t now_s);

#endif
