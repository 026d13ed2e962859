/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST = 256 << 10 };

struct reading {
	int fd;
	uint64_t size, got; /* size 0: not known */
	uint8_t *buf;
	size_t cap;
};

static struct input_waiter waiter;

void input_waited_for(struct input_waiter w)
{
	waiter = w;
}

/* Room for n bytes from p on: moves what is left to the front, grows when even that is too small.
 */
static bool make_room(struct input *in, struct reading *r, size_t n)
{
	size_t cap = r->cap ? r->cap : FIRST;
	uint8_t *buf;

	while (cap < n)
		cap *= 2;
	if (in->have && in->p != r->buf)
		memmove(r->buf, in->p, in->have);
	if (cap > r->cap) {
		buf = realloc(r->buf, cap);
		if (!buf)
			return false;
		r->buf = buf;
		r->cap = cap;
	}
	in->p = r->buf;
	return true;
}

static void read_fill(struct input *in, size_t n)
{
	struct reading *r = in->own;

	if (!make_room(in, r, n)) {
		in->trouble = "memory ran out for a packet of this size";
		in->end = true;
		return;
	}
	while (in->have < n && !in->end) {
		ssize_t got;

		if (waiter.wait && !waiter.wait(waiter.ctx, r->fd)) {
			in->end = true;
			break;
		}
		got = read(r->fd, r->buf + in->have, r->cap - in->have);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			in->trouble = strerror(errno);
		if (got <= 0) {
			in->end = true;
			break;
		}
		in->have += (size_t)got;
		r->got += (uint64_t)got;
	}
}

static void read_close(struct input *in)
{
	struct reading *r = in->own;

	if (r->fd != STDIN_FILENO)
		close(r->fd);
	free(r->buf);
	free(r);
	in->own = NULL;
}

static void read_progress(struct input *in, uint64_t *done, uint64_t *all)
{
	const struct reading *r = in->own;

	*done = r->got;
	*all = r->size;
}

int input_read(int fd, uint64_t size, struct input *out)
{
	struct reading *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->fd = fd;
	r->size = size;
	*out = (struct input) {
		.fill = read_fill, .close = read_close, .progress = read_progress, .own = r
	};
	return 0;
}
