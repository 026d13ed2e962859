/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_PRINT_H
#define AUDIT_PRINT_H

#include "audit_run.h"
#include "options.h"
#include "report.h"

/* The whole report on standard output, as JSON in a line when it is one of several. 0, or
 * EXIT_SYSTEM. */
int audit_print(const struct options *o, const struct audit *a, const struct report_style *style,
		bool line);
/* EXIT_FOUND when a model that counts fails, EXIT_SYSTEM when the interface did. */
int audit_status(const struct audit *a);
/* One sentence on standard error, and what follows of it. */
void audit_say_cut(const struct audit_run *r);

#endif
