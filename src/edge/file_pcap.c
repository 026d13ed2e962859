/* SPDX-License-Identifier: BSD-2-Clause */
/* The classic format (draft-ietf-opsawg-pcap) and the variants that libpcap's and Wireshark's
 * readers know. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "savefile.h"

enum {
	HEAD = 24,
	/* libpcap's MAXIMUM_SNAPLEN is 262144; tools that reassemble write more */
	CAPTURED_MAX = 16 << 20,
};

static const struct {
	uint32_t magic;
	bool nanoseconds;
	uint32_t record_head, head;
} variants[] = {
	{ 0xa1b2c3d4, false, 16, HEAD },    { 0xa1b23c4d, true, 16, HEAD },
	{ 0xa1b2cd34, false, 24, HEAD }, /* Kuznetzov's: interface, protocol and packet type behind
					    each head */
	{ 0x1c0001ac, true, 16, HEAD + 4 }, /* Ixia hardware capture: total size behind the file's
					       head */
	{ 0x1c0001ab, true, 16, HEAD + 4 }, /* Ixia software capture */
};

/* A file system that was not told to write gives zeros: after a power cut, where a file was given
 * room and not filled. A head of zeros and another behind it are no packets of no bytes in 1970. */
static bool never_written(struct savefile *f)
{
	static const uint8_t nothing[2 * 24];
	size_t n = 2 * (size_t)f->record_head;

	(void)input_need(&f->in, n);
	return memcmp(f->in.p, nothing, f->in.have < n ? f->in.have : n) == 0;
}

static int pcap_next(struct savefile *f, struct frame *out)
{
	const uint8_t *p;
	uint32_t sub, cap, wire;

	if (!input_need(&f->in, f->record_head))
		return f->in.have ? savefile_cut(f, "packet")
				  : (f->in.trouble ? savefile_cut(f, "packet") : 0);
	p = f->in.p;
	sub = savefile_u32(f, p + 4);
	cap = savefile_u32(f, p + 8);
	wire = savefile_u32(f, p + 12);
	if (cap > CAPTURED_MAX)
		return savefile_damaged(f, "a packet of an impossible length");
	out->time_ns = (uint64_t)savefile_u32(f, p) * 1000000000 +
		       (f->nanoseconds ? sub : (uint64_t)sub * 1000);
	if (!(wire | cap | sub) && never_written(f))
		return savefile_damaged(f,
					"zeros stand where packets should (power cut, full disk?)");
	if (!input_need(&f->in, f->record_head + (size_t)cap))
		return savefile_cut(f, "packet");
	out->data = f->in.p + f->record_head;
	input_pass(&f->in, f->record_head + (size_t)cap);
	out->cap_len = cap;
	out->wire_len = wire < cap ? cap : wire;
	out->link = f->interface[0].link;
	out->interface = 0;
	out->way = FRAME_WAY_UNKNOWN;
	f->frames++;
	return 1;
}

int pcap_open_file(struct savefile *f)
{
	if (!input_need(&f->in, HEAD))
		return -EINVAL;
	for (size_t i = 0; i < 2 * sizeof(variants) / sizeof(variants[0]); i++) {
		f->little = i & 1;
		if (savefile_u32(f, f->in.p) != variants[i / 2].magic)
			continue;
		f->nanoseconds = variants[i / 2].nanoseconds;
		f->record_head = variants[i / 2].record_head;
		f->interface[0].snaplen = savefile_u32(f, f->in.p + 16);
		f->interface[0].link =
			savefile_u32(f, f->in.p + 20) & 0xffff; /* above: FCS length and flags */
		f->n_interfaces = 1;
		f->next = pcap_next;
		if (!input_skip(&f->in, variants[i / 2].head))
			savefile_cut(f, "packet");
		return 0;
	}
	return -EINVAL;
}
