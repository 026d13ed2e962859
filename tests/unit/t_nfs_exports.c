/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_exports.h"

#include "unit.h"

static struct nfs_exports e;
static char why[400];

static struct nfs_export *parsed(const char *words)
{
	struct text t = text_init(why, sizeof(why));

	memset(&e, 0, sizeof(e));
	e.n = 1;
	if (exports_clients_parse(bytes_str(words), &e.export[0], &t))
		assert_string_equal(why, "");
	else
		assert_string_not_equal(why, "");
	return &e.export[0];
}

/* As it is written back; empty when it was refused. */
static const char *back(const char *words)
{
	static char buf[400];
	struct text t = text_init(buf, sizeof(buf));
	const struct nfs_export *x = parsed(words);

	if (*why)
		return "";
	for (uint32_t i = 0; i < x->n_clients; i++) {
		text_str(&t, i ? " " : "");
		exports_client_text(&x->client[i], &t);
	}
	return buf;
}

static void refused(const char *words, const char *because)
{
	assert_string_equal(back(words), "");
	if (!strstr(why, because))
		fail_msg("%s: %s", words, why);
}

static void reads_what_exports_5_writes(void **state)
{
	(void)state;
	assert_string_equal(back("*"), "*(ro)");
	assert_string_equal(back("*(rw,sync,no_subtree_check,no_root_squash)"),
			    "*(rw,sync,no_root_squash)");
	assert_string_equal(back("192.168.1.0/24(rw) 10.0.0.2()"),
			    "192.168.1.0/24(rw) 10.0.0.2(ro)");
	assert_string_equal(back("\t192.168.1.77/255.255.255.0(rw,insecure)  "),
			    "192.168.1.0/24(rw,insecure)");
	assert_string_equal(back("10.0.0.2(all_squash,anonuid=1000,anongid=100)"),
			    "10.0.0.2(ro,all_squash,anonuid=1000,anongid=100)");
	assert_string_equal(back("10.0.0.2(rw,async,wdelay,no_wdelay,subtree_check,fsid=0,hide,"
				 "secure,secure_locks,sec=krb5:sys,no_acl)"),
			    "10.0.0.2(rw)");
	assert_string_equal(back("10.0.0.2/0(rw,ro)"), "*(ro)");
}

static void squashing_of_all_and_of_root_are_two_switches(void **state)
{
	(void)state;
	assert_string_equal(back("*(all_squash,no_root_squash)"), "*(ro,all_squash)");
	assert_string_equal(back("*(no_root_squash,all_squash)"), "*(ro,all_squash)");
	assert_string_equal(back("*(no_root_squash,no_all_squash)"), "*(ro,no_root_squash)");
	assert_string_equal(back("*(all_squash,no_all_squash)"), "*(ro)");
	assert_string_equal(back("*(no_root_squash,root_squash)"), "*(ro)");
}

static void says_what_is_wrong_with_it(void **state)
{
	(void)state;
	refused("", "clients are");
	refused("192.168.1.0/24 (rw)", "a blank before '(' would give what is in it to everybody");
	refused("(rw)", "a blank before '('");
	refused("pi4(rw)", "'pi4' is no address, and names are not looked up");
	refused("@pis", "netgroup");
	refused("*.lab", "is a pattern");
	refused("192.168.1.*(rw)", "is a pattern");
	refused("fe80::1", "IPv6");
	refused("-rw 10.0.0.1", "options for all clients");
	refused("10.0.0.0/33", "a network is an address and a mask");
	refused("10.0.0.0/255.0.255.0", "a network is an address and a mask");
	refused("10.0.0.0/", "a network is an address and a mask");
	refused("10.0.0.1(rw, no_root_squash)", "no blanks");
	refused("10.0.0.1(rw", "stand between ( and )");
	refused("*(no_root_sqash)", "'no_root_sqash'; did you mean no_root_squash?");
	refused("*(rw,root)", "exports have no option 'root'");
	refused("*(rww)", "no option 'rww'");
	refused("*(crossmnt)", "'crossmnt' is not done: file systems mounted below");
	refused("*(sec=krb5)", "no Kerberos");
	refused("*(anonuid=nobody)", "anonuid takes the number");
	refused("*(anongid=4294967295)", "anongid takes the number");
	refused("*(xprtsec=mtls)", "no TLS");
	refused("*(\x1b[2J)", "'\\x1b[2J'");
	refused("10.0.0.1(rw) 10.0.0.1(ro)", "10.0.0.1 is there twice");
	refused("10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.7 10.0.0.8 10.0.0.9 "
		"10.0.0.10 10.0.0.11 10.0.0.12 10.0.0.13 10.0.0.14 10.0.0.15 10.0.0.16 10.0.0.17",
		"16 clients at most");
}

static void the_narrowest_client_counts(void **state)
{
	const struct nfs_export *x = parsed("10.0.0.0/8(ro) 10.0.0.0/24(rw) 10.0.0.5(ro,insecure)");

	(void)state;
	assert_ptr_equal(exports_client(x, 0x0a000005), &x->client[2]);
	assert_ptr_equal(exports_client(x, 0x0a000006), &x->client[1]);
	assert_ptr_equal(exports_client(x, 0x0a000106), &x->client[0]);
	assert_null(exports_client(x, 0x0b000001));
	x = parsed("10.0.0.5 *(rw)");
	assert_ptr_equal(exports_client(x, 0x0b000001), &x->client[1]);
	assert_ptr_equal(exports_client(x, 0x0a000005), &x->client[0]);
}

static struct nfs_caller root(void)
{
	struct nfs_caller c = { .n_groups = 3, .group = { 0, 20, UINT32_MAX } };

	return c;
}

static void root_and_all_are_squashed_as_told(void **state)
{
	struct nfs_caller who = root();
	const struct nfs_export *x = parsed("10.0.0.1 10.0.0.2(sync,no_root_squash) "
					    "10.0.0.3(all_squash,anonuid=7,anongid=8)");

	(void)state;
	exports_squash(&x->client[0], &who);
	assert_true(who.uid == 65534 && who.gid == 65534 && who.n_groups == 3 && !who.sync);
	assert_true(who.group[0] == 65534 && who.group[1] == 20 && who.group[2] == 65534);
	who = root();
	who.uid = 1000;
	exports_squash(&x->client[0], &who);
	assert_true(who.uid == 1000 && who.gid == 65534);
	who = root();
	exports_squash(&x->client[1], &who);
	assert_true(who.uid == 0 && who.gid == 0 && who.group[0] == 0 && who.sync);
	assert_int_equal(who.group[2], 65534); /* "no change" is nobody's number */
	who.uid = who.gid = UINT32_MAX;
	exports_squash(&x->client[1], &who);
	assert_true(who.uid == 65534 && who.gid == 65534);
	who = root();
	exports_squash(&x->client[2], &who);
	assert_true(who.uid == 7 && who.gid == 8 && who.n_groups == 0);
}

static void finds(const char *path, int want, const char *rest)
{
	struct bytes left;
	const struct nfs_export *x = exports_path(&e, bytes_str(path), &left);

	if (want < 0)
		assert_null(x);
	else
		assert_ptr_equal(x, &e.export[want]);
	if (!bytes_is(left, rest))
		fail_msg("%s: %.*s", path, (int)left.n, (const char *)left.p);
}

static void a_path_is_in_the_export_it_begins_with(void **state)
{
	(void)state;
	memset(&e, 0, sizeof(e));
	e.n = 3;
	e.export[0].path = "/srv/nfs";
	e.export[1].path = "/srv/nfs/pi4";
	e.export[2].path = "/srv/tftp";
	finds("/srv/nfs", 0, "");
	finds("/srv/nfs/", 0, "");
	finds("//srv///nfs/.//", 0, "");
	finds("/srv/nfs/pi3/root", 0, "pi3/root");
	finds("/srv/nfs/pi4", 1, "");
	finds("/srv/nfs/./pi4//boot/", 1, "boot/");
	finds("/srv/nfs/pi45", 0, "pi45");
	finds("/srv/nfs2", -1, "");
	finds("/srv", -1, "");
	finds("srv/nfs", -1, "");
	finds("/", -1, "");
	finds("", -1, "");
	e.export[2].path = "/";
	finds("/", 2, "");
	finds("/home/x", 2, "home/x");
	finds("/srv/nfs/a", 0, "a");
}

static void numbers_differ_and_come_back(void **state)
{
	static char path[EXPORTS_MAX][20];
	uint16_t id;

	(void)state;
	memset(&e, 0, sizeof(e));
	e.n = EXPORTS_MAX;
	for (uint32_t i = 0; i < e.n; i++) {
		struct text t = text_init(path[i], sizeof(path[i]));

		text_fmt(&t, "/srv/%u", i);
		e.export[i].path = path[i];
	}
	e.export[5].path = path[4]; /* the same number, were it left to the path */
	exports_number(&e);
	for (uint32_t i = 0; i < e.n; i++)
		assert_ptr_equal(exports_find(&e, e.export[i].id), &e.export[i]);
	id = e.export[60].id;
	e.export[0] = e.export[60];
	e.n = 1;
	exports_number(&e);
	assert_int_equal(e.export[0].id, id);
	assert_null(exports_find(&e, (uint16_t)(id + 1)));
}

/* No prefix and no changed letter of a line is more than refused. */
static void survives_any_words(void **state)
{
	static const char words[] = "192.168.1.0/24(rw,no_root_squash,anonuid=5,sec=sys:krb5) *";
	char some[sizeof(words)];

	(void)state;
	for (uint32_t n = 0; n < sizeof(words); n++) {
		for (int bit = 0; bit < 8; bit++) {
			struct text t = text_init(why, sizeof(why));

			memcpy(some, words, sizeof(words));
			some[n] = (char)(some[n] ^ 1 << bit);
			memset(&e, 0, sizeof(e));
			exports_clients_parse(bytes_of(some, sizeof(words) - 1), &e.export[0], &t);
			t = text_init(why, sizeof(why));
			memset(&e, 0, sizeof(e));
			exports_clients_parse(bytes_of(some, n), &e.export[0], &t);
			assert_true(e.export[0].n_clients <= 2);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_exports_5_writes),
		cmocka_unit_test(squashing_of_all_and_of_root_are_two_switches),
		cmocka_unit_test(says_what_is_wrong_with_it),
		cmocka_unit_test(the_narrowest_client_counts),
		cmocka_unit_test(root_and_all_are_squashed_as_told),
		cmocka_unit_test(a_path_is_in_the_export_it_begins_with),
		cmocka_unit_test(numbers_differ_and_come_back),
		cmocka_unit_test(survives_any_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
