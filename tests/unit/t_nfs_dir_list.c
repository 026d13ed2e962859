/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of an export that are listed while they change. */
#include "config.h"

#include "nfs_dir_served.h"

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

/* clang-format off */
static const struct CMUnitTest tests[] = {
	ON_EACH(ten_thousand_names_are_listed_while_they_go),
	ON_EACH(cookies_of_32_bits_do_as_well),
	ON_EACH(a_listing_is_for_who_may_read_the_folder),
};
/* clang-format on */

int main(void)
{
	return served_run("nfs_dir_list", tests, sizeof(tests) / sizeof(tests[0]));
}
