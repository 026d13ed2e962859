/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls.h"

#include <string.h>

#include "hash.h"

/* A repeat of a call after longer than this is a new call that happens to bear the same number. */
#define SAME_CALL_NS UINT64_C(120000000000)

struct slot {
	struct call call;
	uint32_t next; /* chain, 0 ends */
	bool used;
};

struct learned {
	struct address server;
	uint16_t port;
	uint16_t next; /* chain, 0 ends */
	bool used, recent;
};

/*
 * Chained hash over (client, its port, xid), slots reused in a ring: slot 0 is not used. The
 * server's address is no part of the key, since a UDP reply may come from another one.
 *
 * Learned ports alike, the ring passing over those asked for since it last came by. ports is a
 * filter, so that packets of other ports cost one bit test; bits stay when their port goes, which
 * costs a lookup and decides nothing.
 */
struct calls {
	uint32_t n, mask, hand;
	uint64_t seed;
	uint32_t learned_hand;
	struct learned learned[CALLS_PORTS + 1];
	uint16_t learned_heads[CALLS_PORTS];
	uint64_t ports[1024];
	uint32_t *heads;
	struct slot *slots;
};

size_t calls_size(uint32_t n)
{
	return sizeof(struct calls) + (size_t)(n + 1) * sizeof(struct slot) +
	       (size_t)hash_buckets(n) * sizeof(uint32_t);
}

struct calls *calls_init(void *mem, uint32_t n, uint64_t seed)
{
	struct calls *t = mem;

	t->n = n;
	t->seed = seed;
	t->mask = hash_buckets(n) - 1;
	t->slots = (struct slot *)(void *)(t + 1);
	t->heads = (uint32_t *)(void *)(t->slots + n + 1);
	return t;
}

static uint32_t *head_of(struct calls *t, struct address client, uint16_t port, uint32_t xid)
{
	return &t->heads[hash_three(t->seed ^ client.hi, client.lo, (uint64_t)port << 32 | xid) &
			 t->mask];
}

static struct slot *find(struct calls *t, struct address client, uint16_t port, uint32_t xid)
{
	for (uint32_t i = *head_of(t, client, port, xid); i; i = t->slots[i].next) {
		const struct call *c = &t->slots[i].call;

		if (c->xid == xid && c->client_port == port && address_equal(c->client, client))
			return &t->slots[i];
	}
	return NULL;
}

static void unlink_slot(struct calls *t, struct slot *s)
{
	uint32_t *at = head_of(t, s->call.client, s->call.client_port, s->call.xid),
		 self = (uint32_t)(s - t->slots);

	while (*at && *at != self)
		at = &t->slots[*at].next;
	if (*at)
		*at = s->next;
}

static struct slot *take(struct calls *t, const struct packet *p)
{
	struct slot *s;
	uint32_t *head;

	t->hand = t->hand % t->n + 1;
	s = &t->slots[t->hand];
	if (s->used)
		unlink_slot(t, s);
	s->used = true;
	s->call.client = p->ip.src;
	s->call.client_port = p->sport;
	s->call.xid = p->u.rpc.xid;
	head = head_of(t, p->ip.src, p->sport, p->u.rpc.xid);
	s->next = *head;
	*head = t->hand;
	return s;
}

/* The name that tells most: a path, an entry, or the last name of a COMPOUND. */
static void keep_name(struct call *c, const struct rpc *m)
{
	struct bytes v = m->path.n ? m->path : m->name;

	if (v.n >= CALL_NAME_MAX)
		v.n = CALL_NAME_MAX - 1;
	if (v.n)
		memcpy(c->name, v.p, v.n);
	c->name[v.n] = 0;
}

uint64_t call_handle(struct bytes handle)
{
	return handle.n ? hash_bytes(0, handle) | 1 : 0;
}

static void fill(struct call *c, const struct packet *p)
{
	const struct rpc *m = &p->u.rpc;

	c->server = p->ip.dst;
	c->server_port = p->dport;
	c->prog = m->prog;
	c->vers = m->vers;
	c->proc = m->proc;
	c->minor = m->minor;
	c->frame = p->number;
	c->time_ns = c->last_ns = p->time_ns;
	c->times = 1;
	c->answered = false;
	c->uid = m->flavor == 1 ? m->uid : UINT32_MAX; /* RFC 5531 8.2 */
	c->wrap = m->wrap;
	c->handle_hash = call_handle(m->handle);
	keep_name(c, m);
	c->map_prog = m->map_prog;
	c->map_vers = m->map_vers;
	c->map_proto = m->map_proto;
}

struct call *calls_call(struct calls *t, struct packet *p)
{
	struct rpc *m = &p->u.rpc;
	struct slot *s = find(t, p->ip.src, p->sport, m->xid);
	struct call *c = s ? &s->call : NULL;

	if (c && c->prog == m->prog && c->vers == m->vers && c->proc == m->proc &&
	    address_equal(c->server, p->ip.dst) && p->time_ns - c->last_ns < SAME_CALL_NS) {
		m->retransmission = true;
		c->times++;
		c->last_ns = p->time_ns;
		return c;
	}
	if (!c)
		c = &take(t, p)->call;
	fill(c, p);
	return c;
}

struct call *calls_reply(struct calls *t, struct packet *p)
{
	struct rpc *m = &p->u.rpc;
	struct slot *s = find(t, p->ip.dst, p->dport, m->xid);
	struct call *c = s ? &s->call : NULL;

	if (!c || (m->tcp && !address_equal(c->server, p->ip.src)))
		return NULL;
	c->answered = true;
	m->known = true;
	m->prog = c->prog;
	m->vers = c->vers;
	m->proc = c->proc;
	m->minor = c->minor;
	m->wrap = c->wrap;
	m->call_frame = c->frame;
	m->call_time_ns = c->time_ns;
	m->map_prog = c->map_prog;
	m->map_vers = c->map_vers;
	m->map_proto = c->map_proto;
	return c;
}

static uint16_t *learned_head(struct calls *t, struct address server, uint16_t port)
{
	return &t->learned_heads[hash_three(t->seed ^ server.hi, server.lo, port) % CALLS_PORTS];
}

bool calls_is_rpc_port(struct calls *t, struct address server, uint16_t port)
{
	if (!(t->ports[port >> 6] >> (port & 63) & 1))
		return false;
	for (uint16_t i = *learned_head(t, server, port); i; i = t->learned[i].next) {
		struct learned *l = &t->learned[i];

		if (l->port == port && address_equal(l->server, server)) {
			l->recent = true;
			return true;
		}
	}
	return false;
}

static void forget_port(struct calls *t, uint16_t self)
{
	struct learned *l = &t->learned[self];
	uint16_t *at = learned_head(t, l->server, l->port);

	while (*at && *at != self)
		at = &t->learned[*at].next;
	if (*at)
		*at = l->next;
}

/* Clients' own ports are below 1024 as often as not; what makes a port a server's is that it was
 * named or answered. */
void calls_learn_port(struct calls *t, struct address server, uint16_t port)
{
	struct learned *l;
	uint16_t *head;

	if (!port || calls_is_rpc_port(t, server, port))
		return;
	/* ends: each one passed over is not the next time */
	for (;;) {
		t->learned_hand = t->learned_hand % CALLS_PORTS + 1;
		l = &t->learned[t->learned_hand];
		if (!l->recent)
			break;
		l->recent = false;
	}
	if (l->used)
		forget_port(t, (uint16_t)t->learned_hand);
	head = learned_head(t, server, port);
	*l = (struct learned) { server, port, *head, true, false };
	*head = (uint16_t)t->learned_hand;
	t->ports[port >> 6] |= UINT64_C(1) << (port & 63);
}
