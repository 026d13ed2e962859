/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef READ_AHEAD_H
#define READ_AHEAD_H

#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/*
 * Pieces of files, read before they are asked for and kept for whoever asks next: boards that start
 * together read the same files, block by block, at about the same time. Half a megabyte, touched as
 * it is used, however many read.
 */
struct read_ahead;

/* A file as it was when it was opened. Who opens it when it is another, though under the same name
 * or number, has another key. */
struct read_key {
	dev_t dev;
	ino_t ino;
	struct timespec changed;
	uint64_t alone; /* 0, or a number that no other has: nothing is shared */
};

struct read_ahead *read_ahead_new(void); /* NULL: memory ran out */
void read_ahead_free(struct read_ahead *a);

/* opened: a number that no other file gets, see alone. */
struct read_key read_key_of(const struct stat *st, uint64_t opened);

/* n bytes from offset on: less only at the end of the file; or a negative errno. */
int64_t read_ahead_take(struct read_ahead *a, int fd, const struct read_key *key, uint64_t offset,
			uint8_t *to, uint32_t n);

#endif
