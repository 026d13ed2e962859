/* SPDX-License-Identifier: BSD-2-Clause */
#include "writer.h"

#include <string.h>

struct writer writer_init(void *buf, uint32_t cap)
{
	struct writer w = { buf, 0, cap, ERR_OK };

	return w;
}

uint8_t *writer_room(struct writer *w, uint32_t n)
{
	uint8_t *p;

	if (w->err)
		return NULL;
	if (n > w->cap - w->pos) {
		w->err = ERR_NOSPC;
		return NULL;
	}
	/* no buffer has no room for n > 0, and NULL may not be added to */
	p = w->pos ? w->buf + w->pos : w->buf;
	w->pos += n;
	return p;
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

void writer_u8(struct writer *w, uint8_t v)
{
	uint8_t *p = writer_room(w, 1);

	if (p)
		*p = v;
}

void writer_be16(struct writer *w, uint16_t v)
{
	uint8_t *p = writer_room(w, 2);

	if (p)
		put16(p, v);
}

void writer_be32(struct writer *w, uint32_t v)
{
	uint8_t *p = writer_room(w, 4);

	if (p)
		put32(p, v);
}

void writer_be64(struct writer *w, uint64_t v)
{
	writer_be32(w, (uint32_t)(v >> 32));
	writer_be32(w, (uint32_t)v);
}

void writer_bytes(struct writer *w, struct bytes v)
{
	uint8_t *p = writer_room(w, v.n);

	if (p && v.n)
		memcpy(p, v.p, v.n);
}

void writer_str(struct writer *w, const char *s)
{
	writer_bytes(w, bytes_str(s));
}

void writer_cstr(struct writer *w, const char *s)
{
	writer_bytes(w, bytes_of(s, (uint32_t)strlen(s) + 1));
}

void writer_zero(struct writer *w, uint32_t n)
{
	uint8_t *p = writer_room(w, n);

	if (p)
		memset(p, 0, n);
}

void writer_xdr_opaque(struct writer *w, struct bytes v)
{
	writer_be32(w, v.n);
	writer_bytes(w, v);
	writer_zero(w, (4 - (v.n & 3)) & 3);
}

void writer_fixed(struct writer *w, struct bytes v, uint32_t n)
{
	if (v.n > n)
		v.n = n;
	writer_bytes(w, v);
	writer_zero(w, n - v.n);
}

void writer_put_be16(struct writer *w, uint32_t at, uint16_t v)
{
	if (w->err)
		return;
	if (at > w->pos || w->pos - at < 2)
		w->err = ERR_NOSPC;
	else
		put16(w->buf + at, v);
}

void writer_put_be32(struct writer *w, uint32_t at, uint32_t v)
{
	if (w->err)
		return;
	if (at > w->pos || w->pos - at < 4)
		w->err = ERR_NOSPC;
	else
		put32(w->buf + at, v);
}

uint32_t writer_open_u8(struct writer *w)
{
	uint32_t mark = w->pos;

	writer_u8(w, 0);
	return mark;
}

void writer_close_u8(struct writer *w, uint32_t mark)
{
	uint32_t n;

	if (w->err)
		return;
	n = w->pos - mark - 1;
	if (n > UINT8_MAX)
		w->err = ERR_NOSPC;
	else
		w->buf[mark] = (uint8_t)n;
}

uint32_t writer_open_be16(struct writer *w)
{
	uint32_t mark = w->pos;

	writer_be16(w, 0);
	return mark;
}

void writer_close_be16(struct writer *w, uint32_t mark)
{
	uint32_t n;

	if (w->err)
		return;
	n = w->pos - mark - 2;
	if (n > UINT16_MAX)
		w->err = ERR_NOSPC;
	else
		writer_put_be16(w, mark, (uint16_t)n);
}

struct bytes writer_done(const struct writer *w)
{
	return bytes_of(w->buf, w->pos);
}
