/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_NFS_H
#define AUDIT_NFS_H

#include <signal.h>
#include <stdbool.h>

#include "audit.h"
#include "nfs_look.h"
#include "nfs_root.h"
#include "probe.h"

struct audit_run;

/*
 * The last steps of a boot: its root by NFS. What the board would mount is looked at by nfs_look,
 * as the board, while the frames between it and the wire are carried here and shown to the observer
 * as all others are.
 */
struct audit_nfs_look {
	struct nfs_looker looker; /* given; fd -1 where there is none */
	/* of the board that was looked for last */
	bool wanted; /* this model has a root */
	enum nfs_root_end end;
	struct nfs_root root;
	bool heard, no_address; /* no_address: of this host, which would have to ask instead */
	struct nfs_look_result result;
};

/* What the board of now, whose boot is over and whose lease is still held, would mount. */
void audit_nfs(struct audit_run *r, const volatile sig_atomic_t *stop);
/* It would not get its root. */
bool audit_nfs_failed(const struct audit_run *r);
/* Fills the rows of m, and how it ends if it ends here; m is complete but for these. */
void audit_nfs_rows(const struct audit_run *r, struct audit_model *m);

#endif
