/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_SAMPLE_H
#define AUDIT_SAMPLE_H

#include "view.h"

/* An audit made up, as it stands under that name ("none", "runs", "passed", "failures", "stopped",
 * "broken", "cannot", "long"); NULL: there is no such one. Static. */
const struct view_audit *audit_sample(const char *name, uint64_t now_ns);

#endif
