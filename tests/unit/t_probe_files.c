/* SPDX-License-Identifier: BSD-2-Clause */
/* Which files the boards that boot ask for, and what they make of them. */
#include "probe_served.h"

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
		.yiaddr = BOARD, .siaddr = TFTPD, .o66 = BYTES("10.9.0.9"), .file = "bootfile.0" });
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

static void the_camera_firmware_has_names_of_its_own(void **state)
{
	static const struct file files[] = { { S "start4.elf", NULL },
					     { S "config.txt", "start_x=1\n" },
					     { S "start4x.elf", NULL },
					     { S "kernel8.img", NULL } };

	(void)state;
	boot_to_files("pi4");
	serve(files, 4);
	assert_true(asks_for(S "start4x.elf " S "fixup4x.dat "));
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
}

/* As consoles show it: without a file name in the offer, and with one that is not there. */
static void u_boot_knows_names_of_its_own(void **state)
{
	static const struct file script[] = { { "boot.scr.uimg", NULL } },
				 menu[] = { { "pxelinux.cfg/01-dc-a6-32-2e-f8-ed", NULL } },
				 group[] = { { "pxelinux.cfg/0A09", NULL } };
	static const char ladder[] = "pxelinux.cfg/01-dc-a6-32-2e-f8-ed pxelinux.cfg/0A090032 "
				     "pxelinux.cfg/0A09003 pxelinux.cfg/0A0900 pxelinux.cfg/0A090 "
				     "pxelinux.cfg/0A09 pxelinux.cfg/0A0 pxelinux.cfg/0A "
				     "pxelinux.cfg/0 pxelinux.cfg/default-arm-bcm283x-rpi "
				     "pxelinux.cfg/default-arm-bcm283x pxelinux.cfg/default-arm "
				     "pxelinux.cfg/default boot.scr.uimg ";
	struct offer bare = { .yiaddr = BOARD, .siaddr = TFTPD };

	(void)state;
	start("u-boot");
	offer(bare);
	settle();
	ack();
	serve(script, 1);
	assert_int_equal(strncmp(asked, "0A090032.img ", 13), 0);
	assert_string_equal(asked + 13, ladder);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	start("u-boot");
	offer(bare);
	settle();
	ack();
	serve(group, 1);
	assert_true(asks_for("pxelinux.cfg/0A09 "));
	assert_false(asks_for("pxelinux.cfg/0A0 "));
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	bare.file = "u.img";
	start("u-boot");
	offer(bare);
	settle();
	ack();
	serve(menu, 1);
	assert_string_equal(asked, "u.img pxelinux.cfg/01-dc-a6-32-2e-f8-ed ");
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	start("u-boot");
	offer(bare);
	settle();
	ack();
	serve(NULL, 0);
	assert_int_equal(probe_result(probe)->verdict, PROBE_FAIL);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
}

static void what_is_empty_cannot_be_run(void **state)
{
	static const struct file files[] = { { S "config.txt", "" },
					     { S "bcm2712-rpi-5-b.dtb", "" },
					     { S "kernel_2712.img", "" } };
	const struct probe_result *r;

	(void)state;
	boot_to_files("pi5");
	serve(files, 3);
	r = probe_result(probe);
	assert_int_equal(r->verdict, PROBE_FAIL);
	assert_int_equal(r->reason, REASON_FILE_FAILED);
	assert_string_equal(fetch_end_key(r->files[r->n_files - 1].end), "empty");
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

static void a_program_for_another_machine_does_not_run(void **state)
{
	static const struct file files[] = { { "undionly.kpxe", NULL } };
	const struct {
		const char *who;
		enum probe_verdict end;
	} each[] = { { "pxe-bios", PROBE_PASS },
		     { "ipxe", PROBE_PASS },
		     { "uefi-x64", PROBE_FAIL },
		     { "uefi-arm64", PROBE_FAIL } };

	(void)state;
	for (int i = 0; i < 4; i++) {
		start(each[i].who);
		offer((struct offer) { .yiaddr = BOARD, .siaddr = TFTPD, .file = "undionly.kpxe" });
		settle();
		ack();
		serve(files, 1);
		assert_int_equal(probe_result(probe)->verdict, each[i].end);
		assert_int_equal(probe_result(probe)->reason,
				 each[i].end == PROBE_PASS ? REASON_DONE : REASON_FILE_ARCH);
		assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_FIRST_FILE);
	}
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

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
		TEST(pi4_asks_for_its_files_in_order),
		TEST(u_boot_knows_names_of_its_own),
		TEST(names_follow_config_txt),
		TEST(a_missing_folder_means_the_root),
		TEST(a_kernel_of_another_name_will_do),
		TEST(the_camera_firmware_has_names_of_its_own),
		TEST(what_is_empty_cannot_be_run),
		TEST(long_texts_are_kept_as_far_as_there_is_room),
		TEST(pi3_loads_bootcode_and_becomes_it),
		TEST(a_program_for_another_machine_does_not_run),
		TEST(it_stops_where_it_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
