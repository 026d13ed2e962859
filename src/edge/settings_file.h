/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SETTINGS_FILE_H
#define SETTINGS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "settings.h"

/* bootscope.conf: the text of a file to headings and keys, as inih cuts its lines. */

enum { SETTINGS_FILE_MAX = 1 << 18 };

/* Built with inih; without it no file can be read. */
bool settings_file_known(void);

/* Reads all of it; faults of lines go where s sends them. 0, or a negative errno and one sentence
 * in why when it could not be read. */
int settings_file_read(const char *path, struct settings *s, char *why, size_t n)
	__attribute__((warn_unused_result));

/* The same of text that is here already. */
void settings_file_text(struct bytes text, struct settings *s);

#endif
