/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_conform.h"

#include "nfs_talk.h"
#include "unit.h"

static const struct nfs_place *place;
static struct nfs_fs fs;
static struct talk t;
static struct talk_handle top;

static int begin(void **state)
{
	(void)state;
	fs = place->open();
	talk_begin(&t, &fs);
	top = talk_root(&t, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	talk_end(&t);
	place->close();
	return 0;
}

static void getattr_tells_what_a_folder_is(void **state)
{
	struct nfs_attr a = talk_getattr(&t, &top);

	(void)state;
	assert_int_equal(a.type, NFS_DIR);
	assert_int_equal(a.mode, 0755);
	assert_int_equal(a.uid, 0);
	assert_in_range(a.nlink, 1, 2);
}

static void lookup_finds_what_was_made(void **state)
{
	struct talk_handle f = talk_create(&t, &top, "a.txt", 0644), g;
	struct nfs_attr a = talk_getattr(&t, &f), b;

	(void)state;
	assert_int_equal(a.type, NFS_REG);
	assert_int_equal(a.mode, 0644);
	g = talk_lookup(&t, &top, "a.txt");
	assert_true(talk_post_op(&t, &b));
	assert_int_equal(b.fileid, a.fileid);
	assert_true(talk_post_op(&t, &b));
	assert_int_equal(b.type, NFS_DIR);
	talk_done(&t);
	assert_int_equal(f.n, g.n);
	assert_memory_equal(f.b, g.b, f.n);
}

#define TEST(f)  cmocka_unit_test_setup_teardown(f, begin, end)

int nfs_conform(const struct nfs_place *p)
{
	const struct CMUnitTest tests[] = {
		TEST(getattr_tells_what_a_folder_is),
		TEST(lookup_finds_what_was_made),
	};

	place = p;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
