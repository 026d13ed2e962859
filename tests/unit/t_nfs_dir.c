/* SPDX-License-Identifier: BSD-2-Clause */
/* Real folders as the file systems of an NFS server, on file systems of several kinds. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nfs_dir.h"
#include "places.h"
#include "unit.h"

static struct place place[PLACES_MAX];
static const struct place *at;
static struct nfs_exports exports;
static char root[128], state[128], why[256];
static struct nfs_dir *dir;
static struct nfs_dir_thread *thread;
static struct nfs_fs fs;
static struct nfs_file top;
static int aside[2];

static const struct nfs_caller boss;
static const struct nfs_caller user = { .uid = 1000, .gid = 1000, .n_groups = 1, .group = { 50 } };
static const struct nfs_caller other = { .uid = 1001, .gid = 1001 };

static uid_t us;
static gid_t our_group;
static bool alone;

static bool is_root(void)
{
	return !alone;
}

static void begin(void)
{
	assert_int_equal(nfs_dir_open(&exports, state, &dir, why, sizeof(why)), 0);
	assert_int_equal(pipe2(aside, O_CLOEXEC | O_NONBLOCK), 0);
	thread = nfs_dir_thread_new(dir, &(struct nfs_dir_lent) { .aside = aside });
	assert_non_null(thread);
	fs = nfs_dir_fs(thread);
	assert_int_equal(fs.root(fs.ctx, 7, &top), NFS_OK);
}

static void end(void)
{
	nfs_dir_thread_free(thread);
	nfs_dir_free(dir);
	close(aside[0]);
	close(aside[1]);
	thread = NULL;
	dir = NULL;
}

static int setup(void **s)
{
	at = *s;
	snprintf(root, sizeof(root), "%s/root", at->path);
	/* neither of its folders is there the first time */
	snprintf(state, sizeof(state), "%s/var/state", at->path);
	if (mkdir(root, 0755))
		return -1;
	exports.n = 1;
	exports.export[0] = (struct nfs_export) { .id = 7, .path = "/pi", .root = root };
	begin();
	return 0;
}

static int teardown(void **s)
{
	char command[300];

	(void)s;
	end();
	snprintf(command, sizeof(command), "rm -rf '%s' '%s/var'", root, at->path);
	return system(command);
}

/* ---- words for what a client does ---- */

static struct bytes word(const char *s)
{
	return (struct bytes) { (const uint8_t *)s, (uint32_t)strlen(s) };
}

/* What is done to a path is done as root again, whoever this thread was for a client. */
static const char *path_of(const char *name)
{
	static char path[4][PATH_MAX];
	static int turn;
	struct nfs_attr a, b;
	struct nfs_file f;

	assert_int_equal(fs.lookup(fs.ctx, &boss, &top, word("."), &f, &a, &b), NFS_OK);
	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", root, name);
	return path[turn];
}

static void put(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path_of(name), mode), 0);
}

static int look(const struct nfs_caller *who, const struct nfs_file *in, const char *name,
		struct nfs_file *out)
{
	struct nfs_attr attr, dir_attr;

	return fs.lookup(fs.ctx, who, in, word(name), out, &attr, &dir_attr);
}

static struct nfs_file file_of(const char *name)
{
	struct nfs_file f;

	assert_int_equal(look(&boss, &top, name, &f), NFS_OK);
	return f;
}

static struct nfs_attr attr_of(const struct nfs_file *f)
{
	struct nfs_attr a;

	assert_int_equal(fs.getattr(fs.ctx, f, &a), NFS_OK);
	return a;
}

/* "+text" or, when it fails, "-" and the status. */
static const char *text_of(const struct nfs_caller *who, const struct nfs_file *f)
{
	static char to[4096];
	uint32_t n = sizeof(to) - 2;
	struct nfs_attr a;
	bool eof;
	int r = fs.read(fs.ctx, who, f, 0, (uint8_t *)to + 1, &n, &eof, &a);

	to[0] = '+';
	to[n + 1] = 0;
	if (r)
		snprintf(to, sizeof(to), "-%d", r);
	return to;
}

static int write_to(const struct nfs_caller *who, const struct nfs_file *f, const char *text)
{
	uint32_t n, stable = NFS_UNSTABLE;
	struct nfs_wcc wcc;

	return fs.write(fs.ctx, who, f, 0, word(text), &n, &stable, &wcc);
}

static struct nfs_make making(uint32_t type, uint32_t mode)
{
	return (struct nfs_make) { .type = type, .set = { .what = NFS_SET_MODE, .mode = mode } };
}

static int make(const struct nfs_caller *who, const struct nfs_file *in, const char *name,
		const struct nfs_make *how, struct nfs_file *out)
{
	struct nfs_attr attr;
	struct nfs_wcc wcc;

	return fs.make(fs.ctx, who, in, word(name), how, out, &attr, &wcc);
}

static int remove_of(const struct nfs_caller *who, const struct nfs_file *in, const char *name)
{
	struct nfs_wcc wcc;

	return fs.remove(fs.ctx, who, in, word(name), false, &wcc);
}

static int rename_of(const char *from, const char *to)
{
	struct nfs_wcc a, b;

	return fs.rename(fs.ctx, &boss, &top, word(from), &top, word(to), &a, &b);
}

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

/* ---- who may do what ---- */

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

/* ---- what is made ---- */

static void things_are_made(void **s)
{
	static const struct {
		uint32_t type;
		mode_t mode;
	} row[] = { { NFS_REG, S_IFREG },  { NFS_DIR, S_IFDIR },   { NFS_LNK, S_IFLNK },
		    { NFS_FIFO, S_IFIFO }, { NFS_SOCK, S_IFSOCK }, { NFS_CHR, S_IFCHR },
		    { NFS_BLK, S_IFBLK } };
	struct nfs_file f;
	struct nfs_attr a;
	struct stat st;
	char name[8], text[NFS_PATH_MAX];
	uint32_t n;

	(void)s;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct nfs_make m = making(row[i].type, 0751);

		if (!is_root() && i >= 5)
			break;
		snprintf(name, sizeof(name), "n%zu", i);
		m.text = word("../any where");
		m.major = 5;
		m.minor = 1;
		assert_int_equal(make(&boss, &top, name, &m, &f), NFS_OK);
		assert_int_equal(lstat(path_of(name), &st), 0);
		assert_int_equal(st.st_mode & S_IFMT, row[i].mode);
		a = attr_of(&f);
		assert_int_equal(a.type, row[i].type);
		if (row[i].type == NFS_LNK) {
			assert_int_equal(fs.readlink(fs.ctx, &boss, &f, text, &n, &a), NFS_OK);
			assert_int_equal(n, 12);
			assert_memory_equal(text, "../any where", n);
		} else {
			assert_int_equal(a.mode, 0751);
			assert_int_equal(fs.readlink(fs.ctx, &boss, &f, text, &n, &a), NFS_INVAL);
		}
		if (i >= 5) {
			assert_int_equal(a.major, 5);
			assert_int_equal(a.minor, 1);
		}
		m.how = NFS_GUARDED;
		assert_int_equal(make(&boss, &top, name, &m, &f), NFS_EXIST);
		assert_int_equal(file_of(name).n, f.n);
	}
}

/* inode_init_owner of Linux; mkdir(2) of its NFS client asks for 0755 and means this */
static void a_folder_has_the_group_and_the_bit_of_the_one_it_is_in(void **s)
{
	struct nfs_make m = making(NFS_DIR, 0755);
	struct nfs_file f;
	struct nfs_attr a;

	(void)s;
	assert_int_equal(mkdir(path_of("d"), 0755), 0);
	if (is_root())
		assert_int_equal(chown(path_of("d"), 0, 777), 0);
	assert_int_equal(chmod(path_of("d"), 02755), 0);
	f = file_of("d");
	assert_int_equal(make(&boss, &f, "e", &m, &f), NFS_OK);
	a = attr_of(&f);
	assert_int_equal(a.mode, 02755);
	if (is_root())
		assert_int_equal(a.gid, 777);
}

static void a_file_is_made_over_what_is_there_as_asked(void **s)
{
	struct nfs_make m = making(NFS_REG, 0600);
	struct nfs_file f, same;

	(void)s;
	put("f", "hello", 0644);
	assert_int_equal(mkdir(path_of("d"), 0755), 0);
	assert_int_equal(make(&boss, &top, "f", &m, &f), NFS_OK);
	assert_string_equal(text_of(&boss, &f), "+hello");
	assert_int_equal(attr_of(&f).mode, 0644);
	m.set.what |= NFS_SET_SIZE;
	m.set.size = 2;
	assert_int_equal(make(&boss, &top, "f", &m, &same), NFS_OK);
	assert_memory_equal(&same, &f, sizeof(f));
	assert_string_equal(text_of(&boss, &f), "+he");
	assert_int_equal(make(&boss, &top, "d", &m, &f), NFS_EXIST);

	m = (struct nfs_make) { .type = NFS_REG, .how = NFS_EXCLUSIVE, .verifier = "\xff\xee\xdd" };
	assert_int_equal(make(&boss, &top, "f", &m, &f), NFS_EXIST);
	assert_int_equal(make(&boss, &top, "x", &m, &f), NFS_OK);
	assert_int_equal(make(&boss, &top, "x", &m, &same), NFS_OK);
	assert_memory_equal(&same, &f, sizeof(f));
	m.verifier[7] = 1;
	assert_int_equal(make(&boss, &top, "x", &m, &same), NFS_EXIST);
}

static void names_are_removed_renamed_and_linked(void **s)
{
	struct nfs_file f, g, d;
	struct nfs_attr a;
	struct nfs_wcc w;

	(void)s;
	put("f", "f", 0644);
	put("g", "g", 0644);
	assert_int_equal(mkdir(path_of("d"), 0755), 0);
	f = file_of("f");
	g = file_of("g");
	d = file_of("d");
	assert_string_equal(text_of(&boss, &g), "+g");
	assert_int_equal(rename_of("f", "g"), NFS_OK);
	assert_int_equal(fs.getattr(fs.ctx, &g, &a), NFS_STALE);
	g = file_of("g");
	assert_memory_equal(&g, &f, sizeof(f));
	assert_string_equal(text_of(&boss, &g), "+f");
	assert_int_equal(fs.link(fs.ctx, &boss, &f, &d, word("h"), &a, &w), NFS_OK);
	assert_int_equal(a.nlink, 2);
	assert_int_equal(fs.link(fs.ctx, &boss, &f, &d, word("h"), &a, &w), NFS_EXIST);
	assert_int_equal(fs.link(fs.ctx, &boss, &d, &d, word("i"), &a, &w), NFS_ISDIR);
	assert_int_equal(remove_of(&boss, &top, "g"), NFS_OK);
	assert_int_equal(attr_of(&f).nlink, 1);
	assert_int_equal(remove_of(&boss, &top, "d"), NFS_ISDIR);
	assert_int_equal(fs.remove(fs.ctx, &boss, &top, word("d"), true, &w), NFS_NOTEMPTY);
	assert_int_equal(fs.remove(fs.ctx, &boss, &d, word("h"), true, &w), NFS_NOTDIR);
	assert_int_equal(remove_of(&boss, &d, "h"), NFS_OK);
	assert_int_equal(fs.remove(fs.ctx, &boss, &top, word("d"), true, &w), NFS_OK);
	assert_true(w.before);
	assert_int_equal(w.after.type, NFS_DIR);
	assert_int_equal(fs.getattr(fs.ctx, &d, &a), NFS_STALE);
	assert_int_equal(look(&boss, &d, "h", &f), NFS_STALE);
	assert_int_equal(remove_of(&boss, &top, "none"), NFS_NOENT);
	assert_int_equal(rename_of("none", "g"), NFS_NOENT);
}

/* ---- attributes ---- */

static int set_of(const struct nfs_caller *who, const struct nfs_file *f, struct nfs_set set,
		  const struct nfs_time *guard)
{
	struct nfs_wcc w;

	return fs.setattr(fs.ctx, who, f, &set, guard, &w);
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

/* ---- folders ---- */

enum { MANY = 10000 };

struct list {
	uint64_t cookie;
	uint32_t n, room, dots, double_told, with_attr;
	uint8_t told[MANY + 100];
};

static bool list_entry(void *ctx, const struct nfs_entry *e)
{
	struct list *l = ctx;
	char name[NFS_NAME_MAX + 1];
	uint32_t i;

	if (l->n == l->room)
		return false;
	l->n++;
	assert_true(e->cookie != 0);
	assert_true(e->fileid != 0);
	l->cookie = e->cookie;
	l->with_attr += e->attr.type != NFS_NONE && e->file.n && e->attr.fileid == e->fileid;
	memcpy(name, e->name.p, e->name.n);
	name[e->name.n] = 0;
	if (name[0] == '.')
		l->dots++;
	if (name[0] != 'n')
		return true;
	i = (uint32_t)strtoul(name + 1, NULL, 10);
	assert_true(i < MANY + 100);
	l->double_told += l->told[i];
	l->told[i] = 1;
	return true;
}

/* One answer with so many entries; true: it is the last. */
static bool list_more(struct list *l, bool plus, bool narrow, uint32_t entries)
{
	struct nfs_list how = { .cookie = l->cookie,
				.plus = plus,
				.narrow = narrow,
				.bytes = entries * 29,
				.ctx = l,
				.entry = list_entry };
	struct nfs_attr a;
	bool eof;

	l->n = 0;
	l->room = entries;
	assert_int_equal(fs.readdir(fs.ctx, &boss, &top, &how, &eof, &a), NFS_OK);
	assert_int_equal(a.type, NFS_DIR);
	assert_true(!narrow || l->cookie <= UINT32_MAX);
	return eof;
}

static void fill(uint32_t from, uint32_t to)
{
	struct nfs_make m = making(NFS_REG, 0644);
	struct nfs_file f;
	char name[16];

	for (uint32_t i = from; i < to; i++) {
		snprintf(name, sizeof(name), "n%u", i);
		assert_int_equal(make(&boss, &top, name, &m, &f), NFS_OK);
	}
}

/* What was told goes, and others come, while the listing goes on, after a restart too: each that
 * stays is told, once. */
static void list_and_change(uint32_t many, bool plus, bool narrow)
{
	static struct list l;
	char name[16];
	bool eof = false;
	uint32_t rounds = 0;

	memset(&l, 0, sizeof(l));
	fill(0, many);
	while (!eof) {
		eof = list_more(&l, plus, narrow, 300);
		for (uint32_t i = 0; i < many; i += 2) {
			if (l.told[i] != 1)
				continue;
			snprintf(name, sizeof(name), "n%u", i);
			assert_int_equal(remove_of(&boss, &top, name), NFS_OK);
			l.told[i] = 2;
		}
		if (++rounds == 5) {
			end();
			begin();
			fill(MANY, MANY + 100);
		}
	}
	for (uint32_t i = 0; i < many; i++)
		assert_true(l.told[i]);
	assert_int_equal(l.dots, 2);
	assert_true(l.double_told == 0);
	if (plus)
		assert_true(l.with_attr >= many);
}

static void ten_thousand_names_are_listed_while_they_go(void **s)
{
	(void)s;
	list_and_change(MANY, true, false);
}

static void cookies_of_32_bits_do_as_well(void **s)
{
	(void)s;
	list_and_change(MANY / 5, false, true);
}

static void a_listing_is_for_who_may_read_the_folder(void **s)
{
	static struct list l;
	struct nfs_list how = { .bytes = 4096, .plus = true, .ctx = &l, .entry = list_entry };
	struct nfs_file d, f;
	struct nfs_attr a;
	bool eof;

	(void)s;
	assert_int_equal(mkdir(path_of("d"), 0744), 0);
	put("d/n1", "x", 0644);
	d = file_of("d");
	memset(&l, 0, sizeof(l));
	l.room = 9;
	assert_int_equal(fs.readdir(fs.ctx, &boss, &d, &how, &eof, &a), NFS_OK);
	assert_true(eof);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.with_attr, 3);
	assert_int_equal(look(&boss, &d, "n1", &f), NFS_OK);
	assert_int_equal(fs.readdir(fs.ctx, &boss, &f, &how, &eof, &a), NFS_NOTDIR);
	if (!is_root())
		return;
	/* names may be read, what they are may not be looked at */
	memset(&l, 0, sizeof(l));
	l.room = 9;
	assert_int_equal(fs.readdir(fs.ctx, &user, &d, &how, &eof, &a), NFS_OK);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.with_attr, 1); /* its own */
	assert_int_equal(chmod(path_of("d"), 0711), 0);
	assert_int_equal(fs.readdir(fs.ctx, &user, &d, &how, &eof, &a), NFS_ACCES);
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

/* Of the top; the dots too. */
static uint32_t names_with_attributes(void)
{
	static struct list l;

	memset(&l, 0, sizeof(l));
	assert_true(list_more(&l, true, false, 100));
	return l.with_attr;
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

#define ONE(f)                               \
	{                                    \
#f, f, setup, teardown, NULL \
	}
/* clang-format off */
static const struct CMUnitTest tests[] = {
	ONE(the_top_is_a_folder_and_its_own_parent),
	ONE(files_are_found_and_read),
	ONE(what_was_put_aside_is_in_the_pipe),
	ONE(handles_outlive_the_server),
	ONE(what_is_gone_is_stale),
	ONE(the_kernel_says_who_may_do_what),
	ONE(an_owner_writes_and_who_runs_it_reads),
	ONE(things_are_made),
	ONE(a_folder_has_the_group_and_the_bit_of_the_one_it_is_in),
	ONE(a_file_is_made_over_what_is_there_as_asked),
	ONE(names_are_removed_renamed_and_linked),
	ONE(attributes_are_set),
	ONE(what_is_written_is_there_above_four_gigabytes_too),
	ONE(ten_thousand_names_are_listed_while_they_go),
	ONE(cookies_of_32_bits_do_as_well),
	ONE(a_listing_is_for_who_may_read_the_folder),
	ONE(names_may_have_255_bytes),
	ONE(nothing_beside_an_export_is_reached),
	ONE(two_at_once_do_not_harm_each_other),
	ONE(what_is_open_is_bounded),
	ONE(without_rights_all_of_it_works_as_well),
};
/* clang-format on */

enum { TESTS = sizeof(tests) / sizeof(tests[0]) };

int main(void)
{
	static char name[PLACES_MAX * TESTS][160];
	struct CMUnitTest all[PLACES_MAX * TESTS];
	int places = places_open(place), n = 0, r;

	us = geteuid();
	our_group = getegid();
	/* a user namespace may know of nobody but root */
	alone = us != 0 || setfsuid(1000) != 0 || setfsuid(0) != 1000;
	for (int i = 0; i < places; i++)
		for (size_t k = 0; k < TESTS; k++) {
			snprintf(name[n], sizeof(name[n]), "%s_on_%s", tests[k].name,
				 place[i].kind);
			all[n] = tests[k];
			all[n].name = name[n];
			all[n++].initial_state = &place[i];
		}
	r = _cmocka_run_group_tests("nfs_dir", all, (size_t)n, NULL, NULL);
	return r ? r : places_close();
}
