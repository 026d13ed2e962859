/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FILE_H
#define CAPTURE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "source.h"

enum { CAPTURE_WHY_MAX = 512 };

/* Opens one capture file, or standard input for "-". 0, or a negative errno and one clear sentence
 * in why. */
int capture_file_open(const char *path, struct source *out, char *why, size_t n)
	__attribute__((warn_unused_result));

/* Several files as one, by time, frames numbered from 1 over all. paths is borrowed for the call.
 */
int capture_files_open(char *const *paths, int n_paths, struct source *out, char *why, size_t n)
	__attribute__((warn_unused_result));

/* For --version: what the filters are compiled by. Static. */
const char *capture_library(void);
/* Which compressed files are read: "gz zst", or less. Static. */
const char *capture_unpacks(void);

/* Only frames that a BPF expression lets through; frame numbers stay those of the file. below is
 * given. An expression that does not compile for a link type gives -EINVAL and libpcap's words at
 * the first frame of it. */
int capture_filter(struct source below, const char *expression, struct source *out, char *why,
		   size_t n) __attribute__((warn_unused_result));

#endif
