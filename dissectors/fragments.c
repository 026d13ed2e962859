/* SPDX-License-Identifier: BSD-2-Clause */
#include "fragments.h"

#include <string.h>

#include "hash.h"

enum {
	DATAGRAM_MAX = 65536,
	RANGES_MAX = 64, /* pieces of one datagram with gaps between them */
	NONE = UINT32_MAX,
};

#define GIVE_UP_NS                                                                    \
	UINT64_C(30000000000) /* RFC 1122 3.3.2 says 60 to 120; on a LAN 30 s is long \
			       */

struct range {
	uint32_t from, to;
};

/* A datagram being put together. Invariant: range[] ascends, its members neither touch nor overlap.
 */
struct slot {
	struct address src, dst;
	uint32_t id;
	uint8_t version, proto; /* proto 0 for IPv6: RFC 8200 4.5 leaves it out of the key */
	bool first;             /* the piece at offset 0 was seen: ip is its header        */
	struct ip ip;
	uint64_t since_ns;
	uint32_t total; /* 0: the last piece was not seen yet             */
	uint32_t held;  /* below here nothing is missing through snaplen */
	uint32_t n_ranges;
	struct range range[RANGES_MAX];
	uint32_t chain;        /* next of the same bucket, or of the free ones */
	uint32_t older, newer; /* of those in use, by the time they began      */
};

/*
 * The buffers come last in the memory and are written only where data arrives; free slots are
 * taken again last-in first-out: few datagrams at once touch few pages, whatever slots says.
 */
struct fragments {
	struct fragment_stats stats;
	uint32_t slots, buckets; /* buckets is a power of two */
	uint32_t free, oldest, newest;
	uint32_t *bucket;  /* in the same memory */
	struct slot *slot; /* in the same memory */
	uint8_t *data;     /* in the same memory */
};

static uint32_t bucket_count(uint32_t slots)
{
	uint32_t n = 16;

	while (n < slots && n < UINT32_C(1) << 30)
		n *= 2;
	return n;
}

static size_t align(size_t n)
{
	return (n + 15) & ~(size_t)15;
}

size_t fragments_size(uint32_t slots)
{
	return align(sizeof(struct fragments)) + align(bucket_count(slots) * sizeof(uint32_t)) +
	       align(slots * sizeof(struct slot)) + (size_t)slots * DATAGRAM_MAX;
}

struct fragments *fragments_init(void *mem, uint32_t slots)
{
	struct fragments *t = mem;
	uint8_t *at = (uint8_t *)mem + align(sizeof(*t));

	memset(t, 0, sizeof(*t));
	t->slots = slots;
	t->buckets = bucket_count(slots);
	t->bucket = (uint32_t *)(void *)at;
	at += align(t->buckets * sizeof(uint32_t));
	t->slot = (struct slot *)(void *)at;
	at += align(slots * sizeof(struct slot));
	t->data = at;
	memset(t->bucket, 0xff, t->buckets * sizeof(uint32_t));
	t->oldest = t->newest = NONE;
	t->free = NONE;
	for (uint32_t i = slots; i-- > 0;) {
		t->slot[i].chain = t->free;
		t->free = i;
	}
	return t;
}

const struct fragment_stats *fragments_stats(const struct fragments *t)
{
	return &t->stats;
}

static uint8_t key_proto(const struct ip *ip)
{
	return ip->version == 6 ? 0 : ip->proto;
}

static uint32_t *bucket_of(struct fragments *t, struct address src, struct address dst, uint32_t id,
			   uint8_t proto)
{
	uint64_t h =
		hash_two(src.hi ^ src.lo * 3 ^ dst.hi * 5 ^ dst.lo * 7, (uint64_t)proto << 32 | id);

	return &t->bucket[h & (t->buckets - 1)];
}

static void release(struct fragments *t, uint32_t i)
{
	struct slot *s = &t->slot[i];
	uint32_t *link = bucket_of(t, s->src, s->dst, s->id, s->proto);

	while (*link != i)
		link = &t->slot[*link].chain;
	*link = s->chain;
	if (s->older == NONE)
		t->oldest = s->newer;
	else
		t->slot[s->older].newer = s->newer;
	if (s->newer == NONE)
		t->newest = s->older;
	else
		t->slot[s->newer].older = s->older;
	s->chain = t->free;
	t->free = i;
}

static void give_up(struct fragments *t, uint32_t i)
{
	t->stats.incomplete++;
	release(t, i);
}

static bool expired(const struct slot *s, uint64_t now)
{
	return now > s->since_ns && now - s->since_ns > GIVE_UP_NS;
}

static uint32_t begin(struct fragments *t, const struct packet *p, uint32_t *bucket)
{
	struct slot *s;
	uint32_t i;

	while (t->oldest != NONE && expired(&t->slot[t->oldest], p->time_ns))
		give_up(t, t->oldest);
	if (t->free == NONE) {
		if (t->oldest == NONE)
			return NONE;
		give_up(t, t->oldest);
	}
	i = t->free;
	s = &t->slot[i];
	t->free = s->chain;
	s->src = p->ip.src;
	s->dst = p->ip.dst;
	s->id = p->ip.id;
	s->version = p->ip.version;
	s->proto = key_proto(&p->ip);
	s->first = false;
	s->since_ns = p->time_ns;
	s->total = 0;
	s->held = DATAGRAM_MAX;
	s->n_ranges = 0;
	s->chain = *bucket;
	*bucket = i;
	s->older = t->newest;
	s->newer = NONE;
	if (t->newest == NONE)
		t->oldest = i;
	else
		t->slot[t->newest].newer = i;
	t->newest = i;
	return i;
}

static uint32_t find(struct fragments *t, const struct packet *p)
{
	uint8_t proto = key_proto(&p->ip);
	uint32_t *bucket = bucket_of(t, p->ip.src, p->ip.dst, p->ip.id, proto);

	for (uint32_t i = *bucket; i != NONE; i = t->slot[i].chain) {
		const struct slot *s = &t->slot[i];

		if (s->id != p->ip.id || s->version != p->ip.version || s->proto != proto ||
		    !address_equal(s->src, p->ip.src) || !address_equal(s->dst, p->ip.dst))
			continue;
		if (!expired(s, p->time_ns))
			return i;
		give_up(t, i);
		break;
	}
	return begin(t, p, bucket);
}

/* What of [from, to) is new is copied, the rest left as it came first. Returns bytes that were new.
 */
static uint32_t fill(const struct slot *s, uint8_t *data, const uint8_t *src, uint32_t held,
		     struct range piece)
{
	uint32_t at = piece.from, fresh = 0;

	for (uint32_t i = 0; i <= s->n_ranges && at < piece.to; i++) {
		uint32_t gap_to = i < s->n_ranges ? s->range[i].from : piece.to;

		if (gap_to > piece.to)
			gap_to = piece.to;
		if (at < gap_to) {
			uint32_t from = at - piece.from, to = gap_to - piece.from;

			if (to > held)
				to = held;
			/* a fragment inside a fragment lies in this very memory */
			if (from < to)
				memmove(data + at, src + from, to - from);
			fresh += gap_to - at;
			at = gap_to;
		}
		if (i < s->n_ranges && s->range[i].to > at)
			at = s->range[i].to;
	}
	return fresh;
}

/* Adds a piece to the list, joining what touches. False: the list is full. */
static bool join(struct slot *s, struct range piece)
{
	uint32_t i = 0, j;

	while (i < s->n_ranges && s->range[i].to < piece.from)
		i++;
	for (j = i; j < s->n_ranges && s->range[j].from <= piece.to; j++) {
		if (s->range[j].from < piece.from)
			piece.from = s->range[j].from;
		if (s->range[j].to > piece.to)
			piece.to = s->range[j].to;
	}
	if (i == j) {
		if (s->n_ranges == RANGES_MAX)
			return false;
		memmove(&s->range[i + 1], &s->range[i], (s->n_ranges - i) * sizeof(s->range[0]));
		s->n_ranges++;
	} else {
		memmove(&s->range[i + 1], &s->range[j], (s->n_ranges - j) * sizeof(s->range[0]));
		s->n_ranges -= j - i - 1;
	}
	s->range[i] = piece;
	return true;
}

/* RFC 791 3.2, RFC 8200 4.5: all but the last are multiples of eight, none ends behind 65535, and
 * there is one end. */
static bool acceptable(const struct slot *s, const struct packet *p, struct range piece)
{
	if (p->err || piece.to > DATAGRAM_MAX - 1 || piece.from == piece.to)
		return false;
	if (p->ip.more_fragments)
		return (piece.to & 7) == 0 && (!s->total || piece.to <= s->total);
	if (s->total)
		return piece.to == s->total;
	return s->n_ranges == 0 || s->range[s->n_ranges - 1].to <= piece.to;
}

static void complete(struct packet *p, const struct slot *s, const uint8_t *data)
{
	p->ip = s->ip;
	p->ip.fragment = p->ip.more_fragments = false;
	p->payload = reader_init(data, s->held < s->total ? s->held : s->total, s->total);
	p->transport = 0;
	p->reassembled = true;
}

bool fragments_add(struct fragments *t, struct packet *p)
{
	const struct reader *r = &p->payload;
	uint32_t held = reader_left(r), i, fresh;
	struct range piece = { p->ip.fragment_offset, p->ip.fragment_offset + reader_wire_left(r) };
	uint8_t *data;
	struct slot *s;

	if (!p->ip.fragment || t->slots == 0)
		return false;
	i = find(t, p);
	if (i == NONE)
		return false;
	s = &t->slot[i];
	data = t->data + (size_t)i * DATAGRAM_MAX;
	if (!acceptable(s, p, piece)) {
		t->stats.refused++;
		if (s->n_ranges == 0)
			release(t, i);
		return false;
	}
	fresh = fill(s, data, r->buf + r->pos, held, piece);
	if (fresh == 0)
		t->stats.duplicates++;
	else if (fresh < piece.to - piece.from)
		t->stats.overlaps++;
	if (!join(s, piece)) {
		t->stats.refused++;
		return false;
	}
	if (fresh && held < piece.to - piece.from && piece.from + held < s->held)
		s->held = piece.from + held;
	if (piece.from == 0 && !s->first) {
		s->first = true;
		s->ip = p->ip;
	}
	if (!p->ip.more_fragments)
		s->total = piece.to;
	if (!s->total || s->n_ranges != 1 || s->range[0].from != 0 || s->range[0].to != s->total)
		return false;
	complete(p, s, data);
	t->stats.complete++;
	release(t, i);
	return true;
}
