/* SPDX-License-Identifier: BSD-2-Clause */
#include "lease_map.h"

enum { WORD = 64 };

uint32_t lease_map_words(uint32_t addresses)
{
	return addresses / WORD + LEASE_SPANS_MAX; /* each range begins in a word of its own */
}

int lease_map_span(struct lease_map *m, const struct lease_range *r)
{
	uint64_t words = ((uint64_t)r->last - r->first) / WORD + 1;
	uint32_t left = m->room - m->used, i = 0;

	if (r->first > r->last)
		return -1;
	while (i < m->n_spans && m->span[i].r.first != r->first)
		i++;
	if (i < m->n_spans)
		return (int)i;
	if (i == LEASE_SPANS_MAX || !left)
		return -1;
	m->span[i].r = *r;
	m->span[i].at = m->used;
	if (words > left) { /* there are no more leases to give than that */
		words = left;
		m->span[i].r.last = r->first + left * WORD - 1;
	}
	m->used += (uint32_t)words;
	m->n_spans++;
	return (int)i;
}

/* The place of an address; UINT64_MAX: it has none. */
static uint64_t place(const struct lease_map *m, uint32_t ip)
{
	for (uint32_t i = 0; i < m->n_spans; i++)
		if (ip >= m->span[i].r.first && ip <= m->span[i].r.last)
			return (uint64_t)m->span[i].at * WORD + (ip - m->span[i].r.first);
	return UINT64_MAX;
}

bool lease_map_has(const struct lease_map *m, uint32_t ip)
{
	return place(m, ip) != UINT64_MAX;
}

void lease_map_set(struct lease_map *m, uint32_t ip, enum lease_use use)
{
	uint64_t at = place(m, ip), bit = UINT64_C(1) << at % WORD;

	if (at == UINT64_MAX)
		return;
	m->given[at / WORD] &= ~bit;
	m->held[at / WORD] &= ~bit;
	if (use != LEASE_NEVER_GIVEN)
		m->given[at / WORD] |= bit;
	if (use == LEASE_HELD)
		m->held[at / WORD] |= bit;
}

static uint32_t lowest(uint64_t word)
{
	uint32_t n = 0;

	for (uint32_t half = WORD / 2; half; half /= 2)
		if (!(word & ((UINT64_C(1) << half) - 1))) {
			word >>= half;
			n += half;
		}
	return n;
}

uint32_t lease_map_next(const struct lease_map *m, int span, uint32_t from, enum lease_use use)
{
	const struct lease_range *r = &m->span[span].r;
	uint32_t at = m->span[span].at, first = (from - r->first) / WORD;
	uint32_t words = (r->last - r->first) / WORD + 1;

	for (uint32_t i = first; from >= r->first && from <= r->last && i < words; i++) {
		uint64_t given = m->given[at + i], held = m->held[at + i];
		uint64_t fit = use == LEASE_NEVER_GIVEN ? ~given : given & ~held;
		uint64_t ip;

		if (i == first)
			fit &= ~UINT64_C(0) << (from - r->first) % WORD;
		if (!fit)
			continue;
		ip = (uint64_t)r->first + (uint64_t)i * WORD + lowest(fit);
		return ip <= r->last ? (uint32_t)ip : 0;
	}
	return 0;
}
