/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SAVE_LIVE_H
#define SAVE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "save_pcapng.h"

/*
 * What is seen, written as it goes. A file ends between two blocks whenever anything stops us, and
 * is behind by what came since the last save_flush at most. Where the disk is full, what was not
 * written waits in memory as far as there is room, and is tried again.
 */
struct save_how {
	const char *name;         /* "-": standard output. Borrowed */
	uint64_t rotate_bytes;    /* a new file after so many; 0: one file */
	uint32_t files;           /* then begin again with the first; 0: ever new ones */
	const char *const *names; /* of the interfaces, by number; borrowed */
	uint32_t n_names;
	const char *application; /* borrowed */
	/* Makes a file to write on, over what stands there: a descriptor, given, or a negative
	 * errno. */
	int (*make)(void *ctx, const char *name);
	void *ctx;
};

enum { SAVE_WHY_MAX = 512 };

struct save;

/* 0, or a negative errno and one sentence in why. */
int save_open(const struct save_how *how, struct save **out, char *why, size_t n)
	__attribute__((warn_unused_result));
void save_frame(struct save *s, const struct frame *f);
/* To be called once a second or more often. -EPIPE: whoever read it went away; 0 otherwise. */
int save_flush(struct save *s);
/* What the kernel dropped goes into the file, by interface. Writes the rest. */
void save_close(struct save *s, const uint64_t *dropped, uint64_t now_ns);

/* A sentence that was not asked for before; NULL: nothing new. Borrowed until the next call. */
const char *save_trouble(struct save *s);

struct save_told {
	uint64_t frames, bytes; /* written or waiting */
	uint64_t waiting;       /* of them frames that are not on the disk yet */
	uint64_t lost;          /* frames, for want of room */
	uint32_t files;
};
struct save_told save_told(const struct save *s);

/* The name of file i, as tcpdump names them: NAME, NAME1, NAME2; with a count NAME00 to NAME99. */
bool save_name(const struct save_how *how, uint32_t i, char *out, size_t n);

#endif
