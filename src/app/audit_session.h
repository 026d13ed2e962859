/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_SESSION_H
#define AUDIT_SESSION_H

#include "audit_run.h"
#include "options.h"
#include "text.h"

/* An audit as the options name it, for who prints it and for who shows it. Both give 0, or an exit
 * status and one sentence in why. */

/* Everything that wants privileges: whom it plays, as whom, where, and a port for each. a is
 * written, r zeroed but for what its callers say in it. Closed by audit_run_close, also when this
 * failed. */
int audit_session_open(const struct options *o, struct audit *a, struct audit_run *r,
		       struct text *why);
/* Gives them up: before audit_run. */
int audit_session_confine(const struct options *o, const struct audit_run *r, struct text *why);
/* Before another audit_run: the observer begins anew, in the memory that it has. */
void audit_session_again(struct audit_run *r);

#endif
