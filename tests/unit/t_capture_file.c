/* SPDX-License-Identifier: BSD-2-Clause */
/* Captures as the world hands them over: files, pipes, packed, cut, vanishing, and what is none. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "capture_file.h"
#include "folder.h"
#include "frames.h"
#include "unit.h"

enum format { PCAP, PCAPNG, SNOOP, FORMATS };
enum { ROOM = 4 << 20, SECOND = 1700000000 };

static uint8_t *buf; /* ROOM bytes, a file being made */
static size_t n;
static char why[CAPTURE_WHY_MAX];

static int setup(void **state)
{
	(void)state;
	buf = malloc(ROOM);
	/* others may look into it: an unreadable file is tried as somebody else */
	return buf && mkdtemp(folder) && chmod(folder, 0755) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(buf);
	return folder_drop();
}

static char *file_of(const char *name, const void *p, size_t count)
{
	char *path = path_of(name);
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, count), (ssize_t)count);
	close(fd);
	return path;
}

static void word(bool little, uint32_t v, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		buf[n++] = (uint8_t)(v >> 8 * (little ? i : size - 1 - i));
}

/* Frame k of size bytes, at second SECOND + k: a UDP datagram to port 10000 + k. */
static void frame_bytes(uint32_t k, uint32_t size)
{
	struct build_ends e = frame_ends(4, 5000, (uint16_t)(10000 + k));
	uint8_t payload[2048];
	struct writer w = writer_init(buf + n, size);

	memset(payload, (int)k, sizeof(payload));
	build_udp(&w, &e, bytes_of(payload, size - 42));
	assert_int_equal(w.pos, size);
	n += size;
}

static void add_frame(enum format f, uint32_t k, uint32_t size)
{
	uint32_t padded = (size + 3) & ~3u;

	switch (f) {
	case PCAP:
		word(true, SECOND + k, 4);
		word(true, 0, 4);
		word(true, size, 4);
		word(true, size, 4);
		frame_bytes(k, size);
		return;
	case PCAPNG:
		word(true, 6, 4);
		word(true, 32 + padded, 4);
		word(true, 0, 4);
		/* microseconds */
		word(true, (uint32_t)((SECOND + k) * UINT64_C(1000000) >> 32), 4);
		word(true, (uint32_t)((SECOND + k) * UINT64_C(1000000)), 4);
		word(true, size, 4);
		word(true, size, 4);
		frame_bytes(k, size);
		while (n & 3)
			buf[n++] = 0;
		word(true, 32 + padded, 4);
		return;
	case SNOOP:
		word(false, size, 4);
		word(false, size, 4);
		word(false, 24 + padded, 4);
		word(false, 0, 4);
		word(false, SECOND + k, 4);
		word(false, 0, 4);
		frame_bytes(k, size);
		while (n & 3)
			buf[n++] = 0;
		return;
	case FORMATS:
		break;
	}
	fail();
}

static void file_head(enum format f)
{
	static const uint32_t pcap[] = { 0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1 };
	static const uint32_t pcapng[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, UINT32_MAX, UINT32_MAX,
					   28,         1,  20,         1, 0,          20 };
	static const uint8_t snoop[] = { 's', 'n', 'o', 'o', 'p', 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 4 };

	n = 0;
	if (f == PCAP)
		for (size_t i = 0; i < sizeof(pcap) / 4; i++)
			word(true, pcap[i], 4);
	else if (f == PCAPNG)
		for (size_t i = 0; i < sizeof(pcapng) / 4; i++)
			word(true, pcapng[i], 4);
	else {
		memcpy(buf, snoop, sizeof(snoop));
		n = sizeof(snoop);
	}
}

/* A file of frames step apart in time from the first on, in buf. */
static void make(enum format f, uint32_t frames, uint32_t size, uint32_t first, uint32_t step)
{
	file_head(f);
	for (uint32_t k = 0; k < frames; k++)
		add_frame(f, first + k * step, size);
}

/* All opened, then all begun, as the program does with the sandbox between the two. */
static int open_some(char *const *paths, int count, struct source *s)
{
	struct opened files[8];
	int r = capture_files_open(paths, count, files, why, sizeof(why));

	return r ? r : capture_files_begin(files, count, s, why, sizeof(why));
}

static struct source opened_some(char *const *paths, int count)
{
	struct source s;

	if (open_some(paths, count, &s)) {
		fail_msg("%s", why);
		abort();
	}
	return s;
}

static struct source opened(const char *path)
{
	char *paths[1] = { (char *)(uintptr_t)path };

	return opened_some(paths, 1);
}

/* Reads to the end: so many frames, each the one that was written. */
static uint32_t read_on(const struct source *s, uint32_t from)
{
	struct frame f;
	uint32_t k = from;

	while (s->next(s->ctx, &f) == 1) {
		uint64_t done, all;

		assert_int_equal(f.number, k + 1);
		assert_int_equal(f.time_ns, (SECOND + k) * UINT64_C(1000000000));
		assert_int_equal(f.link, 1);
		assert_true(f.cap_len > 42 && f.wire_len == f.cap_len);
		s->progress(s->ctx, &done, &all);
		assert_true(!all || done <= all);
		k++;
	}
	assert_int_equal(s->next(s->ctx, &f), 0);
	return k - from;
}

static uint32_t frames_of(const char *path, bool *warned)
{
	struct source s = opened(path);
	uint32_t k = read_on(&s, 0);
	const char *w = s.warning(s.ctx);

	if (warned)
		*warned = w != NULL;
	else
		assert_null(w);
	s.close(s.ctx);
	return k;
}

static void every_format_is_read_from_a_file(void **state)
{
	(void)state;
	for (int f = 0; f < FORMATS; f++) {
		make((enum format)f, 50, 101, 0, 1);
		assert_int_equal(frames_of(file_of("plain", buf, n), NULL), 50);
	}
}

/* Larger than the window that is mapped at once, and than what is read at once. */
static void a_file_of_many_windows_is_read_whole(void **state)
{
	(void)state;
	for (int f = 0; f < FORMATS; f++) {
		make((enum format)f, 2000, 1500, 0, 1);
		assert_int_equal(frames_of(file_of("long", buf, n), NULL), 2000);
	}
}

static size_t gzip(uint8_t *to, size_t room, const uint8_t *p, size_t count)
{
#ifdef HAVE_ZLIB
	z_stream z;

	memset(&z, 0, sizeof(z));
	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)p;
	z.avail_in = (uInt)count;
	z.next_out = to;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
#else
	(void)to, (void)room, (void)p, (void)count;
	return 0;
#endif
}

static size_t zstd(uint8_t *to, size_t room, const uint8_t *p, size_t count)
{
#ifdef HAVE_ZSTD
	size_t r = ZSTD_compress(to, room, p, count, 3);

	assert_false(ZSTD_isError(r));
	return r;
#else
	(void)to, (void)room, (void)p, (void)count;
	return 0;
#endif
}

typedef size_t pack_fn(uint8_t *to, size_t room, const uint8_t *p, size_t count);

static pack_fn *const packers[] = { gzip, zstd };

static void packed_files_are_read_as_what_is_in_them(void **state)
{
	uint8_t *packed = malloc(ROOM);

	(void)state;
	for (int i = 0; i < 2; i++) {
		for (int f = 0; f < FORMATS; f++) {
			size_t size, half;

			make((enum format)f, 300, 1500, 0, 1);
			size = packers[i](packed, ROOM, buf, n);
			if (!size)
				continue;
			assert_int_equal(frames_of(file_of("packed", packed, size), NULL), 300);
			/* in two members or frames: gzip -c a >>b (RFC 1952 2.2, RFC 8878 3.1) */
			half = n / 2;
			size = packers[i](packed, ROOM, buf, half);
			size += packers[i](packed + size, ROOM - size, buf + half, n - half);
			assert_int_equal(frames_of(file_of("packed", packed, size), NULL), 300);
		}
	}
	free(packed);
}

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

/* Standard input is fd 0, whatever it is; put back afterwards. */
static uint32_t from_stdin(int fd, bool *warned)
{
	int before = dup(STDIN_FILENO);
	uint32_t k;

	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	close(fd);
	k = frames_of("-", warned);
	if (before >= 0) {
		dup2(before, STDIN_FILENO);
		close(before);
	}
	return k;
}

/* A child writes buf into the pipe, a few bytes at a time. */
static pid_t feed(int fd, size_t bite)
{
	pid_t child = fork();

	if (child)
		return child;
	for (size_t at = 0; at < n;) {
		ssize_t done = write(fd, buf + at, n - at < bite ? n - at : bite);

		if (done <= 0)
			_exit(1);
		at += (size_t)done;
	}
	_exit(0);
}

static void a_pipe_is_read_as_it_comes(void **state)
{
	static const size_t bites[] = { 7, 4096, 1 << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof(bites) / sizeof(bites[0]); i++) {
		int p[2];
		pid_t child;

		make((enum format)(i % FORMATS), i ? 1500 : 50, 1000, 0, 1);
		assert_int_equal(pipe(p), 0);
		child = feed(p[1], bites[i]);
		close(p[1]);
		assert_int_equal(from_stdin(p[0], NULL), i ? 1500 : 50);
		waitpid(child, NULL, 0);
	}
}

static void a_named_pipe_is_read_too(void **state)
{
	char *path = path_of("fifo");
	pid_t child;

	(void)state;
	make(PCAPNG, 50, 1000, 0, 1);
	assert_int_equal(mkfifo(path, 0600), 0);
	child = fork();
	if (child == 0) {
		int fd = open(path, O_WRONLY);

		_exit(fd >= 0 && write(fd, buf, n) == (ssize_t)n ? 0 : 1);
	}
	assert_int_equal(frames_of(path, NULL), 50);
	waitpid(child, NULL, 0);
}

static void a_file_may_be_standard_input(void **state)
{
	(void)state;
	make(PCAP, 50, 1000, 0, 1);
	assert_int_equal(from_stdin(open(file_of("in", buf, n), O_RDONLY), NULL), 50);
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

static uint32_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	uint32_t k = 0;

	while (d && readdir(d))
		k++;
	if (d)
		closedir(d);
	return k;
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

static void several_files_are_one_by_time(void **state)
{
	char *paths[4];
	struct source s;

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "part%u", i);
		make((enum format)(i % FORMATS), 25, 100, i, 4);
		paths[i] = file_of(name, buf, n);
	}
	s = opened_some(paths, 4);
	assert_int_equal(read_on(&s, 0), 100);
	assert_null(s.warning(s.ctx));
	s.close(s.ctx);
}

static void equal_times_stay_in_the_order_of_the_files(void **state)
{
	char *paths[2];
	struct source s;
	struct frame f;

	(void)state;
	make(PCAP, 3, 100, 0, 1);
	paths[0] = file_of("a", buf, n);
	make(PCAP, 3, 200, 0, 1);
	paths[1] = file_of("b", buf, n);
	s = opened_some(paths, 2);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(s.next(s.ctx, &f), 1);
		assert_int_equal(f.cap_len, i & 1 ? 200 : 100);
	}
	s.close(s.ctx);
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

static struct source filtered(struct source below, const char *expression)
{
	struct filter *f = NULL;

	assert_int_equal(capture_filter_compile(expression, &f, why, sizeof(why)), 0);
	return capture_filter(below, f);
}

static void a_filter_lets_through_and_keeps_the_numbers(void **state)
{
	struct source s, below;
	struct frame f;

	(void)state;
	for (int kind = 0; kind < FORMATS; kind++) {
		make((enum format)kind, 20, 100, 0, 1);
		below = opened(file_of("filtered", buf, n));
		s = filtered(below, "udp port 10007 or udp port 10011");
		assert_int_equal(s.next(s.ctx, &f), 1);
		assert_int_equal(f.number, 8);
		assert_int_equal(s.next(s.ctx, &f), 1);
		assert_int_equal(f.number, 12);
		assert_int_equal(s.next(s.ctx, &f), 0);
		s.close(s.ctx);
	}
}

static void a_wrong_filter_is_refused_before_anything_is_read(void **state)
{
	static const char *const wrong[] = { "port", "host", "nonsense here", "tcp[", "(" };
	uint32_t before = open_files();

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct filter *f = NULL;

		assert_int_equal(capture_filter_compile(wrong[i], &f, why, sizeof(why)), -EINVAL);
		assert_null(f);
		assert_non_null(strstr(why, wrong[i]));
		assert_null(strchr(why, '\n'));
		assert_int_equal(open_files(), before);
	}
}

static void an_empty_filter_lets_everything_through(void **state)
{
	struct source s, below;

	(void)state;
	make(PCAP, 5, 100, 0, 1);
	below = opened(file_of("a", buf, n));
	s = filtered(below, "");
	assert_int_equal(read_on(&s, 0), 5);
	s.close(s.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_read_from_a_file),
		cmocka_unit_test(a_file_of_many_windows_is_read_whole),
		cmocka_unit_test(packed_files_are_read_as_what_is_in_them),
		cmocka_unit_test(a_cut_packed_file_gives_what_it_held_and_one_sentence),
		cmocka_unit_test(damage_in_a_packed_file_is_survived_and_told),
		cmocka_unit_test(a_pipe_is_read_as_it_comes),
		cmocka_unit_test(a_named_pipe_is_read_too),
		cmocka_unit_test(a_file_may_be_standard_input),
		cmocka_unit_test(a_pipe_that_ends_early_gives_what_it_held),
		cmocka_unit_test(a_file_that_shrinks_while_it_is_read_ends_where_it_does),
		cmocka_unit_test(a_file_read_after_one_that_shrank_is_none_the_worse),
		cmocka_unit_test(zeros_at_the_end_are_no_packets),
		cmocka_unit_test(what_is_no_capture_is_refused_in_words),
		cmocka_unit_test(a_file_one_may_not_read_says_what_to_do),
		cmocka_unit_test(several_files_are_one_by_time),
		cmocka_unit_test(equal_times_stay_in_the_order_of_the_files),
		cmocka_unit_test(a_bad_file_among_several_is_named_and_closes_the_rest),
		cmocka_unit_test(each_cut_file_of_several_is_named),
		cmocka_unit_test(a_filter_lets_through_and_keeps_the_numbers),
		cmocka_unit_test(a_wrong_filter_is_refused_before_anything_is_read),
		cmocka_unit_test(an_empty_filter_lets_everything_through),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
