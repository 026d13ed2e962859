/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_record.h"

#include <string.h>

enum { MARK = 4 };

static const uint32_t LAST = UINT32_C(1) << 31;

/* The bytes of a mark that are there. False: not all of them came. */
static bool take_mark(struct rpc_record *r, struct bytes *in)
{
	while (r->n_mark < MARK && in->n) {
		r->mark = r->mark << 8 | *in->p++;
		in->n--;
		r->n_mark++;
	}
	if (r->n_mark < MARK)
		return false;
	r->last = r->mark & LAST;
	r->left = r->mark & ~LAST;
	return true;
}

/* The next message begins. */
static void begin(struct rpc_record *r)
{
	r->n = r->left = r->mark = r->n_mark = 0;
}

static void take_bytes(struct rpc_record *r, struct bytes *in)
{
	uint32_t n = in->n < r->left ? in->n : r->left;

	if (n)
		memcpy(r->buf + r->n, in->p, n);
	in->p += n;
	in->n -= n;
	rpc_record_put(r, n);
}

enum rpc_record_state rpc_record_take(struct rpc_record *r, struct bytes *in, uint32_t max,
				      struct bytes *message)
{
	for (;;) {
		bool fresh = r->n_mark < MARK;

		if (fresh && !take_mark(r, in))
			return RECORD_MORE;
		if (r->left > max - r->n)
			return RECORD_BAD;
		if (fresh && r->last && !r->n && in->n >= r->left) {
			*message = (struct bytes) { in->p, r->left };
			in->p += r->left;
			in->n -= r->left;
			begin(r);
			return RECORD_WHOLE;
		}
		if (r->cap - r->n < r->left)
			return RECORD_ROOM;
		take_bytes(r, in);
		if (r->left)
			return RECORD_MORE;
		if (r->last) {
			*message = (struct bytes) { r->buf, r->n };
			begin(r);
			return RECORD_WHOLE;
		}
		r->mark = r->n_mark = 0;
	}
}

bool rpc_record_begun(const struct rpc_record *r)
{
	return r->n_mark || r->n;
}

uint32_t rpc_record_size(const struct rpc_record *r)
{
	return r->n + r->left;
}

void rpc_record_give(struct rpc_record *r, uint8_t *buf, uint32_t cap)
{
	r->buf = buf;
	r->cap = cap;
}

uint32_t rpc_record_place(const struct rpc_record *r, uint8_t **at)
{
	uint32_t room = r->cap - r->n;

	if (r->n_mark < MARK || !r->buf)
		return 0;
	*at = r->buf + r->n;
	return r->left < room ? r->left : room;
}

void rpc_record_put(struct rpc_record *r, uint32_t n)
{
	r->n += n;
	r->left -= n;
}
