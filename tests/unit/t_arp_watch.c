/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines that do nothing but ask by ARP: which of them boot. */
#include <stdlib.h>

#include "diagnose.h"
#include "unit.h"

enum { BOARD = 0x0a000032, SERVER = 0x0a0000db };

static const uint64_t ms = 1000000;

static struct scope *begin(void)
{
	return scope_init(calloc(1, scope_size(&scope_default_limits)), &scope_default_limits);
}

static void arp(struct scope *s, bool reply, uint32_t target, uint64_t ns)
{
	static struct packet p;
	static uint64_t number;
	struct mac board = { { 0, 0x0a, 0x35, 1, 2, 3 } }, server = { { 2, 0, 0, 0, 0, 1 } };

	memset(&p, 0, sizeof(p));
	p.number = ++number;
	p.time_ns = ns;
	p.record = RECORD_ARP;
	p.ether.has_src = p.ether.has_dst = true;
	p.ether.src = reply ? server : board;
	p.ether.dst = reply ? board : (struct mac) { { 255, 255, 255, 255, 255, 255 } };
	p.u.arp.op = reply ? ARP_REPLY : ARP_REQUEST;
	p.u.arp.sender_mac = p.ether.src;
	p.u.arp.sender_ip = reply ? target : BOARD;
	p.u.arp.target_ip = reply ? BOARD : target;
	if (reply)
		p.u.arp.target_mac = board;
	scope_tick(s, ns);
	scope_packet(s, &p, NULL);
}

/* What other machines say to each other: this place sees unicast. */
static void others(struct scope *s)
{
	static struct packet p;

	for (uint8_t i = 0; i < 10; i++) {
		memset(&p, 0, sizeof(p));
		p.number = 1;
		p.time_ns = ms;
		p.ether.has_src = p.ether.has_dst = true;
		p.ether.src = (struct mac) { { 2, 0, 0, 0, 1, i } };
		p.ether.dst = (struct mac) { { 2, 0, 0, 0, 2, i } };
		p.ip.version = 4;
		p.ip.src = address_ip4(1);
		p.ip.dst = address_ip4(2);
		scope_packet(s, &p, NULL);
	}
}

static uint32_t clients(struct scope *s)
{
	uint32_t n = scope_clients(s);

	free(s);
	return n;
}

static void u_boot_is_known_by_its_five_seconds(void **state)
{
	static struct diagnosis d;
	struct scope *s = begin();
	const struct client *c;

	(void)state;
	others(s);
	for (uint64_t i = 0; i < 8; i++)
		arp(s, false, SERVER, 1000 * ms + i * 5000 * ms);
	scope_tick(s, 200000 * ms);
	scope_end(s);
	assert_int_equal(scope_clients(s), 1);
	c = scope_client(s, 0);
	assert_int_equal(c->family, FAMILY_U_BOOT);
	/* what it asked before it was known counts */
	assert_int_equal(client_last_boot(c)->arps->requests, 8);
	diagnose_client(s, c, &d);
	assert_int_equal(d.finding[0].id, F_ARP_NO_ANSWER);
	assert_true(d.finding[0].cause);
	free(s);
}

/* A mirror port and tcpdump -i any show a frame twice. */
static void a_frame_seen_twice_is_asked_once(void **state)
{
	struct scope *s = begin();

	(void)state;
	others(s);
	for (uint64_t i = 0; i < 8; i++)
		for (uint64_t k = 0; k < 2; k++)
			arp(s, false, SERVER, 1000 * ms + i * 5000 * ms + k * ms / 100);
	assert_int_equal(clients(s), 1);
}

/* Answers to ARP are unicast: where that is not seen, nothing is said of it. */
static void a_bystander_does_not_say_that_nobody_answers(void **state)
{
	static struct diagnosis d;
	struct scope *s = begin();

	(void)state;
	for (uint64_t i = 0; i < 8; i++)
		arp(s, false, SERVER, 1000 * ms + i * 5000 * ms);
	scope_tick(s, 200000 * ms);
	scope_end(s);
	diagnose_client(s, scope_client(s, 0), &d);
	assert_int_equal(d.n, 0);
	free(s);
}

static void a_system_that_asks_each_second_is_no_board(void **state)
{
	struct scope *s = begin();

	(void)state;
	for (uint64_t i = 0; i < 30; i++)
		arp(s, false, SERVER, 1000 * ms + i * 1000 * ms);
	assert_int_equal(clients(s), 0);
}

static void one_that_is_answered_is_none(void **state)
{
	struct scope *s = begin();

	(void)state;
	for (uint64_t i = 0; i < 8; i++) {
		arp(s, false, SERVER, 1000 * ms + i * 5000 * ms);
		arp(s, true, SERVER, 1001 * ms + i * 5000 * ms);
	}
	assert_int_equal(clients(s), 0);
}

static void one_that_asks_for_many_is_none(void **state)
{
	struct scope *s = begin();

	(void)state;
	for (uint64_t i = 0; i < 30; i++)
		arp(s, false, SERVER + (uint32_t)i % 7, 1000 * ms + i * 5000 * ms);
	assert_int_equal(clients(s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(u_boot_is_known_by_its_five_seconds),
		cmocka_unit_test(a_frame_seen_twice_is_asked_once),
		cmocka_unit_test(a_bystander_does_not_say_that_nobody_answers),
		cmocka_unit_test(a_system_that_asks_each_second_is_no_board),
		cmocka_unit_test(one_that_is_answered_is_none),
		cmocka_unit_test(one_that_asks_for_many_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
