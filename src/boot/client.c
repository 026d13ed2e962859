/* SPDX-License-Identifier: BSD-2-Clause */
#include "client.h"

#include <assert.h>
#include <string.h>

#include "hash.h"
#include "model.h"

enum { KEY_MAC = 1, KEY_IP4 = 2, KEY_IP6 = 3 };

static const uint64_t second = UINT64_C(1000000000);

static uint64_t mac_key(struct mac m)
{
	return mac_number(m) | (uint64_t)KEY_MAC << 60;
}

static uint64_t address_key(struct address a)
{
	if (address_is_ip4(a))
		return address_to_ip4(a) | (uint64_t)KEY_IP4 << 60;
	return (hash_two(a.hi, a.lo) >> 4) | (uint64_t)KEY_IP6 << 60;
}

static uint32_t index_home(const struct scope *s, uint64_t key)
{
	return (uint32_t)hash_mix(key ^ s->limits.wire.seed) & s->index_mask;
}

static struct index_entry *index_find(const struct scope *s, uint64_t key)
{
	uint32_t i = index_home(s, key);

	while (s->index[i].key && s->index[i].key != key)
		i = (i + 1) & s->index_mask;
	return &s->index[i];
}

static void index_set(struct scope *s, uint64_t key, uint32_t slot)
{
	struct index_entry *e = index_find(s, key);

	if (!e->key) {
		if (s->index_used >= s->index_mask - s->index_mask / 8)
			return; /* cannot happen while clients hold CAP_ADDRESSES: eight entries
				   each */
		s->index_used++;
		e->key = key;
	}
	e->slot = slot;
}

/* Removal closes the gap, so that probing needs no tombstones. */
static void index_drop(struct scope *s, uint64_t key, uint32_t slot)
{
	struct index_entry *e = index_find(s, key);
	uint32_t hole, i;

	if (!e->key || e->slot != slot)
		return;
	hole = (uint32_t)(e - s->index);
	for (i = (hole + 1) & s->index_mask; s->index[i].key; i = (i + 1) & s->index_mask) {
		uint32_t home = index_home(s, s->index[i].key);

		if (((i - home) & s->index_mask) >= ((i - hole) & s->index_mask)) {
			s->index[hole] = s->index[i];
			hole = i;
		}
	}
	s->index[hole].key = 0;
	s->index_used--;
}

struct slot *slot_by_mac(struct scope *s, struct mac m)
{
	const struct index_entry *e;

	if (mac_none(m))
		return NULL;
	e = index_find(s, mac_key(m));
	return e->key ? &s->slot[e->slot] : NULL;
}

struct slot *slot_by_address(struct scope *s, struct address a)
{
	const struct index_entry *e;

	if (address_none(a))
		return NULL;
	e = index_find(s, address_key(a));
	return e->key ? &s->slot[e->slot] : NULL;
}

static void idle_unlink(struct scope *s, uint32_t i)
{
	struct slot *c = &s->slot[i - 1];

	if (c->newer)
		s->slot[c->newer - 1].older = c->older;
	else
		s->newest = c->older;
	if (c->older)
		s->slot[c->older - 1].newer = c->newer;
	else
		s->oldest = c->newer;
}

static void idle_front(struct scope *s, uint32_t i)
{
	struct slot *c = &s->slot[i - 1];

	c->newer = 0;
	c->older = s->newest;
	if (s->newest)
		s->slot[s->newest - 1].newer = i;
	s->newest = i;
	if (!s->oldest)
		s->oldest = i;
}

void slot_touch(struct scope *s, struct slot *c, uint64_t now)
{
	uint32_t i = (uint32_t)(c - s->slot) + 1;

	c->c.last_ns = now;
	/* a second's order is good enough for who is idle longest, and spares the hot path the list
	 */
	if (now - c->idle_ns < second || s->newest == i)
		return;
	c->idle_ns = now;
	idle_unlink(s, i);
	idle_front(s, i);
}

void client_spoke(struct client *c, uint64_t now)
{
	if (c->unheard >= 3 && now > c->said_ns + 2 * second)
		c->back_ns = now;
	c->unheard = 0;
	c->said_ns = now;
}

static void boot_free(struct scope *s, struct boot *b)
{
	struct arena a;

	if (!b)
		return;
	transfer_forget(s, b);
	a = b->arena; /* which holds b itself */
	arena_reset(&a);
}

static void slot_evict(struct scope *s, uint32_t at)
{
	struct slot *c = &s->slot[at];
	uint32_t i = 0;

	assert(s->slot);
	for (uint32_t k = 0; k < CAP_BOOTS; k++)
		boot_free(s, c->boot[k]);
	for (uint32_t k = 0; k < c->c.n_addresses; k++)
		index_drop(s, address_key(c->c.address[k]), at);
	if (!mac_none(c->c.mac))
		index_drop(s, mac_key(c->c.mac), at);
	while (i < s->n_clients && s->order[i] != at)
		i++;
	if (i < s->n_clients) {
		memmove(&s->order[i], &s->order[i + 1],
			(s->n_clients - i - 1) * sizeof s->order[0]);
		s->n_clients--;
	}
	idle_unlink(s, at + 1);
	memset(c, 0, sizeof *c);
	c->older = s->free_slot;
	s->free_slot = at + 1;
	s->counts.clients_evicted++;
}

struct slot *slot_make(struct scope *s, const struct packet *p, struct mac m)
{
	struct slot *c = slot_by_mac(s, m);
	uint32_t at;

	if (c)
		return c;
	if (!s->free_slot && s->n_slots == s->limits.clients) {
		if (!s->oldest)
			return NULL;
		slot_evict(s, s->oldest - 1);
	}
	at = s->free_slot ? s->free_slot - 1 : s->n_slots++;
	assert(s->slot);
	c = &s->slot[at];
	if (s->free_slot)
		s->free_slot = c->older;
	c->used = true;
	c->c.mac = m;
	c->c.arch = UINT16_MAX;
	c->c.first_ns = p->time_ns;
	c->c.first_frame = p->number;
	c->c.last_ns = c->idle_ns = p->time_ns;
	c->c.last_frame = p->number;
	if (mac_is_pi(m)) {
		c->c.family = mac_family(m);
		c->c.known_by = BY_OUI;
		c->c.pi = true;
	}
	s->order[s->n_clients++] = at;
	idle_front(s, at + 1);
	if (!mac_none(m))
		index_set(s, mac_key(m), at);
	return c;
}

struct slot *slot_of_sender(struct scope *s, const struct packet *p, bool make)
{
	struct slot *c = p->ether.has_src ? slot_by_mac(s, p->ether.src) : NULL;

	if (!c && p->ip.version)
		c = slot_by_address(s, p->ip.src);
	if (c || !make)
		return c;
	if (p->ether.has_src && !mac_none(p->ether.src) && !mac_is_group(p->ether.src))
		c = slot_make(s, p, p->ether.src);
	else if (!address_none(p->ip.src) && !address_is_multicast(p->ip.src))
		c = slot_make(s, p, (struct mac) { { 0 } });
	if (c)
		slot_address(s, c, p->ip.src, p);
	return c;
}

struct slot *slot_of_receiver(struct scope *s, const struct packet *p)
{
	struct slot *c = NULL;

	if (p->ether.has_dst && !mac_is_group(p->ether.dst))
		c = slot_by_mac(s, p->ether.dst);
	if (!c && p->ip.version)
		c = slot_by_address(s, p->ip.dst);
	return c;
}

void slot_address(struct scope *s, struct slot *c, struct address a, const struct packet *p)
{
	uint32_t at = (uint32_t)(c - s->slot), i;
	struct client *k = &c->c;
	struct slot *other;

	if (address_none(a) || address_is_multicast(a))
		return;
	if (k->n_addresses && address_equal(k->address[0], a))
		return;
	other = slot_by_address(s, a);
	if (other && other != c) {
		/* taken over: a lease given on, or two machines with one address */
		k->address_conflicts++;
		k->conflict_frame = p->number;
		k->conflict_mac = other->c.mac;
		other->c.address_conflicts++;
		other->c.conflict_frame = p->number;
		other->c.conflict_mac = k->mac;
	}
	for (i = 0; i < k->n_addresses; i++)
		if (address_equal(k->address[i], a))
			break;
	if (i == k->n_addresses) {
		if (k->n_addresses == CAP_ADDRESSES)
			index_drop(s, address_key(k->address[--i]), at);
		else
			k->n_addresses++;
	}
	memmove(&k->address[1], &k->address[0], i * sizeof k->address[0]);
	k->address[0] = a;
	index_set(s, address_key(a), at);
}

struct boot *slot_boot(const struct slot *c)
{
	return c->c.n_boots ? c->boot[(c->c.n_boots - 1) % CAP_BOOTS] : NULL;
}

/* The first thing in its own arena. */
static struct boot *boot_make(struct scope *s)
{
	struct arena a;
	struct boot *b;

	arena_init(&a, &s->pool, (uint32_t)sizeof(*b) + s->limits.boot_bytes);
	b = arena_get(&a, sizeof(*b), 8);
	if (b)
		b->arena = a;
	return b;
}

struct boot *slot_new_boot(struct scope *s, struct slot *c, const struct packet *p)
{
	uint32_t k = c->c.n_boots % CAP_BOOTS;
	uint32_t self = (uint32_t)(c - s->slot) + 1;
	struct boot *old = slot_boot(c), *b;

	if (old) {
		transfer_judge(old, p->time_ns, true);
		old->done_by_next = true;
		boot_judge(s, c, old);
	}
	boot_free(s, c->boot[k]);
	if (s->newest != self) {
		idle_unlink(s, self);
		idle_front(s, self);
	}
	/* the pool holds all that one client can take: others go until this boot has room to grow
	 */
	while (s->pool.left < 2 * POOL_RUN_MAX && s->oldest != self)
		slot_evict(s, s->oldest - 1);
	b = boot_make(s);
	assert(b);
	c->boot[k] = b;
	b->attempt = ++c->c.n_boots;
	b->started_ns = b->last_ns = b->last_progress_ns = p->time_ns;
	b->started_frame = b->last_frame = p->number;
	b->stage_ns[STAGE_POWER_ON] = p->time_ns;
	b->stage_frame[STAGE_POWER_ON] = p->number;
	b->outcome = OUTCOME_IN_PROGRESS;
	if (b->attempt == 1)
		arp_before(s, c, b);
	return b;
}

struct boot *slot_need_boot(struct scope *s, struct slot *c, const struct packet *p)
{
	struct boot *b = slot_boot(c);

	if (!b) {
		b = slot_new_boot(s, c, p);
		b->begun_before = true;
	}
	return b;
}

void client_learn_family(struct client *c, enum family f, enum known_by by)
{
	if (family_is_pi(f))
		c->pi = true;
	if (by < c->known_by || f == FAMILY_OTHER)
		return;
	/* "some Pi" does not replace a model that as good evidence named */
	if (f == FAMILY_PI && family_is_pi(c->family) && c->family != FAMILY_PI &&
	    c->known_by > BY_OUI)
		return;
	/* an OS says nothing of the board that a ROM or a range has not said better */
	if (by == BY_OS_CLASS && c->family != FAMILY_OTHER)
		return;
	c->family = f;
	c->known_by = by;
}

void *boot_get(struct boot *b, uint32_t size)
{
	return arena_get(&b->arena, size, 8);
}

struct bytes boot_keep(struct boot *b, struct bytes v, uint32_t max)
{
	static const uint8_t nothing[1];
	uint32_t n = v.n < max ? v.n : max;
	uint8_t *p;

	if (!v.p)
		return (struct bytes) { NULL, 0 };
	if (n == 0)
		return (struct bytes) { nothing, 0 };
	p = arena_get(&b->arena, n, 1);
	if (!p)
		return (struct bytes) { nothing, 0 };
	memcpy(p, v.p, n);
	return (struct bytes) { p, n };
}

const char *boot_text(struct boot *b, struct bytes v, uint32_t max)
{
	if (v.n > max)
		v.n = max;
	return v.n ? arena_text(&b->arena, v) : "";
}

void boot_progress(struct boot *b, const struct packet *p)
{
	b->last_progress_ns = p->time_ns;
}

void boot_reach(struct boot *b, enum stage st, const struct packet *p)
{
	if (!b->stage_ns[st]) {
		b->stage_ns[st] = p->time_ns ? p->time_ns : 1;
		b->stage_frame[st] = p->number;
	}
	if (st > b->stage) {
		b->stage = st;
		boot_progress(b, p);
	}
}

/* Is the NFS root at work: answered calls, none hanging? */
static bool root_works(const struct boot *b, uint64_t now)
{
	for (const struct nfs_use *n = b->nfs; n; n = n->next)
		if (n->version && n->replies > n->errors + n->null_replies &&
		    (n->last_reply_ns >= n->last_call_ns || now - n->last_call_ns < 3 * second) &&
		    n->reads)
			return true;
	return false;
}

void boot_judge(struct scope *s, struct slot *c, struct boot *b)
{
	uint64_t now = b->done_by_next ? s->counts.last_ns : s->counts.now_ns;
	const struct stage_row *row = stage_row(c->c.family, b->stage);
	uint64_t quiet = now > b->last_progress_ns ? now - b->last_progress_ns : 0;
	uint64_t reached = b->stage_ns[b->stage];

	b->gives_up_known = false;
	if (b->stage == STAGE_BOOTED || (b->stage == STAGE_NFS_ROOT && root_works(b, now))) {
		b->outcome = OUTCOME_BOOTED;
		return;
	}
	if (row->gives_up_ms && b->stage != STAGE_NFS_ROOT) {
		b->gives_up_known = true;
		b->gives_up_ns = reached + row->gives_up_ms * UINT64_C(1000000);
	}
	if (b->done_by_next || (row->patience_ms && quiet > row->patience_ms * UINT64_C(1000000))) {
		uint64_t silent = now > b->last_ns ? now - b->last_ns : 0;

		b->outcome = b->gives_up_known && now > b->gives_up_ns && silent > 10 * second
				     ? OUTCOME_GAVE_UP
				     : OUTCOME_STUCK;
	} else {
		b->outcome = OUTCOME_IN_PROGRESS;
	}
}

static const struct slot *slot_of(const struct client *c)
{
	_Static_assert(offsetof(struct slot, c) == 0, "a client is the head of its slot");
	return (const struct slot *)(const void *)c;
}

uint32_t client_boots(const struct client *c)
{
	return c->n_boots < CAP_BOOTS ? c->n_boots : CAP_BOOTS;
}

struct boot *client_boot(const struct client *c, uint32_t i)
{
	uint32_t n = client_boots(c);

	return i < n ? slot_of(c)->boot[(c->n_boots - n + i) % CAP_BOOTS] : NULL;
}

struct boot *client_last_boot(const struct client *c)
{
	return slot_boot(slot_of(c));
}

const char *client_model(const struct client *c)
{
	const char *m = c->revision ? revision_model(c->revision) : NULL;

	if (m)
		return m;
	/* without a revision, a board of the 2711 that is known by its range or files: the 4B is
	 * what most are */
	return c->family == FAMILY_PI4   ? "Raspberry Pi 4 Model B"
	       : c->family == FAMILY_PI5 ? "Raspberry Pi 5"
					 : family_model(c->family);
}

void boot_params(const struct client *c, const struct boot *b, struct boot_params *out)
{
	const struct exchange *best = NULL;

	for (const struct exchange *e = b ? b->exchanges : NULL; e; e = e->next)
		if (agent_is_firmware(e->agent) && (e->n_replies || !best))
			best = e;
	boot_params_of(best, (int)c->family, out);
}
