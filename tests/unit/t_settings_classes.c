/* SPDX-License-Identifier: BSD-2-Clause */
/* bootscope.conf before a DHCP server: which client is given what its classes say. */
#include "config.h"

#include <stdlib.h>

#include "configured.h"
#include "dhcp.h"
#include "dhcp_server.h"

static struct dhcp reply;
static uint8_t sent[1500];
static uint32_t n_sent;

static void sends(void *ctx, const struct dhcp_to *to, struct bytes m, uint32_t delay_ms)
{
	(void)ctx;
	(void)to;
	(void)delay_ms;
	assert_true(m.n <= sizeof(sent));
	memcpy(sent, m.p, m.n);
	n_sent = m.n;
}

static void probes(void *ctx, uint32_t ip, const struct mac *relayed)
{
	(void)ctx;
	(void)ip;
	(void)relayed;
}

static bool keeps(void *ctx, const struct lease *l)
{
	(void)ctx;
	(void)l;
	return true;
}

struct asker {
	const char *vendor;
	int arch; /* -1: not said */
	struct bytes user;
	bool pi4;
};

/* Puts a DISCOVER of this client to a server with the configuration; false: no answer. */
static bool offered(const struct asker *a, const uint8_t mac[6])
{
	static const uint8_t type = DHCP_DISCOVER,
			     pi4[17] = { 0, 'R',  'P',  'i', '4', 0x14, 0x31, 0xd0,
					 0, 0x26, 0xdf, 1,   2,   3,    4 };
	static const uint8_t wants[] = { 1, 3, 17, 43, 54, 60, 66, 67, 97 };
	struct leases *leases = leases_init(calloc(1, leases_size(512)), 512, 1);
	struct dhcp_out out = { NULL, sends, probes, keeps, NULL };
	struct dhcp_server *server;
	struct dhcp q = { .op = 1, .htype = 1, .hlen = 6, .xid = 7, .chaddr = bytes_of(mac, 6) };
	uint8_t buf[1500], arch[2] = { 0, (uint8_t)a->arch };
	struct writer w = writer_init(buf, sizeof(buf));
	struct dhcp_in in = { .port = 67, .now_ns = UINT64_C(1700000000000000000) };
	struct reader r;

	config.dhcp.probe = false;
	server = dhcp_server_init(calloc(1, dhcp_server_size()), &config.dhcp, leases, &out);
	dhcp_add(&q, DHCP_OPT_TYPE, bytes_of(&type, 1));
	dhcp_add(&q, DHCP_OPT_REQUEST_LIST, bytes_of(wants, sizeof(wants)));
	if (a->vendor)
		dhcp_add(&q, DHCP_OPT_CLASS, bytes_str(a->vendor));
	if (a->user.n)
		dhcp_add(&q, DHCP_OPT_USER_CLASS, a->user);
	if (a->arch >= 0)
		dhcp_add(&q, DHCP_OPT_ARCH, bytes_of(arch, 2));
	if (a->pi4)
		dhcp_add(&q, DHCP_OPT_GUID, bytes_of(pi4, sizeof(pi4)));
	dhcp_encode(&q, 300, &w);
	in.payload = writer_done(&w);
	n_sent = 0;
	dhcp_server_message(server, &in);
	free(server);
	free(leases);
	if (!n_sent)
		return false;
	r = reader_init(sent, n_sent, n_sent);
	assert_int_equal(dhcp_decode(&r, &reply), ERR_OK);
	assert_int_equal(reply.type, DHCP_OFFER);
	return true;
}

/* The file, in its field and in option 67 alike, and where from. */
static void gets(const char *vendor, int arch, struct bytes user, const char *file, uint32_t next)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 1, 2, 3 };
	struct asker a = { vendor, arch, user, false };

	assert_true(offered(&a, mac));
	is(reply.file, file);
	is(dhcp_option(&reply, DHCP_OPT_BOOTFILE), file);
	assert_int_equal(reply.siaddr, next);
}

static void the_chain_of_isc_dhcpd_as_classes(void **state)
{
	static const struct bytes none = { NULL, 0 };
	static const uint8_t pi[6] = { 0xdc, 0xa6, 0x32, 1, 2, 3 };
	struct asker board = { "PXEClient:Arch:00000:UNDI:002001", 0, { NULL, 0 }, true };

	(void)state;
	good(chain);
	gets("PXEClient:Arch:00007:UNDI:003016", 7, none, "efi/grubx64.efi", 0x0a000002);
	gets("PXEClient:Arch:00009:UNDI:003016", 9, none, "efi/grubx64.efi", 0x0a000002);
	gets("PXEClient:Arch:00011:UNDI:003000", 11, none, "arm/grubaa64.efi", 0x0a000002);
	gets("HTTPClient:Arch:00016:UNDI:003001", 16, none, "http://10.0.0.3/grubx64.efi",
	     0x0a000002);
	gets("PXEClient:Arch:00000:UNDI:002001", 0, none, "pxelinux.0", 0x0a000002);
	gets(NULL, -1, none, "pxelinux.0", 0x0a000002);
	gets("U-Boot.armv8", 22, none, "boot.scr.uimg", 0x0a000004);
	is(dhcp_option(&reply, DHCP_OPT_ROOT_PATH), "/srv/nfs/board");
	/* iPXE is loaded by the very machines above: its class stands first. Both ways to write it
	 */
	gets("PXEClient:Arch:00007:UNDI:003010", 7, bytes_str("iPXE"), "http://10.0.0.3/menu.ipxe",
	     0x0a000002);
	gets("PXEClient:Arch:00000:UNDI:002001", 0, bytes_str("\4iPXE"),
	     "http://10.0.0.3/menu.ipxe", 0x0a000002);
	assert_true(offered(&board, pi));
	assert_int_equal(reply.file.n, 0);
	is(dhcp_option(&reply, DHCP_OPT_VENDOR), "\6\1\3"); /* not the one made for Pis */
}

static void what_all_get_fills_what_a_class_leaves_out(void **state)
{
	static const struct bytes none = { NULL, 0 };

	(void)state;
	good("[serve]\ninterface = eth0\n[dhcp]\nmode = full\nclients = all\nrange = "
	     "10.0.0.9-10.0.0.20\n"
	     "boot-file = all.efi\ntftp-prefix = a/\nhttp-url = https://x/y.efi\n"
	     "option.Root-Path = \"/all\"\noption.NTP server = 10.0.0.1\n"
	     "[class one]\narch = 7\nnext-server = 10.0.0.7\noption.root_path = /one\n"
	     "[class two]\narch = 9\nhttp-url = http://x/two.ipxe\n");
	gets("PXEClient", 7, none, "a/all.efi", 0x0a000007);
	is(dhcp_option(&reply, DHCP_OPT_ROOT_PATH), "/one");
	assert_int_equal(dhcp_option_ip4(&reply, 42), 0x0a000001);
	gets("PXEClient", 0, none, "a/all.efi", US);
	gets("HTTPClient", 16, none, "https://x/y.efi", US);
	gets("PXEClient", 9, none, "http://x/two.ipxe", US);
}

static void who_is_answered(void **state)
{
	static const uint8_t pi[6] = { 0xdc, 0xa6, 0x32, 1, 2, 3 },
			     pc[6] = { 0x52, 0x54, 0, 1, 2, 3 },
			     other[6] = { 0x52, 0x54, 0, 1, 2, 4 };
	static const char *const words[] = { "clients = pi", "clients = listed", "clients = all",
					     "only = 52:54:00:01:02:04\nonly = 52-54-00-01-02-05" };
	static const bool answered[][3] = { { true, true, false },
					    { false, true, false },
					    { true, true, true },
					    { false, false, true } };
	struct asker board = { "PXEClient:Arch:00000:UNDI:002001", 0, { NULL, 0 }, true };
	struct asker machine = { "PXEClient:Arch:00007:UNDI:003016", 7, { NULL, 0 }, false };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char text[400];

		snprintf(text, sizeof(text),
			 "[serve]\ninterface = eth0\n[dhcp]\n%s\n[host pc]\nmac = "
			 "52:54:00:01:02:03\n",
			 words[i]);
		good(text);
		assert_int_equal(offered(&board, pi), answered[i][0]);
		assert_int_equal(offered(&machine, pc), answered[i][1]);
		assert_int_equal(offered(&machine, other), answered[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_chain_of_isc_dhcpd_as_classes),
		cmocka_unit_test(what_all_get_fills_what_a_class_leaves_out),
		cmocka_unit_test(who_is_answered),
	};

	if (!settings_file_known()) {
		printf("1..0 # SKIP built without inih\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
