/* SPDX-License-Identifier: BSD-2-Clause */
#include "flow.h"

#include <string.h>

#include "hash.h"

/*
 * Chained hash over (client address, client port), entries reused in a ring. ports is a filter over
 * all client ports of living flows, so that a datagram that is none of them costs two bit tests.
 * Entry 0 is not used.
 */
struct flows {
	uint32_t n, mask, hand;
	uint64_t seed;
	uint64_t ports[1024];
	uint16_t on_port[65536]; /* flows of this client port, to know when its bit may go */
	uint32_t *heads;
	struct flow *entries;
};

size_t flows_size(uint32_t n)
{
	return sizeof(struct flows) + (size_t)(n + 1) * sizeof(struct flow) +
	       (size_t)hash_buckets(n) * sizeof(uint32_t);
}

struct flows *flows_init(void *mem, uint32_t n, uint64_t seed)
{
	struct flows *t = mem;

	t->n = n;
	t->seed = seed;
	t->mask = hash_buckets(n) - 1;
	t->entries = (struct flow *)(void *)(t + 1);
	t->heads = (uint32_t *)(void *)(t->entries + n + 1);
	return t;
}

static uint32_t *head_of(struct flows *t, struct address client, uint16_t port)
{
	return &t->heads[hash_three(t->seed ^ client.hi, client.lo, port) & t->mask];
}

static struct flow *lookup(struct flows *t, struct address client, uint16_t port)
{
	for (uint32_t i = *head_of(t, client, port); i; i = t->entries[i].next)
		if (t->entries[i].client_port == port &&
		    address_equal(t->entries[i].client, client))
			return &t->entries[i];
	return NULL;
}

static int has_port(const struct flows *t, uint16_t port)
{
	return t->ports[port >> 6] >> (port & 63) & 1;
}

struct flow *flows_find(struct flows *t, struct address src, uint16_t sport, struct address dst,
			uint16_t dport, int *from_client)
{
	struct flow *f;

	if (has_port(t, dport) && (f = lookup(t, dst, dport))) {
		*from_client = 0;
		return f;
	}
	if (has_port(t, sport) && (f = lookup(t, src, sport))) {
		*from_client = 1;
		return f;
	}
	return NULL;
}

static void unlink_flow(struct flows *t, struct flow *f)
{
	uint32_t *at = head_of(t, f->client, f->client_port), self = (uint32_t)(f - t->entries);

	while (*at && *at != self)
		at = &t->entries[*at].next;
	if (!*at)
		return;
	*at = f->next;
	if (--t->on_port[f->client_port] == 0)
		t->ports[f->client_port >> 6] &= ~(UINT64_C(1) << (f->client_port & 63));
}

struct flow *flows_add(struct flows *t, struct address client, uint16_t client_port,
		       struct address server, uint64_t now_ns)
{
	struct flow *f = lookup(t, client, client_port);
	uint32_t *head;

	if (f) {
		if (!address_equal(f->server, server)) {
			f->user = 0;
			f->server_port = 0;
			f->answered_by = (struct address) { 0, 0 };
			f->server = server;
		}
		f->last_ns = now_ns;
		return f;
	}
	t->hand = t->hand % t->n + 1;
	f = &t->entries[t->hand];
	if (f->used)
		unlink_flow(t, f);
	memset(f, 0, sizeof(*f));
	f->used = 1;
	f->client = client;
	f->server = server;
	f->client_port = client_port;
	f->last_ns = now_ns;
	head = head_of(t, client, client_port);
	f->next = *head;
	*head = t->hand;
	t->on_port[client_port]++;
	t->ports[client_port >> 6] |= UINT64_C(1) << (client_port & 63);
	return f;
}
