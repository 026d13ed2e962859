/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SPOOL_H
#define SPOOL_H

#include <stddef.h>

enum { SPOOL_NAME_MAX = 32 };

/*
 * Makes a file that can be read twice of path: what is no regular file is copied to its end into a
 * nameless one. name is what to read from then on ("-" stays "-"). 0, or a negative errno and one
 * sentence in why.
 */
int spool(const char *path, char name[SPOOL_NAME_MAX], char *why, size_t n)
	__attribute__((warn_unused_result));

/* Standard input from its begin again. */
void spool_rewind(void);

#endif
