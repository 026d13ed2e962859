/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFINE_H
#define CONFINE_H

#include "options.h"
#include "sandbox.h"

/* Enters the sandbox as the options say; whatever will be needed is open. s says what for, the rest
 * of it is filled in. 0, or an exit status after one sentence on standard error. */
int confine(const struct options *o, struct sandbox *s);

/* The same for captures that were opened, and standard input and output. */
int confine_files(const struct options *o);

/* --sandbox=report: one sentence on standard error if something was refused. */
void confine_report(void);

#endif
