/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls.h"

#include <stdlib.h>

#include "unit.h"

enum { CLIENT = 0x0a000064, SERVER = 0x0a000001, NFS = 2049 };

static struct packet p;

static struct calls *begin(uint32_t n)
{
	struct calls *t = calls_init(calloc(1, calls_size(n)), n, 7);

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

/* The answer may be captured before its question, when two taps are merged. */
static void a_reply_before_its_call_finds_none_and_harms_nothing(void **state)
{
	struct calls *t = begin(8);

	(void)state;
	assert_null(reply(t, 1, SERVER, 700));
	assert_int_equal(p.u.rpc.call_frame, 0);
	assert_false(call(t, 1, 6, 100)->answered);
	assert_non_null(reply(t, 1, SERVER, 700));
	free(t);
}

static void a_second_reply_finds_the_same_call(void **state)
{
	struct calls *t = begin(8);

	(void)state;
	call(t, 1, 6, 100);
	assert_true(reply(t, 1, SERVER, 700)->answered);
	assert_int_equal(reply(t, 1, SERVER, 700)->frame, 100);
	free(t);
}

/* The ring gives slots to new calls only: one heard again keeps its own. */
static void retransmissions_do_not_push_others_out(void **state)
{
	struct calls *t = begin(4);

	(void)state;
	for (uint32_t xid = 1; xid <= 4; xid++)
		call(t, xid, 6, xid);
	for (uint64_t ns = 5; ns < 100; ns++)
		call(t, 4, 6, ns);
	for (uint32_t xid = 1; xid <= 4; xid++)
		assert_non_null(reply(t, xid, SERVER, 700));
	free(t);
}

static void names_longer_than_their_room_are_cut(void **state)
{
	struct calls *t = begin(4);
	uint8_t path[300];
	struct call *c;

	(void)state;
	call(t, 1, 6, 1);
	memset(path, 'a', sizeof(path));
	p.u.rpc.xid = 2;
	p.u.rpc.path = bytes_of(path, sizeof(path));
	c = calls_call(t, &p);
	assert_int_equal(strlen(c->name), CALL_NAME_MAX - 1);
	free(t);
}

static void what_is_found_does_not_depend_on_the_seed(void **state)
{
	static const uint64_t seeds[] = { 0, 1, UINT64_MAX, UINT64_C(0x9e3779b97f4a7c15) };

	(void)state;
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++) {
		struct calls *t = calls_init(calloc(1, calls_size(16)), 16, seeds[i]);

		for (uint32_t xid = 1; xid <= 40; xid++)
			call(t, xid, 6, xid);
		for (uint32_t xid = 1; xid <= 40; xid++)
			assert_int_equal(reply(t, xid, SERVER, 700) != NULL, xid > 24);
		for (uint32_t n = 1; n <= CALLS_PORTS + 5; n++)
			calls_learn_port(t, address_ip4(n), 20048);
		for (uint32_t n = 1; n <= CALLS_PORTS + 5; n++)
			assert_int_equal(calls_is_rpc_port(t, address_ip4(n), 20048), n > 5);
		free(t);
	}
}

static void ports_are_learned_for_their_server_alone(void **state)
{
	struct calls *t = begin(4);

	(void)state;
	assert_false(calls_is_rpc_port(t, address_ip4(SERVER), 20048));
	calls_learn_port(t, address_ip4(SERVER), 20048);
	calls_learn_port(t, address_ip4(SERVER), 20048);
	calls_learn_port(t, address_ip4(SERVER), 0);
	assert_true(calls_is_rpc_port(t, address_ip4(SERVER), 20048));
	assert_false(calls_is_rpc_port(t, address_ip4(SERVER + 1), 20048));
	assert_false(calls_is_rpc_port(t, address_ip4(SERVER), 0));
	free(t);
}

/* A stranger can name many: a port in use stays, and what comes later is still learned. */
static void ports_in_use_outlive_a_flood_of_others(void **state)
{
	struct calls *t = begin(4);

	(void)state;
	calls_learn_port(t, address_ip4(SERVER), 20048);
	for (uint32_t i = 1; i < 5000; i++) {
		calls_learn_port(t, address_ip4(i), (uint16_t)i);
		if (i % 100 == 0)
			assert_true(calls_is_rpc_port(t, address_ip4(SERVER), 20048));
	}
	assert_true(calls_is_rpc_port(t, address_ip4(4999), 4999));
	assert_false(calls_is_rpc_port(t, address_ip4(1), 1));
	calls_learn_port(t, address_ip4(SERVER), 32765);
	assert_true(calls_is_rpc_port(t, address_ip4(SERVER), 32765));
	assert_true(calls_is_rpc_port(t, address_ip4(SERVER), 20048));
	free(t);
}

/* All in use: the next one is taken in, and nothing turns in circles. */
static void a_full_table_of_ports_in_use_takes_one_more(void **state)
{
	struct calls *t = begin(4);

	(void)state;
	for (uint32_t i = 1; i <= CALLS_PORTS; i++)
		calls_learn_port(t, address_ip4(i), 20048);
	for (uint32_t i = 1; i <= CALLS_PORTS; i++)
		assert_true(calls_is_rpc_port(t, address_ip4(i), 20048));
	calls_learn_port(t, address_ip4(SERVER), 20048);
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
		cmocka_unit_test(a_reply_before_its_call_finds_none_and_harms_nothing),
		cmocka_unit_test(a_second_reply_finds_the_same_call),
		cmocka_unit_test(retransmissions_do_not_push_others_out),
		cmocka_unit_test(names_longer_than_their_room_are_cut),
		cmocka_unit_test(what_is_found_does_not_depend_on_the_seed),
		cmocka_unit_test(ports_are_learned_for_their_server_alone),
		cmocka_unit_test(ports_in_use_outlive_a_flood_of_others),
		cmocka_unit_test(a_full_table_of_ports_in_use_takes_one_more),
		cmocka_unit_test(credentials_are_kept_for_what_is_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
