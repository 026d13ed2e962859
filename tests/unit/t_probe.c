/* SPDX-License-Identifier: BSD-2-Clause */
/* The boards that boot: what they send byte by byte, when, and whom they believe. The observer has
 * to know each of them again. */
#include <stdlib.h>

#include "build.h"
#include "client.h"
#include "dhcp.h"
#include "probe.h"
#include "scope.h"
#include "text.h"
#include "tftp.h"
#include "unit.h"

enum { SENT = 256, MESSAGE = 1024 };

#define BYTES(LITERAL) bytes_of(LITERAL, sizeof(LITERAL) - 1)
#define MENU           "\x06\x01\x03\x0a\x04\x00PXE\x09\x14\x00\x00\x11Raspberry Pi Boot\xff"

static const uint64_t ms = 1000000;

static struct sent {
	struct probe_datagram d;
	uint8_t data[MESSAGE];
	uint64_t at_ns;
} sent[SENT];
static uint32_t n_sent;
static uint64_t now;
static struct probe *probe;

static void keep(void *ctx, const struct probe_datagram *d)
{
	struct sent *s = &sent[n_sent++];

	(void)ctx;
	assert_true(n_sent <= SENT && d->data.n <= MESSAGE);
	s->d = *d;
	s->at_ns = now;
	memcpy(s->data, d->data.p, d->data.n);
	s->d.data = bytes_of(s->data, d->data.n);
}

static void begin(const char *profile, uint32_t hurry)
{
	static const struct probe_out out = { NULL, keep, NULL };
	struct probe_setup setup = {
		.profile = probe_profile_find(profile),
		.identity = { .mac = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed } },
			      .serial = 0x5b154510,
			      .revision = 0xa03111,
			      .seed = 7 },
		.hurry = hurry,
		.until = STAGES,
	};

	assert_non_null(setup.profile);
	if (setup.profile->family != FAMILY_PI4)
		setup.identity.revision = 0;
	free(probe);
	n_sent = 0;
	now = 0;
	probe = probe_init(malloc(probe_size()), &setup, &out);
}

static const struct sent *last(void)
{
	return &sent[n_sent - 1];
}

static int teardown(void **state)
{
	(void)state;
	free(probe);
	probe = NULL;
	return 0;
}

/* Timers run until there are none, or until that time. */
static void wait_until(uint64_t end_ns)
{
	uint64_t next;

	while ((next = probe_next(probe)) <= end_ns && next != UINT64_MAX) {
		now = next > now ? next : now;
		probe_tick(probe, now);
	}
	now = end_ns == UINT64_MAX ? now : end_ns;
}

/* ---- answers ---- */

enum { SERVER = 0x0a090001, PROXY = 0x0a090002, BOARD = 0x0a090032, TFTPD = 0x0a090009 };

struct offer {
	uint32_t from, yiaddr, siaddr;
	struct bytes o43, o66;
	const char *class_id, *file;
	uint8_t type, hops, other_mac;
	uint16_t port;
	uint32_t xid;
	bool o66_first, no_id;
};

static void offer(struct offer o)
{
	struct mac mac = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, (uint8_t)(0xed + o.other_mac) } };
	struct reader r = reader_init(sent[0].data, sent[0].d.data.n, sent[0].d.data.n);
	struct dhcp asked, m = { .op = 2, .htype = 1, .hlen = 6 };
	uint8_t buf[MESSAGE], type = o.type ? o.type : DHCP_OFFER, id[4];
	struct writer w = writer_init(buf, sizeof(buf));
	struct probe_datagram d = { .dst = UINT32_MAX, .sport = 67, .dport = 68 };

	r = reader_init(last()->data, last()->d.data.n, last()->d.data.n);
	(void)dhcp_decode(&r, &asked);
	m.xid = o.xid ? o.xid : asked.xid;
	m.hops = o.hops;
	m.yiaddr = o.yiaddr;
	m.siaddr = o.siaddr;
	m.chaddr = bytes_of(mac.b, 6);
	m.file = o.file ? bytes_str(o.file) : bytes_of(NULL, 0);
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&type, 1));
	d.src = o.from ? o.from : SERVER;
	for (int i = 0; i < 4; i++)
		id[i] = (uint8_t)(d.src >> (24 - 8 * i));
	if (!o.no_id)
		dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of(id, 4));
	if (o.class_id)
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str(o.class_id));
	if (o.o66.n && o.o66_first)
		dhcp_add(&m, DHCP_OPT_TFTP_NAME, o.o66);
	if (o.o43.n)
		dhcp_add(&m, DHCP_OPT_VENDOR, o.o43);
	if (o.o66.n && !o.o66_first)
		dhcp_add(&m, DHCP_OPT_TFTP_NAME, o.o66);
	dhcp_encode(&m, 300, &w);
	assert_int_equal(w.err, ERR_OK);
	d.data = writer_done(&w);
	if (o.port)
		d.sport = o.port;
	probe_take(probe, &d, now);
}

static void ack(void)
{
	offer((struct offer) { .yiaddr = BOARD, .type = DHCP_ACK });
}

/* Offers come at once; what it settles on. */
static const struct probe_result *settle(void)
{
	wait_until(now + probe_profile_find("pxe-bios")->window_ms * ms);
	return probe_result(probe);
}

static void start(const char *profile)
{
	begin(profile, 1);
	wait_until(0);
	assert_int_equal(n_sent, 1);
}

/* ---- what they send ---- */

static void bytes_are_hex(struct bytes v, const char *hex)
{
	char text[2 * MESSAGE + 1];
	struct text t = text_init(text, sizeof(text));

	text_hex(&t, v);
	assert_string_equal(text, hex);
}

/* From the cookie on. */
static void options_are(const struct sent *s, const char *hex)
{
	bytes_are_hex(bytes_of(s->data + 240, s->d.data.n - 240), hex);
}

#define CLASS_BIOS "3c20505845436c69656e743a417263683a30303030303a554e44493a303032303031"
#define REV4       "1131a000322ef8ed1045155b"

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
	/* the 3B's ROM only */
	refuses("pi3b", (struct offer) { .yiaddr = BOARD, .o43 = BYTES(MENU), .hops = 1 },
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

/* ---- what they ask for ---- */

static const struct file {
	const char *name, *text; /* text NULL: 1000 bytes of anything */
} * served;
static uint32_t n_served;
static char asked[8192]; /* names, a blank behind each; of a look with a question mark */

static void from_tftpd(const struct sent *to, const struct tftp *m)
{
	uint8_t buf[2048];
	struct writer w = writer_init(buf, sizeof(buf));
	struct probe_datagram d = {
		.src = to->d.dst, .dst = BOARD, .sport = 5000, .dport = to->d.sport
	};

	tftp_encode(m, &w);
	assert_int_equal(w.err, ERR_OK);
	d.data = writer_done(&w);
	probe_take(probe, &d, now);
}

static const struct file *file_named(struct bytes name)
{
	for (uint32_t i = 0; i < n_served; i++)
		if (bytes_is(name, served[i].name))
			return &served[i];
	return NULL;
}

static void answer_request(const struct sent *s, const struct tftp *q)
{
	struct tftp m = { .op = TFTP_OACK };
	const struct file *f = file_named(q->file);
	char size[16];
	struct text t = text_init(size, sizeof(size));
	uint32_t at = (uint32_t)strlen(asked);
	struct text all = text_init(asked + at, sizeof(asked) - at);

	text_safe(&all, q->file);
	text_char(&all, ' ');
	if (!f) {
		m = (struct tftp) { .op = TFTP_ERROR,
				    .error_code = 1,
				    .message = bytes_str("no \x1bsuch file") };
	} else if (q->has & 1u << TFTP_TSIZE) {
		text_fmt(&t, "%u", f->text ? (unsigned)strlen(f->text) : 1000);
		tftp_add(&m, "tsize", size);
		if (q->has & 1u << TFTP_BLKSIZE)
			tftp_add(&m, "blksize", "1400");
	} else if (q->has & 1u << TFTP_BLKSIZE) {
		tftp_add(&m, "blksize", "1400");
	} else {
		static const uint8_t zeros[512];

		m = (struct tftp) { .op = TFTP_DATA, .block = 1, .data = bytes_of(zeros, 100) };
	}
	from_tftpd(s, &m);
}

/* Blocks as that profile negotiated them: 1400, or 512 without. */
static void answer_ack(const struct sent *s, const struct tftp *a, const struct file *f,
		       uint32_t size)
{
	static const uint8_t zeros[1400];
	struct bytes all = f->text ? bytes_str(f->text) : bytes_of(zeros, 1000);
	uint32_t at = a->block * size;
	struct tftp m = { .op = TFTP_DATA, .block = (uint16_t)(a->block + 1) };

	if (at > all.n)
		return; /* that was the last */
	m.data = bytes_of(all.p + at, all.n - at < size ? all.n - at : size);
	from_tftpd(s, &m);
}

static void serve(const struct file *files, uint32_t n)
{
	const struct file *f = NULL;
	uint32_t size = 512;

	served = files;
	n_served = n;
	asked[0] = 0;
	for (uint32_t i = n_sent - 1; i < n_sent && probe_result(probe)->verdict == PROBE_GOES_ON;
	     i++) {
		struct reader r = reader_init(sent[i].data, sent[i].d.data.n, sent[i].d.data.n);
		struct sent s = sent[i];
		struct tftp m;

		if (s.d.dport == 67)
			break; /* the next program */
		assert_int_equal(tftp_decode(&r, &m), ERR_OK);
		if (m.op == TFTP_RRQ) {
			f = file_named(m.file);
			size = m.has & 1u << TFTP_BLKSIZE ? 1400 : 512;
			answer_request(&s, &m);
		} else if (f && m.op == TFTP_ACK) {
			answer_ack(&s, &m, f, size);
		}
	}
}

static void boot_to_files(const char *profile)
{
	start(profile);
	offer((struct offer) {
		.yiaddr = BOARD, .siaddr = TFTPD, .o66 = BYTES("10.9.0.9"), .file = "pxelinux.0" });
	settle();
	if (probe_profile_find(profile)->request)
		ack();
}

static const struct file pi4_files[] = {
	{ "5b154510/start4.elf", NULL },     { "5b154510/config.txt", "arm_64bit=1\n" },
	{ "5b154510/fixup4.dat", NULL },     { "5b154510/bcm2711-rpi-4-b.dtb", NULL },
	{ "5b154510/cmdline.txt", "ip=on" }, { "5b154510/kernel8.img", NULL },
};

#define S "5b154510/"

static void pi4_asks_for_its_files_in_order(void **state)
{
	const struct probe_result *r;
	uint16_t first;

	(void)state;
	boot_to_files("pi4");
	first = last()->d.sport;
	/* facts 3.1: tsize before blksize */
	assert_memory_equal(last()->data + 2,
			    S "start4.elf\0octet\0tsize\0"
			      "0\0blksize\0"
			      "1468\0",
			    47);
	assert_int_equal(last()->d.dst, TFTPD);
	serve(pi4_files, 6);
	assert_string_equal(
		asked, S "start4.elf " S "config.txt " S "pieeprom.sig " S "recover4.elf " S
			 "recovery.elf " S "start4.elf " S "fixup4.dat " S "recovery.elf " S
			 "config.txt " S "config.txt " S "dt-blob.bin " S "recovery.elf " S
			 "config.txt " S "config.txt " S "bootcfg.txt " S "bcm2711-rpi-4-b.dtb " S
			 "bcm2711-rpi-4-b.dtb " S "overlays/overlay_map.dtb " S "config.txt " S
			 "config.txt " S "cmdline.txt " S "cmdline.txt " S "recovery8.img " S
			 "kernel8.img " S "armstub8-gic.bin " S "kernel8.img ");
	r = probe_result(probe);
	assert_int_equal(r->stage, STAGE_KERNEL_DHCP); /* ip=on */
	assert_string_equal(r->now->key, "linux");
	assert_int_equal(r->n_files, 26);
	assert_int_equal(r->files[0].end, FETCH_THERE);
	assert_int_equal(r->files[0].size, 1000);
	assert_int_equal(r->files[25].end, FETCH_WHOLE);
	assert_int_equal(r->files[25].bytes, 1000);
	assert_int_equal(r->files[25].blksize, 1400);
	assert_int_equal(r->files[2].end, FETCH_MISSING);
	assert_string_equal(r->files[2].error, "no \x1bsuch file");
	assert_true(bytes_is(r->config, "arm_64bit=1\n"));
	assert_true(bytes_is(r->cmdline, "ip=on"));
	assert_int_equal(last()->d.data.n, 548);                /* the kernel's DISCOVER */
	assert_int_equal(sent[n_sent - 2].d.sport - first, 25); /* a port for each, facts 3.1 */
	/* what the bootloader was offered is not the kernel's */
	offer((struct offer) {
		.yiaddr = BOARD, .siaddr = TFTPD, .o66 = BYTES("10.9.0.9"), .file = "pxelinux.0" });
	assert_int_equal(r->n_offers, 2);
	assert_int_equal(r->offers[1].round, 1);
}

static void names_follow_config_txt(void **state)
{
	static const struct file files[] = {
		{ S "config.txt", "[pi4]\nkernel=four.img\n[pi5]\nkernel=five.img\n[all]\n"
				  "os_prefix=new/\ninitramfs rd.gz followkernel\ncmdline=c.txt\n" },
		{ S "new/bcm2712-rpi-5-b.dtb", NULL },
		{ S "/config.txt",
		  "kernel=five.img\nos_prefix=new/\ninitramfs rd.gz\ncmdline=c.txt\n" },
		{ S "new/five.img", NULL },
		{ S "five.img", NULL },
	};

	(void)state;
	boot_to_files("pi5");
	serve(files, 5);
	assert_string_equal(asked, S "config.txt " S "pieeprom.sig " S "new/bcm2712-rpi-5-b.dtb " S
				     "/config.txt " S "/config.txt " S "new/five.img " S
				     "new/rd.gz " S "new/bcm2712-rpi-5-b.dtb " S
				     "/overlays/overlay_map.dtb " S "/config.txt " S "/new/c.txt " S
				     "armstub8-2712.bin " S "new/five.img ");
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_KERNEL);
	/* without the folder of os_prefix */
	boot_to_files("pi5");
	serve(files + 2, 3);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	assert_string_equal(asked, S "config.txt config.txt ");
}

static void a_missing_folder_means_the_root(void **state)
{
	static const struct file root[] = { { "start4.elf", NULL },
					    { "kernel7l.img", NULL },
					    { "config.txt", "arm_64bit=0\n" } };

	(void)state;
	boot_to_files("pi4");
	serve(root, 0);
	assert_string_equal(asked, S "start4.elf " S "start.elf config.txt pieeprom.sig "
				     "recover4.elf recovery.elf start4.elf start.elf ");
	assert_int_equal(probe_result(probe)->verdict, PROBE_FAIL);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_FIRST_FILE);
	assert_string_equal(probe_result(probe)->prefix, "");
	boot_to_files("pi4");
	serve(root, 3);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_KERNEL);
}

static bool asks_for(const char *name)
{
	return strstr(asked, name) != NULL;
}

static void a_kernel_of_another_name_will_do(void **state)
{
	static const struct file five[] = { { S "config.txt", "arm_64bit=1\n" },
					    { S "kernel8.img", NULL } },
				 four[] = { { S "start4.elf", NULL },
					    { S "config.txt", "arm_64bit=0\n" },
					    { S "kernel8.img", NULL } },
				 wide[] = { { S "start4.elf", NULL },
					    { S "config.txt", "arm_64bit=1\nauto_initramfs=1\n" },
					    { S "kernel7l.img", NULL } };

	(void)state;
	boot_to_files("pi5");
	serve(five, 2);
	assert_true(asks_for(S "kernel_2712.img " S "kernel8.img "));
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	boot_to_files("pi4");
	serve(four, 3);
	assert_true(asks_for("kernel7l.img"));
	assert_false(asks_for("kernel8.img"));
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	boot_to_files("pi4");
	serve(wide, 3);
	assert_false(asks_for("kernel7l.img"));
	assert_true(asks_for("initramfs8"));
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_FIRMWARE);
}

static void long_texts_are_kept_as_far_as_there_is_room(void **state)
{
	static char text[PROBE_TEXT + 2000];
	const struct file files[] = { { S "start4.elf", NULL }, { S "config.txt", text } };
	const struct probe_result *r;

	(void)state;
	memset(text, '#', sizeof(text) - 1);
	boot_to_files("pi4");
	serve(files, 2);
	r = probe_result(probe);
	assert_int_equal(r->config.n, PROBE_TEXT);
	assert_true(r->config_cut);
	assert_int_equal(r->files[1].bytes, sizeof(text) - 1);
	assert_null(r->cmdline.p);
}

static void pi3_loads_bootcode_and_becomes_it(void **state)
{
	static const struct file files[] = { { "bootcode.bin", NULL } };

	(void)state;
	boot_to_files("pi3b");
	assert_int_equal(last()->d.sport, 49152);
	assert_memory_equal(last()->data, "\0\1bootcode.bin\0octet", 21);
	assert_int_equal(last()->d.data.n, 21);
	serve(files, 0);
	assert_string_equal(asked, "bootcode.bin ");
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	boot_to_files("pi3b");
	serve(files, 1);
	assert_string_equal(asked, "bootcode.bin bootsig.bin ");
	assert_string_equal(probe_result(probe)->now->key, "bootcode");
	assert_int_equal(last()->d.data.n, 322);
	offer((struct offer) { .yiaddr = BOARD, .o43 = BYTES(MENU) });
	settle();
	/* tsize and nothing else */
	assert_memory_equal(last()->data + 2,
			    S "start.elf\0octet\0tsize\0"
			      "0",
			    33);
	assert_int_equal(last()->d.data.n, 35);
}

/* ---- when the server does not do its part ---- */

static void a_silent_server_is_asked_every_two_seconds(void **state)
{
	uint32_t first;

	(void)state;
	boot_to_files("pi4");
	first = n_sent - 1;
	wait_until(UINT64_MAX);
	assert_int_equal(n_sent - first, 15);
	for (uint32_t i = first; i < n_sent; i++) {
		assert_int_equal(sent[i].at_ns - sent[first].at_ns, (i - first) * 2000 * ms);
		assert_int_equal(sent[i].d.sport, sent[first].d.sport);
	}
	assert_int_equal(now - sent[first].at_ns, 30000 * ms);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_SILENT);
}

static void blocks_of_a_window_are_acknowledged_together(void **state)
{
	static const uint8_t block[1468];
	static const uint16_t acks[] = { 0, 4, 5, 8 };
	struct tftp m = { .op = TFTP_OACK };
	struct sent asks;
	uint32_t first;

	(void)state;
	boot_to_files("uefi-x64");
	assert_memory_equal(last()->data,
			    "\0\1pxelinux.0\0octet\0tsize\0"
			    "0\0blksize\0"
			    "1468\0windowsize\0"
			    "4",
			    52);
	asks = *last();
	tftp_add(&m, "tsize", "10000");
	from_tftpd(&asks, &m);
	assert_memory_equal(sent[n_sent - 2].data, "\0\5\0\x08User", 8);
	assert_memory_equal(last()->data,
			    "\0\1pxelinux.0\0octet\0blksize\0"
			    "1468\0windowsize\0"
			    "4",
			    44);
	asks = *last();
	first = n_sent;
	m = (struct tftp) { .op = TFTP_OACK };
	tftp_add(&m, "blksize", "1468");
	tftp_add(&m, "windowsize", "4");
	from_tftpd(&asks, &m);
	for (uint16_t i = 1; i <= 8; i++) {
		m = (struct tftp) { .op = TFTP_DATA,
				    .block = i,
				    .data = { block, i < 8 ? 1468 : 9 } };
		from_tftpd(&asks, &m);
		/* one is lost: what came before it is said at once */
		if (i == 5) {
			m.block = 7;
			from_tftpd(&asks, &m);
		}
	}
	assert_int_equal(n_sent - first, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(sent[first + i].data[3], acks[i]);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->files[1].bytes, 7 * 1468 + 9);
}

static void what_comes_twice_or_not_is_made_good(void **state)
{
	static const uint8_t block[1400];
	struct tftp m = { .op = TFTP_DATA, .data = { block, sizeof(block) } };
	struct tftp oack = { .op = TFTP_OACK };
	struct sent asks;
	uint32_t n;

	(void)state;
	boot_to_files("ipxe");
	asks = *last();
	tftp_add(&oack, "blksize", "1400");
	from_tftpd(&asks, &oack);
	from_tftpd(&asks, &oack); /* fw#1041: two OACKs */
	m.block = 1;
	from_tftpd(&asks, &m);
	n = n_sent;
	from_tftpd(&asks, &m);
	assert_int_equal(n_sent, n + 1);
	assert_memory_equal(last()->data, "\0\4\0\1", 4);
	/* silence: the same once more, and it goes on where it was */
	wait_until(now + 1000 * ms);
	assert_int_equal(n_sent, n + 2);
	assert_memory_equal(last()->data, "\0\4\0\1", 4);
	m.block = 2;
	m.data.n = 5;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->files[0].bytes, 1405);
	assert_int_equal(probe_result(probe)->files[0].resent, 1);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	/* it stops in the middle */
	boot_to_files("ipxe");
	asks = *last();
	from_tftpd(&asks, &oack);
	wait_until(UINT64_MAX);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_STALLED);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
}

static void what_it_cannot_use_ends_a_file(void **state)
{
	struct tftp m = { .op = TFTP_OACK };
	struct sent asks;

	(void)state;
	boot_to_files("pi4");
	asks = *last();
	tftp_add(&m, "blksize", "1469");
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_BAD);
	/* ICMP: that port is closed; another's is nothing to it */
	boot_to_files("pi4");
	probe_port_closed(probe, TFTPD, 70, now);
	probe_port_closed(probe, SERVER, 69, now);
	assert_int_equal(probe_result(probe)->verdict, PROBE_GOES_ON);
	probe_port_closed(probe, TFTPD, 69, now);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_CLOSED);
	/* nobody there */
	boot_to_files("pi4");
	probe_no_arp(probe, TFTPD, now);
	assert_int_equal(probe_result(probe)->reason, REASON_NO_ARP);
	assert_int_equal(probe_result(probe)->stage, STAGE_DHCP_ACK);
}

static void strangers_do_not_disturb_a_file(void **state)
{
	struct tftp m = { .op = TFTP_ERROR, .error_code = 1 };
	struct sent asks;

	(void)state;
	boot_to_files("pi4");
	asks = *last();
	asks.d.dst = PROXY;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->n_files, 0);
	asks.d.dst = TFTPD;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->n_files, 1);
	assert_int_equal(probe_result(probe)->files[0].strangers, 1);
}

static void it_stops_where_it_is_told(void **state)
{
	static const struct probe_out out = { NULL, keep, NULL };
	struct probe_setup setup = {
		.profile = probe_profile_find("pi4"),
		.identity = { .mac = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed } } },
		.until = STAGE_DHCP_ACK
	};

	(void)state;
	begin("pi4", 1);
	probe_init(probe, &setup, &out);
	wait_until(0);
	offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9") });
	settle();
	ack();
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->stage, STAGE_DHCP_ACK);
	assert_int_equal(n_sent, 2);
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
		cmocka_unit_test_teardown(each_asks_as_often_as_its_rom, teardown),
		cmocka_unit_test_teardown(pi3_takes_the_text_or_the_address_of_66, teardown),
		cmocka_unit_test_teardown(each_says_why_an_offer_is_not_taken, teardown),
		cmocka_unit_test_teardown(pi4_prefers_66_then_siaddr_then_the_sender, teardown),
		cmocka_unit_test_teardown(pi3_takes_what_is_for_another_pi, teardown),
		cmocka_unit_test_teardown(repeats_of_an_offer_are_counted, teardown),
		cmocka_unit_test_teardown(pi4_requests_what_it_was_offered, teardown),
		cmocka_unit_test_teardown(bios_takes_the_file_of_a_proxy_first, teardown),
		cmocka_unit_test_teardown(bios_asks_a_boot_server_for_the_file, teardown),
		cmocka_unit_test_teardown(pi4_asks_for_its_files_in_order, teardown),
		cmocka_unit_test_teardown(names_follow_config_txt, teardown),
		cmocka_unit_test_teardown(a_missing_folder_means_the_root, teardown),
		cmocka_unit_test_teardown(pi3_loads_bootcode_and_becomes_it, teardown),
		cmocka_unit_test_teardown(a_silent_server_is_asked_every_two_seconds, teardown),
		cmocka_unit_test_teardown(what_it_cannot_use_ends_a_file, teardown),
		cmocka_unit_test_teardown(strangers_do_not_disturb_a_file, teardown),
		cmocka_unit_test_teardown(uefi_discovers_as_edk2, teardown),
		cmocka_unit_test_teardown(ipxe_says_who_it_is, teardown),
		cmocka_unit_test_teardown(u_boot_says_its_board, teardown),
		cmocka_unit_test_teardown(a_kernel_sends_548_bytes_and_klibc_300, teardown),
		cmocka_unit_test_teardown(urls_are_for_those_who_can, teardown),
		cmocka_unit_test_teardown(u_boot_wants_next_server_itself, teardown),
		cmocka_unit_test_teardown(blocks_of_a_window_are_acknowledged_together, teardown),
		cmocka_unit_test_teardown(three_refusals_are_enough, teardown),
		cmocka_unit_test_teardown(a_kernel_takes_the_first_address, teardown),
		cmocka_unit_test_teardown(a_kernel_of_another_name_will_do, teardown),
		cmocka_unit_test_teardown(long_texts_are_kept_as_far_as_there_is_room, teardown),
		cmocka_unit_test_teardown(what_comes_twice_or_not_is_made_good, teardown),
		cmocka_unit_test_teardown(it_stops_where_it_is_told, teardown),
		cmocka_unit_test_teardown(the_observer_knows_each_again, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
