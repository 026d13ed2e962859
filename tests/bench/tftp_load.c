/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many TFTP clients, for timing servers: tftp_load ADDRESS PORT FILE CLIENTS BLKSIZE WINDOW [LOADS
 * [CORES]]. Each client gets FILE LOADS times, one after the other, from a socket of its own; what
 * is lost is asked for again after a second. Prints megabytes a second over all; of the transfers'
 * durations the median, the 99th of a hundred and the longest in seconds; and how many failed.
 *
 * CORES: so many of the last cores are the clients' own. There is a process on each, which never
 * sleeps: what is measured is then the server, not how long a client's core takes to wake up.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum { MESSAGES = 16, ROOM = 65536, EVENTS = 256, LOOK_EVERY = 1024 };

struct client {
	int fd, left;
	bool connected; /* the transfer's port is known */
	uint64_t begun, sent, got, bytes;
	unsigned blksize, window, in_window;
	unsigned char last[600];
	size_t last_n;
};

/* Of all processes. */
struct shared {
	int ready, go;
	uint64_t bytes, failed, size, n_took, window;
	double took[];
};

static const uint64_t second = 1000000000;
static struct sockaddr_in server;
static const char *file;
static unsigned blksize, window;
static bool spins;
static int ep;
static struct shared *all;

static int number(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * second + (uint64_t)t.tv_nsec;
}

/* ---- one client ---- */

static void again(struct client *c)
{
	if (c->connected)
		send(c->fd, c->last, c->last_n, 0);
	else
		sendto(c->fd, c->last, c->last_n, 0, (struct sockaddr *)&server, sizeof(server));
	c->sent = now();
}

static size_t put(unsigned char *p, const char *s)
{
	memcpy(p, s, strlen(s) + 1);
	return strlen(s) + 1;
}

static size_t put_option(unsigned char *p, const char *key, unsigned v)
{
	char text[16];
	size_t n = put(p, key);

	snprintf(text, sizeof(text), "%u", v);
	return n + put(p + n, text);
}

/* From a new port: what the last transfer may still get is not for this one. */
static void ask(struct client *c, uint32_t index)
{
	struct epoll_event in = { .events = EPOLLIN, .data.u32 = index };
	int big = 1 << 20, one = 1;
	size_t n = 2;

	if (c->fd >= 0)
		close(c->fd);
	c->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof(big));
	if (getenv("TFTP_LOAD_GRO"))
		setsockopt(c->fd, IPPROTO_UDP, UDP_GRO, &one, sizeof(one));
	epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &in);
	c->connected = false;
	c->begun = now();
	c->got = c->bytes = c->in_window = 0;
	c->blksize = 512;
	c->window = 1;
	c->last[0] = 0;
	c->last[1] = 1;
	n += put(c->last + n, file);
	n += put(c->last + n, "octet");
	if (blksize != 512)
		n += put_option(c->last + n, "blksize", blksize);
	if (window > 1)
		n += put_option(c->last + n, "windowsize", window);
	c->last_n = n;
	again(c);
}

static void ack(struct client *c)
{
	c->last[0] = 0;
	c->last[1] = 4;
	c->last[2] = (unsigned char)(c->got >> 8);
	c->last[3] = (unsigned char)c->got;
	c->last_n = 4;
	c->in_window = 0;
	again(c);
}

static void over(struct client *c, uint32_t index, bool fine)
{
	uint64_t none = 0;

	all->took[__atomic_fetch_add(&all->n_took, 1, __ATOMIC_RELAXED)] =
		(double)(now() - c->begun) / 1e9;
	__atomic_fetch_add(&all->bytes, c->bytes, __ATOMIC_RELAXED);
	__atomic_compare_exchange_n(&all->size, &none, c->bytes, false, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
	if (!fine || c->bytes != all->size)
		__atomic_fetch_add(&all->failed, 1, __ATOMIC_RELAXED);
	if (--c->left > 0)
		ask(c, index);
}

static void options(struct client *c, const char *p, size_t n)
{
	size_t at = 0;

	while (at < n) {
		const char *key = p + at, *value;

		at += strnlen(key, n - at) + 1;
		if (at >= n)
			break;
		value = p + at;
		at += strnlen(value, n - at) + 1;
		if (strcasecmp(key, "blksize") == 0)
			c->blksize = (unsigned)number(value);
		else if (strcasecmp(key, "windowsize") == 0)
			all->window = c->window = (unsigned)number(value);
	}
}

/* False: the transfer is over, or it cannot be. */
static bool hear(struct client *c, uint32_t index, const unsigned char *p, size_t n)
{
	if (n < 4)
		return true;
	if (p[1] == 5) {
		over(c, index, false);
		return false;
	}
	if (p[1] == 6 && c->got == 0) {
		options(c, (const char *)p + 2, n - 2);
		ack(c);
	} else if (p[1] == 3 && (unsigned)(p[2] << 8 | p[3]) == ((c->got + 1) & 0xffff)) {
		c->got++;
		c->bytes += n - 4;
		if (n - 4 < c->blksize) {
			ack(c);
			over(c, index, true);
			return false;
		}
		if (++c->in_window == c->window)
			ack(c);
	} else if (p[1] == 3 && c->in_window && now() - c->sent > 2000000) {
		ack(c); /* a gap: from the last in order on */
	}
	return true;
}

/* ---- many ---- */

static unsigned char room[MESSAGES][ROOM];
static struct mmsghdr m[MESSAGES];
static struct iovec v[MESSAGES];
static struct sockaddr_in from[MESSAGES];
static union {
	struct cmsghdr align;
	unsigned char b[64];
} control[MESSAGES];

/* How long each datagram was before the kernel joined them (UDP_GRO). */
static size_t piece_of(struct msghdr *h, size_t whole)
{
	int size = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
		if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO)
			memcpy(&size, CMSG_DATA(c), sizeof(size));
	return size > 0 ? (size_t)size : whole;
}

static void listen_to(struct client *c, uint32_t index)
{
	unsigned most = c->window < MESSAGES ? c->window : MESSAGES;
	int heard;

	for (unsigned i = 0; i < most; i++) {
		v[i] = (struct iovec) { room[i], ROOM };
		m[i].msg_hdr = (struct msghdr) { .msg_name = &from[i],
						 .msg_namelen = sizeof(from[i]),
						 .msg_iov = &v[i],
						 .msg_iovlen = 1,
						 .msg_control = &control[i],
						 .msg_controllen = sizeof(control[i]) };
	}
	heard = recvmmsg(c->fd, m, most, MSG_DONTWAIT, NULL);
	for (int i = 0; i < heard; i++) {
		size_t n = m[i].msg_len, piece = piece_of(&m[i].msg_hdr, n);

		if (!c->connected)
			c->connected =
				connect(c->fd, (struct sockaddr *)&from[i], sizeof(from[i])) == 0;
		for (size_t at = 0; at < n; at += piece)
			if (!hear(c, index, room[i] + at, n - at < piece ? n - at : piece))
				return;
	}
}

/* Any left? */
static bool look_after(struct client *c, int clients)
{
	uint64_t looked = now();
	bool busy = false;

	for (int i = 0; i < clients; i++) {
		if (c[i].left > 0 && looked > c[i].sent + second) {
			if (looked > c[i].begun + 60 * second)
				over(&c[i], (uint32_t)i, false);
			else
				again(&c[i]);
		}
		busy |= c[i].left > 0;
	}
	return busy;
}

static void run(int clients, int loads)
{
	struct client *c = calloc((size_t)clients, sizeof(*c));
	struct epoll_event e[EVENTS];
	unsigned turns = 0;
	bool busy = true;

	ep = epoll_create1(0);
	__atomic_fetch_add(&all->ready, 1, __ATOMIC_SEQ_CST);
	while (!__atomic_load_n(&all->go, __ATOMIC_SEQ_CST))
		;
	for (int i = 0; i < clients; i++) {
		c[i].fd = -1;
		c[i].left = loads;
		ask(&c[i], (uint32_t)i);
	}
	while (busy) {
		int n = 0;

		if (spins && clients == 1)
			listen_to(c, 0);
		else
			n = epoll_wait(ep, e, EVENTS, spins ? 0 : 100);
		for (int i = 0; i < n; i++)
			if (c[e[i].data.u32].left > 0)
				listen_to(&c[e[i].data.u32], e[i].data.u32);
		if (clients == 1 ? c->left <= 0 || ++turns % (64 * LOOK_EVERY) == 0
				 : ++turns % LOOK_EVERY == 0 || all->n_took >= (uint64_t)clients)
			busy = look_after(c, clients);
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void take_core(long core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)core, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

int main(int argc, char **argv)
{
	int clients, loads, cores, processes;
	uint64_t begun;
	double seconds;

	if (argc < 7) {
		fprintf(stderr,
			"tftp_load ADDRESS PORT FILE CLIENTS BLKSIZE WINDOW [LOADS [CORES]]\n");
		return 2;
	}
	server.sin_family = AF_INET;
	server.sin_port = htons((uint16_t)number(argv[2]));
	inet_pton(AF_INET, argv[1], &server.sin_addr);
	file = argv[3];
	clients = number(argv[4]);
	blksize = (unsigned)number(argv[5]);
	window = (unsigned)number(argv[6]);
	loads = argc > 7 ? number(argv[7]) : 1;
	cores = argc > 8 ? number(argv[8]) : 0;
	spins = cores > 0;
	processes = cores < 1 ? 1 : cores < clients ? cores : clients;
	all = mmap(NULL, sizeof(*all) + (size_t)clients * (size_t)loads * sizeof(all->took[0]),
		   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (all == MAP_FAILED)
		return 3;
	all->window = 1;
	for (int i = 0; i < processes; i++)
		if (fork() == 0) {
			if (spins)
				take_core(sysconf(_SC_NPROCESSORS_ONLN) - 1 - i);
			run(clients / processes + (i < clients % processes), loads);
			_exit(0);
		}
	while (__atomic_load_n(&all->ready, __ATOMIC_SEQ_CST) < processes)
		usleep(1000);
	begun = now();
	__atomic_store_n(&all->go, 1, __ATOMIC_SEQ_CST);
	while (wait(NULL) > 0)
		;
	seconds = (double)(now() - begun) / 1e9;
	qsort(all->took, all->n_took, sizeof(all->took[0]), by_value);
	printf("%.1f MB/s  median %.4f s  p99 %.4f s  longest %.4f s  failed %llu  window %llu\n",
	       (double)all->bytes / 1e6 / seconds, all->took[all->n_took / 2],
	       all->took[all->n_took * 99 / 100], all->took[all->n_took - 1],
	       (unsigned long long)all->failed, (unsigned long long)all->window);
	return all->failed != 0;
}
