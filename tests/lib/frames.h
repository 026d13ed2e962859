/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "frame.h"
#include "packet.h"

/* A frame of n bytes held out of wire, copied into a block of exactly its size, so that a read
 * behind its end is seen by the sanitizer. Freed with frame_drop. */
static inline struct frame frame_copy(const uint8_t *data, uint32_t n, uint32_t wire, uint32_t link)
{
	uint8_t *copy = malloc(n ? n : 1);
	struct frame f = { .data = copy,
			   .cap_len = n,
			   .wire_len = wire,
			   .time_ns = UINT64_C(1700000000000000000),
			   .number = 1,
			   .link = link };

	if (!copy)
		abort();
	if (n)
		memcpy(copy, data, n);
	return f;
}

static inline void frame_drop(struct frame *f)
{
	free((void *)(uintptr_t)f->data);
	f->data = NULL;
}

/* 192.168.1.1:sport to 192.168.1.23:dport, or fd00::1 to fd00::23. */
static inline struct build_ends frame_ends(int version, uint16_t sport, uint16_t dport)
{
	struct build_ends e = {
		.eth_src = { { 0xdc, 0xa6, 0x32, 1, 2, 3 } },
		.eth_dst = { { 0xb8, 0x27, 0xeb, 4, 5, 6 } },
		.src = address_ip4(0xc0a80101),
		.dst = address_ip4(0xc0a80117),
		.sport = sport,
		.dport = dport,
	};

	if (version == 6) {
		e.src = (struct address) { UINT64_C(0xfd00) << 48, 1 };
		e.dst = (struct address) { UINT64_C(0xfd00) << 48, 0x23 };
	}
	return e;
}

#endif
