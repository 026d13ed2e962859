/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "packet.h"

/*
 * From frames to records: reassembly, learned flows, RPC calls and streams. The
 * one reading of the wire that decode prints and the model learns from.
 */
struct wire;

struct wire_limits {
	uint32_t fragments;   /* datagrams in reassembly at once   */
	uint32_t flows;       /* TFTP conversations                */
	uint32_t connections; /* TCP connections that speak RPC    */
	uint32_t calls;       /* RPC calls awaiting their reply    */
	uint64_t seed;        /* of the tables: a word that those who send do not know */
};

struct wire_stats {
	uint64_t frames, bytes, cut_frames, unknown_link;
	uint64_t records[RECORDS];
	uint64_t errors; /* records whose decoding failed */
};

extern const struct wire_limits wire_default_limits;

size_t wire_size(const struct wire_limits *limits);
struct wire *wire_init(void *mem,
		       const struct wire_limits *limits); /* mem zeroed, wire_size bytes */

/* Called for every frame at least once, with RECORD_NONE when nothing in it needs a look; once a
 * message when a segment holds several. p is borrowed for the call. For an RPC reply, call is its
 * call. */
struct call;
typedef void wire_packet_fn(void *ctx, struct packet *p, const struct call *call);

void wire_frame(struct wire *w, const struct frame *f, wire_packet_fn *fn, void *ctx);

/* Told of the bytes of RPC messages that are read, or put aside to be read: all others of a message
 * are nothing but so many. p may point elsewhere than into the frame. */
typedef void wire_read_fn(void *ctx, const uint8_t *p, uint32_t n);
void wire_watch(struct wire *w, wire_read_fn *fn, void *ctx);

const struct wire_stats *wire_stats(const struct wire *w);

#endif
