/* SPDX-License-Identifier: BSD-2-Clause */
#include "input.h"

#include <stdlib.h>
#include <string.h>

bool input_skip(struct input *in, uint64_t n)
{
	while (n) {
		size_t step = n < 65536 ? (size_t)n : 65536;

		if (!input_need(in, step)) {
			input_pass(in, in->have);
			return false;
		}
		input_pass(in, step);
		n -= step;
	}
	return true;
}

static void memory_fill(struct input *in, size_t n)
{
	(void)n;
	in->end = true;
}

static void memory_close(struct input *in)
{
	(void)in;
}

static void memory_progress(struct input *in, uint64_t *done, uint64_t *all)
{
	*done = in->at;
	*all = in->at + in->have;
}

void input_memory(const void *p, size_t n, struct input *out)
{
	*out = (struct input) { .p = p, .have = n, .end = true };
	out->fill = memory_fill;
	out->close = memory_close;
	out->progress = memory_progress;
}

bool input_room(struct input *in, struct input_room *room, size_t n)
{
	size_t cap = room->cap ? room->cap : INPUT_FIRST;
	uint8_t *buf;

	while (cap < n)
		cap *= 2;
	if (in->have && in->p != room->buf)
		memmove(room->buf, in->p, in->have);
	if (cap > room->cap) {
		buf = realloc(room->buf, cap);
		if (!buf) {
			in->trouble = "memory ran out for a packet of this size";
			in->end = true;
			return false;
		}
		room->buf = buf;
		room->cap = cap;
	}
	in->p = room->buf;
	return true;
}
