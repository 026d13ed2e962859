/* SPDX-License-Identifier: BSD-2-Clause */
/* [nfs] and [export /PATH] of bootscope.conf, and --nfs-root. */
#include "configured.h"

/* An export, its folder and its clients as they are written back. */
static void has(uint32_t i, const char *path, const char *root, const char *clients)
{
	const struct nfs_export *x = &config.exports.export[i];
	char buf[400];
	struct text t = text_init(buf, sizeof(buf));

	assert_true(i < config.exports.n);
	assert_string_equal(x->path, path);
	assert_string_equal(x->root, root);
	for (uint32_t k = 0; k < x->n_clients; k++) {
		text_str(&t, k ? " " : "");
		exports_client_text(&x->client[k], &t);
	}
	assert_string_equal(buf, clients);
	assert_ptr_equal(exports_find(&config.exports, x->id), x);
}

static void a_root_is_an_export_for_the_interfaces_network(void **state)
{
	(void)state;
	good(HEAD);
	assert_false(config.nfs.on);
	assert_int_equal(config.nfs.port, 2049);
	assert_int_equal(config.nfs.mount_port, 20048);
	assert_int_equal(config.nfs.portmap, PORTMAP_AUTO);
	assert_true(config.nfs.udp);
	assert_string_equal(config.nfs.state, "/var/lib/bootscope/nfs");
	good(HEAD "[nfs]\nroot = /srv/nfs/pi4/\nroot = some/folder:/a:/pi5/root\nroot = /:/all\n");
	assert_true(config.nfs.on);
	assert_int_equal(config.exports.n, 3);
	has(0, "/srv/nfs/pi4", "/srv/nfs/pi4/", "10.0.0.0/24(rw,no_root_squash)");
	has(1, "/pi5/root", "some/folder:/a", "10.0.0.0/24(rw,no_root_squash)");
	has(2, "/all", "/", "10.0.0.0/24(rw,no_root_squash)");
	assert_true(config.exports.export[0].own_folders);
	good(HEAD "[nfs]\nroot = /\n");
	has(0, "/", "/", "10.0.0.0/24(rw,no_root_squash)");
}

static void every_key_goes_where_it_belongs(void **state)
{
	(void)state;
	good(HEAD
	     "[export /b]\n"
	     "[export /a/b/]\nroot = /srv/x y\nclients = 10.0.0.5(rw) *\nclients = 10.1.0.0/16\n"
	     "own-folders = yes\n"
	     "[nfs]\nroot = /srv/nfs\nport = 3049\nmount-port = 3048\nportmap = no\nudp = no\n"
	     "state = /run/x\nown-folders = no\nclients = 10.0.0.0/8(rw,insecure)\n");
	assert_int_equal(config.nfs.port, 3049);
	assert_int_equal(config.nfs.mount_port, 3048);
	assert_int_equal(config.nfs.portmap, PORTMAP_NO);
	assert_false(config.nfs.udp);
	assert_string_equal(config.nfs.state, "/run/x");
	assert_int_equal(config.exports.n, 3);
	has(0, "/b", "/b", "10.0.0.0/8(rw,insecure)");
	has(1, "/a/b", "/srv/x y", "10.0.0.5(rw) *(ro) 10.1.0.0/16(ro)");
	has(2, "/srv/nfs", "/srv/nfs", "10.0.0.0/8(rw,insecure)");
	assert_false(config.exports.export[0].own_folders);
	assert_true(config.exports.export[1].own_folders);
	assert_false(config.exports.export[2].own_folders);
}

static void the_option_takes_the_place_of_all_exports(void **state)
{
	(void)state;
	read_text(HEAD "[export /b]\n[nfs]\nroot = /c\nclients = 10.0.0.7(rw)\n");
	settings_flag(&settings, "nfs-root", "nfs", "root", bytes_str("/srv/a"));
	settings_flag(&settings, "nfs-root", "nfs", "root", bytes_str("b:/c"));
	assert_true(settings_end(&settings, US, NET));
	assert_int_equal(config.exports.n, 2);
	has(0, "/srv/a", "/srv/a", "10.0.0.7(rw)");
	has(1, "/c", "b", "10.0.0.7(rw)");
	settings_flag(&settings, "nfs-root", "nfs", "root", bytes_str("srv/a"));
	assert_int_equal(n_told, 1);
	assert_non_null(strstr(told[0].words, "--nfs-root: an export is a path from the root on"));
}

static void every_fault_is_told_with_its_line_and_what_was_meant(void **state)
{
	static const struct fault wrong[] = {
		{ HEAD "[export]\n", 3, "a path from the root on" },
		{ HEAD "[export srv]\n", 3, "a path from the root on, without blanks, such as" },
		{ HEAD "[export /a b]\n", 3, "without blanks" },
		{ HEAD "[export /a//b]\n", 3, "not '/a//b'" },
		{ HEAD "[export /a/../b]\n", 3, "not '/a/../b'" },
		{ HEAD "[export /.]\n", 3, "not '/.'" },
		{ HEAD "[export /a]\n[export /b]\n[export /a/]\n", 5,
		  "there is an export /a in line 3 already" },
		{ HEAD "[nfs]\nroot = /a\n[export /a]\n", 5, "an export /a in line 4 already" },
		{ HEAD "[nfs]\nroot = a\n", 4, "a path from the root on" },
		{ HEAD "[nfs]\nroot = /with blank\n", 4, "without blanks" },
		{ HEAD "[export /a]\nclients = 10.0.0.0/24 (rw)\n", 4, "a blank before '('" },
		{ HEAD "[export /a]\nclients = pi4\n", 4, "'pi4' is no address" },
		{ HEAD "[export /a]\nclients = *(rw)\nclients = 1.2.3.4 *(ro)\n", 5,
		  "* is there twice" },
		{ HEAD "[nfs]\nclients = *(no_root_sqash)\n", 4, "did you mean no_root_squash?" },
		{ HEAD "[nfs]\nportmap = maybe\n", 4, "takes auto, yes or no, not 'maybe'" },
		{ HEAD "[nfs]\nroot = /a\nport = 111\nmount-port = 111\n", 0, "have one port" },
		{ HEAD "[export /a]\nroot = /b\nroot = /c\n", 5, "'root' was set in line 4" },
		{ HEAD "[exports /a]\n", 3, "did you mean [export /PATH]?" },
		{ HEAD "[nsf]\n", 3, "did you mean [nfs]?" },
		{ HEAD "[export /a]\nclient = *\n", 4, "did you mean 'clients'?" },
		{ HEAD "[dhcp]\nmount-port = 1\n", 4, "it is a key of [nfs]" },
	};

	(void)state;
	faulty(wrong, sizeof(wrong) / sizeof(wrong[0]), 1);
}

static void nfs_alone_is_something_to_serve(void **state)
{
	(void)state;
	good(HEAD "[dhcp]\nmode = off\n[nfs]\nroot = /srv\n");
}

static void an_interface_without_an_address_has_no_network_yet(void **state)
{
	(void)state;
	read_text(HEAD "[nfs]\nroot = /srv\n[export /x]\nclients = *\n");
	assert_true(settings_end(&settings, 0, 0));
	has(0, "/srv", "/srv", "");
	assert_false(settings_exports_network(&config, 0, 0));
	assert_true(settings_exports_network(&config, 0x0a010203, 0xffff0000));
	has(0, "/srv", "/srv", "10.1.0.0/16(rw,no_root_squash)");
	has(1, "/x", "/x", "*(ro)");
}

static void lists_have_ends(void **state)
{
	static char text[1 << 16];
	size_t n = (size_t)snprintf(text, sizeof(text), HEAD);

	(void)state;
	for (uint32_t i = 0; i <= EXPORTS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "[export /%u]\n", i);
	read_text(text);
	assert_false(settings_end(&settings, US, NET));
	assert_non_null(strstr(told[0].words, "room for 64 exports"));
	assert_int_equal(n_told, 1);
}

static void what_is_said_of_it_names_all_of_it(void **state)
{
	static const char *const unknown =
		"export /srv/nfs: for the interface's own network, to each";
	static const char *const words[] = {
		", NFS by port 2049 over TCP alone, 2 exports\n",
		"  export /srv/nfs: for 10.0.0.0/24(rw,no_root_squash)\n",
		("  export /t: /usr/share/t, for 10.0.0.5(ro,all_squash,anonuid=7), to each its "
		 "own "
		 "folder where there is one\n"),
	};

	(void)state;
	good(HEAD "[nfs]\nroot = /srv/nfs\nown-folders = no\nudp = no\n[export /t]\n"
		  "root = /usr/share/t\nclients = 10.0.0.5(all_squash,anonuid=7)\n"
		  "own-folders = yes\n");
	says(words, sizeof(words) / sizeof(words[0]));
	read_text(HEAD "[nfs]\nroot = /srv/nfs\n");
	assert_true(settings_end(&settings, 0, 0));
	says(&unknown, 1);
}

static void every_prefix_and_every_flip_is_read_or_told_of(void **state)
{
	(void)state;
	any_like(HEAD "[nfs]\nroot = /a:/b\nclients = 10.0.0.0/8(rw,anonuid=5)\nportmap = no\n"
		      "[export /x/y]\nroot = /z\nclients = *(ro) 1.2.3.4\nown-folders = no\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_is_an_export_for_the_interfaces_network),
		cmocka_unit_test(every_key_goes_where_it_belongs),
		cmocka_unit_test(the_option_takes_the_place_of_all_exports),
		cmocka_unit_test(every_fault_is_told_with_its_line_and_what_was_meant),
		cmocka_unit_test(nfs_alone_is_something_to_serve),
		cmocka_unit_test(an_interface_without_an_address_has_no_network_yet),
		cmocka_unit_test(lists_have_ends),
		cmocka_unit_test(what_is_said_of_it_names_all_of_it),
		cmocka_unit_test(every_prefix_and_every_flip_is_read_or_told_of),
	};

	if (!settings_file_known()) {
		printf("1..0 # SKIP built without inih\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
