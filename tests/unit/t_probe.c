/* SPDX-License-Identifier: BSD-2-Clause */
/* The boards that boot: what they send byte by byte, and when. The observer has to know each of
 * them again. */
#include <stdlib.h>

#include "build.h"
#include "client.h"
#include "probing.h"
#include "scope.h"

/* ---- what they send ---- */

static void pi3b_rom_discovers_in_320_bytes(void **state)
{
	(void)state;
	start("pi3b");
	assert_int_equal(last()->d.data.n, 320);
	assert_int_equal(last()->d.ttl, 128);
	assert_true(last()->d.no_checksum);
	assert_false(last()->d.dont_fragment);
	bytes_are_hex(bytes_of(last()->data, 12), "0101060026f3033900000000");
	options_are(last(), "350101"
			    "370c2b3c438081828384858687"
			    "42"
			    "5d020000"
			    "5e03010201"
			    "611100"
			    "44444444444444444444444444444444" CLASS_BIOS "ff");
}

static void pi3b_plus_rom_discovers_with_its_serial(void **state)
{
	static const char *const both[] = { "pi3b-plus", "bootcode" };

	(void)state;
	for (int i = 0; i < 2; i++) {
		start(both[i]);
		assert_int_equal(last()->d.data.n, 322);
		bytes_are_hex(bytes_of(last()->data + 4, 4), "26f30339");
		options_are(last(), "350101"
				    "370e2b3c438081828384858687420103"
				    "5d020000"
				    "5e03010201"
				    "611100"
				    "1045155b1045155b1045155b1045155b" CLASS_BIOS "ff");
	}
}

static void pi4_discovers_with_revision_mac_and_serial(void **state)
{
	(void)state;
	start("pi4");
	assert_int_equal(last()->d.data.n, 322);
	options_are(last(), "350101"
			    "370e01032b3c42438081828384858687"
			    "5d020000"
			    "5e03010201"
			    "611100"
			    "34695052" REV4 CLASS_BIOS "ff");
	start("pi4-2019");
	options_are(last(), "350101"
			    "370e01032b3c42438081828384858687"
			    "5d020000"
			    "5e03010201"
			    "611100"
			    "1045155b1045155b1045155b1045155b" CLASS_BIOS "ff");
}

static void pi5_discovers_as_pi5(void **state)
{
	(void)state;
	start("pi5");
	assert_int_equal(last()->d.data.n, 322);
	options_are(last(), "350101"
			    "370e01032b3c42438081828384858687"
			    "5d020000"
			    "5e03010201"
			    "611100"
			    "35695052"
			    "7041d000322ef8ed1045155b" CLASS_BIOS "ff");
}

static void bios_discovers_in_548_bytes(void **state)
{
	(void)state;
	start("pxe-bios");
	assert_int_equal(last()->d.data.n, 548);
	assert_int_equal(last()->d.ttl, 20);
	/* xid: the MAC's end, one added; 4 s, broadcast flag */
	bytes_are_hex(bytes_of(last()->data, 12), "01010600332ef8ed00048000");
	assert_memory_equal(last()->data + 240, "\x35\x01\x01\x37\x18\x01\x02\x03\x05", 9);
}

#define MAC_GUID                     \
	"61110042000000000000000000" \
	"dca6322ef8ed"
#define UEFI_LIST "0102030405060c0d0f111216171c28292a2b3233363a3b3c"

/* As tianocore/edk2 BZ 880 recorded it, the GUID apart. */
static void uefi_discovers_as_edk2(void **state)
{
	(void)state;
	start("uefi-x64");
	assert_int_equal(last()->d.data.n, 347);
	assert_memory_equal(last()->data + 10, "\x80\0", 2);
	options_are(last(), "350101"
			    "390205c0"
			    "3723" UEFI_LIST "4243618081828384858687" MAC_GUID "5e03010301"
			    "5d020007"
			    "3c20505845436c69656e743a417263683a30303030373a554e44493a303033303031"
			    "ff");
	start("uefi-x64-http");
	assert_int_equal(last()->d.data.n, 340);
	options_are(last(), "350101"
			    "390205c0"
			    "371b" UEFI_LIST "004361" MAC_GUID "5e03010301"
			    "5d020010"
			    "3c21485454"
			    "50436c69656e743a417263683a30303031363a554e44493a303033303031"
			    "ff");
}

static void ipxe_says_who_it_is(void **state)
{
	(void)state;
	start("ipxe");
	options_are(last(), "350101"
			    "390205c0"
			    "5d020000"
			    "5e03010201" CLASS_BIOS "4d0469505845"
			    "371601030607"
			    "0c0f112b3c424377"
			    "8081828384858687"
			    "afcb"
			    "af18"
			    "eb0301150117010113010115010118"
			    "0101b105018086100e"
			    "3d0701"
			    "dca6322ef8ed" MAC_GUID "ff");
}

static void u_boot_says_its_board(void **state)
{
	(void)state;
	start("u-boot");
	options_are(last(), "350101"
			    "39020240"
			    "5d020016"
			    "5e03010000"
			    "3c0c552d426f6f742e61726d7638"
			    "3705"
			    "0103060c11"
			    "ff");
	assert_true(last()->d.no_checksum);
}

static void a_kernel_sends_548_bytes_and_klibc_300(void **state)
{
	(void)state;
	start("linux");
	assert_true(last()->d.dont_fragment);
	assert_int_equal(last()->d.data.n, 548);
	assert_memory_equal(last()->data + 240, "\x35\1\1\x37\x08\1\3\6\x0c\x0f\x11\x1a\x28\xff\0",
			    15);
	offer((struct offer) { .yiaddr = BOARD });
	settle();
	assert_memory_equal(last()->data + 240,
			    "\x35\1\3\x36\4\x0a\x09\0\1\x32\4\x0a\x09\0\x32\x37", 16);
	ack();
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->stage, STAGE_KERNEL_DHCP);
	start("klibc");
	assert_int_equal(last()->d.data.n, 300);
	assert_memory_equal(
		last()->data + 240,
		"\x35\1\1\x37\x0a\1\3\6\x0c\x0f\x11\x1a\x1c\x28\x77\x3c\x0eLinux ipconfig\xff", 32);
	offer((struct offer) { .yiaddr = BOARD });
	settle();
	assert_memory_equal(last()->data + 16, "\x0a\x09\0\x32", 4); /* facts 5.2 */
}

/* ---- when ---- */

static void discovers_at(const char *profile, uint32_t hurry, const uint32_t *at_ms,
			 uint32_t end_ms)
{
	uint32_t n = 0;

	begin(profile, hurry);
	wait_until(UINT64_MAX);
	for (; at_ms[n] != UINT32_MAX; n++) {
		assert_true(n < n_sent);
		assert_int_equal(sent[n].at_ns, at_ms[n] * ms);
	}
	assert_int_equal(n_sent, n);
	assert_int_equal(now, end_ms * ms);
	assert_int_equal(probe_result(probe)->verdict, PROBE_FAIL);
	assert_int_equal(probe_result(probe)->reason, REASON_NO_OFFER);
	assert_int_equal(probe_result(probe)->stage, STAGE_DHCP_DISCOVER);
	assert_int_equal(probe_next(probe), UINT64_MAX);
}

static void each_asks_as_often_as_its_rom(void **state)
{
	static const uint32_t rom[] = { 0, 5000, 10000, 15000, 20000, UINT32_MAX },
			      eeprom[] = { 0, 8000, 24000, UINT32_MAX },
			      quick[] = { 0, 2000, 6000, UINT32_MAX },
			      bios[] = { 0, 4000, 12000, 28000, UINT32_MAX },
			      ipxe[] = { 0, 1000, 3000, 7000, UINT32_MAX };

	(void)state;
	discovers_at("pi3b", 1, rom, 25000);
	discovers_at("bootcode", 1, rom, 25000);
	discovers_at("pi4", 1, eeprom, 45000);
	discovers_at("pi5", 1, eeprom, 45000);
	discovers_at("pi5", 4, quick, 11250);
	discovers_at("pxe-bios", 1, bios, 60000);
	discovers_at("uefi-arm64", 1, bios, 60000);
	discovers_at("ipxe", 1, ipxe, 15000);
	begin("u-boot", 1);
	wait_until(UINT64_MAX);
	assert_int_equal(n_sent, 16);
	assert_int_equal(now, 27750 * ms);
	/* a kernel asks under another stage */
	begin("linux", 1);
	wait_until(UINT64_MAX);
	assert_int_equal(n_sent, 6);
	assert_int_equal(probe_result(probe)->stage, STAGE_KERNEL_DHCP);
}

/* ---- the observer ---- */

static void the_observer_knows_each_again(void **state)
{
	(void)state;
	for (uint32_t i = 0; probe_profile_at(i); i++) {
		const struct probe_profile *f = probe_profile_at(i);
		struct build_ends ends = {
			.eth_src = { { 0x02, 0, 0x5e, 0x2e, 0xf8, 0xed } },
			.eth_dst = { { 255, 255, 255, 255, 255, 255 } },
			.src = address_ip4(0),
			.dst = address_ip4(UINT32_MAX),
			.sport = 68,
			.dport = 67,
		};
		struct scope_limits l = scope_default_limits;
		uint8_t buf[2048];
		struct writer w = writer_init(buf, sizeof(buf));
		struct frame frame = { .data = buf, .link = 1, .number = 1, .time_ns = 1 };
		struct scope *s;
		enum family family;

		l.clients = 4;
		l.all_bytes = 0;
		s = scope_init(calloc(1, scope_size(&l)), &l);
		start(f->key);
		sent[0].data[28] = 0x02; /* a MAC that says nothing */
		sent[0].data[29] = 0;
		sent[0].data[30] = 0x5e;
		build_udp(&w, &ends, sent[0].d.data);
		frame.cap_len = frame.wire_len = w.pos;
		scope_frame(s, &frame);
		assert_int_equal(scope_clients(s), 1);
		family = scope_client(s, 0)->family;
		free(s);
		/* of an SD card's bootcode.bin a DISCOVER does not tell, nor that of 2019 */
		if (strcmp(f->key, "bootcode") != 0 && strcmp(f->key, "pi4-2019") != 0)
			assert_string_equal(family_key(family), family_key(f->family));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pi3b_rom_discovers_in_320_bytes, teardown),
		cmocka_unit_test_teardown(pi3b_plus_rom_discovers_with_its_serial, teardown),
		cmocka_unit_test_teardown(pi4_discovers_with_revision_mac_and_serial, teardown),
		cmocka_unit_test_teardown(pi5_discovers_as_pi5, teardown),
		cmocka_unit_test_teardown(bios_discovers_in_548_bytes, teardown),
		cmocka_unit_test_teardown(uefi_discovers_as_edk2, teardown),
		cmocka_unit_test_teardown(ipxe_says_who_it_is, teardown),
		cmocka_unit_test_teardown(u_boot_says_its_board, teardown),
		cmocka_unit_test_teardown(a_kernel_sends_548_bytes_and_klibc_300, teardown),
		cmocka_unit_test_teardown(each_asks_as_often_as_its_rom, teardown),
		cmocka_unit_test_teardown(the_observer_knows_each_again, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
