/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "rpc_parts.h"

enum {
	TURN = 32,    /* calls of one client before others are looked at */
	TIGHT = 4096, /* bytes read at once while much is held */
	MARK = 4,
};

static const uint32_t LAST_FRAGMENT = UINT32_C(1) << 31;
uint64_t rpc_tcp_source(const struct rpc_worker *w, const struct rpc_conn *c)
{
	return rpc_source(RPC_AT_CONN, c->turn, (uint32_t)(c - w->conn));
}

/* Locked. What it waits for next: answers to be taken before anything else is read. */
static uint32_t wanted(const struct rpc_conn *c)
{
	if (c->rest)
		return EPOLLOUT;
	if (c->parked)
		return 0;
	return c->saved ? EPOLLIN | EPOLLOUT /* at once */ : EPOLLIN;
}

/* Locked. */
static void wait_again(struct rpc_worker *w, struct rpc_conn *c)
{
	if (!c->reading && !c->dead && c->fd >= 0)
		rpc_wait_for(w, c->fd, wanted(c), rpc_tcp_source(w, c));
}

/* ---- memory ---- */

/* Those who wait for some may look again. */
static void unpark(struct rpc_worker *w)
{
	for (uint32_t i = 0; i < w->o.limits.connections; i++) {
		struct rpc_conn *c = &w->conn[i];

		pthread_mutex_lock(&c->lock);
		if (c->parked) {
			c->parked = false;
			atomic_fetch_sub(&w->n_parked, 1);
			wait_again(w, c);
		}
		pthread_mutex_unlock(&c->lock);
	}
}

static void give_back(struct rpc_worker *w, uint32_t n)
{
	atomic_fetch_sub(&w->held, n);
	if (n && atomic_load(&w->n_parked))
		unpark(w);
}

/* A request that is longer than all there is to be had comes alone. */
static bool may_hold(struct rpc_worker *w, uint32_t n)
{
	uint32_t before = atomic_fetch_add(&w->held, n);

	if (!before || before + n <= w->o.limits.memory)
		return true;
	atomic_fetch_sub(&w->held, n);
	return false;
}

static void drop_record(struct rpc_worker *w, struct rpc_conn *c)
{
	uint32_t n = c->record.cap;

	if (!n)
		return;
	free(c->record.buf);
	rpc_record_give(&c->record, NULL, 0);
	give_back(w, n);
}

/* Room for what is coming. False: not now. */
static bool make_room(struct rpc_worker *w, struct rpc_conn *c)
{
	uint32_t want = rpc_record_size(&c->record), had = c->record.cap;
	uint8_t *p;

	if (had && want < 2 * had)
		want = 2 * had; /* fragment by fragment */
	if (!may_hold(w, want))
		return false;
	p = realloc(c->record.buf, want);
	if (!p) {
		give_back(w, want);
		return false;
	}
	rpc_record_give(&c->record, p, want);
	give_back(w, had);
	return true;
}

/* Bytes that came, for whoever reads next. False: there is no memory. */
static bool save(struct rpc_worker *w, struct rpc_conn *c, struct bytes in)
{
	if (!in.n)
		return true;
	c->saved = malloc(in.n);
	if (!c->saved)
		return false;
	memcpy(c->saved, in.p, in.n);
	c->n_saved = in.n;
	atomic_fetch_add(&w->held, in.n);
	return true;
}

static struct bytes take_saved(struct rpc_hand *h, struct rpc_conn *c)
{
	struct bytes in = { h->in_room, c->n_saved };

	if (!c->saved)
		return in;
	memcpy(h->in_room, c->saved, c->n_saved);
	free(c->saved);
	c->saved = NULL;
	c->n_saved = 0;
	/* too little to wake others for, who would do the same */
	atomic_fetch_sub(&h->w->held, in.n);
	return in;
}

/* ---- who is at it ---- */

static struct rpc_conn *enter(struct rpc_worker *w, uint32_t turn, uint32_t i)
{
	struct rpc_conn *c = &w->conn[i];
	bool ours;

	pthread_mutex_lock(&c->lock);
	ours = c->fd >= 0 && (c->turn & 0xfffffff) == turn && !c->reading && !c->dead;
	if (ours) {
		c->reading = true;
		c->users++;
	}
	pthread_mutex_unlock(&c->lock);
	return ours ? c : NULL;
}

/* Another thread may read. */
static void let_read(struct rpc_worker *w, struct rpc_conn *c)
{
	pthread_mutex_lock(&c->lock);
	c->reading = false;
	wait_again(w, c);
	pthread_mutex_unlock(&c->lock);
}

static void free_rest(struct rpc_worker *w, struct rpc_rest *r)
{
	for (int i = 0; i < 2; i++) {
		if (r->aside[i] >= 0)
			close(r->aside[i]);
	}
	if (r->own) {
		give_back(w, r->n);
		free(r);
	}
}

void rpc_tcp_clear(struct rpc_worker *w, struct rpc_conn *c)
{
	while (c->rest) {
		struct rpc_rest *r = c->rest;

		c->rest = r->next;
		free_rest(w, r);
	}
	if (c->parked)
		atomic_fetch_sub(&w->n_parked, 1);
	c->parked = false;
	free(c->saved);
	atomic_fetch_sub(&w->held, c->n_saved);
	c->saved = NULL;
	c->n_saved = 0;
	free(c->record.buf);
	atomic_fetch_sub(&w->held, c->record.cap);
	memset(&c->record, 0, sizeof(c->record));
}

/* The last one shuts the door. */
static void leave(struct rpc_worker *w, struct rpc_conn *c, bool reader)
{
	uint32_t events = 0;
	uint64_t source = 0;
	int fd = -1;
	bool freed = false;

	pthread_mutex_lock(&c->lock);
	c->users--;
	if (reader)
		c->reading = false;
	if (c->dead && !c->users) {
		rpc_tcp_clear(w, c);
		close(c->fd);
		c->fd = -1;
		c->turn++;
		freed = true;
	} else if (reader && !c->dead && !c->users && !c->parked) {
		fd = c->fd;
		events = wanted(c);
		source = rpc_tcp_source(w, c);
	} else if (reader) {
		wait_again(w, c);
	}
	pthread_mutex_unlock(&c->lock);
	/* nobody is at it, and before this nobody can be: whoever is woken by it shall not find the
	 * lock taken */
	if (fd >= 0)
		rpc_wait_for(w, fd, events, source);
	if (freed && atomic_load(&w->n_parked))
		unpark(w);
}

static void end(struct rpc_conn *c)
{
	pthread_mutex_lock(&c->lock);
	c->dead = true;
	pthread_mutex_unlock(&c->lock);
}

/* ---- answers ---- */

enum pushed { PUSHED, PUSH_WAITS, PUSH_BROKEN };

static enum pushed push_head(int fd, struct rpc_rest *r)
{
	while (r->at < r->n) {
		ssize_t k = send(fd, r->p + r->at, r->n - r->at,
				 MSG_DONTWAIT | MSG_NOSIGNAL | (r->behind ? MSG_MORE : 0));

		if (k < 0)
			return errno == EAGAIN ? PUSH_WAITS : PUSH_BROKEN;
		r->at += (uint32_t)k;
	}
	return PUSHED;
}

static enum pushed push_aside(int fd, struct rpc_rest *r)
{
	while (r->behind) {
		ssize_t k =
			splice(r->aside[0], NULL, fd, NULL, r->behind,
			       SPLICE_F_MOVE | SPLICE_F_NONBLOCK | (r->pad ? SPLICE_F_MORE : 0));

		if (k <= 0)
			return k < 0 && errno == EAGAIN ? PUSH_WAITS : PUSH_BROKEN;
		r->behind -= (uint32_t)k;
	}
	return PUSHED;
}

static enum pushed push(int fd, struct rpc_rest *r)
{
	static const uint8_t zeros[4];
	enum pushed p = push_head(fd, r);

	if (p == PUSHED)
		p = push_aside(fd, r);
	while (p == PUSHED && r->pad) {
		ssize_t k = send(fd, zeros, r->pad, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (k < 0)
			p = errno == EAGAIN ? PUSH_WAITS : PUSH_BROKEN;
		else
			r->pad -= (uint32_t)k;
	}
	return p;
}

/* Locked. What a client did not take is kept for him, if all of it is not too much. */
static void keep(struct rpc_hand *h, struct rpc_conn *c, const struct rpc_rest *r)
{
	struct rpc_worker *w = h->w;
	uint32_t n = r->n - r->at;
	struct rpc_rest *own =
		atomic_load(&w->held) > 2 * w->o.limits.memory ? NULL : malloc(sizeof(*own) + n);

	if (!own) {
		c->dead = true;
		return;
	}
	*own = *r;
	own->own = true;
	own->at = 0;
	own->n = n;
	memcpy(own->room, r->p + r->at, n);
	own->p = own->room;
	own->next = NULL;
	atomic_fetch_add(&w->held, n);
	/* the pipe goes with what is in it; when only zeros are missing it is ours still */
	memset(r->behind ? h->aside : own->aside, -1, sizeof(h->aside));
	*(c->rest ? c->rest_end : &c->rest) = own;
	c->rest_end = &own->next;
	wait_again(w, c);
}

/* What is queued goes out, and what is behind the last of it. */
static void send_queued(struct rpc_hand *h, struct rpc_conn *c, uint32_t behind)
{
	struct rpc_rest r = { .aside = { -1, -1 },
			      .behind = behind,
			      .pad = -behind & 3,
			      .n = h->queued - h->sent,
			      .p = h->out + h->sent };
	enum pushed p = PUSH_WAITS;

	if (h->queued == h->sent)
		return;
	h->sent = h->queued;
	if (behind)
		memcpy(r.aside, h->aside, sizeof(r.aside));
	pthread_mutex_lock(&c->lock);
	if (!c->rest && !c->dead)
		p = push(c->fd, &r);
	if (p == PUSH_BROKEN)
		c->dead = true;
	if (p == PUSH_WAITS && !c->dead)
		keep(h, c, &r);
	if (c->dead)
		shutdown(c->fd, SHUT_RDWR);
	pthread_mutex_unlock(&c->lock);
	/* what nobody is to get any more must not be in front of what comes next */
	if (r.behind && h->aside[0] >= 0)
		rpc_drop_aside(h);
	atomic_store(&c->moved_ns, loop_now());
}

/* An answer stands behind what is queued, and room for its mark. */
static void queue(struct rpc_hand *h, struct rpc_conn *c, const struct rpc_answer *out)
{
	struct writer mark = writer_init(h->out + h->queued, MARK);

	writer_be32(&mark, LAST_FRAGMENT | (out->w.pos + out->behind + (-out->behind & 3)));
	h->queued += MARK + out->w.pos;
	if (out->behind)
		send_queued(h, c, out->behind);
}

/* False: the client has to take some first, or is gone. */
static bool flush(struct rpc_worker *w, struct rpc_conn *c)
{
	bool done;

	pthread_mutex_lock(&c->lock);
	while (c->rest && !c->dead) {
		struct rpc_rest *r = c->rest;
		enum pushed p = push(c->fd, r);

		if (p == PUSH_WAITS)
			break;
		if (p == PUSH_BROKEN)
			c->dead = true;
		c->rest = r->next;
		free_rest(w, r);
	}
	done = !c->rest && !c->dead;
	pthread_mutex_unlock(&c->lock);
	return done;
}

/* ---- calls ---- */

void rpc_tcp_let_others(struct rpc_hand *h)
{
	struct rpc_conn *c = h->conn;

	if (!save(h->w, c, h->in))
		return;
	h->in.n = 0;
	h->record = c->record;
	rpc_record_give(&c->record, NULL, 0);
	h->ours = false;
	send_queued(h, c, 0);
	let_read(h->w, c);
}

/* One message. False: this thread does not read on. */
static bool serve(struct rpc_hand *h, struct rpc_conn *c, struct bytes message)
{
	struct rpc_answer out = { 0 };
	struct rpc_call call;
	enum rpc_next next;
	int manner;
	bool waits;

	if (h->queued > RPC_QUEUE)
		send_queued(h, c, 0);
	if (h->queued == h->sent)
		h->queued = h->sent = 0;
	out.w = writer_init(h->out + h->queued + MARK, RPC_OUT - h->queued - MARK);
	out.aside = rpc_make_aside(h) ? RPC_ASIDE : 0;
	next = rpc_take(&h->services, &c->peer, message, &call, &manner, &out);
	if (next == RPC_SERVE && !rpc_answer_call(h, &call, manner, &out))
		next = RPC_IGNORE;
	if (next != RPC_IGNORE)
		queue(h, c, &out);
	if (!h->ours) {
		send_queued(h, c, 0);
		free(h->record.buf);
		give_back(h->w, h->record.cap);
		return false;
	}
	drop_record(h->w, c);
	pthread_mutex_lock(&c->lock);
	waits = c->rest || c->dead;
	pthread_mutex_unlock(&c->lock);
	return !waits;
}

/* More bytes. False: there are none now, or never. *whole: all that were there. */
static bool receive(struct rpc_hand *h, struct rpc_conn *c, bool *whole)
{
	struct rpc_worker *w = h->w;
	bool tight = atomic_load(&w->held) > w->o.limits.memory / 2;
	uint8_t *at;
	uint32_t direct = rpc_record_place(&c->record, &at);
	uint32_t n = direct ? direct : tight ? TIGHT : RPC_IN;
	ssize_t k = recv(c->fd, direct ? at : h->in_room, n, MSG_DONTWAIT);

	if (k < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (k <= 0) {
		end(c);
		return false;
	}
	*whole = (uint32_t)k < n;
	if (direct)
		rpc_record_put(&c->record, (uint32_t)k);
	h->in = (struct bytes) { h->in_room, direct ? 0 : (uint32_t)k };
	return true;
}

static void park(struct rpc_worker *w, struct rpc_conn *c)
{
	uint32_t want = rpc_record_size(&c->record);

	pthread_mutex_lock(&c->lock);
	c->parked = true;
	atomic_fetch_add(&w->n_parked, 1);
	pthread_mutex_unlock(&c->lock);
	/* or somebody gave back before he could see us */
	if (atomic_load(&w->held) + want <= w->o.limits.memory)
		unpark(w);
}

static void read_on(struct rpc_hand *h, struct rpc_conn *c)
{
	struct bytes message;
	bool whole = false;

	h->in = take_saved(h, c);
	for (int calls = 0; calls < TURN;) {
		switch (rpc_record_take(&c->record, &h->in, RPC_CALL_MAX, &message)) {
		case RECORD_WHOLE:
			calls++;
			if (serve(h, c, message))
				break;
			if (h->ours && !save(h->w, c, h->in))
				end(c);
			return;
		case RECORD_MORE:
			if (whole || !receive(h, c, &whole))
				return;
			break;
		case RECORD_ROOM:
			if (make_room(h->w, c))
				break;
			if (!save(h->w, c, h->in))
				end(c);
			park(h->w, c);
			return;
		case RECORD_BAD:
			end(c);
			return;
		}
	}
	if (!save(h->w, c, h->in))
		end(c);
}

void rpc_tcp_pass_on(struct rpc_worker *w, uint32_t turn, uint32_t i)
{
	struct rpc_conn *c = &w->conn[i];

	pthread_mutex_lock(&c->lock);
	if ((c->turn & 0xfffffff) == turn)
		wait_again(w, c);
	pthread_mutex_unlock(&c->lock);
}

void rpc_tcp_turn(struct rpc_hand *h, uint32_t turn, uint32_t i, uint32_t events)
{
	struct rpc_worker *w = h->w;
	struct rpc_conn *c = enter(w, turn, i);

	if (!c)
		return;
	h->conn = c;
	h->ours = true;
	if (events & (EPOLLHUP | EPOLLERR)) {
		end(c);
	} else if (flush(w, c)) {
		read_on(h, c);
		send_queued(h, c, 0);
	}
	if (h->ours) {
		uint64_t now = loop_now();
		bool begun = rpc_record_begun(&c->record);

		atomic_store(&c->moved_ns, now);
		if (!begun || !atomic_load(&c->begun_ns))
			atomic_store(&c->begun_ns, begun ? now : 0);
	}
	leave(w, c, h->ours);
}
