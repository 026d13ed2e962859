/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of an export that are made, moved and taken away. */
#include "config.h"

#include <sys/stat.h>

#include "nfs_dir_served.h"

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

/* clang-format off */
static const struct CMUnitTest tests[] = {
	ON_EACH(things_are_made),
	ON_EACH(a_folder_has_the_group_and_the_bit_of_the_one_it_is_in),
	ON_EACH(a_file_is_made_over_what_is_there_as_asked),
	ON_EACH(names_are_removed_renamed_and_linked),
};
/* clang-format on */

int main(void)
{
	return served_run("nfs_dir_names", tests, sizeof(tests) / sizeof(tests[0]));
}
