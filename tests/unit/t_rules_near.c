/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"

#include "unit.h"

/*
 * What comes nearest to the faults of offers: each story is one that raises its finding, with one
 * field or one packet changed. That they raise it as they are is in the tests beside.
 */

/* A board that asks four times and is answered so. */
static struct story *asked(enum asker who, struct answer o)
{
	struct story *t = mirror();

	asked_and_answered(t, asking(who), o, 4, 8);
	return t;
}

static struct answer without_menu(enum asker who)
{
	struct answer o = offering(who);

	o.vendor = bytes_of(NULL, 0);
	o.class_id = NULL;
	return o;
}

/* --- offers that lack boot data --- */

/* What is wrong with how it came says nothing of what is in it. */
static void an_offer_that_did_not_arrive_is_not_judged_by_what_it_holds(void **state)
{
	struct answer o = without_menu(PI4), elsewhere = o, damaged = o;
	struct story *t = mirror();

	(void)state;
	elsewhere.tag = 5;
	damaged.spoil = 0x1234;
	assert_true(raises(asked(PI4, o), pi4, F_DHCP_NO_OPTION43));
	assert_false(raises(asked(PI4, elsewhere), pi4, F_DHCP_NO_OPTION43));
	assert_false(raises(asked(PI4, damaged), pi4, F_DHCP_NO_OPTION43));
	/* the capture ends behind it: the board may take its time */
	asked_and_answered(t, asking(PI4), o, 1, 0);
	assert_false(story_found(t, pi4, F_DHCP_NO_OPTION43));
	story_end(t);
}

/* A name in option 66, and a file by HTTP: other ways than a next server. */
static void a_file_has_more_ways_to_its_server_than_siaddr(void **state)
{
	static const uint8_t servers[] = { 8, 7, 0, 0, 1, 10, 0, 0, 3, 255 };
	struct answer o = without_menu(BIOS), more[4];

	(void)state;
	o.o67 = bytes_str("pxelinux.0");
	assert_true(blames(asked(BIOS, o), pc, F_DHCP_NEXT_SERVER_MISSING));
	for (int i = 0; i < 4; i++)
		more[i] = o;
	more[0].siaddr = FILES;
	more[1].o66 = bytes_str("boot.example");
	more[2].vendor = bytes_of(servers, sizeof(servers));
	more[3].o67 = bytes_str("http://10.0.0.3/boot.ipxe");
	for (int i = 0; i < 4; i++)
		assert_false(raises(asked(BIOS, more[i]), pc, F_DHCP_NEXT_SERVER_MISSING));
	/* a Pi reads neither */
	o = without_menu(PI4);
	o.o67 = bytes_str("start4.elf");
	assert_false(raises(asked(PI4, o), pi4, F_DHCP_NEXT_SERVER_MISSING));
	assert_false(raises(asked(UEFI_HTTP, more[3]), pc, F_DHCP_NEXT_SERVER_MISSING));
}

/* --- the ROM of a Pi 3 --- */

static void a_rom_that_could_not_hear_does_not_stall(void **state)
{
	struct answer o[3];

	(void)state;
	for (int i = 0; i < 3; i++)
		o[i] = offering(PI3B_ROM);
	o[0].relay = RELAY;
	o[1].tag = 5;
	o[2].spoil = 0x1234;
	for (int i = 0; i < 3; i++)
		assert_false(raises(asked(PI3B_ROM, o[i]), pi3, F_PI3_ROM_OFFER_STALL));
	/* boot data, and nobody has an address for it */
	o[0] = offering(PI3B_ROM);
	o[0].address = 0;
	assert_false(raises(asked(PI3B_ROM, o[0]), pi3, F_PI3_ROM_OFFER_STALL));
}

/* Times over it asks the sender of the offer for its first file, in vain. */
static struct story *asks_sender(struct answer o, enum fetched how)
{
	struct story *t = mirror();

	for (int i = 0; i < 3; i++, story_wait(t, 6 * one_second)) {
		asks(t, asking(PI3B_ROM));
		answers(t, o);
		fetches(t, pi3, DHCPD, bytes_str("bootcode.bin"), how);
	}
	return t;
}

static void siaddr_is_missed_where_it_alone_names_the_server(void **state)
{
	struct answer o = offering(PI3B_ROM), more[4];

	(void)state;
	o.siaddr = FILES;
	assert_true(blames(asks_sender(o, FETCH_SILENCE), pi3, F_DHCP_SIADDR_IGNORED));
	for (int i = 0; i < 4; i++)
		more[i] = o;
	more[0].siaddr = DHCPD; /* itself, which is also the router */
	more[1].siaddr = 0;
	more[2].o66 = bytes_str("10.0.0.3"); /* that is read */
	more[3].vendor = bytes_of(NULL, 0);  /* and without it nothing is */
	for (int i = 0; i < 4; i++)
		assert_false(
			raises(asks_sender(more[i], FETCH_SILENCE), pi3, F_DHCP_SIADDR_IGNORED));
	assert_false(raises(asks_sender(o, FETCH_WHOLE), pi3, F_DHCP_SIADDR_IGNORED));
}

static void a_nul_is_to_blame_where_option_66_should_have_won(void **state)
{
	struct answer o = offering(PI3B_ROM), more[3];
	struct story *t;

	(void)state;
	o.o66 = bytes_of("10.0.0.3", 9);
	o.o66_last = true;
	assert_true(raises(asks_sender(o, FETCH_REFUSED), pi3, F_DHCP_OPTION66_NUL));
	for (int i = 0; i < 3; i++)
		more[i] = o;
	more[0].o66_last = false;              /* the menu came last, and wins */
	more[1].o66 = bytes_of("10.0.0.1", 9); /* the sender it is either way */
	more[2].o66 = bytes_of("10.0.0.3", 8); /* no NUL */
	for (int i = 0; i < 3; i++)
		assert_false(raises(asks_sender(more[i], FETCH_REFUSED), pi3, F_DHCP_OPTION66_NUL));
	t = asks_sender(o, FETCH_REFUSED); /* it has asked both */
	fetches(t, pi3, FILES, bytes_str("bootcode.bin"), FETCH_REFUSED);
	assert_false(raises(t, pi3, F_DHCP_OPTION66_NUL));
}

/* --- the way to the server --- */

/* The offer names a server, and the board looks for a host on its wire, times over. */
static struct story *looks_for(enum asker who, const char *named, bool router, uint32_t host,
			       int times)
{
	struct answer o = offering(who);
	struct story *t = mirror();

	o.o66 = bytes_str(named);
	o.vendor = bytes_of(NULL, 0);
	o.no_router = !router;
	asks(t, asking(who));
	answers(t, o);
	if (who > PI3_BOOTCODE)
		takes(t, who, o);
	for (; times--; story_wait(t, one_second))
		story_arp(t, asking(who).mac, CLIENT, host);
	return t;
}

enum { FAR = 0x90003 }; /* 10.9.0.3 */

static void a_far_server_is_out_of_reach_when_nobody_answers_for_it(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(looks_for(PI3B_ROM, "10.9.0.3", false, FAR, 4), pi3,
			   F_DHCP_NO_ROUTER_OFFLINK_SERVER));
	assert_false(raises(looks_for(PI3B_ROM, "10.9.0.3", false, FAR, 1), pi3,
			    F_DHCP_NO_ROUTER_OFFLINK_SERVER));
	assert_false(raises(looks_for(PI3B_ROM, "10.9.0.3", true, FAR, 4), pi3,
			    F_DHCP_NO_ROUTER_OFFLINK_SERVER));
	assert_false(raises(looks_for(PI3B_ROM, "10.9.0.3", false, FAR + 1, 4), pi3,
			    F_DHCP_NO_ROUTER_OFFLINK_SERVER));
	t = looks_for(PI3B_ROM, "10.9.0.3", false, FAR, 4); /* proxy ARP */
	{
		uint8_t buf[128];
		struct writer w = writer_init(buf, sizeof(buf));
		struct build_ends e = { .eth_src = story_mac(DHCPD), .eth_dst = pi3 };
		struct arp m = { 1,   0x800,           ARP_REPLY,         6, 4, story_mac(DHCPD),
				 pi3, STORY_NET + FAR, STORY_NET + CLIENT };

		build_arp(&w, &e, &m);
		story_frame(t, &w);
	}
	assert_false(raises(t, pi3, F_DHCP_NO_ROUTER_OFFLINK_SERVER));
}

static void digits_too_many_are_those_of_nobody_there(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(looks_for(PI4_OF_2019, "10.0.0.21", true, 214, 6), pi4,
			   F_PI4_OLD_EEPROM_OPTION66_PARSE));
	t = looks_for(PI4_OF_2019, "10.0.0.21", true, 214, 6);
	story_arp_reply(t, 214, pi4, CLIENT);
	assert_false(raises(t, pi4, F_PI4_OLD_EEPROM_OPTION66_PARSE));
	/* another network's host may have any number */
	assert_false(raises(looks_for(PI4_OF_2019, "10.0.0.21", true, 0x900d6, 6), pi4,
			    F_PI4_OLD_EEPROM_OPTION66_PARSE));
}

/* --- tags, and the REQUEST --- */

static struct story *tagged(int times)
{
	struct answer o = offering(PI3B_ROM);
	struct story *t = mirror();

	o.tag = 7;
	asked_and_answered(t, asking(PI3B_ROM), o, times, 5);
	return t;
}

static void who_acts_on_a_tagged_answer_got_it(void **state)
{
	struct story *t = tagged(4);

	(void)state;
	assert_true(blames(tagged(4), pi3, F_LINK_VLAN_TAGGED));
	assert_false(raises(tagged(1), pi3, F_LINK_VLAN_TAGGED));
	story_arp(t, pi3, CLIENT, DHCPD);
	assert_false(raises(t, pi3, F_LINK_VLAN_TAGGED));
	t = tagged(4);
	fetches(t, pi3, DHCPD, bytes_str("bootcode.bin"), FETCH_REFUSED);
	assert_false(raises(t, pi3, F_LINK_VLAN_TAGGED));
}

static struct story *requests(int times, uint8_t answer)
{
	struct ask a = requesting(PI4_OF_2019, DHCPD);
	struct answer o = offering(PI4_OF_2019);
	struct story *t = mirror();

	asks(t, asking(PI4_OF_2019));
	answers(t, o);
	a.no_class = true;
	for (; times--; story_wait(t, 4 * one_second))
		asks(t, a);
	o.type = answer;
	if (answer)
		answers(t, o);
	return t;
}

static void a_request_is_filtered_when_nobody_says_anything(void **state)
{
	(void)state;
	assert_true(blames(requests(3, 0), pi4, F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER));
	assert_false(raises(requests(1, 0), pi4, F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER));
	assert_false(raises(requests(3, DHCP_ACK), pi4, F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER));
	assert_false(raises(requests(3, DHCP_NAK), pi4, F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_offer_that_did_not_arrive_is_not_judged_by_what_it_holds),
		cmocka_unit_test(a_file_has_more_ways_to_its_server_than_siaddr),
		cmocka_unit_test(a_rom_that_could_not_hear_does_not_stall),
		cmocka_unit_test(siaddr_is_missed_where_it_alone_names_the_server),
		cmocka_unit_test(a_nul_is_to_blame_where_option_66_should_have_won),
		cmocka_unit_test(a_far_server_is_out_of_reach_when_nobody_answers_for_it),
		cmocka_unit_test(digits_too_many_are_those_of_nobody_there),
		cmocka_unit_test(who_acts_on_a_tagged_answer_got_it),
		cmocka_unit_test(a_request_is_filtered_when_nobody_says_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
