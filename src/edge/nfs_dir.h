/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_DIR_H
#define NFS_DIR_H

#include <stddef.h>

#include "nfs_exports.h"
#include "nfs_fs.h"
#include "nfs_handle.h"
#include "sandbox.h"

/*
 * Directories of this machine as the file systems of an NFS server. What a caller may do is for the
 * kernel to say: each thread becomes that user for the call (setfsuid(2)), which wants root's
 * CAP_SETUID and CAP_SETGID; without them everybody is who runs this. Nothing of another mount
 * below an export is reached: such a folder is listed, and refused with NFS_ACCES.
 */
struct nfs_dir;

/* What one thread needs of its own: whom it is at present, its buffers. */
struct nfs_dir_thread;

/* Opens the exports, which are borrowed and stay as they are. state: a folder to keep things in
 * that outlive this process; NULL: none. The umask becomes 0, the number of files that may be open
 * grows. 0, or a negative errno and one sentence in why. */
int nfs_dir_open(const struct nfs_exports *e, const char *state, struct nfs_dir **out, char *why,
		 size_t n) __attribute__((warn_unused_result));
/* What has to stay within reach when rights are taken away. */
void nfs_dir_keeps(const struct nfs_dir *d, struct sandbox *box);
/* What handles are sealed with: the same after a restart, if there is a place to keep it. */
const struct nfs_key *nfs_dir_key(const struct nfs_dir *d);
/* One sentence on what is not as one might expect; NULL: no more of them. Static. */
const char *nfs_dir_note(const struct nfs_dir *d, unsigned i);
/* Now and then, at intervals of some seconds, by any thread: what was not used since the call
 * before the last is closed. */
void nfs_dir_tidy(struct nfs_dir *d);
/* After the last of its threads. */
void nfs_dir_free(struct nfs_dir *d);

/* What a thread is lent by whoever it serves. */
struct nfs_dir_lent {
	/* Where READ with no place to read to puts the bytes, an empty pipe that does not block:
	 * looked at with each such READ. NULL: there are none. */
	const int *aside;
	void *ctx;
	/* Called in the middle of a call: it takes some ten microseconds of moving bytes, or for
	 * long, as disks do. NULL: nobody minds. */
	void (*waits)(void *ctx, bool for_long);
};

/* NULL: no memory. */
struct nfs_dir_thread *nfs_dir_thread_new(struct nfs_dir *d, const struct nfs_dir_lent *lent);
/* Borrows t; to be called in one thread only, as who it is belongs to the thread. */
struct nfs_fs nfs_dir_fs(struct nfs_dir_thread *t);
void nfs_dir_thread_free(struct nfs_dir_thread *t);

#endif
