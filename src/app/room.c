/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "room.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "seed.h"

void *room(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void *room_shared(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static size_t whole_pages(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n + page - 1) & ~(page - 1);
}

void room_clear(void *p, size_t n)
{
	/* its pages are given back, where the system does that */
	if (madvise(p, whole_pages(n), MADV_DONTNEED))
		memset(p, 0, n);
}

void room_free(void *p, size_t n)
{
	munmap(p, whole_pages(n));
}

#ifdef MREMAP_FIXED
static bool empty(const uint8_t *p, size_t n)
{
	return !p[0] && memcmp(p, p + 1, n - 1) == 0;
}

/* Pages that were never written are no memory, and shall not become any. */
void *room_copy(void *from, size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *to = room(whole_pages(n));

	for (size_t at = 0; to && at < n; at += page)
		if (!empty((uint8_t *)from + at, page))
			memcpy(to + at, (uint8_t *)from + at, page);
	return to;
}

static bool move(void *from, void *to, size_t n)
{
	return mremap(from, n, n, MREMAP_MAYMOVE | MREMAP_FIXED, to) != MAP_FAILED;
}

/* The pages change their addresses: nothing is copied. */
bool room_swap(void *a, void *b, size_t n)
{
	void *between = room(n = whole_pages(n));

	if (!between)
		return false;
	if (!move(a, between, n)) {
		munmap(between, n);
		return false;
	}
	/* half of the way leads nowhere */
	if (!move(b, a, n) || !move(between, b, n))
		abort();
	return true;
}
#else
void *room_copy(void *from, size_t n)
{
	(void)from, (void)n;
	return NULL;
}

bool room_swap(void *a, void *b, size_t n)
{
	(void)a, (void)b, (void)n;
	return false;
}
#endif

struct scope_limits room_limits(const struct options *o, bool screens)
{
	struct scope_limits limits = scope_default_limits;

	if (o->memory_mb)
		limits.all_bytes = (uint32_t)o->memory_mb << 20;
	limits.log_bytes = screens ? limits.all_bytes / 2 : 0;
	limits.wire.seed = seed_word();
	return limits;
}
