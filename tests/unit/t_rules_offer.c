/* SPDX-License-Identifier: BSD-2-Clause */
#include "offers.h"

#include "unit.h"

/* Each finding of rules_offer.c: a board that raises it, and beside it one that comes near. */

static struct story *only(struct ask a, struct answer o, int times, uint32_t gap)
{
	struct story *t = mirror();

	asked_and_answered(t, a, o, times, gap);
	return t;
}

/* The board asks, takes what it is offered and fetches a file. */
static void takes_file(struct story *t, enum asker who, struct answer o, uint8_t server,
		       const char *file, enum fetched how)
{
	asks(t, asking(who));
	answers(t, o);
	if (who > PI3_BOOTCODE) /* a ROM sends no REQUEST */
		takes(t, who, o);
	if (file)
		fetches(t, asking(who).mac, server, bytes_str(file), how);
}

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
	assert_true(blames(only(asking(PI3_BOOTCODE), relayed(PI3_BOOTCODE), 5, 5), pi3,
			   F_DHCP_RELAY_OFFER_IGNORED));
	assert_true(blames(only(asking(PI4_OF_2019), relayed(PI4_OF_2019), 4, 8), pi4,
			   F_DHCP_RELAY_OFFER_IGNORED));
}

static void a_relay_is_not_blamed_for_an_offer_without_boot_data(void **state)
{
	struct answer o = relayed(PI3_BOOTCODE);

	(void)state;
	o.vendor = bytes_of(NULL, 0);
	assert_false(raises(only(asking(PI3_BOOTCODE), o, 5, 5), pi3, F_DHCP_RELAY_OFFER_IGNORED));
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
	assert_false(
		raises(only(asking(PI5), relayed(PI5), 4, 8), pi4, F_DHCP_RELAY_OFFER_IGNORED));
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
	assert_true(blames(only(asking(PI3B_ROM), offering(PI3B_ROM), 5, 5), pi3,
			   F_PI3_ROM_OFFER_STALL));
}

static void the_same_without_blanks_is_told_of_the_blanks(void **state)
{
	(void)state;
	assert_true(blames(only(asking(PI3B_ROM), unpadded(PI3B_ROM), 5, 5), pi3,
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
	assert_false(raises(only(asking(PI4), offering(PI4), 4, 8), pi4, F_PI3_ROM_OFFER_STALL));
	assert_false(raises(only(asking(PI4), unpadded(PI4), 4, 8), pi4, F_DHCP_OPTION43_UNPADDED));
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

/* --- siaddr --- */

static struct answer names_next(uint8_t next)
{
	struct answer o = offering(PI3B_ROM);

	o.siaddr = next;
	return o;
}

static void a_pi_3_goes_to_the_sender_whatever_siaddr_says(void **state)
{
	struct story *t = mirror();

	(void)state;
	for (int i = 0; i < 3; i++, story_wait(t, 6 * one_second))
		takes_file(t, PI3B_ROM, names_next(FILES), DHCPD, "bootcode.bin", FETCH_SILENCE);
	assert_true(blames(t, pi3, F_DHCP_SIADDR_IGNORED));
}

static void a_pi_3_that_is_served_by_the_sender_does_not_miss_siaddr(void **state)
{
	struct story *t = mirror();

	(void)state;
	takes_file(t, PI3B_ROM, names_next(FILES), DHCPD, "bootcode.bin", FETCH_WHOLE);
	assert_false(raises(t, pi3, F_DHCP_SIADDR_IGNORED));
}

/* Many servers put the router, or themselves, into siaddr. */
static void siaddr_of_the_router_names_no_tftp_server(void **state)
{
	struct story *t = mirror();
	struct answer o = names_next(DHCPD);

	(void)state;
	o.from = SECOND_DHCPD;
	for (int i = 0; i < 3; i++, story_wait(t, 6 * one_second))
		takes_file(t, PI3B_ROM, o, SECOND_DHCPD, "bootcode.bin", FETCH_REFUSED);
	assert_false(raises(t, pi3, F_DHCP_SIADDR_IGNORED));
}

/* --- option 67 --- */

static struct story *reads_on(const char *offered, uint32_t offered_n, const char *asked,
			      uint32_t asked_n)
{
	struct story *t = mirror();
	struct answer o = offering(BIOS);

	o.siaddr = FILES;
	o.o67 = bytes_of(offered, offered_n);
	takes_file(t, BIOS, o, FILES, NULL, FETCH_SILENCE);
	for (int i = 0; i < 3; i++, story_wait(t, one_second))
		fetches(t, pc, FILES, bytes_of(asked, asked_n), FETCH_REFUSED);
	return t;
}

static void a_name_with_a_byte_too_many_was_unterminated(void **state)
{
	(void)state;
	assert_true(blames(reads_on("pxelinux.0", 10, "pxelinux.0\xff", 11), pc,
			   F_DHCP_BOOTFILE_UNTERMINATED));
}

static void a_longer_name_is_a_name(void **state)
{
	(void)state;
	assert_false(raises(reads_on("pxelinux", 8, "pxelinux.0", 10), pc,
			    F_DHCP_BOOTFILE_UNTERMINATED));
	assert_false(raises(reads_on("pxelinux.0", 11, "pxelinux.0\xff", 11), pc,
			    F_DHCP_BOOTFILE_UNTERMINATED));
	assert_false(raises(reads_on("pxelinux.0", 10, "pxelinux.0", 10), pc,
			    F_DHCP_BOOTFILE_UNTERMINATED));
}

static struct story *pi_with_file(struct bytes name, const char *asked)
{
	struct story *t = mirror();
	struct answer o = offering(PI3B_ROM);

	o.o67 = name;
	takes_file(t, PI3B_ROM, o, DHCPD, asked, FETCH_WHOLE);
	return t;
}

static void a_pi_is_told_that_it_names_its_files_itself(void **state)
{
	(void)state;
	assert_true(raises(pi_with_file(BYTES("start.elf"), "bootcode.bin"), pi3,
			   F_DHCP_BOOTFILE_IGNORED_BY_PI));
}

static void a_name_that_is_the_pis_own_needs_no_word(void **state)
{
	(void)state;
	assert_false(raises(pi_with_file(BYTES("bootcode.bin"), "bootcode.bin"), pi3,
			    F_DHCP_BOOTFILE_IGNORED_BY_PI));
	assert_false(raises(pi_with_file(bytes_of("bootcode.bin", 13), "bootcode.bin"), pi3,
			    F_DHCP_BOOTFILE_IGNORED_BY_PI));
	assert_false(raises(pi_with_file(bytes_of("", 0), "bootcode.bin"), pi3,
			    F_DHCP_BOOTFILE_IGNORED_BY_PI));
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
	assert_true(blames(only(asking(BIOS), o, 4, 6), pc, F_DHCP_OFFER_BAD_CHECKSUM));
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
	assert_false(raises(only(asking(PI4), o, 4, 8), pi4, F_DHCP_OFFER_BAD_CHECKSUM));
	assert_true(blames(only(asking(PI4), o, 4, 8), pi4, F_DHCP_NO_OPTION43));
}

/* --- the menu --- */

static struct answer second_entry(enum asker who)
{
	struct answer o = offering(who);

	o.vendor = BYTES(PI_43_SECOND);
	return o;
}

static void an_eeprom_of_2019_wants_its_entry_first(void **state)
{
	(void)state;
	assert_true(blames(only(asking(PI4_OF_2019), second_entry(PI4_OF_2019), 4, 8), pi4,
			   F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST));
}

static void later_eeproms_and_the_rom_look_at_every_entry(void **state)
{
	(void)state;
	assert_false(raises(only(asking(PI4), second_entry(PI4), 4, 8), pi4,
			    F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST));
	assert_false(raises(only(asking(PI3B_ROM), second_entry(PI3B_ROM), 5, 5), pi3,
			    F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST));
	assert_false(raises(only(asking(PI4_OF_2019), offering(PI4_OF_2019), 4, 8), pi4,
			    F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST));
}

/* --- option 66 --- */

static struct answer with_66(enum asker who, struct bytes v)
{
	struct answer o = offering(who);

	o.vendor = bytes_of(NULL, 0);
	o.class_id = NULL;
	o.o66 = v;
	return o;
}

static void option_66_of_four_raw_bytes_names_nobody(void **state)
{
	(void)state;
	assert_true(blames(only(asking(PI4), with_66(PI4, BYTES("\x0a\x00\x00\x03")), 4, 8), pi4,
			   F_DHCP_OPTION66_NOT_TEXT));
}

static void raw_option_66_matters_to_nobody_who_does_not_read_it(void **state)
{
	struct story *t = mirror();
	struct answer o = offering(BIOS);

	(void)state;
	o.siaddr = FILES;
	o.file = "pxelinux.0";
	o.o66 = BYTES("\x0a\x00\x00\x03");
	takes_file(t, BIOS, o, FILES, "pxelinux.0", FETCH_REFUSED);
	assert_false(raises(t, pc, F_DHCP_OPTION66_NOT_TEXT));
	t = mirror();
	o = offering(PI4);
	o.o66 = BYTES("\x0a\x00\x00\x03");
	takes_file(t, PI4, o, DHCPD, "06070809/start4.elf", FETCH_REFUSED);
	assert_false(raises(t, pi4, F_DHCP_OPTION66_NOT_TEXT));
}

static struct answer with_66_and_text(const char *v, uint32_t n)
{
	struct answer o = offering(PI3B_ROM);

	o.o66 = bytes_of(v, n);
	o.o66_last = true;
	return o;
}

static void a_nul_behind_the_address_sends_a_pi_3_to_the_sender(void **state)
{
	struct story *t = mirror();

	(void)state;
	for (int i = 0; i < 3; i++, story_wait(t, 6 * one_second))
		takes_file(t, PI3B_ROM, with_66_and_text("10.0.0.3", 9), DHCPD, "bootcode.bin",
			   FETCH_REFUSED);
	assert_true(raises(t, pi3, F_DHCP_OPTION66_NUL));
}

/* dnsmasq ends every option 66 with a NUL, and Pis boot from it. */
static void a_nul_that_is_read_past_is_no_fault(void **state)
{
	struct story *t = mirror();

	(void)state;
	for (int i = 0; i < 3; i++, story_wait(t, 6 * one_second))
		takes_file(t, PI3B_ROM, with_66_and_text("10.0.0.3", 9), FILES, "bootcode.bin",
			   FETCH_REFUSED);
	assert_false(raises(t, pi3, F_DHCP_OPTION66_NUL));
	t = mirror();
	takes_file(t, PI3B_ROM, with_66_and_text("10.0.0.3", 8), DHCPD, "bootcode.bin",
		   FETCH_REFUSED);
	assert_false(raises(t, pi3, F_DHCP_OPTION66_NUL));
}

static struct story *looks_for(enum asker who, const char *named, uint8_t host)
{
	struct story *t = mirror();

	takes_file(t, who, with_66(who, bytes_str(named)), 0, NULL, FETCH_SILENCE);
	for (int i = 0; i < 6; i++, story_wait(t, one_second))
		story_arp(t, pi4, CLIENT, host);
	return t;
}

static void digits_behind_the_address_make_another_host(void **state)
{
	(void)state;
	assert_true(blames(looks_for(PI4_OF_2019, "10.0.0.21", 214), pi4,
			   F_PI4_OLD_EEPROM_OPTION66_PARSE));
}

static void a_host_that_is_down_is_not_misread(void **state)
{
	(void)state;
	assert_false(raises(looks_for(PI4_OF_2019, "10.0.0.21", 21), pi4,
			    F_PI4_OLD_EEPROM_OPTION66_PARSE));
	assert_false(
		raises(looks_for(PI4, "10.0.0.21", 214), pi4, F_PI4_OLD_EEPROM_OPTION66_PARSE));
	assert_false(raises(looks_for(PI4_OF_2019, "10.0.0.3", 35), pi4,
			    F_PI4_OLD_EEPROM_OPTION66_PARSE));
}

/* --- the way to the server --- */

static struct story *far_server(bool told, const char *server)
{
	struct story *t = mirror();
	struct answer o = with_66(PI3B_ROM, bytes_str(server));
	uint32_t ip = 0;

	o.no_mask = o.no_router = !told;
	address_parse_ip4(bytes_str(server), &ip);
	takes_file(t, PI3B_ROM, o, 0, NULL, FETCH_SILENCE);
	for (int i = 0; i < 4; i++, story_wait(t, one_second))
		story_arp(t, pi3, CLIENT, ip - (uint32_t)STORY_NET);
	return t;
}

static void without_a_router_the_far_server_is_looked_for_here(void **state)
{
	(void)state;
	assert_true(blames(far_server(false, "10.9.0.3"), pi3, F_DHCP_NO_ROUTER_OFFLINK_SERVER));
}

static void a_near_server_needs_no_router(void **state)
{
	(void)state;
	assert_false(raises(far_server(false, "10.0.0.3"), pi3, F_DHCP_NO_ROUTER_OFFLINK_SERVER));
	assert_false(raises(far_server(true, "10.9.0.3"), pi3, F_DHCP_NO_ROUTER_OFFLINK_SERVER));
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
	assert_true(blames(only(asking(PI4), o, 4, 8), pi4, F_LINK_VLAN_TAGGED));
	o.tag = 0;
	a.tag = 20;
	assert_true(blames(only(a, o, 4, 8), pi4, F_LINK_VLAN_TAGGED));
}

static void tags_both_ways_are_the_place_of_the_capture(void **state)
{
	struct answer o = offering(PI4);
	struct ask a = asking(PI4);
	struct story *t = mirror();

	(void)state;
	o.tag = a.tag = 20;
	assert_false(raises(only(a, o, 4, 8), pi4, F_LINK_VLAN_TAGGED));
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
		cmocka_unit_test(a_pi_3_goes_to_the_sender_whatever_siaddr_says),
		cmocka_unit_test(a_pi_3_that_is_served_by_the_sender_does_not_miss_siaddr),
		cmocka_unit_test(siaddr_of_the_router_names_no_tftp_server),
		cmocka_unit_test(a_name_with_a_byte_too_many_was_unterminated),
		cmocka_unit_test(a_longer_name_is_a_name),
		cmocka_unit_test(a_pi_is_told_that_it_names_its_files_itself),
		cmocka_unit_test(a_name_that_is_the_pis_own_needs_no_word),
		cmocka_unit_test(offers_that_arrive_damaged_are_dropped),
		cmocka_unit_test(one_whole_offer_is_enough),
		cmocka_unit_test(a_checksum_left_to_the_card_is_no_damage),
		cmocka_unit_test(an_eeprom_of_2019_wants_its_entry_first),
		cmocka_unit_test(later_eeproms_and_the_rom_look_at_every_entry),
		cmocka_unit_test(option_66_of_four_raw_bytes_names_nobody),
		cmocka_unit_test(raw_option_66_matters_to_nobody_who_does_not_read_it),
		cmocka_unit_test(a_nul_behind_the_address_sends_a_pi_3_to_the_sender),
		cmocka_unit_test(a_nul_that_is_read_past_is_no_fault),
		cmocka_unit_test(digits_behind_the_address_make_another_host),
		cmocka_unit_test(a_host_that_is_down_is_not_misread),
		cmocka_unit_test(without_a_router_the_far_server_is_looked_for_here),
		cmocka_unit_test(a_near_server_needs_no_router),
		cmocka_unit_test(a_request_without_class_that_nobody_answers_was_filtered),
		cmocka_unit_test(a_request_without_class_that_is_answered_was_not),
		cmocka_unit_test(answers_with_a_tag_are_not_for_a_rom),
		cmocka_unit_test(tags_both_ways_are_the_place_of_the_capture),
		cmocka_unit_test(a_board_that_gets_its_files_raises_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
