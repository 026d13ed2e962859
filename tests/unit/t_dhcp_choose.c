/* SPDX-License-Identifier: BSD-2-Clause */
/* Which address a client is offered. */
#include "dhcp_served.h"

static struct dhcp m;

static void no_address_is_given_twice(void **state)
{
	uint32_t of[512] = { 0 };

	(void)state;
	for (uint32_t i = 1; i <= 100; i++) {
		uint32_t ip = lease_for(i);

		assert_in_range(ip, FIRST, LAST);
		assert_int_equal(of[ip - FIRST], 0);
		of[ip - FIRST] = i;
	}
	client(200);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_news[DHCP_EMPTY], 1);
	/* an hour later all leases are over */
	now += 3601 * second;
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	/* ... and who comes back gets what it had, but for the one that is gone */
	for (uint32_t i = 1; i <= 100; i++) {
		client(i);
		if (of[m.yiaddr - FIRST] == i)
			continue;
	}
}

static void reservations_are_kept(void **state)
{
	(void)state;
	client(7);
	lease_client_set(&hosts[0].client, 1, q.chaddr, bytes_of(NULL, 0));
	hosts[0].ip = FIRST + 3;
	hosts[0].name = bytes_str("bench");
	config.n_hosts = 1;
	start();
	for (uint32_t i = 100; i < 199; i++)
		assert_int_not_equal(lease_for(i), FIRST + 3);
	assert_int_equal(lease_for(7), FIRST + 3);
	client(7);
	assert_true(say(DHCP_DISCOVER, FIRST + 50, 0, &m));
	assert_int_equal(m.yiaddr, FIRST + 3);
	assert_int_equal(dhcp_option(&m, DHCP_OPT_HOST_NAME).n, 5);
}

static void an_address_in_use_is_not_offered(void **state)
{
	uint32_t first;

	(void)state;
	config.probe = true;
	config.probe_ms = 300;
	start();
	client(1);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_probes, 1);
	first = probed;
	assert_false(say(DHCP_DISCOVER, 0, 0, &m)); /* again, while it is asked for */
	assert_int_equal(n_probes, 1);
	now += second / 10;
	client(2);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m)); /* another one meanwhile */
	client(1);
	n_probes = 1;
	dhcp_server_in_use(server, first, now);
	assert_int_equal(n_news[DHCP_IN_USE], 1);
	assert_int_equal(told_of[DHCP_IN_USE].b[5], 1);
	assert_int_equal(n_probes, 2);
	assert_int_not_equal(probed, first);
	now += second / 10;
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 0);
	now += second;
	assert_true(dhcp_server_next(server) <= now);
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 2);
	assert_int_equal(last.to.to, probed);
	assert_int_equal(dhcp_server_next(server), UINT64_MAX);
}

static void a_client_that_declines_everything_is_not_believed(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 60; i++) {
		client(1);
		now += second;
		assert_true(say(DHCP_DISCOVER, 0, 0, &m));
		say(DHCP_DECLINE, m.yiaddr, SERVER, &m);
	}
	assert_int_equal(n_news[DHCP_DECLINED_ADDRESS], 60);
	assert_int_equal(n_news[DHCP_EMPTY], 0);
	/* of the 100 the others get what it did not burn */
	for (uint32_t i = 0; i < 92; i++)
		lease_for(100 + i);
}

static void forged_clients_are_told_once_a_second(void **state)
{
	uint32_t sent = 0;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		client(1000 + i);
		sent += say(DHCP_DISCOVER, 0, 0, &m);
		now += second / 1000;
	}
	assert_int_equal(sent, 100);
	assert_in_range(n_news[DHCP_EMPTY], 4, 6);
	/* what was offered and not taken is free again soon */
	now += 31 * second;
	lease_for(1);
}

static void declined_addresses_are_tried_again_when_there_are_no_others(void **state)
{
	(void)state;
	config.probe = true;
	config.probe_ms = 300;
	start();
	for (uint32_t i = 0; i < 100; i++) {
		client(100 + i);
		assert_false(say(DHCP_DISCOVER, 0, 0, &m));
		assert_false(say(DHCP_DECLINE, probed, SERVER, &m));
	}
	client(1);
	n_probes = 0;
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_probes, 0);
	now += 61 * second;
	dhcp_server_tick(server, now);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_probes, 1);
	now += second;
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(no_address_is_given_twice),
		TEST(reservations_are_kept),
		TEST(an_address_in_use_is_not_offered),
		TEST(a_client_that_declines_everything_is_not_believed),
		TEST(forged_clients_are_told_once_a_second),
		TEST(declined_addresses_are_tried_again_when_there_are_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
