/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"

#include "unit.h"

enum { BOARD = CLIENT, SERVER = DHCPD, NOBODY = 9, OFFLINK = 0x101 };

static const uint32_t second = 1000;

static void looks(struct story *t, struct mac m, uint32_t times, uint32_t ms)
{
	while (times--) {
		story_arp(t, m, BOARD, NOBODY);
		story_wait(t, ms);
	}
}

/* A Pi 3 that is told of its TFTP server by option 66. */
static void discovers(struct story *t, const char *server)
{
	struct answer o = offering(PI3B_ROM);

	o.o66 = bytes_str(server);
	o.o66_last = true;
	asks(t, asking(PI3B_ROM));
	answers(t, o);
}

static void what_only_asks_at_u_boots_pace_is_a_stuck_loader(void **state)
{
	struct story *t = story_begin();

	(void)state;
	story_others(t);
	looks(t, pc, 6, 5 * second);
	story_wait(t, 30 * second);
	assert_true(story_found(t, pc, F_ARP_NO_ANSWER));
	assert_int_equal(t->d.finding[0].confidence, POSSIBLE);
	assert_true(t->d.finding[0].cause);
	assert_int_equal(scope_client_by_mac(t->s, pc)->family, FAMILY_U_BOOT);
	story_end(t);
}

static void a_loader_that_goes_on_to_the_next_host_is_still_one(void **state)
{
	struct story *t = story_begin();

	(void)state;
	story_others(t);
	looks(t, pc, 5, 5 * second);
	story_wait(t, second);
	for (int i = 0; i < 5; i++, story_wait(t, 5 * second))
		story_arp(t, pc, BOARD, NOBODY + 1);
	assert_true(story_found(t, pc, F_ARP_NO_ANSWER));
	story_end(t);
}

static void asking_at_another_pace_makes_no_client(void **state)
{
	struct story *t = story_begin();

	(void)state;
	story_others(t);
	looks(t, pc, 40, second);
	assert_null(story_diagnosis(t, pc));
	story_end(t);
}

static void where_answers_are_not_seen_nothing_is_said_of_them(void **state)
{
	struct story *t = story_begin();

	(void)state;
	looks(t, pc, 12, 5 * second);
	story_wait(t, 30 * second);
	assert_false(story_found(t, pc, F_ARP_NO_ANSWER));
	story_end(t);
}

static void after_an_answer_asking_is_no_fault(void **state)
{
	struct story *t = story_begin();

	(void)state;
	story_others(t);
	looks(t, pc, 6, 5 * second);
	story_arp_reply(t, NOBODY, pc, BOARD);
	story_wait(t, 30 * second);
	assert_false(story_found(t, pc, F_ARP_NO_ANSWER));
	story_end(t);
}

static void a_machine_that_says_more_than_arp_is_no_loader(void **state)
{
	struct story *t = story_begin();
	struct build_ends e = story_ends(pc, BOARD, STORY_ALL, 9999, 9999);

	(void)state;
	story_others(t);
	looks(t, pc, 6, 5 * second);
	story_udp(t, &e, bytes_str("x"));
	looks(t, pc, 6, 5 * second);
	story_wait(t, 30 * second);
	assert_false(story_found(t, pc, F_ARP_NO_ANSWER));
	story_end(t);
}

/* What the system before asked for is not what the loader asks for. */
static void asking_long_before_the_boot_is_no_part_of_it(void **state)
{
	struct story *t = story_begin();

	(void)state;
	story_others(t);
	looks(t, pi3, 4, second);
	story_wait(t, 300 * second);
	discovers(t, "10.0.0.9");
	story_wait(t, 60 * second);
	assert_false(story_found(t, pi3, F_ARP_NO_ANSWER));
	story_end(t);
}

static void who_asks_for_all_and_sundry_is_no_loader(void **state)
{
	struct story *t = story_begin();

	(void)state;
	story_others(t);
	for (uint32_t i = 1; i < 20; i++, story_wait(t, 5 * second))
		story_arp(t, pc, BOARD, i);
	assert_null(story_diagnosis(t, pc));
	story_end(t);
}

static void many_that_ask_push_out_nobody_who_boots(void **state)
{
	struct story *t = story_begin();

	(void)state;
	story_others(t);
	for (uint32_t round = 0; round < 6; round++, story_wait(t, 5 * second))
		for (uint8_t i = 0; i < 100; i++)
			story_arp(t, story_mac(i), i, NOBODY + 100);
	story_diagnosis(t, pc);
	assert_true(scope_clients(t->s) <= 8);
	assert_int_equal(scope_counts(t->s)->clients_evicted, 0);
	story_end(t);
}

static void bpdu(struct story *t)
{
	uint8_t buf[128];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = { .eth_src = story_mac(77),
				.eth_dst = { { 1, 0x80, 0xc2, 0, 0, 0 } } };
	struct stp m = { .bridge_id = 1, .port_id = 0x8001, .forward_delay = 15 * 256 };

	build_stp(&w, &e, &m);
	story_frame(t, &w);
}

static void portmap_null(struct story *t, bool reply)
{
	uint8_t buf[64];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = story_ends(pc, BOARD, SERVER, 900, 111);

	e = reply ? story_back(&e) : e;
	writer_be32(&w, 7);
	writer_be32(&w, reply);
	if (!reply) {
		writer_be32(&w, 2);
		writer_be32(&w, 100000);
		writer_be32(&w, 2);
	}
	writer_zero(&w, 20);
	story_udp(t, &e, bytes_of(buf, w.pos));
}

/* What asks for seconds, is answered, and only then is known for a client. */
static struct story *delayed(bool bridge, uint32_t seconds)
{
	struct story *t = mirror();

	if (bridge)
		bpdu(t);
	for (uint32_t i = 0; i < seconds; i++, story_wait(t, second))
		story_arp(t, pc, BOARD, SERVER);
	story_arp_reply(t, SERVER, pc, BOARD);
	portmap_null(t, false);
	portmap_null(t, true);
	return t;
}

static void a_port_that_opens_late_is_told_from_other_delays(void **state)
{
	(void)state;
	assert_true(raises(delayed(true, 31), pc, F_LINK_STP_DELAY));
	assert_false(raises(delayed(false, 31), pc, F_LINK_STP_DELAY));
	assert_false(raises(delayed(true, 15), pc, F_LINK_STP_DELAY));
	assert_false(raises(delayed(true, 200), pc, F_LINK_STP_DELAY));
}

static struct story *looks_for(uint32_t target, int times, bool answered)
{
	struct story *t = mirror();

	discovers(t, target == OFFLINK ? "10.0.1.1" : "10.0.0.9");
	for (; times--; story_wait(t, second))
		story_arp(t, pi3, BOARD, target);
	if (answered)
		story_arp_reply(t, (uint8_t)target, pi3, BOARD);
	return t;
}

static void a_server_that_is_not_there_is_told_from_one_elsewhere(void **state)
{
	(void)state;
	assert_true(blames(looks_for(NOBODY, 4, false), pi3, F_ARP_NO_ANSWER));
	assert_false(raises(looks_for(NOBODY, 4, true), pi3, F_ARP_NO_ANSWER));
	assert_false(raises(looks_for(NOBODY, 1, false), pi3, F_ARP_NO_ANSWER));
	/* not who it was told of: what else a board asks for stops no boot */
	assert_false(raises(looks_for(NOBODY + 1, 4, false), pi3, F_ARP_NO_ANSWER));
	assert_true(blames(looks_for(OFFLINK, 4, false), pi3, F_ARP_OFFLINK_SERVER));
	assert_false(raises(looks_for(OFFLINK, 4, false), pi3, F_ARP_NO_ANSWER));
	assert_false(raises(looks_for(NOBODY, 4, false), pi3, F_ARP_OFFLINK_SERVER));
}

/* Who had an answer, or is past the files, has found whom it boots from. */
static void who_is_looked_for_once_more_was_there(void **state)
{
	struct story *t = looks_for(NOBODY, 0, false);

	(void)state;
	fetches(t, pi3, NOBODY, bytes_str("bootcode.bin"), FETCH_REFUSED);
	for (int i = 0; i < 4; i++, story_wait(t, second))
		story_arp(t, pi3, BOARD, NOBODY);
	assert_false(raises(t, pi3, F_ARP_NO_ANSWER));
	t = mirror();
	loads(t, "kernel8.img", NULL);
	for (int i = 0; i < 4; i++, story_wait(t, second))
		story_arp(t, pi4, BOARD, NOBODY);
	assert_false(raises(t, pi4, F_ARP_NO_ANSWER));
	/* the way to a server elsewhere is the router's */
	t = looks_for(OFFLINK, 0, false);
	for (int i = 0; i < 4; i++, story_wait(t, second))
		story_arp(t, pi3, BOARD, DHCPD);
	assert_true(blames(t, pi3, F_ARP_NO_ANSWER));
}

static void request(struct story *t, uint8_t fill, bool answered)
{
	struct build_ends e = story_ends(pi3, BOARD, SERVER, 4000, 69);
	struct tftp rrq = { .op = 1, .file = bytes_str("start.elf"), .mode = bytes_str("octet") };
	struct tftp data = { .op = 3, .block = 1, .data_len = 4, .data = bytes_str("text") };

	memset(e.eth_dst.b, fill, 6);
	story_tftp(t, &e, &rrq);
	e.eth_dst = story_mac(SERVER);
	e.dport = 40000;
	e = story_back(&e);
	if (answered)
		story_tftp(t, &e, &data);
}

static void a_request_to_no_mac_is_a_fault_unless_a_good_one_follows(void **state)
{
	struct story *t = story_begin();

	(void)state;
	discovers(t, "10.0.0.1");
	request(t, 0xaa, false);
	assert_true(story_found(t, pi3, F_ARP_FAILED_PLACEHOLDER_MAC));
	story_wait(t, second);
	request(t, 2, true);
	assert_false(story_found(t, pi3, F_ARP_FAILED_PLACEHOLDER_MAC));
	story_end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_only_asks_at_u_boots_pace_is_a_stuck_loader),
		cmocka_unit_test(a_loader_that_goes_on_to_the_next_host_is_still_one),
		cmocka_unit_test(asking_at_another_pace_makes_no_client),
		cmocka_unit_test(where_answers_are_not_seen_nothing_is_said_of_them),
		cmocka_unit_test(after_an_answer_asking_is_no_fault),
		cmocka_unit_test(a_machine_that_says_more_than_arp_is_no_loader),
		cmocka_unit_test(asking_long_before_the_boot_is_no_part_of_it),
		cmocka_unit_test(who_asks_for_all_and_sundry_is_no_loader),
		cmocka_unit_test(many_that_ask_push_out_nobody_who_boots),
		cmocka_unit_test(a_port_that_opens_late_is_told_from_other_delays),
		cmocka_unit_test(a_server_that_is_not_there_is_told_from_one_elsewhere),
		cmocka_unit_test(who_is_looked_for_once_more_was_there),
		cmocka_unit_test(a_request_to_no_mac_is_a_fault_unless_a_good_one_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
