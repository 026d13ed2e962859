/* SPDX-License-Identifier: BSD-2-Clause */
/* NLM of a server that has no locks: every lock is refused at once, and nobody waits. */
#include "nfs_server.h"
#include "nfs_tell.h"
#include "rpc_ask.h"
#include "unit.h"

enum { NOT_THERE = 99, GRANTED = 0, NO_LOCKS = 2 };

static struct nfs_news told;
static uint32_t n_told;

static void news(void *ctx, const struct nfs_news *n)
{
	(void)ctx;
	told = *n;
	n_told++;
}

static struct nfs_shared shared = { .news = news };
static struct nfs_server server = { .shared = &shared };
static const struct rpc_service rows[] = {
	{ RPC_NLM, 1, 4, &server, locks_manner, locks_serve, nfs_not_served },
};
static const struct rpc_services services = { rows, 1 };
static struct rpc_ask asking = { .services = &services,
				 .peer = { 0x0a000002, 0xc0a80101, 900, true } };

static struct rpc call_of(uint32_t vers, uint32_t proc)
{
	return (struct rpc) { .xid = 5,
			      .prog = RPC_NLM,
			      .vers = vers,
			      .proc = proc,
			      .handle = bytes_str("0123456789abcdef0123456789abcdef"),
			      .host = bytes_str("pi4"),
			      .lock = { 0, 0, 7, true, true, false } };
}

static uint32_t answered(uint32_t vers, uint32_t proc)
{
	struct rpc c = call_of(vers, proc);

	rpc_ask(&asking, &c);
	return asking.reply.accept == RPC_SUCCESS ? asking.reply.status : NOT_THERE;
}

static int begin(void **state)
{
	(void)state;
	n_told = 0;
	return 0;
}

static void a_lock_is_refused_and_nothing_to_give_up_is_fine(void **state)
{
	static const uint32_t versions[] = { 1, 3, 4 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		uint32_t v = versions[i];

		assert_int_equal(answered(v, 0), GRANTED);
		assert_int_equal(answered(v, 1), NO_LOCKS); /* TEST */
		assert_int_equal(answered(v, 2), NO_LOCKS); /* LOCK */
		assert_int_equal(answered(v, 3), GRANTED);  /* CANCEL */
		assert_int_equal(answered(v, 4), GRANTED);  /* UNLOCK */
		for (uint32_t proc = 5; proc < 20; proc++)
			assert_int_equal(answered(v, proc), NOT_THERE);
		assert_int_equal(answered(v, 20), v == 1 ? NOT_THERE : NO_LOCKS); /* SHARE */
		assert_int_equal(answered(v, 21), v == 1 ? NOT_THERE : GRANTED);  /* UNSHARE */
		assert_int_equal(answered(v, 22), v == 1 ? NOT_THERE : NO_LOCKS); /* NM_LOCK */
		assert_int_equal(answered(v, 23), v == 1 ? NOT_THERE : GRANTED);  /* FREE_ALL */
		assert_int_equal(answered(v, 24), NOT_THERE);
	}
	assert_int_equal(answered(5, 2), NOT_THERE);
	assert_int_equal(asking.reply.accept, RPC_PROG_MISMATCH);
}

static void whoever_wants_a_lock_is_told_of(void **state)
{
	struct rpc c = call_of(4, 2);

	(void)state;
	(void)answered(4, 0);
	(void)answered(4, 1);
	(void)answered(4, 4);
	assert_int_equal(n_told, 0);
	c.flavor = 1;
	c.machine = bytes_str("pi4");
	rpc_ask(&asking, &c);
	assert_int_equal(n_told, 1);
	assert_int_equal(told.event, NFS_LOCKS_WANTED);
	assert_int_equal(told.ip, 0x0a000002);
}

/* Clients know an answer again by it. */
static void the_cookie_comes_back(void **state)
{
	uint8_t message[64];
	struct writer w = writer_init(message, sizeof(message));
	struct reader r;

	(void)state;
	writer_be64(&w, 5u << 31 << 1); /* xid, call */
	writer_be32(&w, 2);
	writer_be32(&w, RPC_NLM);
	writer_be32(&w, 4);
	writer_be32(&w, 2);
	writer_zero(&w, 16); /* no credentials, no verifier */
	writer_xdr_opaque(&w, bytes_str("cookie"));
	rpc_ask_bytes(&asking, writer_done(&w), ASK_ROOM);
	r = reader_init(asking.answer, asking.n, asking.n);
	reader_skip(&r, RPC_REPLY_HEAD);
	assert_true(bytes_is(reader_xdr_opaque(&r, 100), "cookie"));
	assert_int_equal(reader_be32(&r), NO_LOCKS);
	assert_int_equal(r.pos, r.len);
	assert_int_equal(r.err, ERR_OK);
}

static void whatever_comes_is_answered_or_passed_over(void **state)
{
	struct rpc c = call_of(4, 2);

	(void)state;
	rpc_ask_sweep(&asking, &c);
	c.proc = 20;
	rpc_ask_sweep(&asking, &c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_lock_is_refused_and_nothing_to_give_up_is_fine, begin),
		cmocka_unit_test_setup(whoever_wants_a_lock_is_told_of, begin),
		cmocka_unit_test_setup(the_cookie_comes_back, begin),
		cmocka_unit_test_setup(whatever_comes_is_answered_or_passed_over, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
