/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_WORK_H
#define NFS_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "caps.h"
#include "reader.h"

struct text;

/* How one kind of operation was answered. */
struct work_op {
	uint32_t op; /* procedure; NFS v4: the operation that the COMPOUND is about */
	uint32_t max_us;
	uint64_t count, timed, sum_ns; /* timed: those sent once, whose time is known */
};

/* A file that was last worked on, or looked for. */
struct work_file {
	uint64_t key; /* of its handle, or of its folder's and its name */
	uint64_t frame, time_ns;
	uint32_t op, status;     /* the last; status as in the reply: 0, or why not     */
	char path[CAP_NFS_PATH]; /* its end, as far as names are known; unsafe to show */
	bool whole;              /* path is all of it, from the export's root            */
};

/* What is known of a file handle. */
struct work_handle {
	uint64_t folder; /* that it was found in; 0: not known */
	char name[32];   /* cut; unsafe to show                */
};

/* What a client does on a file system: made with the first answer, of a fixed size, so that no file
 * or name of a stranger's makes it grow. The handle longest not used goes first. */
struct nfs_work {
	uint64_t first_ns, second;            /* second: since 1970, of the newest in per_second */
	uint32_t per_second[CAP_NFS_SECONDS]; /* operations answered, at [second % CAP] */
	uint32_t peak;                        /* most in a second */
	uint32_t n_ops, n_files, clock;
	struct work_op op[CAP_NFS_OPS];       /* what is not among the first is not told apart */
	struct work_file file[CAP_NFS_FILES]; /* in no order */
	/* The handles, each at the same place in all three: hash 0 is free; what is used
	 * the least by clock goes first. */
	uint64_t hash[CAP_HANDLES];
	uint32_t used[CAP_HANDLES];
	struct work_handle handle[CAP_HANDLES];
};

/* An operation was answered at now; took_ns UINT64_MAX: it was sent more than once. */
void nfs_work_answered(struct nfs_work *w, uint32_t op, uint64_t now, uint64_t took_ns);
/* hash is called name in folder from now on. */
void nfs_work_name(struct nfs_work *w, uint64_t hash, uint64_t folder, struct bytes name);
/* name in folder is called to in another from now on. */
void nfs_work_rename(struct nfs_work *w, uint64_t folder, struct bytes name, uint64_t to_folder,
		     struct bytes to);
/* "" when it is not known; borrowed until the next name. */
const char *nfs_work_name_of(const struct nfs_work *w, uint64_t hash);

/* What was done to what: the object hash, or when name has bytes, name in the folder hash, whose
 * own handle is made, 0 when it was not told. root: of the export, 0 when it was not seen. */
struct work_touch {
	uint64_t hash, made, root;
	struct bytes name;
	uint32_t op, status;
	uint64_t frame, time_ns;
};
void nfs_work_touch(struct nfs_work *w, const struct work_touch *t);

/* Operations a second in tenths, over the last seconds before now. */
uint32_t nfs_work_rate(const struct nfs_work *w, uint64_t now);
/* Of each of the last CAP_NFS_SECONDS seconds, now's the last of them. */
void nfs_work_history(const struct nfs_work *w, uint64_t now, uint32_t out[CAP_NFS_SECONDS]);
/* The i-th file counted from the last one worked on; NULL: no more. */
const struct work_file *nfs_work_file(const struct nfs_work *w, uint32_t i);
/* The i-th op counted from the most frequent; NULL: no more. */
const struct work_op *nfs_work_op(const struct nfs_work *w, uint32_t i);

#endif
