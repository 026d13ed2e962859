/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "tftp_worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "seed.h"
#include "store_dir.h"
#include "udp_port.h"

enum { WATCH_REQUESTS, WATCH_TRANSFERS, WATCH_TIMER, WATCH_STOP, WATCHED };

struct tftp_worker {
	int ep, timer;
	uint64_t rings; /* when the timer will, or has; UINT64_MAX: it is not set */
	struct udp_port *requests, *transfers; /* the same with one port for all */
	struct store_dir *root;
	struct store_cmdline *cmdline;
	struct tftp_server *server;
	uint64_t now;
	void *ctx;
	void (*news)(void *ctx, const struct tftp_news *n);
};

static const uint64_t second = UINT64_C(1000000000);

static uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * second + (uint64_t)t.tv_nsec;
}

static struct tftp_peer peer_of(const struct udp_end *e)
{
	return (struct tftp_peer) { e->ip, e->local, e->port, e->interface, e->usual, false };
}

static struct udp_end end_of(const struct tftp_peer *p)
{
	return (struct udp_end) { p->ip, p->local, p->port, p->interface, p->usual, p->in_pieces };
}

static void send_out(void *ctx, const struct tftp_peer *to, struct bytes data, uint32_t size)
{
	struct tftp_worker *w = ctx;
	struct udp_end e = end_of(to);

	udp_port_send(w->transfers, &e, data, size);
}

static void heard_request(void *ctx, const struct udp_end *from, struct bytes datagram)
{
	struct tftp_worker *w = ctx;
	struct tftp_peer p = peer_of(from);

	p.usual = udp_port_usual(w->transfers, from);
	tftp_server_request(w->server, &p, datagram, w->now);
}

static void heard_packet(void *ctx, const struct udp_end *from, struct bytes datagram)
{
	struct tftp_worker *w = ctx;
	struct tftp_peer p = peer_of(from);

	tftp_server_packet(w->server, &p, datagram, w->now);
}

static void refused(void *ctx, const struct udp_end *peer, uint32_t mtu)
{
	struct tftp_worker *w = ctx;
	struct tftp_peer p = peer_of(peer);

	if (mtu)
		tftp_server_too_long(w->server, &p, mtu, w->now);
	else
		tftp_server_unreachable(w->server, &p);
}

static void known(void *ctx, const struct tftp_peer *peer, struct boot_path_who *out)
{
	struct tftp_worker *w = ctx;
	struct udp_end e = end_of(peer);

	(void)udp_port_neighbour(w->transfers, &e, &out->mac);
}

static uint32_t path_mtu(void *ctx, const struct tftp_peer *peer)
{
	struct tftp_worker *w = ctx;
	struct udp_end e = end_of(peer);

	return udp_port_mtu(w->transfers, &e);
}

static void told(void *ctx, const struct tftp_news *n)
{
	struct tftp_worker *w = ctx;

	if (w->news)
		w->news(w->ctx, n);
}

int tftp_worker_open(const struct tftp_worker_options *o, struct tftp_worker **out, char *why,
		     size_t n)
{
	struct tftp_worker *w = calloc(1, sizeof(*w));
	/* blocks come in only where files are written */
	uint32_t datagram =
		o->into && o->limits.blksize_max > 1984 ? o->limits.blksize_max + 64 : 2048;
	struct tftp_limits limits = o->limits;
	struct tftp_out to = { w, send_out, told, known, path_mtu };
	struct store store;
	void *mem;
	int r = -ENOMEM;

	if (!w) {
		snprintf(why, n, "memory ran out");
		return r;
	}
	w->rings = UINT64_MAX;
	w->ep = epoll_create1(EPOLL_CLOEXEC);
	w->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->ep < 0 || w->timer < 0) {
		r = -errno;
		snprintf(why, n, "too many files are open");
		tftp_worker_free(w);
		return r;
	}
	w->ctx = o->ctx;
	w->news = o->news;
	r = store_dir_open(o->root, o->into, &w->root, why, n);
	if (!r)
		r = udp_port_open(o->interface, o->port, datagram, true, &w->requests, why, n);
	w->transfers = w->requests;
	if (!r && !o->single_port)
		r = udp_port_open(o->interface, 0, datagram, false, &w->transfers, why, n);
	mem = r ? NULL : calloc(1, tftp_server_size(&limits));
	w->cmdline = r || !o->cmdline.root ? NULL : calloc(1, sizeof(*w->cmdline));
	if (!r && (!mem || (o->cmdline.root && !w->cmdline))) {
		free(mem);
		snprintf(why, n, "memory ran out");
		r = -ENOMEM;
	}
	if (r) {
		if (w->transfers == w->requests)
			w->transfers = NULL;
		tftp_worker_free(w);
		return r;
	}
	store = store_dir_store(w->root);
	if (w->cmdline)
		store = store_cmdline_over(w->cmdline, &store, &o->cmdline);
	limits.dry = o->dry;
	w->server = tftp_server_init(mem, &limits, &store, &to, seed_word());
	*out = w;
	return 0;
}

void tftp_worker_keeps(const struct tftp_worker *w, struct sandbox *box)
{
	box->folder[box->n_folders++] =
		(struct sandbox_folder) { .fd = store_dir_fd(w->root), .reads = true };
	if (store_dir_into(w->root) >= 0)
		box->folder[box->n_folders++] =
			(struct sandbox_folder) { .fd = store_dir_into(w->root), .makes = true };
}

/* What a transfer waits for is put off with each packet, so the timer may ring too early, never too
 * late: it is not set anew for every packet. */
static void set_timer(struct tftp_worker *w)
{
	uint64_t next = tftp_server_next(w->server);
	struct itimerspec t = { .it_value = { (time_t)(next / second), (long)(next % second) } };

	if (next >= w->rings)
		return;
	if (!next)
		t.it_value.tv_nsec = 1; /* 0 would be never */
	if (!timerfd_settime(w->timer, TFD_TIMER_ABSTIME, &t, NULL))
		w->rings = next;
}

/* True: stop can be read. */
static bool once(struct tftp_worker *w, int wait_ms)
{
	struct epoll_event e[WATCHED];
	unsigned ready = 0;
	uint64_t times;
	int n;

	set_timer(w);
	n = epoll_wait(w->ep, e, WATCHED, wait_ms);
	for (int i = 0; i < n; i++)
		ready |= 1u << e[i].data.u32;
	w->now = clock_ns();
	if (ready & 1u << WATCH_TIMER && read(w->timer, &times, sizeof(times)) > 0)
		w->rings = UINT64_MAX;
	/* a last ACK goes before the request for the next file */
	if (ready & 1u << WATCH_TRANSFERS)
		udp_port_take(w->transfers, w, heard_packet, refused);
	if (ready & 1u << WATCH_REQUESTS)
		udp_port_take(w->requests, w,
			      w->transfers == w->requests ? heard_packet : heard_request, refused);
	tftp_server_tick(w->server, w->now);
	return ready & 1u << WATCH_STOP;
}

static void watch(struct tftp_worker *w, int fd, uint32_t what)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = what };

	epoll_ctl(w->ep, EPOLL_CTL_ADD, fd, &e);
}

void tftp_worker_run(struct tftp_worker *w, int stop, int grace_ms)
{
	uint64_t end;

	watch(w, udp_port_fd(w->requests), WATCH_REQUESTS);
	if (w->transfers != w->requests)
		watch(w, udp_port_fd(w->transfers), WATCH_TRANSFERS);
	watch(w, w->timer, WATCH_TIMER);
	watch(w, stop, WATCH_STOP);
	while (!once(w, -1))
		;
	epoll_ctl(w->ep, EPOLL_CTL_DEL, stop, NULL);
	tftp_server_stop(w->server);
	end = clock_ns() + (uint64_t)grace_ms * 1000000;
	while (tftp_server_transfers(w->server) && clock_ns() < end)
		once(w, 100);
}

uint16_t tftp_worker_port(const struct tftp_worker *w)
{
	return udp_port_number(w->requests);
}

void tftp_worker_free(struct tftp_worker *w)
{
	if (!w)
		return;
	if (w->transfers != w->requests)
		udp_port_free(w->transfers);
	udp_port_free(w->requests);
	if (w->timer >= 0)
		close(w->timer);
	if (w->ep >= 0)
		close(w->ep);
	store_dir_free(w->root);
	free(w->server);
	free(w->cmdline);
	free(w);
}
