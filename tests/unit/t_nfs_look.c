/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_look.h"

#include "finding.h"
#include "nfs_look_parts.h"
#include "unit.h"

enum { SERVER = 10 << 24 | 1 };

static enum nfs_look_outcome fstab(const char *text, char line[NFS_LOOK_TEXT])
{
	line[0] = 0;
	return nfs_look_fstab(bytes_str(text), SERVER, line);
}

static void fstab_may_name_a_card_or_another_server(void **state)
{
	static const struct {
		const char *text;
		enum nfs_look_outcome outcome;
		const char *line;
	} rows[] = {
		{ "", LOOK_FINE, "" },
		{ "10.0.0.1:/srv / nfs rw\nproc /proc proc x\n", LOOK_FINE, "" },
		{ "10.0.0.10:/srv / nfs rw\n", LOOK_FSTAB_SERVER, "10.0.0.10:/srv / nfs rw" },
		{ "10.0.0:/srv / nfs\n10.0.0.9:/x /x nfs\n", LOOK_FSTAB_SERVER,
		  "10.0.0:/srv / nfs" },
		{ "nas:/x /x nfs4\n /dev/mmcblk0p1 /b vfat\n", LOOK_FSTAB_CARD,
		  "/dev/mmcblk0p1 /b vfat" },
		{ "PARTUUID=1-1 /b vfat nofail\n", LOOK_FINE, "" },
	};
	char line[NFS_LOOK_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(fstab(rows[i].text, line), rows[i].outcome);
		assert_string_equal(line, rows[i].line);
	}
}

static void a_line_is_cut_to_its_room(void **state)
{
	char text[4 * NFS_LOOK_TEXT] = "/dev/mmcblk0p1 /b vfat ", line[NFS_LOOK_TEXT];

	(void)state;
	memset(text + strlen(text), 'x', sizeof(text) - strlen(text) - 1);
	assert_int_equal(fstab(text, line), LOOK_FSTAB_CARD);
	assert_int_equal(strlen(line), NFS_LOOK_TEXT - 1);
}

static void the_first_step_that_fails_is_named(void **state)
{
	struct nfs_look_result r = { .outcome = { LOOK_FINE, LOOK_NOT_LISTED, LOOK_FINE, LOOK_FINE,
						  LOOK_FINE, LOOK_FSTAB_SERVER } };

	(void)state;
	assert_int_equal(nfs_look_failed(&r), NFS_LOOK_STEPS);
	r.outcome[NFS_LOOK_FSTAB] = LOOK_FSTAB_CARD;
	assert_int_equal(nfs_look_failed(&r), NFS_LOOK_FSTAB);
	r.outcome[NFS_LOOK_MOUNT] = LOOK_DENIED;
	assert_int_equal(nfs_look_failed(&r), NFS_LOOK_MOUNT);
	r.outcome[NFS_LOOK_RPCBIND] = LOOK_NOT_TRIED;
	assert_int_equal(nfs_look_failed(&r), NFS_LOOK_MOUNT);
}

/* What fails is explained, with what to do, and names findings that there are. */
static void every_outcome_is_told(void **state)
{
	(void)state;
	for (int i = 0; i < NFS_LOOK_OUTCOMES; i++) {
		const struct nfs_look_row *o = &nfs_look_rows[i];
		bool found = !o->finding[0];

		assert_true(o->key && o->key[0] && o->words[0]);
		assert_true(o->grade < LOOK_WARNS || o->fix[0]);
		for (int k = 0; k < FINDINGS; k++)
			found = found || strcmp(findings[k].id, o->finding) == 0;
		assert_true(found);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(nfs_look_rows[k].key, o->key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fstab_may_name_a_card_or_another_server),
		cmocka_unit_test(a_line_is_cut_to_its_room),
		cmocka_unit_test(the_first_step_that_fails_is_named),
		cmocka_unit_test(every_outcome_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
