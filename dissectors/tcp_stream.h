/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TCP_STREAM_H
#define TCP_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet.h"

/*
 * RPC over TCP: follows record marks (RFC 5531 11) in both directions of the
 * connections that speak RPC, and skips over what it need not hold. Messages
 * are handed out from the segment when their head is in it, from a small copy
 * when it is spread over several; READ and WRITE payloads are jumped over by
 * sequence number, also over segments that the capture missed; segments out of
 * order are kept for a while; retransmitted bytes are not read twice. After a
 * gap in a header the stream finds its next record by what a header looks like.
 */
struct streams;

struct stream_stats {
	uint64_t messages, gaps, resyncs, evicted;
};

/* One RPC message: message.len bytes held of message.wire. Returns true when more of it is wanted
 * (the decoder ran off the held part before what it needs): it is then collected up to a bound and
 * handed out once more with final set, when nothing more will come. */
typedef bool stream_message_fn(void *ctx, struct packet *p, struct reader message, bool final);

/* n connections at once */
size_t streams_size(uint32_t n);
/* seed: any word, kept from those who send; what is found does not depend on it. */
struct streams *streams_init(void *mem, uint32_t n, uint64_t seed);

/* p is a TCP segment as packet_layers left it. rpc_port says that one side's port is known to be an
 * RPC server's; otherwise only connections whose bytes look like RPC are followed. */
void streams_segment(struct streams *t, struct packet *p, bool rpc_port, stream_message_fn *fn,
		     void *ctx);

/* Told of what is put aside of a message, record marks too: bytes of the segment at hand, before
 * the message that they belong to is handed out. Of what is jumped over nobody is told. */
typedef void stream_keep_fn(void *ctx, const uint8_t *p, uint32_t n);
void streams_watch(struct streams *t, stream_keep_fn *fn, void *ctx);

const struct stream_stats *streams_stats(const struct streams *t);

#endif
