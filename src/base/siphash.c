/* SPDX-License-Identifier: BSD-2-Clause */
#include "siphash.h"

struct state {
	uint64_t v0, v1, v2, v3;
};

static uint64_t left(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void round_once(struct state *s)
{
	s->v0 += s->v1;
	s->v1 = left(s->v1, 13) ^ s->v0;
	s->v0 = left(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = left(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = left(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = left(s->v1, 17) ^ s->v2;
	s->v2 = left(s->v2, 32);
}

static void word(struct state *s, uint64_t m)
{
	s->v3 ^= m;
	round_once(s);
	round_once(s);
	s->v0 ^= m;
}

/* Up to eight bytes, the lowest first. */
static uint64_t low_first(const uint8_t *p, uint32_t n)
{
	uint64_t m = 0;

	for (uint32_t i = 0; i < n; i++)
		m |= (uint64_t)p[i] << 8 * i;
	return m;
}

uint64_t siphash(const uint8_t key[SIPHASH_KEY], struct bytes v)
{
	uint64_t k0 = low_first(key, 8), k1 = low_first(key + 8, 8);
	/* "somepseudorandomlygeneratedbytes" */
	struct state s = { k0 ^ UINT64_C(0x736f6d6570736575), k1 ^ UINT64_C(0x646f72616e646f6d),
			   k0 ^ UINT64_C(0x6c7967656e657261), k1 ^ UINT64_C(0x7465646279746573) };
	uint32_t whole = v.n & ~7u;

	for (uint32_t i = 0; i < whole; i += 8)
		word(&s, low_first(v.p + i, 8));
	/* the last one ends with the length */
	word(&s, (uint64_t)(v.n & 0xff) << 56 | low_first(v.n ? v.p + whole : key, v.n & 7));
	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		round_once(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
