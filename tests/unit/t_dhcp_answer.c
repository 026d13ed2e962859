/* SPDX-License-Identifier: BSD-2-Clause */
/* What each kind of client is told of booting. */
#include "dhcp_served.h"
#include "pi_guid.h"
#include "pxe.h"

static struct dhcp m;

static void a_boot_server_answers_the_port_that_asked(void **state)
{
	(void)state;
	config.mode = DHCP_MODE_PROXY;
	start();
	client(1);
	dhcp_add(&q, DHCP_OPT_CLASS, bytes_str("PXEClient:Arch:00000:UNDI:002001"));
	q.ciaddr = 0x0a000077;
	frame_mac = router;
	assert_true(say_from(DHCP_REQUEST, 0, 0, 4011, 0x0a000077, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(last.to.from_port, 4011);
	assert_int_equal(last.to.port, 68);
	assert_true(mac_equal(last.to.mac, router));
	frame_mac = (struct mac) { { 0 } };
}

/* What each board wants of an offer: facts 2.1. */
static void accepted_by_a_pi(struct dhcp *o)
{
	struct pxe x;

	pxe_decode(dhcp_option(o, DHCP_OPT_VENDOR), true, &x);
	assert_int_equal(x.form, PXE_ENCAPSULATED);
	assert_true(x.end);
	assert_int_not_equal(pxe_find(&x, "Raspberry Pi Boot"), UINT32_MAX);
	assert_int_equal(dhcp_option(o, DHCP_OPT_CLASS).n, 9);
	assert_int_equal(dhcp_option(o, DHCP_OPT_TFTP_NAME).n, strlen("10.0.0.1"));
	assert_int_equal(o->siaddr, SERVER);
	assert_int_equal(dhcp_option(o, DHCP_OPT_GUID).n, sizeof(guid_pi4));
}

static void a_pi_is_told_in_its_own_way(void **state)
{
	(void)state;
	config.all_clients = false;
	start();
	pi(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	accepted_by_a_pi(&m);
	assert_int_not_equal(m.yiaddr, 0);
	client(2);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_news[DHCP_NOT_MEANT], 1);
	client(1); /* its kernel: known by the lease */
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
}

static void who_looks_for_servers_finds_us_unless_we_are_a_proxy(void **state)
{
	(void)state;
	config.all_clients = false;
	start();
	client(2);
	dhcp_add(&q, DHCP_OPT_CLASS, bytes_str(DHCP_QUESTION_CLASS));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_not_equal(m.yiaddr, 0);
	config.mode = DHCP_MODE_PROXY;
	start();
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
}

static void a_proxy_gives_no_address(void **state)
{
	(void)state;
	config.mode = DHCP_MODE_PROXY;
	config.all_clients = false;
	config.delay_ms = 20;
	pi(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.yiaddr, 0);
	assert_false(dhcp_has(&m, 51));
	assert_int_equal(last.to.to, 0xffffffff);
	assert_int_equal(last.delay_ms, 20);
	accepted_by_a_pi(&m);
	assert_false(say(DHCP_REQUEST, FIRST, 0x0a000002, &m));
	client(2);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	/* at 4011, from where it asked */
	pi(1);
	q.ciaddr = 0x0a000033;
	assert_true(say_from(DHCP_REQUEST, 0, 0, 4011, 0x0a000033, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(last.to.to, 0x0a000033);
	assert_int_equal(last.to.port, 68);
	assert_int_equal(last.to.from_port, 4011);
}

/* The chain of if and else that an ISC dhcpd has for it. */
static void classes_tell_clients_apart(void **state)
{
	static const struct {
		int arch;
		const char *vendor, *user, *file;
	} who[] = { { 7, "PXEClient:Arch:00007:UNDI:003016", NULL, "efi64/ipxe.efi" },
		    { 9, "PXEClient:Arch:00009:UNDI:003016", NULL, "efi64/ipxe.efi" },
		    { 11, "PXEClient:Arch:00011:UNDI:003000", NULL, "arm64/ipxe.efi" },
		    { 0, "PXEClient:Arch:00000:UNDI:002001", NULL, "undionly.kpxe" },
		    { 22, "U-Boot.armv8", NULL, "u-boot/boot.scr" },
		    { 7, "PXEClient:Arch:00007:UNDI:003016", "iPXE", "http://10.0.0.1/boot.ipxe" },
		    { 0, "PXEClient:Arch:00000:UNDI:002001", "\4iPXE",
		      "http://10.0.0.1/boot.ipxe" } };
	struct dhcp_class *k = config.class;

	(void)state;
	k[0].user = bytes_str("iPXE");
	k[0].boot.file = bytes_str("http://10.0.0.1/boot.ipxe");
	k[1] = (struct dhcp_class) { .arch = { 7, 9 }, .n_archs = 2 };
	k[1].boot.file = bytes_str("efi64/ipxe.efi");
	k[2] = (struct dhcp_class) { .arch = { 11 }, .n_archs = 1 };
	k[2].boot.file = bytes_str("arm64/ipxe.efi");
	k[3].vendor = bytes_str("U-Boot");
	k[3].boot.file = bytes_str("u-boot/boot.scr");
	k[3].boot.next = 0x0a000005;
	config.n_classes = 4;
	config.boot.file = bytes_str("undionly.kpxe");
	for (uint32_t i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
		uint8_t arch[2] = { 0, (uint8_t)who[i].arch };

		client(i + 1);
		dhcp_add(&q, DHCP_OPT_ARCH, bytes_of(arch, 2));
		dhcp_add(&q, DHCP_OPT_CLASS, bytes_str(who[i].vendor));
		if (who[i].user)
			dhcp_add(&q, DHCP_OPT_USER_CLASS, bytes_str(who[i].user));
		assert_true(say(DHCP_DISCOVER, 0, 0, &m));
		assert_int_equal(m.file.n, strlen(who[i].file));
		assert_memory_equal(m.file.p, who[i].file, m.file.n);
		assert_int_equal(m.siaddr, i == 4 ? 0x0a000005 : SERVER);
	}
}

static void long_answers_spill_into_the_fields(void **state)
{
	static uint8_t big[200];
	static const uint8_t most[] = { 2, 64 };
	struct dhcp_extra *e = config.boot.extra;

	(void)state;
	memset(big, 'x', sizeof(big));
	e[0] = (struct dhcp_extra) { 17, true, bytes_of(big, 100) };
	e[1] = (struct dhcp_extra) { 40, true, bytes_of(big, 90) };
	e[2] = (struct dhcp_extra) { 64, true, bytes_of(big, 50) };
	e[3] = (struct dhcp_extra) { 120, true, bytes_of(big, 60) };
	e[4] = (struct dhcp_extra) { 86, true, bytes_of(big, 59) };
	config.boot.n_extras = 5;
	client(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_true(last.n <= 548);
	assert_int_equal(m.overload, 3);
	assert_int_equal(dhcp_option(&m, 17).n, 100);
	assert_int_equal(dhcp_option(&m, 40).n, 90);
	assert_int_equal(dhcp_option(&m, 64).n, 50);
	assert_int_equal(dhcp_option(&m, 120).n, 60);
	/* who can take more gets it in one piece */
	client(2);
	dhcp_add(&q, DHCP_OPT_MAX_SIZE, bytes_of(most, 2)); /* 576: the least all the same */
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.overload, 3);
	client(3);
	dhcp_add(&q, DHCP_OPT_MAX_SIZE, bytes_of((const uint8_t[]) { 5, 220 }, 2));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.overload, 0);
	assert_int_equal(dhcp_option(&m, 120).n, 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(a_boot_server_answers_the_port_that_asked),
		TEST(a_pi_is_told_in_its_own_way),
		TEST(who_looks_for_servers_finds_us_unless_we_are_a_proxy),
		TEST(a_proxy_gives_no_address),
		TEST(classes_tell_clients_apart),
		TEST(long_answers_spill_into_the_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
