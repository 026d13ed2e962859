/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_once.h"

#include <string.h>

#include "hash.h"

enum {
	NONE = UINT32_MAX,
	HASHED = 1024, /* bytes of the arguments that are looked at, besides how many there are */
};

/* A client that heard nothing asks again within seconds to minutes; later the number is a new call.
 */
#define KEPT_NS (UINT64_C(300) * 1000000000)

enum state { EMPTY, BUSY, DONE };

struct slot {
	uint64_t time_ns, digest; /* digest: of all that makes it that call */
	uint32_t ip, xid;
	uint32_t next;         /* in its bucket */
	uint32_t older, newer; /* of all, in the order they came */
	uint16_t n;            /* bytes of answer */
	uint8_t state;
	uint8_t answer[RPC_ONCE_ANSWER];
};

/* slot[n], then bucket[mask + 1]. */
struct rpc_once {
	uint64_t seed;
	uint32_t n, mask;
	uint32_t oldest, newest;
	struct slot slot[];
};

uint32_t rpc_once_bytes(uint32_t n)
{
	return (uint32_t)(sizeof(struct rpc_once) + n * sizeof(struct slot) +
			  hash_buckets(n) * sizeof(uint32_t));
}

static uint32_t *bucket(struct rpc_once *o, uint64_t digest)
{
	return (uint32_t *)(void *)(o->slot + o->n) + (digest & o->mask);
}

struct rpc_once *rpc_once_init(void *mem, uint32_t n, uint64_t seed)
{
	struct rpc_once *o = mem;

	o->seed = seed;
	o->n = n;
	o->mask = hash_buckets(n) - 1;
	o->oldest = n ? 0 : NONE;
	o->newest = n - 1;
	for (uint32_t i = 0; i < n; i++) {
		o->slot[i].state = EMPTY;
		o->slot[i].older = i ? i - 1 : NONE;
		o->slot[i].newer = i + 1 < n ? i + 1 : NONE;
	}
	for (uint32_t i = 0; i <= o->mask; i++)
		*bucket(o, i) = NONE;
	return o;
}

static uint64_t digest_of(const struct rpc_once *o, const struct rpc_call *c)
{
	struct bytes some = bytes_of(c->args.p, c->args.n < HASHED ? c->args.n : HASHED);
	uint64_t what = hash_three((uint64_t)c->prog << 32 | c->vers, c->proc, c->args.n);

	return hash_three(hash_bytes(o->seed, some) ^ what, o->seed ^ c->peer.ip, c->xid);
}

static void unlink_age(struct rpc_once *o, uint32_t i)
{
	struct slot *s = &o->slot[i];

	*(s->older == NONE ? &o->oldest : &o->slot[s->older].newer) = s->newer;
	*(s->newer == NONE ? &o->newest : &o->slot[s->newer].older) = s->older;
}

static void link_newest(struct rpc_once *o, uint32_t i)
{
	struct slot *s = &o->slot[i];

	s->older = o->newest;
	s->newer = NONE;
	*(s->older == NONE ? &o->oldest : &o->slot[s->older].newer) = i;
	o->newest = i;
}

static void link_oldest(struct rpc_once *o, uint32_t i)
{
	struct slot *s = &o->slot[i];

	s->newer = o->oldest;
	s->older = NONE;
	*(s->newer == NONE ? &o->newest : &o->slot[s->newer].older) = i;
	o->oldest = i;
}

/* Out of its bucket. */
static void forget(struct rpc_once *o, uint32_t i)
{
	uint32_t *at = bucket(o, o->slot[i].digest);

	if (o->slot[i].state == EMPTY)
		return;
	while (*at != i)
		at = &o->slot[*at].next;
	*at = o->slot[i].next;
	o->slot[i].state = EMPTY;
}

static uint32_t find(struct rpc_once *o, uint64_t digest, const struct rpc_call *c)
{
	uint32_t i = *bucket(o, digest);

	while (i != NONE && (o->slot[i].digest != digest || o->slot[i].ip != c->peer.ip ||
			     o->slot[i].xid != c->xid))
		i = o->slot[i].next;
	return i;
}

static uint32_t take(struct rpc_once *o)
{
	uint32_t i = o->oldest;

	while (i != NONE && o->slot[i].state == BUSY)
		i = o->slot[i].newer;
	if (i == NONE)
		return NONE;
	forget(o, i);
	unlink_age(o, i);
	link_newest(o, i);
	return i;
}

enum rpc_once_seen rpc_once_begin(struct rpc_once *o, const struct rpc_call *c, uint64_t now_ns,
				  uint32_t *slot, struct bytes *answer)
{
	uint64_t digest = digest_of(o, c);
	uint32_t i = find(o, digest, c);
	struct slot *s;

	*slot = NONE;
	*answer = bytes_of(NULL, 0);
	if (i != NONE && o->slot[i].state == BUSY)
		return RPC_ONCE_BUSY;
	if (i != NONE && now_ns - o->slot[i].time_ns < KEPT_NS) {
		*answer = bytes_of(o->slot[i].answer, o->slot[i].n);
		return RPC_ONCE_DONE;
	}
	if (i != NONE)
		forget(o, i);
	i = take(o);
	if (i == NONE) /* all of them are being served: this one is, without being remembered */
		return RPC_ONCE_NEW;
	s = &o->slot[i];
	s->state = BUSY;
	s->digest = digest;
	s->time_ns = now_ns;
	s->ip = c->peer.ip;
	s->xid = c->xid;
	s->next = *bucket(o, digest);
	*bucket(o, digest) = i;
	*slot = i;
	return RPC_ONCE_NEW;
}

void rpc_once_done(struct rpc_once *o, uint32_t slot, struct bytes answer)
{
	struct slot *s;

	if (slot >= o->n || o->slot[slot].state != BUSY)
		return;
	s = &o->slot[slot];
	if (answer.n && answer.n <= RPC_ONCE_ANSWER) {
		memcpy(s->answer, answer.p, answer.n);
		s->n = (uint16_t)answer.n;
		s->state = DONE;
		return;
	}
	forget(o, slot);
	unlink_age(o, slot);
	link_oldest(o, slot);
}
