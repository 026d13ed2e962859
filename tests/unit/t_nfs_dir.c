/* SPDX-License-Identifier: BSD-2-Clause */
/* Real folders as the file systems of an NFS server: what is there, by whom it is reached, and all
 * of it together. */
#include "config.h"

#include <pthread.h>
#include <sys/wait.h>

#include "nfs_dir_served.h"

/* ---- what is there ---- */

static void the_top_is_a_folder_and_its_own_parent(void **s)
{
	struct nfs_file f;

	(void)s;
	assert_int_equal(attr_of(&top).type, NFS_DIR);
	assert_int_equal(look(&boss, &top, "..", &f), NFS_OK);
	assert_memory_equal(&f, &top, sizeof(f));
	assert_int_equal(look(&boss, &top, ".", &f), NFS_OK);
	assert_memory_equal(&f, &top, sizeof(f));
	assert_int_equal(fs.root(fs.ctx, 8, &f), NFS_STALE);
}

static void files_are_found_and_read(void **s)
{
	struct nfs_file f, up;
	struct nfs_attr a;

	(void)s;
	assert_int_equal(mkdir(path_of("a"), 0755), 0);
	put("a/f", "hello", 0644);
	f = file_of("a");
	assert_int_equal(look(&boss, &f, "..", &up), NFS_OK);
	assert_memory_equal(&up, &top, sizeof(up));
	up = f;
	assert_int_equal(look(&boss, &up, "f", &f), NFS_OK);
	assert_string_equal(text_of(&boss, &f), "+hello");
	a = attr_of(&f);
	assert_int_equal(a.type, NFS_REG);
	assert_int_equal(a.mode, 0644);
	assert_int_equal(a.size, 5);
	assert_int_equal(a.nlink, 1);
	assert_int_equal(look(&boss, &up, "g", &f), NFS_NOENT);
	assert_int_equal(look(&boss, &f, "g", &f), NFS_NOTDIR);
	assert_string_equal(text_of(&boss, &up), "-21");
	assert_int_equal(look(&boss, &top, "a/f", &f), NFS_INVAL);
}

static void handles_outlive_the_server(void **s)
{
	struct nfs_file f, d;

	(void)s;
	assert_int_equal(mkdir(path_of("a"), 0755) | mkdir(path_of("a/b"), 0755), 0);
	put("a/b/f", "still here", 0644);
	d = file_of("a");
	assert_int_equal(look(&boss, &d, "b", &d), NFS_OK);
	assert_int_equal(look(&boss, &d, "f", &f), NFS_OK);
	end();
	begin();
	assert_string_equal(text_of(&boss, &f), "+still here");
	assert_int_equal(look(&boss, &d, "f", &f), NFS_OK);
	/* moved meanwhile */
	assert_int_equal(rename(path_of("a/b/f"), path_of("f2")), 0);
	end();
	begin();
	assert_string_equal(text_of(&boss, &f), "+still here");
}

static void what_is_gone_is_stale(void **s)
{
	struct nfs_file f, forged;
	struct nfs_attr a;

	(void)s;
	put("f", "x", 0644);
	f = file_of("f");
	assert_string_equal(text_of(&boss, &f), "+x");
	assert_int_equal(unlink(path_of("f")), 0);
	assert_int_equal(fs.getattr(fs.ctx, &f, &a), NFS_STALE);
	assert_string_equal(text_of(&boss, &f), "-70");
	put("g", "y", 0644);
	end();
	begin();
	assert_int_equal(fs.getattr(fs.ctx, &f, &a), NFS_STALE);
	/* an overlay has nothing but numbers, of which one more or less may be another file */
	for (uint32_t i = 0; i < 8u * f.n && strcmp(at->kind, "overlay") != 0; i++) {
		forged = f;
		forged.id[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_not_equal(fs.getattr(fs.ctx, &forged, &a), NFS_OK);
	}
	forged = top;
	forged.n = 0;
	assert_int_equal(fs.getattr(fs.ctx, &forged, &a), NFS_STALE);
	forged = top;
	forged.export = 9;
	assert_int_equal(fs.getattr(fs.ctx, &forged, &a), NFS_STALE);
}

static void names_may_have_255_bytes(void **s)
{
	struct nfs_make m = making(NFS_DIR, 0755);
	char name[NFS_NAME_MAX + 2];
	struct nfs_file f, same;

	(void)s;
	memset(name, 'x', sizeof(name));
	name[NFS_NAME_MAX + 1] = 0;
	assert_int_equal(make(&boss, &top, name, &m, &f), NFS_NAMETOOLONG);
	name[NFS_NAME_MAX] = 0;
	assert_int_equal(make(&boss, &top, name, &m, &f), NFS_OK);
	assert_int_equal(look(&boss, &top, name, &same), NFS_OK);
	assert_memory_equal(&f, &same, sizeof(f));
}

static bool counts_attributes(void *ctx, const struct nfs_entry *e)
{
	*(uint32_t *)ctx += e->attr.type != NFS_NONE;
	return true;
}

/* Of the top; the dots too. */
static uint32_t names_with_attributes(void)
{
	uint32_t n = 0;
	struct nfs_list how = {
		.bytes = 4096, .plus = true, .ctx = &n, .entry = counts_attributes
	};
	struct nfs_attr a;
	bool eof;

	assert_int_equal(fs.readdir(fs.ctx, &boss, &top, &how, &eof, &a), NFS_OK);
	assert_true(eof);
	return n;
}

static void nothing_beside_an_export_is_reached(void **s)
{
	char path[200], command[300];
	struct nfs_file f, d;

	(void)s;
	assert_int_equal(mkdir(path_of("d"), 0755), 0);
	assert_int_equal(symlink("/etc", path_of("l")), 0);
	d = file_of("d");
	f = file_of("l");
	assert_int_equal(attr_of(&f).type, NFS_LNK);
	assert_int_equal(look(&boss, &f, "passwd", &f), NFS_NOTDIR);
	/* a folder that was moved out */
	snprintf(path, sizeof(path), "%s/moved", at->path);
	/* which an overlay of a user namespace does not do */
	if (rename(path_of("d"), path) == 0) {
		assert_int_equal(look(&boss, &d, "..", &f), NFS_STALE);
		assert_int_equal(rmdir(path), 0);
	}
	if (!is_root() || strcmp(at->kind, "here") == 0)
		return;
	/* another file system below */
	assert_int_equal(mkdir(path_of("m"), 0755), 0);
	d = file_of("m");
	snprintf(command, sizeof(command), "mount -t tmpfs none %s", path_of("m"));
	assert_int_equal(system(command), 0);
	assert_int_equal(look(&boss, &top, "m", &f), NFS_ACCES);
	assert_int_equal(names_with_attributes(), 3);
	assert_int_equal(remove_of(&boss, &top, "m"), NFS_ISDIR);
	snprintf(command, sizeof(command), "umount %s", path_of("m"));
	assert_int_equal(system(command), 0);
	assert_int_equal(look(&boss, &top, "m", &f), NFS_OK);
	assert_memory_equal(&f, &d, sizeof(f));
}

/* ---- two at once ---- */

enum { TURNS = 3000 };

/* "Not now" is what somebody else's search, or a number that is taken anew, may lead to. */
static bool is_odd(int r)
{
	return r != NFS_OK && r != NFS_NOENT && r != NFS_STALE && r != NFS_JUKEBOX;
}

/* Files are made, written to, moved over each other and read by two, who are not the same; whatever
 * comes of it is one of the answers that may be given. */
static void *race(void *ctx)
{
	struct nfs_dir_thread *t = nfs_dir_thread_new(dir, &(struct nfs_dir_lent) { 0 });
	const struct nfs_caller *who = ctx;
	struct nfs_fs mine = nfs_dir_fs(t);
	struct nfs_make m = making(NFS_REG, 0666);
	uint32_t odd = 0, n, stable;
	struct nfs_attr a, a2;
	struct nfs_wcc w, w2;
	struct nfs_file f;
	uint8_t to[16];
	bool eof;

	for (uint32_t i = 0; i < TURNS; i++) {
		struct bytes name = word(i % 3 ? "a" : "b"), there = word(i % 5 ? "b" : "c");
		int r = mine.make(mine.ctx, who, &top, name, &m, &f, &a, &w);

		odd += is_odd(r);
		if (r == NFS_OK) {
			stable = NFS_UNSTABLE;
			r = mine.write(mine.ctx, who, &f, 0, word("hello"), &n, &stable, &w);
			odd += is_odd(r);
			n = sizeof(to);
			r = mine.read(mine.ctx, who, &f, 0, to, &n, &eof, &a);
			odd += is_odd(r);
			odd += r == NFS_OK && n && (n != 5 || memcmp(to, "hello", 5) != 0);
		}
		r = mine.rename(mine.ctx, who, &top, name, &top, there, &w, &w2);
		odd += is_odd(r);
		r = mine.lookup(mine.ctx, who, &top, there, &f, &a, &a2);
		odd += is_odd(r);
		if (i % 64 == 0)
			nfs_dir_tidy(dir);
		if (i % 7 == 0)
			(void)mine.remove(mine.ctx, who, &top, word("c"), false, &w);
	}
	nfs_dir_thread_free(t);
	return (void *)(uintptr_t)odd;
}

static void two_at_once_do_not_harm_each_other(void **s)
{
	pthread_t two;
	void *odd[2];

	(void)s;
	assert_int_equal(chmod(root, 0777), 0);
	assert_int_equal(pthread_create(&two, NULL, race, (void *)(uintptr_t)&user), 0);
	odd[0] = race((void *)(uintptr_t)&other);
	pthread_join(two, &odd[1]);
	assert_null(odd[0]);
	assert_null(odd[1]);
}

/* More files than may be open: the oldest goes. */
static void what_is_open_is_bounded(void **s)
{
	struct nfs_file f[40];
	char name[16];

	(void)s;
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		put(name, name, 0644);
		f[i] = file_of(name);
	}
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < 40; i++) {
			snprintf(name, sizeof(name), "+n%d", i);
			assert_string_equal(text_of(&boss, &f[i]), name);
		}
		nfs_dir_tidy(dir);
		nfs_dir_tidy(dir);
		nfs_dir_tidy(dir);
	}
}

/* ---- without rights ---- */

/* What a client does, step by step; the first step that fails, or 0. */
static int live_on_it(const struct nfs_file *kept, const struct nfs_file *in)
{
	struct nfs_make file = making(NFS_REG, 0644), folder = making(NFS_DIR, 0777),
			device = making(NFS_CHR, 0600), pipe = making(NFS_FIFO, 0600);
	const struct nfs_caller *who = is_root() ? &user : &boss, careful = { .sync = true };
	struct nfs_set owner = { .what = NFS_SET_UID | NFS_SET_GID | NFS_SET_MODE | NFS_SET_SIZE,
				 .uid = is_root() ? 1000 : us,
				 .gid = is_root() ? 50 : our_group,
				 .mode = 02750 };
	struct nfs_file f, d;
	struct nfs_space space;
	struct nfs_attr a;
	struct nfs_wcc w, w2;
	uint32_t granted;

	device.major = 5;
	/* a folder the kernel has forgotten, then a file */
	if (fs.getattr(fs.ctx, in, &a) != NFS_OK)
		return 16;
	if (strcmp(text_of(&boss, kept), "+still here") != 0)
		return 1;
	if (write_to(&boss, kept, "STILL") != NFS_OK)
		return 2;
	if (make(&boss, &top, "d", &folder, &d) != NFS_OK)
		return 3;
	if (make(who, &d, "f", &file, &f) != NFS_OK || write_to(who, &f, "x") != NFS_OK)
		return 4;
	if (fs.link(fs.ctx, &boss, kept, &d, word("l"), &a, &w) != NFS_OK)
		return 5;
	if (fs.rename(fs.ctx, who, &d, word("f"), &top, word("g"), &w, &w2) !=
	    (is_root() ? NFS_ACCES : NFS_OK))
		return 6;
	if (fs.rename(fs.ctx, &boss, in, word("f"), &top, word("h"), &w, &w2) != NFS_OK)
		return 7;
	if (is_root() && make(&boss, &d, "null", &device, &f) != NFS_OK)
		return 8;
	if (is_root() && make(who, &d, "null2", &device, &f) != NFS_PERM)
		return 9;
	if (make(who, &d, "pipe", &pipe, &f) != NFS_OK)
		return 10;
	if (set_of(&boss, kept, owner, NULL) != NFS_OK || attr_of(kept).mode != 02750)
		return 11;
	if (fs.access(fs.ctx, who, kept, 0x3f, &granted, &a) != NFS_OK || granted != 0x2d)
		return 12;
	if (fs.space(fs.ctx, &top, &space, &a) != NFS_OK ||
	    fs.commit(fs.ctx, &boss, kept, 0, 0, &w) != NFS_OK)
		return 13;
	if (remove_of(&boss, &d, "l") != NFS_OK)
		return 14;
	/* each of them on the disk; of a pipe nothing can be opened to say so */
	owner.what = NFS_SET_MODE;
	if (make(&careful, &d, "careful", &file, &f) != NFS_OK ||
	    set_of(&careful, &f, owner, NULL) != NFS_OK ||
	    make(&careful, &d, "careful2", &pipe, &f) != NFS_OK ||
	    set_of(&careful, &f, owner, NULL) != NFS_OK ||
	    remove_of(&careful, &d, "careful") != NFS_OK)
		return 15;
	return 0;
}

static void without_rights_all_of_it_works_as_well(void **s)
{
	struct nfs_file f, d;
	pid_t child;
	int status;

	(void)s;
	assert_int_equal(mkdir(path_of("a"), 0755) | mkdir(path_of("a/b"), 0755), 0);
	put("a/b/f", "still here", 0600);
	d = file_of("a");
	assert_int_equal(look(&boss, &d, "b", &d), NFS_OK);
	assert_int_equal(look(&boss, &d, "f", &f), NFS_OK);
	end();
	/* what the kernel knows of names goes: a handle leads to a file without any */
	status = is_root() ? system("(echo 2 > /proc/sys/vm/drop_caches) 2>/dev/null || :") : 0;
	child = fork();
	if (child == 0) {
		struct sandbox box = { .mode = SANDBOX_REPORT, .serves = true };
		int r;

		begin();
		nfs_dir_keeps(dir, &box);
		r = sandbox_enter(&box, why, sizeof(why));
		if (r == 0)
			r = live_on_it(&f, &d);
		if (sandbox_report())
			fprintf(stderr, "# %s\n", sandbox_report());
		_exit(sandbox_report() ? 100 : r);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	begin();
}

/* clang-format off */
static const struct CMUnitTest tests[] = {
	ON_EACH(the_top_is_a_folder_and_its_own_parent),
	ON_EACH(files_are_found_and_read),
	ON_EACH(handles_outlive_the_server),
	ON_EACH(what_is_gone_is_stale),
	ON_EACH(names_may_have_255_bytes),
	ON_EACH(nothing_beside_an_export_is_reached),
	ON_EACH(two_at_once_do_not_harm_each_other),
	ON_EACH(what_is_open_is_bounded),
	ON_EACH(without_rights_all_of_it_works_as_well),
};
/* clang-format on */

int main(void)
{
	return served_run("nfs_dir", tests, sizeof(tests) / sizeof(tests[0]));
}
