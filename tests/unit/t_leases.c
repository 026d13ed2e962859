/* SPDX-License-Identifier: BSD-2-Clause */
/* Which address is whose: found as fast in a large net as in a small one. */
#include <stdlib.h>

#include "leases.h"
#include "unit.h"

enum { NET = 0x0a090000, ROWS = 65552 };

static const uint64_t now = 1700000000;
static struct leases *t;

static int setup(void **state)
{
	(void)state;
	t = leases_init(calloc(1, leases_size(ROWS)), ROWS, 5);
	return t ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(t);
	return 0;
}

static struct lease_client client(uint32_t number)
{
	uint8_t mac[6] = {
		0x02, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number, 1
	};
	struct lease_client c;

	lease_client_set(&c, 1, bytes_of(mac, sizeof(mac)), bytes_of(NULL, 0));
	return c;
}

/* 0: there is no address left. */
static uint32_t give(uint32_t number, const struct lease_range *r, uint64_t at, uint64_t until)
{
	struct lease_client c = client(number);
	uint32_t ip = leases_choose(t, &c, r, 0, at, NULL, NULL);

	if (ip)
		assert_non_null(leases_set(t, ip, &c, LEASE_BOUND, until, at));
	return ip;
}

static void every_address_of_a_large_net_is_given_once(void **state)
{
	static const struct lease_range all = { NET + 1, NET + 65500 };
	static uint8_t given[65536];

	(void)state;
	for (uint32_t i = 0; i < 65500; i++) {
		uint32_t ip = give(i, &all, now, now + 3600);

		assert_in_range(ip, all.first, all.last);
		assert_int_equal(given[ip - NET], 0);
		given[ip - NET] = 1;
	}
	/* thousands more ask, which must not take a second each */
	for (uint32_t i = 65500; i < 75500; i++)
		assert_int_equal(give(i, &all, now, now + 3600), 0);
	/* who has one gets it again */
	for (uint32_t i = 0; i < 65500; i += 999)
		assert_true(give(i, &all, now + 1, now + 3601) != 0);
}

static void an_address_that_is_free_again_is_found(void **state)
{
	static const struct lease_range all = { NET + 1, NET + 30000 };
	uint32_t ip[3];

	(void)state;
	for (uint32_t i = 0; i < 30000; i++)
		(void)give(i, &all, now, now + 3600 + i % 2);
	for (uint32_t i = 0; i < 3; i++) {
		struct lease_client c = client(5000 * i);
		struct lease *l = leases_by_client(t, &c, all.first, all.last);

		ip[i] = l->ip;
		leases_turn(t, l, LEASE_FREE, now, now + i);
	}
	for (uint32_t i = 0; i < 3; i++) /* the longest first */
		assert_int_equal(give(50000 + i, &all, now + 9, now + 7200), ip[i]);
	assert_int_equal(give(60000, &all, now + 9, now + 7200), 0);
	/* they run out without a word: half of them a second before the others */
	for (uint32_t i = 0; i < 14997; i++)
		assert_true(give(100000 + i, &all, now + 3600, now + 7200) != 0);
	assert_true(give(200000, &all, now + 3600, now + 7200) != 0 ||
		    give(200001, &all, now + 3601, now + 7200) != 0);
}

static bool odd(void *ctx, uint32_t ip)
{
	(void)ctx;
	return ip % 2 != 0;
}

static void what_must_not_be_given_is_passed_over(void **state)
{
	static const struct lease_range some = { NET + 60, NET + 131 };

	(void)state;
	for (uint32_t i = 0; i < 36; i++) {
		struct lease_client c = client(i);
		uint32_t ip = leases_choose(t, &c, &some, 0, now, odd, NULL);

		assert_in_range(ip, some.first, some.last);
		assert_int_equal(ip % 2, 0);
		leases_set(t, ip, &c, LEASE_OFFERED, now + 30, now);
	}
	for (uint64_t at = now; at <= now + 30; at += 30) {
		struct lease_client c = client(99);
		uint32_t ip = leases_choose(t, &c, &some, 0, at, odd, NULL);

		/* offers are over after their time */
		assert_int_equal(ip != 0, at > now);
		assert_int_equal(ip % 2, 0);
	}
}

static void leases_of_a_range_that_is_gone_give_way(void **state)
{
	static const struct lease_range old = { NET, NET + 99 }, new = { NET + 1000, NET + 1083 };
	uint32_t rows = 100;

	(void)state;
	free(t);
	t = leases_init(calloc(1, leases_size(rows)), rows, 5);
	for (uint32_t i = 0; i < rows; i++) {
		struct lease_client c = client(i);

		assert_non_null(leases_set(t, old.first + i, &c, LEASE_BOUND, now + 3600, now));
	}
	leases_serve(t, &new);
	for (uint32_t i = 0; i < 84; i++)
		assert_in_range(give(1000 + i, &new, now, now + 3600), new.first, new.last);
	assert_int_equal(give(2000, &new, now, now + 3600), 0);
	for (uint32_t i = 0; i < 84; i++)
		assert_int_equal(leases_by_ip(t, new.first + i)->state, LEASE_BOUND);
}

static void the_map_finds_each_use(void **state)
{
	static const struct lease_range a = { 1000, 1200 }, b = { 0xffffff00, 0xffffffff };
	uint64_t bits[2][20] = { { 0 } };
	struct lease_map m = { .room = 20, .given = bits[0], .held = bits[1] };

	(void)state;
	assert_int_equal(lease_map_span(&m, &a), 0);
	assert_int_equal(lease_map_span(&m, &b), 1);
	assert_int_equal(lease_map_span(&m, &a), 0);
	for (int s = 0; s < 2; s++) {
		const struct lease_range *r = s ? &b : &a;

		for (uint64_t ip = r->first; ip <= r->last; ip++) {
			uint32_t at = (uint32_t)ip;

			assert_true(lease_map_has(&m, at));
			assert_int_equal(lease_map_next(&m, s, r->first, LEASE_NEVER_GIVEN), at);
			lease_map_set(&m, at, LEASE_HELD);
			assert_int_equal(lease_map_next(&m, s, r->first, LEASE_GIVEN), 0);
			lease_map_set(&m, at, LEASE_GIVEN);
			assert_int_equal(lease_map_next(&m, s, r->first, LEASE_GIVEN), at);
			assert_int_equal(lease_map_next(&m, s, at, LEASE_GIVEN), at);
			lease_map_set(&m, at, LEASE_HELD);
		}
		assert_int_equal(lease_map_next(&m, s, r->first, LEASE_NEVER_GIVEN), 0);
	}
	lease_map_set(&m, 999, LEASE_GIVEN);
	lease_map_set(&m, 1201, LEASE_GIVEN);
	assert_false(lease_map_has(&m, 1201));
	assert_int_equal(lease_map_next(&m, 0, 1000, LEASE_GIVEN), 0);
	assert_int_equal(lease_map_next(&m, 0, 1201, LEASE_NEVER_GIVEN), 0);
}

static void a_range_beyond_all_rows_is_cut(void **state)
{
	static const struct lease_range wide = { 1, 1000000 };
	uint64_t bits[2][17] = { { 0 } };
	struct lease_map m = { .room = 17, .given = bits[0], .held = bits[1] };

	(void)state;
	assert_int_equal(lease_map_span(&m, &wide), 0);
	assert_true(lease_map_has(&m, 17 * 64));
	assert_false(lease_map_has(&m, 17 * 64 + 1));
	assert_int_equal(lease_map_next(&m, 0, 17 * 64 + 1, LEASE_NEVER_GIVEN), 0);
	assert_int_equal(lease_map_span(&m, &(struct lease_range) { 2000000, 2000001 }), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_address_of_a_large_net_is_given_once, setup,
						teardown),
		cmocka_unit_test_setup_teardown(an_address_that_is_free_again_is_found, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_must_not_be_given_is_passed_over, setup,
						teardown),
		cmocka_unit_test_setup_teardown(leases_of_a_range_that_is_gone_give_way, setup,
						teardown),
		cmocka_unit_test(the_map_finds_each_use),
		cmocka_unit_test(a_range_beyond_all_rows_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
