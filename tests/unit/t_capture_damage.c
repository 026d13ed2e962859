/* SPDX-License-Identifier: BSD-2-Clause */
/* Captures that are cut, damaged, vanish while they are read, and what is none. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "made_captures.h"
#include "unit.h"

static void a_cut_packed_file_gives_what_it_held_and_one_sentence(void **state)
{
	uint8_t *packed = malloc(ROOM);

	(void)state;
	for (int i = 0; i < 2; i++) {
		uint32_t last = 0;
		size_t size;

		make(PCAP, 40, 200, 0, 1);
		size = packers[i](packed, ROOM, buf, n);
		for (size_t held = 0; held < size; held += 3) {
			struct source s;
			char *path = file_of("cut", packed, held);
			bool warned;
			uint32_t k;

			if (capture_file_open(path, &s, why, sizeof(why))) {
				assert_true(strstr(why, path) != NULL);
				continue;
			}
			s.close(s.ctx);
			k = frames_of(path, &warned);
			assert_true(warned);
			assert_true(k >= last && k <= 40);
			last = k;
		}
	}
	free(packed);
}

static void damage_in_a_packed_file_is_survived_and_told(void **state)
{
	uint8_t *packed = malloc(ROOM);

	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t size;

		make(PCAP, 40, 200, 0, 1);
		size = packers[i](packed, ROOM, buf, n);
		for (size_t bit = 0; bit < size * 8; bit += 7) {
			struct source s;
			struct frame f;
			uint32_t frames = 0;

			packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (capture_file_open(file_of("flip", packed, size), &s, why,
					      sizeof(why)) == 0) {
				while (s.next(s.ctx, &f) == 1)
					frames++;
				/* what was lost is not lost in silence */
				assert_true(frames >= 40 || s.warning(s.ctx));
				s.close(s.ctx);
			}
			packed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
	free(packed);
}

static void a_pipe_that_ends_early_gives_what_it_held(void **state)
{
	bool warned = false;
	int p[2];
	pid_t child;

	(void)state;
	make(PCAP, 50, 1000, 0, 1);
	n -= 500;
	assert_int_equal(pipe(p), 0);
	child = feed(p[1], 4096);
	close(p[1]);
	assert_int_equal(from_stdin(p[0], &warned), 49);
	assert_true(warned);
	waitpid(child, NULL, 0);
}

/* The file is cut to left bytes when so many frames were read; what follows is real, and told. */
static void shrink(enum format f, uint32_t frames, uint32_t before, off_t left)
{
	enum { EACH = 1000 };
	struct source s;
	struct frame fr;
	uint32_t k;
	char *path;

	make(f, frames, EACH, 0, 1);
	path = file_of("shrinks", buf, n);
	s = opened(path);
	for (k = 0; k < before; k++)
		assert_int_equal(s.next(s.ctx, &fr), 1);
	assert_int_equal(truncate(path, left), 0);
	k += read_on(&s, before);
	assert_non_null(s.warning(s.ctx));
	/* those that lie whole in what is left, and one whose head does */
	assert_true(k <= before + 1 || k <= (uint32_t)left / EACH + 1);
	s.close(s.ctx);
}

static void a_file_that_shrinks_while_it_is_read_ends_where_it_does(void **state)
{
	(void)state;
	for (int f = 0; f < FORMATS; f++) {
		shrink((enum format)f, 300, 2, 8192);
		shrink((enum format)f, 300, 2, 10000);
		shrink((enum format)f, 300, 2, 0);
		shrink((enum format)f, 300, 2, 1);
		shrink((enum format)f, 3000, 2, 1 << 20);
		shrink((enum format)f, 3000, 2, (1 << 20) + 17);
		shrink((enum format)f, 3000, 900, 700000);
	}
}

static void a_file_read_after_one_that_shrank_is_none_the_worse(void **state)
{
	struct source s;
	struct frame f;
	char *path;

	(void)state;
	make(PCAP, 300, 1000, 0, 1);
	path = file_of("shrinks", buf, n);
	s = opened(path);
	assert_int_equal(truncate(path, 0), 0);
	while (s.next(s.ctx, &f) == 1)
		;
	s.close(s.ctx);
	make(PCAP, 2000, 1500, 0, 1);
	assert_int_equal(frames_of(file_of("after", buf, n), NULL), 2000);
}

/* Power that failed leaves a file whose end was given room and never written. */
static void zeros_at_the_end_are_no_packets(void **state)
{
	bool warned = false;

	(void)state;
	for (int f = 0; f < FORMATS; f++) {
		make((enum format)f, 10, 1000, 0, 1);
		memset(buf + n, 0, 8192);
		n += 8192;
		assert_int_equal(frames_of(file_of("zeros", buf, n), &warned), 10);
		assert_true(warned);
	}
}

/* One sentence that names the file; nothing is left open. */
static void refused(const char *path, int error, const char *words)
{
	struct source s;
	uint32_t before = open_files();

	why[0] = 0;
	assert_int_equal(capture_file_open(path, &s, why, sizeof(why)), error);
	if (!strstr(why, words) || !strstr(why, strcmp(path, "-") == 0 ? "standard" : path))
		fail_msg("'%s' does not say '%s'", why, words);
	assert_null(strchr(why, '\n'));
	assert_int_equal(open_files(), before);
}

static void what_is_no_capture_is_refused_in_words(void **state)
{
	uint8_t *packed = malloc(ROOM);
	size_t size;

	(void)state;
	refused(path_of("nowhere"), -ENOENT, "No such file");
	refused(folder, -EISDIR, "folder");
	refused(file_of("empty", "", 0), -EINVAL, "empty");
	refused("/dev/null", -EINVAL, "empty");
	refused(file_of("text", "tcpdump: listening on eth0\n", 27), -EINVAL, "text");
	refused(file_of("byte", "\1", 1), -EINVAL, "pcapng");
	refused(file_of("zip", "PK\3\4----", 8), -EINVAL, "zip");
	refused(file_of("xz",
			"\xfd"
			"7zXZ\0\0\0",
			8),
		-EINVAL, "xz");
	refused(file_of("head", "\xd4\xc3\xb2\xa1\2\0\4", 7), -EINVAL, "pcapng");
	size = gzip(packed, ROOM, (const uint8_t *)"only text in here", 17);
	if (size)
		refused(file_of("text.gz", packed, size), -EINVAL, "text");
	size = gzip(packed, ROOM, (const uint8_t *)"", 0);
	if (size)
		refused(file_of("empty.gz", packed, size), -EINVAL, "empty");
	free(packed);
}

/* Root may read everything: somebody else tries. */
static void a_file_one_may_not_read_says_what_to_do(void **state)
{
	char *path;
	pid_t child;
	int status = 0;

	(void)state;
	make(PCAP, 1, 100, 0, 1);
	path = file_of("secret", buf, n);
	assert_int_equal(chmod(path, 0), 0);
	child = fork();
	if (child == 0) {
		struct source s;

		if (geteuid() == 0 && setuid(65534))
			_exit(2);
		_exit(capture_file_open(path, &s, why, sizeof(why)) == -EACCES &&
				      strstr(why, "sudo")
			      ? 0
			      : 1);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_bad_file_among_several_is_named_and_closes_the_rest(void **state)
{
	char *paths[3];
	struct source s;
	uint32_t before;

	(void)state;
	make(PCAP, 3, 100, 0, 1);
	paths[0] = file_of("a", buf, n);
	paths[1] = path_of("nowhere");
	paths[2] = paths[0];
	before = open_files();
	assert_int_equal(open_some(paths, 3, &s), -ENOENT);
	assert_non_null(strstr(why, paths[1]));
	assert_int_equal(open_files(), before);
}

static void each_cut_file_of_several_is_named(void **state)
{
	char *paths[2];
	struct source s;
	struct frame f;
	uint32_t k = 0;

	(void)state;
	make(PCAP, 3, 100, 0, 1);
	paths[0] = file_of("a", buf, n - 1);
	paths[1] = file_of("b", buf, n - 2);
	s = opened_some(paths, 2);
	while (s.next(s.ctx, &f) == 1)
		k++;
	assert_int_equal(k, 4);
	assert_non_null(strstr(s.warning(s.ctx), paths[0]));
	assert_non_null(strstr(s.warning(s.ctx), paths[1]));
	s.close(s.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_packed_file_gives_what_it_held_and_one_sentence),
		cmocka_unit_test(damage_in_a_packed_file_is_survived_and_told),
		cmocka_unit_test(a_pipe_that_ends_early_gives_what_it_held),
		cmocka_unit_test(a_file_that_shrinks_while_it_is_read_ends_where_it_does),
		cmocka_unit_test(a_file_read_after_one_that_shrank_is_none_the_worse),
		cmocka_unit_test(zeros_at_the_end_are_no_packets),
		cmocka_unit_test(what_is_no_capture_is_refused_in_words),
		cmocka_unit_test(a_file_one_may_not_read_says_what_to_do),
		cmocka_unit_test(a_bad_file_among_several_is_named_and_closes_the_rest),
		cmocka_unit_test(each_cut_file_of_several_is_named),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
