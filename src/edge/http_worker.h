/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_WORKER_H
#define HTTP_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "http_answer.h"

/*
 * The HTTP responder with its sockets and its directory: what one worker process runs, on
 * libevent. Not on its evhttp, which makes a socket to name link-local clients, waits for a head as
 * long as bytes of it trickle in, and does not tell whom it accepts.
 *
 * Once it is open it needs no rights, and of system calls, as strace tells: accept4, epoll_ctl,
 * epoll_wait, openat2 (below http_worker_root alone), fstat, preadv, sendfile, readv, writev,
 * sendto, setsockopt (SO_LINGER), shutdown, ioctl (FIONREAD, SIOCGARP), close; brk, mmap, munmap
 * for memory.
 */
struct http_worker;

struct http_limits {
	uint32_t connections; /* at once; the longest idle gives way */
	uint32_t per_client;  /* at once from one address */
	uint32_t head_ms;     /* until a request is whole, from its first byte on */
	uint32_t idle_ms;     /* between requests */
	uint32_t stall_ms;    /* in which a client has to take 64 KiB, or what is left */
	bool own_folders;     /* look below a folder of the client's own first */
};

extern const struct http_limits http_limits_usual;

struct http_worker_options {
	const char *interface; /* NULL: all, and no client's MAC is known; borrowed */
	const char *root;
	uint16_t port; /* 80; 0: any that is free */
	struct http_limits limits;
	void *ctx;
	void (*news)(void *ctx, const struct http_news *n); /* NULL: not wanted */
};

/* Opens socket and root. 0, or a negative errno and one sentence in why. From here on the process
 * ignores SIGPIPE, and may have as many files open as the connections take. */
int http_worker_open(const struct http_worker_options *o, struct http_worker **out, char *why,
		     size_t n) __attribute__((warn_unused_result));
/* Serves until fd stop can be read; then lets answers end for grace_ms. */
void http_worker_run(struct http_worker *w, int stop, int grace_ms);
void http_worker_free(struct http_worker *w);
uint16_t http_worker_port(const struct http_worker *w);
int http_worker_root(const struct http_worker *w); /* descriptor of the directory */

#endif
