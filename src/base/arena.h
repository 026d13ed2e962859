/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ARENA_H
#define ARENA_H

#include <stdint.h>

#include "reader.h"

/* Bump allocator with a hard budget, one per boot. Invariant: used <= cap. */
struct arena {
	uint8_t *mem; /* borrowed for the life of the arena */
	uint32_t used, cap;
	uint32_t high;    /* peak use                             */
	uint32_t refused; /* requests turned away for no room     */
};

void arena_init(struct arena *a, void *mem, uint32_t cap);
void arena_reset(struct arena *a); /* all that was got is gone; high and refused stay */

/* Zeroed. align is a power of two. NULL: budget spent, refused counted. */
void *arena_get(struct arena *a, uint32_t size, uint32_t align);

/* Copied and NUL-terminated, bytes as they are (still unsafe to show); "" when refused. */
const char *arena_text(struct arena *a, struct bytes v);

#endif
