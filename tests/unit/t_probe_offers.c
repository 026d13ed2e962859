/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom the boards that boot believe, and what they ask for then. */
#include "probing.h"

/* ---- whom they believe ---- */

static void pi3_takes_the_text_or_the_address_of_66(void **state)
{
	const struct probe_result *r;

	(void)state;
	start("pi3b");
	offer((struct offer) { .yiaddr = BOARD, .siaddr = TFTPD, .o43 = BYTES(MENU) });
	r = settle();
	assert_int_equal(r->tftp_server, SERVER); /* siaddr is not looked at */
	assert_int_equal(r->stage, STAGE_TFTP_FIRST_FILE);
	assert_int_equal(last()->d.dst, SERVER); /* no REQUEST: on to TFTP */
	assert_int_equal(last()->d.dport, 69);
	start("pi3b");
	offer((struct offer) { .yiaddr = BOARD, .o43 = BYTES("Raspberry Pi Boot   ") });
	assert_int_equal(settle()->tftp_server, SERVER);
	start("pi3b");
	offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9") });
	assert_int_equal(settle()->tftp_server, TFTPD);
	/* both: the later one */
	start("pi3b");
	offer((struct offer) {
		.yiaddr = BOARD, .o66 = BYTES("10.9.0.9"), .o43 = BYTES(MENU), .o66_first = true });
	assert_int_equal(settle()->tftp_server, SERVER);
	start("pi3b");
	offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9"), .o43 = BYTES(MENU) });
	assert_int_equal(settle()->tftp_server, TFTPD);
}

static void refuses(const char *profile, struct offer o, enum probe_reason why)
{
	start(profile);
	offer(o);
	wait_until(UINT64_MAX);
	assert_int_equal(probe_result(probe)->verdict, PROBE_FAIL);
	assert_int_equal(probe_result(probe)->reason,
			 o.yiaddr ? REASON_NO_BOOT_DATA : REASON_NO_ADDRESS_OFFERED);
	assert_int_equal(probe_result(probe)->stage, STAGE_DHCP_OFFER);
	assert_int_equal(probe_result(probe)->offers[0].reason, why);
}

static void each_says_why_an_offer_is_not_taken(void **state)
{
	static const char *const pis[] = { "pi3b", "pi3b-plus", "bootcode", "pi4", "pi5" };
	struct offer bare = { .yiaddr = BOARD, .o43 = BYTES("Raspberry Pi Boot") };

	(void)state;
	for (int i = 0; i < 5; i++) {
		refuses(pis[i], (struct offer) { .yiaddr = BOARD, .siaddr = TFTPD, .file = "x" },
			REASON_NO_OPTION43);
		refuses(pis[i], (struct offer) { .yiaddr = BOARD, .o66 = BYTES("server.lan") },
			REASON_OPTION66_NAME);
		refuses(pis[i],
			(struct offer) { .yiaddr = BOARD, .o43 = BYTES("\x06\x01\x08\xff") },
			REASON_OPTION43_TEXT);
	}
	refuses("pi4", bare, REASON_OPTION43_PLACE);
	refuses("pi5", (struct offer) { .yiaddr = BOARD, .o43 = BYTES(MENU) },
		REASON_OPTION43_PLACE);
	refuses("pi4", (struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9"), .no_id = true },
		REASON_NO_SERVER_ID);
	/* the 3B's ROM, and EEPROMs until 2020-06 */
	refuses("pi3b", (struct offer) { .yiaddr = BOARD, .o43 = BYTES(MENU), .hops = 1 },
		REASON_RELAYED);
	refuses("pi4-2019", (struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9"), .hops = 1 },
		REASON_RELAYED);
	start("pi3b-plus");
	offer((struct offer) { .yiaddr = BOARD, .o43 = BYTES(MENU), .hops = 1 });
	assert_int_equal(settle()->tftp_server, SERVER);
	/* a proxy alone */
	refuses("pi4", (struct offer) { .o43 = BYTES(MENU), .class_id = "PXEClient" },
		REASON_BOOT_ONLY);
	refuses("pxe-bios", (struct offer) { .yiaddr = BOARD, .siaddr = TFTPD }, REASON_NO_FILE);
	refuses("pxe-bios", (struct offer) { .yiaddr = BOARD, .file = "x.0" },
		REASON_NO_NEXT_SERVER);
}

static void pi4_prefers_66_then_siaddr_then_the_sender(void **state)
{
	struct offer menu = {
		.from = PROXY, .o43 = BYTES(MENU), .class_id = "PXEClient", .siaddr = TFTPD
	};
	const struct probe_result *r;

	(void)state;
	start("pi4");
	offer(menu);
	assert_int_equal(n_sent, 1); /* goes on listening: no address yet */
	offer((struct offer) { .yiaddr = BOARD });
	r = settle();
	assert_int_equal(r->tftp_server, TFTPD);
	assert_int_equal(r->from, PI_SERVER_SIADDR);
	assert_int_equal(r->offers[0].reason, REASON_BOOT_TAKEN);
	assert_int_equal(r->offers[1].reason, REASON_ADDRESS_TAKEN);
	start("pi4");
	menu.siaddr = 0;
	offer(menu);
	offer((struct offer) { .yiaddr = BOARD });
	assert_int_equal(settle()->tftp_server, PROXY);
	start("pi4");
	offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9") });
	offer(menu);
	r = settle();
	assert_int_equal(r->tftp_server, TFTPD);
	assert_int_equal(r->from, PI_SERVER_OPTION66);
	assert_int_equal(r->offers[1].reason, REASON_ANOTHER_TAKEN);
}

static void pi3_takes_what_is_for_another_pi(void **state)
{
	struct offer other = {
		.yiaddr = BOARD, .o43 = BYTES(MENU), .class_id = "PXEClient", .other_mac = 1
	};

	(void)state;
	start("pi3b");
	offer(other);
	assert_int_equal(settle()->address, BOARD);
	start("pi4");
	offer(other);
	assert_int_equal(settle()->n_offers, 0);
	other.other_mac = 0;
	other.xid = 0x1234;
	offer(other);
	assert_int_equal(probe_result(probe)->n_offers, 0);
}

static void repeats_of_an_offer_are_counted(void **state)
{
	(void)state;
	start("pi4");
	offer((struct offer) { .yiaddr = BOARD });
	offer((struct offer) { .yiaddr = BOARD });
	offer((struct offer) { .yiaddr = BOARD, .from = PROXY });
	assert_int_equal(probe_result(probe)->n_offers, 2);
	assert_int_equal(probe_result(probe)->offers[0].count, 2);
	for (uint32_t i = 0; i < 2 * PROBE_OFFERS; i++)
		offer((struct offer) { .yiaddr = BOARD, .from = SERVER + 100 + i });
	assert_int_equal(probe_result(probe)->n_offers, PROBE_OFFERS);
	assert_int_equal(probe_result(probe)->offers_lost, PROBE_OFFERS + 2);
}

static void pi4_requests_what_it_was_offered(void **state)
{
	(void)state;
	start("pi4");
	offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9") });
	settle();
	assert_int_equal(n_sent, 2);
	options_are(last(), "350103"
			    "32040a090032"
			    "36040a090001" CLASS_BIOS "611100"
			    "34695052" REV4 "ff");
	assert_memory_equal(last()->data + 4, sent[0].data + 4, 4);
	/* not answered: again, and then it gives up */
	wait_until(UINT64_MAX);
	assert_int_equal(n_sent, 4);
	assert_int_equal(probe_result(probe)->reason, REASON_NO_ACK);
	assert_int_equal(probe_result(probe)->stage, STAGE_DHCP_OFFER);
	/* refused: it starts over, with another number */
	start("pi4");
	offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9") });
	settle();
	offer((struct offer) { .type = DHCP_NAK });
	assert_int_equal(n_sent, 3);
	assert_memory_not_equal(last()->data + 4, sent[0].data + 4, 4);
	/* and held addresses are given back */
	offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9") });
	settle();
	ack();
	probe_release(probe);
	assert_memory_equal(last()->data + 240, "\x35\x01\x07\x36\x04\x0a\x09\x00\x01\xff", 10);
	n_sent = 0;
	probe_release(probe);
	assert_int_equal(n_sent, 0);
}

static void every_server_gets_its_address_back(void **state)
{
	uint32_t n;

	(void)state;
	/* not answered: the ACK may be under way */
	start("linux");
	offer((struct offer) { .yiaddr = BOARD });
	settle();
	n_sent = 0;
	probe_release(probe);
	probe_release(probe);
	assert_int_equal(n_sent, 1);
	assert_int_equal(sent[0].d.dst, SERVER);
	/* refused: there is nothing to give back */
	start("linux");
	offer((struct offer) { .yiaddr = BOARD });
	settle();
	offer((struct offer) { .type = DHCP_NAK });
	n = n_sent;
	probe_release(probe);
	assert_int_equal(n_sent, n);
	/* refused by one, given by another */
	offer((struct offer) { .yiaddr = BOARD + 1, .from = PROXY });
	settle();
	n_sent = 0;
	probe_release(probe);
	assert_int_equal(n_sent, 1);
	assert_int_equal(sent[0].d.dst, PROXY);
	assert_memory_equal(sent[0].data + 12, "\x0a\x09\0\x33", 4);
}

static void three_refusals_are_enough(void **state)
{
	(void)state;
	start("pi4");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(probe_result(probe)->verdict, PROBE_GOES_ON);
		offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9") });
		settle();
		offer((struct offer) { .type = DHCP_NAK });
	}
	assert_int_equal(probe_result(probe)->reason, REASON_NAK);
}

static void a_kernel_takes_the_first_address(void **state)
{
	(void)state;
	start("linux");
	offer((struct offer) { .yiaddr = 0 });
	offer((struct offer) { .yiaddr = BOARD, .no_id = true });
	offer((struct offer) { .yiaddr = BOARD, .from = PROXY });
	offer((struct offer) { .yiaddr = BOARD + 1 });
	settle();
	assert_int_equal(probe_result(probe)->address, BOARD);
	assert_int_equal(probe_result(probe)->server_id, PROXY);
	assert_int_equal(probe_result(probe)->offers[0].reason, REASON_NO_ADDRESS);
	assert_int_equal(probe_result(probe)->offers[1].reason, REASON_NO_SERVER_ID);
	assert_int_equal(probe_result(probe)->offers[2].reason, REASON_TAKEN);
	assert_int_equal(probe_result(probe)->offers[3].reason, REASON_ANOTHER_TAKEN);
}

/* ---- PXE ---- */

static void bios_takes_the_file_of_a_proxy_first(void **state)
{
	struct offer router = { .yiaddr = BOARD, .siaddr = SERVER, .file = "router.0" };

	(void)state;
	start("pxe-bios");
	offer(router);
	offer((struct offer) {
		.from = PROXY, .siaddr = PROXY, .file = "proxy.0", .class_id = "PXEClient" });
	settle();
	ack();
	assert_int_equal(probe_result(probe)->tftp_server, PROXY);
	assert_memory_equal(last()->data,
			    "\0\1proxy.0\0octet\0tsize\0"
			    "0\0",
			    23);
	start("pxe-bios");
	offer(router);
	settle();
	ack();
	assert_int_equal(probe_result(probe)->tftp_server, SERVER);
}

static void bios_asks_a_boot_server_for_the_file(void **state)
{
	(void)state;
	start("pxe-bios");
	offer((struct offer) { .yiaddr = BOARD });
	offer((struct offer) { .from = PROXY,
			       .class_id = "PXEClient",
			       .o43 = BYTES("\x09\x07\x80\x01\x04"
					    "Boot\xff") });
	settle();
	ack();
	assert_int_equal(last()->d.dst, PROXY);
	assert_int_equal(last()->d.dport, 4011);
	assert_int_equal(last()->d.src, BOARD);
	offer((struct offer) { .from = PROXY, .type = DHCP_ACK, .file = "menu.0", .port = 4011 });
	assert_int_equal(probe_result(probe)->tftp_server, PROXY);
	assert_int_equal(last()->d.dport, 69);
	/* its own list says where, and the request which item */
	start("pxe-bios");
	offer((struct offer) { .yiaddr = BOARD });
	offer((struct offer) {
		.from = PROXY,
		.class_id = "PXEClient",
		.o43 = BYTES("\x08\x0e\x80\x02\x01\x0a\x09\0\7\x80\x01\x01\x0a\x09\0\x09"
			     "\x09\x07\x80\x01\x04"
			     "Boot\xff") });
	settle();
	ack();
	assert_int_equal(last()->d.dst, TFTPD);
	assert_true(bytes_find(last()->d.data, BYTES("\x2b\x07\x47\x04\x80\x01\0\0\xff")) !=
		    UINT32_MAX);
	assert_memory_equal(last()->data + 12, "\x0a\x09\0\x32", 4); /* ciaddr */
	probe_no_arp(probe, PROXY, now);
	assert_int_equal(probe_result(probe)->verdict, PROBE_GOES_ON);
	probe_no_arp(probe, TFTPD, now);
	assert_int_equal(probe_result(probe)->reason, REASON_NO_ARP);
	/* silent */
	start("pxe-bios");
	offer((struct offer) { .yiaddr = BOARD });
	offer((struct offer) { .from = PROXY, .class_id = "PXEClient" });
	settle();
	ack();
	wait_until(UINT64_MAX);
	assert_int_equal(probe_result(probe)->reason, REASON_NO_BOOT_REPLY);
}

/* edk2, PxeBcDhcp4.c: it goes to the next server, or who offered. */
static void uefi_asks_a_boot_server_where_the_class_promises_one(void **state)
{
	const struct {
		const char *who;
		struct bytes o43;
		uint32_t siaddr, asked;
		uint16_t port;
	} each[] = {
		{ "uefi-x64", { NULL, 0 }, TFTPD, TFTPD, 4011 },
		{ "uefi-arm64", { NULL, 0 }, 0, SERVER, 4011 },
		{ "uefi-x64", BYTES("\x06\x01\x08\xff"), TFTPD, TFTPD, 69 },
		{ "pxe-bios", { NULL, 0 }, TFTPD, TFTPD, 69 },
		{ "ipxe", { NULL, 0 }, TFTPD, TFTPD, 69 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		start(each[i].who);
		offer((struct offer) { .yiaddr = BOARD,
				       .siaddr = each[i].siaddr,
				       .class_id = "PXEClient",
				       .o43 = each[i].o43,
				       .file = "boot.efi" });
		settle();
		ack();
		assert_int_equal(last()->d.dst, each[i].asked);
		assert_int_equal(last()->d.dport, each[i].port);
	}
}

static void urls_are_for_those_who_can(void **state)
{
	struct offer url = { .yiaddr = BOARD, .siaddr = TFTPD, .file = "http://10.9.0.9/x.efi" };

	(void)state;
	refuses("uefi-x64-http", url, REASON_NO_CLASS);
	url.class_id = "HTTPClient";
	start("uefi-x64-http");
	offer(url);
	settle();
	ack();
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_string_equal(probe_result(probe)->url, "http://10.9.0.9/x.efi");
	url.class_id = NULL;
	start("ipxe");
	offer(url);
	settle();
	ack();
	assert_string_equal(probe_result(probe)->url, "http://10.9.0.9/x.efi");
	/* and this one takes it for the name of a file, as BZ 880 shows */
	start("uefi-x64");
	offer(url);
	settle();
	ack();
	assert_memory_equal(last()->data, "\0\1http://", 9);
	url.file = "x";
	url.class_id = "HTTPClient";
	refuses("uefi-arm64-http", url, REASON_NO_FILE);
}

static void u_boot_wants_next_server_itself(void **state)
{
	struct offer by66 = { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9"), .file = "boot.scr" };

	(void)state;
	refuses("u-boot", by66, REASON_NO_NEXT_SERVER);
	start("ipxe");
	offer(by66);
	settle();
	assert_int_equal(probe_result(probe)->tftp_server, TFTPD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pi3_takes_the_text_or_the_address_of_66, teardown),
		cmocka_unit_test_teardown(each_says_why_an_offer_is_not_taken, teardown),
		cmocka_unit_test_teardown(pi4_prefers_66_then_siaddr_then_the_sender, teardown),
		cmocka_unit_test_teardown(pi3_takes_what_is_for_another_pi, teardown),
		cmocka_unit_test_teardown(repeats_of_an_offer_are_counted, teardown),
		cmocka_unit_test_teardown(pi4_requests_what_it_was_offered, teardown),
		cmocka_unit_test_teardown(every_server_gets_its_address_back, teardown),
		cmocka_unit_test_teardown(three_refusals_are_enough, teardown),
		cmocka_unit_test_teardown(a_kernel_takes_the_first_address, teardown),
		cmocka_unit_test_teardown(bios_takes_the_file_of_a_proxy_first, teardown),
		cmocka_unit_test_teardown(bios_asks_a_boot_server_for_the_file, teardown),
		cmocka_unit_test_teardown(uefi_asks_a_boot_server_where_the_class_promises_one,
					  teardown),
		cmocka_unit_test_teardown(urls_are_for_those_who_can, teardown),
		cmocka_unit_test_teardown(u_boot_wants_next_server_itself, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
