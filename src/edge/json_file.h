/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef JSON_FILE_H
#define JSON_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "sink.h"

/* JSON (RFC 8259) that is read: what one of our reports told a sink, told again. */

enum { JSON_FILE_MAX = 8 << 20 };

/* Built with jansson; without it no file can be read. */
bool json_file_known(void);

/* All of fd, which stays open: the document is told to out in the order of the file. Its keys are
 * borrowed for each call, its texts come as bytes; numbers that are negative or no integers, and
 * what is nested deeper than any report of ours, are left out. 0, or a negative errno and in why
 * how the sentence "FILE ..." ends: then nothing was told. */
int json_file_read(int fd, const struct sink *out, char *why, size_t n)
	__attribute__((warn_unused_result));

/* The same of text that is here already. */
int json_file_text(struct bytes text, const struct sink *out, char *why, size_t n)
	__attribute__((warn_unused_result));

#endif
