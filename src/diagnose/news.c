/* SPDX-License-Identifier: BSD-2-Clause */
#include "news.h"

#include <string.h>

#include "audit_mac.h"
#include "hash.h"

/* A finding comes and goes between a request and its answer: it is told when the picture stood
 * still for so long. */
enum { SETTLE_NS = 1000000000, FINDING_BYTES = (FINDINGS + 7) / 8 };

/* What time alone does to a silent client is looked for so often: a rack of them costs little. */
enum { SILENT_NS = 1000000000 };

/* Of new clients so many are told of in the long run, and as many at once as a large rack has; half
 * of those only when they got further than a forged frame gets by itself. */
static const uint64_t new_each_ns = 50000000, new_most_ns = 256 * UINT64_C(50000000);

/* What was told of a client's latest boot. key 0: free. */
struct told {
	uint64_t key, last_frame, frames_to;
	uint32_t attempt, look; /* look: number of the one that met it last */
	uint16_t stages;
	uint8_t outcome;
	uint8_t findings[FINDING_BYTES];
	uint8_t holds[FINDING_BYTES]; /* at the last look, and since when */
	uint64_t holds_ns, looked_ns;
};

_Static_assert(STAGES <= 16, "a bit each");

struct news {
	uint64_t seed;
	uint32_t mask, used, look, held;
	uint64_t credit_ns, now_ns; /* time that new clients have not used up, as of then */
	news_fn *fn;                /* during a look */
	void *ctx;
	struct diagnosis diagnosis;
	struct told told[];
};

const char *news_key(enum news_kind k)
{
	static const char *const keys[NEWS_KINDS] = { "boot", "stage", "outcome", "finding",
						      "finding-cleared" };

	return keys[k];
}

static uint32_t slots(uint32_t clients)
{
	return hash_buckets(clients) * 2;
}

size_t news_size(uint32_t clients)
{
	return sizeof(struct news) + slots(clients) * sizeof(struct told);
}

struct news *news_init(void *mem, uint32_t clients, uint64_t seed)
{
	struct news *n = mem;

	n->mask = slots(clients) - 1;
	n->seed = seed;
	n->credit_ns = new_most_ns;
	return n;
}

uint32_t news_held(const struct news *n)
{
	return n->held;
}

static uint64_t key_of(const struct client *c)
{
	uint64_t odd = UINT64_C(1) << 63;

	if (!mac_none(c->mac))
		return mac_number(c->mac);
	return odd | (c->n_addresses ? c->address[0].hi * 31 + c->address[0].lo : 1);
}

static struct told *find(struct news *n, uint64_t key)
{
	uint64_t i = hash_two(n->seed, key);

	while (n->told[i & n->mask].key && n->told[i & n->mask].key != key)
		i++;
	return &n->told[i & n->mask];
}

/* Clients that the model let go leave their rows; they are moved out when there are many. */
static void sweep(struct news *n)
{
	for (uint32_t i = 0; i <= n->mask; i++)
		if (n->told[i].key && n->told[i].look + 1 < n->look) {
			memset(&n->told[i], 0, sizeof(n->told[i]));
			n->used--;
		}
	/* rows that stood behind those find their place again, from the first gap around */
	for (uint32_t pass = 0; pass < 2; pass++)
		for (uint32_t i = 0; i <= n->mask; i++) {
			struct told moved = n->told[i];

			if (!moved.key)
				continue;
			memset(&n->told[i], 0, sizeof(moved));
			*find(n, moved.key) = moved;
		}
}

static struct told *row_of(struct news *n, const struct client *c)
{
	uint64_t key = key_of(c);
	struct told *t = find(n, key);

	if (!t->key && n->used > n->mask / 4 * 3) {
		sweep(n);
		t = find(n, key);
	}
	if (!t->key && n->used < n->mask) {
		memset(t, 0, sizeof(*t));
		t->key = key;
		n->used++;
	}
	t->look = n->look;
	return t;
}

static void tell(struct news *n, struct news_item *item, enum news_kind kind, uint64_t time_ns,
		 uint64_t frame)
{
	item->kind = kind;
	item->time_ns = time_ns;
	item->frame = frame;
	n->fn(n->ctx, item);
}

static void tell_stages(struct news *n, struct told *t, struct news_item *item)
{
	const struct boot *b = item->boot;

	for (int st = 0; st < STAGES; st++) {
		if (!b->stage_frame[st] || t->stages >> st & 1)
			continue;
		t->stages |= (uint16_t)(1u << st);
		item->stage = (enum stage)st;
		tell(n, item, NEWS_STAGE, b->stage_ns[st], b->stage_frame[st]);
	}
	item->stage = b->stage;
}

static bool has(const uint8_t *set, uint32_t id)
{
	return set[id / 8] >> id % 8 & 1;
}

/* Does what holds now hold for a while already? */
static bool still(struct told *t, const struct diagnosis *d, const struct scope_counts *now)
{
	uint8_t holds[FINDING_BYTES] = { 0 };

	for (uint32_t i = 0; i < d->n; i++)
		holds[d->finding[i].id / 8] |= (uint8_t)(1u << d->finding[i].id % 8);
	if (memcmp(holds, t->holds, sizeof(holds)) != 0) {
		memcpy(t->holds, holds, sizeof(holds));
		t->holds_ns = now->now_ns;
	}
	return now->ended || now->now_ns - t->holds_ns >= SETTLE_NS;
}

static void tell_findings(struct news *n, struct told *t, struct news_item *item, uint64_t now_ns)
{
	const struct diagnosis *d = &n->diagnosis;

	for (uint32_t id = 0; id < FINDINGS; id++) {
		if (!has(t->findings, id) || has(t->holds, id))
			continue;
		item->id = (enum finding_id)id;
		tell(n, item, NEWS_CLEARED, now_ns, 0);
	}
	for (uint32_t i = 0; i < d->n; i++) {
		const struct finding *f = &d->finding[i];

		if (has(t->findings, f->id))
			continue;
		item->id = f->id;
		item->finding = f;
		tell(n, item, NEWS_FINDING, now_ns,
		     f->n_evidence ? f->evidence[f->n_evidence - 1].frame : 0);
	}
	item->finding = NULL;
	memcpy(t->findings, t->holds, sizeof(t->holds));
}

static void tell_boot(struct news *n, struct told *t, const struct scope *s, const struct client *c,
		      const struct boot *b)
{
	struct news_item item = { .client = c, .boot = b, .stage = b->stage };
	/* what a later boot ended will not change any more */
	bool over = b != client_last_boot(c);
	uint64_t now_ns = over ? b->last_ns : scope_counts(s)->now_ns;

	if (b->attempt != t->attempt) {
		t->attempt = b->attempt;
		t->stages = 0;
		t->outcome = OUTCOME_UNKNOWN;
		memset(t->findings, 0, sizeof(t->findings));
		memset(t->holds, 0, sizeof(t->holds));
		tell(n, &item, NEWS_BOOT, b->started_ns, b->started_frame);
	}
	tell_stages(n, t, &item);
	diagnose_boot(s, c, b, &n->diagnosis);
	if (still(t, &n->diagnosis, scope_counts(s)) || over)
		tell_findings(n, t, &item, now_ns);
	/* that it goes on is said by its stages */
	if (b->outcome != t->outcome && b->outcome != OUTCOME_UNKNOWN &&
	    (b->outcome != OUTCOME_IN_PROGRESS || t->outcome != OUTCOME_UNKNOWN))
		tell(n, &item, NEWS_OUTCOME, now_ns, 0);
	t->outcome = (uint8_t)b->outcome;
}

/* Machines that run a system of their own and only renew an address do not. */
static bool boots(const struct client *c, const struct boot *b)
{
	return c->pi || !b->os_only;
}

/* A client that was not told of before: is there anything to tell, and room for it? */
static bool admit(struct news *n, const struct client *c)
{
	uint64_t keep = new_most_ns / 2;
	bool any = false;

	for (uint32_t k = 0; k < client_boots(c); k++) {
		const struct boot *b = client_boot(c, k);

		any |= boots(c, b);
		if (b->stage >= STAGE_DHCP_ACK)
			keep = 0;
	}
	if (!any)
		return false;
	if (n->credit_ns < keep + new_each_ns) {
		n->held++;
		return false;
	}
	n->credit_ns -= new_each_ns;
	return true;
}

/* Nothing was heard of it since, and all was told; time changes nothing for it any more, or not
 * yet. */
static bool settled(const struct told *t, const struct client *c, const struct boot *b,
		    const struct scope_counts *now)
{
	return b->attempt == t->attempt && b->outcome == t->outcome &&
	       memcmp(t->findings, t->holds, sizeof(t->holds)) == 0 &&
	       b->last_frame == t->last_frame && c->frames_to == t->frames_to &&
	       (b->outcome == OUTCOME_BOOTED || b->outcome == OUTCOME_GAVE_UP ||
		(!now->ended && now->now_ns - t->looked_ns < SILENT_NS));
}

void news_look(struct news *n, const struct scope *s, news_fn *fn, void *ctx)
{
	n->fn = fn;
	n->ctx = ctx;
	n->look++;
	n->held = 0;
	n->credit_ns += scope_counts(s)->now_ns - n->now_ns;
	n->credit_ns = n->credit_ns < new_most_ns ? n->credit_ns : new_most_ns;
	n->now_ns = scope_counts(s)->now_ns;
	for (uint32_t i = 0; i < scope_clients(s); i++) {
		const struct client *c = scope_client(s, i);
		const struct boot *last = client_last_boot(c);
		struct told *t;

		if (mac_of_audit(c->mac)) /* no machine boots there */
			continue;
		if (!find(n, key_of(c))->key && !admit(n, c))
			continue;
		t = row_of(n, c);
		if (!last || settled(t, c, last, scope_counts(s)))
			continue;
		for (uint32_t k = 0; k < client_boots(c); k++) {
			const struct boot *b = client_boot(c, k);

			if (b->attempt >= t->attempt && boots(c, b))
				tell_boot(n, t, s, c, b);
		}
		t->looked_ns = scope_counts(s)->now_ns;
		t->last_frame = last->last_frame;
		t->frames_to = c->frames_to;
	}
}
