/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_WORKER_H
#define RPC_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rpc_server.h"

/*
 * RPC programs behind sockets: TCP and UDP on some ports, a few threads that wait on all of them
 * together. Whichever is free takes what comes; of a call that may take long it lets another thread
 * read on the same connection first, so that a slow disk holds up nobody but those who wait for it.
 * What a client can make us hold is bounded: of requests by a budget for all, of answers to one
 * for each thread and client, since nobody is read from who does not take his answers.
 */
struct rpc_worker;
/* One of its threads. */
struct rpc_hand;

enum { RPC_PORTS_MAX = 4, RPC_THREADS_MAX = 16 };

struct rpc_limits {
	uint32_t threads;
	uint32_t connections; /* at once; the longest idle gives way */
	uint32_t per_client;  /* at once from one address */
	uint32_t memory;      /* bytes of requests that are not whole yet, of all clients */
	uint32_t stall_ms;    /* in which a client goes on with a request, or takes of an answer */
	uint32_t whole_ms;    /* in which a request is whole */
	uint32_t once;        /* answers kept of what may not be done twice */
};

extern const struct rpc_limits rpc_limits_usual;

struct rpc_worker_options {
	const char *interface;        /* NULL: all; borrowed */
	uint16_t port[RPC_PORTS_MAX]; /* 0: any that is free */
	uint32_t n_ports;             /* every program is answered on each */
	bool udp;                     /* beside TCP */
	struct rpc_limits limits;
	void *ctx;
	/* In the thread itself, before its first call. i: from 0. hand is borrowed for the life of
	 * the thread. False: there is not enough for another thread. */
	bool (*crew)(void *ctx, uint32_t i, struct rpc_hand *hand, struct rpc_services *out);
	void (*tick)(void *ctx); /* each second, by the first thread; NULL: nothing */
};

/* Opens the sockets. 0, or a negative errno and one sentence in why; *taken: the port that somebody
 * else has, with -EADDRINUSE. SIGPIPE is ignored from here on. */
int rpc_worker_open(const struct rpc_worker_options *o, struct rpc_worker **out, uint16_t *taken,
		    char *why, size_t n) __attribute__((warn_unused_result));
/* Serves until stop can be read; what is being answered then is answered. 0, or a negative errno
 * when there is not a thread to be had. */
int rpc_worker_run(struct rpc_worker *w, int stop);
void rpc_worker_free(struct rpc_worker *w);
uint16_t rpc_worker_port(const struct rpc_worker *w, uint32_t i);

/* Where a service leaves what is sent behind its answer (rpc_server.h): the two ends of a pipe, to
 * be looked at with each call, since it is another one when a slow client holds it up. */
const int *rpc_hand_aside(const struct rpc_hand *h);
/* A service says so in the middle of a call: it takes some ten microseconds of moving bytes, so
 * that calls which came already are better given to another thread, or for long: others then read
 * on in any case. hand: a struct rpc_hand. */
void rpc_hand_waits(void *hand, bool for_long);

#endif
