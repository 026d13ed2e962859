/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FLOW_H
#define FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/*
 * UDP conversations that are known by where they began: a TFTP request to port
 * 69 makes every datagram from or to that client port part of the transfer,
 * whichever port or address the server answers from (RFC 1350 4).
 */
struct flow {
	struct address client, server;     /* server: as asked */
	uint16_t client_port, server_port; /* server_port: as learned, 0 before */
	struct address answered_by;        /* none before the first answer      */
	uint64_t last_ns;
	uint32_t user;    /* the model's own: which transfer this is; 0 at birth */
	uint32_t next;    /* chain, 0 ends */
	uint16_t blksize; /* agreed on; 0: nothing was */
	bool window;      /* of more than one block    */
	uint8_t used;
};

struct flows;

size_t flows_size(uint32_t n);
/* seed: as for calls_init. */
struct flows *flows_init(void *mem, uint32_t n, uint64_t seed);

/* The flow that a datagram belongs to; NULL when none. *from_client says its direction. */
struct flow *flows_find(struct flows *t, struct address src, uint16_t sport, struct address dst,
			uint16_t dport, int *from_client);

/* A request from client:port to server. A flow of the same client port is taken over (user 0)
 * unless it asks the same server, when it is returned as it is. Never NULL: the oldest goes. */
struct flow *flows_add(struct flows *t, struct address client, uint16_t client_port,
		       struct address server, uint64_t now_ns);

#endif
