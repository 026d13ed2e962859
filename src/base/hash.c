/* SPDX-License-Identifier: BSD-2-Clause */
#include "hash.h"

uint64_t hash_bytes(uint64_t seed, struct bytes v)
{
	uint64_t h = seed ^ UINT64_C(0xcbf29ce484222325);

	for (uint32_t i = 0; i < v.n; i++)
		h = (h ^ v.p[i]) * UINT64_C(0x100000001b3);
	return hash_mix(h);
}
