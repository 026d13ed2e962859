/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bad wire for TFTP: lossy ADDRESS PORT SEED PERCENT. Listens on UDP port 69 of 127.0.0.1, passes
 * what comes on to the server and back, each transfer from a port of its own as a server's would
 * be, and of the datagrams of both directions loses, doubles and holds back PERCENT each, chosen by
 * SEED.
 */
#include "config.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SESSIONS = 32, HELD = 64, ROOM = 65536, HOLD_MS = 4 };

struct session {
	struct sockaddr_in client, server; /* client's port 0: free */
	int up, down;                      /* towards the server, the client */
	uint64_t used;
};

static struct held {
	uint64_t due;
	int fd;
	struct sockaddr_in to;
	size_t n;
	uint8_t data[ROOM];
} held[HELD];

static struct session sessions[SESSIONS];
static struct sockaddr_in server;
static uint64_t random_state;
static uint32_t percent;

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool chance(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % 100 < percent;
}

static void send_now(int fd, const struct sockaddr_in *to, const uint8_t *p, size_t n)
{
	(void)sendto(fd, p, n, 0, (const struct sockaddr *)to, sizeof(*to));
}

static void hold(int fd, const struct sockaddr_in *to, const uint8_t *p, size_t n)
{
	for (int i = 0; i < HELD; i++)
		if (!held[i].due) {
			held[i].due = now_ms() + HOLD_MS;
			held[i].fd = fd;
			held[i].to = *to;
			held[i].n = n;
			memcpy(held[i].data, p, n);
			return;
		}
}

static void pass(int fd, const struct sockaddr_in *to, const uint8_t *p, size_t n)
{
	if (chance())
		return;
	if (chance())
		hold(fd, to, p, n);
	else
		send_now(fd, to, p, n);
	if (chance())
		send_now(fd, to, p, n);
}

static int any_port(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in a = { .sin_family = AF_INET };

	return fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 ? fd : -1;
}

/* The client's, else the one that was used longest ago. */
static struct session *session_of(const struct sockaddr_in *client)
{
	struct session *s = &sessions[0];

	for (int i = 0; i < SESSIONS; i++) {
		if (sessions[i].client.sin_port == client->sin_port)
			return &sessions[i];
		if (sessions[i].used < s->used)
			s = &sessions[i];
	}
	if (s->client.sin_port) {
		close(s->up);
		close(s->down);
	}
	s->client = *client;
	s->up = any_port();
	s->down = any_port();
	return s;
}

static void take(int fd, struct session *s)
{
	static uint8_t data[ROOM];
	struct sockaddr_in from = { 0 };
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&from, &len);

	if (n < 2)
		return;
	if (!s) { /* a request: what comes from the server now has a new port */
		s = session_of(&from);
		s->server = server;
		pass(s->up, &server, data, (size_t)n);
	} else if (fd == s->up) {
		s->server = from;
		pass(s->down, &s->client, data, (size_t)n);
	} else if (from.sin_port == s->client.sin_port) {
		pass(s->up, &s->server, data, (size_t)n);
	}
	s->used = now_ms();
}

static void send_held(void)
{
	uint64_t now = now_ms();

	for (int i = 0; i < HELD; i++)
		if (held[i].due && held[i].due <= now) {
			held[i].due = 0;
			send_now(held[i].fd, &held[i].to, held[i].data, held[i].n);
		}
}

int main(int argc, char **argv)
{
	struct sockaddr_in here = { .sin_family = AF_INET, .sin_port = htons(69) };
	struct pollfd p[1 + 2 * SESSIONS];
	int door = socket(AF_INET, SOCK_DGRAM, 0);

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (argc < 5 || bind(door, (struct sockaddr *)&here, sizeof(here)) ||
	    inet_pton(AF_INET, argv[1], &server.sin_addr) != 1) {
		fprintf(stderr, "lossy ADDRESS PORT SEED PERCENT\n");
		return 2;
	}
	server.sin_family = AF_INET;
	server.sin_port = htons((uint16_t)strtoul(argv[2], NULL, 10));
	random_state = strtoull(argv[3], NULL, 10);
	percent = (uint32_t)strtoul(argv[4], NULL, 10);
	for (;;) {
		p[0] = (struct pollfd) { door, POLLIN, 0 };
		for (int i = 0; i < SESSIONS; i++) {
			bool used = sessions[i].client.sin_port != 0;

			p[1 + 2 * i] = (struct pollfd) { used ? sessions[i].up : -1, POLLIN, 0 };
			p[2 + 2 * i] = (struct pollfd) { used ? sessions[i].down : -1, POLLIN, 0 };
		}
		if (poll(p, 1 + 2 * SESSIONS, HOLD_MS) < 0)
			return 1;
		for (int i = 0; i < SESSIONS; i++) {
			if (p[1 + 2 * i].revents)
				take(sessions[i].up, &sessions[i]);
			if (p[2 + 2 * i].revents)
				take(sessions[i].down, &sessions[i]);
		}
		if (p[0].revents)
			take(door, NULL);
		send_held();
	}
}
