/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many TFTP clients in one process, for timing servers: tftp_load ADDRESS PORT FILE CLIENTS BLKSIZE
 * WINDOW [LOADS]. Each client gets FILE LOADS times, one after the other, from a socket of its own;
 * what is lost is asked for again after a second. Prints bytes a second over all, and of the
 * transfers' durations the median, the 99th of a hundred and the longest in seconds; and how many
 * failed.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGES = 64, ROOM = 65536 };

struct client {
	int fd, left;
	struct sockaddr_in server; /* port 0: the transfer's is not known yet */
	uint64_t begun, sent, got, bytes;
	unsigned blksize, window, in_window;
	unsigned char last[600];
	size_t last_n;
};

static struct sockaddr_in server;
static const char *file;
static unsigned blksize, window;
static uint64_t all_bytes, failed, size_first;
static double *took;
static size_t n_took;

static int number(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void again(struct client *c)
{
	c->sent = now();
	sendto(c->fd, c->last, c->last_n, 0, (struct sockaddr *)&c->server, sizeof(c->server));
}

static size_t put(unsigned char *p, const char *s)
{
	memcpy(p, s, strlen(s) + 1);
	return strlen(s) + 1;
}

static void ask(struct client *c)
{
	char number[16];
	size_t n = 2;

	c->server = server;
	c->begun = now();
	c->got = c->bytes = c->in_window = 0;
	c->blksize = 512;
	c->window = 1;
	c->last[0] = 0;
	c->last[1] = 1;
	n += put(c->last + n, file);
	n += put(c->last + n, "octet");
	if (blksize != 512) {
		n += put(c->last + n, "blksize");
		snprintf(number, sizeof(number), "%u", blksize);
		n += put(c->last + n, number);
	}
	if (window > 1) {
		n += put(c->last + n, "windowsize");
		snprintf(number, sizeof(number), "%u", window);
		n += put(c->last + n, number);
	}
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

static void over(struct client *c, int fine)
{
	took[n_took++] = (double)(now() - c->begun) / 1e9;
	if (!size_first)
		size_first = c->bytes;
	if (!fine || c->bytes != size_first)
		failed++;
	if (--c->left > 0)
		ask(c);
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
			c->window = (unsigned)number(value);
	}
}

static void hear(struct client *c, const unsigned char *p, size_t n, const struct sockaddr_in *from)
{
	if (c->left <= 0 || n < 4)
		return;
	if (c->server.sin_port == server.sin_port && c->got == 0)
		c->server = *from;
	if (from->sin_port != c->server.sin_port)
		return;
	if (p[1] == 5) {
		over(c, 0);
	} else if (p[1] == 6 && c->got == 0) {
		options(c, (const char *)p + 2, n - 2);
		ack(c);
	} else if (p[1] == 3 && (unsigned)(p[2] << 8 | p[3]) == ((c->got + 1) & 0xffff)) {
		c->got++;
		c->bytes += n - 4;
		all_bytes += n - 4;
		if (n - 4 < c->blksize) {
			ack(c);
			over(c, 1);
		} else if (++c->in_window == c->window) {
			ack(c);
		}
	} else if (p[1] == 3 && c->in_window && now() - c->sent > 2000000) {
		ack(c); /* a gap: from the last in order on */
	}
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
	static unsigned char room[MESSAGES][ROOM];
	static struct mmsghdr m[MESSAGES];
	static struct iovec v[MESSAGES];
	static struct sockaddr_in from[MESSAGES];
	struct epoll_event e[256];
	int clients, loads, busy, ep = epoll_create1(0);
	struct client *c;
	uint64_t begun, looked;

	if (argc < 7) {
		fprintf(stderr, "tftp_load ADDRESS PORT FILE CLIENTS BLKSIZE WINDOW [LOADS]\n");
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
	c = calloc((size_t)clients, sizeof(*c));
	took = calloc((size_t)clients * (size_t)loads, sizeof(*took));
	for (int i = 0; i < MESSAGES; i++) {
		v[i] = (struct iovec) { room[i], ROOM };
		m[i].msg_hdr.msg_iov = &v[i];
		m[i].msg_hdr.msg_iovlen = 1;
		m[i].msg_hdr.msg_name = &from[i];
	}
	begun = looked = now();
	for (int i = 0; i < clients; i++) {
		struct epoll_event in = { .events = EPOLLIN, .data.u32 = (uint32_t)i };
		int big = 1 << 20;

		c[i].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
		setsockopt(c[i].fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof(big));
		epoll_ctl(ep, EPOLL_CTL_ADD, c[i].fd, &in);
		c[i].left = loads;
		ask(&c[i]);
	}
	do {
		int n = epoll_wait(ep, e, 256, 100);

		for (int k = 0; k < n; k++) {
			struct client *one = &c[e[k].data.u32];
			int heard;

			for (int i = 0; i < MESSAGES; i++)
				m[i].msg_hdr.msg_namelen = sizeof(from[i]);
			heard = recvmmsg(one->fd, m, MESSAGES, MSG_DONTWAIT, NULL);
			for (int i = 0; i < heard; i++)
				hear(one, room[i], m[i].msg_len, &from[i]);
		}
		busy = 0;
		if (now() - looked > 100000000 || n == 0) {
			looked = now();
			for (int i = 0; i < clients; i++)
				if (c[i].left > 0 && looked - c[i].sent > 1000000000) {
					if (looked - c[i].begun > 60000000000u)
						over(&c[i], 0);
					else
						again(&c[i]);
				}
		}
		for (int i = 0; i < clients && !busy; i++)
			busy = c[i].left > 0;
	} while (busy);
	qsort(took, n_took, sizeof(*took), by_value);
	printf("%.1f MB/s  median %.3f s  p99 %.3f s  longest %.3f s  failed %llu\n",
	       (double)all_bytes / 1e6 / ((double)(now() - begun) / 1e9), took[n_took / 2],
	       took[n_took * 99 / 100], took[n_took - 1], (unsigned long long)failed);
	return failed != 0;
}
