/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

#include <string.h>

uint64_t reader_be64(struct reader *r)
{
	uint64_t hi = reader_be32(r);

	return hi << 32 | reader_be32(r);
}

void reader_skip(struct reader *r, uint32_t n)
{
	(void)reader_take(r, n);
}

struct bytes reader_bytes(struct reader *r, uint32_t n)
{
	const uint8_t *p = reader_take(r, n);

	return bytes_of(p, p ? n : 0);
}

struct bytes reader_rest(struct reader *r)
{
	struct bytes b = reader_bytes(r, reader_left(r));

	if (!r->err && r->wire > r->len)
		r->err = ERR_CUT;
	return b;
}

struct bytes reader_cstr(struct reader *r)
{
	uint32_t left = reader_left(r);
	const uint8_t *nul = left ? memchr(r->buf + r->pos, 0, left) : NULL;
	struct bytes b;

	if (r->err)
		return bytes_of(NULL, 0);
	if (!nul) {
		/* keep what there is: the name of a cut request is still worth showing */
		b = bytes_of(r->buf + r->pos, left);
		r->err = r->wire > r->len ? ERR_CUT : ERR_SHORT;
		return b;
	}
	b = reader_bytes(r, (uint32_t)(nul - (r->buf + r->pos)));
	reader_skip(r, 1);
	return b;
}

struct bytes reader_xdr_opaque(struct reader *r, uint32_t max)
{
	uint32_t n = reader_be32(r);
	struct bytes b;

	if (!r->err && n > max)
		r->err = ERR_VALUE;
	b = reader_bytes(r, n);
	reader_skip(r, (4 - (n & 3)) & 3);
	return b;
}

struct reader reader_sub(struct reader *r, uint32_t n)
{
	struct reader s = { r->buf, 0, 0, 0, r->base + r->pos, r->err };

	if (r->err)
		return s;
	if (n > r->wire - r->pos) {
		r->err = ERR_SHORT;
		s.err = ERR_SHORT;
		return s;
	}
	s.buf = r->buf ? r->buf + r->pos : NULL;
	s.wire = n;
	s.len = n < r->len - r->pos ? n : r->len - r->pos;
	r->pos += s.len;
	if (s.len < n)
		r->err = ERR_CUT;
	return s;
}

struct bytes bytes_str(const char *s)
{
	return bytes_of(s, (uint32_t)strlen(s));
}

int bytes_equal(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

int bytes_is(struct bytes a, const char *s)
{
	return bytes_equal(a, bytes_str(s));
}

int bytes_starts(struct bytes a, const char *prefix)
{
	struct bytes p = bytes_str(prefix);

	return a.n >= p.n && (p.n == 0 || memcmp(a.p, p.p, p.n) == 0);
}

uint32_t bytes_find(struct bytes hay, struct bytes needle)
{
	if (needle.n == 0)
		return 0;
	for (uint32_t i = 0; needle.n <= hay.n && i <= hay.n - needle.n; i++)
		if (memcmp(hay.p + i, needle.p, needle.n) == 0)
			return i;
	return UINT32_MAX;
}
