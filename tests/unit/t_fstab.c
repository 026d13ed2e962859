/* SPDX-License-Identifier: BSD-2-Clause */
#include "fstab.h"

#include <stdlib.h>

#include "lines.h"
#include "unit.h"

static void a_line_has_four_words(void **state)
{
	struct bytes text = bytes_str("# a comment\n\n  \t# another\r\n"
				      "proc\t/proc  proc defaults,ro 0 0 \r\n"
				      "too short\n/dev/sda1 /mnt ext4");
	struct fstab f;

	(void)state;
	assert_true(fstab_next(&text, &f));
	assert_true(bytes_are(f.line, "proc\t/proc  proc defaults,ro 0 0"));
	assert_true(bytes_are(f.from, "proc") && bytes_are(f.on, "/proc"));
	assert_true(bytes_are(f.type, "proc") && bytes_are(f.options, "defaults,ro"));
	assert_true(fstab_next(&text, &f));
	assert_true(bytes_are(f.from, "/dev/sda1") && f.options.n == 0);
	assert_false(fstab_next(&text, &f));
	assert_false(fstab_next(&text, &f));
}

static void a_card_is_told_by_its_name_and_may_be_missing(void **state)
{
	static const struct {
		const char *line;
		bool wanted;
	} rows[] = {
		{ "PARTUUID=1234-01 /boot/firmware vfat defaults 0 2", true },
		{ "/dev/mmcblk0p2 / ext4", true },
		{ "/dev/disk/by-id/x / ext4 defaults", true },
		{ "/dev/mmcblk0p1 /boot vfat defaults,nofail", false },
		{ "/dev/mmcblk0p1 /boot vfat noauto,ro", false },
		{ "/dev/mmcblk0p1 /boot vfat rw,x-systemd.automount", false },
		{ "/dev/mmcblk0p1 /boot vfat user=noautobahn", true },
		{ "tmpfs /dev/mmcblk0p1 tmpfs defaults", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes text = bytes_str(rows[i].line);
		struct fstab f;

		assert_true(fstab_next(&text, &f));
		assert_int_equal(fstab_wants_card(&f), rows[i].wanted);
	}
}

static void a_server_is_one_of_nfs(void **state)
{
	static const struct {
		const char *line, *server;
	} rows[] = {
		{ "10.0.0.1:/srv / nfs vers=3", "10.0.0.1" },
		{ "nas:/x /x nfs4", "nas" },
		{ "nas:/x /x fuse.sshfs", "" },
		{ "nas /x nfs", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes text = bytes_str(rows[i].line);
		struct fstab f;

		assert_true(fstab_next(&text, &f));
		assert_true(bytes_are(fstab_server(&f), rows[i].server));
	}
}

static void swap_does_not_stop_a_boot(void **state)
{
	struct bytes text = bytes_str("/dev/mmcblk0p3 none swap sw 0 0\n");
	struct fstab f;

	(void)state;
	assert_false(fstab_next(&text, &f));
}

/* In memory of its own size, so that a byte too many is seen. */
static void any_piece_of_any_file_is_read_to_its_end(void **state)
{
	const char whole[] =
		"\n#\n \t\0\0\nPARTUUID=1 /b vfat nofail,,noauto,\n\0a:b c nfs d\n\xff\t\0x";

	(void)state;
	for (uint32_t from = 0; from < sizeof(whole); from++)
		for (uint32_t n = 0; n <= sizeof(whole) - from; n++) {
			uint8_t *copy = malloc(n ? n : 1);
			struct bytes text = bytes_of(copy, n);
			struct fstab f;

			assert_non_null(copy);
			memcpy(copy, whole + from, n);
			while (fstab_next(&text, &f)) {
				assert_true(f.type.n > 0);
				(void)fstab_wants_card(&f);
				assert_true(fstab_server(&f).n <= f.from.n);
			}
			assert_int_equal(text.n, 0);
			free(copy);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_four_words),
		cmocka_unit_test(a_card_is_told_by_its_name_and_may_be_missing),
		cmocka_unit_test(a_server_is_one_of_nfs),
		cmocka_unit_test(swap_does_not_stop_a_boot),
		cmocka_unit_test(any_piece_of_any_file_is_read_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
