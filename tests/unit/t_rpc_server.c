/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_server.h"

#include "rpc_ask.h"
#include "rpc_once.h"
#include "unit.h"

enum { PROG = 200000 };

static uint32_t other_version, served;

static int manner(void *ctx, uint32_t vers, uint32_t proc)
{
	assert_ptr_equal(ctx, &served);
	assert_true(vers == 2 || vers == 3);
	return proc > 3 ? -1 : proc == 2 ? RPC_ONCE : 0;
}

/* 1 gives back its argument, 2 cannot read its own, 3 says more than there is room for. */
static enum rpc_accept serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out)
{
	assert_ptr_equal(ctx, &served);
	served++;
	assert_int_not_equal(c->proc, 0);
	writer_bytes(&out->w, c->args);
	out->behind = c->proc == 1 ? 0 : 5;
	if (c->proc == 3)
		writer_zero(&out->w, ASK_ROOM);
	return c->proc == 2 ? RPC_GARBAGE_ARGS : RPC_SUCCESS;
}

static void other(void *ctx, const struct rpc_call *c)
{
	assert_ptr_equal(ctx, &served);
	other_version = c->vers;
}

static const struct rpc_service rows[] = {
	{ PROG, 2, 3, &served, manner, serve, other },
	{ PROG + 2, 0, 0, &served, NULL, NULL, other },
};
static const struct rpc_services services = { rows, 2 };
static struct rpc_ask asking = { .services = &services,
				 .peer = { 0x0a000002, 0x0a000001, 900, true } };

static struct rpc call_of(uint32_t prog, uint32_t vers, uint32_t proc)
{
	struct rpc c = { .xid = 0x5b154510, .prog = prog, .vers = vers, .proc = proc, .flavor = 1 };

	c.machine = bytes_str("pi4");
	c.uid = 1000;
	c.gid = 100;
	c.body = bytes_str("abcd");
	return c;
}

static void serves_a_call_as_the_one_who_asks(void **state)
{
	struct rpc c = call_of(PROG, 2, 1);

	(void)state;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.next, RPC_SERVE);
	assert_false(asking.reply.denied);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	assert_int_equal(asking.n, RPC_REPLY_HEAD + 4);
	assert_memory_equal(asking.answer + RPC_REPLY_HEAD, "abcd", 4);
	assert_int_equal(asking.call.who.uid, 1000);
	assert_int_equal(asking.call.who.gid, 100);
	assert_int_equal(asking.call.who.n_groups, 0);
	assert_int_equal(asking.call.peer.port, 900);
	c.flavor = 0;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	assert_int_equal(asking.call.who.uid, 65534);
	assert_int_equal(asking.call.who.gid, 65534);
}

static void answers_procedure_0_itself(void **state)
{
	struct rpc c = call_of(PROG, 3, 0);

	(void)state;
	served = 0;
	c.flavor = 0;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	assert_int_equal(asking.n, RPC_REPLY_HEAD);
	assert_int_equal(served, 0);
}

static void says_what_it_has_not(void **state)
{
	struct rpc c = call_of(PROG + 1, 2, 1);

	(void)state;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROG_UNAVAIL);
	c = call_of(PROG, 4, 0);
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROG_MISMATCH);
	assert_int_equal(asking.reply.low, 2);
	assert_int_equal(asking.reply.high, 3);
	assert_int_equal(other_version, 4);
	c = call_of(PROG + 2, 5, 0); /* nor a ping of it */
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROG_UNAVAIL);
	assert_int_equal(other_version, 5);
	c = call_of(PROG, 3, 4);
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROC_UNAVAIL);
}

static void drops_what_was_written_of_a_call_that_fails(void **state)
{
	struct rpc c = call_of(PROG, 3, 2);

	(void)state;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_GARBAGE_ARGS);
	assert_int_equal(asking.n, RPC_REPLY_HEAD);
	c = call_of(PROG, 3, 3);
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SYSTEM_ERR);
	assert_int_equal(asking.n, RPC_REPLY_HEAD);
}

static void leaves_what_is_before_the_answer(void **state)
{
	uint8_t to[64] = "mark";
	struct rpc_answer out = { { to, 4, sizeof(to), ERR_OK }, true, 7 };
	struct rpc_call c = { .prog = PROG, .vers = 3, .proc = 2, .xid = 9 };

	(void)state;
	rpc_serve(&services, &c, &out);
	assert_int_equal(out.w.pos, 4 + RPC_REPLY_HEAD);
	assert_int_equal(out.behind, 0);
	assert_memory_equal(to, "mark\0\0\0\x09\0\0\0\x01", 12);
}

/* A call with credentials and verifier as they are given, and an argument. */
static void ask_with(uint32_t flavor, struct bytes body, uint32_t verifier)
{
	uint8_t message[1024];
	struct writer w = writer_init(message, sizeof(message));
	struct reader r;

	writer_be32(&w, 7);
	writer_be32(&w, RPC_CALL);
	writer_be32(&w, 2);
	writer_be32(&w, PROG);
	writer_be32(&w, 3);
	writer_be32(&w, 1);
	writer_be32(&w, flavor);
	writer_xdr_opaque(&w, body);
	writer_be32(&w, verifier);
	writer_xdr_opaque(&w, bytes_str("xyz"));
	writer_be32(&w, 42);
	assert_int_equal(w.err, ERR_OK);
	rpc_ask_bytes(&asking, writer_done(&w), ASK_ROOM);
	r = reader_init(asking.answer, asking.n, asking.n);
	assert_int_equal(rpc_decode_header(&r, &asking.reply), ERR_OK);
	assert_int_equal(asking.reply.xid, 7);
}

static void is_denied(uint32_t auth_stat)
{
	assert_int_equal(asking.next, RPC_SEND);
	assert_true(asking.reply.denied);
	assert_int_equal(asking.reply.reject, RPC_AUTH_ERROR);
	assert_int_equal(asking.reply.auth_stat, auth_stat);
	assert_int_equal(asking.n, 20);
}

static struct bytes unix_body(uint8_t *to, uint32_t machine, uint32_t groups)
{
	static const uint8_t name[512];
	struct writer w = writer_init(to, 900);

	writer_be32(&w, 1234);
	writer_xdr_opaque(&w, bytes_of(name, machine));
	writer_be32(&w, 1);
	writer_be32(&w, 2);
	writer_be32(&w, groups);
	for (uint32_t i = 0; i < groups; i++)
		writer_be32(&w, 100 + i);
	assert_int_equal(w.err, ERR_OK);
	return writer_done(&w);
}

static void reads_the_groups_and_no_more_than_sixteen(void **state)
{
	uint8_t body[900];

	(void)state;
	ask_with(1, unix_body(body, 255, 16), 0);
	assert_int_equal(asking.next, RPC_SERVE);
	assert_int_equal(asking.call.machine.n, 255);
	assert_int_equal(asking.call.who.uid, 1);
	assert_int_equal(asking.call.who.gid, 2);
	assert_int_equal(asking.call.who.n_groups, 16);
	assert_int_equal(asking.call.who.group[15], 115);
	ask_with(1, unix_body(body, 3, 17), 0);
	is_denied(1);
	ask_with(1, unix_body(body, 256, 0), 0);
	is_denied(1);
}

static void refuses_credentials_it_does_not_know(void **state)
{
	uint8_t body[900];
	struct bytes good = unix_body(body, 3, 2);

	(void)state;
	ask_with(0, bytes_str("anything"), 0); /* RFC 5531 10.1: undefined, so passed over */
	assert_int_equal(asking.next, RPC_SERVE);
	ask_with(2, bytes_str("shorthand"), 0);
	is_denied(2);
	ask_with(6, bytes_str("gss"), 0);
	is_denied(1);
	ask_with(7, bytes_of(NULL, 0), 0);
	is_denied(1);
	ask_with(1, good, 1);
	is_denied(3);
	ask_with(0, bytes_of(body, 401), 0);
	is_denied(1);
	for (uint32_t n = 0; n < good.n; n++) {
		ask_with(1, bytes_of(good.p, n), 0);
		is_denied(1);
	}
}

static void another_version_of_rpc_is_a_mismatch(void **state)
{
	static const uint8_t v3[] = { 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3 };
	static const uint8_t v2[] = { 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2 };
	static const uint8_t answer[] = { 0, 0, 0, 1, 0, 0, 0, 2 };
	struct reader r;

	(void)state;
	rpc_ask_bytes(&asking, bytes_of(v3, 12), ASK_ROOM);
	assert_int_equal(asking.next, RPC_SEND);
	r = reader_init(asking.answer, asking.n, asking.n);
	assert_int_equal(rpc_decode_header(&r, &asking.reply), ERR_OK);
	assert_int_equal(asking.reply.reject, RPC_MISMATCH);
	assert_true(asking.reply.denied && asking.reply.low == 2 && asking.reply.high == 2);
	rpc_ask_bytes(&asking, bytes_of(v2, 12), ASK_ROOM);
	assert_int_equal(asking.next, RPC_IGNORE);
	rpc_ask_bytes(&asking, bytes_of(answer, 8), ASK_ROOM);
	assert_int_equal(asking.next, RPC_IGNORE);
	rpc_ask_bytes(&asking, bytes_of(NULL, 0), ASK_ROOM);
	assert_int_equal(asking.next, RPC_IGNORE);
	assert_int_equal(asking.n, 0);
}

static void survives_every_prefix_and_flip(void **state)
{
	struct rpc c = call_of(PROG, 3, 1);

	(void)state;
	rpc_ask_sweep(&asking, &c);
	c.proc = 3;
	rpc_ask_sweep(&asking, &c);
}

/* ---- what may not be done twice ---- */

static struct rpc_once *once;
static uint32_t slot;
static struct bytes kept;

static int opens(void **state)
{
	once = rpc_once_init(malloc(rpc_once_bytes(4)), 4, 99);
	*state = once;
	return 0;
}

static int closes(void **state)
{
	free(*state);
	return 0;
}

static struct rpc_call remove_of(uint32_t xid, const char *args)
{
	struct rpc_call c = { .xid = xid, .prog = PROG, .vers = 3, .proc = 12 };

	c.peer.ip = 0x0a000002;
	c.args = bytes_str(args);
	return c;
}

static enum rpc_once_seen begin(uint32_t xid, const char *args, uint64_t now)
{
	struct rpc_call c = remove_of(xid, args);

	return rpc_once_begin(once, &c, now, &slot, &kept);
}

static void the_same_call_gets_the_same_answer(void **state)
{
	struct rpc_call c = remove_of(1, "file");

	(void)state;
	assert_int_equal(begin(1, "file", 10), RPC_ONCE_NEW);
	assert_int_equal(begin(1, "file", 11), RPC_ONCE_BUSY);
	rpc_once_done(once, 0, bytes_str("done"));
	c.peer.port = 55; /* came back over another connection */
	assert_int_equal(rpc_once_begin(once, &c, 12, &slot, &kept), RPC_ONCE_DONE);
	assert_true(bytes_is(kept, "done"));
	assert_int_equal(begin(1, "file2", 13), RPC_ONCE_NEW);
	assert_int_equal(begin(2, "file", 14), RPC_ONCE_NEW);
	c.peer.ip++;
	assert_int_equal(rpc_once_begin(once, &c, 15, &slot, &kept), RPC_ONCE_NEW);
}

static void the_oldest_that_is_done_gives_way(void **state)
{
	uint32_t first;

	(void)state;
	assert_int_equal(begin(1, "a", 10), RPC_ONCE_NEW);
	first = slot;
	for (uint32_t i = 2; i <= 4; i++) {
		assert_int_equal(begin(i, "a", 10), RPC_ONCE_NEW);
		rpc_once_done(once, slot, bytes_str("answer"));
	}
	assert_int_equal(begin(5, "a", 11), RPC_ONCE_NEW);
	rpc_once_done(once, slot, bytes_str("answer"));
	assert_int_equal(begin(1, "a", 12), RPC_ONCE_BUSY);
	assert_int_equal(begin(3, "a", 12), RPC_ONCE_DONE);
	rpc_once_done(once, first, bytes_str("late"));
	assert_int_equal(begin(1, "a", 12), RPC_ONCE_DONE);
	assert_true(bytes_is(kept, "late"));
	assert_int_equal(begin(2, "a", 12), RPC_ONCE_NEW);
}

static void when_all_are_being_served_one_more_is(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 6; i++)
		assert_int_equal(begin(i, "a", 10), RPC_ONCE_NEW);
	rpc_once_done(once, slot, bytes_str("nowhere"));
	assert_int_equal(begin(6, "a", 10), RPC_ONCE_NEW);
}

static void what_is_too_long_or_old_is_forgotten(void **state)
{
	static const uint8_t answer[RPC_ONCE_ANSWER + 1];

	(void)state;
	assert_int_equal(begin(1, "a", 10), RPC_ONCE_NEW);
	rpc_once_done(once, slot, bytes_of(answer, sizeof(answer)));
	assert_int_equal(begin(1, "a", 10), RPC_ONCE_NEW);
	rpc_once_done(once, slot, bytes_of(answer, sizeof(answer) - 1));
	assert_int_equal(begin(1, "a", 10), RPC_ONCE_DONE);
	assert_int_equal(kept.n, RPC_ONCE_ANSWER);
	assert_int_equal(begin(1, "a", 10 + UINT64_C(600000000000)), RPC_ONCE_NEW);
}

/* Beside a plain list of what should be known. */
static void remembers_the_latest_of_many(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		assert_int_equal(begin(i, "abc", i), RPC_ONCE_NEW);
		rpc_once_done(once, slot, bytes_of(&i, sizeof(i)));
		for (uint32_t k = 0; k < 4 && k <= i; k++) {
			uint32_t said = i - k;

			assert_int_equal(begin(said, "abc", i), RPC_ONCE_DONE);
			assert_memory_equal(kept.p, &said, sizeof(said));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_a_call_as_the_one_who_asks),
		cmocka_unit_test(answers_procedure_0_itself),
		cmocka_unit_test(says_what_it_has_not),
		cmocka_unit_test(drops_what_was_written_of_a_call_that_fails),
		cmocka_unit_test(leaves_what_is_before_the_answer),
		cmocka_unit_test(reads_the_groups_and_no_more_than_sixteen),
		cmocka_unit_test(refuses_credentials_it_does_not_know),
		cmocka_unit_test(another_version_of_rpc_is_a_mismatch),
		cmocka_unit_test(survives_every_prefix_and_flip),
		cmocka_unit_test_setup_teardown(the_same_call_gets_the_same_answer, opens, closes),
		cmocka_unit_test_setup_teardown(the_oldest_that_is_done_gives_way, opens, closes),
		cmocka_unit_test_setup_teardown(when_all_are_being_served_one_more_is, opens,
						closes),
		cmocka_unit_test_setup_teardown(what_is_too_long_or_old_is_forgotten, opens,
						closes),
		cmocka_unit_test_setup_teardown(remembers_the_latest_of_many, opens, closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
