/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "room.h"

#include <sys/mman.h>

#include "seed.h"

void *room(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

struct scope_limits room_limits(const struct options *o, bool screens)
{
	struct scope_limits limits = scope_default_limits;

	if (o->memory_mb)
		limits.all_bytes = (uint32_t)o->memory_mb << 20;
	limits.log_bytes = screens ? limits.all_bytes / 2 : 0;
	limits.wire.seed = seed_word();
	return limits;
}
