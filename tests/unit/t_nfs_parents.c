/* SPDX-License-Identifier: BSD-2-Clause */
/* Which folder a file was seen in: kept, bounded, and not believed. */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"
#include "nfs_parents.h"
#include "unit.h"

enum { FILE_SIZE = 4 << 20 };

static struct nfs_parents *parents;
static bool kept;

static void begin(void)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	parents = nfs_parents_open(fd, "p", &kept);
	assert_non_null(parents);
	close(fd);
}

static int setup(void **state)
{
	(void)state;
	(void)snprintf(strrchr(folder, '-'), sizeof("-XXXXXX"), "-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	begin();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nfs_parents_free(parents);
	return folder_drop();
}

static struct nfs_file file(uint32_t i, uint8_t n)
{
	struct nfs_file f = { .export = 3, .n = n };

	memcpy(f.id, &i, sizeof(i));
	return f;
}

static bool is_in(uint32_t f, uint32_t parent)
{
	const struct nfs_file a = file(f, 8), b = file(parent, 12);
	struct nfs_file out;

	return nfs_parents_find(parents, &a, &out) && out.export == b.export && out.n == b.n &&
	       memcmp(out.id, b.id, b.n) == 0;
}

static void note(uint32_t f, uint32_t parent)
{
	const struct nfs_file a = file(f, 8), b = file(parent, 12);

	nfs_parents_note(parents, &a, &b);
}

static void the_last_place_counts_after_a_restart_too(void **state)
{
	struct stat st;

	(void)state;
	assert_true(kept);
	note(1, 100);
	note(2, 100);
	note(1, 200);
	assert_true(is_in(1, 200) && is_in(2, 100));
	assert_false(is_in(3, 100));
	nfs_parents_free(parents);
	begin();
	assert_true(is_in(1, 200) && is_in(2, 100));
	assert_int_equal(stat(path_of("p"), &st), 0);
	assert_int_equal(st.st_size, FILE_SIZE);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void many_files_make_room_for_each_other(void **state)
{
	uint32_t found = 0;
	struct stat st;

	(void)state;
	for (uint32_t i = 0; i < 300000; i++) {
		note(i, i / 10);
		assert_true(is_in(i, i / 10));
	}
	for (uint32_t i = 0; i < 300000; i++)
		found += is_in(i, i / 10);
	assert_in_range(found, 100000, 131072);
	assert_int_equal(stat(path_of("p"), &st), 0);
	assert_int_equal(st.st_size, FILE_SIZE);
}

static void names_that_are_too_long_are_left_out(void **state)
{
	const struct nfs_file a = file(1, 8), b = file(2, NFS_PARENT_ID_MAX + 1);
	struct nfs_file out;

	(void)state;
	nfs_parents_note(parents, &a, &b);
	assert_false(nfs_parents_find(parents, &a, &out));
}

static void a_file_of_somebody_elses_does_no_harm(void **state)
{
	static uint8_t junk[FILE_SIZE];
	struct nfs_file a, out;
	FILE *f;

	(void)state;
	nfs_parents_free(parents);
	memset(junk, 0xff, sizeof(junk));
	f = fopen(path_of("p"), "w");
	assert_non_null(f);
	assert_int_equal(fwrite(junk, 1, sizeof(junk), f), sizeof(junk));
	fclose(f);
	begin();
	for (uint32_t i = 0; i < 10000; i++) {
		a = file(i, 8);
		assert_false(nfs_parents_find(parents, &a, &out));
		note(i, 5);
		assert_true(is_in(i, 5));
	}
	nfs_parents_free(parents);
	/* half of one is begun anew */
	assert_int_equal(truncate(path_of("p"), 1000), 0);
	begin();
	assert_true(kept);
	assert_false(is_in(1, 5));
	note(1, 5);
	assert_true(is_in(1, 5));
}

static void without_a_place_it_is_kept_in_memory(void **state)
{
	(void)state;
	nfs_parents_free(parents);
	parents = nfs_parents_open(-1, "p", &kept);
	assert_false(kept);
	note(1, 5);
	assert_true(is_in(1, 5));
}

int main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		ONE(the_last_place_counts_after_a_restart_too),
		ONE(many_files_make_room_for_each_other),
		ONE(names_that_are_too_long_are_left_out),
		ONE(a_file_of_somebody_elses_does_no_harm),
		ONE(without_a_place_it_is_kept_in_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
