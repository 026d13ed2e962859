/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_WATCH_H
#define AUDIT_WATCH_H

#include "audit_diff.h"
#include "audit_run.h"
#include "options.h"

/*
 * An audit against an earlier one (--diff), and again and again (--watch). A watch tells of a
 * change when a second audit right behind the first sees it too: a packet that was lost is none.
 */

enum { WATCH_TRIES = 3 }; /* audits of one cycle at most */

struct audit_watch {
	const struct options *o;          /* borrowed */
	const struct report_style *style; /* borrowed */
	struct audit_run *run;            /* borrowed: open */
	const volatile sig_atomic_t *stop;
	int fd;             /* the report of --diff; -1: none */
	uint32_t period_s;  /* 0: no --watch */
	enum audit_cut cut; /* of the last one, as was said */
	char since[300];    /* how the audit before is called */
	struct audit_memory *memory;
};

/* What the options say of it, and the file of --diff opened. 0, or an exit status after one
 * sentence on standard error. */
int audit_watch_open(const struct options *o, struct audit_watch *w);
/* Reads that file, which must be a report that this audit can be compared with: nothing was sent
 * yet, and the sandbox is on. */
int audit_watch_read(struct audit_watch *w);
/* Is there something to be done but one report? */
bool audit_watch_wanted(const struct audit_watch *w);
/* Does it: the exit status. */
int audit_watch_go(struct audit_watch *w);
void audit_watch_close(struct audit_watch *w);

#endif
