/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OUT_FILE_H
#define OUT_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "file_helper.h"
#include "sink.h"

enum { OUT_FILE_NAME_MAX = 4096 };

/*
 * A file being written. A regular file appears under its name only when it is whole: until then it
 * has another beside it, and what stood under the name before stays. A device or pipe is written
 * as it goes. The rename is done by a file_helper: the sandbox may be entered in between.
 */
struct out_file {
	int error; /* errno of the first write that failed; 0: none did */
	FILE *f;
	char name[OUT_FILE_NAME_MAX];
	char temporary[OUT_FILE_NAME_MAX + 8]; /* "": written as it goes */
	struct file_helper helper;
};

/* user: as of struct sandbox. 0, or a negative errno and one sentence in why. */
int out_file_open(const char *name, const char *user, struct out_file *out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* out stays where it is. Failures show when it is closed. */
struct output out_file_output(struct out_file *f);
/* Whole: under its name from now on. */
int out_file_close(struct out_file *f, char *why, size_t n) __attribute__((warn_unused_result));
/* Not wanted after all: nothing is left of it. */
void out_file_drop(struct out_file *f);

#endif
