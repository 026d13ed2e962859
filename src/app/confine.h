/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFINE_H
#define CONFINE_H

#include "options.h"
#include "sandbox.h"

/* What --sandbox says. 0, or EXIT_USAGE and one sentence in why. */
int confine_mode(const struct options *o, enum sandbox_mode *out, char *why, size_t n);

/* Enters the sandbox as the options say; whatever will be needed is open. s says for what, the rest
 * of it is filled in. 0, or an exit status and one sentence in why. */
int confine(const struct options *o, struct sandbox *s, char *why, size_t n);

/* The same for files that were opened, standard input and output, and a file_helper's descriptor
 * (-1: none); the sentence goes to standard error. */
int confine_files(const struct options *o, int helper);

/* --sandbox=report: one sentence on standard error if something was refused. */
void confine_report(void);

#endif
