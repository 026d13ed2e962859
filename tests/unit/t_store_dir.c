/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder on the disk as a store: what is reached, what is not, and what is noticed. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "read_ahead.h"
#include "store_dir.h"
#include "unit.h"

static char top[64], why[256];
static struct store_dir *dir;
static struct store store;

static const char *at(const char *name)
{
	static char path[4][PATH_MAX];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", top, name);
	return path[turn];
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(at(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int setup(void **state)
{
	(void)state;
	snprintf(top, sizeof(top), "%s", "/tmp/t_store_dir.XXXXXX");
	assert_non_null(mkdtemp(top));
	assert_int_equal(mkdir(at("root"), 0755) | mkdir(at("root/common"), 0755) |
				 mkdir(at("root/38c128c0"), 0755) | mkdir(at("into"), 0755) |
				 mkdir(at("into/38c128c0"), 0755) | mkdir(at("beside"), 0755),
			 0);
	put("root/common/kernel8.img", "kernel");
	put("beside/secret", "secret");
	assert_int_equal(store_dir_open(at("root"), at("into"), &dir, why, sizeof(why)), 0);
	store = store_dir_store(dir);
	return 0;
}

static int teardown(void **state)
{
	char command[PATH_MAX];

	(void)state;
	store_dir_free(dir);
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command);
}

static int opens(const char *path)
{
	uint64_t size;
	int handle, r = store.open(store.ctx, path, &handle, &size);

	if (r == 0)
		assert_int_equal(store.close(store.ctx, handle, 1), 0);
	return r;
}

static void links_within_are_followed_and_no_others(void **state)
{
	char to[PATH_MAX];

	(void)state;
	assert_int_equal(symlink("../common/kernel8.img", at("root/38c128c0/relative")), 0);
	assert_int_equal(symlink(at("root/common/kernel8.img"), at("root/38c128c0/absolute")), 0);
	assert_int_equal(symlink(at("root/common"), at("root/folder")), 0);
	assert_int_equal(symlink(at("root/folder"), at("root/twice")), 0);
	assert_int_equal(symlink("../beside/secret", at("root/out")), 0);
	assert_int_equal(symlink(at("beside/secret"), at("root/out-too")), 0);
	assert_int_equal(symlink(at("beside"), at("root/out-there")), 0);
	assert_int_equal(symlink("/etc/passwd", at("root/passwd")), 0);
	assert_int_equal(symlink("round", at("root/round")), 0);
	assert_int_equal(symlink(at("root/about"), at("root/about")), 0);
	/* begins with the root's name, and is another folder */
	assert_int_equal(mkdir(at("root2"), 0755), 0);
	put("root2/x", "x");
	assert_int_equal(symlink(at("root2/x"), at("root/beside")), 0);
	snprintf(to, sizeof(to), "%s/../beside/secret", at("root"));
	assert_int_equal(symlink(to, at("root/sly")), 0);

	assert_int_equal(opens("common/kernel8.img"), 0);
	assert_int_equal(opens("38c128c0/relative"), 0);
	assert_int_equal(opens("38c128c0/absolute"), 0);
	assert_int_equal(opens("folder/kernel8.img"), 0);
	assert_int_equal(opens("twice/kernel8.img"), 0);
	assert_int_equal(opens("out"), STORE_OUTSIDE);
	assert_int_equal(opens("out-too"), STORE_OUTSIDE);
	assert_int_equal(opens("out-there/secret"), STORE_OUTSIDE);
	assert_int_equal(opens("passwd"), STORE_OUTSIDE);
	assert_int_equal(opens("round"), STORE_OUTSIDE);
	assert_int_equal(opens("about"), STORE_OUTSIDE);
	assert_int_equal(opens("beside"), STORE_OUTSIDE);
	assert_int_equal(opens("sly"), STORE_OUTSIDE);
	assert_int_equal(opens("../beside/secret"), STORE_OUTSIDE);
	assert_int_equal(opens("/etc/passwd"), STORE_OUTSIDE);
}

static void only_files_are_served(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(at("root/pipe"), 0644), 0);
	assert_int_equal(opens("common"), STORE_FOLDER);
	assert_int_equal(opens("pipe"), STORE_DENIED); /* and does not hold us up */
	assert_int_equal(opens("nothing"), STORE_MISSING);
	assert_int_equal(opens("common/kernel8.img/x"), STORE_MISSING);
}

static void a_file_that_is_written_to_is_noticed_and_one_that_is_replaced_is_not(void **state)
{
	uint8_t to[16];
	uint64_t size;
	int handle;

	(void)state;
	assert_int_equal(store.open(store.ctx, "common/kernel8.img", &handle, &size), 0);
	assert_int_equal(size, 6);
	assert_int_equal(store.read(store.ctx, handle, 0, to, 2, 4, 2), 4);
	assert_memory_equal(to, "ke", 2);
	assert_memory_equal(to + 6, "rn", 2);
	put("root/common/new", "kernel of tomorrow");
	assert_int_equal(rename(at("root/common/new"), at("root/common/kernel8.img")), 0);
	assert_int_equal(store.read(store.ctx, handle, 4, to, 8, 0, 1), 2);
	assert_memory_equal(to, "el", 2);
	store.close(store.ctx, handle, 1);

	for (int shorter = 0; shorter < 2; shorter++) {
		put("root/common/kernel8.img", "kernel");
		assert_int_equal(store.open(store.ctx, "common/kernel8.img", &handle, &size), 0);
		put("root/common/kernel8.img", shorter ? "kern" : "kernel9");
		assert_int_equal(store.read(store.ctx, handle, 0, to, 8, 0, 1), STORE_CHANGED);
		store.close(store.ctx, handle, 1);
	}
}

enum { LONG = 100000, READERS = 6 };

static uint8_t byte_of(int file, uint64_t offset)
{
	return (uint8_t)(file * 7 + (int)(offset ^ offset >> 9));
}

static void put_long(const char *name, int file)
{
	FILE *f = fopen(at(name), "w");

	assert_non_null(f);
	for (uint64_t i = 0; i < LONG; i++)
		fputc(byte_of(file, i), f);
	fclose(f);
}

static void many_read_the_same_files_block_by_block(void **state)
{
	static const uint32_t sizes[READERS] = { 512, 1468, 512, 4096, 1000, 4097 };
	uint64_t offset[READERS] = { 0 }, size, busy = 1;
	int handle[READERS];

	(void)state;
	put_long("root/a", 0);
	put_long("root/b", 1);
	for (int i = 0; i < READERS; i++)
		assert_int_equal(store.open(store.ctx, i % 2 ? "b" : "a", &handle[i], &size), 0);
	for (int turn = 0; busy; turn++) {
		busy = 0;
		for (int i = 0; i < READERS; i++) {
			uint8_t to[5000];
			uint64_t left = LONG - offset[i], want = left < sizes[i] ? left : sizes[i];

			if (turn % (i + 1) || !want)
				continue;
			assert_int_equal(
				store.read(store.ctx, handle[i], offset[i], to, sizes[i], 0, 1),
				want);
			for (uint64_t k = 0; k < want; k++)
				assert_int_equal(to[k], byte_of(i % 2, offset[i] + k));
			offset[i] += want;
		}
		for (int i = 0; i < READERS; i++)
			busy += offset[i] < LONG;
	}
	for (int i = 0; i < READERS; i++)
		store.close(store.ctx, handle[i], 1);
}

static void what_was_read_ahead_is_of_the_same_file_in_the_same_state(void **state)
{
	struct read_ahead *a = read_ahead_new();
	struct read_key key, other;
	struct stat st;
	uint8_t to[8];
	int fd;

	(void)state;
	put_long("root/a", 0);
	fd = open(at("root/a"), O_RDWR);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(read_key_of(&st, 5).alone, 5); /* it may be written to in the same tick */
	st.st_ctim.tv_sec -= 60;
	key = other = read_key_of(&st, 5);
	assert_int_equal(key.alone, 0);
	assert_int_equal(read_ahead_take(a, fd, &key, 100, to, 8), 8);
	assert_int_equal(pwrite(fd, "XXXXXXXX", 8, 100), 8);
	assert_int_equal(read_ahead_take(a, fd, &key, 100, to, 8), 8);
	assert_int_equal(to[0], byte_of(0, 100));
	other.changed.tv_nsec ^= 1;
	assert_int_equal(read_ahead_take(a, fd, &other, 100, to, 8), 8);
	assert_memory_equal(to, "XXXXXXXX", 8);
	other = key;
	other.ino += 32; /* the same place */
	assert_int_equal(read_ahead_take(a, fd, &other, 100, to, 8), 8);
	assert_memory_equal(to, "XXXXXXXX", 8);
	assert_int_equal(read_ahead_take(a, fd, &key, LONG - 3, to, 8), 3);
	assert_int_equal(read_ahead_take(a, fd, &key, LONG, to, 8), 0);
	close(fd);
	assert_int_equal(read_ahead_take(a, fd, &other, 50000, to, 8), -EBADF);
	read_ahead_free(a);
}

static void what_is_written_appears_whole_or_not_at_all(void **state)
{
	int handle;

	(void)state;
	assert_int_equal(store.create(store.ctx, "38c128c0/log", &handle), 0);
	assert_int_equal(store.write(store.ctx, handle, (const uint8_t *)"half", 4), 0);
	assert_int_not_equal(access(at("into/38c128c0/log"), F_OK), 0);
	assert_int_equal(store.close(store.ctx, handle, 0), 0);
	assert_int_not_equal(access(at("into/38c128c0/log"), F_OK), 0);
	assert_int_equal(store.create(store.ctx, "38c128c0/log", &handle), 0);
	assert_int_equal(store.close(store.ctx, handle, 1), 0);
	assert_int_equal(access(at("into/38c128c0/log"), F_OK), 0);
	assert_int_equal(opens("38c128c0/log"), STORE_MISSING); /* nor is it read from there */
	assert_int_equal(store.create(store.ctx, "38c128c0/log", &handle), STORE_EXISTS);
	assert_int_equal(symlink(at("beside"), at("into/there")), 0);
	assert_int_equal(store.create(store.ctx, "there/new", &handle), STORE_OUTSIDE);
	assert_int_equal(store.create(store.ctx, "nowhere/new", &handle), STORE_MISSING);
}

int main(void)
{
#define ONE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	static const struct CMUnitTest tests[] = {
		ONE(links_within_are_followed_and_no_others),
		ONE(only_files_are_served),
		ONE(a_file_that_is_written_to_is_noticed_and_one_that_is_replaced_is_not),
		ONE(many_read_the_same_files_block_by_block),
		ONE(what_was_read_ahead_is_of_the_same_file_in_the_same_state),
		ONE(what_is_written_appears_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
