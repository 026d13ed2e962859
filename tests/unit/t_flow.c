/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

#include <stdlib.h>

#include "unit.h"

enum { CLIENT = 0x0a000064, SERVER = 0x0a000001, ANOTHER = 0x0a000002, PORT = 49152 };

static struct flows *begin(uint32_t n, uint64_t seed)
{
	struct flows *t = flows_init(calloc(1, flows_size(n)), n, seed);

	assert_non_null(t);
	return t;
}

static struct flow *add(struct flows *t, uint32_t client, uint16_t port, uint32_t server)
{
	return flows_add(t, address_ip4(client), port, address_ip4(server), 1);
}

/* Of a datagram; -1 when it belongs to none, else what was said of its direction. */
static int find(struct flows *t, uint32_t src, uint16_t sport, uint32_t dst, uint16_t dport)
{
	int from_client = -1;
	const struct flow *f =
		flows_find(t, address_ip4(src), sport, address_ip4(dst), dport, &from_client);

	return f ? from_client : -1;
}

static void a_flow_is_known_by_its_client_alone(void **state)
{
	struct flows *t = begin(8, 7);

	(void)state;
	assert_int_equal(find(t, CLIENT, PORT, SERVER, 69), -1);
	add(t, CLIENT, PORT, SERVER);
	assert_int_equal(find(t, CLIENT, PORT, SERVER, 69), 1);
	/* from any port, and from another address of the server (RFC 1350 4) */
	assert_int_equal(find(t, SERVER, 34567, CLIENT, PORT), 0);
	assert_int_equal(find(t, ANOTHER, 34567, CLIENT, PORT), 0);
	assert_int_equal(find(t, SERVER, 34567, CLIENT, PORT + 1), -1);
	assert_int_equal(find(t, SERVER, 34567, ANOTHER, PORT), -1);
	free(t);
}

static void the_same_request_again_keeps_its_flow(void **state)
{
	struct flows *t = begin(8, 7);
	struct flow *f = add(t, CLIENT, PORT, SERVER);

	(void)state;
	f->user = 5;
	f->last_ns = 0;
	assert_ptr_equal(add(t, CLIENT, PORT, SERVER), f);
	assert_int_equal(f->user, 5);
	assert_int_equal(f->last_ns, 1);
	free(t);
}

static void another_server_takes_the_flow_over(void **state)
{
	struct flows *t = begin(8, 7);
	struct flow *f = add(t, CLIENT, PORT, SERVER);

	(void)state;
	f->user = 5;
	f->server_port = 34567;
	f->answered_by = address_ip4(SERVER);
	assert_ptr_equal(add(t, CLIENT, PORT, ANOTHER), f);
	assert_int_equal(f->user, 0);
	assert_int_equal(address_to_ip4(f->server), ANOTHER);
	/* nothing of the other conversation is left in it */
	assert_int_equal(f->server_port, 0);
	assert_true(address_none(f->answered_by));
	free(t);
}

static void clients_with_one_port_are_told_apart(void **state)
{
	struct flows *t = begin(8, 7);
	struct flow *a = add(t, CLIENT, PORT, SERVER), *b = add(t, CLIENT + 1, PORT, SERVER);

	(void)state;
	assert_ptr_not_equal(a, b);
	assert_int_equal(find(t, SERVER, 1, CLIENT, PORT), 0);
	assert_int_equal(find(t, SERVER, 1, CLIENT + 1, PORT), 0);
	assert_int_equal(find(t, SERVER, 1, CLIENT + 2, PORT), -1);
	free(t);
}

/* Two clients that talk to each other's ports: the receiver's is the one. */
static void a_datagram_between_two_flows_belongs_to_its_receiver(void **state)
{
	struct flows *t = begin(8, 7);

	(void)state;
	add(t, CLIENT, PORT, SERVER);
	add(t, SERVER, PORT, CLIENT);
	assert_int_equal(find(t, CLIENT, PORT, SERVER, PORT), 0);
	assert_int_equal(find(t, SERVER, PORT, CLIENT, PORT), 0);
	free(t);
}

static void the_oldest_goes_and_leaves_no_trace(void **state)
{
	static const uint64_t seeds[] = { 0, 1, UINT64_MAX };

	(void)state;
	for (size_t s = 0; s < sizeof(seeds) / sizeof(seeds[0]); s++) {
		struct flows *t = begin(4, seeds[s]);

		for (uint32_t i = 0; i < 1000; i++) {
			add(t, CLIENT + i, (uint16_t)(PORT + i % 3), SERVER);
			for (uint32_t back = 0; back < 8 && back <= i; back++)
				assert_int_equal(find(t, SERVER, 1, CLIENT + i - back,
						      (uint16_t)(PORT + (i - back) % 3)),
						 back < 4 ? 0 : -1);
		}
		free(t);
	}
}

static void the_last_port_of_all_has_room(void **state)
{
	struct flows *t = begin(1, 7);

	(void)state;
	add(t, CLIENT, UINT16_MAX, SERVER);
	assert_int_equal(find(t, SERVER, 69, CLIENT, UINT16_MAX), 0);
	add(t, CLIENT, 0, SERVER);
	assert_int_equal(find(t, SERVER, 69, CLIENT, UINT16_MAX), -1);
	assert_int_equal(find(t, SERVER, 69, CLIENT, 0), 0);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flow_is_known_by_its_client_alone),
		cmocka_unit_test(the_same_request_again_keeps_its_flow),
		cmocka_unit_test(another_server_takes_the_flow_over),
		cmocka_unit_test(clients_with_one_port_are_told_apart),
		cmocka_unit_test(a_datagram_between_two_flows_belongs_to_its_receiver),
		cmocka_unit_test(the_oldest_goes_and_leaves_no_trace),
		cmocka_unit_test(the_last_port_of_all_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
