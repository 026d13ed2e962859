/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LEASE_MAP_H
#define LEASE_MAP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Two bits for each address of the ranges: was it ever given, and is it held now? So that the next
 * one to give is found in a net of 65,536 as fast as in one of 200. Held may be told too long: that
 * a lease ran out is nobody's event.
 */

enum { LEASE_SPANS_MAX = 16 };

enum lease_use {
	LEASE_NEVER_GIVEN,
	LEASE_GIVEN, /* and free again */
	LEASE_HELD,
};

/* Addresses, first to last. */
struct lease_range {
	uint32_t first, last;
};

struct lease_map {
	uint32_t n_spans, used, room; /* in words of 64 addresses */
	struct {
		struct lease_range r;
		uint32_t at;
	} span[LEASE_SPANS_MAX];
	uint64_t *given, *held; /* borrowed, zeroed, room words each */
};

/* Words for each of both, for that many addresses in any ranges. */
uint32_t lease_map_words(uint32_t addresses);

/* The number of the range, which is noted when it is new, as far as there is room; -1: none. */
int lease_map_span(struct lease_map *m, const struct lease_range *r);
bool lease_map_has(const struct lease_map *m, uint32_t ip);
/* Of what is in no range nothing is noted. */
void lease_map_set(struct lease_map *m, uint32_t ip, enum lease_use use);
/* The next address of that use (no LEASE_HELD) in a range, at from or behind it; 0: none. */
uint32_t lease_map_next(const struct lease_map *m, int span, uint32_t from, enum lease_use use);

#endif
