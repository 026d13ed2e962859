/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_PARTS_H
#define RPC_PARTS_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>

#include "rpc_once.h"
#include "rpc_record.h"
#include "rpc_worker.h"

/* Between rpc_worker.c, rpc_tcp.c and rpc_udp.c. */

enum {
	RPC_IN = 128 << 10,   /* bytes a thread reads at once: small calls are never copied */
	RPC_QUEUE = 64 << 10, /* bytes of answers that go out together, but for the last of them */
	/* The longest READ behind them, where there is no pipe to be had for it. */
	RPC_OUT = RPC_QUEUE + NFS_IO_MAX + 8192,
	RPC_EVENTS = 4,       /* that a thread takes at once */
	RPC_ASIDE = 16 << 10, /* bytes of a READ that are better not copied */
	RPC_CALL_MAX = NFS_IO_MAX + 8192,
	RPC_UDP_MAX = 65507,
};

/* One thread that answers. */
struct rpc_hand {
	struct rpc_worker *w;
	pthread_t id;
	uint32_t number;
	bool served; /* it had all it needs */
	struct rpc_services services;
	uint8_t *in_room, *out; /* RPC_IN and RPC_OUT */
	uint32_t sent, queued;  /* of out: answers of the connection in hand are between */
	/* The call in hand: */
	struct rpc_conn *conn;    /* NULL: it came by UDP */
	struct bytes in;          /* came behind it */
	struct rpc_record record; /* where it stands, when others read on */
	uint64_t udp;             /* source of the port it came to */
	int udp_fd;
	bool ours;            /* nobody else reads there */
	int aside[2];         /* empty between calls; -1: none yet */
	uint32_t aside_after; /* calls: then one is asked for again */
	struct epoll_event event[RPC_EVENTS];
	int events, event_at; /* how many, and which is next */
};

/* What of an answer a client did not take yet: bytes, what is in a pipe, zeros. */
struct rpc_rest {
	struct rpc_rest *next;
	const uint8_t *p; /* room, or a thread's while it tries to send */
	uint32_t at, n, behind, pad;
	int aside[2]; /* -1: nothing is behind */
	bool own;     /* it is memory of its own, and counted */
	uint8_t room[];
};

/* A connection. Slots are used again and never freed, since other threads may still be told of
 * their events: `turn` says of which use of it one is. */
struct rpc_conn {
	pthread_mutex_t lock; /* of all but record and saved, which are the reader's */
	int fd;               /* -1: free */
	uint32_t turn;
	uint32_t users; /* threads that are at it: the slot is free when the last one goes */
	bool reading;   /* one of them reads */
	bool dead;
	bool parked; /* waits for memory */
	struct rpc_peer peer;
	struct rpc_rest *rest, **rest_end;
	_Atomic uint64_t moved_ns; /* bytes came or went */
	_Atomic uint64_t begun_ns; /* the request under way began; 0: there is none */
	struct rpc_record record;
	uint8_t *saved; /* bytes that came and are not looked at yet */
	uint32_t n_saved;
};

struct rpc_worker {
	struct rpc_worker_options o;
	int epoll;
	int listener[RPC_PORTS_MAX], udp[RPC_PORTS_MAX];
	struct rpc_hand hand[RPC_THREADS_MAX];
	struct rpc_conn *conn; /* limits.connections of them */
	pthread_mutex_t accepting;
	pthread_mutex_t once_lock;
	struct rpc_once *once;
	_Atomic uint32_t held; /* bytes, against limits.memory */
	_Atomic uint32_t n_parked;
	bool up; /* locks are there */
};

/* What an event is about: in its data word. */
enum rpc_source { RPC_AT_STOP, RPC_AT_LISTENER, RPC_AT_UDP, RPC_AT_CONN };

static inline uint64_t rpc_source(enum rpc_source kind, uint32_t turn, uint32_t i)
{
	return (uint64_t)kind << 60 | (uint64_t)(turn & 0xfffffff) << 32 | i;
}

/* Serves a call, into out. False: nothing is to be sent. */
bool rpc_answer_call(struct rpc_hand *h, const struct rpc_call *call, int manner,
		     struct rpc_answer *out);
/* What this thread has not looked at yet others may: it will be busy. */
void rpc_pass_on(struct rpc_hand *h);
/* A pipe that holds a whole READ. False: not now. */
bool rpc_make_aside(struct rpc_hand *h);
/* With what is in it. */
void rpc_drop_aside(struct rpc_hand *h);
/* An epoll_ctl on one that is there; events come once. */
void rpc_wait_for(struct rpc_worker *w, int fd, uint32_t events, uint64_t source);

/* ---- rpc_tcp.c: calls and answers of connections ---- */

void rpc_tcp_turn(struct rpc_hand *h, uint32_t turn, uint32_t i, uint32_t events);
/* Others may read on where the call in hand came from. */
void rpc_tcp_let_others(struct rpc_hand *h);
/* That event comes again, to whoever is free. */
void rpc_tcp_pass_on(struct rpc_worker *w, uint32_t turn, uint32_t i);
uint64_t rpc_tcp_source(const struct rpc_worker *w, const struct rpc_conn *c);
/* Locked, and nobody is at it: what is held of it goes. */
void rpc_tcp_clear(struct rpc_worker *w, struct rpc_conn *c);

/* ---- rpc_doors.c: who comes and goes ---- */

int rpc_tcp_listen(struct rpc_worker *w, uint32_t i, char *why, size_t n);
void rpc_tcp_accept(struct rpc_hand *h, uint32_t i);
/* Who stands still too long is let go. */
void rpc_tcp_sweep(struct rpc_worker *w);
void rpc_tcp_free(struct rpc_worker *w);

/* ---- rpc_udp.c ---- */

int rpc_udp_open(struct rpc_worker *w, uint32_t i, char *why, size_t n);
void rpc_udp_turn(struct rpc_hand *h, uint32_t i);
void rpc_udp_let_others(struct rpc_hand *h);

#endif
