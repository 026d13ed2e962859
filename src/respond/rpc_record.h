/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_RECORD_H
#define RPC_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

/*
 * Messages of a TCP stream, cut at their record marks (RFC 5531 11). What came in one piece is not
 * copied; of what did not the beginning is kept in memory that the caller gives. Zero-filled is the
 * state before the first byte.
 */
struct rpc_record {
	uint8_t *buf;    /* the caller's, given by rpc_record_give */
	uint32_t n, cap; /* bytes of the message in it so far      */
	uint32_t left;   /* of the fragment under way, to come     */
	uint32_t mark;   /* as far as it came: n_mark bytes        */
	uint8_t n_mark;  /* 4: a fragment is under way             */
	bool last;       /* that fragment                          */
};

enum rpc_record_state {
	RECORD_MORE,  /* all of in is taken */
	RECORD_WHOLE, /* a message; of in the rest is left */
	RECORD_ROOM,  /* give memory of rpc_record_size bytes, then go on */
	RECORD_BAD,   /* longer than max */
};

/* message: borrowed from in or from buf, until the next call. */
enum rpc_record_state rpc_record_take(struct rpc_record *r, struct bytes *in, uint32_t max,
				      struct bytes *message);

/* Is a message under way? */
bool rpc_record_begun(const struct rpc_record *r);
/* Bytes of memory that are wanted. */
uint32_t rpc_record_size(const struct rpc_record *r);
/* buf has what the old one had, and cap bytes; NULL, 0: the caller takes it back. */
void rpc_record_give(struct rpc_record *r, uint8_t *buf, uint32_t cap);
/* Bytes of the stream may be put here directly: how many; 0: none. rpc_record_take with empty in
 * goes on behind rpc_record_put. */
uint32_t rpc_record_place(const struct rpc_record *r, uint8_t **at);
void rpc_record_put(struct rpc_record *r, uint32_t n);

#endif
