/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"

#include <stdio.h>
#include <stdlib.h>

#include "rpc.h"
#include "unit.h"

static char buf[65536];

static bool words(const char *s)
{
	struct text t = text_init(buf, sizeof(buf));

	return explain_words(bytes_str(s), &t);
}

static bool paste(const char *s)
{
	struct text t = text_init(buf, sizeof(buf));

	return explain_paste(bytes_str(s), &t);
}

static void each_row_is_found_by_its_beginning(void **state)
{
	(void)state;
	for (uint32_t i = 0; know_row(i); i++) {
		const struct know *k = know_row(i);
		size_t n = strlen(k->meaning);

		assert_ptr_equal(know_find(k->kind, bytes_str(k->begin)), k);
		assert_true(k->title[0] && k->title[strlen(k->title) - 1] != '.');
		assert_true(n == 0 || k->meaning[n - 1] == '.');
		for (uint32_t j = 0; j < i; j++)
			assert_true(know_row(j)->kind != k->kind ||
				    strcmp(know_row(j)->begin, k->begin) != 0);
	}
}

static void the_longest_beginning_wins(void **state)
{
	(void)state;
	assert_true(words("TFTP_PREFIX_STR=x/"));
	assert_non_null(strstr(buf, "folder in front"));
	assert_true(words("TFTP_PREFIX=1"));
	assert_non_null(strstr(buf, "what stands in front"));
	assert_false(words("TFTP_PREFIXES"));
}

static void boot_order_is_read_from_the_right(void **state)
{
	char out[200];
	struct text t = text_init(out, sizeof(out));
	bool network;

	(void)state;
	assert_true(explain_boot_order(bytes_str("0xf21"), &t, &network));
	assert_string_equal(out, "SD card, then network, then start over");
	assert_true(network);
	text_clear(&t);
	assert_true(explain_boot_order(bytes_str("F461"), &t, &network));
	assert_false(network);
	assert_false(explain_boot_order(bytes_str("0xg"), &t, &network));
	assert_false(explain_boot_order(bytes_str("123456789"), &t, &network));
	assert_false(explain_boot_order(bytes_str("0x"), &t, &network));
}

static void a_configuration_that_is_right_is_told_so(void **state)
{
	(void)state;
	assert_true(paste("[all]\nBOOT_ORDER=0xf21\nTFTP_IP=10.0.0.1\n"));
	assert_non_null(strstr(buf, "Nothing in it stands against"));
	assert_true(paste("[all]\nBOOT_ORDER=0xf41\n"));
	assert_null(strstr(buf, "Nothing in it stands against"));
	assert_non_null(strstr(buf, "write BOOT_ORDER=0xf21"));
}

static void a_log_may_have_times_in_front(void **state)
{
	(void)state;
	assert_true(paste("4.31 SI_ADDR 10.0.0.1\n 12.05 TFTP 1: File not found\n"));
	assert_non_null(strstr(buf, "siaddr"));
	assert_non_null(strstr(buf, "TFTP error 1"));
	assert_false(paste("nothing of the kind\n"));
}

static void option_43_is_read_however_it_is_written(void **state)
{
	(void)state;
	assert_true(words("43 06 01 03 ff"));
	assert_true(words("43 0x060103ff"));
	assert_true(words("43 06:01:03:ff"));
	assert_non_null(strstr(buf, "lets none boot"));
	assert_false(words("43 0601zz"));
	assert_false(words("43 060"));
}

static void what_is_near_is_offered(void **state)
{
	(void)state;
	assert_string_equal(explain_near(bytes_str("dhcp-no-optoin43")), "dhcp-no-option43");
	assert_string_equal(explain_near(bytes_str("boot_ordr")), "BOOT_ORDER");
	assert_null(explain_near(bytes_str("qq")));
}

/* Facts 6.3, 6.5: each state of the boot has its conclusion, and only that. */
static void a_screen_comes_to_its_conclusion(void **state)
{
	static const struct {
		const char *lines, *says;
	} cases[] = {
		{ "net: down ip: 0.0.0.0", "there is no link" },
		{ "net: up ip: 0.0.0.0\n tftp: 0.0.0.0 00:00:00:00:00:00", "no offer was taken" },
		{ "net: up ip: 0.0.0.0\nNETWORK: x wait for link TFTP: 0.0.0.0\nLink ready\n"
		  "NETBOOT init failed",
		  "no DHCP server answers" },
		{ "net: up ip: 0.0.0.0\nDHCP src: x 10.0.0.1\nDHCP src: x 10.0.0.1",
		  "only a proxy answers" },
		{ "net: up ip: 0.0.0.0\nDHCP src: x 10.0.0.1\nYI_ADDR 10.0.0.5\nSI_ADDR 10.0.0.1",
		  "a next server (SI_ADDR) alone" },
		{ "net: up ip: 10.0.0.5\ntftp: 10.0.0.1 00:00:00:00:00:00", "does not answer ARP" },
		{ "net: up ip: 10.0.0.5", "not in these lines" },
		{ "net: up ip: 10.0.0.5\ntftp: 10.0.0.1 02:00:00:00:00:01", "files are next" },
		{ "ARP 10.0.0.1 02:00:00:00:00:01\nTFTP 2: Permission denied", "may not read" },
		{ "TFTP 1: File not found\nTFTP 1: File not found\nBoot mode: SD (01) order f",
		  "does not have the files" },
		{ "boot: mode SD 1 order f41 retry 0/0 restart 0/-1\nnet: down",
		  "no network in it" },
		{ "IP-Config: Complete:\nVFS: Unable to mount root fs via NFS\n"
		  "Root-NFS: x\nIP-Config: Auto-configuration of network failed",
		  "gets no address" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *so;

		assert_true(paste(cases[i].lines));
		so = strstr(buf, "So: ");
		assert_non_null(so);
		assert_non_null(strstr(so, cases[i].says));
	}
}

/* A file that need not exist is no fault, and a new attempt forgets the one before. */
static void a_healthy_boot_is_not_blamed(void **state)
{
	(void)state;
	assert_true(paste("net: up ip: 10.0.0.5\ntftp: 10.0.0.1 02:00:00:00:00:01\n"
			  "Read config.txt bytes 9 hnd 0x0\nTFTP 1: File not found\n"
			  "TFTP 1: File not found\n"));
	assert_non_null(strstr(buf, "nothing in these lines is wrong"));
	assert_true(paste("TFTP 1: File not found\nTFTP 1: File not found\n"
			  "Boot mode: NETWORK (02) order f\nRead kernel8.img bytes 9 hnd 0x0\n"));
	assert_non_null(strstr(buf, "the kernel was read whole"));
}

/* Facts 2.1: what rules_offer holds, explain says. */
static void pi_4_wants_option_60_beside_43(void **state)
{
	(void)state;
	assert_true(words("43 0601030a0400505845091400001152617370626572727920506920426f6f74ff"));
	assert_non_null(strstr(buf, "if option 60"));
	assert_true(words("option 60"));
	assert_non_null(strstr(buf, "only if this says PXEClient"));
}

static void a_network_behind_start_over_is_never_reached(void **state)
{
	char out[200];
	struct text t = text_init(out, sizeof(out));
	bool network;

	(void)state;
	assert_true(explain_boot_order(bytes_str("0x2f1"), &t, &network));
	assert_string_equal(out, "SD card, then start over, never network");
	assert_false(network);
}

static void a_configuration_needs_no_section(void **state)
{
	(void)state;
	assert_true(paste("BOOT_UART=1\nTFTP_IP=10.0.0.256\nDHCP_TIMOUT=1\n"));
	assert_non_null(strstr(buf, "BOOT_ORDER is not set"));
	assert_non_null(strstr(buf, "TFTP_IP is no address"));
	assert_non_null(strstr(buf, "Is DHCP_TIMEOUT meant?"));
}

/* What "For network boot:" says of it. */
static bool reviewed(const char *configuration, const char *says)
{
	assert_true(paste(configuration));
	return strstr(buf, says) != NULL;
}

static void a_configuration_is_reviewed_for_network_boot(void **state)
{
	static const char fixed[] = "CLIENT_IP=10.0.0.5\nSUBNET=255.255.255.0\n";
	char text[200];

	(void)state;
	assert_true(reviewed("BOOT_ORDER=0xf21\nBOOT_UART=1\n", "Nothing in it stands against"));
	assert_false(reviewed("BOOT_ORDER=0xf21\n", "does not end in f"));
	assert_true(reviewed("BOOT_ORDER=0x21\n", "does not end in f"));
	assert_false(reviewed("BOOT_ORDER=0x21\nNET_BOOT_MAX_RETRIES=-1\n", "does not end in f"));
	assert_true(reviewed("BOOT_ORDER=0xf7\n", "without HTTP_HOST"));
	assert_false(reviewed("BOOT_ORDER=0xf7\nHTTP_HOST=a\n", "without HTTP_HOST"));
	assert_true(reviewed("BOOT_ORDER=0xf2\nDHCP_TIMEOUT=5000\nDHCP_REQ_TIMEOUT=5000\n",
			     "there is one request"));
	assert_false(reviewed("BOOT_ORDER=0xf2\nDHCP_REQ_TIMEOUT=5000\n", "there is one request"));
	assert_true(reviewed("BOOT_ORDER=0xf2\nUSE_IPV6=1\n", "over IPv6"));
	assert_true(reviewed("BOOT_ORDER=0xf2\nNETCONSOLE=on\n", "NETCONSOLE takes"));
	assert_true(reviewed("BOOT_ORDER=0xf2\nMAC_ADDRESS=dc-a6\n", "no MAC"));
	assert_false(reviewed("BOOT_ORDER=0xf2\nMAC_ADDRESS=dc:a6:32:00:00:01\n", "no MAC"));
	snprintf(text, sizeof(text), "%sTFTP_IP=10.0.1.1\n", fixed);
	assert_true(reviewed(text, "there is no GATEWAY"));
	snprintf(text, sizeof(text), "%sTFTP_IP=10.0.0.1\n", fixed);
	assert_false(reviewed(text, "GATEWAY"));
	snprintf(text, sizeof(text), "%sTFTP_IP=10.0.1.1\nGATEWAY=10.0.0.1\n", fixed);
	assert_false(reviewed(text, "is not reached"));
	snprintf(text, sizeof(text), "%sTFTP_IP=10.0.1.1\nGATEWAY=10.0.2.1\n", fixed);
	assert_true(reviewed(text, "GATEWAY is not in the subnet"));
}

/* Each status that a dissector names, and each error of TFTP. */
static void every_code_has_a_meaning(void **state)
{
	static const enum rpc_status_kind kinds[] = { RPC_STATUS_MOUNT, RPC_STATUS_NFS2,
						      RPC_STATUS_NFS3, RPC_STATUS_NFS4,
						      RPC_STATUS_NLM };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		for (uint32_t code = 0; code < 10200; code++)
			if (rpc_status_name(kinds[i], code) &&
			    !explain_status((uint32_t)kinds[i], code))
				fail_msg("%s: no meaning", rpc_status_name(kinds[i], code));
	for (uint32_t code = 0; code <= 8; code++)
		assert_non_null(explain_status(RPC_STATUS_NONE, code));
	assert_null(explain_status(RPC_STATUS_NFS3, 12345));
}

/* Facts 8, each type and each old code. */
static void every_board_revision_is_told_with_how_it_boots(void **state)
{
	static const uint8_t types[] = { 0x00, 0x01, 0x02, 0x03, 0x04, 0x06, 0x08, 0x09,
					 0x0a, 0x0c, 0x0d, 0x0e, 0x10, 0x11, 0x12, 0x13,
					 0x14, 0x15, 0x17, 0x18, 0x19, 0x1a, 0x1b };
	char q[32];

	(void)state;
	for (size_t i = 0; i < sizeof(types); i++) {
		snprintf(q, sizeof(q), "revision %x", 0xc03000u | (uint32_t)types[i] << 4);
		assert_true(words(q));
		assert_non_null(strstr(buf, "Network boot: "));
		assert_null(strstr(buf, "not known"));
	}
	for (unsigned code = 2; code <= 0x15; code++) {
		snprintf(q, sizeof(q), "revision %04x", code);
		assert_int_equal(words(q), code < 0x0a || code > 0x0c);
	}
	assert_true(words("d04170"));
	assert_non_null(strstr(buf, "BCM2712; made by Sony UK"));
	assert_true(words("0002"));
	assert_non_null(strstr(buf, "256 MB"));
	assert_true(words("9020e0"));
	assert_non_null(strstr(buf, "no network socket"));
}

static void option43_is_read_in_every_form_of_writing(void **state)
{
	static const char *const forms[] = {
		"43 06:01:03:0a:04:00:50:58:45:ff",
		"43 0601030a0400505845ff",
		"43 0x0601030a0400505845ff",
		"43 06 01 03 0a 04 00 50 58 45 ff",
		"43 6:1:3:a:4:0:50:58:45:ff",
		"option 43 0x06,0x01,0x03,0x0a,0x04,0,0x50,0x58,0x45,0xff",
		"43 \\x06\\x01\\x03\\x0a\\x04\\x00\\x50\\x58\\x45\\xff",
		"\\x06\\x01\\x03\\x0a\\x04\\x00\\x50\\x58\\x45\\xff",
		"0601030a0400505845ff",
		"06 01 03 0a 04 00 50 58 45 ff",
		"43 \"06:01:03:0a:04:00:50:58:45:ff\"",
		"43 06-01-03-0A-04-00-50-58-45-FF",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_true(words(forms[i]));
		if (!strstr(buf, "Option 43, 10 bytes: PXE sub-options\n"))
			fail_msg("%s: %s", forms[i], buf);
	}
	assert_true(words("43 \\x06\\x01\\x03\\x09\\x14\\x00\\x00\\x11Raspberry Pi Boot\\xff"));
	assert_non_null(strstr(buf, "\"Raspberry Pi Boot\""));
	assert_false(words("43 \\x06\\x0"));
	assert_false(words("43 0x"));
	assert_false(words("43 \\x"));
	assert_false(words("43 06:0g"));
	assert_true(words("dc:a6:32:01:02:03"));
	assert_null(strstr(buf, "Option 43"));
}

static void values_of_a_line_are_said_in_words(void **state)
{
	static const struct {
		const char *line, *says;
	} rows[] = {
		{ "NET 10.0.0.5 255.255.255.0 gw 0.0.0.0 tftp 10.0.0.1", "own subnet" },
		{ "NET 10.0.0.5 255.255.255.0 gw 10.0.0.1 tftp 10.9.0.1", "to the gateway" },
		{ "NET 10.0.0.5 255.255.255.0 gw 0.0.0.0 tftp 10.9.0.1", "not reached" },
		{ "RX: 0 IP: 0 UDP: 0 UDP RECV: 0 IP_CSUM_ERR: 0 UDP_CSUM_ERR: 0", "Nothing was" },
		{ "RX: 9 IP: 0 UDP: 0 UDP RECV: 0 IP_CSUM_ERR: 0 UDP_CSUM_ERR: 0", "none is an" },
		{ "RX: 9 IP: 9 UDP: 9 UDP RECV: 2 IP_CSUM_ERR: 0 UDP_CSUM_ERR: 0", "Answers arr" },
		{ "RX: 9 IP: 9 UDP: 9 UDP RECV: 2 IP_CSUM_ERR: 0 UDP_CSUM_ERR: 3", "checksums" },
		{ "LINK STATUS: speed: 100 half duplex", "Half duplex" },
		{ "op:  66 len:  11", "66 is TFTP server name" },
		{ "PXE op:  9 len:  20", "9 is boot menu" },
		{ "DHCP recv NACK (6) expect ACK", "dhcp-nak" },
		{ "NET_BOOT: dc:a6:32:2e:f8:ed wait for link TFTP6: (null)", "No TFTP_IP" },
		{ "secure-boot: flags 3", "It is on" },
		{ "boot: mode NETWORK 2 order f21 retry 0/0 restart 2/-1", "Now at: network" },
		{ "PXE-E53: No boot filename received", "pxe-no-bootfile" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(words(rows[i].line));
		if (!strstr(buf, rows[i].says))
			fail_msg("%s: %s", rows[i].line, buf);
	}
}

static void a_mac_is_told_from_others(void **state)
{
	(void)state;
	assert_true(words("dc:a6:32:01:02:03"));
	assert_non_null(strstr(buf, "dc-a6-32-01-02-03"));
	assert_true(words("B8-27-EB-01-02-03"));
	assert_non_null(strstr(buf, "ends in 010203"));
	assert_true(words("2c:cf:67"));
	assert_non_null(strstr(buf, "a Raspberry Pi"));
	assert_true(words("02:00:00:00:00:01"));
	assert_non_null(strstr(buf, "none of the ranges"));
	assert_false(words("dc:a6:32:01"));
	assert_false(words("dc:a6:3"));
	assert_false(words("dc.a6.32"));
}

static void a_command_line_is_reviewed(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "root=/dev/nfs nfsroot=10.0.0.1:/a,vers=3 rw ip=dhcp", "Nothing in it stands" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/a rw ip=dhcp", "nfs-v2-default-refused" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/a,vers=3 rw", "cmdline-no-ip" },
		{ "root=/dev/nfs nfsroot=nas:/a,vers=3 ip=dhcp", "looks up no name" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/a,vers=4.1 ip=dhcp", "vers=4" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/a,v3,proto=udp ip=dhcp", "udp-disabled" },
		{ "console=tty1 root=PARTUUID=1-02 rootwait", "cmdline-root-not-nfs" },
		{ "console=tty1\nroot=/dev/nfs nfsroot=10.0.0.1:/a,v3 ip=dhcp",
		  "cmdline-multiline" },
		{ "console=tty1 rootwait quiet", "kernel-without-nfs-root" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/a,v3 ip=dhcp init=/x/firstboot", "sdcard-init" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(paste(rows[i].text));
		if (!strstr(buf, rows[i].says))
			fail_msg("%s: %s", rows[i].text, buf);
		assert_int_equal(i == 0 || strstr(rows[i].says, "vers=4"),
				 strstr(buf, "Nothing in it stands") != NULL);
	}
	assert_true(words("ip=dhcp"));
	assert_non_null(strstr(buf, "how the kernel gets"));
	assert_true(words("vers=4.2"));
	assert_false(paste("to=be or=not\n"));
}

static void a_config_is_read_for_each_board(void **state)
{
	(void)state;
	assert_true(paste("[pi4]\nkernel=four.img\n[pi5]\nkernel=five.img\n[all]\nos_prefix=a\n"));
	assert_non_null(strstr(buf, "Pi 4:\n    kernel: four.img"));
	assert_non_null(strstr(buf, "Pi 5:\n    kernel: five.img"));
	assert_non_null(strstr(buf, "glued to the names"));
	assert_true(paste("dtoverlay=disable-bt\n"));
	assert_non_null(strstr(buf, "the names that it knows itself"));
	assert_true(paste("[EDID=x]\nkernel=a\n"));
	assert_non_null(strstr(buf, "may be another"));
}

static void errors_of_linux_go_by_number_and_by_name(void **state)
{
	(void)state;
	assert_true(words("error -13"));
	assert_non_null(strstr(buf, "EACCES"));
	assert_true(words("errno 111"));
	assert_non_null(strstr(buf, "ECONNREFUSED"));
	assert_true(words("ETIMEDOUT"));
	assert_non_null(strstr(buf, "110"));
	assert_false(words("error 9999"));
	assert_false(words("error"));
}

static void near_misses_are_guessed(void **state)
{
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{ "NFS3ERR_STAL", "NFS3ERR_STALE" },
		{ "auth_tooweek", "auth_tooweak" },
		{ "mout 13", "mount NUMBER" },
		{ "optoin 66", "option NUMBER" },
		{ "revison c03112", "revision CODE" },
		{ "tftp_servername", "tftp_server_name" },
		{ "guid", "guide" },
		{ "proxydhpc", "proxyDHCP" },
		{ "kernel pnic", "Kernel panic" },
		{ "no discover", "no-discover" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(words(rows[i].typed));
		assert_non_null(explain_near(bytes_str(rows[i].typed)));
		assert_string_equal(explain_near(bytes_str(rows[i].typed)), rows[i].meant);
	}
	assert_null(explain_near(bytes_str("qqqqqq")));
	assert_null(explain_near(bytes_str("")));
}

/* A line that only begins like an answer is none. */
static void an_arp_line_without_an_address_is_no_answer(void **state)
{
	(void)state;
	assert_true(paste("Link ready\nARP Retry count exceeded; starting again\n"));
	assert_null(strstr(buf, "answers ARP"));
	assert_true(paste("Link up\nARP request: my IP addr 1.2.3.4 my eth_addr x ARP for addr y\n"
			  "No response from ARP request\n"));
	assert_non_null(strstr(buf, "does not answer ARP"));
	assert_true(paste("Link ready\nARP 10.0.0.1 00:0c:29:8d:33:61\n"));
	assert_non_null(strstr(buf, "answers ARP"));
	assert_true(paste("Link up\nDone ARP for 10.0.0.1 got 2\n"));
	assert_non_null(strstr(buf, "answers ARP"));
}

static void codes_go_by_number_and_by_name(void **state)
{
	(void)state;
	assert_true(words("tftp 0"));
	assert_true(words("NFS3ERR_STALE"));
	assert_non_null(strstr(buf, "(70)"));
	assert_true(words("nfs 10021"));
	assert_true(words("rpc 2"));
	assert_non_null(strstr(buf, "prog_mismatch"));
	assert_true(words("rpc 6"));
	assert_non_null(strstr(buf, "no such code"));
	assert_true(words("tftp 9"));
	assert_non_null(strstr(buf, "no such code"));
	assert_false(words("http 9"));
	assert_true(words("rpc auth 5"));
	assert_non_null(strstr(buf, "auth_tooweak"));
	assert_true(words("AUTH_BADCRED"));
	assert_false(words("rpc auth 99"));
	assert_true(words("arch 11"));
	assert_false(words("arch 99"));
	assert_true(words("option 256"));
	assert_non_null(strstr(buf, "from 0 to 255"));
	assert_true(words("option tftp server"));
	assert_non_null(strstr(buf, "option 66: "));
	assert_non_null(strstr(buf, "option 150: "));
	assert_true(words("tftp_server_name"));
	assert_false(words("17"));
	for (int code = 0; code < 256; code++) {
		char q[32];

		snprintf(q, sizeof(q), "option %d", code);
		assert_true(words(q));
		assert_true(strlen(buf) > strlen("DHCP option 1: \n"));
	}
}

static void led_patterns_go_by_any_order_of_words(void **state)
{
	static const char *const same[] = { "led 4/7", "led 4 long 7", "4 long 7 short",
					    "7 short 4 long", "led 4 7" };

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_true(words(same[i]));
		assert_non_null(strstr(buf, "power failure B"));
	}
	assert_true(words("7 blinks"));
	assert_non_null(strstr(buf, "kernel image"));
	assert_true(words("four flashes"));
	assert_non_null(strstr(buf, "start*.elf"));
	/* a pattern that nobody knows is told to be one */
	assert_true(words("1 long"));
	assert_non_null(strstr(buf, "no pattern that is known"));
	assert_false(words("flashes"));
}

static void a_flood_of_lines_is_cut_and_still_concluded(void **state)
{
	static char lines[60000];
	static char big[1 << 20];
	struct text t = text_init(big, sizeof(big));

	(void)state;
	for (size_t i = 0; i + 24 < sizeof(lines); i += 23)
		memcpy(lines + i, "TFTP 1: File not found\n", 24);
	assert_true(explain_paste(bytes_str(lines), &t));
	assert_false(t.cut);
	assert_non_null(strstr(big, "are not listed"));
	assert_non_null(strstr(big, "So: "));
}

/* Every beginning of every answerable text, in memory of its own size. */
static void prefixes_are_harmless(void **state)
{
	static const char *const texts[] = {
		"43 0601030a0400505845091400001152617370626572727920506920426f6f74ff",
		"BOOT_ORDER=0xf41",
		"[all]\nBOOT_ORDER=\nTFTP_PREFIX_STR=\n17:30",
		"net: up ip: 0.0.0.0\n tftp: 0.0.0.0\n30:00c03112\n28:\n4.31 ARP ",
		"led 2/4",
		"revision c03112",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t n = 0; n <= strlen(texts[i]); n++) {
			char *copy = malloc(n ? n : 1);
			struct text t = text_init(buf, sizeof(buf));

			memcpy(copy, texts[i], n);
			(void)explain_words(bytes_of(copy, (uint32_t)n), &t);
			text_clear(&t);
			(void)explain_paste(bytes_of(copy, (uint32_t)n), &t);
			(void)explain_near(bytes_of(copy, (uint32_t)n));
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_found_by_its_beginning),
		cmocka_unit_test(the_longest_beginning_wins),
		cmocka_unit_test(boot_order_is_read_from_the_right),
		cmocka_unit_test(a_configuration_that_is_right_is_told_so),
		cmocka_unit_test(a_log_may_have_times_in_front),
		cmocka_unit_test(option_43_is_read_however_it_is_written),
		cmocka_unit_test(what_is_near_is_offered),
		cmocka_unit_test(a_screen_comes_to_its_conclusion),
		cmocka_unit_test(a_healthy_boot_is_not_blamed),
		cmocka_unit_test(pi_4_wants_option_60_beside_43),
		cmocka_unit_test(a_network_behind_start_over_is_never_reached),
		cmocka_unit_test(a_configuration_needs_no_section),
		cmocka_unit_test(a_configuration_is_reviewed_for_network_boot),
		cmocka_unit_test(every_code_has_a_meaning),
		cmocka_unit_test(every_board_revision_is_told_with_how_it_boots),
		cmocka_unit_test(option43_is_read_in_every_form_of_writing),
		cmocka_unit_test(values_of_a_line_are_said_in_words),
		cmocka_unit_test(a_mac_is_told_from_others),
		cmocka_unit_test(a_command_line_is_reviewed),
		cmocka_unit_test(a_config_is_read_for_each_board),
		cmocka_unit_test(errors_of_linux_go_by_number_and_by_name),
		cmocka_unit_test(near_misses_are_guessed),
		cmocka_unit_test(an_arp_line_without_an_address_is_no_answer),
		cmocka_unit_test(codes_go_by_number_and_by_name),
		cmocka_unit_test(led_patterns_go_by_any_order_of_words),
		cmocka_unit_test(a_flood_of_lines_is_cut_and_still_concluded),
		cmocka_unit_test(prefixes_are_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
