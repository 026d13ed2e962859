/* SPDX-License-Identifier: BSD-2-Clause */
#include "offers.h"

#include "unit.h"

/* Each finding of rules_dhcp.c: a client that raises it, and beside it those that come near. */

#define OTHER_MENU MENU("\x06", "\x03") "x86\xff"
#define NOT_CLOSED MENU("\x14", "\x11") "Raspberry Pi Boot"

static struct story *only(struct ask a, struct answer o)
{
	return only_answered(a, o, 4, 8);
}

static struct story *offered(enum asker who, struct bytes vendor)
{
	struct answer o = offering(who);

	o.vendor = vendor;
	return only(asking(who), o);
}

static struct answer plain(enum asker who)
{
	struct answer o = offering(who);

	o.vendor = bytes_of(NULL, 0);
	o.class_id = NULL;
	return o;
}

/* --- no OFFER --- */

static struct story *unanswered(struct story *t, enum asker who, int times)
{
	for (int i = 0; i < times; i++, story_wait(t, 8 * one_second))
		asks(t, asking(who));
	return t;
}

static void nobody_answers_who_asks_again(void **state)
{
	struct story *t = unanswered(mirror(), PI4, 4);

	(void)state;
	assert_true(blames(t, pi4, F_DHCP_NO_OFFER));
	assert_true(blames(unanswered(mirror(), BIOS, 3), pc, F_DHCP_NO_OFFER));
	t = unanswered(mirror(), PI4, 4);
	answers(t, offering(PI4));
	assert_false(raises(t, pi4, F_DHCP_NO_OFFER));
	assert_false(raises(unanswered(mirror(), PI4, 1), pi4, F_DHCP_NO_OFFER));
}

/* The capture holds what boards send, and nothing of what they get. */
static void where_unicast_goes_one_way_no_offer_is_missed(void **state)
{
	struct story *t = story_begin();

	(void)state;
	fetches(t, pi3, FILES, bytes_str("bootcode.bin"), FETCH_SILENCE);
	for (int i = 0; i < 4; i++)
		fetches(t, pi3_other, FILES, bytes_str("bootcode.bin"), FETCH_SILENCE);
	assert_false(raises(unanswered(t, PI4, 4), pi4, F_DHCP_NO_OFFER));
}

/* --- what an offer to a Pi lacks --- */

static void an_offer_without_boot_data_is_no_offer_to_a_pi(void **state)
{
	struct answer o = plain(PI4), proxy = offering(PI4);
	struct story *t;

	(void)state;
	assert_true(blames(only(asking(PI4), o), pi4, F_DHCP_NO_OPTION43));
	o.siaddr = DHCPD;
	o.file = "start4.elf";
	assert_true(blames(only(asking(PI4), o), pi4, F_DHCP_NO_OPTION43));
	o = plain(PI4);
	o.o66 = bytes_str("10.0.0.3");
	assert_false(raises(only(asking(PI4), o), pi4, F_DHCP_NO_OPTION43));
	t = mirror();
	proxy.from = SECOND_DHCPD;
	proxy.address = 0;
	for (int i = 0; i < 4; i++, story_wait(t, 8 * one_second)) {
		asks(t, asking(PI4));
		answers(t, plain(PI4));
		answers(t, proxy);
	}
	assert_false(raises(t, pi4, F_DHCP_NO_OPTION43));
	/* who takes it has its boot data from elsewhere: TFTP_IP in the EEPROM */
	t = only(asking(PI4), plain(PI4));
	takes(t, PI4, plain(PI4));
	assert_false(raises(t, pi4, F_DHCP_NO_OPTION43));
	assert_false(raises(only(asking(BIOS), plain(BIOS)), pc, F_DHCP_NO_OPTION43));
}

static void a_menu_that_ends_too_soon_is_broken(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(offered(PI4, BYTES(NOT_CLOSED)), pi4, F_DHCP_OPTION43_MALFORMED));
	assert_true(blames(offered(PI4, bytes_str("")), pi4, F_DHCP_OPTION43_MALFORMED));
	assert_true(blames(offered(PI5, bytes_of(PI_43, 20)), pi4, F_DHCP_OPTION43_MALFORMED));
	assert_false(raises(offered(PI4, BYTES(PI_43)), pi4, F_DHCP_OPTION43_MALFORMED));
	/* some bootloaders do not mind */
	t = offered(PI4, BYTES(NOT_CLOSED));
	takes(t, PI4, offering(PI4));
	assert_false(raises(t, pi4, F_DHCP_OPTION43_MALFORMED));
	assert_false(raises(offered(BIOS, BYTES(NOT_CLOSED)), pc, F_DHCP_OPTION43_MALFORMED));
}

static void a_menu_for_others_is_none_for_a_pi(void **state)
{
	struct story *t = mirror();
	struct answer other = offering(PI4);

	(void)state;
	assert_true(blames(offered(PI4, BYTES(OTHER_MENU)), pi4, F_DHCP_OPTION43_WRONG_TEXT));
	assert_false(raises(offered(PI4, BYTES(PI_43_SECOND)), pi4, F_DHCP_OPTION43_WRONG_TEXT));
	assert_false(raises(offered(BIOS, BYTES(OTHER_MENU)), pc, F_DHCP_OPTION43_WRONG_TEXT));
	other.from = SECOND_DHCPD;
	other.vendor = BYTES(OTHER_MENU);
	for (int i = 0; i < 4; i++, story_wait(t, 8 * one_second)) {
		asks(t, asking(PI4));
		answers(t, other);
		answers(t, offering(PI4));
	}
	assert_false(raises(t, pi4, F_DHCP_OPTION43_WRONG_TEXT));
}

static void bare_text_does_for_a_rom_and_not_for_an_eeprom(void **state)
{
	struct bytes text = bytes_str("Raspberry Pi Boot   ");

	(void)state;
	assert_true(blames(offered(PI4, text), pi4, F_DHCP_OPTION43_NOT_ENCAPSULATED));
	assert_true(blames(offered(PI5, text), pi4, F_DHCP_OPTION43_NOT_ENCAPSULATED));
	assert_false(raises(offered(PI3B_ROM, text), pi3, F_DHCP_OPTION43_NOT_ENCAPSULATED));
	assert_false(raises(offered(PI4, BYTES(PI_43)), pi4, F_DHCP_OPTION43_NOT_ENCAPSULATED));
}

static void a_menu_without_option_60_is_read_by_a_rom_only(void **state)
{
	struct answer o = offering(PI4), rom = offering(PI3B_ROM);

	(void)state;
	o.class_id = rom.class_id = NULL;
	assert_true(blames(only(asking(PI4), o), pi4, F_DHCP_OPTION60_MISSING));
	assert_false(raises(only(asking(PI4), offering(PI4)), pi4, F_DHCP_OPTION60_MISSING));
	assert_false(raises(only(asking(PI3B_ROM), rom), pi3, F_DHCP_OPTION60_MISSING));
	o.o66 = bytes_str("10.0.0.3");
	assert_false(raises(only(asking(PI4), o), pi4, F_DHCP_OPTION60_MISSING));
}

/* --- PXE: where the file is, and which --- */

/* A client that takes the offer and asks siaddr's host for the file. */
static struct story *asks_siaddr(struct bytes o66, enum fetched how)
{
	struct answer o = plain(BIOS);
	struct story *t = mirror();

	o.siaddr = DHCPD;
	o.file = "pxelinux.0";
	o.o66 = o66;
	leases(t, BIOS, o);
	for (int i = 0; i < 3; i++, story_wait(t, 4 * one_second))
		fetches(t, pc, DHCPD, bytes_str("pxelinux.0"), how);
	return t;
}

static void two_servers_in_one_offer_send_a_rom_to_the_wrong_one(void **state)
{
	(void)state;
	assert_true(blames(asks_siaddr(bytes_str("10.0.0.3"), FETCH_SILENCE), pc,
			   F_DHCP_OPTION66_SIADDR_CONFLICT));
	assert_false(raises(asks_siaddr(bytes_str("10.0.0.1"), FETCH_SILENCE), pc,
			    F_DHCP_OPTION66_SIADDR_CONFLICT));
	assert_false(raises(asks_siaddr(bytes_str("10.0.0.3"), FETCH_WHOLE), pc,
			    F_DHCP_OPTION66_SIADDR_CONFLICT));
	assert_false(raises(asks_siaddr(bytes_of(NULL, 0), FETCH_SILENCE), pc,
			    F_DHCP_OPTION66_SIADDR_CONFLICT));
}

/* The same as a name: whoever serves its files does not need it. */
static void a_name_in_option_66_is_held_against_what_came(void **state)
{
	(void)state;
	assert_true(blames(asks_siaddr(bytes_str("boot.example"), FETCH_SILENCE), pc,
			   F_DHCP_OPTION66_SIADDR_CONFLICT));
	assert_false(raises(asks_siaddr(bytes_str("boot.example"), FETCH_WHOLE), pc,
			    F_DHCP_OPTION66_SIADDR_CONFLICT));
}

static void an_address_alone_boots_no_rom(void **state)
{
	struct answer o = plain(BIOS), proxy = plain(BIOS);
	struct story *t;

	(void)state;
	assert_true(blames(only(asking(BIOS), o), pc, F_PXE_NO_BOOTFILE));
	assert_true(blames(only(asking(UEFI), o), pc, F_PXE_NO_BOOTFILE));
	o.o67 = bytes_str("pxelinux.0");
	assert_false(raises(only(asking(BIOS), o), pc, F_PXE_NO_BOOTFILE));
	o = plain(BIOS);
	o.vendor = BYTES(OTHER_MENU);
	assert_false(raises(only(asking(BIOS), o), pc, F_PXE_NO_BOOTFILE));
	/* what dnsmasq says when none of its pxe-service lines is for this architecture */
	o.vendor = BYTES("\x06\x01\x03\x0a\x04\x00PXE\xff");
	assert_true(blames(only(asking(UEFI), o), pc, F_PXE_NO_BOOTFILE));
	/* a boot server to ask, and no menu to choose from */
	o.vendor = BYTES("\x06\x01\x03\x08\x07\x00\x01\x01\x0a\x00\x00\x02\xff");
	assert_false(raises(only(asking(UEFI), o), pc, F_PXE_NO_BOOTFILE));
	/* U-Boot makes up names, and asks the next server for them */
	o = plain(BIOS);
	assert_true(blames(only(asking(U_BOOT), o), pc, F_PXE_NO_BOOTFILE));
	o.siaddr = DHCPD;
	assert_false(raises(only(asking(U_BOOT), o), pc, F_PXE_NO_BOOTFILE));
	/* iPXE may have its script inside */
	assert_false(raises(only(asking(IPXE), plain(BIOS)), pc, F_PXE_NO_BOOTFILE));
	t = only(asking(BIOS), plain(BIOS));
	proxy.from = SECOND_DHCPD;
	proxy.address = 0;
	proxy.file = "pxelinux.0";
	proxy.siaddr = SECOND_DHCPD;
	asks(t, asking(BIOS));
	answers(t, proxy);
	assert_false(raises(t, pc, F_PXE_NO_BOOTFILE));
}

/* --- NAK --- */

/* Asks, is offered, requests, and is told no; times over. */
static struct story *refused(uint8_t by, int times)
{
	struct answer o = offering(PI4), nak = plain(PI4);
	struct ask request = requesting(PI4, DHCPD);
	struct story *t = mirror();

	nak.type = DHCP_NAK;
	nak.from = by;
	nak.address = 0;
	for (int i = 0; i < times; i++, story_wait(t, 5 * one_second)) {
		asks(t, asking(PI4));
		answers(t, o);
		asks(t, request);
		answers(t, nak);
	}
	return t;
}

static void a_server_that_takes_its_offer_back_is_the_cause(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(refused(DHCPD, 3), pi4, F_DHCP_NAK));
	assert_false(raises(refused(SECOND_DHCPD, 3), pi4, F_DHCP_NAK));
	/* at the second try it is granted */
	t = refused(DHCPD, 1);
	asks(t, asking(PI4));
	answers(t, offering(PI4));
	takes(t, PI4, offering(PI4));
	assert_false(raises(t, pi4, F_DHCP_NAK));
}

/* RFC 2131 3.2: who remembers an address asks for it first, and is told no where it is of no use.
 */
static void a_no_to_a_remembered_address_is_normal(void **state)
{
	struct answer nak = plain(PI4);
	struct ask request = asking(PI4);
	struct story *t = mirror();

	(void)state;
	request.type = DHCP_REQUEST;
	request.address = CLIENT + 1;
	nak.type = DHCP_NAK;
	nak.address = 0;
	asks(t, request);
	answers(t, nak);
	asks(t, asking(PI4));
	assert_false(raises(t, pi4, F_DHCP_NAK));
}

/* --- loaders --- */

/* The ROM loads iPXE, which asks again and loads what it is told. */
static struct story *chained_then(const char *told, int rounds, const char *last)
{
	struct answer o = plain(BIOS);
	struct story *t = mirror();

	o.siaddr = DHCPD;
	o.file = "undionly.kpxe";
	leases(t, BIOS, o);
	fetches(t, pc, DHCPD, bytes_str("undionly.kpxe"), FETCH_WHOLE);
	for (int i = 0; i < rounds; i++) {
		struct ask a = asking(IPXE);

		o.file = last && i == rounds - 1 ? last : told;
		a.xid = o.xid = 0x1000u + (uint32_t)i;
		story_wait(t, 2 * one_second);
		asks(t, a);
		answers(t, o);
		takes(t, IPXE, o);
		fetches(t, pc, DHCPD, bytes_str(o.file), FETCH_WHOLE);
	}
	return t;
}

static struct story *chained(const char *told, int rounds)
{
	return chained_then(told, rounds, NULL);
}

static void ipxe_that_is_given_ipxe_goes_round(void **state)
{
	(void)state;
	assert_true(blames(chained("undionly.kpxe", 4), pc, F_IPXE_CHAINLOAD_LOOP));
	assert_false(raises(chained("boot.ipxe", 1), pc, F_IPXE_CHAINLOAD_LOOP));
	assert_false(raises(chained("undionly.kpxe", 1), pc, F_IPXE_CHAINLOAD_LOOP));
}

/* A virtual machine's ROM is iPXE already; what it loads gets the script. */
static void ipxe_that_loads_another_ipxe_goes_on(void **state)
{
	(void)state;
	assert_false(
		raises(chained_then("undionly.kpxe", 2, "boot.ipxe"), pc, F_IPXE_CHAINLOAD_LOOP));
	assert_true(raises(chained("undionly.kpxe", 2), pc, F_IPXE_CHAINLOAD_LOOP));
}

static struct story *given(enum asker who, const char *file, enum fetched how)
{
	struct answer o = plain(who);
	struct story *t = mirror();

	o.siaddr = DHCPD;
	o.file = file;
	leases(t, who, o);
	fetches(t, pc, DHCPD, bytes_str(file), how);
	return t;
}

static void a_loader_for_another_machine_does_not_run(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(given(UEFI, "undionly.kpxe", FETCH_WHOLE), pc, F_PXE_ARCH_MISMATCH));
	assert_true(blames(given(UEFI, "grubaa64.efi", FETCH_WHOLE), pc, F_PXE_ARCH_MISMATCH));
	assert_false(raises(given(BIOS, "undionly.kpxe", FETCH_WHOLE), pc, F_PXE_ARCH_MISMATCH));
	assert_false(raises(given(UEFI, "grubx64.efi", FETCH_WHOLE), pc, F_PXE_ARCH_MISMATCH));
	assert_false(raises(given(UEFI, "boot.efi", FETCH_WHOLE), pc, F_PXE_ARCH_MISMATCH));
	assert_false(raises(given(UEFI, "undionly.kpxe", FETCH_REFUSED), pc, F_PXE_ARCH_MISMATCH));
	/* its name misleads: it runs */
	t = given(UEFI, "undionly.kpxe", FETCH_WHOLE);
	asks(t, asking(IPXE));
	answers(t, plain(BIOS));
	fetches(t, pc, DHCPD, bytes_str("boot.ipxe"), FETCH_WHOLE);
	assert_false(raises(t, pc, F_PXE_ARCH_MISMATCH));
}

/* Who goes on without an OFFER had one that the capture has not: it may hold the cause. */
static void of_a_boot_whose_offer_was_missed_nothing_is_certain(void **state)
{
	for (int missed = 0; missed < 2; missed++) {
		struct story *t = mirror();
		struct build_ends e = story_ends(pi3, CLIENT, DHCPD, 2000, TFTP_PORT);
		struct tftp rrq = { .op = TFTP_RRQ, .mode = bytes_str("octet") };

		asks(t, asking(PI3B_ROM));
		if (!missed)
			answers(t, offering(PI3B_ROM));
		rrq.file = bytes_str("bootcode.bin");
		story_tftp(t, &e, &rrq);
		story_refused(t, &e);
		story_wait(t, 60 * one_second);
		assert_true(story_found(t, pi3, F_TFTP_PORT_UNREACHABLE));
		assert_int_equal(story_said(t, F_TFTP_PORT_UNREACHABLE)->confidence,
				 missed ? LIKELY : CERTAIN);
		story_end(t);
	}
	(void)state;
}

static void a_rom_without_a_request_is_told_to_be_normal(void **state)
{
	struct story *t = mirror();

	(void)state;
	asked_and_answered(t, asking(PI3B_ROM), offering(PI3B_ROM), 1, 0);
	fetches(t, pi3, DHCPD, bytes_str("bootcode.bin"), FETCH_WHOLE);
	assert_true(raises(t, pi3, F_INFO_PI3_NO_DHCP_REQUEST));
	t = mirror(); /* it went no further */
	asked_and_answered(t, asking(PI3B_ROM), offering(PI3B_ROM), 4, 5);
	assert_false(raises(t, pi3, F_INFO_PI3_NO_DHCP_REQUEST));
	t = mirror(); /* the REQUEST went by unseen: an EEPROM sends one */
	asked_and_answered(t, asking(PI4), offering(PI4), 1, 0);
	fetches(t, pi4, DHCPD, bytes_str("start4.elf"), FETCH_WHOLE);
	assert_false(raises(t, pi4, F_INFO_PI3_NO_DHCP_REQUEST));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_answers_who_asks_again),
		cmocka_unit_test(where_unicast_goes_one_way_no_offer_is_missed),
		cmocka_unit_test(an_offer_without_boot_data_is_no_offer_to_a_pi),
		cmocka_unit_test(a_menu_that_ends_too_soon_is_broken),
		cmocka_unit_test(a_menu_for_others_is_none_for_a_pi),
		cmocka_unit_test(bare_text_does_for_a_rom_and_not_for_an_eeprom),
		cmocka_unit_test(a_menu_without_option_60_is_read_by_a_rom_only),
		cmocka_unit_test(two_servers_in_one_offer_send_a_rom_to_the_wrong_one),
		cmocka_unit_test(a_name_in_option_66_is_held_against_what_came),
		cmocka_unit_test(an_address_alone_boots_no_rom),
		cmocka_unit_test(a_server_that_takes_its_offer_back_is_the_cause),
		cmocka_unit_test(a_no_to_a_remembered_address_is_normal),
		cmocka_unit_test(ipxe_that_is_given_ipxe_goes_round),
		cmocka_unit_test(ipxe_that_loads_another_ipxe_goes_on),
		cmocka_unit_test(a_loader_for_another_machine_does_not_run),
		cmocka_unit_test(of_a_boot_whose_offer_was_missed_nothing_is_certain),
		cmocka_unit_test(a_rom_without_a_request_is_told_to_be_normal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
