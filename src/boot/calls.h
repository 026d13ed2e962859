/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CALLS_H
#define CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet.h"

enum { CALL_NAME_MAX = 64 };

/* An RPC call whose reply is awaited, or was seen not long ago. */
struct call {
	struct address client, server;
	uint16_t client_port, server_port;
	uint32_t xid;
	uint32_t prog, vers, proc, minor;
	uint64_t frame, time_ns, last_ns;
	uint32_t times; /* 1: sent once */
	bool answered;
	uint32_t uid;             /* AUTH_SYS; UINT32_MAX: other credentials */
	uint8_t wrap;             /* enum rpc_wrap: the reply's body is wrapped alike */
	uint64_t handle_hash;     /* of the object or directory worked on; 0: none */
	char name[CALL_NAME_MAX]; /* path or entry name, as it was, cut */
	uint32_t map_prog, map_vers, map_proto; /* GETPORT: asked for */
};

/* By what number a file handle is known in a call; 0 is none. */
uint64_t call_handle(struct bytes handle);

struct calls;

size_t calls_size(uint32_t n);
/* seed: any word, kept from those who send; what is found does not depend on it. */
struct calls *calls_init(void *mem, uint32_t n, uint64_t seed);

/* A call was seen in p (u.rpc with its header and body): remembered, or known as a retransmission
 * (p->u.rpc.retransmission is set). Never NULL: the oldest goes. */
struct call *calls_call(struct calls *t, struct packet *p);

/* The call that a reply in p answers: fills in prog, vers, proc, known, call_frame and call_time_ns
 * of p->u.rpc before its body is decoded. NULL: the call was not seen. Valid until the next
 * calls_call. */
struct call *calls_reply(struct calls *t, struct packet *p);

/* Ports on which a server was heard to speak RPC: from portmap answers and from calls that were
 * answered. The server's port decides, not the client's. CALLS_PORTS are known at once; the next
 * takes the place of one that nobody asked for in a while. */
enum { CALLS_PORTS = 512 };
void calls_learn_port(struct calls *t, struct address server, uint16_t port);
bool calls_is_rpc_port(struct calls *t, struct address server, uint16_t port);

#endif
