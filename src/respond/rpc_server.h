/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_SERVER_H
#define RPC_SERVER_H

#include "nfs_fs.h"
#include "rpc.h"
#include "writer.h"

/*
 * ONC RPC as a server (RFC 5531): a call is looked at, whoever runs this decides whether it is
 * served now, later or was served before (rpc_once.h), then its program answers. Pure: a message
 * in, a message out, without the record mark of TCP.
 */

enum {
	RPC_REPLY_HEAD = 24, /* bytes before the results of a call that was accepted */
	RPC_SMALL = 8192,    /* no answer but those of READ, READDIR and READDIRPLUS is longer */
};

/* Who asks, over what. */
struct rpc_peer {
	uint32_t ip, local; /* IPv4, as numbers; local: the address of ours that was asked */
	uint16_t port;
	bool tcp;
};

struct rpc_call {
	struct rpc_peer peer;
	uint32_t xid, prog, vers, proc;
	uint32_t flavor;       /* AUTH_NONE 0, AUTH_SYS 1; others are refused before */
	struct nfs_caller who; /* as said; of AUTH_NONE: 65534 */
	struct bytes machine;  /* borrowed from the message; empty: not said */
	struct bytes args;     /* borrowed from the message */
};

/* The answer as it is written. What is read of a file may be left out of it: the caller sends it
 * behind what was written, and zeros to the next multiple of four behind that. */
struct rpc_answer {
	struct writer w;
	uint32_t aside;  /* from so many bytes on that is better; 0: the caller cannot do it */
	uint32_t behind; /* bytes of the file that follow */
};

enum rpc_manner {
	RPC_ONCE = 1 << 0, /* done again it would do something else: its answer is kept */
};

/* A program, some versions of it. */
struct rpc_service {
	uint32_t prog, low, high;
	void *ctx;
	/* What kind of procedure that is, other than 0: enum rpc_manner; -1: there is none of that
	 * number. */
	int (*manner)(void *ctx, uint32_t vers, uint32_t proc);
	/* Reads c->args and writes results; not asked for procedure 0, which has none. Anything but
	 * RPC_SUCCESS: what was written is dropped. */
	enum rpc_accept (*serve)(void *ctx, const struct rpc_call *c, struct rpc_answer *out);
	/* A version that is not served was asked for; or, of a row with serve NULL, the program,
	 * which is then not there. NULL: nobody minds. */
	void (*not_served)(void *ctx, const struct rpc_call *c);
};

struct rpc_services {
	const struct rpc_service *row; /* borrowed */
	uint32_t n;
};

enum rpc_next {
	RPC_SERVE,  /* call is filled in: rpc_serve it */
	RPC_SEND,   /* refused: the answer is written already */
	RPC_IGNORE, /* no call: nothing is answered */
};

/* Looks at a message; of RPC_SERVE *manner is what it will be like. */
enum rpc_next rpc_take(const struct rpc_services *s, const struct rpc_peer *peer,
		       struct bytes message, struct rpc_call *call, int *manner,
		       struct rpc_answer *out);
/* Answers it. */
void rpc_serve(const struct rpc_services *s, const struct rpc_call *call, struct rpc_answer *out);

#endif
