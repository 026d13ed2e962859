/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot server's own files: what is right is left alone, what is wrong has its name and fix. */
#include "site_made.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, fill)
		TEST(nothing_is_said_of_what_is_right),
		TEST(a_missing_kernel_is_that_of_its_model_alone),
		TEST(a_pi_5_does_with_the_kernel_of_a_pi_4),
		TEST(names_from_config_txt_are_looked_for),
		TEST(a_file_that_not_everybody_may_read_is_told),
		TEST(another_case_is_another_name),
		TEST(firmware_of_two_releases_is_told_by_its_times),
		TEST(an_empty_folder_boots_nobody),
		TEST(bootcode_comes_from_the_root_whatever_the_folder),
		TEST(a_folder_has_the_name_that_is_asked_for),
		TEST(a_folder_without_its_first_file_is_passed_over),
		TEST(a_root_that_no_board_comes_to_ends_no_boot),
		TEST(the_folder_that_the_eeprom_names_is_looked_at),
		TEST(the_command_line_leads_to_a_root),
		TEST(the_root_has_an_init),
		TEST(fstab_is_free_of_cards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
