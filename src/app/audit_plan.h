/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_PLAN_H
#define AUDIT_PLAN_H

#include "audit_run.h"
#include "options.h"
#include "text.h"

/* Which models are played, as whom, and where, as the options say. 0, or an exit status and one
 * sentence in why. */

int audit_plan_models(const struct options *o, struct audit_run *r, struct text *why);
/* own: of the interface. The same each time, so that no pool runs dry of audits. A Pi 3's MAC ends
 * as its serial number does (facts 1.6), and so do these. */
int audit_plan_identities(const struct options *o, struct audit_run *r, struct mac own,
			  struct text *why);
/* Into a: its interface, and notes of that. */
int audit_plan_link(const struct options *o, struct audit *a, struct mac *own, struct text *why);

#endif
