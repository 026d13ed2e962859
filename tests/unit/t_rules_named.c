/* SPDX-License-Identifier: BSD-2-Clause */
#include "offers.h"

#include "unit.h"

/* Findings of rules_offer.c about the server and the file that an offer names: a board that raises
 * each, and beside it one that comes near. */

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
	assert_true(blames(only_answered(asking(PI4_OF_2019), second_entry(PI4_OF_2019), 4, 8), pi4,
			   F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST));
}

static void later_eeproms_and_the_rom_look_at_every_entry(void **state)
{
	(void)state;
	assert_false(raises(only_answered(asking(PI4), second_entry(PI4), 4, 8), pi4,
			    F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST));
	assert_false(raises(only_answered(asking(PI3B_ROM), second_entry(PI3B_ROM), 5, 5), pi3,
			    F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST));
	assert_false(raises(only_answered(asking(PI4_OF_2019), offering(PI4_OF_2019), 4, 8), pi4,
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
	assert_true(
		blames(only_answered(asking(PI4), with_66(PI4, BYTES("\x0a\x00\x00\x03")), 4, 8),
		       pi4, F_DHCP_OPTION66_NOT_TEXT));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pi_3_goes_to_the_sender_whatever_siaddr_says),
		cmocka_unit_test(a_pi_3_that_is_served_by_the_sender_does_not_miss_siaddr),
		cmocka_unit_test(siaddr_of_the_router_names_no_tftp_server),
		cmocka_unit_test(a_name_with_a_byte_too_many_was_unterminated),
		cmocka_unit_test(a_longer_name_is_a_name),
		cmocka_unit_test(a_pi_is_told_that_it_names_its_files_itself),
		cmocka_unit_test(a_name_that_is_the_pis_own_needs_no_word),
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
