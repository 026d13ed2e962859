/* SPDX-License-Identifier: BSD-2-Clause */
/* What else a boot server is told by: exports, dnsmasq, EEPROM settings, by strangers too. */
#include <stdlib.h>

#include "json.h"
#include "site_made.h"

/* ---- exports ---- */

static void exports_have_their_slips_named(void **state)
{
	static const struct {
		const char *text, *id, *fix; /* good_exports stand behind it */
	} rows[] = {
		{ "srv/a *(rw)\n", "exports-path-slash", "/srv/a *(rw)" },
		{ "/srv/a 10.0.0.0/8 (rw,no_root_squash)\n", "exports-blank-before-options",
		  "/srv/a 10.0.0.0/8(rw,no_root_squash)" },
		{ "/srv/a *(rw, sync)\n", "exports-parenthesis", "(rw," },
		{ "/srv/a *(rw,sync\n", "exports-parenthesis", NULL },
		{ "/srv/a\n", "exports-no-client", "/srv/a 192" },
		{ "/srv/a (rw)\n", NULL, NULL },
		{ "\"/srv/with blank\" *(rw)\n", NULL, NULL },
		{ "# srv/a (rw\n\n/srv/a \\\n  10.0.0.1(rw) \\\n  10.0.0.2(ro)\n", NULL, NULL },
		{ "/srv/a -sync,rw 10.0.0.1 10.0.0.2\n", NULL, NULL },
	};
	char text[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill(state);
		snprintf(text, sizeof(text), "%s%s", rows[i].text, good_exports);
		audit_all(text, NULL, NULL);
		if (rows[i].id)
			only(rows[i].id, rows[i].fix);
		else
			assert_int_equal(failed(), 0);
	}
	fill(state);
	audit_all("\n\n/x *(rw)\n/srv/a *(rw, sync)\n", NULL, NULL);
	assert_string_equal(item("exports-parenthesis")->about, "exports, line 4");
}

static void the_root_is_exported_as_a_root(void **state)
{
	(void)state;
	audit_all("/srv/other *(rw,no_root_squash)\n", NULL, NULL);
	only("mount-no-such-export", "/srv/nfs/r1 ");
	audit_all("/srv/nfs *(rw)\n", NULL, NULL);
	only("nfs-root-squash", "no_root_squash");
	audit_all("/srv/nfs *(ro,no_root_squash)\n", NULL, NULL);
	only("nfs-read-only", "rw");
	audit_all("/exported *(rw,fsid=0,no_root_squash)\n", NULL, NULL);
	assert_int_equal(failed(), 0);
	/* the nearest line counts, and /srv/nf is none */
	audit_all("/srv/nfs/r1 *(rw,no_root_squash)\n/srv/nf *(ro)\n/srv *(ro)\n", NULL, NULL);
	assert_int_equal(failed(), 0);
}

/* ---- dnsmasq, EEPROM ---- */

static void dnsmasq_says_what_a_pi_needs(void **state)
{
	static const struct {
		const char *text, *id; /* before the lines that serve files */
	} rows[] = {
		{ "dhcp-range=10.0.0.0,proxy\npxe-service=0,\"Raspberry Pi Boot\"\n",
		  "dhcp-option43-unpadded" },
		{ "dhcp-range=10.0.0.0,proxy\npxe-service=x86PC,\"Boot\",pxelinux\n",
		  "dhcp-option43-wrong-text" },
		{ "dhcp-range=10.0.0.0,proxy\npxe-service=7,\"Raspberry Pi Boot   \"\n",
		  "dhcp-option43-wrong-text" },
		{ "dhcp-range=10.0.0.5,10.0.0.9\ndhcp-boot=bootcode.bin\n", "dhcp-no-option43" },
		{ "dhcp-range=10.0.0.5,10.0.0.9\n", "dhcp-no-option43" },
		{ "pxe-service=0,\"Raspberry Pi Boot   \"\n", "dhcp-no-offer" },
		{ "dhcp-range=10.0.0.5,10.0.0.9\ndhcp-option=66,10.0.0.1\n", NULL },
		{ "dhcp-range=10.0.0.5,10.0.0.9\ndhcp-option=tag:a,option:tftp-server,\"1.2.3."
		  "4\"\n",
		  NULL },
		{ "dhcp-range = 10.0.0.5,10.0.0.9\npxe-service = tag:pi, x86PC, \"Raspberry Pi "
		  "Boot "
		  "  \" , x\n",
		  NULL },
		{ "conf-dir=/etc/dnsmasq.d\n", "dnsmasq-more-files" },
	};
	char text[512];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fill(state);
		snprintf(text, sizeof(text), "%senable-tftp\ntftp-root=/srv/tftp\n", rows[i].text);
		audit_all(NULL, text, NULL);
		if (rows[i].id)
			only(rows[i].id, NULL);
		else
			assert_int_equal(failed(), 0);
	}
}

static void dnsmasq_serves_the_folder_that_was_looked_at(void **state)
{
	(void)state;
	audit_all(NULL, "dhcp-range=10.0.0.0,proxy\npxe-service=0,\"Raspberry Pi Boot   \"\n",
		  NULL);
	only("dnsmasq-tftp-off", "tftp-root=/srv/tftp");
	audit_all(NULL,
		  "dhcp-range=10.0.0.0,proxy\npxe-service=0,\"Raspberry Pi Boot   \"\nenable-tftp\n"
		  "tftp-root=/srv/tftpd\n",
		  NULL);
	only("dnsmasq-other-root", "tftp-root=/srv/tftp");
	assert_true(site_is_fatal(&report));
}

static void the_eeprom_asks_the_network(void **state)
{
	(void)state;
	audit_all(NULL, NULL, "BOOT_ORDER=0xf41\n");
	only("eeprom-config", "BOOT_ORDER=0xf21");
	assert_true(site_is_fatal(&report));
}

/* ---- strangers ---- */

static void words_of_files_reach_no_shell(void **state)
{
	(void)state;
	put(&tftp, "config.txt", "kernel=$(reboot)\n");
	audit();
	assert_non_null(item("tftp-kernel-not-found"));
	assert_null(strstr(item("tftp-kernel-not-found")->fix, "reboot"));
	fill(state);
	put(&tftp, "cmdline.txt",
	    "root=/dev/nfs nfsroot=1:/srv/nfs/`x`\x1b[2J,vers=3 rw ip=dhcp\n");
	audit();
	for (uint32_t i = 0; i < report.n; i++) {
		assert_null(strchr(report.item[i].message, '\x1b'));
		if (report.item[i].fix)
			assert_null(strchr(report.item[i].fix, '`'));
	}
}

struct written {
	char text[1 << 17];
	uint32_t n;
};

static void write_to(void *ctx, const char *p, uint32_t n)
{
	struct written *w = ctx;

	assert_true(w->n + n < sizeof(w->text));
	memcpy(w->text + w->n, p, n);
	w->n += n;
	w->text[w->n] = 0;
}

/* Each text, with each of its bytes changed or cut there: it is looked through and shown. */
static void anything_may_stand_in_the_files(void **state)
{
	static const char *const texts[] = { LINE, "/srv/a 10.0.0.0/8 (rw,\\\n)\n\"x",
					     "pxe-service=0,\"Raspberry Pi Boot\" # c\n",
					     "PARTUUID=1 / ext4 x\n",
					     "[pi4]\nkernel=a\n[all]\ninitramfs b\n" };
	static struct written w;
	char text[256];

	fill(state);
	for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
		for (size_t at = 0; at <= strlen(texts[k]); at++)
			for (int bit = 0; bit < 8; bit++) {
				snprintf(text, sizeof(text), "%s", texts[k]);
				text[at] = (char)(bit ? text[at] ^ (1 << bit) : 0);
				put(&tftp, "cmdline.txt", text);
				put(&tftp, "config.txt", text);
				put(&nfs, "r1/etc/fstab", text);
				audit_all(text, text, text);
				w.n = 0;
				site_text(&report, true, true, (struct output) { &w, write_to });
				assert_true(w.n > 0);
			}
}

static void too_much_is_counted(void **state)
{
	static char text[64 << 10];
	uint32_t n = 0;

	(void)state;
	while (n + 16 < sizeof(text))
		n += (uint32_t)snprintf(text + n, sizeof(text) - n, "srv/a *(rw)\n");
	audit_all(text, NULL, NULL);
	assert_int_equal(report.n, SITE_ITEMS);
	assert_true(report.lost > 0);
}

static void json_and_text_hold_the_same(void **state)
{
	static struct written w;
	struct site s = { .tftp = &trees[0], .tftp_path = "/srv/tftp" };
	struct json j;

	(void)state;
	take(&tftp, "start4.elf");
	site_look(&s, &report);
	json_init(&j, (struct output) { &w, write_to }, false);
	w.n = 0;
	site_json(&s, &report, &j.sink);
	assert_non_null(strstr(w.text, "\"schema\":\"bootscope-audit-files/1\""));
	assert_non_null(strstr(w.text, "\"profile\":\"pi4\",\"verdict\":\"fail\""));
	assert_non_null(
		strstr(w.text, "\"id\":\"tftp-firmware-not-found\",\"severity\":\"fatal\""));
	w.n = 0;
	site_text(&report, true, false, (struct output) { &w, write_to });
	assert_non_null(strstr(w.text, "[tftp-firmware-not-found]"));
	assert_non_null(strstr(w.text, "1 that ends a boot"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, fill)
		TEST(exports_have_their_slips_named),
		TEST(the_root_is_exported_as_a_root),
		TEST(dnsmasq_says_what_a_pi_needs),
		TEST(dnsmasq_serves_the_folder_that_was_looked_at),
		TEST(the_eeprom_asks_the_network),
		TEST(words_of_files_reach_no_shell),
		TEST(anything_may_stand_in_the_files),
		TEST(too_much_is_counted),
		TEST(json_and_text_hold_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
