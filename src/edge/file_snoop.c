/* SPDX-License-Identifier: BSD-2-Clause */
/* Solaris snoop (RFC 1761), always big endian. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "savefile.h"

enum {
	HEAD = 16,
	RECORD_HEAD = 24,
	CAPTURED_MAX = 16 << 20,
	SNOOP_ETHERNET = 4,
	LINK_ETHERNET = 1,
	LINK_UNKNOWN = 0xffff
};

static int snoop_next(struct savefile *f, struct frame *out)
{
	const uint8_t *p;
	uint32_t record, cap;

	if (!input_need(&f->in, RECORD_HEAD))
		return f->in.have || f->in.trouble ? savefile_cut(f, "packet") : 0;
	p = f->in.p;
	cap = savefile_u32(f, p + 4);
	record = savefile_u32(f, p + 8);
	if (cap > CAPTURED_MAX || record < RECORD_HEAD || record - RECORD_HEAD < cap ||
	    record > INPUT_NEED_MAX)
		return savefile_damaged(f, "a packet of an impossible length");
	if (!input_need(&f->in, RECORD_HEAD + (size_t)cap))
		return savefile_cut(f, "packet");
	p = f->in.p;
	out->wire_len = savefile_u32(f, p) < cap ? cap : savefile_u32(f, p);
	out->cap_len = cap;
	out->time_ns = (uint64_t)savefile_u32(f, p + 16) * 1000000000 +
		       (uint64_t)savefile_u32(f, p + 20) * 1000;
	out->data = p + RECORD_HEAD;
	out->link = f->interface[0].link;
	out->interface = 0;
	out->way = FRAME_WAY_UNKNOWN;
	f->frames++;
	/* the pad behind the last packet may be missing; the frame stays where it is either way */
	if (f->in.have >= record || input_need(&f->in, record)) {
		out->data = f->in.p + RECORD_HEAD;
		input_pass(&f->in, record);
	} else {
		out->data = f->in.p + RECORD_HEAD;
		input_pass(&f->in, f->in.have);
	}
	return 1;
}

int snoop_open_file(struct savefile *f)
{
	if (!input_need(&f->in, HEAD) || memcmp(f->in.p, "snoop\0\0\0", 8) != 0)
		return -EINVAL;
	f->little = false;
	f->interface[0].link =
		savefile_u32(f, f->in.p + 12) == SNOOP_ETHERNET ? LINK_ETHERNET : LINK_UNKNOWN;
	f->n_interfaces = 1;
	f->next = snoop_next;
	input_pass(&f->in, HEAD);
	return 0;
}
