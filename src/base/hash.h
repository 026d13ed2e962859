/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HASH_H
#define HASH_H

#include <stdint.h>

#include "reader.h"

/* Mixes 64 bits so that every input bit reaches every output bit (the finaliser of MurmurHash3,
 * public domain). Seeded by the caller where a stranger picks the keys. */
static inline uint64_t hash_mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	x ^= x >> 33;
	return x;
}

static inline uint64_t hash_two(uint64_t a, uint64_t b)
{
	return hash_mix(hash_mix(a) ^ b);
}

/* Of an address and what goes with it. Each word is mixed before the next comes in, so that without
 * the seed nobody can name addresses that fall together. */
static inline uint64_t hash_three(uint64_t a, uint64_t b, uint64_t c)
{
	return hash_two(hash_mix(a) ^ b, c);
}

/* Heads for a chained table of n entries: a power of two, so that a hash is masked. At least 16. */
static inline uint32_t hash_buckets(uint32_t n)
{
	uint32_t b = 16;

	while (b < n && b < UINT32_MAX / 2)
		b *= 2;
	return b;
}

/* FNV-1a over the bytes, mixed. */
uint64_t hash_bytes(uint64_t seed, struct bytes v);

#endif
