/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INPUT_H
#define INPUT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes of a file in order, however they come: mapped, read, unpacked. p is what is at hand and
 * have how much of it; input_need asks for more. Invariant: what p points to stays valid and
 * unmoved until the next input_need that had to fill.
 */
struct input {
	const uint8_t *p;
	size_t have;
	uint64_t at; /* offset of p in what is read (unpacked, when packed) */
	bool end;    /* nothing comes after have */
	/* Tries to have n bytes at p; fewer only at the end. */
	void (*fill)(struct input *in, size_t n);
	void (*close)(struct input *in);
	void (*progress)(struct input *in, uint64_t *done, uint64_t *all);
	/* From the first byte again; NULL: it comes once only. */
	void (*again)(struct input *in);
	const char *trouble; /* static: why it ended early; NULL: it did not */
	/* Set when bytes at hand went away and zeros stand for them; NULL: they cannot. */
	const volatile sig_atomic_t *lost;
	void *own; /* given; freed by close */
};

/* Frames and blocks above this are damage, not data: twice what any capture tool writes in one. */
enum { INPUT_NEED_MAX = 32 << 20, INPUT_FIRST = 256 << 10 };

static inline bool input_need(struct input *in, size_t n)
{
	if (in->have >= n)
		return true;
	if (!in->end && n <= INPUT_NEED_MAX)
		in->fill(in, n);
	return in->have >= n;
}

/* Records say where the next one lies, so that each waits for the memory of the one before unless
 * what comes is asked for early: as much as is passed over, so far ahead. */
enum { INPUT_AHEAD = 4096, CACHE_LINE = 64 };

static inline void input_pass(struct input *in, size_t n)
{
#if defined(__GNUC__)
	if (n <= INPUT_AHEAD && in->have > INPUT_AHEAD + n)
		for (size_t i = 0; i < n; i += CACHE_LINE)
			__builtin_prefetch(in->p + INPUT_AHEAD + i);
#endif
	in->p += n;
	in->have -= n;
	in->at += n;
}

static inline bool input_lost(const struct input *in)
{
	return in->lost && *in->lost;
}

/* What they all do for again. */
static inline void input_rewound(struct input *in)
{
	in->p = NULL;
	in->have = 0;
	in->at = 0;
	in->end = false;
	in->trouble = NULL;
}

/* A buffer of an input's own. Where there is room for n bytes from p on: what is left was moved to
 * the front, and when even that was too small the buffer has grown. False: in has ended. */
struct input_room {
	uint8_t *buf; /* free() it */
	size_t cap;
};

bool input_room(struct input *in, struct input_room *room, size_t n);

/* Passes over n bytes of any length; false when the end came first. */
bool input_skip(struct input *in, uint64_t n);

/* Regular file of size bytes, through a window that moves along: no copy, and little of it
 * resident. */
int input_mapped(int fd, uint64_t size, struct input *out) __attribute__((warn_unused_result));
/* Pipe or terminal: read into a buffer that grows to the largest thing asked for. */
int input_read(int fd, uint64_t size, struct input *out) __attribute__((warn_unused_result));
/* Who waits for bytes of a pipe: asked before each read of what input_read opened, when wait is not
 * NULL. It comes back when fd can be read, or with false when no more is wanted: the end. */
struct input_waiter {
	bool (*wait)(void *ctx, int fd);
	void *ctx;
};

void input_waited_for(struct input_waiter waiter);

/* A borrowed buffer: tests and fuzzers. */
void input_memory(const void *p, size_t n, struct input *out);
/* Puts the unpacker that the first bytes call for around in (given); leaves it as it is otherwise.
 * -ENOTSUP: built without. */
int input_unpack(struct input *in) __attribute__((warn_unused_result));

#endif
