/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "save_pcapng.h"

#include <string.h>

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_ENHANCED = 6,
	MAGIC = 0x1a2b3c4d
};

enum option {
	OPT_END = 0,
	OPT_COMMENT = 1,
	EPB_FLAGS = 2,
	SHB_USERAPPL = 4,
	IF_NAME = 2,
	ISB_IFDROP = 5,
	IF_TSRESOL = 9
};

static void put(const struct save_pcapng *s, const void *p, uint32_t n)
{
	s->out.write(s->out.ctx, p, n);
}

static void put_u32(const struct save_pcapng *s, uint32_t v)
{
	uint8_t b[4] = { (uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24) };

	put(s, b, sizeof(b));
}

static void put_u16_pair(const struct save_pcapng *s, uint32_t a, uint32_t b)
{
	put_u32(s, a | b << 16);
}

static void put_padded(const struct save_pcapng *s, const void *p, uint32_t n)
{
	static const uint8_t zero[4];

	put(s, p, n);
	put(s, zero, (4 - (n & 3)) & 3);
}

static uint32_t padded(uint32_t n)
{
	return (n + 3) & ~3u;
}

/* Longer text than an option's length can say is cut, not in the middle of a UTF-8 sequence. */
static uint32_t text_length(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	if (n > SAVE_COMMENT_MAX)
		for (n = SAVE_COMMENT_MAX; n && ((uint8_t)s[n] & 0xc0) == 0x80;)
			n--;
	return (uint32_t)n;
}

static uint32_t option_size(uint32_t n)
{
	return 4 + padded(n);
}

static void put_option(const struct save_pcapng *s, uint32_t code, const void *p, uint32_t n)
{
	put_u16_pair(s, code, n);
	put_padded(s, p, n);
}

void save_pcapng_begin(struct save_pcapng *s, struct output out, const char *application,
		       const char *comment)
{
	uint32_t a = text_length(application), c = text_length(comment), size;

	memset(s, 0, sizeof(*s));
	s->out = out;
	size = 28 + option_size(a) + (c ? option_size(c) : 0) + 4;
	put_u32(s, BLOCK_SECTION);
	put_u32(s, size);
	put_u32(s, MAGIC);
	put_u16_pair(s, 1, 0);
	put_u32(s, UINT32_MAX); /* length of the section: not known */
	put_u32(s, UINT32_MAX);
	if (c)
		put_option(s, OPT_COMMENT, comment, c);
	put_option(s, SHB_USERAPPL, application, a);
	put_u32(s, OPT_END);
	put_u32(s, size);
}

/* The frame's interface, described on its first appearance; SAVE_INTERFACES_MAX: no room. */
static uint32_t interface(struct save_pcapng *s, const struct frame *f)
{
	static const uint8_t nanoseconds = 9;
	const char *name = f->interface < s->n_names ? s->names[f->interface] : NULL;
	uint32_t i = 0, n = text_length(name), size = 20 + (n ? option_size(n) : 0) + 8 + 4;

	while (i < s->n && (s->row[i].link != f->link || s->row[i].interface != f->interface))
		i++;
	if (i < s->n || i == SAVE_INTERFACES_MAX)
		return i;
	s->row[i].link = f->link;
	s->row[i].interface = f->interface;
	s->n++;
	put_u32(s, BLOCK_INTERFACE);
	put_u32(s, size);
	put_u16_pair(s, f->link, 0);
	put_u32(s, 0); /* snap length: none known */
	if (n)
		put_option(s, IF_NAME, name, n);
	put_option(s, IF_TSRESOL, &nanoseconds, 1);
	put_u32(s, OPT_END);
	put_u32(s, size);
	return i;
}

void save_pcapng_frame(struct save_pcapng *s, const struct frame *f, const char *const *comments,
		       uint32_t n)
{
	uint32_t id = interface(s, f), size = 32 + padded(f->cap_len);
	/* draft-ietf-opsawg-pcapng 4.3.1: inbound 1, outbound 2, as ours */
	uint8_t flags[4] = { (uint8_t)f->way };

	if (id == SAVE_INTERFACES_MAX) {
		s->left_out++;
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		size += option_size(text_length(comments[i]));
	size += f->way ? option_size(sizeof(flags)) : 0;
	size += n || f->way ? 4 : 0;
	put_u32(s, BLOCK_ENHANCED);
	put_u32(s, size);
	put_u32(s, id);
	put_u32(s, (uint32_t)(f->time_ns >> 32));
	put_u32(s, (uint32_t)f->time_ns);
	put_u32(s, f->cap_len);
	put_u32(s, f->wire_len);
	put_padded(s, f->data, f->cap_len);
	for (uint32_t i = 0; i < n; i++)
		put_option(s, OPT_COMMENT, comments[i], text_length(comments[i]));
	if (f->way)
		put_option(s, EPB_FLAGS, flags, sizeof(flags));
	if (n || f->way)
		put_u32(s, OPT_END);
	put_u32(s, size);
	s->frames++;
}

void save_pcapng_dropped(struct save_pcapng *s, const uint64_t *dropped, uint64_t now_ns)
{
	enum { SIZE = 24 + 12 + 4 };

	for (uint32_t i = 0; i < s->n; i++) {
		uint64_t n = dropped[s->row[i].interface];
		uint8_t le[8];

		for (int k = 0; k < 8; k++)
			le[k] = (uint8_t)(n >> (8 * k));
		put_u32(s, BLOCK_STATISTICS);
		put_u32(s, SIZE);
		put_u32(s, i);
		put_u32(s, (uint32_t)(now_ns >> 32));
		put_u32(s, (uint32_t)now_ns);
		put_option(s, ISB_IFDROP, le, sizeof(le));
		put_u32(s, OPT_END);
		put_u32(s, SIZE);
	}
}
