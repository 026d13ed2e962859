/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_DIR_SERVED_H
#define NFS_DIR_SERVED_H

/*
 * A real folder as a file system of an NFS server, on file systems of several kinds: what every
 * test of nfs_dir begins with, and words for what a client does there.
 */
#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
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

static inline bool is_root(void)
{
	return !alone;
}

static inline void begin(void)
{
	assert_int_equal(nfs_dir_open(&exports, state, &dir, why, sizeof(why)), 0);
	assert_int_equal(pipe2(aside, O_CLOEXEC | O_NONBLOCK), 0);
	thread = nfs_dir_thread_new(dir, &(struct nfs_dir_lent) { .aside = aside });
	assert_non_null(thread);
	fs = nfs_dir_fs(thread);
	assert_int_equal(fs.root(fs.ctx, 7, &top), NFS_OK);
}

static inline void end(void)
{
	nfs_dir_thread_free(thread);
	nfs_dir_free(dir);
	close(aside[0]);
	close(aside[1]);
	thread = NULL;
	dir = NULL;
}

static inline int setup(void **s)
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

static inline int teardown(void **s)
{
	char command[300];

	(void)s;
	end();
	snprintf(command, sizeof(command), "rm -rf '%s' '%s/var'", root, at->path);
	return system(command);
}

/* ---- words for what a client does ---- */

static inline struct bytes word(const char *s)
{
	return (struct bytes) { (const uint8_t *)s, (uint32_t)strlen(s) };
}

/* What is done to a path is done as root again, whoever this thread was for a client. */
static inline const char *path_of(const char *name)
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

static inline void put(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	assert_int_equal(chmod(path_of(name), mode), 0);
}

static inline int look(const struct nfs_caller *who, const struct nfs_file *in, const char *name,
		       struct nfs_file *out)
{
	struct nfs_attr attr, dir_attr;

	return fs.lookup(fs.ctx, who, in, word(name), out, &attr, &dir_attr);
}

static inline struct nfs_file file_of(const char *name)
{
	struct nfs_file f;

	assert_int_equal(look(&boss, &top, name, &f), NFS_OK);
	return f;
}

static inline struct nfs_attr attr_of(const struct nfs_file *f)
{
	struct nfs_attr a;

	assert_int_equal(fs.getattr(fs.ctx, f, &a), NFS_OK);
	return a;
}

static inline int set_of(const struct nfs_caller *who, const struct nfs_file *f, struct nfs_set set,
			 const struct nfs_time *guard)
{
	struct nfs_wcc w;

	return fs.setattr(fs.ctx, who, f, &set, guard, &w);
}

/* "+text" or, when it fails, "-" and the status. */
static inline const char *text_of(const struct nfs_caller *who, const struct nfs_file *f)
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

static inline int write_to(const struct nfs_caller *who, const struct nfs_file *f, const char *text)
{
	uint32_t n, stable = NFS_UNSTABLE;
	struct nfs_wcc wcc;

	return fs.write(fs.ctx, who, f, 0, word(text), &n, &stable, &wcc);
}

static inline struct nfs_make making(uint32_t type, uint32_t mode)
{
	return (struct nfs_make) { .type = type, .set = { .what = NFS_SET_MODE, .mode = mode } };
}

static inline int make(const struct nfs_caller *who, const struct nfs_file *in, const char *name,
		       const struct nfs_make *how, struct nfs_file *out)
{
	struct nfs_attr attr;
	struct nfs_wcc wcc;

	return fs.make(fs.ctx, who, in, word(name), how, out, &attr, &wcc);
}

static inline int remove_of(const struct nfs_caller *who, const struct nfs_file *in,
			    const char *name)
{
	struct nfs_wcc wcc;

	return fs.remove(fs.ctx, who, in, word(name), false, &wcc);
}

static inline int rename_of(const char *from, const char *to)
{
	struct nfs_wcc a, b;

	return fs.rename(fs.ctx, &boss, &top, word(from), &top, word(to), &a, &b);
}

/* ---- the program ---- */

#define ON_EACH(f)                           \
	{                                    \
#f, f, setup, teardown, NULL \
	}

enum { SERVED_TESTS_MAX = 16 };

/* Each of n tests on each kind. */
static inline int served_run(const char *module, const struct CMUnitTest *tests, size_t n)
{
	static char name[PLACES_MAX * SERVED_TESTS_MAX][160];
	struct CMUnitTest all[PLACES_MAX * SERVED_TESTS_MAX];
	size_t places = (size_t)places_open(place), k = 0;
	int r;

	assert(n <= SERVED_TESTS_MAX);
	us = geteuid();
	our_group = getegid();
	/* a user namespace may know of nobody but root */
	alone = us != 0 || setfsuid(1000) != 0 || setfsuid(0) != 1000;
	for (; k < places * n; k++) {
		const struct place *where = &place[k / n];

		snprintf(name[k], sizeof(name[k]), "%s_on_%s", tests[k % n].name, where->kind);
		all[k] = tests[k % n];
		all[k].name = name[k];
		all[k].initial_state = &place[k / n];
	}
	r = _cmocka_run_group_tests(module, all, k, NULL, NULL);
	return r ? r : places_close();
}

#endif
