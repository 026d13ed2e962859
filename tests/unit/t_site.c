/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot server's own files: what is right is left alone, and what is wrong has its name and fix.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "site.h"

/* ---- folders made of rows ---- */

struct file {
	const char *path, *text; /* text NULL: a folder */
	uint32_t mode;
	uint64_t modified_s;
};

enum { FILES_MAX = 64 };

struct tree {
	struct file file[FILES_MAX];
	uint32_t n;
};

static struct tree tftp, nfs;
static struct site_report report;

static const struct file *find(const struct tree *t, const char *top, const char *path)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "%s%s%s", top, *top && *path ? "/" : "", path);
	for (uint32_t i = 0; i < t->n; i++)
		if (strcmp(t->file[i].path, whole) == 0)
			return &t->file[i];
	return NULL;
}

static void look(const void *ctx, const char *top, const char *path, struct site_facts *out)
{
	const struct file *f = find(ctx, top, path);

	*out = (struct site_facts) { .kind = SITE_MISSING };
	if (!*top && !*path)
		*out = (struct site_facts) { .kind = SITE_FOLDER, .mode = 0755 };
	else if (f)
		*out = (struct site_facts) { .kind = f->text ? SITE_FILE : SITE_FOLDER,
					     .mode = f->mode,
					     .modified_s = f->modified_s };
}

static int64_t read_file(const void *ctx, const char *top, const char *path, uint8_t *to,
			 uint32_t n)
{
	const struct file *f = find(ctx, top, path);
	size_t have = f && f->text ? strlen(f->text) : 0;

	if (!f || !f->text)
		return -1;
	have = have < n ? have : n;
	memcpy(to, f->text, have);
	return (int64_t)have;
}

static const char *name(const void *ctx, uint32_t i)
{
	const struct tree *t = ctx;

	return i < t->n ? t->file[i].path : NULL;
}

static struct file *put(struct tree *t, const char *path, const char *text)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (strcmp(t->file[i].path, path) == 0) {
			t->file[i].text = text;
			return &t->file[i];
		}
	assert_true(t->n < FILES_MAX);
	t->file[t->n] = (struct file) { path, text, text ? 0644 : 0755, 1000000 };
	return &t->file[t->n++];
}

static void take(struct tree *t, const char *path)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (strcmp(t->file[i].path, path) == 0) {
			t->file[i] = t->file[--t->n];
			return;
		}
	fail_msg("there is no %s", path);
}

#define LINE "root=/dev/nfs nfsroot=10.0.0.1:/srv/nfs/r1,vers=3,proto=tcp rw ip=dhcp rootwait\n"

static const char good_exports[] = "/srv/nfs 10.0.0.0/8(rw,no_root_squash,no_subtree_check)\n";
static const char good_dnsmasq[] = "dhcp-range=10.0.0.0,proxy\n"
				   "pxe-service=0,\"Raspberry Pi Boot   \"  # the Pis\n"
				   "enable-tftp\ntftp-root=/srv/tftp/\n";

/* All that three kinds of boards need. */
static int fill(void **state)
{
	static const char *const files[] = { "bootcode.bin",        "start.elf",
					     "fixup.dat",           "start4.elf",
					     "fixup4.dat",          "kernel8.img",
					     "kernel_2712.img",     "bcm2710-rpi-3-b.dtb",
					     "bcm2711-rpi-4-b.dtb", "bcm2712-rpi-5-b.dtb" };

	(void)state;
	tftp.n = nfs.n = 0;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put(&tftp, files[i], "");
	put(&tftp, "config.txt", "arm_64bit=1\n");
	put(&tftp, "cmdline.txt", LINE);
	put(&nfs, "r1", NULL);
	put(&nfs, "r1/sbin/init", "");
	put(&nfs, "r1/etc/fstab", "proc /proc proc defaults 0 0\n10.0.0.1:/srv/nfs/r1 / nfs rw\n");
	return 0;
}

static const struct site_tree trees[] = { { &tftp, look, read_file, name },
					  { &nfs, look, read_file, name } };

static void audit_all(const char *exports, const char *dnsmasq, const char *eeprom)
{
	struct site s = { .tftp = &trees[0],
			  .nfs = &trees[1],
			  .tftp_path = "/srv/tftp",
			  .nfs_path = "/srv/nfs",
			  .nfs_name = "/srv/nfs" };

	if (exports)
		s.exports = bytes_str(exports);
	if (dnsmasq)
		s.dnsmasq = bytes_str(dnsmasq);
	if (eeprom)
		s.eeprom = bytes_str(eeprom);
	site_look(&s, &report);
}

static void audit(void)
{
	audit_all(good_exports, good_dnsmasq, NULL);
}

static const struct site_item *item(const char *id)
{
	for (uint32_t i = 0; i < report.n; i++)
		if (report.item[i].state == SITE_FAILED && strcmp(report.item[i].id, id) == 0)
			return &report.item[i];
	return NULL;
}

static uint32_t failed(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < report.n; i++)
		n += report.item[i].state == SITE_FAILED;
	return n;
}

/* That alone, and with this in its fix. */
static void only(const char *id, const char *fix)
{
	const struct site_item *i = item(id);

	if (!i || failed() != 1)
		for (uint32_t k = 0; k < report.n; k++)
			if (report.item[k].state == SITE_FAILED)
				print_message("# %s: %s\n", report.item[k].id,
					      report.item[k].message);
	if (!i) {
		fail_msg("no %s", id);
		return;
	}
	assert_int_equal(failed(), 1);
	assert_true(*i->message);
	if (fix) {
		assert_non_null(i->fix);
		if (!strstr(i->fix, fix))
			fail_msg("no '%s' in '%s'", fix, i->fix);
	}
}

/* ---- boot files ---- */

static void nothing_is_said_of_what_is_right(void **state)
{
	(void)state;
	audit_all(good_exports, good_dnsmasq, "BOOT_ORDER=0xf21\nBOOT_UART=1\n");
	assert_int_equal(failed(), 0);
	assert_false(site_is_fatal(&report));
	assert_int_equal(report.n_places, 1);
	for (int k = 0; k < SITE_MODELS; k++)
		assert_int_equal(report.place[0].verdict[k], VERDICT_PASS);
}

static void a_missing_kernel_is_that_of_its_model_alone(void **state)
{
	(void)state;
	take(&tftp, "kernel8.img");
	audit();
	assert_int_equal(report.place[0].verdict[0], VERDICT_FAIL);
	assert_int_equal(report.place[0].verdict[1], VERDICT_FAIL);
	assert_int_equal(report.place[0].verdict[2], VERDICT_PASS);
	assert_non_null(item("tftp-kernel-not-found"));
}

static void a_pi_5_does_with_the_kernel_of_a_pi_4(void **state)
{
	(void)state;
	take(&tftp, "kernel_2712.img");
	audit();
	assert_int_equal(failed(), 0);
}

static void names_from_config_txt_are_looked_for(void **state)
{
	(void)state;
	put(&tftp, "config.txt", "[pi4]\nkernel=mine.img\n[all]\n");
	audit();
	only("tftp-kernel-not-found", "/srv/tftp/mine.img");
	put(&tftp, "mine.img", "");
	audit();
	assert_int_equal(failed(), 0);
	put(&tftp, "config.txt", "[pi5]\ninitramfs init.gz followkernel\n");
	audit();
	only("tftp-initramfs-not-found", "/srv/tftp/init.gz");
}

static void a_file_that_not_everybody_may_read_is_told(void **state)
{
	(void)state;
	put(&tftp, "start4.elf", "")->mode = 0640;
	audit();
	only("tftp-access-violation", "chmod o+rX /srv/tftp/start4.elf");
	assert_non_null(strstr(item("tftp-access-violation")->message, "mode 640"));
}

static void another_case_is_another_name(void **state)
{
	(void)state;
	take(&tftp, "fixup4.dat");
	take(&tftp, "start4.elf");
	put(&tftp, "START4.ELF", "");
	put(&tftp, "fixup4.dat", "");
	audit();
	only("tftp-name-case-or-backslash", "mv /srv/tftp/START4.ELF /srv/tftp/start4.elf");
}

static void firmware_of_two_releases_is_told_by_its_times(void **state)
{
	(void)state;
	put(&tftp, "fixup4.dat", "")->modified_s = 1000000 + 30 * 86400;
	audit();
	only("firmware-mixed", "cp -p");
	assert_false(site_is_fatal(&report));
}

static void an_empty_folder_boots_nobody(void **state)
{
	(void)state;
	tftp.n = 0;
	audit();
	only("tftp-firmware-not-found", "cp -rp");
	assert_true(site_is_fatal(&report));
}

static void bootcode_comes_from_the_root_whatever_the_folder(void **state)
{
	(void)state;
	take(&tftp, "bootcode.bin");
	audit();
	only("tftp-bootcode-not-found", "/srv/tftp/bootcode.bin");
}

/* ---- folders of boards ---- */

static void a_folder_has_the_name_that_is_asked_for(void **state)
{
	static const struct {
		const char *is, *right; /* NULL: as it has to be, or no board's */
	} names[] = { { "38c128c0", NULL },         { "dc-a6-32-01-36-c2", NULL },
		      { "overlays", NULL },         { "12345678901", NULL },
		      { "38C128C0", "38c128c0" },   { "1000000038c128c0", "38c128c0" },
		      { "dca6320136c2", "dc-a6-" }, { "DC-A6-32-01-36-C2", "dc-a6-" },
		      { "pi-lab", NULL },           { "dc:a6:32:01:36:c2", "dc-a6-" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char inside[64];

		fill(state);
		snprintf(inside, sizeof(inside), "%s/config.txt", names[i].is);
		put(&tftp, names[i].is, NULL);
		put(&tftp, inside, "");
		audit();
		if (names[i].right)
			only("tftp-folder-name", names[i].right);
		else
			assert_int_equal(failed(), 0);
	}
}

static void a_folder_without_its_first_file_is_passed_over(void **state)
{
	(void)state;
	put(&tftp, "38c128c0", NULL);
	put(&tftp, "38c128c0/kernel8.img", "");
	audit();
	only("tftp-folder-ignored", "/srv/tftp/38c128c0");
}

static void a_root_that_no_board_comes_to_ends_no_boot(void **state)
{
	static const char *const files[] = { "x", "38c128c0/start4.elf", "38c128c0/fixup4.dat",
					     "38c128c0/kernel8.img",
					     "38c128c0/bcm2711-rpi-4-b.dtb" };

	(void)state;
	put(&tftp, "38c128c0", NULL);
	for (size_t i = 1; i < sizeof(files) / sizeof(files[0]); i++)
		put(&tftp, files[i], "");
	put(&tftp, "38c128c0/cmdline.txt", LINE);
	put(&tftp, "cmdline.txt", "root=PARTUUID=1234-02 rootwait\n");
	audit();
	only("cmdline-root-not-nfs", NULL);
	assert_false(site_is_fatal(&report));
	assert_int_equal(report.n_places, 2);
	assert_int_equal(report.place[1].verdict[1], VERDICT_PASS);
	assert_int_equal(report.place[1].verdict[2], VERDICT_SKIPPED);
}

static void the_folder_that_the_eeprom_names_is_looked_at(void **state)
{
	static const char eeprom[] = "BOOT_ORDER=0xf21\nBOOT_UART=1\nTFTP_PREFIX=1\n"
				     "TFTP_PREFIX_STR=pi-lab/\n";

	(void)state;
	audit_all(NULL, NULL, eeprom);
	only("tftp-folder-missing", NULL);
	put(&tftp, "pi-lab", NULL);
	put(&tftp, "pi-lab/start4.elf", "");
	put(&tftp, "pi-lab/fixup4.dat", "");
	audit_all(NULL, NULL, eeprom);
	assert_int_equal(report.n_places, 2);
	assert_string_equal(report.place[1].folder, "pi-lab");
	assert_int_equal(report.place[1].verdict[1], VERDICT_FAIL);
	assert_non_null(item("tftp-kernel-not-found"));
}

/* ---- from the command line on ---- */

static void the_command_line_leads_to_a_root(void **state)
{
	static const struct {
		const char *line, *id;
	} lines[] = {
		{ "root=PARTUUID=1234-02 rootwait ip=dhcp\n", "cmdline-root-not-nfs" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/srv/nfs/r1,vers=3 rw\n", "cmdline-no-ip" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/srv/nfs/r1 rw ip=dhcp\n",
		  "nfs-v2-default-refused" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/srv/nfs/r2,vers=3 rw ip=dhcp\n",
		  "mount-no-such-export" },
		{ "root=/dev/nfs nfsroot=10.0.0.1:/srv/nfs/r1/../r2,vers=3 rw ip=dhcp\n", NULL },
		{ "console=tty1\n" LINE, "cmdline-multiline" },
		{ "init=/usr/lib/raspberrypi-sys-mods/firstboot " LINE, "cmdline-sdcard-init" },
		{ "\xef\xbb\xbf" LINE, "cmdline-not-plain-text" },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		fill(state);
		put(&tftp, "cmdline.txt", lines[i].line);
		audit();
		if (!lines[i].id)
			assert_int_equal(failed(), 0);
		else if (!item(lines[i].id))
			fail_msg("no %s", lines[i].id);
	}
	fill(state);
	take(&tftp, "cmdline.txt");
	audit();
	only("cmdline-missing", "/srv/tftp/cmdline.txt");
}

static void the_root_has_an_init(void **state)
{
	(void)state;
	take(&nfs, "r1/sbin/init");
	audit();
	only("nfs-init-not-found", "/srv/nfs/r1/");
	put(&nfs, "r1/bin/sh", "");
	audit();
	assert_int_equal(failed(), 0);
}

static void fstab_is_free_of_cards(void **state)
{
	static const struct {
		const char *text, *id;
	} tabs[] = {
		{ "PARTUUID=1-1 /boot/firmware vfat defaults 0 2\n", "fstab-sd-card" },
		{ "# c\n\t/dev/mmcblk0p2 / ext4 defaults\n", "fstab-sd-card" },
		{ "PARTUUID=1-1 /mnt vfat defaults,nofail 0 2\n", NULL },
		{ "#PARTUUID=1-1 /boot/firmware vfat defaults 0 2\n", NULL },
		{ "10.0.0.9:/srv /srv nfs4 defaults\n", "fstab-other-server" },
		{ "10.0.0.1:/srv /srv nfs4 defaults\n", NULL },
	};

	for (size_t i = 0; i < sizeof(tabs) / sizeof(tabs[0]); i++) {
		fill(state);
		put(&nfs, "r1/etc/fstab", tabs[i].text);
		audit();
		if (tabs[i].id)
			only(tabs[i].id, NULL);
		else
			assert_int_equal(failed(), 0);
	}
}

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
		cmocka_unit_test_setup(nothing_is_said_of_what_is_right, fill),
		cmocka_unit_test_setup(a_missing_kernel_is_that_of_its_model_alone, fill),
		cmocka_unit_test_setup(a_pi_5_does_with_the_kernel_of_a_pi_4, fill),
		cmocka_unit_test_setup(names_from_config_txt_are_looked_for, fill),
		cmocka_unit_test_setup(a_file_that_not_everybody_may_read_is_told, fill),
		cmocka_unit_test_setup(another_case_is_another_name, fill),
		cmocka_unit_test_setup(firmware_of_two_releases_is_told_by_its_times, fill),
		cmocka_unit_test_setup(an_empty_folder_boots_nobody, fill),
		cmocka_unit_test_setup(bootcode_comes_from_the_root_whatever_the_folder, fill),
		cmocka_unit_test_setup(a_folder_has_the_name_that_is_asked_for, fill),
		cmocka_unit_test_setup(a_folder_without_its_first_file_is_passed_over, fill),
		cmocka_unit_test_setup(a_root_that_no_board_comes_to_ends_no_boot, fill),
		cmocka_unit_test_setup(the_folder_that_the_eeprom_names_is_looked_at, fill),
		cmocka_unit_test_setup(the_command_line_leads_to_a_root, fill),
		cmocka_unit_test_setup(the_root_has_an_init, fill),
		cmocka_unit_test_setup(fstab_is_free_of_cards, fill),
		cmocka_unit_test_setup(exports_have_their_slips_named, fill),
		cmocka_unit_test_setup(the_root_is_exported_as_a_root, fill),
		cmocka_unit_test_setup(dnsmasq_says_what_a_pi_needs, fill),
		cmocka_unit_test_setup(dnsmasq_serves_the_folder_that_was_looked_at, fill),
		cmocka_unit_test_setup(the_eeprom_asks_the_network, fill),
		cmocka_unit_test_setup(words_of_files_reach_no_shell, fill),
		cmocka_unit_test_setup(anything_may_stand_in_the_files, fill),
		cmocka_unit_test_setup(too_much_is_counted, fill),
		cmocka_unit_test_setup(json_and_text_hold_the_same, fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
