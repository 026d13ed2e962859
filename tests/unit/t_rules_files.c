/* SPDX-License-Identifier: BSD-2-Clause */
#include "talk.h"

#include "unit.h"

/* Each finding of rules_files.c and rules_tftp.c beside what comes near to it: the second must not
 * raise it. */

static void firmware_is_silent_when_nothing_follows_it(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_get(t, "44444444/start4.elf");
	talk_get(t, "44444444/fixup4.dat");
	assert_true(said(t, F_FIRMWARE_SILENT_AFTER_START_ELF, LONG));

	t = board();
	talk_get(t, "44444444/start4.elf");
	talk_get(t, "44444444/fixup4.dat");
	talk_get(t, "44444444/config.txt");
	talk_missing(t, "44444444/kernel8.img");
	assert_false(said(t, F_FIRMWARE_SILENT_AFTER_START_ELF, LONG));

	t = board(); /* the capture ends here, the board may not */
	talk_get(t, "44444444/start4.elf");
	talk_get(t, "44444444/fixup4.dat");
	assert_false(said(t, F_FIRMWARE_SILENT_AFTER_START_ELF, SHORT));
}

static struct talk *below(const char *const *names, int n)
{
	struct talk *t = board();

	for (int i = 0; i < n; i++)
		talk_missing(t, names[i]);
	return t;
}

static void a_prefix_needs_its_slash(void **state)
{
	static const char *const glued[] = { "rpi1start4.elf", "rpi1start.elf", "config.txt" };
	static const char *const whole[] = { "rpi1/start4.elf", "rpi1/start.elf", "config.txt" };
	struct talk *t = below(glued, 3);

	(void)state;
	talk_judge(t, LONG);
	assert_int_equal(t->y->d.finding[0].id, F_TFTP_PREFIX_WITHOUT_SLASH);
	assert_true(t->y->d.finding[0].cause);
	talk_end(t);
	assert_false(said(below(whole, 3), F_TFTP_PREFIX_WITHOUT_SLASH, LONG));
	t = below(glued, 2); /* an answer that the capture lost makes it no better */
	talk_ask(t, "rpi1recover4.elf");
	assert_true(halts(t, F_TFTP_PREFIX_WITHOUT_SLASH));

	t = below(glued, 1); /* at the second attempt it asks for both */
	talk_missing(t, "config.txt");
	talk_dhcp_again(t);
	talk_missing(t, "rpi1start4.elf");
	talk_missing(t, "rpi1start.elf");
	talk_dhcp_again(t);
	talk_missing(t, "rpi1start4.elf");
	assert_true(halts(t, F_TFTP_PREFIX_WITHOUT_SLASH));

	assert_false(said(below(glued, 1), F_TFTP_PREFIX_WITHOUT_SLASH, LONG));

	t = board(); /* a file of that name is there: somebody's start_file= */
	talk_missing(t, "mystart.elf");
	talk_get(t, "mystart4.elf");
	assert_false(said(t, F_TFTP_PREFIX_WITHOUT_SLASH, LONG));
}

static void firmware_is_surely_missing_once_the_root_was_asked_too(void **state)
{
	static const char *const names[] = { "44444444/start4.elf", "44444444/start.elf",
					     "config.txt", "start4.elf", "start.elf" };

	(void)state;
	for (int n = 1; n <= 5; n += 4) {
		struct talk *t = below(names, n);
		const struct finding *f;

		talk_judge(t, LONG);
		f = story_said(t->y, F_TFTP_FIRMWARE_NOT_FOUND);
		assert_non_null(f);
		assert_int_equal(f->confidence, n == 5 ? CERTAIN : LIKELY);
		talk_end(t);
	}
	{
		struct talk *t = below(names, 3); /* from the root, as one board alone may */

		talk_get(t, "start4.elf");
		assert_false(said(t, F_TFTP_FIRMWARE_NOT_FOUND, LONG));
	}
}

static void another_case_or_backslash_is_told_where_nothing_else_was_found(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_get(t, "44444444/start4.elf");
	talk_missing(t, "44444444/Kernel8.IMG");
	talk_board(t, 0x55);
	talk_dhcp(t);
	talk_get(t, "44444444/kernel8.img");
	talk_board(t, 0x44);
	assert_true(said(t, F_TFTP_NAME_CASE_OR_BACKSLASH, LONG));

	t = board();
	talk_missing(t, "\\Boot\\BCD");
	assert_true(said(t, F_TFTP_NAME_CASE_OR_BACKSLASH, LONG));

	t = board();
	talk_missing(t, "\\Boot\\BCD");
	talk_get(t, "/Boot/BCD");
	assert_false(said(t, F_TFTP_NAME_CASE_OR_BACKSLASH, LONG));
}

static void a_signature_is_missing_only_where_it_is_asked_for(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_missing(t, "44444444/boot.sig");
	assert_true(said(t, F_SECURE_BOOT_SIG_MISSING, LONG));

	t = board();
	talk_missing(t, "44444444/boot.sig");
	talk_get(t, "44444444/boot.img");
	assert_false(said(t, F_SECURE_BOOT_SIG_MISSING, LONG));
}

static void a_missing_device_tree_stops_a_board_that_loads_no_kernel(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_get(t, "44444444/start4.elf");
	talk_missing(t, "44444444/bcm2711-rpi-4-b.dtb");
	assert_true(said(t, F_TFTP_DTB_NOT_FOUND, LONG));

	t = board();
	talk_get(t, "44444444/start4.elf");
	talk_missing(t, "44444444/bcm2711-rpi-4-b.dtb");
	talk_get(t, "44444444/kernel8.img");
	assert_false(said(t, F_TFTP_DTB_NOT_FOUND, LONG));
}

static void from_the_root(struct talk *t, const char *own)
{
	talk_missing(t, own);
	talk_get(t, "start4.elf");
	talk_get(t, "cmdline.txt");
}

static void boards_share_a_folder_when_there_are_several(void **state)
{
	struct talk *t = board();

	(void)state;
	from_the_root(t, "44444444/start4.elf");
	assert_false(said(t, F_TFTP_SERIAL_DIR_MISSING, SHORT));

	t = board();
	from_the_root(t, "44444444/start4.elf");
	talk_board(t, 0x55);
	talk_dhcp(t);
	from_the_root(t, "55555555/start4.elf");
	assert_true(said(t, F_TFTP_SERIAL_DIR_MISSING, SHORT));

	t = board();
	from_the_root(t, "44444444/start4.elf");
	talk_board(t, 0x55);
	talk_dhcp(t);
	talk_get(t, "55555555/start4.elf");
	talk_get(t, "55555555/cmdline.txt");
	assert_false(said(t, F_TFTP_SERIAL_DIR_MISSING, SHORT));
}

static void no_answer_is_none_where_answers_are_seen(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_ask(t, "44444444/start4.elf");
	for (int i = 0; i < 3; i++) {
		talk_wait(t, 2000);
		talk_again(t);
	}
	assert_true(said(t, F_TFTP_REPLY_BLOCKED, LONG));

	t = board();
	t->y->deaf = true; /* the board acknowledges what the capture lacks */
	talk_get(t, "44444444/start4.elf");
	talk_ask(t, "44444444/fixup4.dat");
	talk_wait(t, 2000);
	talk_again(t);
	talk_wait(t, 2000);
	talk_again(t);
	assert_false(said(t, F_TFTP_REPLY_BLOCKED, LONG));
}

static void a_server_that_refuses_serves_nothing(void **state)
{
	struct talk *t = board();
	struct build_ends e;

	(void)state;
	talk_ask(t, "44444444/start4.elf");
	e = t->board;
	e.dport = TFTP_PORT;
	story_refused(t->y, &e);
	assert_true(halts(t, F_TFTP_PORT_UNREACHABLE));

	t = board(); /* it is the board that refuses */
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2148");
	talk_refuse(t);
	assert_false(said(t, F_TFTP_PORT_UNREACHABLE, LONG));

	t = board(); /* it was started just in time */
	talk_ask(t, "44444444/start4.elf");
	story_refused(t->y, &e);
	talk_missing(t, "44444444/start.elf");
	assert_false(said(t, F_TFTP_PORT_UNREACHABLE, LONG));
}

static void a_rom_wants_bootcode(void **state)
{
	struct talk *t = board_of(PI3B_ROM);

	(void)state;
	talk_missing(t, "bootcode.bin");
	assert_true(halts(t, F_TFTP_BOOTCODE_NOT_FOUND));

	t = board_of(PI3B_ROM); /* there at the second try */
	talk_missing(t, "bootcode.bin");
	talk_get(t, "bootcode.bin");
	assert_false(said(t, F_TFTP_BOOTCODE_NOT_FOUND, LONG));

	t = board_of(PI3B_ROM); /* it has its own */
	talk_missing(t, "bootcode.bin");
	talk_missing(t, "start.elf");
	assert_false(said(t, F_TFTP_BOOTCODE_NOT_FOUND, LONG));

	t = board_of(PI3B_ROM);
	talk_missing(t, "bootcode.bin");
	assert_false(said(t, F_TFTP_BOOTCODE_NOT_FOUND, SHORT));

	t = board_of(PI3B_ROM); /* the capture lost the request that the error answers */
	talk_get(t, "bootcode.bin");
	talk_error(t, false, 1, "bootsig.bin not found");
	assert_false(said(t, F_TFTP_BOOTCODE_NOT_FOUND, LONG));
}

static void a_pi_5_wants_config_txt(void **state)
{
	struct talk *t = board_of(PI5);

	(void)state;
	talk_missing(t, "44444444/config.txt");
	talk_missing(t, "config.txt");
	assert_true(halts(t, F_TFTP_CONFIG_MISSING));

	t = board_of(PI5);
	talk_missing(t, "44444444/config.txt");
	talk_get(t, "config.txt");
	assert_false(said(t, F_TFTP_CONFIG_MISSING, LONG));

	t = board();
	talk_get(t, "44444444/start4.elf");
	talk_missing(t, "44444444/config.txt");
	assert_false(said(t, F_TFTP_CONFIG_MISSING, LONG));

	t = board_of(PI5); /* it went on without, as some release may */
	talk_missing(t, "44444444/config.txt");
	talk_missing(t, "config.txt");
	talk_get(t, "44444444/kernel_2712.img");
	assert_false(said(t, F_TFTP_CONFIG_MISSING, LONG));
}

static struct talk *firmware(void)
{
	struct talk *t = board();

	talk_get(t, "44444444/start4.elf");
	talk_get(t, "44444444/fixup4.dat");
	talk_get(t, "44444444/config.txt");
	return t;
}

static void a_kernel_is_missing_under_all_its_names_or_is_there(void **state)
{
	struct talk *t = firmware();

	(void)state;
	talk_missing(t, "44444444/kernel8.img");
	talk_missing(t, "44444444/kernel7l.img");
	assert_true(halts(t, F_TFTP_KERNEL_NOT_FOUND));

	t = firmware();
	talk_missing(t, "44444444/kernel8.img");
	talk_get(t, "44444444/kernel7l.img");
	assert_false(said(t, F_TFTP_KERNEL_NOT_FOUND, LONG));

	t = firmware(); /* there, and not fetched: something else */
	talk_missing(t, "44444444/kernel8.img");
	talk_probe(t, "44444444/kernel7l.img");
	assert_false(said(t, F_TFTP_KERNEL_NOT_FOUND, LONG));

	t = firmware();
	talk_missing(t, "44444444/kernel8.img");
	assert_false(said(t, F_TFTP_KERNEL_NOT_FOUND, SHORT));
}

static void an_initramfs_is_missed_where_the_boot_ends_with_it(void **state)
{
	struct talk *t = firmware();

	(void)state;
	talk_get(t, "44444444/kernel8.img");
	talk_missing(t, "44444444/initramfs8");
	assert_true(halts(t, F_TFTP_INITRAMFS_NOT_FOUND));

	t = firmware(); /* the kernel does without */
	talk_get(t, "44444444/kernel8.img");
	talk_missing(t, "44444444/initramfs8");
	story_wait(t->y, 5 * one_second);
	t->who = KERNEL;
	talk_dhcp(t);
	assert_false(said(t, F_TFTP_INITRAMFS_NOT_FOUND, LONG));

	t = firmware();
	talk_missing(t, "44444444/initramfs8");
	talk_get(t, "initramfs8");
	talk_get(t, "44444444/kernel8.img");
	assert_false(said(t, F_TFTP_INITRAMFS_NOT_FOUND, LONG));
}

static void a_file_that_may_not_be_read_is_missed_when_it_is_needed(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_ask(t, "44444444/start4.elf");
	talk_error(t, false, 2, "Permission denied");
	assert_true(halts(t, F_TFTP_ACCESS_VIOLATION));

	t = board(); /* tftpd-hpa's words; what it does not find in the root is no cause */
	talk_ask(t, "44444444/start4.elf");
	talk_error(t, false, 0, "Permission denied");
	talk_missing(t, "config.txt");
	talk_missing(t, "start4.elf");
	assert_true(halts(t, F_TFTP_ACCESS_VIOLATION));

	t = board();
	talk_ask(t, "44444444/start4.elf");
	talk_error(t, false, 0, "Out of memory");
	assert_false(said(t, F_TFTP_ACCESS_VIOLATION, LONG));

	t = board();
	talk_ask(t, "44444444/pieeprom.sig");
	talk_error(t, false, 2, "Permission denied");
	assert_false(said(t, F_TFTP_ACCESS_VIOLATION, LONG));

	t = board(); /* made readable meanwhile */
	talk_ask(t, "44444444/start4.elf");
	talk_error(t, false, 2, "Permission denied");
	talk_get(t, "44444444/start4.elf");
	assert_false(said(t, F_TFTP_ACCESS_VIOLATION, LONG));

	t = board(); /* the board's own words */
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2148");
	talk_error(t, true, 2, "Access violation");
	assert_false(said(t, F_TFTP_ACCESS_VIOLATION, LONG));
}

/* --- other machines --- */

static struct story *told_of(const char *file)
{
	struct answer o = offering(BIOS);
	struct story *t = mirror();

	o.siaddr = FILES;
	o.file = file;
	leases(t, BIOS, o);
	return t;
}

static void the_file_that_dhcp_names_is_missed(void **state)
{
	struct story *t = told_of("pxelinux.0");

	(void)state;
	fetches(t, pc, FILES, bytes_str("pxelinux.0"), FETCH_REFUSED);
	assert_true(blames(t, pc, F_TFTP_BOOTFILE_NOT_FOUND));
	t = told_of("pxelinux.0"); /* what it asks for by itself */
	fetches(t, pc, FILES, bytes_str("ldlinux.c32"), FETCH_REFUSED);
	assert_false(raises(t, pc, F_TFTP_BOOTFILE_NOT_FOUND));
	t = told_of("pxelinux.0");
	fetches(t, pc, FILES, bytes_str("pxelinux.0"), FETCH_REFUSED);
	fetches(t, pc, FILES, bytes_str("pxelinux.0"), FETCH_WHOLE);
	assert_false(raises(t, pc, F_TFTP_BOOTFILE_NOT_FOUND));
}

static struct story *ladder(int names, bool last_there)
{
	static const char *const rungs[] = { "pxelinux.cfg/01-52-54-00-00-00-64",
					     "pxelinux.cfg/0A000064", "pxelinux.cfg/0A0000",
					     "pxelinux.cfg/default" };
	struct story *t = told_of("pxelinux.0");

	fetches(t, pc, FILES, bytes_str("pxelinux.0"), FETCH_WHOLE);
	for (int i = 0; i < names; i++)
		fetches(t, pc, FILES, bytes_str(rungs[i]),
			i + 1 == names && last_there ? FETCH_WHOLE : FETCH_REFUSED);
	return t;
}

static void a_ladder_of_names_is_normal_when_one_is_there(void **state)
{
	struct story *t = ladder(4, false);

	/* where the capture ends with it, the last name may be asked for again */
	assert_true(story_found(t, pc, F_PXELINUX_CFG_NOT_FOUND));
	assert_int_equal(story_said(t, F_PXELINUX_CFG_NOT_FOUND)->confidence, LIKELY);
	story_end(t);
	t = ladder(4, false);

	(void)state;
	assert_true(blames(ladder(4, false), pc, F_PXELINUX_CFG_NOT_FOUND));
	assert_false(raises(ladder(4, true), pc, F_PXELINUX_CFG_NOT_FOUND));
	assert_false(raises(ladder(2, false), pc, F_PXELINUX_CFG_NOT_FOUND));
	/* none of them, and it boots by what it has inside */
	fetches(t, pc, FILES, bytes_str("vmlinuz"), FETCH_WHOLE);
	assert_false(raises(t, pc, F_PXELINUX_CFG_NOT_FOUND));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(firmware_is_silent_when_nothing_follows_it),
		cmocka_unit_test(a_prefix_needs_its_slash),
		cmocka_unit_test(firmware_is_surely_missing_once_the_root_was_asked_too),
		cmocka_unit_test(another_case_or_backslash_is_told_where_nothing_else_was_found),
		cmocka_unit_test(a_signature_is_missing_only_where_it_is_asked_for),
		cmocka_unit_test(a_missing_device_tree_stops_a_board_that_loads_no_kernel),
		cmocka_unit_test(boards_share_a_folder_when_there_are_several),
		cmocka_unit_test(no_answer_is_none_where_answers_are_seen),
		cmocka_unit_test(a_server_that_refuses_serves_nothing),
		cmocka_unit_test(a_rom_wants_bootcode),
		cmocka_unit_test(a_pi_5_wants_config_txt),
		cmocka_unit_test(a_kernel_is_missing_under_all_its_names_or_is_there),
		cmocka_unit_test(an_initramfs_is_missed_where_the_boot_ends_with_it),
		cmocka_unit_test(a_file_that_may_not_be_read_is_missed_when_it_is_needed),
		cmocka_unit_test(the_file_that_dhcp_names_is_missed),
		cmocka_unit_test(a_ladder_of_names_is_normal_when_one_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
