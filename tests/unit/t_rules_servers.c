/* SPDX-License-Identifier: BSD-2-Clause */
#include "offers.h"

#include "unit.h"

/* Each finding of rules_servers.c, and of a next server that is missing: a client that raises it,
 * and beside it one that comes near. */

static struct answer boots(enum asker who, uint8_t from, const char *file)
{
	struct answer o = offering(who);

	o.from = from;
	o.siaddr = FILES;
	o.file = file;
	o.class_id = NULL;
	return o;
}

/* --- NAK --- */

static struct story *nak_beside_ack(int times)
{
	struct story *t = mirror();
	struct answer ack = boots(BIOS, DHCPD, "pxelinux.0"), nak = ack;

	ack.type = DHCP_ACK;
	nak.type = DHCP_NAK;
	nak.from = SECOND_DHCPD;
	nak.address = nak.siaddr = 0;
	nak.file = NULL;
	for (int i = 0; i < times; i++, story_wait(t, 3 * one_second)) {
		asks(t, asking(BIOS));
		answers(t, boots(BIOS, DHCPD, "pxelinux.0"));
		asks(t, requesting(BIOS, DHCPD));
		answers(t, ack);
		answers(t, nak);
	}
	return t;
}

static void a_nak_of_a_server_that_was_not_asked_starts_the_client_over(void **state)
{
	(void)state;
	assert_true(blames(nak_beside_ack(4), pc, F_DHCP_NAK_FROM_OTHER_SERVER));
}

static void a_stray_nak_that_the_client_goes_on_after_harmed_nobody(void **state)
{
	struct story *t = nak_beside_ack(1);

	(void)state;
	fetches(t, pc, FILES, bytes_str("pxelinux.0"), FETCH_WHOLE);
	assert_false(raises(t, pc, F_DHCP_NAK_FROM_OTHER_SERVER));
}

static void a_nak_of_the_server_that_was_asked_is_its_own_matter(void **state)
{
	struct story *t = mirror();
	struct answer nak = boots(BIOS, DHCPD, NULL);

	(void)state;
	nak.type = DHCP_NAK;
	nak.address = 0;
	for (int i = 0; i < 4; i++, story_wait(t, 3 * one_second)) {
		asks(t, asking(BIOS));
		answers(t, boots(BIOS, DHCPD, "pxelinux.0"));
		asks(t, requesting(BIOS, DHCPD));
		answers(t, nak);
	}
	assert_false(raises(t, pc, F_DHCP_NAK_FROM_OTHER_SERVER));
}

/* --- two sets of boot data --- */

static struct story *two_offers(const char *one, const char *other, uint32_t other_n)
{
	struct story *t = mirror();
	struct answer second = boots(BIOS, SECOND_DHCPD, NULL);

	second.o67 = bytes_of(other, other_n);
	for (int i = 0; i < 2; i++, story_wait(t, 8 * one_second)) {
		asks(t, asking(BIOS));
		answers(t, boots(BIOS, DHCPD, one));
		answers(t, second);
		asks(t, requesting(BIOS, DHCPD));
		second.type = DHCP_ACK;
		answers(t, boots(BIOS, DHCPD, one));
		second.type = DHCP_OFFER;
		fetches(t, pc, FILES, bytes_str(one), FETCH_REFUSED);
	}
	return t;
}

static void two_offers_of_different_files_leave_it_to_chance(void **state)
{
	(void)state;
	assert_true(
		blames(two_offers("pxelinux.0", "wdsnbp.com", 10), pc, F_DHCP_TWO_BOOT_SERVERS));
}

static void two_servers_that_say_the_same_are_a_spare(void **state)
{
	(void)state;
	assert_false(
		raises(two_offers("pxelinux.0", "pxelinux.0", 10), pc, F_DHCP_TWO_BOOT_SERVERS));
	assert_false(
		raises(two_offers("pxelinux.0", "pxelinux.0", 11), pc, F_DHCP_TWO_BOOT_SERVERS));
}

/* What stops a boot after its kernel came across is not the choice of the loader. */
static void two_offers_do_not_stop_a_kernel(void **state)
{
	struct story *t = mirror();

	(void)state;
	asks(t, asking(BIOS));
	answers(t, boots(BIOS, DHCPD, "pxelinux.0"));
	answers(t, boots(BIOS, SECOND_DHCPD, "wdsnbp.com"));
	asks(t, requesting(BIOS, DHCPD));
	fetches(t, pc, FILES, bytes_str("pxelinux.0"), FETCH_WHOLE);
	fetches(t, pc, FILES, bytes_str("vmlinuz"), FETCH_WHOLE);
	assert_false(raises(t, pc, F_DHCP_TWO_BOOT_SERVERS));
}

/* --- two servers, one of them without --- */

static struct story *takes_from(uint8_t server, int times)
{
	struct story *t = mirror();
	struct answer plain = boots(BIOS, DHCPD, NULL), ack;

	plain.siaddr = 0;
	for (int i = 0; i < times; i++, story_wait(t, 8 * one_second)) {
		asks(t, asking(BIOS));
		answers(t, plain);
		answers(t, boots(BIOS, SECOND_DHCPD, "pxelinux.0"));
		asks(t, requesting(BIOS, server));
		ack = server == DHCPD ? plain : boots(BIOS, SECOND_DHCPD, "pxelinux.0");
		ack.type = DHCP_ACK;
		answers(t, ack);
	}
	return t;
}

static void the_offer_without_boot_data_was_taken(void **state)
{
	(void)state;
	assert_true(blames(takes_from(DHCPD, 3), pc, F_DHCP_TWO_SERVERS));
}

static void the_offer_with_boot_data_was_taken(void **state)
{
	struct story *t = takes_from(SECOND_DHCPD, 1);

	(void)state;
	fetches(t, pc, FILES, bytes_str("pxelinux.0"), FETCH_REFUSED);
	assert_false(raises(t, pc, F_DHCP_TWO_SERVERS));
}

static void a_proxy_beside_a_plain_server_is_as_it_should_be(void **state)
{
	struct story *t = mirror();
	struct answer plain = boots(BIOS, DHCPD, NULL),
		      proxy = boots(BIOS, SECOND_DHCPD, "pxelinux.0");

	(void)state;
	plain.siaddr = proxy.address = 0;
	proxy.class_id = "PXEClient";
	asks(t, asking(BIOS));
	answers(t, plain);
	answers(t, proxy);
	asks(t, requesting(BIOS, DHCPD));
	plain.type = DHCP_ACK;
	answers(t, plain);
	fetches(t, pc, FILES, bytes_str("pxelinux.0"), FETCH_REFUSED);
	assert_false(raises(t, pc, F_DHCP_TWO_SERVERS));
}

/* --- a proxy alone --- */

static struct answer proxy_offer(void)
{
	struct answer o = offering(PI4);

	o.address = 0;
	o.from = SECOND_DHCPD;
	o.broadcast = true;
	return o;
}

static void boot_data_without_an_address_are_not_enough(void **state)
{
	struct story *t = mirror();

	(void)state;
	asked_and_answered(t, asking(PI4), proxy_offer(), 4, 8);
	assert_true(blames(t, pi4, F_PROXYDHCP_WITHOUT_DHCP_SERVER));
}

static void a_proxy_beside_a_server_is_not_alone(void **state)
{
	struct story *t = mirror();
	struct answer plain = offering(PI4);

	(void)state;
	plain.vendor = bytes_of(NULL, 0);
	for (int i = 0; i < 4; i++, story_wait(t, 8 * one_second)) {
		asks(t, asking(PI4));
		answers(t, plain);
		answers(t, proxy_offer());
	}
	assert_false(raises(t, pi4, F_PROXYDHCP_WITHOUT_DHCP_SERVER));
}

/* The proxy sends to all, the server to the board alone: a bystander hears the one and not the
 * other. */
static void a_bystander_does_not_hear_the_server(void **state)
{
	struct story *t = story_begin();
	struct answer o = proxy_offer();

	(void)state;
	o.mac = pi3;
	o.to = PI3B_ROM;
	asks(t, asking(PI3B_ROM));
	answers(t, o);
	story_arp(t, pi3, CLIENT, SECOND_DHCPD);
	story_wait(t, 6 * one_second);
	asks(t, asking(PI3_BOOTCODE));
	o.to = PI3_BOOTCODE;
	answers(t, o);
	story_arp(t, pi3, CLIENT, SECOND_DHCPD);
	asks(t, asking(PI3_BOOTCODE));
	assert_false(raises(t, pi3, F_PROXYDHCP_WITHOUT_DHCP_SERVER));
}

/* A proxy was heard, and something came of it: the address is from elsewhere. */
static void who_goes_on_has_its_address(void **state)
{
	struct story *t;

	(void)state;
	t = mirror();
	asked_and_answered(t, asking(PI4), proxy_offer(), 4, 8);
	asks(t, requesting(PI4, DHCPD));
	assert_false(raises(t, pi4, F_PROXYDHCP_WITHOUT_DHCP_SERVER));
	t = mirror();
	asked_and_answered(t, asking(PI4), proxy_offer(), 4, 8);
	fetches(t, pi4, SECOND_DHCPD, bytes_str("start4.elf"), FETCH_SILENCE);
	assert_false(raises(t, pi4, F_PROXYDHCP_WITHOUT_DHCP_SERVER));
	t = mirror();
	asked_and_answered(t, asking(PI4), proxy_offer(), 1, 8);
	assert_false(raises(t, pi4, F_PROXYDHCP_WITHOUT_DHCP_SERVER));
}

static void a_bystander_says_nothing_of_a_lone_proxy(void **state)
{
	struct story *t = story_begin();

	(void)state;
	asked_and_answered(t, asking(PI4), proxy_offer(), 4, 8);
	assert_false(raises(t, pi4, F_PROXYDHCP_WITHOUT_DHCP_SERVER));
}

/* --- client id --- */

static struct story *os_asks(struct bytes id, bool others_served)
{
	struct story *t = mirror();
	struct ask a = asking(LINUX);

	a.client_id = id;
	for (int i = 0; i < 5; i++, story_wait(t, 8 * one_second)) {
		asks(t, a);
		if (others_served && i == 1)
			leases(t, PI4, offering(PI4));
	}
	return t;
}

static const uint8_t duid[] = { 255, 1, 2, 3, 4, 0, 2, 0, 0, 0xab, 0x11, 1, 2, 3, 4, 5, 6, 7, 8 };
static const uint8_t own_mac[] = { 1, 0x52, 0x54, 0, 0, 0, CLIENT };

static void a_client_id_that_is_no_mac_may_be_why_it_is_not_known(void **state)
{
	(void)state;
	assert_true(
		raises(os_asks(bytes_of(duid, sizeof(duid)), true), pc, F_DHCP_CLIENT_ID_MISMATCH));
}

static void a_client_id_of_its_mac_is_not_to_blame(void **state)
{
	(void)state;
	assert_false(raises(os_asks(bytes_of(own_mac, sizeof(own_mac)), true), pc,
			    F_DHCP_CLIENT_ID_MISMATCH));
	assert_false(raises(os_asks(bytes_of(duid, sizeof(duid)), false), pc,
			    F_DHCP_CLIENT_ID_MISMATCH));
}

/* Late, but it is known. */
static void a_client_id_that_is_answered_is_known(void **state)
{
	struct story *t = os_asks(bytes_of(duid, sizeof(duid)), true);
	struct answer o = offering(LINUX);

	(void)state;
	answers(t, o);
	assert_false(raises(t, pc, F_DHCP_CLIENT_ID_MISMATCH));
}

/* --- one address twice --- */

static void begins(struct story *t, struct mac m, uint8_t address)
{
	struct ask a = asking(PI3B_ROM);
	struct answer o = offering(PI3B_ROM);

	a.mac = o.mac = m;
	o.address = address;
	asks(t, a);
	answers(t, o);
}

static struct story *two_boards(uint8_t first, uint8_t second)
{
	struct story *t = mirror();
	struct build_ends e = story_ends(pi3, first, DHCPD, 49152, 69);
	struct tftp rrq = { .op = TFTP_RRQ,
			    .file = bytes_str("bootcode.bin"),
			    .mode = bytes_str("octet") };

	begins(t, pi3, first);
	begins(t, pi3_other, second);
	for (int i = 0; i < 4; i++, story_wait(t, 2 * one_second)) {
		e.eth_src = pi3;
		e.src = address_ip4((uint32_t)STORY_NET + first);
		story_tftp(t, &e, &rrq);
		e.eth_src = pi3_other;
		e.src = address_ip4((uint32_t)STORY_NET + second);
		story_tftp(t, &e, &rrq);
	}
	return t;
}

static void two_boards_of_one_address_are_in_each_others_way(void **state)
{
	(void)state;
	assert_true(raises(two_boards(CLIENT, CLIENT), pi3, F_DHCP_DUPLICATE_ADDRESS));
}

static void two_boards_of_two_addresses_are_not(void **state)
{
	(void)state;
	assert_false(raises(two_boards(CLIENT, CLIENT + 1), pi3, F_DHCP_DUPLICATE_ADDRESS));
}

/* An address that one board gave up is free for the next. */
static void an_address_that_went_on_to_another_board_is_no_duplicate(void **state)
{
	struct story *t = mirror();

	(void)state;
	begins(t, pi3_other, CLIENT);
	fetches(t, pi3_other, DHCPD, bytes_str("bootcode.bin"), FETCH_REFUSED);
	story_wait(t, 3600 * one_second);
	begins(t, pi3, CLIENT);
	fetches(t, pi3, DHCPD, bytes_str("bootcode.bin"), FETCH_REFUSED);
	assert_false(raises(t, pi3, F_DHCP_DUPLICATE_ADDRESS));
}

/* --- the sender --- */

static void a_client_hears_port_67_only(void **state)
{
	struct story *t = mirror();
	struct answer o = offering(PI4);

	(void)state;
	o.port = 1067;
	asked_and_answered(t, asking(PI4), o, 4, 8);
	assert_true(blames(t, pi4, F_DHCP_REPLY_FROM_WRONG_ADDRESS));
}

static struct story *helped(uint8_t asked, uint8_t asked_too, uint8_t answers_from)
{
	struct story *t = mirror();
	struct ask a = asking(PI4);
	struct answer o = offering(PI4);

	o.from = answers_from;
	o.to_relay = a.relay = RELAY;
	for (int i = 0; i < 4; i++, story_wait(t, 8 * one_second)) {
		asks(t, asking(PI4));
		a.helper = asked;
		asks(t, a);
		if (asked_too) {
			a.helper = asked_too;
			asks(t, a);
		}
		answers(t, o);
	}
	return t;
}

static void a_relay_that_asked_one_host_drops_what_another_says(void **state)
{
	(void)state;
	assert_true(blames(helped(DHCPD, 0, SECOND_DHCPD), pi4, F_DHCP_REPLY_FROM_WRONG_ADDRESS));
}

static void the_second_helper_of_a_relay_may_answer(void **state)
{
	(void)state;
	assert_false(raises(helped(DHCPD, SECOND_DHCPD, SECOND_DHCPD), pi4,
			    F_DHCP_REPLY_FROM_WRONG_ADDRESS));
	assert_false(raises(helped(DHCPD, 0, DHCPD), pi4, F_DHCP_REPLY_FROM_WRONG_ADDRESS));
}

/* --- the next server --- */

static struct story *names(const char *file, uint8_t siaddr, bool asked)
{
	struct story *t = mirror();
	struct answer o = boots(BIOS, DHCPD, file);

	o.siaddr = siaddr;
	for (int i = 0; i < 3; i++, story_wait(t, 8 * one_second)) {
		leases(t, BIOS, o);
		if (asked)
			fetches(t, pc, DHCPD, bytes_str(file), FETCH_WHOLE);
	}
	return t;
}

static void a_file_without_a_host_is_asked_of_nobody(void **state)
{
	(void)state;
	assert_true(blames(names("pxelinux.0", 0, false), pc, F_DHCP_NEXT_SERVER_MISSING));
}

static void a_client_that_asks_the_dhcp_server_needs_no_next_server(void **state)
{
	(void)state;
	assert_false(raises(names("pxelinux.0", 0, true), pc, F_DHCP_NEXT_SERVER_MISSING));
	assert_false(raises(names("pxelinux.0", FILES, false), pc, F_DHCP_NEXT_SERVER_MISSING));
	assert_false(
		raises(names("http://10.0.0.3/boot", 0, false), pc, F_DHCP_NEXT_SERVER_MISSING));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_nak_of_a_server_that_was_not_asked_starts_the_client_over),
		cmocka_unit_test(a_stray_nak_that_the_client_goes_on_after_harmed_nobody),
		cmocka_unit_test(a_nak_of_the_server_that_was_asked_is_its_own_matter),
		cmocka_unit_test(two_offers_of_different_files_leave_it_to_chance),
		cmocka_unit_test(two_servers_that_say_the_same_are_a_spare),
		cmocka_unit_test(two_offers_do_not_stop_a_kernel),
		cmocka_unit_test(the_offer_without_boot_data_was_taken),
		cmocka_unit_test(the_offer_with_boot_data_was_taken),
		cmocka_unit_test(a_proxy_beside_a_plain_server_is_as_it_should_be),
		cmocka_unit_test(boot_data_without_an_address_are_not_enough),
		cmocka_unit_test(a_proxy_beside_a_server_is_not_alone),
		cmocka_unit_test(a_bystander_does_not_hear_the_server),
		cmocka_unit_test(who_goes_on_has_its_address),
		cmocka_unit_test(a_bystander_says_nothing_of_a_lone_proxy),
		cmocka_unit_test(a_client_id_that_is_no_mac_may_be_why_it_is_not_known),
		cmocka_unit_test(a_client_id_of_its_mac_is_not_to_blame),
		cmocka_unit_test(a_client_id_that_is_answered_is_known),
		cmocka_unit_test(two_boards_of_one_address_are_in_each_others_way),
		cmocka_unit_test(two_boards_of_two_addresses_are_not),
		cmocka_unit_test(an_address_that_went_on_to_another_board_is_no_duplicate),
		cmocka_unit_test(a_client_hears_port_67_only),
		cmocka_unit_test(a_relay_that_asked_one_host_drops_what_another_says),
		cmocka_unit_test(the_second_helper_of_a_relay_may_answer),
		cmocka_unit_test(a_file_without_a_host_is_asked_of_nobody),
		cmocka_unit_test(a_client_that_asks_the_dhcp_server_needs_no_next_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
