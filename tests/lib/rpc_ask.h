/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_ASK_H
#define RPC_ASK_H

/* Asks services of rpc_server.h as a client would, and reads what they answer with our own
 * dissectors. */
#include <stdlib.h>

#include "rpc_server.h"
#include "rpc_write.h"
#include "unit.h"

enum { ASK_ROOM = 16384 };

struct rpc_ask {
	const struct rpc_services *services;
	struct rpc_peer peer;
	struct rpc_call call; /* as it was taken */
	enum rpc_next next;
	struct rpc reply; /* as read back */
	uint32_t n;       /* bytes of the answer */
	uint8_t answer[ASK_ROOM];
};

/* A message in memory of its own size, answered into no more than room bytes. */
static inline void rpc_ask_bytes(struct rpc_ask *a, struct bytes message, uint32_t room)
{
	uint8_t *exact = malloc(message.n ? message.n : 1), *to = malloc(room ? room : 1);
	struct rpc_answer out = { writer_init(to, room), false, 0 };
	int manner;

	assert_true(exact && to && room <= ASK_ROOM);
	if (message.n)
		memcpy(exact, message.p, message.n);
	a->next = rpc_take(a->services, &a->peer, bytes_of(exact, message.n), &a->call, &manner,
			   &out);
	assert_true(manner >= 0 || a->next != RPC_SERVE);
	if (a->next == RPC_SERVE)
		rpc_serve(a->services, &a->call, &out);
	a->n = out.w.pos;
	if (a->n)
		memcpy(a->answer, to, a->n);
	free(exact);
	free(to);
}

/* The call, with its answer read into a->reply, to the last byte if that is known. */
static inline void rpc_ask(struct rpc_ask *a, const struct rpc *call)
{
	uint8_t message[4096];
	struct writer w = writer_init(message, sizeof(message));
	const struct rpc_proc *row;
	struct reader r;

	rpc_write_call(call, &w);
	assert_int_equal(w.err, ERR_OK);
	rpc_ask_bytes(a, writer_done(&w), ASK_ROOM);
	assert_int_not_equal(a->next, RPC_IGNORE);
	r = reader_init(a->answer, a->n, a->n);
	assert_int_equal(rpc_decode_header(&r, &a->reply), ERR_OK);
	assert_int_equal(a->reply.type, RPC_REPLY);
	assert_int_equal(a->reply.xid, call->xid);
	a->reply.known = true;
	a->reply.prog = call->prog;
	a->reply.vers = call->vers;
	a->reply.proc = call->proc;
	assert_int_equal(rpc_decode_body(&r, &a->reply), ERR_OK);
	row = rpc_proc_find(call->prog, call->vers, call->proc);
	if (row && (row->reply || row->results))
		assert_int_equal(r.pos, r.len);
}

/* Each prefix of a call, and each with one bit turned, with every room up to that of its answer:
 * answered with something that is a reply, or passed over. */
static inline void rpc_ask_sweep(struct rpc_ask *a, const struct rpc *call)
{
	uint8_t message[4096];
	struct writer w = writer_init(message, sizeof(message));

	rpc_write_call(call, &w);
	assert_int_equal(w.err, ERR_OK);
	for (uint32_t n = 0; n < w.pos; n++) {
		rpc_ask_bytes(a, bytes_of(message, n), ASK_ROOM);
		assert_true(a->next == RPC_IGNORE ||
			    rpc_looks_like_reply(bytes_of(a->answer, a->n)));
	}
	for (uint32_t bit = 0; bit < w.pos * 8; bit++) {
		message[bit / 8] ^= (uint8_t)(1u << bit % 8);
		rpc_ask_bytes(a, writer_done(&w), ASK_ROOM);
		assert_true(a->next == RPC_IGNORE ||
			    rpc_looks_like_reply(bytes_of(a->answer, a->n)));
		message[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	rpc_ask_bytes(a, writer_done(&w), ASK_ROOM);
	for (uint32_t room = a->n; room-- > 0;) {
		rpc_ask_bytes(a, writer_done(&w), room);
		assert_true(a->n <= room);
	}
}

#endif
