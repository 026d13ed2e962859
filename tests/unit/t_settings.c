/* SPDX-License-Identifier: BSD-2-Clause */
/* bootscope.conf: what its lines become, and what is said of those that are wrong. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "configured.h"
#include "dhcp.h"

/* ---- rows ---- */

static void every_key_goes_where_it_belongs(void **state)
{
	(void)state;
	good("\xef\xbb\xbf# with a mark of its encoding, and the line ends of another system\r\n"
	     "[serve]\r\n  interface = eth0 ; a comment\r\nuser: nobody\n"
	     "[dhcp]\nmode = full\nlease-time = 90m\nrouter = 10.0.0.254\ndns = 10.0.0.1, 9.9.9.9\n"
	     "domain = lab.example\nauthoritative = yes\nprobe = no\nprobe-ms = 0x10\ndelay-ms = "
	     "7\nkick = off\n"
	     "range = 10.0.0.5-10.0.0.9\nlease-file = /tmp/l\nlease-sync = yes\n"
	     "[range far]\naddresses = 10.9.0.5 - 10.9.0.9\nmask = /16\nrouter = "
	     "10.9.0.1\nlease-time = infinite\n"
	     "[host one]\nmac = dc:a6:32:01:02:03\naddress = 10.0.0.200\n"
	     "[host two]\nclient-id = 01:02:03\nhost-name = zwei\n"
	     "[tftp]\nroot = /srv/tftp\nwrite = /srv/in\nport = 6969\nsingle-port = on\nwindow = "
	     "1\nno-options = yes\n"
	     "[http]\nroot = /srv/www with blanks\nport = 8080\n");
	assert_string_equal(config.interface, "eth0");
	assert_string_equal(config.user, "nobody");
	assert_int_equal(config.dhcp.mode, DHCP_MODE_FULL);
	assert_true(config.dhcp.authoritative);
	assert_false(config.dhcp.probe);
	assert_int_equal(config.dhcp.probe_ms, 16);
	assert_int_equal(config.dhcp.delay_ms, 7);
	assert_false(config.dhcp.kick);
	assert_string_equal(config.lease_file, "/tmp/l");
	assert_true(config.lease_sync);
	assert_int_equal(config.dhcp.n_ranges, 2);
	assert_int_equal(config.dhcp.range[0].lease, 5400);
	assert_int_equal(config.dhcp.range[0].mask, NET);
	assert_int_equal(config.dhcp.range[0].router, 0x0a0000fe);
	assert_int_equal(config.dhcp.range[0].n_dns, 2);
	is(config.dhcp.range[0].domain, "lab.example");
	assert_int_equal(config.dhcp.range[1].addresses.last, 0x0a090009);
	assert_int_equal(config.dhcp.range[1].mask, 0xffff0000);
	assert_int_equal(config.dhcp.range[1].lease, UINT32_MAX);
	assert_int_equal(config.dhcp.range[1].router, 0x0a090001);
	assert_int_equal(config.dhcp.n_hosts, 2);
	assert_int_equal(config.host[0].client.chaddr[5], 3);
	assert_int_equal(config.host[0].ip, 0x0a0000c8);
	is(config.host[0].name, "one");
	assert_int_equal(config.host[1].client.id_len, 3);
	assert_int_equal(config.host[1].client.id[2], 3);
	assert_int_equal(config.host[1].client.hlen, 0);
	is(config.host[1].name, "zwei");
	assert_true(config.tftp.on && config.tftp.single_port && config.tftp.limits.no_options);
	assert_string_equal(config.tftp.write_root, "/srv/in");
	assert_int_equal(config.tftp.port, 6969);
	assert_int_equal(config.tftp.limits.window_max, 1);
	assert_string_equal(config.http.root, "/srv/www with blanks");
	assert_int_equal(config.http.port, 8080);
	assert_int_equal(settings_leases(&config), 10 + 2 + 16);
}

/* The example out of what a row says that it takes. */
static struct bytes example(const char *wants)
{
	const char *at = strstr(wants, "such as "), *from = strstr(wants, "from ");
	struct bytes v;

	at = at ? at + 8 : from ? from + 5 : wants;
	v = bytes_of(at, (uint32_t)strcspn(at, " "));
	if (v.n && v.p[v.n - 1] == ',')
		v.n--;
	return v;
}

static void under(const char *section)
{
	char heading[32];

	snprintf(heading, sizeof(heading), "%s%s", section,
		 !strcmp(section, "host") || !strcmp(section, "class") || !strcmp(section, "range")
			 ? " x"
		 : !strcmp(section, "export") ? " /x"
					      : "");
	begin();
	settings_section(&settings, 1, bytes_str(heading));
}

static void every_row_takes_its_own_example_and_no_rubbish(void **state)
{
	const char *section, *key, *wants;

	(void)state;
	for (uint32_t i = 0; settings_row(i, &section, &key, &wants); i++) {
		under(section);
		settings_key(&settings, 2, bytes_str(key), example(wants));
		if (n_told)
			fail_msg("[%s] %s does not take its own example: %s", section, key,
				 told[0].words);
		under(section);
		settings_key(&settings, 2, bytes_str(key), bytes_str("\1\2"));
		assert_int_equal(n_told, 1);
		assert_non_null(strstr(told[0].words, wants));
		under(section);
		settings_key(&settings, 2, bytes_str(key), bytes_str(""));
		assert_int_equal(n_told, 1);
	}
}

/* ---- what is wrong ---- */

#define ALL HEAD "[dhcp]\nclients = all\n"

static void every_fault_is_told_with_its_line_and_what_was_meant(void **state)
{
	static const struct fault wrong[] = {
		{ HEAD "[dhcp]\nrangge = 10.0.0.5-10.0.0.9\n", 4,
		  "there is no 'rangge' in [dhcp]; did you mean 'range'?" },
		{ HEAD "[dchp]\nx = y\n", 3, "there is no section 'dchp'; did you mean [dhcp]?" },
		{ HEAD "[hots pi]\n", 3, "did you mean [host NAME]?" },
		{ HEAD "[something]\n", 3, "there are [serve], [dhcp]" },
		{ "port = 69\n" HEAD, 1, "below a heading" },
		{ HEAD "[dhcp]\nroot = /srv\n", 4, "it is a key of [tftp], [http]" },
		{ HEAD "[dhcp]\nqwertz = 1\n", 4, "bootscope.conf(5)" },
		{ HEAD "[tftp]\nport = 70000\n", 4,
		  "'port' takes a port from 1 to 65535, not '70000'" },
		{ HEAD "[tftp]\nport = 69\nport = 70\n", 5, "'port' was set in line 4 already" },
		{ HEAD "[tftp]\n[http]\n[tftp]\n", 5, "there is a [tftp] in line 3 already" },
		{ HEAD "[host a]\nmac = dc:a6:32:01:02:03\n[host a]\n", 5,
		  "there is a [host a] in line 3 already" },
		{ HEAD "[host]\n", 3, "[host NAME]" },
		{ HEAD "[dhcp x]\n", 3, "[dhcp] has no name, so not 'x'" },
		{ HEAD "[host a b]\n", 3, "without blanks, not 'a b'" },
		{ HEAD "[dhcp\n", 3, "ends with ']'" },
		{ HEAD "[dhcp] mode = off\n", 3, "a line of its own" },
		{ HEAD "nonsense\n", 3, "no setting" },
		{ HEAD "= 5\n", 3, "no setting" },
		{ HEAD "user = a\nnonsense", 4, "no setting" },
		{ HEAD "user = \1\2\n", 3, "this is no text" },
		{ HEAD "[dhcp]\nmode = full\nrange = 10.0.0.9-10.0.0.5\n", 5,
		  "10.0.0.9-10.0.0.5 runs backwards" },
		{ HEAD "[dhcp]\nmode = full\nrange = 10.0.1.5-10.0.1.9\n", 5,
		  "10.0.1.5-10.0.1.9 is outside of the interface's net 10.0.0.0/255.255.255.0" },
		{ HEAD "[dhcp]\nmode = full\nrange = 10.0.0.5-10.0.1.9,/24\n", 5,
		  "does not lie in one net" },
		{ HEAD
		  "[dhcp]\nmode = full\nrange = 10.0.0.5-10.0.0.9\nrange = 10.0.0.9-10.0.0.12\n",
		  6, "10.0.0.9-10.0.0.12 and 10.0.0.5-10.0.0.9 share addresses" },
		{ HEAD "[dhcp]\nmode = full\n[range a]\nmask = /24\n", 5, "needs 'addresses'" },
		{ HEAD "[dhcp]\nmode = full\n[range a]\naddresses = 10.0.0.5-10.0.0.9\nrouter = "
		       "10.1.0.1\n",
		  5, "router in another net" },
		{ HEAD "[dhcp]\nrange = 10.0.0.5-10.0.0.9\n", 4, "--dhcp full" },
		{ HEAD "[dhcp]\nmode = full\nrange = 10.0.0.0-10.255.255.255,/8\n", 0, "65536" },
		{ HEAD "[dhcp]\nmode = full\n", 0, "--range" },
		{ HEAD "[dhcp]\nmode = off\n", 0, "nothing is to be served" },
		{ HEAD "[dhcp]\nclients = listed\n", 0, "no host is listed" },
		{ "[dhcp]\nmode = proxy\n", 0, "which interface?" },
		{ HEAD "[host a]\nmac = dc:a6:32:01:02:03\naddress = 10.0.0.5\n"
		       "[host b]\nmac = dc:a6:32:01:02:04\naddress = 10.0.0.5\n",
		  6, "hosts a and b have one address: 10.0.0.5" },
		{ HEAD "[host a]\nmac = dc:a6:32:01:02:03\n[host b]\nmac = dc:a6:32:01:02:03\n", 5,
		  "are the same client" },
		{ HEAD "[host a]\naddress = 10.0.0.5\n", 3, "'mac' or its 'client-id'" },
		{ HEAD "[host a]\nmac = dc:a6:32:01:02:03\naddress = 10.0.0.1\n", 3,
		  "the address of this machine" },
		{ HEAD "[dhcp]\nclients = all\n[class u]\nvendor-class = U-Boot\n", 5,
		  "class u never matches: proxy DHCP" },
		{ HEAD "[class e]\narch = 7, 9\n", 3, "class e never matches: only Raspberry Pis" },
		{ HEAD "[class o]\nmodel = other\n", 3, "clients = all" },
		{ HEAD "[dhcp]\nmode = full\nrange = 10.0.0.5-10.0.0.9\n[host a]\nmac = "
		       "dc:a6:32:01:02:03\n"
		       "address = 10.0.1.5\n",
		  6, "10.0.1.5, which is in the net of no range" },
		{ HEAD "[host a]\nmac = dc:a6:32\n", 4, "a hardware address such as" },
		{ ALL "[class a]\narch = 7,9\n[class b]\narch = 9\nmac = dc:a6:32\n", 7,
		  "class b never matches: class a in line 5 takes all of its clients" },
		{ HEAD "[class a]\n[class b]\nuser-class = iPXE\n", 4, "class b never matches" },
		{ HEAD "[class a]\nvendor-class = PXE\n[class b]\nvendor-class = PXEClient\n", 5,
		  "class b never matches" },
		{ HEAD "[class a]\nmodel = pi4, pi5\n[class b]\nmodel = pi5\n", 5,
		  "class b never matches" },
		{ HEAD "[class a]\nboot-file = two words\n", 4, "the name of a file" },
		{ HEAD "[class a]\nvendor-class = \"a ; b\"\n", 4, "ends with it too" },
		{ HEAD "[class a]\nvendor-class = \"\n", 4, "ends with it too" },
		{ HEAD "[class a]\nvendor-class = \"\"\n", 4, "how option 60 begins" },
		{ HEAD "[class a]\nhttp-url = ftp://x/y\n", 4, "a URL" },
		{ HEAD "[class a]\noption.root_pth = /x\n", 4,
		  "there is no DHCP option 'root_pth'; did you mean 'root_path'?" },
		{ HEAD "[class a]\noption.client_fqdn = 00\n", 4, "3 bytes at least, not '00'" },
		{ HEAD "[class a]\noption.224 = xyz\n", 4, "bytes in hex" },
		{ HEAD "[class a]\noption.qwertzuiop = 1\n", 4, "by number and hex" },
		{ HEAD "[class a]\noption.router = here\n", 4,
		  "option.router takes addresses with commas between" },
		{ HEAD "[class a]\noption.router = 10.0.0.1\noption.3 = 10.0.0.1\n", 5,
		  "set already in line 4" },
		{ HEAD "[class a]\noption.message_type = offer\n", 4, "made by the server itself" },
		{ HEAD "[host a]\noption.router = 10.0.0.1\n", 4, "no 'option.router' in [host]" },
	};

	(void)state;
	faulty(wrong, sizeof(wrong) / sizeof(wrong[0]), 2);
}

static void near_misses_of_those_are_fine(void **state)
{
	(void)state;
	good(ALL
	     "[class a]\narch = 7\n[class b]\narch = 7, 9\n[class c]\nuser-class = iPXE\n"
	     "[class d]\nmac = dc:a6:32\n[class e]\nmac = dc:a6\n[class f]\nmodel = pi4\n[class "
	     "g]\nmodel = pi\n"
	     "[class h]\nvendor-class = PXEClient\n[class i]\nvendor-class = PXE\n[class j]\n");
	good(HEAD "[dhcp]\nmode = full\nrange = 10.0.0.5-10.0.0.9\nrange = 10.0.0.10-10.0.0.12\n"
		  "range = 10.1.0.5-10.1.0.9,/24\n");
	good(HEAD "[host a]\nmac = dc:a6:32:01:02:03\n[host b]\nmac = dc:a6:32:01:02:04\naddress = "
		  "10.0.0.5\n");
	good(HEAD "[dhcp]\nmode = off\n[http]\nroot = /srv\n");
	good(HEAD "[class a]\narch = 0, 11\n[class b]\nmodel = pi4, other\n[class c]\nvendor-class "
		  "= PXE\n");
	good(HEAD
	     "[host a]\nmac = 52:54:00:01:02:03\n[class b]\narch = 7\n[class c]\nmodel = other\n");
	good(HEAD "[dhcp]\nmode = full\nclients = all\nrange = 10.0.0.5-10.0.0.9\n"
		  "[host a]\nmac = 52:54:00:01:02:03\naddress = 10.0.0.200\n"
		  "[class u]\nvendor-class = U-Boot\n");
	good("# nothing\n\n   ; nothing\n" HEAD "[dhcp] # a comment\n");
}

static void all_faults_are_told_twenty_at_most(void **state)
{
	(void)state;
	read_text(HEAD "[dhcp]\na1a = 1\n[class b]\nc = 2\n[tftp]\nport = x\n");
	assert_false(settings_end(&settings, 0, 0));
	assert_int_equal(n_told, 3);
	begin();
	for (uint32_t i = 1; i < 50; i++)
		settings_key(&settings, i, bytes_str("x"), bytes_str("y"));
	assert_int_equal(n_told, SETTINGS_FAULTS_MAX);
	assert_int_equal(settings.faults, 49);
}

static void lines_have_an_end_and_binaries_are_left_at_once(void **state)
{
	char text[400];

	(void)state;
	for (int n = 190; n < 205; n++) {
		snprintf(text, sizeof(text), HEAD "[class a]\nvendor-class = %0*d\n", n - 15, 0);
		read_text(text);
		assert_int_equal(settings_end(&settings, US, NET), false);
		assert_non_null(strstr(told[0].words, n <= 197 ? "never matches" : "197 letters"));
	}
	read_text(HEAD "user = \1\nnonsense\n[more]\n");
	assert_int_equal(n_told, 1);
	read_text(HEAD "[dhcp]\nlease-time = 59\n");
	assert_int_equal(n_told, 1);
	good(HEAD "[dhcp]\nlease-time = 60\n");
}

static void options_win_over_the_file(void **state)
{
	(void)state;
	read_text(HEAD "[dhcp]\nmode = full\nrange = 10.0.0.5-10.0.0.9\nonly = "
		       "dc:a6:32:01:02:03\nboot-file = a\n"
		       "option.root_path = /a\n[class x]\n");
	settings_flag(&settings, "range", "dhcp", "range", bytes_str("10.0.0.50-10.0.0.59,/24,1h"));
	settings_flag(&settings, "range", "dhcp", "range", bytes_str("10.0.0.60-10.0.0.69"));
	settings_flag(&settings, "only", "dhcp", "only", bytes_str("dc:a6:32:01:02:04"));
	settings_flag(&settings, "boot-file", "dhcp", "boot-file", bytes_str("b"));
	settings_flag(&settings, "boot-file", "dhcp", "boot-file", bytes_str("c"));
	settings_flag(&settings, "option", "dhcp", "option.root_path", bytes_str("/c"));
	settings_flag(&settings, "interface", "serve", "interface", bytes_str("eth1"));
	assert_true(settings_end(&settings, US, NET));
	assert_string_equal(config.interface, "eth1");
	assert_int_equal(config.dhcp.n_ranges, 2);
	assert_int_equal(config.dhcp.range[0].addresses.first, 0x0a000032);
	assert_int_equal(config.dhcp.range[0].lease, 3600);
	assert_int_equal(config.dhcp.n_only, 1);
	assert_int_equal(config.dhcp.only[0].b[5], 4);
	is(config.dhcp.boot.file, "c");
	assert_int_equal(config.dhcp.boot.n_extras, 1);
	is(config.dhcp.boot.extra[0].v, "/c");
	settings_flag(&settings, "dhcp", "dhcp", "mode", bytes_str("x"));
	assert_string_equal(told[0].words, "--dhcp: takes proxy, full or off, not 'x'");
	assert_int_equal(told[0].line, 0);
}

static void lists_have_ends(void **state)
{
	static char text[200000];
	size_t n;

	(void)state;
	n = (size_t)snprintf(text, sizeof(text), HEAD);
	for (uint32_t i = 0; i <= SETTINGS_HOSTS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "[host h%u]\nmac = 02:00:00:00:%02x:%02x\n", i, i >> 8,
				      i & 0xff);
	assert_true(n < sizeof(text));
	read_text(text);
	assert_false(settings_end(&settings, US, NET));
	assert_int_equal(n_told, 1);
	assert_non_null(strstr(told[0].words, "1024"));
	n = (size_t)snprintf(text, sizeof(text), ALL);
	for (uint32_t i = 0; i <= DHCP_CLASSES_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "[class c%u]\narch = %u\n", i, i);
	read_text(text);
	assert_false(settings_end(&settings, US, NET));
	assert_non_null(strstr(told[0].words, "64"));
}

/* ---- whatever comes ---- */

static void every_prefix_and_every_flip_is_read_or_told_of(void **state)
{
	(void)state;
	any_like(chain);
}

static void what_is_said_of_it_names_all_of_it(void **state)
{
	static const char *const words[] = {
		"full DHCP on eth0 for all clients, 1 range, 7 classes\n",
		"range 10.0.0.100-10.0.0.199, mask 255.255.255.0, for 43200 s",
		"class efi-x64: arch 7,9, boots efi/grubx64.efi",
		"class ipxe: user class iPXE, boots http://10.0.0.3/menu.ipxe",
		"class u-boot: vendor class U-Boot, boots boot.scr.uimg, from 10.0.0.4",
		"10.0.0.4, root_path=/srv/nfs/board",
		"class else: everybody, boots pxelinux.0",
		"any other client, from 10.0.0.2"
	};

	(void)state;
	good(chain);
	says(words, sizeof(words) / sizeof(words[0]));
}

static void files_that_cannot_be_read_say_why(void **state)
{
	char why[320];
	char path[] = "/tmp/bootscope-settings-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	begin();
	assert_true(settings_file_read("/nonexistent/x.conf", &settings, why, sizeof(why)) < 0);
	assert_non_null(strstr(why, "No such file"));
	assert_true(settings_file_read("/", &settings, why, sizeof(why)) < 0);
	assert_true(settings_file_read("/dev/zero", &settings, why, sizeof(why)) < 0);
	assert_non_null(strstr(why, "too long"));
	assert_true(fd >= 0);
	assert_int_equal(write(fd, HEAD, sizeof(HEAD) - 1), sizeof(HEAD) - 1);
	close(fd);
	assert_int_equal(settings_file_read(path, &settings, why, sizeof(why)), 0);
	assert_true(settings_end(&settings, 0, 0));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_goes_where_it_belongs),
		cmocka_unit_test(every_row_takes_its_own_example_and_no_rubbish),
		cmocka_unit_test(every_fault_is_told_with_its_line_and_what_was_meant),
		cmocka_unit_test(near_misses_of_those_are_fine),
		cmocka_unit_test(all_faults_are_told_twenty_at_most),
		cmocka_unit_test(lines_have_an_end_and_binaries_are_left_at_once),
		cmocka_unit_test(options_win_over_the_file),
		cmocka_unit_test(lists_have_ends),
		cmocka_unit_test(every_prefix_and_every_flip_is_read_or_told_of),
		cmocka_unit_test(what_is_said_of_it_names_all_of_it),
		cmocka_unit_test(files_that_cannot_be_read_say_why),
	};

	if (!settings_file_known()) {
		printf("1..0 # SKIP built without inih\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
