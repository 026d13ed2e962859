/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"

#include "unit.h"

static const uint64_t second = UINT64_C(1000000000), begin = UINT64_C(1700000000) * 1000000000;

static struct nfs_work *fresh(void)
{
	static struct nfs_work w;

	w = (struct nfs_work) { .clock = 0 };
	return &w;
}

static void name(struct nfs_work *w, uint64_t hash, uint64_t folder, const char *s)
{
	nfs_work_name(w, hash, folder, bytes_str(s));
}

/* The last file's path, after something was done to an object, or to a name in it. */
static const struct work_file *touched(struct nfs_work *w, uint64_t hash, const char *s)
{
	static uint64_t frame;

	frame++;
	nfs_work_touch(w, &(struct work_touch) { .hash = hash,
						 .root = 1,
						 .name = bytes_str(s),
						 .op = 3,
						 .frame = frame,
						 .time_ns = begin + frame });
	return nfs_work_file(w, 0);
}

/* /usr/lib/x as 1, 2, 3, 4. */
static struct nfs_work *usr_lib_x(void)
{
	struct nfs_work *w = fresh();

	name(w, 2, 1, "usr");
	name(w, 3, 2, "lib");
	name(w, 4, 3, "x");
	return w;
}

static void operations_are_counted_by_kind_with_their_times(void **state)
{
	struct nfs_work *w = fresh();

	(void)state;
	nfs_work_answered(w, 6, begin, 1000000);
	nfs_work_answered(w, 1, begin, 500000);
	nfs_work_answered(w, 6, begin, 3000000);
	nfs_work_answered(w, 6, begin, UINT64_MAX); /* sent again: whose answer is it */
	assert_int_equal(nfs_work_op(w, 0)->op, 6);
	assert_int_equal(nfs_work_op(w, 0)->count, 3);
	assert_int_equal(nfs_work_op(w, 0)->timed, 2);
	assert_int_equal(nfs_work_op(w, 0)->sum_ns, 4000000);
	assert_int_equal(nfs_work_op(w, 0)->max_us, 3000);
	assert_int_equal(nfs_work_op(w, 1)->op, 1);
	assert_null(nfs_work_op(w, 2));
}

static void more_kinds_than_there_is_room_for_are_left_out(void **state)
{
	struct nfs_work *w = fresh();

	(void)state;
	for (uint32_t i = 0; i < 4 * CAP_NFS_OPS; i++)
		nfs_work_answered(w, i, begin, 1000);
	assert_int_equal(w->n_ops, CAP_NFS_OPS);
	assert_non_null(nfs_work_op(w, CAP_NFS_OPS - 1));
	assert_null(nfs_work_op(w, CAP_NFS_OPS));
	assert_int_equal(w->peak, 4 * CAP_NFS_OPS);
}

static void the_rate_is_of_the_last_seconds(void **state)
{
	struct nfs_work *w = fresh();
	uint32_t each[CAP_NFS_SECONDS];

	(void)state;
	for (uint64_t i = 0; i < 10 * 20; i++)
		nfs_work_answered(w, 6, begin + i * second / 20, 1000);
	assert_in_range(nfs_work_rate(w, begin + 10 * second - 1), 198, 202);
	nfs_work_history(w, begin + 11 * second, each);
	assert_int_equal(each[CAP_NFS_SECONDS - 1], 0);
	assert_int_equal(each[CAP_NFS_SECONDS - 2], 0);
	assert_int_equal(each[CAP_NFS_SECONDS - 3], 20);
	assert_int_equal(each[CAP_NFS_SECONDS - 12], 20);
	assert_int_equal(each[CAP_NFS_SECONDS - 13], 0);
	assert_int_equal(nfs_work_rate(w, begin + 20 * second), 0);
	nfs_work_answered(w, 6, begin + 1000 * second, 1000); /* what was before is gone */
	nfs_work_history(w, begin + 1000 * second, each);
	for (uint32_t i = 0; i < CAP_NFS_SECONDS; i++)
		assert_int_equal(each[i], i == CAP_NFS_SECONDS - 1);
	assert_int_equal(w->peak, 20);
	nfs_work_answered(w, 6, begin, 1000);                         /* a clock that went back */
	assert_int_equal(nfs_work_rate(w, begin + 1000 * second), 2); /* one in four seconds */
	assert_int_equal(nfs_work_rate(w, 0), 0);
}

static void a_path_is_put_together_from_its_folders(void **state)
{
	struct nfs_work *w = usr_lib_x();
	const struct work_file *f = touched(w, 4, "");

	(void)state;
	assert_string_equal(f->path, "/usr/lib/x");
	assert_true(f->whole);
	assert_string_equal(touched(w, 3, "y")->path, "/usr/lib/y");
	assert_string_equal(touched(w, 1, "etc")->path, "/etc");
	assert_string_equal(touched(w, 1, "")->path, "/");
	name(w, 77, 76, "far"); /* in a folder that nobody named */
	f = touched(w, 77, "");
	assert_string_equal(f->path, "far");
	assert_false(f->whole);
	assert_string_equal(touched(w, 88, "")->path, "far"); /* no name: not told */
	assert_string_equal(nfs_work_name_of(w, 3), "lib");
	assert_string_equal(nfs_work_name_of(w, 33), "");
	assert_string_equal(nfs_work_name_of(w, 0), "");
}

static void a_long_path_keeps_its_end(void **state)
{
	struct nfs_work *w = fresh();
	char part[256];
	const struct work_file *f;

	(void)state;
	memset(part, 'x', sizeof(part));
	part[255] = 0;
	for (uint64_t i = 2; i < 12; i++)
		name(w, i, i - 1, part);
	f = touched(w, 11, "end");
	assert_false(f->whole);
	assert_int_equal(strlen(f->path), CAP_NFS_PATH - 1);
	assert_string_equal(f->path + CAP_NFS_PATH - 6, "x/end");
	for (uint32_t n = 0; n < 256; n++) { /* every length, at the very edge of the room too */
		part[n] = 0;
		f = touched(w, 1, part);
		assert_int_equal(strlen(f->path),
				 n + 1 < CAP_NFS_PATH - 1 ? n + 1 : CAP_NFS_PATH - 1);
		assert_int_equal(f->path[0], n + 1 < CAP_NFS_PATH ? '/' : 'x');
		part[n] = 'x';
	}
}

static void folders_in_a_circle_end(void **state)
{
	struct nfs_work *w = fresh();

	(void)state;
	name(w, 2, 3, "a");
	name(w, 3, 2, "b");
	name(w, 4, 4, "self");
	assert_false(touched(w, 2, "")->whole);
	assert_string_equal(nfs_work_name_of(w, 4), "");
	name(w, 5, 3, "..");
	name(w, 5, 3, ".");
	name(w, 5, 3, "");
	assert_string_equal(nfs_work_name_of(w, 5), "");
}

static void what_is_in_use_outlives_a_flood_of_names(void **state)
{
	struct nfs_work *w = usr_lib_x();
	char s[8];

	(void)state;
	for (uint64_t i = 0; i < 20000; i++) {
		struct text t = text_init(s, sizeof(s));

		text_u64(&t, i);
		name(w, 1000 + i, 1, s);
		if (i % 1000 == 0)
			touched(w, 3, "x");
	}
	assert_string_equal(touched(w, 3, "x")->path, "/usr/lib/x");
	for (uint32_t i = 0; i < CAP_NFS_FILES + 4; i++) { /* and of files, all of which pass */
		s[0] = (char)('a' + i);
		s[1] = 0;
		touched(w, 3, s);
	}
	assert_int_equal(w->n_files, CAP_NFS_FILES);
	assert_string_equal(nfs_work_file(w, 0)->path, "/usr/lib/l");
	assert_string_equal(nfs_work_file(w, CAP_NFS_FILES - 1)->path, "/usr/lib/e");
	assert_null(nfs_work_file(w, CAP_NFS_FILES));
}

static void what_is_renamed_bears_its_new_name(void **state)
{
	struct nfs_work *w = usr_lib_x();

	(void)state;
	nfs_work_rename(w, 3, bytes_str("x"), 2, bytes_str("y"));
	assert_string_equal(touched(w, 4, "")->path, "/usr/y");
	nfs_work_rename(w, 3, bytes_str("x"), 2, bytes_str("z")); /* nothing has that name now */
	nfs_work_rename(w, 2, bytes_str(""), 2, bytes_str("z"));
	nfs_work_rename(w, 2, bytes_str("yy"), 2, bytes_str("z"));
	assert_string_equal(nfs_work_name_of(w, 4), "y");
}

static void what_was_missing_and_is_made_is_one_file(void **state)
{
	struct nfs_work *w = fresh();
	struct work_touch t = {
		.hash = 1, .root = 1, .name = bytes_str("new"), .status = 2, .frame = 1
	};

	(void)state;
	nfs_work_touch(w, &t);
	assert_int_equal(nfs_work_file(w, 0)->status, 2);
	t.made = 9;
	t.status = 0;
	t.frame = 2;
	nfs_work_touch(w, &t);
	name(w, 9, 1, "new");
	touched(w, 9, "");
	assert_int_equal(w->n_files, 1);
	assert_string_equal(nfs_work_file(w, 0)->path, "/new");
	assert_int_equal(nfs_work_file(w, 0)->status, 0);
}

/* ---- from the packets ---- */

enum { NFS_READDIRPLUS = 17 };

static void says(struct story *t, uint32_t proc, const char *handle, const char *entry,
		 const char *given)
{
	struct rpc m = nfs(t, proc, entry);

	m.handle = bytes_str(handle);
	m.handle2 = bytes_str(given);
	if (proc == NFS_READDIRPLUS) {
		m.n_entries = 2;
		m.entry[0] = bytes_str(".");
		m.entry[1] = bytes_str(entry);
		m.entry_handle[0] = bytes_str(handle);
		m.entry_handle[1] = bytes_str(given);
	}
	nfs_call(t, &m);
	nfs_reply(t, &m, 0);
}

static const struct nfs_use *use_of(const struct story *t)
{
	return client_last_boot(scope_client(t->s, 0))->nfs;
}

static void a_board_on_its_root_is_followed_by_name(void **state)
{
	struct story *t = kernel_up("kernel8.img", "root=/dev/nfs");
	const struct nfs_use *n;

	(void)state;
	mounts(t, LOW_PORT, 0);
	says(t, NFS_LOOKUP, "the root's handle", "etc", "e");
	says(t, NFS_READDIRPLUS, "e", "fstab", "f");
	says(t, NFS_READ, "f", "", "");
	n = use_of(t);
	assert_non_null(n->work);
	assert_string_equal(nfs_use_mount(client_last_boot(scope_client(t->s, 0)), n)->path,
			    "/srv/a");
	assert_string_equal(nfs_work_file(n->work, 0)->path, "/etc/fstab");
	assert_true(nfs_work_file(n->work, 0)->whole);
	assert_string_equal(nfs_use_op_name(n, nfs_work_file(n->work, 0)->op), "READ");
	assert_string_equal(nfs_work_file(n->work, 1)->path, "/etc");
	assert_int_equal(n->read_size, 4);
	assert_int_equal(n->work->n_ops, 3);
	assert_string_equal(nfs_use_op_name(n, 4711), "?");
	assert_string_equal(nfs_use_status(n, 2), "NFS3ERR_NOENT");
	assert_string_equal(nfs_use_status(n, 4711), "?");
	story_end(t);
}

static void a_name_that_is_not_there_is_told_with_its_status(void **state)
{
	struct story *t = kernel_up("kernel8.img", "root=/dev/nfs");
	const struct nfs_use *n;

	(void)state;
	mounts(t, LOW_PORT, 0);
	does(t, NFS_LOOKUP, "machine-id", 2);
	n = use_of(t);
	assert_string_equal(nfs_work_file(n->work, 0)->path, "/machine-id");
	assert_int_equal(nfs_work_file(n->work, 0)->status, 2);
	story_end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_are_counted_by_kind_with_their_times),
		cmocka_unit_test(more_kinds_than_there_is_room_for_are_left_out),
		cmocka_unit_test(the_rate_is_of_the_last_seconds),
		cmocka_unit_test(a_path_is_put_together_from_its_folders),
		cmocka_unit_test(a_long_path_keeps_its_end),
		cmocka_unit_test(folders_in_a_circle_end),
		cmocka_unit_test(what_is_in_use_outlives_a_flood_of_names),
		cmocka_unit_test(what_is_renamed_bears_its_new_name),
		cmocka_unit_test(what_was_missing_and_is_made_is_one_file),
		cmocka_unit_test(a_board_on_its_root_is_followed_by_name),
		cmocka_unit_test(a_name_that_is_not_there_is_told_with_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
