/* SPDX-License-Identifier: BSD-2-Clause */
#include "pool.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

void pool_init(struct pool *p, void *mem, uint32_t n)
{
	memset(p, 0, sizeof(*p));
	p->mem = mem;
	p->n = p->left = n;
}

static uint8_t *at(const struct pool *p, uint32_t chunk)
{
	return p->mem + (size_t)chunk * POOL_CHUNK;
}

/* The first word of a free run holds the next one of its length. */
static void push(struct pool *p, uint32_t chunk, uint32_t length)
{
	memcpy(at(p, chunk), &p->run[length], sizeof(p->run[length]));
	p->run[length] = chunk + 1;
}

void *pool_get(struct pool *p, uint32_t chunks)
{
	uint32_t length = chunks, chunk;

	if (!chunks || chunks > POOL_RUN_MAX)
		return NULL;
	if (!p->run[chunks] && p->n - p->fresh >= chunks) {
		chunk = p->fresh;
		p->fresh += chunks;
	} else {
		while (length <= POOL_RUN_MAX && !p->run[length])
			length++;
		if (length > POOL_RUN_MAX)
			return NULL;
		chunk = p->run[length] - 1;
		memcpy(&p->run[length], at(p, chunk), sizeof(p->run[length]));
		if (length > chunks)
			push(p, chunk + chunks, length - chunks);
	}
	p->left -= chunks;
	return at(p, chunk);
}

void pool_put(struct pool *p, void *run, uint32_t chunks)
{
	uint32_t chunk = (uint32_t)(((uint8_t *)run - p->mem) / POOL_CHUNK);

	assert(chunks && chunks <= POOL_RUN_MAX && chunk + chunks <= p->fresh);
	push(p, chunk, chunks);
	p->left += chunks;
}
