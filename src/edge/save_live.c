/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "save_live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A batch is written when there is so much of it, or once a second; room for a large frame beyond,
 * and for what waits while a disk is full. */
enum { BATCH = 256 << 10, ROOM = 8 << 20, FRAME_ROOM = 512 << 10 };

struct save {
	struct save_how how;
	struct save_pcapng out;
	int fd;
	bool seekable, stuck, told, broken;
	uint32_t file;       /* number of the present one */
	uint64_t file_bytes; /* of it, written or waiting */
	uint64_t written;    /* of it */
	struct save_told sum;
	size_t n;     /* waiting */
	bool no_room; /* of the frame at hand a part did not fit */
	char trouble[SAVE_WHY_MAX];
	uint8_t *wait; /* ROOM; given */
};

bool save_name(const struct save_how *how, uint32_t i, char *out, size_t n)
{
	int digits = 0, r;

	for (uint32_t k = how->files ? how->files - 1 : 0; k; k /= 10)
		digits++;
	if (!how->rotate_bytes || (!how->files && !i))
		r = snprintf(out, n, "%s", how->name);
	else if (how->files)
		r = snprintf(out, n, "%s%0*u", how->name, digits ? digits : 1, i % how->files);
	else
		r = snprintf(out, n, "%s%u", how->name, i);
	return r >= 0 && (size_t)r < n;
}

static void put(void *ctx, const char *p, uint32_t n)
{
	struct save *s = ctx;

	if (s->n + n > ROOM) {
		s->no_room = true;
		return;
	}
	memcpy(s->wait + s->n, p, n);
	s->n += n;
}

static void trouble(struct save *s, const char *what, int r)
{
	char name[256];

	if (!save_name(&s->how, s->file, name, sizeof(name)))
		snprintf(name, sizeof(name), "%.200s...", s->how.name);
	snprintf(s->trouble, sizeof(s->trouble), "%s %s: %s", name, what, strerror(-r));
	s->told = false;
}

/* All that waits or nothing: a file that ends in the middle of a block is a damaged one. */
static int write_out(struct save *s)
{
	size_t at = 0;
	int r = 0;

	while (at < s->n && !r) {
		ssize_t k = write(s->fd, s->wait + at, s->n - at);

		if (k >= 0)
			at += (size_t)k;
		else if (errno != EINTR)
			r = -errno;
	}
	if (r && at && s->seekable && ftruncate(s->fd, (off_t)s->written) == 0 &&
	    lseek(s->fd, (off_t)s->written, SEEK_SET) >= 0)
		at = 0;
	memmove(s->wait, s->wait + at, s->n - at);
	s->n -= at;
	s->written += at;
	return r;
}

int save_flush(struct save *s)
{
	int r = s->broken ? 0 : write_out(s);

	if (r == -EPIPE) {
		s->broken = true;
		return r;
	}
	if (r && !s->stuck)
		trouble(s, "cannot be written just now, what comes waits in memory", r);
	s->stuck = r != 0;
	if (!s->n)
		s->sum.waiting = 0;
	return 0;
}

static void begin(struct save *s)
{
	struct output out = { s, put };

	save_pcapng_begin(&s->out, out, s->how.application, NULL);
	s->out.names = s->how.names;
	s->out.n_names = s->how.n_names;
	s->file_bytes = s->n;
}

static int open_file(struct save *s, uint32_t i)
{
	char name[4096];
	int fd;

	if (strcmp(s->how.name, "-") == 0) {
		fd = dup(STDOUT_FILENO);
		fd = fd < 0 ? -errno : fd;
	} else if (!save_name(&s->how, i, name, sizeof(name))) {
		fd = -ENAMETOOLONG;
	} else {
		fd = s->how.make(s->how.ctx, name);
	}
	if (fd < 0)
		return fd;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = fd;
	s->file = i;
	s->seekable = lseek(fd, 0, SEEK_CUR) >= 0;
	s->written = 0;
	s->sum.files++;
	begin(s);
	return 0;
}

int save_open(const struct save_how *how, struct save **out, char *why, size_t n)
{
	struct save *s = calloc(1, sizeof(*s));
	int r = -ENOMEM;

	if (s) {
		s->how = *how;
		s->fd = -1;
		s->told = true;
		s->wait = malloc(ROOM);
		r = s->wait ? open_file(s, 0) : r;
	}
	if (r) {
		snprintf(why, n, "%s cannot be written: %s", how->name, strerror(-r));
		if (s)
			free(s->wait);
		free(s);
		return r;
	}
	*out = s;
	return 0;
}

/* To the next file, once all of this one is written. */
static void rotate(struct save *s)
{
	int r;

	if (save_flush(s) || s->n)
		return;
	r = open_file(s, s->file + 1);
	if (r) {
		/* the present one goes on, and is asked for the next after as much again */
		trouble(s, "is followed by no other file", r);
		s->file_bytes = 0;
	}
}

void save_frame(struct save *s, const struct frame *f)
{
	size_t before = s->n;
	uint32_t described = s->out.n;

	if (s->broken)
		return;
	s->no_room = s->stuck && s->n + FRAME_ROOM > ROOM;
	if (!s->no_room)
		save_pcapng_frame(&s->out, f, NULL, 0);
	if (s->no_room) {
		s->n = before;
		s->out.n = described;
		s->sum.lost++;
		return;
	}
	s->sum.frames++;
	s->sum.waiting++;
	s->sum.bytes += s->n - before;
	s->file_bytes += s->n - before;
	if (s->stuck)
		return;
	if (s->how.rotate_bytes && s->file_bytes >= s->how.rotate_bytes)
		rotate(s);
	else if (s->n >= BATCH)
		save_flush(s);
}

void save_close(struct save *s, const uint64_t *dropped, uint64_t now_ns)
{
	if (!s)
		return;
	if (dropped)
		save_pcapng_dropped(&s->out, dropped, now_ns);
	save_flush(s);
	close(s->fd);
	free(s->wait);
	free(s);
}

const char *save_trouble(struct save *s)
{
	if (s->told)
		return NULL;
	s->told = true;
	return s->trouble;
}

struct save_told save_told(const struct save *s)
{
	return s->sum;
}
