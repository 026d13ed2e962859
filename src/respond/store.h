/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORE_H
#define STORE_H

#include <stdint.h>

struct boot_path_who;

/*
 * Files, as responders see them: a directory at the edge, memory in a test. Paths are relative to
 * its root, clean (no "..", no empty component), and nothing outside of it can be named. Failures
 * are one of enum store_error.
 */
enum store_error {
	STORE_MISSING = -1,
	STORE_FOLDER = -2,  /* that is one, no file */
	STORE_OUTSIDE = -3, /* a link leads out of the root */
	STORE_DENIED = -4,
	STORE_EXISTS = -5,
	STORE_READ_ONLY = -6,
	STORE_FULL = -7,
	STORE_BUSY = -8,    /* too much is open */
	STORE_CHANGED = -9, /* it is no more what it was when it was opened */
	STORE_BROKEN = -10,
};

struct store {
	void *ctx; /* borrowed */
	/* A regular file to read. 0 and its handle and size, or an error. */
	int (*open)(void *ctx, const char *path, int *handle, uint64_t *size);
	/* A new file to write, which appears under its name when it is closed as whole. NULL: read
	 * only.
	 */
	int (*create)(void *ctx, const char *path, int *handle);
	/* n blocks of size bytes from offset on, each gap bytes behind the one before it in to, so
	 * that headers fit between them. Bytes read, less than asked for only at the file's end; or
	 * an error.
	 */
	int64_t (*read)(void *ctx, int handle, uint64_t offset, uint8_t *to, uint32_t size,
			uint32_t gap, uint32_t n);
	/* All of n bytes behind what was written before. 0 or an error. */
	int (*write)(void *ctx, int handle, const uint8_t *from, uint32_t n);
	/* whole: of a file that was written, that it is complete; else it is dropped. */
	int (*close)(void *ctx, int handle, int whole);
	/* A file for one client, when there is none in any place it may be in; path is as it was
	 * asked for, clean. Else as open. NULL: nothing is made.
	 */
	int (*make)(void *ctx, const char *path, const struct boot_path_who *who, int *handle,
		    uint64_t *size);
};

#endif
