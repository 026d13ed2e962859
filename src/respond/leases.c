/* SPDX-License-Identifier: BSD-2-Clause */
#include "leases.h"

#include <string.h>

#include "hash.h"

enum { LOOKED_MAX = 64 };

struct leases {
	uint32_t n, used, mask;
	uint32_t hand; /* the row that was given up last, while all are in use */
	uint64_t seed;
	uint64_t swept; /* when the map was held against the rows */
	struct lease_map map;
	uint32_t *by_ip, *by_client;
	struct lease *row; /* 0 is not used */
};

size_t leases_size(uint32_t n)
{
	return sizeof(struct leases) + (n + 1) * sizeof(struct lease) +
	       2 * (size_t)lease_map_words(n) * sizeof(uint64_t) +
	       2 * (size_t)hash_buckets(n) * sizeof(uint32_t);
}

struct leases *leases_init(void *mem, uint32_t n, uint64_t seed)
{
	struct leases *t = mem;

	t->n = n;
	t->seed = seed;
	t->mask = hash_buckets(n) - 1;
	t->row = (struct lease *)(void *)(t + 1);
	t->map.room = lease_map_words(n);
	t->map.given = (uint64_t *)(void *)(t->row + n + 1);
	t->map.held = t->map.given + t->map.room;
	t->by_ip = (uint32_t *)(void *)(t->map.held + t->map.room);
	t->by_client = t->by_ip + t->mask + 1;
	return t;
}

/* ---- which addresses are free ---- */

static bool over(const struct lease *l, uint64_t now)
{
	return l->state == LEASE_FREE || l->until <= now;
}

static void note(struct leases *t, const struct lease *l, uint64_t now)
{
	lease_map_set(&t->map, l->ip, l->fixed || !over(l, now) ? LEASE_HELD : LEASE_GIVEN);
}

/* Once a second at most: nothing is over by less. */
static bool sweep(struct leases *t, uint64_t now)
{
	if (t->swept == now)
		return false;
	t->swept = now;
	for (uint32_t i = 1; i <= t->used; i++)
		if (t->row[i].ip)
			note(t, &t->row[i], now);
	return true;
}

void leases_serve(struct leases *t, const struct lease_range *r)
{
	uint32_t known = t->map.n_spans;

	(void)lease_map_span(&t->map, r);
	if (t->map.n_spans == known)
		return;
	t->swept = UINT64_MAX;
	(void)sweep(t, 0);
}

/* ---- clients ---- */

void lease_client_set(struct lease_client *c, uint8_t htype, struct bytes chaddr, struct bytes id)
{
	memset(c, 0, sizeof(*c));
	c->htype = htype;
	c->hlen = (uint8_t)(chaddr.n < sizeof(c->chaddr) ? chaddr.n : sizeof(c->chaddr));
	if (c->hlen)
		memcpy(c->chaddr, chaddr.p, c->hlen);
	c->id_len = (uint8_t)(id.n < LEASE_ID_MAX ? id.n : LEASE_ID_MAX);
	if (c->id_len)
		memcpy(c->id, id.p, c->id_len);
	if (id.n > LEASE_ID_MAX) {
		uint64_t h = hash_bytes(0, id);

		memcpy(c->id + LEASE_ID_MAX - sizeof(h), &h, sizeof(h));
	}
}

static bool same_hardware(const struct lease_client *a, const struct lease_client *b)
{
	return a->hlen && a->htype == b->htype && a->hlen == b->hlen &&
	       memcmp(a->chaddr, b->chaddr, a->hlen) == 0;
}

bool lease_same_client(const struct lease_client *a, const struct lease_client *b)
{
	if (a->id_len && b->id_len)
		return a->id_len == b->id_len && memcmp(a->id, b->id, a->id_len) == 0;
	return same_hardware(a, b);
}

/* Rows with and without an identifier are found through the hardware address: two clients with one
 * address are rare, a board that changes its identifier is not. */
static uint32_t *client_head(struct leases *t, const struct lease_client *c)
{
	return &t->by_client[hash_bytes(t->seed, bytes_of(c->chaddr, sizeof(c->chaddr))) & t->mask];
}

static uint32_t *ip_head(struct leases *t, uint32_t ip)
{
	return &t->by_ip[hash_two(t->seed, ip) & t->mask];
}

struct lease *leases_by_ip(struct leases *t, uint32_t ip)
{
	uint32_t i = *ip_head(t, ip);

	while (i && t->row[i].ip != ip)
		i = t->row[i].next_ip;
	return i ? &t->row[i] : NULL;
}

struct lease *leases_by_client(struct leases *t, const struct lease_client *c, uint32_t first,
			       uint32_t last)
{
	struct lease *best = NULL;

	for (uint32_t i = *client_head(t, c); i; i = t->row[i].next_client) {
		struct lease *l = &t->row[i];

		if (l->ip < first || l->ip > last || l->state == LEASE_DECLINED ||
		    !lease_same_client(&l->client, c))
			continue;
		/* one with the very identifier goes before one without */
		if (!best || (l->client.id_len == c->id_len && best->client.id_len != c->id_len) ||
		    (l->client.id_len == best->client.id_len && l->seen > best->seen))
			best = l;
	}
	return best;
}

uint32_t leases_declined(struct leases *t, const struct lease_client *c, uint64_t now)
{
	uint32_t n = 0;

	for (uint32_t i = *client_head(t, c); i; i = t->row[i].next_client)
		n += t->row[i].state == LEASE_DECLINED && t->row[i].until > now &&
		     lease_same_client(&t->row[i].client, c);
	return n;
}

uint32_t leases_oldest_declined(const struct leases *t, const struct lease_range *r, uint64_t now,
				uint64_t min)
{
	const struct lease *oldest = NULL;

	for (uint32_t i = 1; i <= t->used; i++) {
		const struct lease *l = &t->row[i];

		if (l->ip >= r->first && l->ip <= r->last && l->state == LEASE_DECLINED &&
		    !l->fixed && l->seen + min <= now && (!oldest || l->seen < oldest->seen))
			oldest = l;
	}
	return oldest ? oldest->ip : 0;
}

bool lease_available(const struct lease *l, const struct lease_client *c, uint64_t now)
{
	if (l->fixed)
		return lease_same_client(&l->client, c);
	if (l->state == LEASE_FREE || l->until <= now)
		return true;
	return l->state != LEASE_DECLINED && lease_same_client(&l->client, c);
}

/* Round the range once, from `from` on, past after (0: begins). */
static uint32_t next(const struct leases *t, int span, uint32_t from, uint32_t after,
		     enum lease_use use)
{
	bool round = after && after < from;
	uint32_t ip = lease_map_next(&t->map, span, after ? after + 1 : from, use);

	if (!ip && !round) {
		round = true;
		ip = lease_map_next(&t->map, span, t->map.span[span].r.first, use);
	}
	return round && ip >= from ? 0 : ip;
}

static uint32_t free_longest(struct leases *t, int span, uint32_t from,
			     const struct lease_client *c, uint64_t now,
			     bool (*taken)(void *ctx, uint32_t ip), void *ctx)
{
	const struct lease *best = NULL;
	uint32_t looked = 0;

	for (uint32_t ip = next(t, span, from, 0, LEASE_GIVEN); ip && looked < LOOKED_MAX;
	     ip = next(t, span, from, ip, LEASE_GIVEN)) {
		const struct lease *l = leases_by_ip(t, ip);

		if (!l || !lease_available(l, c, now) || (taken && taken(ctx, ip)))
			continue;
		best = best && best->seen <= l->seen ? best : l;
		looked++;
	}
	return best ? best->ip : 0;
}

uint32_t leases_choose(struct leases *t, const struct lease_client *c, const struct lease_range *r,
		       uint32_t asked, uint64_t now, bool (*taken)(void *ctx, uint32_t ip),
		       void *ctx)
{
	struct lease *l = leases_by_client(t, c, r->first, r->last);
	uint64_t n = (uint64_t)r->last - r->first + 1;
	uint32_t from = r->first + (uint32_t)(hash_bytes(0, bytes_of(c->chaddr, c->hlen)) % n);
	uint32_t found;
	int span;

	leases_serve(t, r);
	span = lease_map_span(&t->map, r);
	if (l && lease_available(l, c, now) && !(taken && taken(ctx, l->ip)))
		return l->ip;
	if (asked >= r->first && asked <= r->last && !(taken && taken(ctx, asked))) {
		l = leases_by_ip(t, asked);
		if (!l || lease_available(l, c, now))
			return asked;
	}
	if (span < 0)
		return 0;
	for (uint32_t ip = next(t, span, from, 0, LEASE_NEVER_GIVEN); ip;
	     ip = next(t, span, from, ip, LEASE_NEVER_GIVEN))
		if (!taken || !taken(ctx, ip))
			return ip;
	do
		found = free_longest(t, span, from, c, now, taken, ctx);
	while (!found && sweep(t, now));
	return found;
}

/* ---- rows ---- */

static void unchain_client(struct leases *t, uint32_t i)
{
	uint32_t *at = client_head(t, &t->row[i].client);

	while (*at != i)
		at = &t->row[*at].next_client;
	*at = t->row[i].next_client;
}

static void chain_client(struct leases *t, uint32_t i)
{
	uint32_t *head = client_head(t, &t->row[i].client);

	t->row[i].next_client = *head;
	*head = i;
}

static void forget(struct leases *t, uint32_t i)
{
	uint32_t *at = ip_head(t, t->row[i].ip);

	lease_map_set(&t->map, t->row[i].ip, LEASE_NEVER_GIVEN);
	unchain_client(t, i);
	while (*at != i)
		at = &t->row[*at].next_ip;
	*at = t->row[i].next_ip;
	memset(&t->row[i], 0, sizeof(t->row[i]));
}

/* A row that is not used; else one that is over, or of a range that is served no more. */
static uint32_t row_for(struct leases *t, uint64_t now)
{
	if (t->used < t->n)
		return ++t->used;
	for (uint32_t i = 0; i < t->used; i++) {
		const struct lease *l;

		t->hand = t->hand % t->used + 1;
		l = &t->row[t->hand];
		if (l->fixed ||
		    (!over(l, now) && (!t->map.n_spans || lease_map_has(&t->map, l->ip))))
			continue;
		forget(t, t->hand);
		return t->hand;
	}
	return 0;
}

struct lease *leases_set(struct leases *t, uint32_t ip, const struct lease_client *c,
			 enum lease_state state, uint64_t until, uint64_t now)
{
	struct lease *l = leases_by_ip(t, ip);
	uint32_t i = l ? (uint32_t)(l - t->row) : row_for(t, now);

	if (!i)
		return NULL;
	if (!l) {
		uint32_t *head = ip_head(t, ip);

		l = &t->row[i];
		l->ip = ip;
		l->next_ip = *head;
		*head = i;
	} else {
		if (!lease_same_client(&l->client, c))
			l->name[0] = 0;
		unchain_client(t, i);
	}
	l->client = *c;
	chain_client(t, i);
	leases_turn(t, l, state, until, now);
	return l;
}

void leases_turn(struct leases *t, struct lease *l, enum lease_state state, uint64_t until,
		 uint64_t now)
{
	l->state = (uint8_t)state;
	l->until = until;
	l->seen = now;
	note(t, l, now);
}

uint32_t leases_count(const struct leases *t)
{
	return t->used;
}

const struct lease *leases_row(const struct leases *t, uint32_t i)
{
	return i < t->used && t->row[i + 1].ip ? &t->row[i + 1] : NULL;
}

/* ---- dnsmasq's lines ---- */

static void put_colons(struct text *out, const uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		text_fmt(out, "%s%02x", i ? ":" : "", p[i]);
}

void lease_line(const struct lease *l, struct text *out)
{
	text_u64(out, l->until == UINT64_MAX ? 0 : l->until);
	text_char(out, ' ');
	if (l->client.htype != 1)
		text_fmt(out, "%02x-", l->client.htype);
	put_colons(out, l->client.chaddr, l->client.hlen);
	text_char(out, ' ');
	text_ip4(out, l->ip);
	text_fmt(out, " %s ", l->name[0] ? l->name : "*");
	if (l->client.id_len)
		put_colons(out, l->client.id, l->client.id_len);
	else
		text_char(out, '*');
	text_char(out, '\n');
}

static bool word(struct bytes *line, struct bytes *out)
{
	uint32_t n;

	while (line->n && line->p[0] == ' ')
		line->p++, line->n--;
	for (n = 0; n < line->n && line->p[n] != ' ' && line->p[n] != '\n' && line->p[n] != '\r';)
		n++;
	*out = bytes_of(line->p, n);
	line->p += n;
	line->n -= n;
	return n != 0;
}

static int nibble(uint8_t c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* "01:ff:..." into at most room bytes. -1: it is not that. */
static int colons(struct bytes v, uint8_t *out, uint32_t room)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i + 1 < v.n; i += 3) {
		int hi = nibble(v.p[i]), lo = nibble(v.p[i + 1]);

		if (hi < 0 || lo < 0 || n == room || (i + 2 < v.n && v.p[i + 2] != ':'))
			return -1;
		out[n++] = (uint8_t)(hi << 4 | lo);
	}
	return n * 3 == v.n + 1 ? (int)n : -1;
}

static bool number(struct bytes v, uint64_t *out)
{
	*out = 0;
	for (uint32_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9' || i > 18)
			return false;
		*out = *out * 10 + (uint64_t)(v.p[i] - '0');
	}
	return v.n != 0;
}

bool leases_line(struct leases *t, struct bytes line, uint64_t now)
{
	struct bytes expiry, mac, ip, name, id;
	struct lease_client c = { .htype = 1 };
	uint64_t until;
	uint32_t address;
	struct lease *l;
	int n;

	if (!word(&line, &expiry) || !word(&line, &mac) || !word(&line, &ip) ||
	    !word(&line, &name) || !word(&line, &id) || !number(expiry, &until) ||
	    !address_parse_ip4(ip, &address) || !address)
		return false;
	if (mac.n > 3 && mac.p[2] == '-') {
		int hi = nibble(mac.p[0]), lo = nibble(mac.p[1]);

		if (hi < 0 || lo < 0)
			return false;
		c.htype = (uint8_t)(hi << 4 | lo);
		mac = bytes_of(mac.p + 3, mac.n - 3);
	}
	n = colons(mac, c.chaddr, sizeof(c.chaddr));
	if (n < 0)
		return false;
	c.hlen = (uint8_t)n;
	if (id.n != 1 || id.p[0] != '*') {
		n = colons(id, c.id, sizeof(c.id));
		if (n < 0)
			return false;
		c.id_len = (uint8_t)n;
	}
	until = until ? until : UINT64_MAX;
	/* a later line of an address takes the place of an earlier one */
	l = leases_set(t, address, &c, until > now ? LEASE_BOUND : LEASE_FREE, until, now);
	if (l && name.n < LEASE_NAME_MAX && (name.n != 1 || name.p[0] != '*')) {
		memcpy(l->name, name.p, name.n);
		l->name[name.n] = 0;
	}
	return l != NULL;
}
