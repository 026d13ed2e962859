/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"

#include "dhcp6.h"
#include "unit.h"

/* Each finding of rules_ipv6.c: a board that raises it, and beside it those that come near. */

enum { SOLICIT = 1, ADVERTISE = 2, REQUEST = 3, REPLY = 7, RA = 134, NS = 135, NA = 136 };

static struct address on_link(uint8_t host)
{
	return (struct address) { UINT64_C(0xfd00) << 48, host };
}

static struct address off_link(uint8_t host)
{
	return (struct address) { UINT64_C(0xfd000001) << 32, host };
}

static struct address link_local(uint8_t host)
{
	return (struct address) { UINT64_C(0xfe80) << 48, host };
}

static struct address all_nodes(void)
{
	return (struct address) { UINT64_C(0xff02) << 48, 1 };
}

static struct build_ends ends6(struct mac from, struct address src, struct mac to,
			       struct address dst)
{
	return (struct build_ends) {
		.eth_src = from, .eth_dst = to, .src = src, .dst = dst, .sport = 546, .dport = 547
	};
}

/* from asks everybody who has target. */
static void solicits(struct story *t, struct mac from, struct address src, struct address target)
{
	struct mac group = { { 0x33, 0x33, 0, 0, 0, 1 } };
	struct build_ends e = ends6(from, src, group, all_nodes());

	story_neighbour(t, &e, NS, target);
}

static void advertises(struct story *t, struct mac from, struct address mine, struct mac to,
		       struct address dst)
{
	struct build_ends e = ends6(from, mine, to, dst);

	story_neighbour(t, &e, NA, mine);
}

static void dhcp6(struct story *t, bool up, uint8_t type)
{
	static const uint8_t duid[] = { 0, 3, 0, 1, 0xdc, 0xa6, 0x32, 0, 0, CLIENT },
			     arch[] = { 0, 41 };
	static const uint8_t ia[] = { 0, 1,  0,    1,      0, 0, 0, 0, 0, 0, 0, 0, 0, 5,
				      0, 24, 0xfd, 0,      0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				      0, 0,  0,    CLIENT, 0, 0, 9, 9, 0, 0, 9, 9 };
	struct mac group = { { 0x33, 0x33, 0, 1, 0, 2 } };
	struct build_ends e = ends6(pi4, link_local(CLIENT), group, all_nodes());
	struct dhcp6 m = { .type = type, .xid = 7 };
	uint8_t buf[200];
	struct writer w = writer_init(buf, sizeof(buf));

	m.option[m.n_options++] = (struct dhcp6_option) { 1, bytes_of(duid, sizeof(duid)) };
	if (up)
		m.option[m.n_options++] = (struct dhcp6_option) { 61, bytes_of(arch, 2) };
	else
		m.option[m.n_options++] = (struct dhcp6_option) { 3, bytes_of(ia, sizeof(ia)) };
	if (!up) {
		e = ends6(story_mac(DHCPD), link_local(DHCPD), pi4, link_local(CLIENT));
		e.sport = 547;
		e.dport = 546;
	}
	dhcp6_encode(&m, &w);
	story_udp(t, &e, bytes_of(buf, w.pos));
}

/* A Pi 4 with its address from DHCPv6. */
static struct story *with_address(struct story *t)
{
	dhcp6(t, true, SOLICIT);
	dhcp6(t, false, ADVERTISE);
	dhcp6(t, true, REQUEST);
	dhcp6(t, false, REPLY);
	return t;
}

static struct story *looks_for(struct story *t, struct address target, int times)
{
	for (; times--; story_wait(t, one_second))
		solicits(t, pi4, on_link(CLIENT), target);
	return t;
}

static void a_server_beyond_the_router_is_looked_for_in_vain(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(looks_for(with_address(mirror()), off_link(3), 3), pi4,
			   F_IPV6_OFFLINK_SERVER));
	assert_false(raises(looks_for(with_address(mirror()), on_link(3), 3), pi4,
			    F_IPV6_OFFLINK_SERVER));
	assert_false(raises(looks_for(with_address(mirror()), off_link(3), 1), pi4,
			    F_IPV6_OFFLINK_SERVER));
	t = looks_for(with_address(mirror()), off_link(3), 3); /* a proxy for it answers */
	advertises(t, story_mac(DHCPD), off_link(3), pi4, on_link(CLIENT));
	assert_false(raises(t, pi4, F_IPV6_OFFLINK_SERVER));
	t = story_begin(); /* an answer would not be seen here */
	t->deaf = true;
	assert_false(
		raises(looks_for(with_address(t), off_link(3), 3), pi4, F_IPV6_OFFLINK_SERVER));
	t = mirror(); /* begun late: what is on its link is not known */
	dhcp6(t, true, SOLICIT);
	for (int i = 0; i < 3; i++, story_wait(t, one_second))
		solicits(t, pi4, link_local(CLIENT), off_link(3));
	assert_false(raises(t, pi4, F_IPV6_OFFLINK_SERVER));
	t = mirror(); /* nor by an address of IPv4 */
	leases(t, PI4, offering(PI4));
	for (int i = 0; i < 3; i++, story_wait(t, one_second))
		solicits(t, pi4, link_local(CLIENT), off_link(3));
	assert_false(raises(t, pi4, F_IPV6_OFFLINK_SERVER));
}

/* The server looks for the board, which goes on asking. */
static struct story *looked_for(struct story *t, int times, bool answered)
{
	with_address(t);
	for (; times--; story_wait(t, one_second))
		solicits(t, story_mac(FILES), on_link(FILES), on_link(CLIENT));
	if (answered)
		advertises(t, pi4, on_link(CLIENT), story_mac(FILES), on_link(FILES));
	dhcp6(t, true, SOLICIT);
	return t;
}

static void a_board_that_does_not_answer_is_told_where_it_would_be_seen(void **state)
{
	struct story *t = story_begin();

	(void)state;
	assert_true(blames(looked_for(mirror(), 3, false), pi4, F_IPV6_NS_UNANSWERED));
	assert_false(raises(looked_for(mirror(), 3, true), pi4, F_IPV6_NS_UNANSWERED));
	assert_false(raises(looked_for(mirror(), 2, false), pi4, F_IPV6_NS_UNANSWERED));
	t->deaf = true;
	assert_false(raises(looked_for(t, 3, false), pi4, F_IPV6_NS_UNANSWERED));
	/* it has its kernel: what it does not answer stops nothing */
	t = looked_for(mirror(), 3, false);
	loads(t, "kernel8.img", NULL);
	solicits(t, story_mac(FILES), on_link(FILES), on_link(CLIENT));
	assert_false(raises(t, pi4, F_IPV6_NS_UNANSWERED));
}

/* It may have been switched off. */
static void of_a_board_that_says_no_more_nobody_is_sure(void **state)
{
	struct story *t = with_address(mirror());

	(void)state;
	for (int i = 0; i < 4; i++, story_wait(t, one_second))
		solicits(t, story_mac(FILES), on_link(FILES), on_link(CLIENT));
	story_wait(t, 60 * one_second);
	assert_true(story_found(t, pi4, F_IPV6_NS_UNANSWERED));
	assert_int_equal(story_said(t, F_IPV6_NS_UNANSWERED)->confidence, POSSIBLE);
	story_end(t);
}

enum { QUIET, ARP_TOO, NO_ROUTER, SOLICITS_TOO };

/* A network of IPv6, and a board that asks by IPv4, rounds times. */
static struct story *six_only(enum asker who, int also, int rounds)
{
	struct mac group = { { 0x33, 0x33, 0, 0, 0, 1 } };
	struct build_ends e = ends6(story_mac(DHCPD), link_local(DHCPD), group, all_nodes());
	struct story *t = story_begin();

	for (uint8_t i = 0; i < 8; i++) /* others talk: this place sees unicast */
		advertises(t, story_mac((uint8_t)(200 + i)), on_link((uint8_t)(200 + i)),
			   story_mac((uint8_t)(210 + i)), on_link((uint8_t)(210 + i)));
	if (also == SOLICITS_TOO)
		dhcp6(t, true, SOLICIT);
	for (; rounds--; story_wait(t, 8 * one_second)) {
		story_neighbour(t, &e, also == NO_ROUTER ? NS : RA, on_link(9));
		solicits(t, story_mac(FILES), on_link(FILES), on_link(9));
		asks(t, asking(who));
	}
	if (also == ARP_TOO)
		story_arp(t, story_mac(FILES), FILES, DHCPD);
	return t;
}

static void a_network_without_ipv4_wants_the_other_setting(void **state)
{
	(void)state;
	assert_true(blames(six_only(PI4, QUIET, 4), pi4, F_IPV6_NOT_ENABLED));
	assert_false(raises(six_only(PI4, NO_ROUTER, 4), pi4, F_IPV6_NOT_ENABLED));
	assert_false(raises(six_only(PI4, ARP_TOO, 4), pi4, F_IPV6_NOT_ENABLED));
	assert_false(raises(six_only(PI4, QUIET, 1), pi4, F_IPV6_NOT_ENABLED));
	/* it asks by both */
	assert_false(raises(six_only(PI4, SOLICITS_TOO, 4), pi4, F_IPV6_NOT_ENABLED));
	/* this one knows no IPv6 */
	assert_false(raises(six_only(PI3B_ROM, QUIET, 4), pi3, F_IPV6_NOT_ENABLED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_beyond_the_router_is_looked_for_in_vain),
		cmocka_unit_test(a_board_that_does_not_answer_is_told_where_it_would_be_seen),
		cmocka_unit_test(of_a_board_that_says_no_more_nobody_is_sure),
		cmocka_unit_test(a_network_without_ipv4_wants_the_other_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
