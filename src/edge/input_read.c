/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct reading {
	int fd;
	uint64_t size, got; /* size 0: not known */
	struct input_room room;
};

static struct input_waiter waiter;

void input_waited_for(struct input_waiter w)
{
	waiter = w;
}

static void read_fill(struct input *in, size_t n)
{
	struct reading *r = in->own;

	if (!input_room(in, &r->room, n))
		return;
	while (in->have < n && !in->end) {
		ssize_t got;

		if (waiter.wait && !waiter.wait(waiter.ctx, r->fd)) {
			in->end = true;
			break;
		}
		got = read(r->fd, r->room.buf + in->have, r->room.cap - in->have);
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
	free(r->room.buf);
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
