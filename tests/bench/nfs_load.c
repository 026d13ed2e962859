/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many NFS v3 clients over TCP in one process, for timing servers (RFC 1813, RFC 5531):
 * nfs_load ADDRESS MOUNT-PORT NFS-PORT EXPORT WORK CONNECTIONS FLIGHT SECONDS [SIZE [THREADS]]
 * WORK: read of FILES/big, write of a file for each connection (unstable, COMMIT at its end),
 * getattr and lookup of FILES/0 ... FILES/999, create of empty files in a folder for each
 * connection, which are removed again after the clock has stopped. Each connection keeps FLIGHT
 * requests on their way: one is for latency, more are for throughput. SIZE is of a READ or WRITE.
 * The client looks at the head of a reply only: the rest is thrown away where it lies (MSG_TRUNC),
 * so that it is the server that is timed. Prints one line: operations and MB a second, p50 and p99
 * in microseconds, operations in all, failures, and of how many processors the client took the
 * time.
 */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "nfs_call.h"

enum {
	FLIGHT_MAX = 64,
	NAMES = 1000,
	HEAD = 160, /* bytes of a reply that are looked at: up to READ's count, RFC 1813 3.3.6 */
	REQUEST = 256,
	PAYLOAD = 1 << 20,
	FILE_BYTES = 64 << 20, /* written by a connection before COMMIT and the next round */
	STEPS = 32,            /* of a doubling, in the table of latencies */
	GIVE_UP_S = 20
};

struct latencies {
	uint64_t n[64 * STEPS], all;
};

struct conn {
	int fd;
	uint32_t next; /* number of the request, for names */
	uint32_t made; /* names created, to be removed */
	uint64_t free; /* slots of begun, a bit each */
	uint64_t begun[FLIGHT_MAX], offset;
	bool committing;
	struct handle dir, file;
	struct out out;
	uint32_t sent, payload; /* of out; bytes after it that are still to be sent */
	uint8_t in[ROOM];
	uint32_t in_n;
	uint64_t skip;  /* of the fragment whose head was read */
	bool continued; /* the next fragment belongs to the same reply: RFC 5531 11 */
};

struct thread {
	pthread_t id;
	int first, step;
	uint64_t ops, bytes, failed;
	struct latencies took;
};

static uint32_t work, flight, size;
static int n_conns;
static uint64_t stop_ns;
static struct handle root, name_dir, big, names[NAMES];
static struct conn *conns;
static uint8_t payload[PAYLOAD];

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static uint32_t number_name(char *name, uint32_t number)
{
	return (uint32_t)snprintf(name, 16, "%u", number);
}

static void prepare(uint16_t port)
{
	int fd = dial(port);
	char name[16];

	if (!look(fd, &root, "FILES", &name_dir))
		die("no folder FILES in the export");
	if (work == READ && !look(fd, &name_dir, "big", &big))
		die("no file FILES/big");
	for (uint32_t i = 0; i < NAMES && (work == GETATTR || work == LOOKUP); i++) {
		number_name(name, i);
		if (!look(fd, &name_dir, name, &names[i]))
			die("FILES/0 ... FILES/999 are not there");
	}
	for (int i = 0; i < n_conns; i++) {
		struct conn *c = &conns[i];

		c->fd = dial(port);
		c->next = (uint32_t)i * 37; /* not all at the same name */
		c->offset = (uint64_t)i * size;
		snprintf(name, sizeof(name), "%s%d", work == CREATE ? "d" : "w", i);
		if (work == CREATE)
			make(fd, &root, name, MKDIR, &c->dir);
		else if (work == WRITE)
			make(fd, &root, name, CREATE, &c->file);
		if (work == WRITE)
			c->offset = 0;
	}
	close(fd);
}

static bool is_idle(const struct conn *c)
{
	return c->free == (flight < 64 ? (UINT64_C(1) << flight) - 1 : UINT64_MAX);
}

static void ask_name(struct conn *c, const struct handle *dir, uint32_t number)
{
	char name[16];
	uint32_t n = number_name(name, number);

	put_handle(&c->out, dir);
	put_opaque(&c->out, name, n);
}

/* The next request of c's work into its buffer. */
static void ask(struct conn *c)
{
	struct out *o = &c->out;
	uint32_t slot = (uint32_t)__builtin_ctzll(c->free), proc = work, number = c->next++, at;

	if (work == WRITE && c->offset >= FILE_BYTES) {
		proc = COMMIT;
		c->committing = true;
		c->offset = 0;
	}
	c->free &= ~(UINT64_C(1) << slot);
	c->begun[slot] = now();
	at = call(o, nfs_xid + (slot | number << 6), NFS, proc);
	switch (proc) {
	case GETATTR:
		put_handle(o, &names[number % NAMES]);
		break;
	case LOOKUP:
		ask_name(c, &name_dir, number % NAMES);
		break;
	case READ:
		put_handle(o, &big);
		put64(o, c->offset);
		put(o, size);
		c->offset = (c->offset + size) % FILE_BYTES;
		break;
	case WRITE:
		put_handle(o, &c->file);
		put64(o, c->offset);
		put(o, size);
		put(o, 0); /* UNSTABLE */
		put(o, size);
		c->offset += size;
		c->payload = size;
		break;
	case COMMIT:
		put_handle(o, &c->file);
		put64(o, 0);
		put(o, 0);
		break;
	case CREATE:
		ask_name(c, &c->dir, c->made++);
		put(o, 0); /* UNCHECKED */
		put_mode(o, 0644);
		break;
	default: /* REMOVE */
		ask_name(c, &c->dir, --c->made);
	}
	close_call(o, at, c->payload);
}

/* What stands in the buffer, and a WRITE's bytes after it. False: the socket is full. */
static bool flush(struct conn *c)
{
	while (c->sent < c->out.n || c->payload) {
		struct iovec v[2] = { { c->out.b + c->sent, c->out.n - c->sent },
				      { payload + size - c->payload, c->payload } };
		struct msghdr m = { .msg_iov = v, .msg_iovlen = 2 };
		ssize_t n = sendmsg(c->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EAGAIN)
			return false;
		if (n < 0)
			die("sendmsg");
		if ((size_t)n < v[0].iov_len) {
			c->sent += (uint32_t)n;
		} else {
			c->payload -= (uint32_t)n - (uint32_t)v[0].iov_len;
			c->sent = c->out.n;
		}
	}
	c->sent = c->out.n = 0;
	return true;
}

static bool over(const struct conn *c)
{
	return work == REMOVE ? c->made == 0 : now() >= stop_ns;
}

/* A COMMIT has all before it answered, and nothing goes before it is. */
static bool may_ask(const struct conn *c)
{
	if (!c->free || c->committing || over(c))
		return false;
	return work != WRITE || c->offset < FILE_BYTES || is_idle(c);
}

static void go_on(struct conn *c)
{
	while (flush(c) && may_ask(c))
		do
			ask(c);
		while (!c->payload && c->out.n + REQUEST < ROOM && may_ask(c));
}

static void took(struct latencies *t, uint64_t ns)
{
	uint32_t top = ns < STEPS ? 0 : 63 - (uint32_t)__builtin_clzll(ns) - 4;

	/* STEPS to a doubling: within three percent */
	t->n[top * STEPS + (top ? (ns >> (top - 1)) - STEPS : ns)]++;
	t->all++;
}

/* Bytes that a good READ brought: after the attributes, when they are there. */
static uint32_t read_bytes(const uint8_t *p, uint32_t n, uint32_t at)
{
	if (at + 4 <= n)
		at += get(p + at) ? 88 : 4;
	return at + 4 <= n ? get(p + at) : 0;
}

static void answer(struct thread *t, struct conn *c, const uint8_t *p, uint32_t n)
{
	uint32_t at, slot = (get(p) - nfs_xid) % FLIGHT_MAX;
	int64_t status = status_of(p, n, &at);

	if (c->free >> slot & 1)
		die("a reply to nothing");
	c->free |= UINT64_C(1) << slot;
	if (status != 0)
		t->failed++;
	if (c->committing) {
		c->committing = false;
		return; /* the work of WRITEs before it: in their time, not in their number */
	}
	if (work == REMOVE || now() > stop_ns)
		return;
	t->ops++;
	took(&t->took, now() - c->begun[slot]);
	if (work == READ && status == 0)
		t->bytes += read_bytes(p, n, at);
	else if (work == WRITE && status == 0)
		t->bytes += size;
}

/* Replies out of the bytes that came, whole or as far as they are looked at. */
static void answers(struct thread *t, struct conn *c)
{
	uint32_t used = 0;

	while (c->in_n - used >= 4) {
		uint32_t mark = get(c->in + used), n = mark & 0x7fffffff, have = c->in_n - used - 4;
		uint32_t head = n < HEAD ? n : HEAD;

		if (have < head)
			break;
		if (!c->continued)
			answer(t, c, c->in + used + 4, head);
		c->continued = !(mark >> 31);
		used += 4 + (have < n ? have : n);
		c->skip = have < n ? n - have : 0;
	}
	c->in_n -= used;
	memmove(c->in, c->in + used, c->in_n);
}

static void hear(struct thread *t, struct conn *c)
{
	static _Thread_local uint8_t thrown[PAYLOAD];
	uint32_t room = work == READ ? HEAD + 4 : ROOM;

	for (;;) {
		ssize_t n =
			c->skip ? recv(c->fd, thrown, c->skip < PAYLOAD ? (size_t)c->skip : PAYLOAD,
				       MSG_TRUNC | MSG_DONTWAIT)
				: recv(c->fd, c->in + c->in_n, room - c->in_n, MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0)
			die("connection lost");
		if (c->skip) {
			c->skip -= (uint64_t)n;
			continue;
		}
		c->in_n += (uint32_t)n;
		answers(t, c);
		if (work != READ && c->in_n == 0 && (uint32_t)n < room)
			break; /* all that was there: no further call to learn it */
	}
	go_on(c);
}

static void *run(void *arg)
{
	struct thread *t = arg;
	int ep = epoll_create1(0), busy = 0;
	uint64_t limit = stop_ns + GIVE_UP_S * UINT64_C(1000000000);
	struct epoll_event e[64];

	for (int i = t->first; i < n_conns; i += t->step) {
		struct epoll_event in = { .events = EPOLLIN | EPOLLOUT | EPOLLET };

		in.data.ptr = &conns[i];
		epoll_ctl(ep, EPOLL_CTL_ADD, conns[i].fd, &in);
	}
	do {
		int n = epoll_wait(ep, e, 64, 100);

		for (int i = 0; i < n; i++)
			hear(t, e[i].data.ptr);
		busy = 0;
		for (int i = t->first; i < n_conns && !busy && (n == 0 || now() > stop_ns);
		     i += t->step)
			busy = !is_idle(&conns[i]) || !over(&conns[i]);
	} while ((busy || now() < stop_ns) && now() < limit);
	if (busy)
		t->failed++;
	close(ep);
	return NULL;
}

/* Microseconds below which that share of them was. */
static double percentile(const struct latencies *t, double share)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 64 * STEPS; i++) {
		uint32_t top = i / STEPS;

		sum += t->n[i];
		if (t->n[i] && (double)sum >= share * (double)t->all)
			return (double)(top ? (uint64_t)(i % STEPS + STEPS) << (top - 1) : i) / 1e3;
	}
	return 0;
}

static void run_all(struct thread *threads, int n)
{
	for (int i = 0; i < n; i++) {
		threads[i].first = i;
		threads[i].step = n;
		if (pthread_create(&threads[i].id, NULL, run, &threads[i]) != 0)
			die("pthread_create");
	}
	for (int i = 0; i < n; i++)
		pthread_join(threads[i].id, NULL);
}

static double processor_seconds(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static uint32_t work_named(const char *s)
{
	static const struct {
		const char *name;
		uint32_t proc;
	} works[] = { { "read", READ },
		      { "write", WRITE },
		      { "getattr", GETATTR },
		      { "lookup", LOOKUP },
		      { "create", CREATE } };

	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++)
		if (strcmp(s, works[i].name) == 0)
			return works[i].proc;
	errno = EINVAL;
	die(s);
	return 0;
}

static int number(const char *s)
{
	return (int)strtol(s, NULL, 10);
}

int main(int argc, char **argv)
{
	static struct thread threads[16], sum;
	int n_threads;
	double seconds, cpu;
	uint64_t begun;

	if (argc < 9) {
		fprintf(stderr,
			"nfs_load ADDRESS MOUNT-PORT NFS-PORT EXPORT WORK CONNECTIONS FLIGHT "
			"SECONDS [SIZE [THREADS]]\n");
		return 2;
	}
	nfs_server.sin_family = AF_INET;
	inet_pton(AF_INET, argv[1], &nfs_server.sin_addr);
	work = work_named(argv[5]);
	n_conns = number(argv[6]);
	flight = (uint32_t)number(argv[7]);
	seconds = strtod(argv[8], NULL);
	size = argc > 9 ? (uint32_t)number(argv[9]) : 131072;
	n_threads = argc > 10 ? number(argv[10]) : 1;
	if (n_conns < 1 || flight < 1 || flight > FLIGHT_MAX || size < 1 || size > PAYLOAD ||
	    FILE_BYTES % size || n_threads < 1 || n_threads > 16)
		return 2;
	nfs_xid = (uint32_t)now();
	conns = calloc((size_t)n_conns, sizeof(*conns));
	if (!conns)
		die("memory");
	for (int i = 0; i < n_conns; i++)
		conns[i].free = flight < 64 ? (UINT64_C(1) << flight) - 1 : UINT64_MAX;
	mount_root((uint16_t)number(argv[2]), argv[4], &root);
	prepare((uint16_t)number(argv[3]));
	cpu = processor_seconds();
	begun = now();
	stop_ns = begun + (uint64_t)(seconds * 1e9);
	run_all(threads, n_threads);
	cpu = processor_seconds() - cpu;
	seconds = (double)(now() - begun) / 1e9;
	if (work == CREATE) {
		work = REMOVE;
		stop_ns = now();
		run_all(threads, n_threads);
	}
	for (int i = 0; i < n_threads; i++) {
		sum.ops += threads[i].ops;
		sum.bytes += threads[i].bytes;
		sum.failed += threads[i].failed;
		sum.took.all += threads[i].took.all;
		for (uint32_t k = 0; k < 64 * STEPS; k++)
			sum.took.n[k] += threads[i].took.n[k];
	}
	printf("%.0f ops/s  %.1f MB/s  p50 %.1f us  p99 %.1f us  ops %llu  failed %llu  client "
	       "%.2f\n",
	       (double)sum.ops / seconds, (double)sum.bytes / 1e6 / seconds,
	       percentile(&sum.took, 0.5), percentile(&sum.took, 0.99), (unsigned long long)sum.ops,
	       (unsigned long long)sum.failed, cpu / seconds);
	return sum.failed != 0;
}
