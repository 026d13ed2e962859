/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_ONCE_H
#define RPC_ONCE_H

#include "rpc_server.h"

/*
 * Calls that may not be done twice (the duplicate request cache of NFS servers: REMOVE that was
 * answered and asked again would say that there is no such file). A call is the same when client
 * address, transaction, procedure and arguments are: the port may be another after a reconnection.
 * Not safe for several threads: whoever runs them holds a lock.
 */
struct rpc_once;

enum { RPC_ONCE_ANSWER = 448 }; /* longer answers are not kept */

enum rpc_once_seen {
	RPC_ONCE_NEW,  /* to be served; then rpc_once_done */
	RPC_ONCE_BUSY, /* it is being served: say nothing */
	RPC_ONCE_DONE, /* *answer is what was said, borrowed until the next call */
};

/* In mem, of rpc_once_bytes(n), aligned for 64 bits. seed: nobody can tell which calls share a
 * bucket. */
uint32_t rpc_once_bytes(uint32_t n);
struct rpc_once *rpc_once_init(void *mem, uint32_t n, uint64_t seed);
/* The oldest that is not being served gives way. *slot: what rpc_once_done wants, of RPC_ONCE_NEW.
 */
enum rpc_once_seen rpc_once_begin(struct rpc_once *o, const struct rpc_call *c, uint64_t now_ns,
				  uint32_t *slot, struct bytes *answer);
/* answer empty, or too long to be kept: the call is new again. */
void rpc_once_done(struct rpc_once *o, uint32_t slot, struct bytes answer);

#endif
