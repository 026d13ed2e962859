/* SPDX-License-Identifier: BSD-2-Clause */
#include "offers.h"

#include "unit.h"

/* Findings of rules_offer.c about whether an offer is heard and taken: a board that raises each,
 * and beside it one that comes near. */

/* --- relays --- */

static struct answer relayed(enum asker who)
{
	struct answer o = offering(who);

	o.relay = RELAY;
	return o;
}

static void a_relayed_offer_that_would_do_is_dropped(void **state)
{
	(void)state;
	assert_true(blames(only_answered(asking(PI3_BOOTCODE), relayed(PI3_BOOTCODE), 5, 5), pi3,
			   F_DHCP_RELAY_OFFER_IGNORED));
	assert_true(blames(only_answered(asking(PI4_OF_2019), relayed(PI4_OF_2019), 4, 8), pi4,
			   F_DHCP_RELAY_OFFER_IGNORED));
}

static void a_relay_is_not_blamed_for_an_offer_without_boot_data(void **state)
{
	struct answer o = relayed(PI3_BOOTCODE);

	(void)state;
	o.vendor = bytes_of(NULL, 0);
	assert_false(raises(only_answered(asking(PI3_BOOTCODE), o, 5, 5), pi3,
			    F_DHCP_RELAY_OFFER_IGNORED));
}

static void a_board_that_took_the_relayed_offer_heard_it(void **state)
{
	struct story *t = mirror();

	(void)state;
	asks(t, asking(PI4)); /* this one's answer is lost */
	answers(t, relayed(PI4));
	story_wait(t, 8 * one_second);
	takes_file(t, PI4, relayed(PI4), DHCPD, NULL, FETCH_SILENCE);
	assert_false(raises(t, pi4, F_DHCP_RELAY_OFFER_IGNORED));
}

static void no_relay_is_blamed_on_a_pi_5(void **state)
{
	(void)state;
	assert_false(raises(only_answered(asking(PI5), relayed(PI5), 4, 8), pi4,
			    F_DHCP_RELAY_OFFER_IGNORED));
}

/* On the DHCP server's network only what the relay hands on is seen: the board may well go on. */
static void beyond_a_relay_silence_says_nothing(void **state)
{
	struct story *t = story_begin();
	struct ask a = asking(PI3_BOOTCODE);
	struct answer o = offering(PI3_BOOTCODE);

	(void)state;
	a.relay = o.to_relay = RELAY;
	a.helper = DHCPD;
	asked_and_answered(t, a, o, 2, 8);
	assert_false(raises(t, pi3, F_DHCP_RELAY_OFFER_IGNORED));
}

/* --- the Pi 3 ROM's stall --- */

static struct answer unpadded(enum asker who)
{
	struct answer o = offering(who);

	o.vendor = BYTES(PI_43);
	return o;
}

static void a_good_offer_that_the_rom_sleeps_over_is_its_stall(void **state)
{
	(void)state;
	assert_true(blames(only_answered(asking(PI3B_ROM), offering(PI3B_ROM), 5, 5), pi3,
			   F_PI3_ROM_OFFER_STALL));
}

static void the_same_without_blanks_is_told_of_the_blanks(void **state)
{
	(void)state;
	assert_true(blames(only_answered(asking(PI3B_ROM), unpadded(PI3B_ROM), 5, 5), pi3,
			   F_DHCP_OPTION43_UNPADDED));
}

static void a_rom_that_takes_the_text_without_blanks_is_fine(void **state)
{
	struct story *t = mirror();

	(void)state;
	takes_file(t, PI3B_ROM, unpadded(PI3B_ROM), DHCPD, "bootcode.bin", FETCH_WHOLE);
	assert_false(raises(t, pi3, F_DHCP_OPTION43_UNPADDED));
}

/* ROM and bootcode.bin ask with one xid; where their files go by unseen, the second question is no
 * sign that the first answer was lost. */
static void the_second_stage_asking_is_no_stall(void **state)
{
	struct story *t = story_begin();

	(void)state;
	asks(t, asking(PI3B_ROM));
	answers(t, offering(PI3B_ROM));
	story_arp(t, pi3, CLIENT, DHCPD);
	story_wait(t, 4 * one_second);
	asks(t, asking(PI3_BOOTCODE));
	answers(t, offering(PI3_BOOTCODE));
	story_arp(t, pi3, CLIENT, DHCPD);
	assert_false(raises(t, pi3, F_PI3_ROM_OFFER_STALL));
}

static void an_eeprom_does_not_stall(void **state)
{
	(void)state;
	assert_false(raises(only_answered(asking(PI4), offering(PI4), 4, 8), pi4,
			    F_PI3_ROM_OFFER_STALL));
	assert_false(raises(only_answered(asking(PI4), unpadded(PI4), 4, 8), pi4,
			    F_DHCP_OPTION43_UNPADDED));
}

static struct story *with_proxy(uint32_t delay)
{
	struct story *t = mirror();
	struct answer address = offering(PI3B_ROM), proxy = offering(PI3B_ROM);

	address.vendor = bytes_of(NULL, 0);
	address.class_id = NULL;
	proxy.from = SECOND_DHCPD;
	proxy.address = 0;
	for (int i = 0; i < 3; i++, story_wait(t, 5 * one_second)) {
		asks(t, asking(PI3B_ROM));
		answers(t, address);
		story_wait(t, delay);
		answers(t, proxy);
	}
	return t;
}

static void a_proxy_that_answers_at_once_is_too_fast(void **state)
{
	(void)state;
	assert_true(blames(with_proxy(5), pi3, F_PI3_ROM_PROXY_REPLY_TOO_FAST));
}

static void a_proxy_that_takes_its_time_is_not_too_fast(void **state)
{
	(void)state;
	assert_false(raises(with_proxy(2500), pi3, F_PI3_ROM_PROXY_REPLY_TOO_FAST));
	assert_true(blames(with_proxy(2500), pi3, F_PI3_ROM_OFFER_STALL));
}

/* --- checksums --- */

static struct answer bios_offer(void)
{
	struct answer o = offering(BIOS);

	o.siaddr = FILES;
	o.file = "pxelinux.0";
	return o;
}

static void offers_that_arrive_damaged_are_dropped(void **state)
{
	struct answer o = bios_offer();

	(void)state;
	o.spoil = 0x1234;
	assert_true(blames(only_answered(asking(BIOS), o, 4, 6), pc, F_DHCP_OFFER_BAD_CHECKSUM));
}

static void one_whole_offer_is_enough(void **state)
{
	struct story *t = mirror();
	struct answer o = bios_offer(), bad = o;

	(void)state;
	bad.spoil = 0x1234;
	for (int i = 0; i < 3; i++, story_wait(t, 6 * one_second)) {
		asks(t, asking(BIOS));
		answers(t, bad);
		answers(t, o);
	}
	assert_false(raises(t, pc, F_DHCP_OFFER_BAD_CHECKSUM));
}

/* A capture on the sender shows what Linux leaves to the card in every frame. */
static void a_checksum_left_to_the_card_is_no_damage(void **state)
{
	struct answer o = offering(PI4);

	(void)state;
	o.class_id = NULL;
	o.vendor = bytes_of(NULL, 0);
	o.offload = true;
	assert_false(raises(only_answered(asking(PI4), o, 4, 8), pi4, F_DHCP_OFFER_BAD_CHECKSUM));
	assert_true(blames(only_answered(asking(PI4), o, 4, 8), pi4, F_DHCP_NO_OPTION43));
}

/* --- the REQUEST --- */

static struct story *requests(bool class_missing, bool acked)
{
	struct story *t = mirror();
	struct ask a = asking(PI4_OF_2019);
	struct answer o = offering(PI4_OF_2019);

	asks(t, a);
	answers(t, o);
	a.type = DHCP_REQUEST;
	a.server = DHCPD;
	a.address = CLIENT;
	a.no_class = class_missing;
	o.type = DHCP_ACK;
	for (int i = 0; i < 3; i++, story_wait(t, 4 * one_second)) {
		asks(t, a);
		if (acked)
			answers(t, o);
	}
	return t;
}

static void a_request_without_class_that_nobody_answers_was_filtered(void **state)
{
	(void)state;
	assert_true(blames(requests(true, false), pi4, F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER));
}

static void a_request_without_class_that_is_answered_was_not(void **state)
{
	(void)state;
	assert_false(raises(requests(true, true), pi4, F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER));
	assert_false(raises(requests(false, false), pi4, F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER));
}

/* --- tags --- */

static void answers_with_a_tag_are_not_for_a_rom(void **state)
{
	struct answer o = offering(PI4);
	struct ask a = asking(PI4);

	(void)state;
	o.tag = 20;
	assert_true(blames(only_answered(asking(PI4), o, 4, 8), pi4, F_LINK_VLAN_TAGGED));
	o.tag = 0;
	a.tag = 20;
	assert_true(blames(only_answered(a, o, 4, 8), pi4, F_LINK_VLAN_TAGGED));
}

static void tags_both_ways_are_the_place_of_the_capture(void **state)
{
	struct answer o = offering(PI4);
	struct ask a = asking(PI4);
	struct story *t = mirror();

	(void)state;
	o.tag = a.tag = 20;
	assert_false(raises(only_answered(a, o, 4, 8), pi4, F_LINK_VLAN_TAGGED));
	/* a port that shows one direction with its tag: the board was answered all the same */
	a.tag = 0;
	asks(t, a);
	answers(t, o);
	story_wait(t, 8 * one_second);
	asks(t, a);
	answers(t, o);
	a.type = DHCP_REQUEST;
	a.server = DHCPD;
	asks(t, a);
	assert_false(raises(t, pi4, F_LINK_VLAN_TAGGED));
}

/* --- and none of them on a board that boots --- */

static const enum finding_id all[] = {
	F_DHCP_RELAY_OFFER_IGNORED,
	F_PI3_ROM_OFFER_STALL,
	F_PI3_ROM_PROXY_REPLY_TOO_FAST,
	F_DHCP_OPTION43_UNPADDED,
	F_DHCP_SIADDR_IGNORED,
	F_DHCP_BOOTFILE_UNTERMINATED,
	F_DHCP_OFFER_BAD_CHECKSUM,
	F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST,
	F_DHCP_OPTION66_NOT_TEXT,
	F_DHCP_OPTION66_NUL,
	F_PI4_OLD_EEPROM_OPTION66_PARSE,
	F_DHCP_NO_ROUTER_OFFLINK_SERVER,
	F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER,
	F_LINK_VLAN_TAGGED,
};

static void a_board_that_gets_its_files_raises_none(void **state)
{
	static const char *const first[] = { "bootcode.bin", "06070809/start.elf",
					     "06070809/start4.elf", "06070809/start4.elf",
					     "06070809/config.txt" };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		for (int who = PI3B_ROM; who <= PI5; who++) {
			struct story *t = mirror();
			struct answer o = offering((enum asker)who);

			o.siaddr = DHCPD;
			o.o66 = bytes_of("10.0.0.1", 9);
			takes_file(t, (enum asker)who, o, DHCPD, first[who], FETCH_WHOLE);
			assert_false(raises(t, asking((enum asker)who).mac, all[i]));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_relayed_offer_that_would_do_is_dropped),
		cmocka_unit_test(a_relay_is_not_blamed_for_an_offer_without_boot_data),
		cmocka_unit_test(a_board_that_took_the_relayed_offer_heard_it),
		cmocka_unit_test(no_relay_is_blamed_on_a_pi_5),
		cmocka_unit_test(beyond_a_relay_silence_says_nothing),
		cmocka_unit_test(a_good_offer_that_the_rom_sleeps_over_is_its_stall),
		cmocka_unit_test(the_same_without_blanks_is_told_of_the_blanks),
		cmocka_unit_test(a_rom_that_takes_the_text_without_blanks_is_fine),
		cmocka_unit_test(the_second_stage_asking_is_no_stall),
		cmocka_unit_test(an_eeprom_does_not_stall),
		cmocka_unit_test(a_proxy_that_answers_at_once_is_too_fast),
		cmocka_unit_test(a_proxy_that_takes_its_time_is_not_too_fast),
		cmocka_unit_test(offers_that_arrive_damaged_are_dropped),
		cmocka_unit_test(one_whole_offer_is_enough),
		cmocka_unit_test(a_checksum_left_to_the_card_is_no_damage),
		cmocka_unit_test(a_request_without_class_that_nobody_answers_was_filtered),
		cmocka_unit_test(a_request_without_class_that_is_answered_was_not),
		cmocka_unit_test(answers_with_a_tag_are_not_for_a_rom),
		cmocka_unit_test(tags_both_ways_are_the_place_of_the_capture),
		cmocka_unit_test(a_board_that_gets_its_files_raises_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
