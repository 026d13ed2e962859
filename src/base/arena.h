/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ARENA_H
#define ARENA_H

#include <stdint.h>

#include "pool.h"
#include "reader.h"

/* Bump allocator with a hard budget, over runs of a pool that many share. Invariant: used <= cap.
 */
struct arena {
	struct pool *pool; /* borrowed for the life of the arena */
	struct run *runs;  /* all that are held, latest first; NULL: none */
	uint8_t *at;       /* in one of them: where the next bytes come from */
	uint32_t left;     /* ... and how many there are */
	uint32_t used, cap;
	uint32_t refused; /* requests turned away for no room */
};

/* cap: bytes it may give in all. pool NULL: none. */
void arena_init(struct arena *a, struct pool *pool, uint32_t cap);
void arena_reset(struct arena *a); /* all that was got goes back to the pool; refused stays */

/* Zeroed. align is a power of two, at most 8. NULL: budget or pool spent, or longer than a run can
 * be; refused counted. */
void *arena_get(struct arena *a, uint32_t size, uint32_t align);

/* Copied and NUL-terminated, bytes as they are (still unsafe to show); "" when refused. */
const char *arena_text(struct arena *a, struct bytes v);

#endif
