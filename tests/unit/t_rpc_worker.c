/* SPDX-License-Identifier: BSD-2-Clause */
/* RPC behind sockets, with a program of the test's own. */
#include "config.h"

#include "rpc_worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "rpc_write.h"
#include "unit.h"

enum { PROGRAM = 0x20000001, ECHO = 1, SLEEP, COUNT, GIVE, SUM, LONG = 1 << 20, WAIT_MS = 20000 };

static struct rpc_worker *worker;
static pthread_t runner;
static int stopper[2];
static _Atomic uint32_t counted;

/* ---- a connection that is full ---- */

static _Atomic bool zeros_wait;
static _Atomic uint32_t zeros;

/* The linker puts it in the place of send(2): every other time the last zeros of an answer have to
 * wait, which else happens once in a thousand times. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker's names */
ssize_t __real_send(int fd, const void *p, size_t n, int flags);
ssize_t __wrap_send(int fd, const void *p, size_t n, int flags);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

ssize_t __wrap_send(int fd, const void *p, size_t n, int flags)
{
	if (n < 4 && atomic_load(&zeros_wait) && atomic_fetch_add(&zeros, 1) % 2 == 0) {
		errno = EAGAIN;
		return -1;
	}
	return __real_send(fd, p, n, flags);
}

/* ---- the program ---- */

static int manner(void *ctx, uint32_t vers, uint32_t proc)
{
	(void)ctx;
	(void)vers;
	return proc == COUNT ? RPC_ONCE : proc <= SUM ? 0 : -1;
}

static uint32_t sum(const uint8_t *p, uint32_t n)
{
	uint32_t s = n;

	for (uint32_t i = 0; p && i < n; i++)
		s = s * 31 + p[i];
	return s;
}

static uint8_t given(uint32_t i)
{
	return (uint8_t)(i * 13 + i / 251);
}

static uint8_t bytes[LONG]; /* as given() */

/* n of them into the pipe of this thread. */
static void put_aside(const int *aside, uint32_t n)
{
	assert_int_equal(write(aside[1], bytes, n), n);
}

static enum rpc_accept serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out)
{
	struct reader r = reader_init(c->args.p, c->args.n, c->args.n);
	uint32_t n;

	switch (c->proc) {
	case ECHO:
		writer_bytes(&out->w, c->args);
		break;
	case SLEEP:
		n = reader_be32(&r);
		rpc_hand_waits(ctx, true);
		nanosleep(&(struct timespec) { n / 1000, n % 1000 * 1000000 }, NULL);
		writer_be32(&out->w, n);
		break;
	case COUNT:
		writer_be32(&out->w, atomic_fetch_add(&counted, 1));
		break;
	case GIVE:
		n = reader_be32(&r);
		writer_be32(&out->w, n);
		assert_true(out->aside);
		out->behind = n;
		put_aside(rpc_hand_aside(ctx), n);
		break;
	default:
		rpc_hand_waits(ctx, false);
		writer_be32(&out->w, sum(c->args.p, c->args.n));
		break;
	}
	return RPC_SUCCESS;
}

static struct rpc_service service[RPC_THREADS_MAX];
static struct rpc_hand *hands[RPC_THREADS_MAX];

static bool crew(void *ctx, uint32_t i, struct rpc_hand *hand, struct rpc_services *out)
{
	(void)ctx;
	hands[i] = hand;
	service[i] = (struct rpc_service) {
		.prog = PROGRAM, .low = 1, .high = 1, .ctx = hand, .manner = manner, .serve = serve
	};
	*out = (struct rpc_services) { &service[i], 1 };
	return true;
}

static void *run(void *ctx)
{
	(void)ctx;
	assert_int_equal(rpc_worker_run(worker, stopper[0]), 0);
	return NULL;
}

static void start(const struct rpc_limits *limits)
{
	struct rpc_worker_options o = {
		.n_ports = 1, .udp = true, .crew = crew, .limits = *limits
	};
	uint16_t taken;
	char why[256];

	for (uint32_t i = 0; i < LONG; i++)
		bytes[i] = given(i);
	assert_int_equal(pipe(stopper), 0);
	assert_int_equal(rpc_worker_open(&o, &worker, &taken, why, sizeof(why)), 0);
	assert_int_equal(pthread_create(&runner, NULL, run, NULL), 0);
}

static void stop(void)
{
	close(stopper[1]);
	pthread_join(runner, NULL);
	close(stopper[0]);
	rpc_worker_free(worker);
}

/* ---- a client ---- */

static int dial(int type)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(rpc_worker_port(worker, 0)),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

/* A call with its record mark; returns its bytes. */
static uint32_t make_call(uint8_t *to, uint32_t room, uint32_t xid, uint32_t proc,
			  struct bytes args)
{
	struct writer w = writer_init(to, room);
	uint32_t mark = rpc_open_record(&w);
	struct rpc m;

	memset(&m, 0, sizeof(m));
	m.xid = xid;
	m.prog = PROGRAM;
	m.vers = 1;
	m.proc = proc;
	m.flavor = 1;
	m.machine = bytes_str("pi");
	m.body = args;
	rpc_write_call(&m, &w);
	rpc_close_record(&w, mark);
	assert_int_equal(w.err, ERR_OK);
	return w.pos;
}

static void send_all(int fd, const uint8_t *p, uint32_t n)
{
	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		assert_true(k > 0);
		p += k;
		n -= (uint32_t)k;
	}
}

static void call(int fd, uint32_t xid, uint32_t proc, uint32_t arg)
{
	uint8_t message[256], word[4];
	struct writer w = writer_init(word, sizeof(word));

	writer_be32(&w, arg);
	send_all(fd, message,
		 make_call(message, sizeof(message), xid, proc, bytes_of(word, sizeof(word))));
}

static void read_all(int fd, uint8_t *p, uint32_t n)
{
	while (n) {
		struct pollfd wait = { fd, POLLIN, 0 };
		ssize_t k;

		assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
		k = recv(fd, p, n, 0);
		assert_true(k > 0);
		p += k;
		n -= (uint32_t)k;
	}
}

/* The next answer: its xid, and its results from *body on. Static memory. */
static uint32_t answer(int fd, struct bytes *body)
{
	static uint8_t message[LONG + 256];
	uint8_t head[4];
	struct reader r = reader_init(head, sizeof(head), sizeof(head));
	struct rpc m;
	uint32_t n;

	read_all(fd, head, sizeof(head));
	n = reader_be32(&r);
	assert_true(n & 0x80000000u);
	n &= 0x7fffffff;
	assert_true(n <= sizeof(message));
	read_all(fd, message, n);
	r = reader_init(message, n, n);
	memset(&m, 0, sizeof(m));
	assert_int_equal(rpc_decode_header(&r, &m), ERR_OK);
	assert_int_equal(m.type, RPC_REPLY);
	assert_false(m.denied);
	assert_int_equal(m.accept, RPC_SUCCESS);
	*body = reader_rest(&r);
	return m.xid;
}

static uint32_t word_of(struct bytes b)
{
	struct reader r = reader_init(b.p, b.n, b.n);

	return reader_be32(&r);
}

static void is_given(struct bytes body, uint32_t n)
{
	assert_int_equal(body.n, 4 + (n + 3) / 4 * 4);
	assert_int_equal(word_of(body), n);
	for (uint32_t i = 0; i < body.n - 4; i++) {
		if (body.p[4 + i] != (i < n ? given(i) : 0))
			fail_msg("byte %u of %u", i, n);
	}
}

/* The connection is shut from the other side. */
static bool is_shut(int fd, int within_ms)
{
	struct pollfd wait = { fd, POLLIN, 0 };
	uint8_t byte;

	return poll(&wait, 1, within_ms) == 1 && recv(fd, &byte, 1, 0) <= 0;
}

/* ---- tests ---- */

static void calls_are_answered_over_tcp_and_udp(void **state)
{
	uint8_t message[256], got[256];
	struct pollfd wait;
	struct bytes body;
	uint32_t n;
	int fd;

	(void)state;
	start(&rpc_limits_usual);
	fd = dial(SOCK_STREAM);
	call(fd, 7, ECHO, 1234);
	assert_int_equal(answer(fd, &body), 7);
	assert_int_equal(word_of(body), 1234);
	close(fd);

	fd = dial(SOCK_DGRAM);
	n = make_call(message, sizeof(message), 9, ECHO, bytes_str("words"));
	assert_int_equal(send(fd, message + 4, n - 4, 0), n - 4);
	wait = (struct pollfd) { fd, POLLIN, 0 };
	assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
	assert_int_equal(recv(fd, got, sizeof(got), 0), 24 + 5);
	assert_memory_equal(got + 24, "words", 5);
	close(fd);
	stop();
}

static void calls_that_came_together_are_all_answered(void **state)
{
	enum { CALLS = 500 };
	static uint8_t stream[CALLS * 128];
	bool seen[CALLS] = { false };
	uint32_t n = 0;
	struct bytes body;
	int fd;

	(void)state;
	start(&rpc_limits_usual);
	fd = dial(SOCK_STREAM);
	for (uint32_t i = 0; i < CALLS; i++) /* quick ones and slow ones */
		n += make_call(stream + n, sizeof(stream) - n, i, i % 3 ? ECHO : SUM,
			       bytes_str("abcd"));
	send_all(fd, stream, n);
	for (uint32_t i = 0; i < CALLS; i++) {
		uint32_t xid = answer(fd, &body);

		assert_true(xid < CALLS && !seen[xid]);
		seen[xid] = true;
	}
	close(fd);
	stop();
}

static void a_slow_call_holds_up_no_other_of_its_connection(void **state)
{
	struct bytes body;
	int fd;

	(void)state;
	start(&rpc_limits_usual);
	fd = dial(SOCK_STREAM);
	call(fd, 1, SLEEP, 1000);
	call(fd, 2, ECHO, 5);
	assert_int_equal(answer(fd, &body), 2);
	assert_int_equal(answer(fd, &body), 1);
	close(fd);
	stop();
}

static void what_may_not_be_done_twice_is_not(void **state)
{
	struct bytes body;
	uint32_t first;
	int fd, other;

	(void)state;
	start(&rpc_limits_usual);
	fd = dial(SOCK_STREAM);
	call(fd, 50, COUNT, 0);
	assert_int_equal(answer(fd, &body), 50);
	first = word_of(body);
	other = dial(SOCK_STREAM); /* the client came back */
	call(other, 50, COUNT, 0);
	assert_int_equal(answer(other, &body), 50);
	assert_int_equal(word_of(body), first);
	call(other, 51, COUNT, 0);
	answer(other, &body);
	assert_int_equal(word_of(body), first + 1);
	close(fd);
	close(other);
	stop();
}

static void what_is_in_the_pipe_comes_behind_its_answer(void **state)
{
	static const uint32_t sizes[] = { 1, 2, 3, 4, 5, 4096, 65537, LONG };
	struct bytes body;
	int fd;

	(void)state;
	start(&rpc_limits_usual);
	fd = dial(SOCK_STREAM);
	for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		call(fd, i, GIVE, sizes[i]);
		assert_int_equal(answer(fd, &body), i);
		is_given(body, sizes[i]);
	}
	close(fd);
	stop();
}

/* Asks for far more than fits anywhere before it takes the first answer; another is served
 * meanwhile. */
static void who_takes_his_answers_late_gets_them_whole(void **state)
{
	enum { ASKED = 40 };
	bool seen[ASKED] = { false };
	struct bytes body;
	int slow, other;

	(void)state;
	start(&rpc_limits_usual);
	slow = dial(SOCK_STREAM);
	other = dial(SOCK_STREAM);
	for (uint32_t i = 0; i < ASKED; i++)
		call(slow, i, GIVE, LONG - i);
	for (uint32_t i = 0; i < 100; i++) {
		call(other, i, i % 2 ? GIVE : ECHO, 4097);
		assert_int_equal(answer(other, &body), i);
	}
	for (uint32_t i = 0; i < ASKED; i++) {
		uint32_t xid = answer(slow, &body);

		assert_true(xid < ASKED && !seen[xid]);
		seen[xid] = true;
		is_given(body, LONG - xid);
	}
	close(slow);
	close(other);
	stop();
}

/* The buffer of a connection may be full before the last zeros of an answer: the pipe is empty by
 * then, and used again. */
static void zeros_that_wait_do_not_take_the_pipe_with_them(void **state)
{
	struct bytes body;
	int fd;

	(void)state;
	start(&rpc_limits_usual);
	fd = dial(SOCK_STREAM);
	atomic_store(&zeros_wait, true);
	for (uint32_t i = 0; i < 50; i++) {
		call(fd, i, GIVE, 4097);
		assert_int_equal(answer(fd, &body), i);
		is_given(body, 4097);
	}
	atomic_store(&zeros_wait, false);
	close(fd);
	stop();
}

/* More clients with long calls than memory for them, all at once: each goes on when it is read
 * from.
 */
static void long_calls_of_many_are_taken_within_the_memory_there_is(void **state)
{
	enum { CLIENTS = 20 };
	struct rpc_limits limits = rpc_limits_usual;
	static uint8_t message[LONG + 256];
	struct pollfd wait[CLIENTS];
	uint32_t n, at[CLIENTS] = { 0 }, left = CLIENTS;
	struct bytes body;

	(void)state;
	limits.memory = 3 << 20;
	start(&limits);
	n = make_call(message, sizeof(message), 3, SUM, bytes_of(bytes, LONG));
	for (int i = 0; i < CLIENTS; i++)
		wait[i] = (struct pollfd) { dial(SOCK_STREAM), POLLOUT, 0 };
	while (left) {
		assert_true(poll(wait, CLIENTS, WAIT_MS) > 0);
		for (int i = 0; i < CLIENTS; i++) {
			ssize_t k;

			if (!(wait[i].revents & POLLOUT))
				continue;
			k = send(wait[i].fd, message + at[i], n - at[i] < 10007 ? n - at[i] : 10007,
				 MSG_DONTWAIT | MSG_NOSIGNAL);
			assert_true(k > 0);
			at[i] += (uint32_t)k;
			if (at[i] < n)
				continue;
			wait[i].events = 0;
			left--;
		}
	}
	for (int i = 0; i < CLIENTS; i++) {
		assert_int_equal(answer(wait[i].fd, &body), 3);
		assert_int_equal(word_of(body), sum(bytes, LONG));
		close(wait[i].fd);
	}
	stop();
}

static void who_stops_in_the_middle_of_a_call_is_let_go(void **state)
{
	struct rpc_limits limits = rpc_limits_usual;
	uint8_t message[256];
	struct bytes body;
	int half, quiet;

	(void)state;
	limits.stall_ms = 300;
	start(&limits);
	half = dial(SOCK_STREAM);
	quiet = dial(SOCK_STREAM);
	make_call(message, sizeof(message), 3, ECHO, bytes_str("abcd"));
	send_all(half, message, 20);
	assert_true(is_shut(half, WAIT_MS));
	call(quiet, 1, ECHO, 1);
	assert_int_equal(answer(quiet, &body), 1);
	close(half);
	close(quiet);
	stop();
}

static void a_call_longer_than_any_ends_the_connection(void **state)
{
	static const uint8_t mark[] = { 0xff, 0xff, 0xff, 0xff };
	int fd;

	(void)state;
	start(&rpc_limits_usual);
	fd = dial(SOCK_STREAM);
	send_all(fd, mark, sizeof(mark));
	assert_true(is_shut(fd, WAIT_MS));
	close(fd);
	stop();
}

static void more_clients_than_places_are_turned_away(void **state)
{
	struct rpc_limits limits = rpc_limits_usual;
	struct bytes body;
	int fd[4], late;

	(void)state;
	limits.connections = 4;
	start(&limits);
	for (int i = 0; i < 4; i++) {
		fd[i] = dial(SOCK_STREAM);
		call(fd[i], 1, ECHO, 1);
		assert_int_equal(answer(fd[i], &body), 1);
	}
	late = dial(SOCK_STREAM);
	assert_true(is_shut(late, WAIT_MS));
	close(late);
	close(fd[0]);
	for (int tries = 0; tries < 100; tries++) { /* its place is free soon */
		struct pollfd wait;

		late = dial(SOCK_STREAM);
		call(late, 2, ECHO, 1);
		wait = (struct pollfd) { late, POLLIN, 0 };
		assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
		if (!is_shut(late, 0))
			break;
		close(late);
		late = -1;
		nanosleep(&(struct timespec) { 0, 20000000 }, NULL);
	}
	assert_true(late >= 0);
	close(late);
	for (int i = 1; i < 4; i++)
		close(fd[i]);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_answered_over_tcp_and_udp),
		cmocka_unit_test(calls_that_came_together_are_all_answered),
		cmocka_unit_test(a_slow_call_holds_up_no_other_of_its_connection),
		cmocka_unit_test(what_may_not_be_done_twice_is_not),
		cmocka_unit_test(what_is_in_the_pipe_comes_behind_its_answer),
		cmocka_unit_test(who_takes_his_answers_late_gets_them_whole),
		cmocka_unit_test(zeros_that_wait_do_not_take_the_pipe_with_them),
		cmocka_unit_test(long_calls_of_many_are_taken_within_the_memory_there_is),
		cmocka_unit_test(who_stops_in_the_middle_of_a_call_is_let_go),
		cmocka_unit_test(a_call_longer_than_any_ends_the_connection),
		cmocka_unit_test(more_clients_than_places_are_turned_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
