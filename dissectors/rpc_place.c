/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the numbers of a body stand. Its decoders keep values and no places, since nobody asks but
 * for the one message that is looked at. For that one: a word that spells the number is its place
 * when the number changes with it. */
#include "rpc_place.h"

#include <string.h>

#include "rpc.h"

enum { SEARCHED = 2048, WORD = 4 };

/* The member of m as a number. */
static uint64_t member(const struct rpc *m, size_t offset, size_t size)
{
	const uint8_t *p = (const uint8_t *)m + offset;
	uint64_t v64;
	uint32_t v32;
	bool v1;

	if (size == sizeof(v64)) {
		memcpy(&v64, p, sizeof(v64));
		return v64;
	}
	if (size == sizeof(v32)) {
		memcpy(&v32, p, sizeof(v32));
		return v32;
	}
	memcpy(&v1, p, sizeof(v1));
	return v1;
}

/* The message as m was read from it, but for the bytes. */
static void read_again(struct bytes message, const struct rpc *m, struct rpc *out)
{
	struct reader r = reader_init(message.p, message.n, message.n);

	memset(out, 0, sizeof(*out)); /* also the rows that only their counts guard */
	rpc_decode_header(&r, out);
	if (m->type == RPC_REPLY) {
		out->known = m->known;
		out->prog = m->prog;
		out->vers = m->vers;
		out->proc = m->proc;
		out->wrap = m->wrap;
	}
	rpc_decode_body(&r, out);
}

static uint64_t spelled(const uint8_t *p, uint32_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* Is it read from these bytes at all? What a reply says of its call is not. */
static bool reads_back(const uint8_t *copy, uint32_t all, const struct rpc *m, size_t offset,
		       size_t size)
{
	struct rpc other;

	read_again(bytes_of(copy, all), m, &other);
	return member(&other, offset, size) == member(m, offset, size);
}

/* Does v change as the last bit of the n bytes at at does? */
static bool follows(uint8_t *copy, uint32_t all, uint32_t at, uint32_t n, const struct rpc *m,
		    size_t offset, size_t size)
{
	struct rpc other;

	copy[at + n - 1] ^= 1;
	read_again(bytes_of(copy, all), m, &other);
	copy[at + n - 1] ^= 1;
	return member(&other, offset, size) == (member(m, offset, size) ^ 1);
}

struct bytes rpc_place(const struct rpc *m, size_t offset, size_t size)
{
	uint8_t copy[SEARCHED] = { 0 };
	uint32_t all = m->message.n < SEARCHED ? m->message.n : SEARCHED,
		 from = m->body.p ? (uint32_t)(m->body.p - m->message.p) : all;
	uint64_t v = member(m, offset, size);

	if (all)
		memcpy(copy, m->message.p, all);
	if (!reads_back(copy, all, m, offset, size))
		return bytes_of(NULL, 0);
	for (uint32_t n = size == 8 ? 8 : WORD; n >= WORD; n -= WORD)
		for (uint32_t at = from; at + n <= all; at += WORD)
			if (spelled(copy + at, n) == v &&
			    follows(copy, all, at, n, m, offset, size))
				return bytes_of(m->message.p + at, n);
	return bytes_of(NULL, 0);
}
