/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MADE_CAPTURES_H
#define MADE_CAPTURES_H

/* Capture files of every format made for a test, in a folder of its own, and read back. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
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

static inline int setup(void **state)
{
	(void)state;
	buf = malloc(ROOM);
	/* others may look into it: an unreadable file is tried as somebody else */
	return buf && mkdtemp(folder) && chmod(folder, 0755) == 0 ? 0 : -1;
}

static inline int teardown(void **state)
{
	(void)state;
	free(buf);
	return folder_drop();
}

static inline char *file_of(const char *name, const void *p, size_t count)
{
	char *path = path_of(name);
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, count), (ssize_t)count);
	close(fd);
	return path;
}

static inline void word(bool little, uint32_t v, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		buf[n++] = (uint8_t)(v >> 8 * (little ? i : size - 1 - i));
}

/* Frame k of size bytes, at second SECOND + k: a UDP datagram to port 10000 + k. */
static inline void frame_bytes(uint32_t k, uint32_t size)
{
	struct build_ends e = frame_ends(4, 5000, (uint16_t)(10000 + k));
	uint8_t payload[2048];
	struct writer w = writer_init(buf + n, size);

	memset(payload, (int)k, sizeof(payload));
	build_udp(&w, &e, bytes_of(payload, size - 42));
	assert_int_equal(w.pos, size);
	n += size;
}

static inline void add_frame(enum format f, uint32_t k, uint32_t size)
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

static inline void file_head(enum format f)
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
static inline void make(enum format f, uint32_t frames, uint32_t size, uint32_t first,
			uint32_t step)
{
	file_head(f);
	for (uint32_t k = 0; k < frames; k++)
		add_frame(f, first + k * step, size);
}

/* All opened, then all begun, as the program does with the sandbox between the two. */
static inline int open_some(char *const *paths, int count, struct source *s)
{
	struct opened files[8];
	int r = capture_files_open(paths, count, files, why, sizeof(why));

	return r ? r : capture_files_begin(files, count, s, why, sizeof(why));
}

static inline struct source opened_some(char *const *paths, int count)
{
	struct source s;

	if (open_some(paths, count, &s)) {
		fail_msg("%s", why);
		abort();
	}
	return s;
}

static inline struct source opened(const char *path)
{
	char *paths[1] = { (char *)(uintptr_t)path };

	return opened_some(paths, 1);
}

/* Reads to the end: so many frames, each the one that was written. */
static inline uint32_t read_on(const struct source *s, uint32_t from)
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

static inline uint32_t frames_of(const char *path, bool *warned)
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

static inline size_t gzip(uint8_t *to, size_t room, const uint8_t *p, size_t count)
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

static inline size_t zstd(uint8_t *to, size_t room, const uint8_t *p, size_t count)
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

/* Standard input is fd 0, whatever it is; put back afterwards. */
static inline uint32_t from_stdin(int fd, bool *warned)
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
static inline pid_t feed(int fd, size_t bite)
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

static inline uint32_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	uint32_t k = 0;

	while (d && readdir(d))
		k++;
	if (d)
		closedir(d);
	return k;
}

#endif
