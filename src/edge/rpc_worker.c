/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rpc_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "loop.h"
#include "rpc_parts.h"
#include "seed.h"

enum { SWEEP_MS = 1000, STACK = 256 << 10, ASIDE_AGAIN = 1000 };

/* clang-format off */
const struct rpc_limits rpc_limits_usual = {
	.threads = 6, .connections = 512, .per_client = 128, .memory = 4 << 20,
	.stall_ms = 30000, .whole_ms = 120000, .once = 2048,
};
/* clang-format on */

/* ---- a call ---- */

/* Served once, however often it is asked for. */
static bool answer_once(struct rpc_hand *h, const struct rpc_call *call, struct rpc_answer *out)
{
	struct rpc_worker *w = h->w;
	enum rpc_once_seen seen;
	struct bytes said;
	uint32_t slot;

	pthread_mutex_lock(&w->once_lock);
	seen = rpc_once_begin(w->once, call, loop_now(), &slot, &said);
	if (seen == RPC_ONCE_DONE)
		writer_bytes(&out->w, said);
	pthread_mutex_unlock(&w->once_lock);
	if (seen != RPC_ONCE_NEW)
		return seen == RPC_ONCE_DONE;
	rpc_serve(&h->services, call, out);
	pthread_mutex_lock(&w->once_lock);
	rpc_once_done(w->once, slot, writer_done(&out->w));
	pthread_mutex_unlock(&w->once_lock);
	return true;
}

bool rpc_answer_call(struct rpc_hand *h, const struct rpc_call *call, int manner,
		     struct rpc_answer *out)
{
	if (manner & RPC_ONCE)
		return answer_once(h, call, out);
	rpc_serve(&h->services, call, out);
	return true;
}

const int *rpc_hand_aside(const struct rpc_hand *h)
{
	return h->aside;
}

void rpc_hand_waits(void *hand, bool for_long)
{
	struct rpc_hand *h = hand;

	if (!h->ours || (!for_long && !h->in.n && h->event_at >= h->events))
		return;
	if (h->conn && (for_long || h->in.n))
		rpc_tcp_let_others(h);
	else if (!h->conn && for_long)
		rpc_udp_let_others(h);
	rpc_pass_on(h);
}

bool rpc_make_aside(struct rpc_hand *h)
{
	if (h->aside[0] >= 0)
		return true;
	if (h->aside_after && h->aside_after--)
		return false;
	h->aside_after = ASIDE_AGAIN;
	if (pipe2(h->aside, O_CLOEXEC | O_NONBLOCK))
		return false;
	/* refused to who has many of them: half of a READ helps nobody */
	if (fcntl(h->aside[1], F_SETPIPE_SZ, NFS_IO_MAX) >= NFS_IO_MAX) {
		h->aside_after = 0;
		return true;
	}
	rpc_drop_aside(h);
	return false;
}

void rpc_drop_aside(struct rpc_hand *h)
{
	for (int i = 0; i < 2; i++) {
		if (h->aside[i] >= 0)
			close(h->aside[i]);
		h->aside[i] = -1;
	}
}

/* ---- threads ---- */

void rpc_wait_for(struct rpc_worker *w, int fd, uint32_t events, uint64_t source)
{
	struct epoll_event e = { .events = events | EPOLLONESHOT, .data.u64 = source };

	(void)epoll_ctl(w->epoll, EPOLL_CTL_MOD, fd, &e);
}

static int watch(struct rpc_worker *w, int fd, uint32_t events, uint64_t source)
{
	struct epoll_event e = { .events = events, .data.u64 = source };

	return epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e) ? -errno : 0;
}

static uint32_t turn_of(const struct epoll_event *e)
{
	return (uint32_t)(e->data.u64 >> 32) & 0xfffffff;
}

/* False: it is time to stop. */
static bool turn(struct rpc_hand *h, const struct epoll_event *e)
{
	uint32_t i = (uint32_t)e->data.u64;

	switch (e->data.u64 >> 60) {
	case RPC_AT_STOP:
		return false;
	case RPC_AT_LISTENER:
		rpc_tcp_accept(h, i);
		return true;
	case RPC_AT_UDP:
		rpc_udp_turn(h, i);
		return true;
	default:
		rpc_tcp_turn(h, turn_of(e), i, e->events);
		return true;
	}
}

void rpc_pass_on(struct rpc_hand *h)
{
	struct rpc_worker *w = h->w;

	for (; h->event_at < h->events; h->event_at++) {
		const struct epoll_event *e = &h->event[h->event_at];
		uint32_t i = (uint32_t)e->data.u64;
		uint64_t kind = e->data.u64 >> 60;

		if (kind == RPC_AT_CONN)
			rpc_tcp_pass_on(w, turn_of(e), i);
		else if (kind != RPC_AT_STOP) /* that one stays */
			rpc_wait_for(w, kind == RPC_AT_UDP ? w->udp[i] : w->listener[i], EPOLLIN,
				     e->data.u64);
	}
}

/* All that came. False: it is time to stop. */
static bool turns(struct rpc_hand *h)
{
	bool goes_on = true;

	while (goes_on && h->event_at < h->events)
		goes_on = turn(h, &h->event[h->event_at++]);
	return goes_on;
}

/* The first one has an eye on who stands still. */
static void *serve(void *ctx)
{
	struct rpc_hand *h = ctx;
	struct rpc_worker *w = h->w;
	uint64_t next = loop_now() + (uint64_t)SWEEP_MS * 1000000;
	bool goes_on = w->o.crew(w->o.ctx, h->number, h, &h->services);

	h->served = goes_on;
	while (goes_on) {
		h->events = epoll_wait(w->epoll, h->event, RPC_EVENTS, h->number ? -1 : SWEEP_MS);
		h->event_at = 0;
		if (h->events > 0)
			goes_on = turns(h);
		else if (h->events < 0 && errno != EINTR)
			goes_on = false;
		if (!h->number && loop_now() >= next) {
			rpc_tcp_sweep(w);
			if (w->o.tick)
				w->o.tick(w->o.ctx);
			next = loop_now() + (uint64_t)SWEEP_MS * 1000000;
		}
	}
	return NULL;
}

static int start(struct rpc_hand *h)
{
	pthread_attr_t attr;
	int r = pthread_attr_init(&attr);

	if (r)
		return -r;
	(void)pthread_attr_setstacksize(&attr, STACK);
	r = pthread_create(&h->id, &attr, serve, h);
	pthread_attr_destroy(&attr);
	return -r;
}

int rpc_worker_run(struct rpc_worker *w, int stop)
{
	uint32_t n = 1;
	int r = watch(w, stop, EPOLLIN, rpc_source(RPC_AT_STOP, 0, 0));

	if (r)
		return r;
	while (n < w->o.limits.threads && !start(&w->hand[n]))
		n++;
	/* fewer threads are slower, and all */
	serve(&w->hand[0]);
	for (uint32_t i = 1; i < n; i++)
		pthread_join(w->hand[i].id, NULL);
	(void)epoll_ctl(w->epoll, EPOLL_CTL_DEL, stop, NULL);
	return w->hand[0].served ? 0 : -ENOMEM;
}

/* ---- open ---- */

static int open_ports(struct rpc_worker *w, uint16_t *taken, char *why, size_t n)
{
	int r = 0;

	for (uint32_t i = 0; i < w->o.n_ports && !r; i++) {
		*taken = w->o.port[i];
		r = rpc_tcp_listen(w, i, why, n);
		if (!r)
			r = watch(w, w->listener[i], EPOLLIN | EPOLLONESHOT,
				  rpc_source(RPC_AT_LISTENER, 0, i));
		if (!r && w->o.udp)
			r = rpc_udp_open(w, i, why, n);
		if (!r && w->o.udp)
			r = watch(w, w->udp[i], EPOLLIN | EPOLLONESHOT,
				  rpc_source(RPC_AT_UDP, 0, i));
	}
	return r;
}

static bool make_hands(struct rpc_worker *w)
{
	for (uint32_t i = 0; i < w->o.limits.threads; i++) {
		struct rpc_hand *h = &w->hand[i];

		*h = (struct rpc_hand) { .w = w,
					 .number = i,
					 .in_room = malloc(RPC_IN),
					 .out = malloc(RPC_OUT),
					 .aside = { -1, -1 } };
		if (!h->in_room || !h->out)
			return false;
	}
	return true;
}

static bool make(struct rpc_worker *w)
{
	const struct rpc_limits *l = &w->o.limits;
	void *once = malloc(rpc_once_bytes(l->once));

	w->conn = calloc(l->connections, sizeof(*w->conn));
	if (!w->conn || !once) {
		free(once);
		return false;
	}
	w->once = rpc_once_init(once, l->once, seed_word());
	pthread_mutex_init(&w->accepting, NULL);
	pthread_mutex_init(&w->once_lock, NULL);
	for (uint32_t i = 0; i < l->connections; i++) {
		pthread_mutex_init(&w->conn[i].lock, NULL);
		w->conn[i].fd = -1;
	}
	w->up = true;
	return make_hands(w);
}

int rpc_worker_open(const struct rpc_worker_options *o, struct rpc_worker **out, uint16_t *taken,
		    char *why, size_t n)
{
	struct rpc_worker *w = calloc(1, sizeof(*w));
	int r = 0;

	if (!w) {
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	w->o = *o;
	if (w->o.limits.threads > RPC_THREADS_MAX)
		w->o.limits.threads = RPC_THREADS_MAX;
	memset(w->listener, -1, sizeof(w->listener));
	memset(w->udp, -1, sizeof(w->udp));
	signal(SIGPIPE, SIG_IGN);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll < 0 || !make(w)) {
		snprintf(why, n, "memory ran out");
		r = -ENOMEM;
	}
	if (!r)
		r = open_ports(w, taken, why, n);
	if (r) {
		rpc_worker_free(w);
		return r;
	}
	*out = w;
	return 0;
}

uint16_t rpc_worker_port(const struct rpc_worker *w, uint32_t i)
{
	return w->o.port[i];
}

void rpc_worker_free(struct rpc_worker *w)
{
	if (!w)
		return;
	rpc_tcp_free(w);
	for (uint32_t i = 0; i < RPC_PORTS_MAX; i++) {
		if (w->listener[i] >= 0)
			close(w->listener[i]);
		if (w->udp[i] >= 0)
			close(w->udp[i]);
	}
	for (uint32_t i = 0; i < RPC_THREADS_MAX; i++) {
		free(w->hand[i].in_room);
		free(w->hand[i].out);
		if (w->hand[i].w)
			rpc_drop_aside(&w->hand[i]);
	}
	if (w->up) {
		pthread_mutex_destroy(&w->accepting);
		pthread_mutex_destroy(&w->once_lock);
	}
	if (w->epoll >= 0)
		close(w->epoll);
	free(w->once);
	free(w->conn);
	free(w);
}
