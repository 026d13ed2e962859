/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

#include <assert.h>
#include <string.h>

void arena_init(struct arena *a, void *mem, uint32_t cap)
{
	a->mem = mem;
	a->cap = cap;
	a->used = a->high = a->refused = 0;
}

void arena_reset(struct arena *a)
{
	a->used = 0;
}

void *arena_get(struct arena *a, uint32_t size, uint32_t align)
{
	uint32_t pad;
	void *p;

	assert(align && (align & (align - 1)) == 0);
	assert(a->used <= a->cap);
	pad = (uint32_t)(-((uintptr_t)a->mem + a->used) & (align - 1));
	if (!a->mem || pad > a->cap - a->used || size > a->cap - a->used - pad) {
		a->refused++;
		return NULL;
	}
	a->used += pad;
	p = a->mem + a->used;
	a->used += size;
	if (a->used > a->high)
		a->high = a->used;
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
