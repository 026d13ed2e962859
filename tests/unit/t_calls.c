/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls.h"

#include <stdlib.h>

#include "unit.h"

enum { CLIENT = 0x0a000064, SERVER = 0x0a000001, NFS = 2049 };

static struct packet p;

static struct calls *begin(uint32_t n)
{
	struct calls *t = calls_init(calloc(1, calls_size(n)), n);

	assert_non_null(t);
	return t;
}

static struct call *call(struct calls *t, uint32_t xid, uint32_t proc, uint64_t ns)
{
	memset(&p, 0, sizeof(p));
	p.time_ns = ns;
	p.number = ns;
	p.ip.src = address_ip4(CLIENT);
	p.ip.dst = address_ip4(SERVER);
	p.sport = 700;
	p.dport = NFS;
	p.u.rpc.type = RPC_CALL;
	p.u.rpc.xid = xid;
	p.u.rpc.prog = RPC_NFS;
	p.u.rpc.vers = 3;
	p.u.rpc.proc = proc;
	p.u.rpc.flavor = 1;
	p.u.rpc.uid = 0;
	return calls_call(t, &p);
}

static struct call *reply(struct calls *t, uint32_t xid, uint32_t server, uint16_t client_port)
{
	memset(&p, 0, sizeof(p));
	p.ip.src = address_ip4(server);
	p.ip.dst = address_ip4(CLIENT);
	p.sport = NFS;
	p.dport = client_port;
	p.u.rpc.type = RPC_REPLY;
	p.u.rpc.xid = xid;
	return calls_reply(t, &p);
}

static void a_reply_finds_its_call(void **state)
{
	struct calls *t = begin(8);

	(void)state;
	call(t, 1, 6, 100);
	call(t, 2, 3, 200);
	assert_non_null(reply(t, 1, SERVER, 700));
	assert_int_equal(p.u.rpc.proc, 6);
	assert_int_equal(p.u.rpc.call_frame, 100);
	assert_true(p.u.rpc.known);
	assert_null(reply(t, 3, SERVER, 700));
	assert_null(reply(t, 1, SERVER, 701));
	assert_false(p.u.rpc.known);
	free(t);
}

/* A server with several addresses answers UDP from any of them; over TCP that cannot be. */
static void a_udp_reply_may_come_from_another_address(void **state)
{
	struct calls *t = begin(8);

	(void)state;
	call(t, 1, 6, 100);
	assert_non_null(reply(t, 1, SERVER + 1, 700));
	p.u.rpc.tcp = true;
	assert_null(calls_reply(t, &p));
	free(t);
}

static void the_same_call_again_is_a_retransmission(void **state)
{
	struct calls *t = begin(8);
	struct call *c;

	(void)state;
	c = call(t, 1, 6, 100);
	assert_false(p.u.rpc.retransmission);
	assert_int_equal(c->times, 1);
	c = call(t, 1, 6, 200);
	assert_true(p.u.rpc.retransmission);
	assert_int_equal(c->times, 2);
	assert_int_equal(c->frame, 100);
	/* the number used for another procedure is another call */
	c = call(t, 1, 3, 300);
	assert_false(p.u.rpc.retransmission);
	assert_int_equal(c->frame, 300);
	assert_false(c->answered);
	free(t);
}

static void a_number_used_much_later_is_a_new_call(void **state)
{
	struct calls *t = begin(8);

	(void)state;
	call(t, 1, 6, 100);
	call(t, 1, 6, UINT64_C(600000000000));
	assert_false(p.u.rpc.retransmission);
	free(t);
}

static void the_oldest_goes_when_it_is_full(void **state)
{
	struct calls *t = begin(4);

	(void)state;
	for (uint32_t xid = 1; xid <= 100; xid++)
		call(t, xid, 6, xid);
	assert_null(reply(t, 1, SERVER, 700));
	for (uint32_t xid = 97; xid <= 100; xid++)
		assert_non_null(reply(t, xid, SERVER, 700));
	free(t);
}

static void ports_are_learned_for_their_server_alone(void **state)
{
	struct calls *t = begin(4);

	(void)state;
	assert_false(calls_is_rpc_port(t, address_ip4(SERVER), 20048));
	calls_learn_port(t, address_ip4(SERVER), 20048);
	assert_true(calls_is_rpc_port(t, address_ip4(SERVER), 20048));
	assert_false(calls_is_rpc_port(t, address_ip4(SERVER + 1), 20048));
	/* a stranger can name many: they end somewhere, and those known stay */
	for (uint32_t i = 1; i < 5000; i++)
		calls_learn_port(t, address_ip4(i), (uint16_t)i);
	assert_true(calls_is_rpc_port(t, address_ip4(SERVER), 20048));
	free(t);
}

static void credentials_are_kept_for_what_is_denied(void **state)
{
	struct calls *t = begin(4);

	(void)state;
	assert_int_equal(call(t, 1, 9, 1)->uid, 0);
	p.u.rpc.flavor = 6;
	p.u.rpc.xid = 2;
	assert_int_equal(calls_call(t, &p)->uid, UINT32_MAX);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_finds_its_call),
		cmocka_unit_test(a_udp_reply_may_come_from_another_address),
		cmocka_unit_test(the_same_call_again_is_a_retransmission),
		cmocka_unit_test(a_number_used_much_later_is_a_new_call),
		cmocka_unit_test(the_oldest_goes_when_it_is_full),
		cmocka_unit_test(ports_are_learned_for_their_server_alone),
		cmocka_unit_test(credentials_are_kept_for_what_is_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
