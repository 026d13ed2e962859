/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef POOL_H
#define POOL_H

#include <stdint.h>

/*
 * Memory in runs of a few chunks, for many arenas that come and go: what one gives back another
 * takes. Runs are not joined again, so a long one may be refused while short ones are free; one of
 * one chunk never is.
 */
enum { POOL_CHUNK = 1024, POOL_RUN_MAX = 5 };

struct pool {
	uint8_t *mem;                   /* borrowed, aligned to 64 */
	uint32_t n;                     /* chunks in all           */
	uint32_t fresh;                 /* from here on never used */
	uint32_t left;                  /* free chunks             */
	uint32_t run[POOL_RUN_MAX + 1]; /* given back, by length: chunk + 1 of the first; 0: none */
};

/* mem holds n chunks. */
void pool_init(struct pool *p, void *mem, uint32_t n);

/* chunks in a row, not cleared; NULL: none so long, or more than POOL_RUN_MAX. */
void *pool_get(struct pool *p, uint32_t chunks);

/* Gives back what pool_get gave, of the same length. */
void pool_put(struct pool *p, void *run, uint32_t chunks);

#endif
