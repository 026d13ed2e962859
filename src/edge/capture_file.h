/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_FILE_H
#define CAPTURE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

enum { CAPTURE_WHY_MAX = 512 };

/* A file that was opened and not looked at: between the two the sandbox is entered. */
struct opened {
	const char *name; /* borrowed from the path, or static */
	int fd;           /* given; taken by capture_begin     */
	bool map;
	uint64_t size; /* 0: a pipe, not known */
};

/* Opens one capture file, or standard input for "-". 0, or a negative errno and one clear sentence
 * in why. */
int capture_open(const char *path, struct opened *out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* Closes what will not be begun. */
void capture_unopen(const struct opened *o);
/* Reads its first bytes, and gives its frames. from is taken also on failure. */
int capture_begin(const struct opened *from, struct source *out, char *why, size_t n)
	__attribute__((warn_unused_result));

/* Both at once, for who trusts the file: tests. */
int capture_file_open(const char *path, struct source *out, char *why, size_t n)
	__attribute__((warn_unused_result));

/* The same for several files, all opened first: as one source, by time, frames numbered from 1 over
 * all. paths is borrowed until capture_files_begin returned; out has room for n_paths. */
int capture_files_open(char *const *paths, int n_paths, struct opened *out, char *why, size_t n)
	__attribute__((warn_unused_result));
int capture_files_begin(const struct opened *from, int n_files, struct source *out, char *why,
			size_t n) __attribute__((warn_unused_result));

/* For --version: what the filters are compiled by. Static. */
const char *capture_library(void);
/* Which compressed files are read: "gz zst", or less. Static. */
const char *capture_unpacks(void);

/* A BPF expression, compiled for the link types that are read here: its names are looked up now,
 * where files and the resolver can still be asked. -EINVAL: it is none, in libpcap's words; one
 * that only some link type cannot have is told at the first frame of that. */
struct filter;
int capture_filter_compile(const char *expression, struct filter **out, char *why, size_t n)
	__attribute__((warn_unused_result));
void capture_filter_free(struct filter *f);
/* Only frames that it lets through; frame numbers stay those of the file. Both are given. */
struct source capture_filter(struct source below, struct filter *f);

#endif
