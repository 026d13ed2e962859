/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a name leads that a board asks for, and the cmdline.txt that is made for one. */
#include "boot_path.h"
#include "store_cmdline.h"
#include "unit.h"

static void names_are_cleaned(void **state)
{
	static const struct {
		const char *name, *clean; /* NULL: refused */
	} rows[] = {
		{ "kernel8.img", "kernel8.img" },
		{ "/kernel8.img", "kernel8.img" },
		{ "//38c128c0//./start4.elf", "38c128c0/start4.elf" },
		{ "\\Boot\\x64\\wdsnbp.com", "Boot/x64/wdsnbp.com" },
		{ "a/b/../c", "a/c" },
		{ "a/../b", "b" },
		{ "folder/", "folder" },
		{ "a/..", NULL },
		{ "..", NULL },
		{ "a/../../b", NULL },
		{ "..\\..\\etc\\passwd", NULL },
		{ "", NULL },
		{ "///", NULL },
		{ "...", "..." },
		{ " x", " x" },
	};
	char out[BOOT_PATH_MAX], long_one[BOOT_PATH_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool fine = boot_path_clean(bytes_str(rows[i].name), out);

		assert_int_equal(fine, rows[i].clean != NULL);
		if (fine)
			assert_string_equal(out, rows[i].clean);
	}
	assert_false(boot_path_clean(bytes_of((const uint8_t *)"a\0b", 3), out));
	memset(long_one, 'x', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = 0;
	assert_false(boot_path_clean(bytes_str(long_one), out));
	assert_true(boot_path_clean(bytes_str(long_one + 3), out));
}

static void a_boards_folder_says_who_it_is(void **state)
{
	struct boot_path_who who;

	(void)state;
	memset(&who, 0, sizeof(who));
	assert_int_equal(boot_path_board("kernel8.img", &who), 0);
	assert_int_equal(boot_path_board("38c128c/x", &who), 0);
	assert_int_equal(boot_path_board("38c128c0", &who), 0);
	assert_int_equal(boot_path_board("38c128c01/x", &who), 0);
	assert_false(who.has_serial);
	/* of 16 digits the last 8: d7bd1a07 7bf18f79 (facts 1.6) */
	assert_int_equal(boot_path_board("d7bd1a077bf18f79/x", &who), 16);
	assert_int_equal(who.serial, 0x7bf18f79);
	assert_int_equal(boot_path_board("38c128c0/x", &who), 8);
	assert_int_equal(who.serial, 0x7bf18f79); /* what is known stays */
	assert_int_equal(boot_path_board("dc-a6-32-01-36-c2/x", &who), 17);
	assert_int_equal(mac_number(who.mac), 0xdca6320136c2);
	assert_int_equal(boot_path_board("dc-a6-32-01-36-c2", &who), 0);
	assert_int_equal(boot_path_board("dc-a6-32-01-36:c2/x", &who), 0);
}

static void places_go_from_the_boards_own_to_the_common(void **state)
{
	struct boot_path_who who = { .ip = address_ip4(0x0a000064),
				     .mac = { { 0xdc, 0xa6, 0x32, 1, 0x36, 0xc2 } },
				     .serial = 0x38c128c0,
				     .has_serial = true };
	char places[BOOT_PATHS_MAX][BOOT_PATH_MAX];

	(void)state;
	assert_int_equal(boot_path_places("38c128c0/config.txt", &who, true, places), 5);
	assert_string_equal(places[0], "38c128c0/38c128c0/config.txt");
	assert_string_equal(places[1], "dc-a6-32-01-36-c2/38c128c0/config.txt");
	assert_string_equal(places[2], "10.0.0.100/38c128c0/config.txt");
	assert_string_equal(places[3], "38c128c0/config.txt");
	assert_string_equal(places[4], "config.txt");
	assert_int_equal(boot_path_places("config.txt", &who, false, places), 1);
	assert_string_equal(places[0], "config.txt");
	assert_int_equal(boot_path_below("10.0.0.100", "dc-a6-32-01-36-c2/config.txt", places), 2);
	assert_string_equal(places[1], "10.0.0.100/config.txt");
}

/* ---- cmdline.txt ---- */

static int nothing(void *ctx, const char *path, int *handle, uint64_t *size)
{
	(void)ctx;
	(void)path;
	(void)handle;
	(void)size;
	return STORE_MISSING;
}

static const struct store empty = { NULL, nothing, NULL, NULL, NULL, NULL, NULL };

static int made(const char *path, const struct cmdline_options *o, const struct boot_path_who *who,
		char *out, uint32_t room)
{
	static struct store_cmdline c;
	struct store s;
	uint64_t size;
	int handle, r;

	memset(&c, 0, sizeof(c));
	s = store_cmdline_over(&c, &empty, o);
	r = s.make(s.ctx, path, who, &handle, &size);
	if (r)
		return r;
	/* in pieces of seven bytes, as blocks are taken */
	for (uint64_t at = 0; at < size; at += 7) {
		assert_true(at + 7 < room);
		assert_int_equal(s.read(s.ctx, handle, at, (uint8_t *)out + at, 7, 0, 1),
				 size - at < 7 ? size - at : 7);
	}
	out[size] = 0;
	assert_int_equal(s.close(s.ctx, handle, 1), 0);
	return 0;
}

static void a_board_without_a_cmdline_gets_its_own(void **state)
{
	struct boot_path_who who = { .ip = address_ip4(0x0a000064),
				     .local = address_ip4(0x0a000001),
				     .serial = 0x38c128c0,
				     .has_serial = true };
	struct cmdline_options o = { .root = "/srv/nfs/{serial}" };
	char line[CMDLINE_MAX + 8];

	(void)state;
	assert_int_equal(made("38c128c0/cmdline.txt", &o, &who, line, sizeof(line)), 0);
	assert_string_equal(line, "console=serial0,115200 console=tty1 root=/dev/nfs "
				  "nfsroot=10.0.0.1:/srv/nfs/38c128c0,vers=3,tcp rw ip=dhcp "
				  "rootwait\n");
	o = (struct cmdline_options) { address_ip4(0x0a000002), "/r/{ip}/x", "quiet" };
	assert_int_equal(made("cmdline.txt", &o, &who, line, sizeof(line)), 0);
	assert_non_null(strstr(line, "nfsroot=10.0.0.2:/r/10.0.0.100/x,vers=3"));
	assert_non_null(strstr(line, " quiet\n"));
	/* its MAC is not known: better none than another board's root */
	o.root = "/r/{mac}";
	assert_int_equal(made("cmdline.txt", &o, &who, line, sizeof(line)), STORE_MISSING);
	o.root = "/r/{colour}";
	assert_int_equal(made("cmdline.txt", &o, &who, line, sizeof(line)), STORE_MISSING);
	o.root = "/r";
	assert_int_equal(made("config.txt", &o, &who, line, sizeof(line)), STORE_MISSING);
	assert_int_equal(made("xcmdline.txt", &o, &who, line, sizeof(line)), STORE_MISSING);
}

static void many_are_made_at_once_and_no_more_than_there_is_room(void **state)
{
	static struct store_cmdline c;
	struct cmdline_options o = { .root = "/r" };
	struct store s = store_cmdline_over(&c, &empty, &o);
	struct boot_path_who who = { .local = address_ip4(0x0a000001) };
	int handle[CMDLINES_MAX + 1];
	uint64_t size;

	(void)state;
	for (int i = 0; i < CMDLINES_MAX; i++)
		assert_int_equal(s.make(s.ctx, "cmdline.txt", &who, &handle[i], &size), 0);
	assert_int_equal(s.make(s.ctx, "cmdline.txt", &who, &handle[0], &size), STORE_BUSY);
	s.close(s.ctx, handle[7], 1);
	assert_int_equal(s.make(s.ctx, "cmdline.txt", &who, &handle[CMDLINES_MAX], &size), 0);
	assert_int_equal(handle[CMDLINES_MAX], handle[7]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_cleaned),
		cmocka_unit_test(a_boards_folder_says_who_it_is),
		cmocka_unit_test(places_go_from_the_boards_own_to_the_common),
		cmocka_unit_test(a_board_without_a_cmdline_gets_its_own),
		cmocka_unit_test(many_are_made_at_once_and_no_more_than_there_is_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
