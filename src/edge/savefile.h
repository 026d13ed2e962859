/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SAVEFILE_H
#define SAVEFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "frame.h"
#include "input.h"

/* Interfaces one file may name before the rest is read without them. */
enum { SAVEFILE_INTERFACES_MAX = 1024, SAVEFILE_WARNING_MAX = 256 };

struct savefile_interface {
	uint32_t link, snaplen;
	uint8_t tsresol; /* pcapng if_tsresol as it stands: power of 10, or of 2 with the top bit */
	int64_t offset_s; /* if_tsoffset */
};

/*
 * One capture file being read, whatever its format. next gives 1 and a frame
 * (time, lengths, link, data, interface; the number is the caller's), or 0 at the end,
 * when warning holds a sentence if the end came too early.
 */
struct savefile {
	struct input in; /* owned */
	int (*next)(struct savefile *f, struct frame *out);
	bool little;
	bool nanoseconds;
	uint32_t record_head; /* pcap: bytes of a record header           */
	uint32_t n_interfaces;
	struct savefile_interface interface[SAVEFILE_INTERFACES_MAX];
	enum frame_way way; /* pcapng: of the packet that is read */
	uint64_t dropped;   /* as the file says: pcapng statistics, packet options */
	uint64_t frames;
	char warning[SAVEFILE_WARNING_MAX]; /* "" none */
};

/* Reads the header that is at the input's begin; 0, or -EINVAL when the input is none of theirs. */
int pcap_open_file(struct savefile *f);
int pcapng_open_file(struct savefile *f);
int snoop_open_file(struct savefile *f);

/* The first format that knows the input. 0, -EINVAL: none does. */
int savefile_open(struct savefile *f) __attribute__((warn_unused_result));

/* Words in the file's byte order, from unaligned memory. */
static inline uint32_t savefile_u32(const struct savefile *f, const uint8_t *p)
{
	if (f->little)
		return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint16_t savefile_u16(const struct savefile *f, const uint8_t *p)
{
	uint32_t v = f->little ? (uint32_t)p[1] << 8 | p[0] : (uint32_t)p[0] << 8 | p[1];

	return (uint16_t)v;
}

/* The end came before what the last header promised. what: "packet", "block". Gives 0, as next
 * does. */
int savefile_cut(struct savefile *f, const char *what);
/* What stands at hand went away while it was read, or after: the frame given last is none. Gives 0.
 */
int savefile_lost(struct savefile *f);
/* What stands there cannot be; the rest is not read. Gives 0. */
int savefile_damaged(struct savefile *f, const char *why);

#endif
