/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "pseudonym.h"
#include "reader.h"

enum { NAMES_MAX = 2048, NAMES_HEADS = 4096, LABEL_MAX = 63, SEEN_MAX = 1 << 14 };

/*
 * The words that name something in one network, a label of a host or domain name each, and what
 * stands for them: of the same length, letters for letters and digits for digits, no two alike.
 * Case does not matter. Words that diagnosis is about (boot, config, kernel8, com ...) are none.
 */
struct label {
	uint8_t n;
	uint8_t from[LABEL_MAX], to[LABEL_MAX]; /* small letters */
	uint16_t next, next_to;                 /* chains of both, 0 ends */
};

/* Numbers that were seen to be of a kind. */
enum seen { SEEN_MAC = 1, SEEN_TAIL, SEEN_SERIAL };

struct names {
	uint32_t n, n_seen;
	bool full; /* there were more: they are mapped, but not known again in text */
	uint16_t head[NAMES_HEADS], head_to[NAMES_HEADS];
	struct label row[NAMES_MAX + 1]; /* from 1 */
	uint64_t seen[2 * SEEN_MAX];     /* open addressing, 0: free */
};

/* Zeroed memory is an empty table. */
void names_learn(struct names *t, struct bytes v);

/* Gives every label its other one. */
void names_settle(struct names *t, const struct pseudonym *p);

/* The label that goes for v into to; false: none is known, to untouched. */
bool names_map(const struct names *t, struct bytes v, uint8_t *to);

/* v is the begin, or the end, of a longer label: the same part of what goes for that. */
bool names_map_part(const struct names *t, bool end, struct bytes v, uint8_t *to);

/* As names_map, and a made one where none is known; what is no name stays. */
void names_make(const struct names *t, const struct pseudonym *p, struct bytes v, uint8_t *to);

/* Of the vocabulary, or without a letter: no name. */
bool names_common(struct bytes v);

void names_saw(struct names *t, enum seen kind, uint64_t v);
bool names_seen(const struct names *t, enum seen kind, uint64_t v);

#endif
