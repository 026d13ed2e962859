/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef READER_H
#define READER_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* A borrowed run of bytes: never NUL-terminated, never owned. p may be NULL when n is 0. */
struct bytes {
	const uint8_t *p;
	uint32_t n;
};

/*
 * Read cursor. Invariant: pos <= len <= wire, where len is what we hold and
 * wire is what the frame, or the enclosing length field, says there was.
 * The first failure sets err and freezes the cursor; reads after it return
 * zero or NULL, so a decoder is straight-line and checks once at its end.
 */
struct reader {
	const uint8_t *buf; /* borrowed for the life of the cursor */
	uint32_t pos, len, wire;
	uint32_t base; /* offset of buf[0] in the frame, for messages */
	enum err err;
};

/* n bytes held of a message that was wire bytes long. Wire below n is taken as n. Inline: returned
 * from a call it would go through memory in other pieces than it is read in, once a frame. */
static inline struct reader reader_init(const uint8_t *buf, uint32_t n, uint32_t wire)
{
	/* never NULL: even zero may not be added to that */
	struct reader r = { buf ? buf : (const uint8_t *)"", 0, n, wire < n ? n : wire, 0, ERR_OK };

	return r;
}

/* The n bytes at the cursor, borrowed; NULL and a frozen cursor when they are not all held. */
static inline const uint8_t *reader_take(struct reader *r, uint32_t n)
{
	const uint8_t *p;

	if (r->err)
		return NULL;
	if (n > r->len - r->pos) {
		r->err = n > r->wire - r->pos ? ERR_SHORT : ERR_CUT;
		return NULL;
	}
	p = r->buf + r->pos;
	r->pos += n;
	return p;
}

static inline uint8_t reader_u8(struct reader *r)
{
	const uint8_t *p = reader_take(r, 1);

	return p ? p[0] : 0;
}

static inline uint16_t reader_be16(struct reader *r)
{
	const uint8_t *p = reader_take(r, 2);

	return p ? (uint16_t)((uint32_t)p[0] << 8 | p[1]) : 0;
}

static inline uint32_t reader_be32(struct reader *r)
{
	const uint8_t *p = reader_take(r, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

uint64_t reader_be64(struct reader *r);

/* Bytes not yet read that we hold, and that there were. Zero once the cursor failed. */
static inline uint32_t reader_left(const struct reader *r)
{
	return r->err ? 0 : r->len - r->pos;
}

static inline uint32_t reader_wire_left(const struct reader *r)
{
	return r->err ? 0 : r->wire - r->pos;
}

/* Offset in the frame of the next byte: where a failure happened. */
static inline uint32_t reader_offset(const struct reader *r)
{
	return r->base + r->pos;
}

void reader_skip(struct reader *r, uint32_t n);
struct bytes reader_bytes(struct reader *r, uint32_t n);

/* All that is held from here on; a cut message gives what there is and then fails with ERR_CUT. */
struct bytes reader_rest(struct reader *r);

/* Bytes up to a NUL, which is consumed and not counted. */
struct bytes reader_cstr(struct reader *r);

/* XDR opaque<max> (RFC 4506 4.10): length word, bytes, padding to four. ERR_VALUE above max. */
struct bytes reader_xdr_opaque(struct reader *r, uint32_t max);

/* View of exactly n wire bytes; the parent moves past them, or to its end when it is cut. A child
 * cannot read outside its view, so a lying inner length stays inside. A child longer than the
 * parent's wire fails the parent with ERR_SHORT and is itself empty and failed. */
struct reader reader_sub(struct reader *r, uint32_t n);

static inline struct bytes bytes_of(const void *p, uint32_t n)
{
	struct bytes b = { p, n };

	return b;
}

struct bytes bytes_str(const char *s); /* borrowed, without the NUL */
int bytes_equal(struct bytes a, struct bytes b);
int bytes_is(struct bytes a, const char *s);
int bytes_starts(struct bytes a, const char *prefix);
/* Position of needle in hay; UINT32_MAX when it is not there. */
uint32_t bytes_find(struct bytes hay, struct bytes needle);

#endif
