/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng (draft-ietf-opsawg-pcapng): sections, interfaces and packets are read, other blocks passed
 * over. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "savefile.h"

enum block {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET = 2, /* obsolete */
	BLOCK_SIMPLE = 3,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED = 6,
};

enum option {
	OPT_END = 0,
	EPB_FLAGS = 2,
	EPB_DROPCOUNT = 4,
	ISB_IFDROP = 5,
	IF_TSRESOL = 9,
	IF_TSOFFSET = 14
};

enum { MAGIC = 0x1a2b3c4d, HEAD_MAX = 28, CAPTURED_MAX = 16 << 20 };

/* Calls fn for each option of a block's body between p and end. */
static void options(struct savefile *f, const uint8_t *p, const uint8_t *end,
		    void (*fn)(struct savefile *, uint16_t, const uint8_t *, uint16_t))
{
	while (end - p >= 4) {
		uint16_t code = savefile_u16(f, p), n = savefile_u16(f, p + 2);

		p += 4;
		if (code == OPT_END || n > end - p)
			return;
		fn(f, code, p, n);
		p += n;
		p += (4 - (n & 3)) & 3 & (end > p ? 3 : 0);
		if (p > end)
			return;
	}
}

static uint64_t read_u64(const struct savefile *f, const uint8_t *p)
{
	uint64_t a = savefile_u32(f, p), b = savefile_u32(f, p + 4);

	return f->little ? b << 32 | a : a << 32 | b;
}

static void interface_option(struct savefile *f, uint16_t code, const uint8_t *p, uint16_t n)
{
	struct savefile_interface *i = &f->interface[f->n_interfaces];

	if (code == IF_TSRESOL && n >= 1)
		i->tsresol = p[0];
	else if (code == IF_TSOFFSET && n >= 8)
		i->offset_s = (int64_t)read_u64(f, p);
}

static void packet_option(struct savefile *f, uint16_t code, const uint8_t *p, uint16_t n)
{
	if (code == EPB_DROPCOUNT && n >= 8)
		f->dropped += read_u64(f, p);
	/* draft-ietf-opsawg-pcapng 4.3.1: the two low bits; 1 and 2 are ours, too */
	else if (code == EPB_FLAGS && n >= 4)
		f->way = (enum frame_way)((savefile_u32(f, p) & 3) % 3);
}

static void statistics_option(struct savefile *f, uint16_t code, const uint8_t *p, uint16_t n)
{
	if (code == ISB_IFDROP && n >= 8)
		f->dropped += read_u64(f, p);
}

/* Ticks of the interface's clock to nanoseconds; what does not fit 64 bits is time out of mind: 0.
 */
static uint64_t to_ns(const struct savefile_interface *i, uint64_t ticks)
{
	uint64_t second = 1, ns;
	uint8_t power = i->tsresol & 0x7f;

	if (i->tsresol & 0x80) {
		if (power > 62)
			return 0;
		second = UINT64_C(1) << power;
	} else {
		if (power > 18)
			return 0;
		while (power--)
			second *= 10;
	}
	ns = ticks / second;
	if (ns > UINT64_C(18000000000) || i->offset_s > INT64_C(18000000000) ||
	    i->offset_s < -(int64_t)ns)
		return 0;
	ns = (ns + (uint64_t)i->offset_s) * 1000000000;
	ticks %= second;
	/* second may be large: keep the product within 64 bits */
	while (second > UINT64_C(1) << 33) {
		second >>= 1;
		ticks >>= 1;
	}
	return ns + ticks * 1000000000 / second;
}

/* A section begins: its byte order, its own interfaces. 0 when it is none. */
static bool section(struct savefile *f)
{
	if (!input_need(&f->in, HEAD_MAX))
		return false;
	f->little = false;
	if (savefile_u32(f, f->in.p + 8) != MAGIC) {
		f->little = true;
		if (savefile_u32(f, f->in.p + 8) != MAGIC)
			return false;
	}
	/* only major version 1 is defined; its minor versions differ in nothing we read */
	if (savefile_u16(f, f->in.p + 12) != 1)
		return false;
	f->n_interfaces = 0;
	return true;
}

static void interface(struct savefile *f, const uint8_t *p, uint32_t n)
{
	struct savefile_interface *i = &f->interface[f->n_interfaces];

	if (f->n_interfaces >= SAVEFILE_INTERFACES_MAX || n < 8)
		return;
	*i = (struct savefile_interface) { .link = savefile_u16(f, p),
					   .snaplen = savefile_u32(f, p + 4),
					   .tsresol = 6 };
	options(f, p + 8, p + n, interface_option);
	f->n_interfaces++;
}

/* The body of an enhanced or an old packet block, n bytes at p. */
static int packet(struct savefile *f, const uint8_t *p, uint32_t n, bool old, struct frame *out)
{
	uint32_t id, cap, padded;
	const struct savefile_interface *i;

	if (n < 20)
		return savefile_damaged(f, "a packet block too short for its own fields");
	id = old ? savefile_u16(f, p) : savefile_u32(f, p);
	cap = savefile_u32(f, p + 12);
	if (cap > n - 20 || cap > CAPTURED_MAX)
		return savefile_damaged(f, "a packet longer than its block");
	if (id >= f->n_interfaces)
		return savefile_damaged(f, "a packet of an interface that was not described");
	i = &f->interface[id];
	out->interface = id;
	out->link = i->link;
	out->time_ns = to_ns(i, (uint64_t)savefile_u32(f, p + 4) << 32 | savefile_u32(f, p + 8));
	out->cap_len = cap;
	out->wire_len = savefile_u32(f, p + 16) < cap ? cap : savefile_u32(f, p + 16);
	out->data = p + 20;
	padded = (cap + 3) & ~3u;
	f->way = FRAME_WAY_UNKNOWN;
	if (n - 20 > padded)
		options(f, p + 20 + padded, p + n, packet_option);
	out->way = f->way;
	if (old && savefile_u16(f, p + 2) != 0xffff)
		f->dropped += savefile_u16(f, p + 2);
	f->frames++;
	return 1;
}

static int simple(struct savefile *f, const uint8_t *p, uint32_t n, struct frame *out)
{
	uint32_t wire, cap = n - 4;

	if (n < 4 || !f->n_interfaces)
		return savefile_damaged(f, "a simple packet block without an interface");
	wire = savefile_u32(f, p);
	if (f->interface[0].snaplen && cap > f->interface[0].snaplen)
		cap = f->interface[0].snaplen;
	if (cap > wire)
		cap = wire;
	*out = (struct frame) {
		.data = p + 4, .cap_len = cap, .wire_len = wire, .link = f->interface[0].link
	};
	f->frames++;
	return 1;
}

static int pcapng_next(struct savefile *f, struct frame *out)
{
	for (;;) {
		uint32_t type, n;
		const uint8_t *p;
		int r = -1;

		if (!input_need(&f->in, 12))
			return f->in.have || f->in.trouble ? savefile_cut(f, "block") : 0;
		type = savefile_u32(f, f->in.p);
		if (type == BLOCK_SECTION && !section(f))
			return f->in.have < HEAD_MAX
				       ? savefile_cut(f, "block")
				       : savefile_damaged(
						 f,
						 "a section of an unknown version or byte order");
		n = savefile_u32(f, f->in.p + 4);
		if (n < 12 || n & 3)
			return savefile_damaged(f, "a block of an impossible length");
		if (type != BLOCK_INTERFACE && type != BLOCK_PACKET && type != BLOCK_SIMPLE &&
		    type != BLOCK_STATISTICS && type != BLOCK_ENHANCED) {
			if (!input_skip(&f->in, n))
				return savefile_cut(f, "block");
			continue;
		}
		if (n > INPUT_NEED_MAX)
			return savefile_damaged(f, "a block of an impossible length");
		if (!input_need(&f->in, n))
			return savefile_cut(f, "block");
		p = f->in.p + 8;
		if (type == BLOCK_INTERFACE)
			interface(f, p, n - 12);
		else if (type == BLOCK_STATISTICS && n > 24)
			options(f, p + 12, p + n - 12, statistics_option);
		else if (type == BLOCK_SIMPLE)
			r = simple(f, p, n - 12, out);
		else if (type == BLOCK_PACKET || type == BLOCK_ENHANCED)
			r = packet(f, p, n - 12, type == BLOCK_PACKET, out);
		if (r == 0)
			return 0;
		input_pass(&f->in, n);
		if (r == 1)
			return 1;
	}
}

int pcapng_open_file(struct savefile *f)
{
	if (!input_need(&f->in, 12) || savefile_u32(f, f->in.p) != BLOCK_SECTION)
		return -EINVAL;
	f->little = false;
	f->next = pcapng_next;
	return 0;
}
