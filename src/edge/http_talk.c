/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "http_parts.h"
#include "neighbour.h"

/*
 * A file goes out by sendfile(2) but for its last bytes: those are read, then the file is looked
 * at, and only when it is still the one that was opened they are sent too. So whoever got all that
 * Content-Length promised got one state of the file, and nobody's file is held in memory.
 */
enum { TAIL = 16 << 10, PIECE = 1 << 20, STALL_BYTES = 64 << 10, LINGER_MS = 2000 };

_Static_assert(sizeof(ev_off_t) == 8, "files above 2 GiB");

static const char changed[] = "the file changed while it was sent";

static uint64_t clock_ns(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint64_t wall_s(void)
{
	return clock_ns(CLOCK_REALTIME) / 1000000000;
}

static void wait_for(struct http_talk *t, uint32_t ms)
{
	struct timeval v = { ms / 1000, ms % 1000 * 1000 };

	evtimer_add(t->timer, &v);
}

static void enter(struct http_talk *t, enum http_state state, uint32_t ms)
{
	t->state = state;
	t->since_ns = clock_ns(CLOCK_MONOTONIC);
	http_worker_renew(t);
	wait_for(t, ms);
}

static void keep_text(char *out, size_t n, struct bytes v)
{
	snprintf(out, n, "%.*s", (int)v.n, v.n ? (const char *)v.p : "");
}

/* Bytes of the body that the kernel took: what waits in the buffer ends with the body's last. */
static uint64_t body_sent(const struct http_talk *t)
{
	uint64_t waiting = evbuffer_get_length(bufferevent_get_output(t->bev));
	uint64_t body = t->at - t->answer.from;

	return body - (waiting < body ? waiting : body);
}

static void tell(struct http_talk *t, const char *why)
{
	struct http_news n = {
		.ip = t->ip,
		.port = t->port,
		.method = bytes_str(t->method[0] ? t->method : "-"),
		.path = bytes_str(t->path[0] ? t->path : "-"),
		.status = http_status(t->answer.outcome),
		.why = why ? why : http_sentence(t->answer.outcome),
		.bytes = body_sent(t),
		.size = t->end - t->answer.from,
		.begun_ns = t->begun_ns,
		.ended_ns = clock_ns(CLOCK_MONOTONIC),
	};

	if (t->w->news)
		t->w->news(t->w->ctx, &n);
}

static void close_file(struct http_talk *t)
{
	if (t->handle >= 0)
		(void)t->w->store.close(t->w->store.ctx, t->handle, 1);
	t->handle = -1;
}

void http_talk_free(struct http_talk *t)
{
	http_worker_forget(t);
	bufferevent_free(t->bev);
	close_file(t);
	event_free(t->timer);
	free(t);
}

void http_talk_end(struct http_talk *t, const char *why)
{
	/* a reset: a client that does not count must not take this for the end of the file */
	struct linger l = { 1, 0 };

	if (t->state == TALK_BODY) {
		tell(t, why);
		(void)setsockopt(bufferevent_getfd(t->bev), SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	}
	http_talk_free(t);
}

bool http_talk_stop(struct http_talk *t)
{
	t->answer.keep = false;
	if (t->state != TALK_HEAD)
		return false;
	http_talk_free(t);
	return true;
}

/* ---- out ---- */

static int push_piece(struct http_talk *t, uint64_t n)
{
	struct evbuffer_file_segment *s;
	int r = store_dir_unchanged(t->w->root, t->handle);

	if (r)
		return r;
	s = evbuffer_file_segment_new(store_dir_file(t->w->root, t->handle), (ev_off_t)t->at,
				      (ev_off_t)n, 0);
	if (!s)
		return STORE_BROKEN;
	r = evbuffer_add_file_segment(bufferevent_get_output(t->bev), s, 0, (ev_off_t)n);
	evbuffer_file_segment_free(s);
	t->at += n;
	return r ? STORE_BROKEN : 0;
}

static int push_tail(struct http_talk *t, uint64_t n)
{
	struct evbuffer *out = bufferevent_get_output(t->bev);
	struct evbuffer_iovec v;
	int64_t got;

	if (evbuffer_reserve_space(out, (ev_ssize_t)n, &v, 1) != 1)
		return STORE_BROKEN;
	got = t->w->store.read(t->w->store.ctx, t->handle, t->at, v.iov_base, (uint32_t)n, 0, 1);
	if (got != (int64_t)n)
		return got < 0 ? (int)got : STORE_CHANGED;
	if (store_dir_unchanged(t->w->root, t->handle))
		return STORE_CHANGED;
	v.iov_len = (size_t)n;
	t->at += n;
	return evbuffer_commit_space(out, &v, 1) ? STORE_BROKEN : 0;
}

/* The next piece of the file, if there is one. May free t. */
static void push(struct http_talk *t)
{
	uint64_t left = t->end - t->at;
	int r = 0;

	if (left > TAIL)
		r = push_piece(t, left - TAIL < PIECE ? left - TAIL : PIECE);
	else if (left)
		r = push_tail(t, left);
	if (r)
		http_talk_end(t, r == STORE_CHANGED ? changed : "the file could not be read");
}

/* May free t. */
static void reply(struct http_talk *t, const struct http_answer *a, const struct http_file *f)
{
	char head[HTTP_ANSWER_MAX];
	struct text out = text_init(head, sizeof(head));

	t->answer = *a;
	t->answer.keep &= !t->w->stopping;
	t->at = a->from;
	t->end = a->head ? a->from : a->from + a->n;
	t->seen = 0;
	http_answer_text(&t->answer, f, wall_s(), &out);
	enter(t, TALK_BODY, t->w->limits.stall_ms);
	if (evbuffer_add(bufferevent_get_output(t->bev), head, out.pos))
		http_talk_end(t, "memory ran out");
	else
		push(t);
}

/* ---- in ---- */

/* The file, where it is found first; its path is then the talk's. */
static enum http_outcome find(struct http_talk *t, const char *path, struct http_file *out)
{
	struct http_worker *w = t->w;
	char places[BOOT_PATHS_MAX][BOOT_PATH_MAX];
	struct boot_path_who who = { .ip = t->ip };
	uint32_t n;
	int r = STORE_MISSING;

	if (w->interface && w->limits.own_folders)
		(void)neighbour_mac(w->asks, w->interface, t->ip, &who.mac);
	n = boot_path_places(path, &who, w->limits.own_folders, places);
	for (uint32_t i = 0; i < n && r == STORE_MISSING; i++) {
		r = w->store.open(w->store.ctx, places[i], &t->handle, &out->size);
		if (!r)
			memcpy(t->path, places[i], BOOT_PATH_MAX);
	}
	if (r) {
		t->handle = -1;
		return http_answer_store((enum store_error)r);
	}
	out->path = t->path;
	out->modified_ns = store_dir_modified_ns(w->root, t->handle);
	return HTTP_WHOLE;
}

/* May free t. */
static void refuse(struct http_talk *t, enum http_outcome why)
{
	struct http_answer a = http_answer_refuse(NULL, why);

	t->begun_ns = clock_ns(CLOCK_MONOTONIC);
	t->method[0] = t->path[0] = 0;
	reply(t, &a, NULL);
}

/* The head is whole. May free t. */
static void answer(struct http_talk *t, struct bytes head)
{
	struct http_request q;
	struct http_file f = { NULL, 0, 0 };
	struct http_answer a;
	char path[BOOT_PATH_MAX];
	enum http_outcome o = http_request_read(head, &q);

	t->begun_ns = clock_ns(CLOCK_MONOTONIC);
	keep_text(t->method, sizeof(t->method), q.method);
	keep_text(t->path, sizeof(t->path), q.target);
	if (!o)
		o = http_answer_path(q.target, path);
	if (!o)
		o = find(t, path, &f);
	a = o ? http_answer_refuse(&q, o) : http_answer_file(&q, &f, wall_s());
	evbuffer_drain(bufferevent_get_input(t->bev), head.n);
	reply(t, &a, o ? NULL : &f);
}

/* What came: a head, a part of one, too much of one. May free t. */
static void look(struct http_talk *t)
{
	struct evbuffer *in = bufferevent_get_input(t->bev);
	uint32_t n = (uint32_t)evbuffer_get_length(in), head;
	const uint8_t *p = n ? evbuffer_pullup(in, -1) : NULL;

	head = p ? http_head_size(bytes_of(p, n)) : 0;
	if (head > HTTP_HEAD_MAX || (!head && n >= HTTP_HEAD_MAX)) {
		refuse(t, HTTP_LONG_HEAD);
	} else if (head) {
		answer(t, bytes_of(p, head));
	} else if (n && !t->begun) {
		t->begun = true;
		wait_for(t, t->w->limits.head_ms);
	}
}

static void throw_away(struct http_talk *t)
{
	struct evbuffer *in = bufferevent_get_input(t->bev);

	evbuffer_drain(in, evbuffer_get_length(in));
}

/* The answer is out. May free t. */
static void done(struct http_talk *t)
{
	tell(t, NULL);
	close_file(t);
	if (t->answer.keep) {
		t->begun = false;
		enter(t, TALK_HEAD, t->w->limits.idle_ms);
		look(t);
		return;
	}
	/* closed with something unread, what was sent could be lost on its way: RFC 9112 9.6 */
	if (shutdown(bufferevent_getfd(t->bev), SHUT_WR) ||
	    !(bufferevent_get_enabled(t->bev) & EV_READ)) {
		http_talk_free(t);
		return;
	}
	enter(t, TALK_LINGER, LINGER_MS);
	throw_away(t);
}

/* ---- what libevent calls ---- */

static void came(struct bufferevent *bev, void *ctx)
{
	struct http_talk *t = ctx;

	(void)bev;
	if (t->state == TALK_HEAD)
		look(t);
	else if (t->state == TALK_LINGER)
		throw_away(t);
}

static void went(struct bufferevent *bev, void *ctx)
{
	struct http_talk *t = ctx;

	(void)bev;
	if (t->state != TALK_BODY)
		return;
	if (t->at < t->end)
		push(t);
	else
		done(t);
}

static void happened(struct bufferevent *bev, short what, void *ctx)
{
	struct http_talk *t = ctx;

	(void)bev;
	if (t->state == TALK_BODY && what == (BEV_EVENT_READING | BEV_EVENT_EOF)) {
		/* it has nothing more to say, and may still listen */
		t->answer.keep = false;
		return;
	}
	http_talk_end(t, t->handle >= 0 && store_dir_unchanged(t->w->root, t->handle)
				 ? changed
				 : "the client went away");
}

static void time_is_up(evutil_socket_t fd, short what, void *ctx)
{
	struct http_talk *t = ctx;
	uint64_t sent = body_sent(t);

	(void)fd;
	(void)what;
	if (t->state == TALK_HEAD && t->begun) {
		refuse(t, HTTP_TOO_SLOW);
	} else if (t->state != TALK_BODY) {
		http_talk_free(t);
	} else if (sent - t->seen >= STALL_BYTES) {
		t->seen = sent;
		wait_for(t, t->w->limits.stall_ms);
	} else {
		http_talk_end(t, "the client takes too little");
	}
}

struct http_talk *http_talk_new(struct http_worker *w, int fd, struct address ip, uint16_t port)
{
	struct http_talk *t = calloc(1, sizeof(*t));

	if (t)
		t->timer = evtimer_new(w->base, time_is_up, t);
	if (t && t->timer)
		t->bev = bufferevent_socket_new(w->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!t || !t->bev) {
		evutil_closesocket(fd);
		if (t && t->timer)
			event_free(t->timer);
		free(t);
		return NULL;
	}
	t->w = w;
	t->ip = ip;
	t->port = port;
	t->handle = -1;
	bufferevent_setcb(t->bev, came, went, happened, t);
	/* no more than one head is held, whatever is sent */
	bufferevent_setwatermark(t->bev, EV_READ, 0, HTTP_HEAD_MAX);
	bufferevent_enable(t->bev, EV_READ | EV_WRITE);
	enter(t, TALK_HEAD, w->limits.idle_ms);
	return t;
}
