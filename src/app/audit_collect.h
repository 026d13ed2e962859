/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_COLLECT_H
#define AUDIT_COLLECT_H

#include "audit.h"
#include "probe.h"
#include "scope.h"

/* What a board has come to, as of now: of itself and, as findings, of the observer. */
void audit_collect(struct audit_model *m, const struct probe_profile *profile,
		   const struct probe_identity *who, const struct probe_result *r,
		   const struct scope *s);
/* Who answered. */
void audit_collect_servers(struct audit *a, const struct scope *s);
/* It has the steps of a Pi's boot, to its root. */
bool audit_is_pi(const struct probe_profile *p);

#endif
