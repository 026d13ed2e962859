/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "http_worker.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http_parts.h"

/* SEND_BUFFER is more than a local network has under way: what a client does not take stays a file,
 * and is seen not to be taken. */
enum { BACKLOG = 512, SPARE_FILES = 32, SEND_BUFFER = 512 << 10, IDLE_NS = 1000000000 };

/* clang-format off */
const struct http_limits http_limits_usual = {
	.connections = 1024, .per_client = 64,
	.head_ms = 10000, .idle_ms = 30000, .stall_ms = 30000,
};
/* clang-format on */

/* ---- those who are connected ---- */

static void take_out(struct http_talk *t)
{
	struct http_worker *w = t->w;

	if (!t->older && w->oldest != t)
		return; /* a new one */
	*(t->older ? &t->older->newer : &w->oldest) = t->newer;
	*(t->newer ? &t->newer->older : &w->newest) = t->older;
	w->n_talks--;
}

void http_worker_renew(struct http_talk *t)
{
	struct http_worker *w = t->w;

	take_out(t);
	t->newer = NULL;
	t->older = w->newest;
	*(w->newest ? &w->newest->newer : &w->oldest) = t;
	w->newest = t;
	w->n_talks++;
}

void http_worker_forget(struct http_talk *t)
{
	take_out(t);
	if (t->w->stopping && !t->w->n_talks)
		event_base_loopexit(t->w->base, NULL);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Room for one more from ip: within the limits, or by sending away who said nothing for longest;
 * not one who came just now, whose request is on its way. */
static bool has_room(struct http_worker *w, struct address ip)
{
	uint64_t now = now_ns();
	struct http_talk *idle = NULL, *idle_same = NULL;
	uint32_t same = 0;

	for (struct http_talk *t = w->oldest; t; t = t->newer) {
		bool is_idle = t->state == TALK_HEAD && !t->begun && now - t->since_ns >= IDLE_NS;

		if (is_idle && !idle)
			idle = t;
		if (!address_equal(t->ip, ip))
			continue;
		same++;
		if (is_idle && !idle_same)
			idle_same = t;
	}
	if (same >= w->limits.per_client)
		idle = idle_same;
	else if (w->n_talks < w->limits.connections)
		return true;
	if (idle)
		http_talk_free(idle);
	return idle;
}

static void turn_away(struct http_worker *w, int fd, struct address ip, uint16_t port)
{
	char head[HTTP_ANSWER_MAX];
	struct text out = text_init(head, sizeof(head));
	struct http_answer a = http_answer_refuse(NULL, HTTP_BUSY);
	struct http_news n = { .ip = ip,
			       .port = port,
			       .method = bytes_str("-"),
			       .path = bytes_str("-"),
			       .status = http_status(HTTP_BUSY),
			       .why = http_sentence(HTTP_BUSY) };

	http_answer_text(&a, NULL, (uint64_t)time(NULL), &out);
	(void)send(fd, head, out.pos, MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
	if (w->news)
		w->news(w->ctx, &n);
}

static void accepted(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *from, int n,
		     void *ctx)
{
	struct http_worker *w = ctx;
	struct sockaddr_in6 six;
	struct sockaddr_in four;
	struct address ip;
	uint16_t port;

	(void)l;
	memset(&six, 0, sizeof(six));
	memcpy(&six, from, (size_t)n < sizeof(six) ? (size_t)n : sizeof(six));
	memcpy(&four, &six, sizeof(four));
	ip = from->sa_family == AF_INET6 ? address_ip6(six.sin6_addr.s6_addr)
					 : address_ip4(ntohl(four.sin_addr.s_addr));
	port = ntohs(four.sin_port); /* at the same place in both */
	if (has_room(w, ip))
		(void)http_talk_new(w, fd, ip, port);
	else
		turn_away(w, fd, ip, port);
}

static void accept_again(evutil_socket_t fd, short what, void *ctx)
{
	struct http_worker *w = ctx;

	(void)fd;
	(void)what;
	if (w->listener)
		evconnlistener_enable(w->listener);
}

/* No descriptors, no memory: it would be told at once again. */
static void accept_failed(struct evconnlistener *l, void *ctx)
{
	struct http_worker *w = ctx;
	struct timeval soon = { 0, 100000 };

	evconnlistener_disable(l);
	evtimer_add(w->again, &soon);
}

/* ---- open ---- */

static int on(int fd, int level, int name, int v)
{
	return setsockopt(fd, level, name, &v, sizeof(v));
}

/* A socket that listens, for both families where there are two. Its descriptor or a negative errno.
 */
static int listen_at(const char *interface, uint16_t port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), r = 0;
	bool both = fd >= 0 && on(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) == 0;

	if (!both) {
		if (fd >= 0)
			close(fd);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	}
	if (fd < 0)
		return -errno;
	on(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	/* those who are accepted inherit these */
	on(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	on(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
	if ((interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
				     (socklen_t)strlen(interface) + 1)) ||
	    (both ? bind(fd, (struct sockaddr *)&six, sizeof(six))
		  : bind(fd, (struct sockaddr *)&four, sizeof(four))) ||
	    listen(fd, BACKLOG))
		r = -errno;
	if (!r)
		return fd;
	close(fd);
	return r;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_in6 six = { 0 };
	socklen_t n = sizeof(six);

	return getsockname(fd, (struct sockaddr *)&six, &n) ? 0 : ntohs(six.sin6_port);
}

/* Each connection has a socket and a file. */
static void make_room(struct http_limits *l)
{
	struct rlimit r;
	rlim_t want = (rlim_t)l->connections * 2 + SPARE_FILES;

	if (getrlimit(RLIMIT_NOFILE, &r))
		return;
	if (r.rlim_cur < want) {
		r.rlim_cur = r.rlim_max < want ? r.rlim_max : want;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
	if (r.rlim_cur < want)
		l->connections = r.rlim_cur > 2 * SPARE_FILES
					 ? (uint32_t)(r.rlim_cur - SPARE_FILES) / 2
					 : SPARE_FILES / 2;
}

static int open_port(struct http_worker *w, const struct http_worker_options *o, char *why,
		     size_t n)
{
	int fd = listen_at(o->interface, o->port);

	if (fd == -EADDRINUSE)
		snprintf(why, n,
			 "TCP port %u is taken by another server; 'ss -ltnp sport = :%u' names it",
			 o->port, o->port);
	else if (fd < 0)
		snprintf(why, n, "TCP port %u on %s: %s", o->port,
			 o->interface ? o->interface : "all interfaces", strerror(-fd));
	if (fd < 0)
		return fd;
	w->port = port_of(fd);
	w->listener = evconnlistener_new(w->base, accepted, w,
					 LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (w->listener) {
		evconnlistener_set_error_cb(w->listener, accept_failed);
		return 0;
	}
	close(fd);
	snprintf(why, n, "memory ran out");
	return -ENOMEM;
}

static struct event_base *make_base(void)
{
	struct event_config *c = event_config_new();
	struct event_base *b = NULL;

	if (c && event_config_set_flag(c, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV |
						  EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0)
		b = event_base_new_with_config(c);
	if (c)
		event_config_free(c);
	return b;
}

int http_worker_open(const struct http_worker_options *o, struct http_worker **out, char *why,
		     size_t n)
{
	struct http_worker *w = calloc(1, sizeof(*w));
	int r;

	if (w) {
		w->asks = -1;
		w->base = make_base();
		w->again = w->base ? evtimer_new(w->base, accept_again, w) : NULL;
	}
	if (!w || !w->again) {
		http_worker_free(w);
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	w->limits = o->limits;
	w->ctx = o->ctx;
	w->news = o->news;
	make_room(&w->limits);
	r = store_dir_open(o->root, NULL, &w->root, why, n);
	if (!r)
		r = open_port(w, o, why, n);
	if (!r && o->interface && (w->asks = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0) {
		r = -errno;
		snprintf(why, n, "a socket: %s", strerror(-r));
	}
	w->interface = o->interface;
	if (r) {
		http_worker_free(w);
		return r;
	}
	w->store = store_dir_store(w->root);
	/* who goes away while something is sent to him is told of by an error */
	signal(SIGPIPE, SIG_IGN);
	*out = w;
	return 0;
}

/* ---- run ---- */

struct ending {
	struct http_worker *w;
	struct timeval grace;
};

static void told_to_stop(evutil_socket_t fd, short what, void *ctx)
{
	struct ending *e = ctx;
	struct http_talk *next;

	(void)fd;
	(void)what;
	evconnlistener_free(e->w->listener);
	e->w->listener = NULL;
	for (struct http_talk *t = e->w->oldest; t; t = next) {
		next = t->newer;
		(void)http_talk_stop(t);
	}
	e->w->stopping = true;
	event_base_loopexit(e->w->base, e->w->n_talks ? &e->grace : NULL);
}

void http_worker_run(struct http_worker *w, int stop, int grace_ms)
{
	struct ending e = { w, { grace_ms / 1000, grace_ms % 1000 * 1000 } };
	struct event *ev = event_new(w->base, stop, EV_READ, told_to_stop, &e);

	if (!ev)
		return;
	event_add(ev, NULL);
	event_base_dispatch(w->base);
	event_free(ev);
	while (w->oldest)
		http_talk_end(w->oldest, "the server stops");
}

uint16_t http_worker_port(const struct http_worker *w)
{
	return w->port;
}

int http_worker_root(const struct http_worker *w)
{
	return store_dir_fd(w->root);
}

void http_worker_free(struct http_worker *w)
{
	if (!w)
		return;
	while (w->oldest)
		http_talk_free(w->oldest);
	if (w->listener)
		evconnlistener_free(w->listener);
	if (w->again)
		event_free(w->again);
	store_dir_free(w->root);
	if (w->base)
		event_base_free(w->base);
	if (w->asks >= 0)
		close(w->asks);
	free(w);
}
