/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_PARTS_H
#define HTTP_PARTS_H

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "http_worker.h"
#include "store_dir.h"

/* What the two files of the HTTP responder share: http_worker.c has the socket and those who are
 * connected, http_talk.c what is said on one connection. */

enum http_state {
	TALK_HEAD,  /* waits for a request */
	TALK_BODY,  /* an answer is on its way */
	TALK_LINGER /* the last answer is out; what still comes is thrown away: RFC 9112 9.6 */
};

struct http_talk {
	struct http_worker *w;
	struct http_talk *older, *newer; /* by when the state changed last */
	struct bufferevent *bev;
	struct event *timer;
	struct address ip;
	uint16_t port;
	enum http_state state;
	bool begun; /* a byte of the head is there */
	struct http_answer answer;
	int handle;        /* of the file; -1: none */
	uint64_t at, end;  /* of the file: handed over so far, and all that is to be */
	uint64_t seen;     /* bytes that had left when they were looked at last */
	uint64_t since_ns; /* in this state */
	uint64_t begun_ns;
	char path[BOOT_PATH_MAX], method[16];
};

struct http_worker {
	struct http_limits limits;
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *again; /* accept anew after descriptors ran out */
	struct store_dir *root;
	struct store store;
	const char *interface; /* NULL: whose addresses these are is not asked for */
	int asks;              /* a socket that only asks the kernel */
	struct http_talk *oldest, *newest;
	uint32_t n_talks;
	uint16_t port;
	bool stopping;
	void *ctx;
	void (*news)(void *ctx, const struct http_news *n);
};

/* A connection that was accepted; fd is given. NULL: memory ran out, and it is closed. */
struct http_talk *http_talk_new(struct http_worker *w, int fd, struct address ip, uint16_t port);
/* Says what became of an answer that was not finished, closes and frees. */
void http_talk_end(struct http_talk *t, const char *why);
void http_talk_free(struct http_talk *t);
/* Nothing after the answer that is on its way. True: it is gone, there was none. */
bool http_talk_stop(struct http_talk *t);

/* In http_worker.c: to the new end of the list; out of it. */
void http_worker_renew(struct http_talk *t);
void http_worker_forget(struct http_talk *t);

#endif
