/* SPDX-License-Identifier: BSD-2-Clause */
/* Who comes and goes on the TCP ports of an RPC server. */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loop.h"
#include "rpc_parts.h"

enum {
	BACKLOG = 128,
	ACCEPTED = 32,   /* at once */
	IDLE_MS = 10000, /* after which a connection may give way to a new one */
};

static const uint64_t MS = 1000000;

int rpc_tcp_listen(struct rpc_worker *w, uint32_t i, char *why, size_t n)
{
	const char *interface = w->o.interface;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(w->o.port[i]) };
	socklen_t at_n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1, r = 0;

	w->listener[i] = fd;
	if (fd >= 0) {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		/* those who are accepted inherit these */
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	}
	if (fd < 0 ||
	    (interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
				     (socklen_t)strlen(interface) + 1)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)&at, &at_n))
		r = -errno;
	if (r == -EADDRINUSE)
		snprintf(why, n,
			 "TCP port %u is taken by another server; 'ss -ltnp sport = :%u' names it",
			 w->o.port[i], w->o.port[i]);
	else if (r)
		snprintf(why, n, "TCP port %u: %s", w->o.port[i], strerror(-r));
	else
		w->o.port[i] = ntohs(at.sin_port);
	return r;
}

/* Other threads may be ahead of now. */
static bool passed(uint64_t now, uint64_t since, uint32_t ms)
{
	return now > since + ms * MS;
}

/* Locked. Nothing is under way on it. */
static bool is_idle(const struct rpc_conn *c, uint64_t now)
{
	return c->fd >= 0 && !c->users && !c->rest && !c->dead && !c->saved &&
	       !rpc_record_begun(&c->record) && passed(now, atomic_load(&c->moved_ns), IDLE_MS);
}

/* The one that said nothing for longest is let go, so that its place is free soon. */
static void make_place(struct rpc_worker *w, uint32_t ip, uint64_t now)
{
	struct rpc_conn *idlest = NULL;

	for (uint32_t i = 0; i < w->o.limits.connections; i++) {
		struct rpc_conn *c = &w->conn[i];

		pthread_mutex_lock(&c->lock);
		if (is_idle(c, now) && (!ip || c->peer.ip == ip) &&
		    (!idlest || atomic_load(&c->moved_ns) < atomic_load(&idlest->moved_ns)))
			idlest = c;
		pthread_mutex_unlock(&c->lock);
	}
	if (!idlest)
		return;
	pthread_mutex_lock(&idlest->lock);
	if (is_idle(idlest, now))
		shutdown(idlest->fd, SHUT_RDWR);
	pthread_mutex_unlock(&idlest->lock);
}

/* A free slot, and how many that address has. */
static struct rpc_conn *find_place(struct rpc_worker *w, uint32_t ip, uint32_t *same)
{
	struct rpc_conn *found = NULL;

	*same = 0;
	for (uint32_t i = 0; i < w->o.limits.connections; i++) {
		struct rpc_conn *c = &w->conn[i];

		pthread_mutex_lock(&c->lock);
		if (c->fd < 0 && !found)
			found = c;
		*same += c->fd >= 0 && c->peer.ip == ip;
		pthread_mutex_unlock(&c->lock);
	}
	return found;
}

static void welcome(struct rpc_worker *w, int fd, const struct sockaddr_in *from)
{
	struct sockaddr_in local = { 0 };
	socklen_t n = sizeof(local);
	uint32_t ip = ntohl(from->sin_addr.s_addr), same;
	struct rpc_conn *c = find_place(w, ip, &same);
	struct epoll_event e = { .events = EPOLLIN | EPOLLONESHOT };
	uint64_t now = loop_now();

	if (!c || same >= w->o.limits.per_client) {
		make_place(w, same >= w->o.limits.per_client ? ip : 0, now);
		close(fd);
		return;
	}
	(void)getsockname(fd, (struct sockaddr *)&local, &n);
	pthread_mutex_lock(&c->lock);
	c->fd = fd;
	c->users = 0;
	c->reading = c->dead = false;
	c->peer = (struct rpc_peer) { .ip = ip,
				      .local = ntohl(local.sin_addr.s_addr),
				      .port = ntohs(from->sin_port),
				      .tcp = true };
	atomic_store(&c->moved_ns, now);
	atomic_store(&c->begun_ns, 0);
	e.data.u64 = rpc_tcp_source(w, c);
	if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &e)) {
		close(fd);
		c->fd = -1;
	}
	pthread_mutex_unlock(&c->lock);
}

/* One thread at a time: the slots are looked through and taken. */
void rpc_tcp_accept(struct rpc_hand *h, uint32_t i)
{
	struct rpc_worker *w = h->w;

	pthread_mutex_lock(&w->accepting);
	for (int k = 0; k < ACCEPTED; k++) {
		struct sockaddr_in from = { 0 };
		socklen_t n = sizeof(from);
		int fd = accept4(w->listener[i], (struct sockaddr *)&from, &n,
				 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			welcome(w, fd, &from);
		else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
			/* the sweep listens again */
			make_place(w, 0, loop_now());
			pthread_mutex_unlock(&w->accepting);
			return;
		} else
			break;
	}
	pthread_mutex_unlock(&w->accepting);
	rpc_wait_for(w, w->listener[i], EPOLLIN, rpc_source(RPC_AT_LISTENER, 0, i));
}

void rpc_tcp_sweep(struct rpc_worker *w)
{
	uint64_t now = loop_now();

	for (uint32_t i = 0; i < w->o.limits.connections; i++) {
		struct rpc_conn *c = &w->conn[i];
		uint64_t moved, begun;

		pthread_mutex_lock(&c->lock);
		moved = atomic_load(&c->moved_ns);
		begun = atomic_load(&c->begun_ns);
		if (c->fd >= 0 && !c->users &&
		    (((c->rest || begun) && !c->parked &&
		      passed(now, moved, w->o.limits.stall_ms)) ||
		     (begun && passed(now, begun, w->o.limits.whole_ms))))
			shutdown(c->fd, SHUT_RDWR);
		pthread_mutex_unlock(&c->lock);
	}
	for (uint32_t i = 0; i < w->o.n_ports; i++)
		rpc_wait_for(w, w->listener[i], EPOLLIN, rpc_source(RPC_AT_LISTENER, 0, i));
}

void rpc_tcp_free(struct rpc_worker *w)
{
	for (uint32_t i = 0; w->conn && w->up && i < w->o.limits.connections; i++) {
		struct rpc_conn *c = &w->conn[i];

		if (c->fd >= 0) {
			rpc_tcp_clear(w, c);
			close(c->fd);
		}
		pthread_mutex_destroy(&c->lock);
	}
}
