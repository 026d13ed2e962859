/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SOURCE_H
#define SOURCE_H

#include <stdint.h>

#include "frame.h"

/*
 * Where frames come from: savefiles, several of them merged, a live capture, a
 * test. next() gives 1 and a frame that is borrowed until the following call,
 * 0 at the end, or a negative errno; after either it keeps giving the same.
 * A source that ended early for a reason worth telling (cut in the middle of a
 * packet, damaged block) still ends with 0: source_warning() has the sentence.
 * A live source has fds: its next() never waits, and gives -EAGAIN when there is
 * nothing now; more may come when one of them is readable.
 */
struct source {
	void *ctx; /* given; freed by close */
	int (*next)(void *ctx, struct frame *out);
	const char *(*warning)(void *ctx); /* borrowed until close; NULL: none */
	/* Bytes consumed and in all, for a progress bar; in all is 0 when not known. */
	void (*progress)(void *ctx, uint64_t *done, uint64_t *all);
	uint64_t (*dropped)(void *ctx); /* frames lost while capturing, as far as said */
	/* The same frames from the first again: 0, or a negative errno when they cannot be had any
	 * more. NULL: they come once only. */
	int (*again)(void *ctx);
	void (*close)(void *ctx);
	/* Fills up to max and gives how many it has. They stay the same. NULL: not live. */
	uint32_t (*fds)(void *ctx, int *out, uint32_t max);
};

#endif
