/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of an export that are read, written and dressed, and who may. */
#include "config.h"

#include <sys/stat.h>

#include "nfs_dir_served.h"

static void the_kernel_says_who_may_do_what(void **s)
{
	struct nfs_file f, d;
	struct nfs_attr a;
	uint32_t granted;

	(void)s;
	if (!is_root())
		return;
	put("f", "x", 0640);
	assert_int_equal(chown(path_of("f"), 1000, 50), 0);
	f = file_of("f");
	assert_string_equal(text_of(&user, &f), "+x");
	assert_string_equal(text_of(&other, &f), "-13");
	assert_string_equal(text_of(&boss, &f), "+x");
	assert_int_equal(write_to(&other, &f, "y"), NFS_ACCES);
	assert_int_equal(write_to(&user, &f, "y"), NFS_OK);
	assert_int_equal(fs.access(fs.ctx, &user, &f, 0x3f, &granted, &a), NFS_OK);
	assert_int_equal(granted, 1 | 4 | 8);
	assert_int_equal(fs.access(fs.ctx, &other, &f, 0x3f, &granted, &a), NFS_OK);
	assert_int_equal(granted, 0);
	/* by group */
	assert_int_equal(chown(path_of("f"), 0, 50), 0);
	assert_string_equal(text_of(&user, &f), "+y");
	assert_int_equal(write_to(&user, &f, "z"), NFS_ACCES);
	/* what was open is not, once the mode changes */
	assert_int_equal(chmod(path_of("f"), 0600), 0);
	assert_string_equal(text_of(&user, &f), "-13");
	assert_string_equal(text_of(&boss, &f), "+y");
	/* folders */
	assert_int_equal(mkdir(path_of("d"), 0700), 0);
	put("d/f", "x", 0644);
	d = file_of("d");
	assert_int_equal(look(&user, &d, "f", &f), NFS_ACCES);
	assert_int_equal(look(&user, &d, "g", &f), NFS_ACCES);
	assert_int_equal(look(&boss, &d, "f", &f), NFS_OK);
	assert_int_equal(fs.access(fs.ctx, &boss, &d, 0x3f, &granted, &a), NFS_OK);
	assert_int_equal(granted, 0x1f);
}

static void an_owner_writes_and_who_runs_it_reads(void **s)
{
	struct nfs_make m = making(NFS_REG, 0444);
	struct nfs_file f;

	(void)s;
	if (!is_root())
		return;
	assert_int_equal(chmod(root, 0777), 0);
	assert_int_equal(make(&user, &top, "pack", &m, &f), NFS_OK);
	assert_int_equal(write_to(&user, &f, "git"), NFS_OK);
	end();
	begin();
	assert_int_equal(write_to(&user, &f, "got"), NFS_OK);
	assert_int_equal(write_to(&other, &f, "bad"), NFS_ACCES);
	assert_string_equal(text_of(&other, &f), "+got");
	put("run", "#!", 0711);
	f = file_of("run");
	assert_string_equal(text_of(&other, &f), "+#!");
	assert_int_equal(write_to(&other, &f, "bad"), NFS_ACCES);
	put("mine", "x", 0);
	assert_int_equal(chown(path_of("mine"), 1000, 1000), 0);
	f = file_of("mine");
	assert_string_equal(text_of(&user, &f), "+x");
	assert_string_equal(text_of(&other, &f), "-13");
}

static void what_was_put_aside_is_in_the_pipe(void **s)
{
	struct nfs_file f;
	struct nfs_attr a;
	char to[64];
	uint32_t n = 4;
	bool eof;

	(void)s;
	put("f", "0123456789", 0644);
	f = file_of("f");
	assert_int_equal(fs.read(fs.ctx, &boss, &f, 3, NULL, &n, &eof, &a), NFS_OK);
	assert_int_equal(n, 4);
	assert_false(eof);
	assert_int_equal(read(aside[0], to, sizeof(to)), 4);
	assert_memory_equal(to, "3456", 4);
	n = 64;
	assert_int_equal(fs.read(fs.ctx, &boss, &f, 8, NULL, &n, &eof, &a), NFS_OK);
	assert_int_equal(n, 2);
	assert_true(eof);
	assert_int_equal(read(aside[0], to, sizeof(to)), 2);
	n = 64;
	assert_int_equal(fs.read(fs.ctx, &boss, &f, 10, NULL, &n, &eof, &a), NFS_OK);
	assert_int_equal(n, 0);
	assert_true(eof);
}

static void attributes_are_set(void **s)
{
	struct nfs_set all = { .what = NFS_SET_MODE | NFS_SET_SIZE | NFS_SET_ATIME | NFS_SET_MTIME,
			       .mode = 0604,
			       .size = 3,
			       .atime = { 1000, 7 },
			       .mtime = { 2000, 8 } };
	struct nfs_time ctime;
	struct nfs_file f;
	struct nfs_attr a;

	(void)s;
	put("f", "hello", 0644);
	f = file_of("f");
	a = attr_of(&f);
	ctime = a.ctime;
	ctime.ns ^= 1;
	assert_int_equal(set_of(&boss, &f, all, &ctime), NFS_NOT_SYNC);
	assert_int_equal(set_of(&boss, &f, all, &a.ctime), NFS_OK);
	a = attr_of(&f);
	assert_int_equal(a.mode, 0604);
	assert_int_equal(a.size, 3);
	assert_int_equal(a.atime.s, 1000);
	assert_int_equal(a.mtime.s, 2000);
	assert_string_equal(text_of(&boss, &f), "+hel");
	all.atime.ns = 1000000000;
	assert_int_equal(set_of(&boss, &f, all, NULL), NFS_INVAL);
	all = (struct nfs_set) { .what = NFS_SET_MTIME_NOW };
	assert_int_equal(set_of(&boss, &f, all, NULL), NFS_OK);
	assert_true(attr_of(&f).mtime.s > 1000000000);
	all = (struct nfs_set) { .what = NFS_SET_SIZE, .size = UINT64_MAX };
	assert_int_equal(set_of(&boss, &f, all, NULL), NFS_FBIG);
	assert_int_equal(set_of(&boss, &top, all, NULL), NFS_ISDIR);
	if (!is_root())
		return;
	all = (struct nfs_set) { .what = NFS_SET_UID | NFS_SET_GID, .uid = 1000, .gid = 50 };
	assert_int_equal(set_of(&user, &f, all, NULL), NFS_PERM);
	assert_int_equal(set_of(&boss, &f, all, NULL), NFS_OK);
	a = attr_of(&f);
	assert_int_equal(a.uid, 1000);
	assert_int_equal(a.gid, 50);
	all = (struct nfs_set) { .what = NFS_SET_MODE, .mode = 06755 };
	assert_int_equal(set_of(&other, &f, all, NULL), NFS_PERM);
	assert_int_equal(set_of(&boss, &f, all, NULL), NFS_OK);
	assert_int_equal(attr_of(&f).mode, 06755);
	assert_int_equal(write_to(&user, &f, "x"), NFS_OK);
	assert_int_equal(attr_of(&f).mode & 04000, 0);
	/* of a link: its own */
	assert_int_equal(symlink("nowhere", path_of("l")), 0);
	f = file_of("l");
	all = (struct nfs_set) { .what = NFS_SET_UID | NFS_SET_MTIME, .uid = 5, .mtime = { 3, 0 } };
	assert_int_equal(set_of(&boss, &f, all, NULL), NFS_OK);
	a = attr_of(&f);
	assert_int_equal(a.uid, 5);
	assert_int_equal(a.mtime.s, 3);
}

static void what_is_written_is_there_above_four_gigabytes_too(void **s)
{
	const uint64_t far = UINT64_C(5) << 30;
	struct nfs_make m = making(NFS_REG, 0644);
	uint32_t n, stable;
	struct nfs_file f;
	struct nfs_attr a;
	struct nfs_wcc w;
	uint8_t to[8];
	bool eof;

	(void)s;
	assert_int_equal(make(&boss, &top, "f", &m, &f), NFS_OK);
	for (uint32_t how = NFS_UNSTABLE; how <= NFS_FILE_SYNC; how++) {
		stable = how;
		assert_int_equal(fs.write(fs.ctx, &boss, &f, far, word("far"), &n, &stable, &w),
				 NFS_OK);
		assert_int_equal(n, 3);
		assert_true(stable >= how);
	}
	assert_true(w.before);
	assert_int_equal(w.after.size, far + 3);
	n = sizeof(to);
	assert_int_equal(fs.read(fs.ctx, &boss, &f, far, to, &n, &eof, &a), NFS_OK);
	assert_int_equal(n, 3);
	assert_memory_equal(to, "far", 3);
	assert_true(eof);
	assert_int_equal(fs.commit(fs.ctx, &boss, &f, 0, 0, &w), NFS_OK);
	assert_int_equal(fs.write(fs.ctx, &boss, &f, INT64_MAX, word("far"), &n, &stable, &w),
			 NFS_FBIG);
}

/* clang-format off */
static const struct CMUnitTest tests[] = {
	ON_EACH(the_kernel_says_who_may_do_what),
	ON_EACH(an_owner_writes_and_who_runs_it_reads),
	ON_EACH(what_was_put_aside_is_in_the_pipe),
	ON_EACH(attributes_are_set),
	ON_EACH(what_is_written_is_there_above_four_gigabytes_too),
};
/* clang-format on */

int main(void)
{
	return served_run("nfs_dir_io", tests, sizeof(tests) / sizeof(tests[0]));
}
