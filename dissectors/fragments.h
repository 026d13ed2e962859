/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FRAGMENTS_H
#define FRAGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet.h"

/* IP reassembly (RFC 815, RFC 8200 4.5) in both families, bounded: slots datagrams at once of up to
 * 64 KiB, the oldest goes first; 30 s without completion and a datagram is given up. */
struct fragments;

struct fragment_stats {
	uint64_t complete;   /* datagrams                                              */
	uint64_t incomplete; /* datagrams given up: time, or room for another          */
	uint64_t overlaps;   /* fragments with some bytes seen before: the first count */
	uint64_t duplicates; /* fragments with nothing new                             */
	uint64_t refused;    /* fragments that cannot be part of their datagram        */
};

size_t fragments_size(uint32_t slots);
struct fragments *fragments_init(void *mem, uint32_t slots);

/* p is a fragment as packet_layers left it. True when it completed its datagram: p->payload is then
 * the whole of it (borrowed until the next call), p->ip the first fragment's, and p->reassembled
 * set. */
bool fragments_add(struct fragments *t, struct packet *p);

const struct fragment_stats *fragments_stats(const struct fragments *t);

#endif
