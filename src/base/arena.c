/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

#include <assert.h>
#include <string.h>

/* At the begin of each run. */
struct run {
	struct run *next;
	uint32_t chunks;
};

void arena_init(struct arena *a, struct pool *pool, uint32_t cap)
{
	memset(a, 0, sizeof(*a));
	a->pool = pool;
	a->cap = cap;
}

void arena_reset(struct arena *a)
{
	while (a->runs) {
		struct run *r = a->runs;

		a->runs = r->next;
		pool_put(a->pool, r, r->chunks);
	}
	a->at = NULL;
	a->left = a->used = 0;
}

/* size bytes at the begin of a new run. The rest of it is bumped from now on, unless the rest of
 * the one before is longer. */
static void *from_new_run(struct arena *a, uint32_t size)
{
	uint32_t whole = (uint32_t)sizeof(struct run) + size;
	uint32_t chunks = (whole + POOL_CHUNK - 1) / POOL_CHUNK;
	struct run *r = a->pool ? pool_get(a->pool, chunks) : NULL;

	if (!r)
		return NULL;
	r->next = a->runs;
	r->chunks = chunks;
	a->runs = r;
	if (chunks * POOL_CHUNK - whole > a->left) {
		a->at = (uint8_t *)r + whole;
		a->left = chunks * POOL_CHUNK - whole;
	}
	return r + 1;
}

void *arena_get(struct arena *a, uint32_t size, uint32_t align)
{
	uint32_t pad = (uint32_t)(-(uintptr_t)a->at & (align - 1));
	uint8_t *p = NULL;

	assert(align && align <= 8 && (align & (align - 1)) == 0);
	assert(a->used <= a->cap);
	if (size <= a->cap - a->used) {
		if (a->left >= pad && a->left - pad >= size && a->at) {
			p = a->at + pad;
			a->at = p + size;
			a->left -= pad + size;
		} else if (size <= POOL_CHUNK * POOL_RUN_MAX) {
			p = from_new_run(a, size);
		}
	}
	if (!p) {
		a->refused++;
		return NULL;
	}
	a->used += size;
	memset(p, 0, size);
	return p;
}

const char *arena_text(struct arena *a, struct bytes v)
{
	char *s = v.n < UINT32_MAX ? arena_get(a, v.n + 1, 1) : NULL;

	if (!s)
		return "";
	if (v.n)
		memcpy(s, v.p, v.n);
	return s;
}
