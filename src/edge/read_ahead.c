/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "read_ahead.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* GRACE: so often a piece that is not read to its end yet may be in the way of another one. */
enum { PIECE = 16384, PIECES = 32, GRACE = 8, SETTLED_S = 2 };

struct piece {
	struct read_key key;
	uint64_t number; /* from 1; 0: empty */
	uint32_t n, grace;
	uint8_t data[PIECE];
};

struct read_ahead {
	struct piece piece[PIECES];
};

struct read_ahead *read_ahead_new(void)
{
	return calloc(1, sizeof(struct read_ahead));
}

void read_ahead_free(struct read_ahead *a)
{
	free(a);
}

/* The clock of files ticks so slowly that one which has just been written may be written again
 * without a trace. */
struct read_key read_key_of(const struct stat *st, uint64_t opened)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (st->st_ctim.tv_sec < now.tv_sec - SETTLED_S)
		opened = 0;
	return (struct read_key) { st->st_dev, st->st_ino, st->st_ctim, opened };
}

static bool same(const struct read_key *a, const struct read_key *b)
{
	return a->ino == b->ino && a->dev == b->dev && a->changed.tv_sec == b->changed.tv_sec &&
	       a->changed.tv_nsec == b->changed.tv_nsec && a->alone == b->alone;
}

static ssize_t read_at(int fd, uint64_t offset, uint8_t *to, uint32_t n)
{
	ssize_t got;

	do
		got = pread(fd, to, n, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

/* The piece of that number; NULL: another one is in its place and stays, or (in r) it cannot be
 * read. */
static struct piece *find(struct read_ahead *a, int fd, const struct read_key *key, uint64_t number,
			  int *r)
{
	struct piece *p = &a->piece[(key->ino + number) % PIECES];
	ssize_t got;

	*r = 0;
	if (p->number == number && same(&p->key, key))
		return p;
	if (p->grace) {
		p->grace--;
		return NULL;
	}
	p->number = 0;
	got = read_at(fd, (number - 1) * PIECE, p->data, PIECE);
	if (got < 0) {
		*r = (int)got;
		return NULL;
	}
	p->key = *key;
	p->number = number;
	p->n = (uint32_t)got;
	p->grace = got ? GRACE : 0;
	return p;
}

int64_t read_ahead_take(struct read_ahead *a, int fd, const struct read_key *key, uint64_t offset,
			uint8_t *to, uint32_t n)
{
	uint32_t done = 0;

	while (done < n) {
		uint64_t at = offset + done;
		uint32_t in = (uint32_t)(at % PIECE), k = n - done;
		int r;
		struct piece *p = find(a, fd, key, at / PIECE + 1, &r);
		ssize_t got;

		if (!p) {
			got = r ? r : read_at(fd, at, to + done, k);
			return got < 0 ? got : done + got;
		}
		if (in >= p->n)
			break;
		k = k < p->n - in ? k : p->n - in;
		memcpy(to + done, p->data + in, k);
		done += k;
		if (in + k == p->n)
			p->grace = 0;
	}
	return done;
}
