/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_stream.h"

#include <string.h>

#include "hash.h"

enum {
	MARK = 4,
	RECORD_MAX =
		32 << 20, /* above what NFS negotiates (1 MiB payloads) by far: no record mark */
	REPLY_MIN = 20,   /* shortest reply: credentials refused                 */
	HEAD_MIN = 32,    /* what it takes to know a head: unless the message is shorter */
	COLLECT = RPC_HELD_MAX, /* bytes of one message put together from several segments */
	COLLECTORS = 32,
	HELD = 128, /* segments that came too early, in all */
	HELD_BYTES = 2048,
	HELD_EACH = 8, /* of one direction, before the gap is taken for lost */
	NONE = 0xffff,
};

struct direction {
	uint32_t next;       /* sequence number expected              */
	uint32_t acked;      /* by the other side                     */
	uint32_t skip;       /* of the record at hand, to jump over   */
	uint32_t have, want; /* collected of the record, and to collect */
	uint32_t record;     /* its length                      */
	uint16_t collector;  /* NONE                            */
	uint16_t held;       /* chain of early segments, NONE   */
	uint8_t n_held;
	uint8_t n_mark, mark[MARK]; /* a record mark that two segments share */
	bool acked_known;           /* acked holds                        */
	bool synced;                /* next is where we are            */
	bool more;                  /* fragments of the same record follow (RFC 5531 11) */
};

struct connection_entry {
	struct address a, b;
	uint16_t a_port, b_port;
	uint32_t chain; /* 0 ends */
	bool used, recent;
	struct direction dir[2]; /* from a, from b */
};

struct early {
	uint64_t number, time_ns; /* of its frame */
	uint32_t seq, n;
	uint16_t chain;
	uint8_t data[HELD_BYTES];
};

struct streams {
	uint32_t n, mask, hand;
	uint64_t seed;
	struct stream_stats stats;
	stream_keep_fn *keep; /* NULL: nobody watches */
	void *keep_ctx;
	uint32_t collecting; /* bits: collectors in use */
	uint16_t free_early;
	uint32_t *heads;
	struct connection_entry *entries;
	struct early *early;
	uint8_t (*collector)[COLLECT];
};

size_t streams_size(uint32_t n)
{
	return sizeof(struct streams) + (size_t)(n + 1) * sizeof(struct connection_entry) +
	       HELD * sizeof(struct early) + COLLECTORS * (size_t)COLLECT +
	       (size_t)hash_buckets(n) * sizeof(uint32_t);
}

struct streams *streams_init(void *mem, uint32_t n, uint64_t seed)
{
	struct streams *t = mem;

	t->n = n;
	t->seed = seed;
	t->mask = hash_buckets(n) - 1;
	t->entries = (struct connection_entry *)(void *)(t + 1);
	t->early = (struct early *)(void *)(t->entries + n + 1);
	t->heads = (uint32_t *)(void *)(t->early + HELD);
	t->collector = (uint8_t(*)[COLLECT])(void *)(t->heads + t->mask + 1);
	for (uint32_t i = 0; i < HELD; i++)
		t->early[i].chain = i + 1 < HELD ? (uint16_t)(i + 1) : NONE;
	return t;
}

void streams_watch(struct streams *t, stream_keep_fn *fn, void *ctx)
{
	t->keep = fn;
	t->keep_ctx = ctx;
}

static void keep(struct streams *t, const uint8_t *p, uint32_t n)
{
	if (t->keep)
		t->keep(t->keep_ctx, p, n);
}

const struct stream_stats *streams_stats(const struct streams *t)
{
	return &t->stats;
}

static uint32_t *head_of(struct streams *t, struct address a, uint16_t a_port, struct address b,
			 uint16_t b_port)
{
	/* the same for both directions */
	return &t->heads[(hash_three(t->seed ^ a.hi, a.lo, a_port) +
			  hash_three(t->seed ^ b.hi, b.lo, b_port)) &
			 t->mask];
}

static struct connection_entry *find(struct streams *t, const struct packet *p, int *from_b)
{
	for (uint32_t i = *head_of(t, p->ip.src, p->sport, p->ip.dst, p->dport); i;
	     i = t->entries[i].chain) {
		struct connection_entry *c = &t->entries[i];

		if (c->a_port == p->sport && c->b_port == p->dport &&
		    address_equal(c->a, p->ip.src) && address_equal(c->b, p->ip.dst)) {
			*from_b = 0;
			return c;
		}
		if (c->b_port == p->sport && c->a_port == p->dport &&
		    address_equal(c->b, p->ip.src) && address_equal(c->a, p->ip.dst)) {
			*from_b = 1;
			return c;
		}
	}
	return NULL;
}

static void free_early(struct streams *t, struct direction *d)
{
	while (d->held != NONE) {
		uint16_t i = d->held;

		d->held = t->early[i].chain;
		t->early[i].chain = t->free_early;
		t->free_early = i;
	}
	d->n_held = 0;
}

static void stop_collecting(struct streams *t, struct direction *d)
{
	if (d->collector != NONE)
		t->collecting &= ~(1u << d->collector);
	d->collector = NONE;
	d->have = d->want = 0;
}

static void direction_reset(struct streams *t, struct direction *d)
{
	stop_collecting(t, d);
	free_early(t, d);
	d->skip = 0;
	d->n_mark = 0;
	d->synced = d->more = d->acked_known = false;
}

static void unlink_entry(struct streams *t, struct connection_entry *c)
{
	uint32_t *at = head_of(t, c->a, c->a_port, c->b, c->b_port),
		 self = (uint32_t)(c - t->entries);

	while (*at && *at != self)
		at = &t->entries[*at].chain;
	if (*at)
		*at = c->chain;
	direction_reset(t, &c->dir[0]);
	direction_reset(t, &c->dir[1]);
}

/* An entry for the connection of p: the next in the ring that was not used since the hand came by.
 */
static struct connection_entry *add(struct streams *t, const struct packet *p)
{
	struct connection_entry *c;
	uint32_t *head;

	for (uint32_t tries = 0; tries < t->n; tries++) {
		t->hand = t->hand % t->n + 1;
		if (!t->entries[t->hand].recent)
			break;
		t->entries[t->hand].recent = false;
	}
	c = &t->entries[t->hand];
	if (c->used) {
		unlink_entry(t, c);
		t->stats.evicted++;
	}
	memset(c, 0, sizeof(*c));
	c->used = true;
	c->a = p->ip.src;
	c->b = p->ip.dst;
	c->a_port = p->sport;
	c->b_port = p->dport;
	for (int i = 0; i < 2; i++)
		c->dir[i].collector = c->dir[i].held = NONE;
	head = head_of(t, c->a, c->a_port, c->b, c->b_port);
	c->chain = *head;
	*head = t->hand;
	return c;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Do these bytes begin with a record mark and an RPC header behind it? */
static bool record_begins(struct bytes b, bool strict)
{
	struct bytes m;

	if (b.n < MARK + 12 || (be32(b.p) & 0x7fffffff) > RECORD_MAX ||
	    (be32(b.p) & 0x7fffffff) < REPLY_MIN)
		return false;
	m = bytes_of(b.p + MARK, b.n - MARK);
	return rpc_looks_like_call(m) || (!strict && rpc_looks_like_reply(m));
}

struct run {
	struct streams *t;
	struct direction *d;
	struct packet *p;
	stream_message_fn *fn;
	void *ctx;
	const uint8_t *at; /* held bytes of the segment          */
	uint32_t held;
	uint32_t left; /* bytes there were: held or more     */
	uint32_t base; /* offset of at in the frame          */
};

static void pass(struct run *r, uint32_t n)
{
	uint32_t h = n < r->held ? n : r->held;

	r->at += h;
	r->base += h;
	r->held -= h;
	r->left -= n;
}

static struct reader message(const uint8_t *p, uint32_t have, uint32_t wire, uint32_t base)
{
	struct reader m = reader_init(p, have, wire);

	m.base = base;
	return m;
}

static bool hand_out(struct run *r, struct reader m, bool final)
{
	bool more = r->fn(r->ctx, r->p, m, final);

	if (!more || final)
		r->t->stats.messages++;
	return more && !final;
}

/* Begins to put a message together; false: no room for it. */
static bool collect(struct run *r, uint32_t record)
{
	struct direction *d = r->d;

	for (uint32_t i = 0; i < COLLECTORS; i++) {
		if (r->t->collecting & 1u << i)
			continue;
		r->t->collecting |= 1u << i;
		d->collector = (uint16_t)i;
		d->have = 0;
		d->record = record;
		d->want = record < COLLECT ? record : COLLECT;
		return true;
	}
	return false;
}

/* What the segment adds to the message being put together. */
static void collected(struct run *r)
{
	struct direction *d = r->d;
	uint8_t *to = r->t->collector[d->collector];
	uint32_t n = d->want - d->have < r->left ? d->want - d->have : r->left;
	bool cut = n > r->held;

	if (cut)
		n = r->held;
	memcpy(to + d->have, r->at, n);
	keep(r->t, r->at, n);
	d->have += n;
	pass(r, n);
	if (!cut && d->have < d->want)
		return;
	if (!cut && d->more && d->have < COLLECT)
		return; /* the next fragment's mark follows */
	d->skip = d->record - d->have;
	if (d->have >= REPLY_MIN)
		hand_out(r, message(to, d->have, d->more ? RECORD_MAX : d->record, 0), true);
	stop_collecting(r->t, d);
}

/* A record begins at the run's first byte, behind its mark. */
static void begin_record(struct run *r, uint32_t record)
{
	struct direction *d = r->d;
	uint32_t wire = record < r->left ? record : r->left, held = wire < r->held ? wire : r->held;
	bool here = wire == record,
	     enough = held >= HEAD_MIN || (here && !d->more && held >= REPLY_MIN), wanted;
	struct bytes b = bytes_of(r->at, held);
	/* how long a record in several fragments is, the first of them does not say */
	struct reader m = message(r->at, held, d->more ? RECORD_MAX : record, r->base);

	if (enough && !rpc_looks_like_call(b) && !rpc_looks_like_reply(b)) {
		/* not where we thought we were */
		d->synced = false;
		r->t->stats.resyncs++;
		r->left = 0;
		return;
	}
	wanted = !enough ? !here || d->more : hand_out(r, m, (here && !d->more) || held < wire);
	if (wanted && collect(r, record)) {
		collected(r);
		return;
	}
	if (wanted && enough)
		hand_out(r, m, true);
	pass(r, wire);
	d->skip = record - wire;
}

/* The mark may be split between segments. */
static bool read_mark(struct run *r, uint32_t *record)
{
	struct direction *d = r->d;

	while (d->n_mark < MARK && r->held) {
		d->mark[d->n_mark++] = *r->at;
		keep(r->t, r->at, 1);
		pass(r, 1);
	}
	if (d->n_mark < MARK) {
		if (r->left)
			d->synced = false; /* the mark itself was not captured */
		return false;
	}
	d->n_mark = 0;
	*record = be32(d->mark) & 0x7fffffff;
	return true;
}

/* A record that is put together goes on for so many bytes. */
static void further_fragment(struct run *r, uint32_t fragment)
{
	struct direction *d = r->d;

	d->record += fragment;
	d->want = d->record < COLLECT ? d->record : COLLECT;
	if (d->have == d->want)
		collected(r); /* an empty one may be the last */
}

/* Bytes in order: jumps, collects, begins records, to the end of the segment. */
static void consume(struct run *r)
{
	struct direction *d = r->d;

	d->next += r->left;
	while (r->left && d->synced) {
		uint32_t record;
		bool continues = d->more;

		if (d->skip) {
			uint32_t n = d->skip < r->left ? d->skip : r->left;

			d->skip -= n;
			pass(r, n);
			continue;
		}
		if (d->collector != NONE && d->have < d->want) {
			collected(r);
			continue;
		}
		if (!read_mark(r, &record))
			return;
		if (record > RECORD_MAX || (continues && d->record + record > RECORD_MAX)) {
			d->synced = false;
			r->t->stats.resyncs++;
			return;
		}
		d->more = !(d->mark[0] & 0x80);
		if (continues && d->collector != NONE)
			further_fragment(r, record);
		else if (continues)
			d->skip = record; /* what there was to read stood in the first one */
		else if (r->left)
			begin_record(r, record);
		else if (!collect(r, record))
			d->skip = record;
	}
}

/* Keeps a segment that came too early; false: too many, or too large. */
static bool hold(struct run *r, uint32_t seq)
{
	struct direction *d = r->d;
	uint16_t i = r->t->free_early;

	if (i == NONE || d->n_held == HELD_EACH || r->left > HELD_BYTES || r->held < r->left)
		return false;
	r->t->free_early = r->t->early[i].chain;
	r->t->early[i].seq = seq;
	r->t->early[i].n = r->left;
	r->t->early[i].number = r->p->number;
	r->t->early[i].time_ns = r->p->time_ns;
	memcpy(r->t->early[i].data, r->at, r->left);
	keep(r->t, r->at, r->left);
	r->t->early[i].chain = d->held;
	d->held = i;
	d->n_held++;
	return true;
}

static void segment(struct run *r, uint32_t seq);

/* The early segment with the lowest number, taken off the chain; NONE when the lowest is not due
 * yet, unless any will do. */
static uint16_t take_early(struct run *r, bool any)
{
	struct direction *d = r->d;
	uint16_t *lowest = NULL, i;

	for (uint16_t *at = &d->held; *at != NONE; at = &r->t->early[*at].chain)
		if (!lowest || (int32_t)(r->t->early[*at].seq - r->t->early[*lowest].seq) < 0)
			lowest = at;
	if (!lowest || (!any && (int32_t)(r->t->early[*lowest].seq - d->next) > 0))
		return NONE;
	i = *lowest;
	*lowest = r->t->early[i].chain;
	d->n_held--;
	return i;
}

/* Early segments whose turn has come, or all of them when what lies between is given up. Each goes
 * by its own frame. */
static void release(struct run *r, bool any)
{
	struct run e = *r;
	uint64_t number = r->p->number, time_ns = r->p->time_ns;
	uint16_t i;

	while ((i = take_early(r, any)) != NONE) {
		struct early *early = &r->t->early[i];

		e.at = early->data;
		e.held = e.left = early->n;
		e.base = 0;
		e.p->number = early->number;
		e.p->time_ns = early->time_ns;
		if (any && (int32_t)(early->seq - e.d->next) > 0)
			e.d->synced = false;
		segment(&e, early->seq);
		early->chain = r->t->free_early;
		r->t->free_early = i;
	}
	r->p->number = number;
	r->p->time_ns = time_ns;
}

/* After a gap that will not be filled: at a record's begin, or out of step until one is seen. */
static void resync(struct run *r, uint32_t seq)
{
	struct direction *d = r->d;

	stop_collecting(r->t, d);
	d->skip = 0;
	d->n_mark = 0;
	d->more = false;
	d->next = seq;
	d->synced = record_begins(bytes_of(r->at, r->held), false);
	if (d->synced)
		consume(r);
	else
		d->next = seq + r->left;
}

static void segment(struct run *r, uint32_t seq)
{
	struct direction *d = r->d;
	int32_t ahead = (int32_t)(seq - d->next);

	if (!d->synced) {
		resync(r, seq);
		return;
	}
	if (ahead < 0) {
		uint32_t old = 0 - (uint32_t)ahead;

		if (old >= r->left)
			return; /* all of it was read before */
		pass(r, old);
	} else if (ahead > 0 && d->skip >= (uint32_t)ahead) {
		/* missed by the capture, or late: either way inside what is jumped over */
		d->skip -= (uint32_t)ahead;
		d->next = seq;
		r->t->stats.gaps++;
	} else if (ahead > 0) {
		/* what is missing was acknowledged: it is the capture that lost it, and it will not
		 * come */
		if (!(d->acked_known && (int32_t)(d->acked - seq) >= 0) && hold(r, seq))
			return;
		r->t->stats.gaps++;
		r->t->stats.resyncs++;
		release(r, true);
		if ((int32_t)(seq - d->next) > 0)
			d->synced = false;
		segment(r, seq);
		return;
	}
	consume(r);
}

void streams_segment(struct streams *t, struct packet *p, bool rpc_port, stream_message_fn *fn,
		     void *ctx)
{
	const struct reader *payload = &p->payload;
	struct run r = { t,
			 NULL,
			 p,
			 fn,
			 ctx,
			 payload->buf + payload->pos,
			 reader_left(payload),
			 reader_wire_left(payload),
			 reader_offset(payload) };
	int from_b = 0;
	struct connection_entry *c = find(t, p, &from_b);

	if (!c) {
		if (!rpc_port && !record_begins(bytes_of(r.at, r.held), true))
			return;
		if (!r.left && !(p->tcp.flags & TCP_SYN))
			return;
		c = add(t, p);
	}
	c->recent = true;
	r.d = &c->dir[from_b];
	if (p->tcp.flags & TCP_ACK) {
		c->dir[!from_b].acked = p->tcp.ack;
		c->dir[!from_b].acked_known = true;
	}
	if (p->tcp.flags & TCP_SYN) {
		direction_reset(t, r.d);
		r.d->next = p->tcp.seq + 1;
		r.d->synced = true;
		if (r.left)
			segment(&r, p->tcp.seq + 1);
		return;
	}
	if (!r.left)
		return;
	segment(&r, p->tcp.seq);
	if (r.d->held != NONE)
		release(&r, false);
}
