/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit_diff.h"

#include <string.h>

#include "dhcp.h"

/* ---- the list of changes ---- */

static void put(char *to, uint32_t size, const char *words)
{
	struct text t = text_init(to, size);

	text_str(&t, words);
}

#define PUT(array, words) put(array, sizeof(array), words)

static bool same_but_models(const struct change *a, const struct change *b)
{
	return a->kind == b->kind && strcmp(a->server, b->server) == 0 &&
	       strcmp(a->what, b->what) == 0 && strcmp(a->before, b->before) == 0 &&
	       strcmp(a->after, b->after) == 0 && strcmp(a->note, b->note) == 0;
}

/* What is the same for several models is one change. */
static void add(struct audit_diff *d, const struct change *c)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (same_but_models(&d->change[i], c)) {
			d->change[i].models |= c->models;
			return;
		}
	if (d->n < CHANGES_MAX)
		d->change[d->n++] = *c;
	else
		d->lost++;
}

static void change(struct audit_diff *d, enum change_kind kind, uint32_t model, const char *before,
		   const char *after, const char *note)
{
	struct change c = { .kind = kind, .models = 1u << model };

	PUT(c.before, before);
	PUT(c.after, after);
	PUT(c.note, note);
	add(d, &c);
}

static int find_model(const struct audit_brief *b, const char *key)
{
	for (uint32_t i = 0; i < b->n_models; i++)
		if (strcmp(b->model[i].key, key) == 0)
			return (int)i;
	return -1;
}

static int find_server(const struct audit_brief *b, const char *ip)
{
	for (uint32_t i = 0; i < b->n_servers; i++)
		if (strcmp(b->server[i].ip, ip) == 0)
			return (int)i;
	return -1;
}

/* ---- words ---- */

static bool begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

static bool is_number(const char *s, size_t n)
{
	size_t dots = 0;

	while (n && (s[n - 1] == ';' || s[n - 1] == '.' || s[n - 1] == ')'))
		n--;
	for (size_t i = 0; i < n; i++) {
		dots += s[i] == '.';
		if (s[i] != '.' && (s[i] < '0' || s[i] > '9'))
			return false;
	}
	return n && dots < 2;
}

/* One part, between commas: what was asked again, and how fast, is said only at times. */
static void lasting_part(const char *s, size_t n, const char *address, struct text *out)
{
	if (begins(s, "asked ") || (n > 2 && memcmp(s + n - 2, "/s", 2) == 0))
		return;
	text_str(out, out->pos ? ", " : NULL);
	for (size_t at = 0; at < n;) {
		size_t k = strcspn(s + at, " ");

		k = k < n - at ? k : n - at;
		if (*address && k == strlen(address) && memcmp(s + at, address, k) == 0)
			text_str(out, "lease");
		else if (is_number(s + at, k))
			text_char(out, '#');
		else
			text_safe(out, bytes_of(s + at, (uint32_t)k));
		at += k;
		if (at < n)
			text_char(out, s[at++]);
	}
}

void audit_diff_lasting(const char *words, const char *address, struct text *out)
{
	while (*words) {
		size_t n = strcspn(words, ",");

		while (words[n] && words[n + 1] != ' ')
			n += 1 + strcspn(words + n + 1, ",");
		lasting_part(words, n, address, out);
		words += n + (words[n] ? 2 : 0);
	}
}

static bool words_differ(const char *a, const char *address_a, const char *b, const char *address_b)
{
	char x[AUDIT_WORDS], y[AUDIT_WORDS];
	struct text t = text_init(x, sizeof(x)), u = text_init(y, sizeof(y));

	audit_diff_lasting(a, address_a, &t);
	audit_diff_lasting(b, address_b, &u);
	return strcmp(x, y) != 0;
}

/* ---- a model ---- */

/* Whether that server offered it an address, or else boot data that would have done. */
static bool offers_it(const struct audit_brief *b, const char *ip, const char *model, bool address)
{
	for (uint32_t i = 0; i < b->n_offers; i++) {
		const struct brief_offer *o = &b->offer[i];

		if (strcmp(o->profile, model) == 0 && strcmp(b->server[o->server].ip, ip) == 0 &&
		    (address ? o->fact[BRIEF_ADDRESS][0] != 0 : o->use == BRIEF_WOULD_DO))
			return true;
	}
	return false;
}

/* Two servers that would both have done, both times: whose answer came first is luck. */
static bool luck(const struct audit_diff *d, const char *model, const char *a, const char *b,
		 bool address)
{
	return strcmp(a, b) != 0 && offers_it(d->before, a, model, address) &&
	       offers_it(d->before, b, model, address) && offers_it(d->after, a, model, address) &&
	       offers_it(d->after, b, model, address);
}

/* Where it got to nothing, nothing is to be compared: why that is so is said elsewhere. */
static bool differ(const char *a, const char *b)
{
	return *a && *b && strcmp(a, b) != 0;
}

static void step_words(const struct brief_step *s, bool words, char out[AUDIT_WORDS])
{
	struct text t = text_init(out, AUDIT_WORDS);

	text_str(&t, audit_state_key(s->state));
	if (words && s->words[0])
		text_fmt(&t, ": %s", s->words);
}

/* Was it tried? Words of a step that is not passed say that a file was asked for in vain. */
static bool tried(const struct brief_step *s)
{
	return s->told && (s->state == AUDIT_PASSED || s->state == AUDIT_FAILED ||
			   (s->state == AUDIT_NOT_TRIED && s->words[0]));
}

static void compare_steps(struct audit_diff *d, const struct brief_model *a,
			  const struct brief_model *b, uint32_t model)
{
	for (int s = 0; s < AUDIT_STEPS; s++) {
		const struct brief_step *x = &a->step[s], *y = &b->step[s];
		struct change c = { .kind = CHANGE_STEP, .models = 1u << model };

		if (!tried(x) || !tried(y))
			continue;
		/* up to the first file, words tell of addresses, which have changes of their own */
		if (x->state == y->state &&
		    (s <= AUDIT_FIRST_FILE ||
		     !words_differ(x->words, a->address, y->words, b->address)))
			continue;
		PUT(c.what, audit_step_key((enum audit_step)s));
		step_words(x, x->state == y->state, c.before);
		step_words(y, true, c.after);
		add(d, &c);
	}
}

static const struct brief_finding *find_finding(const struct brief_model *m, const char *id)
{
	for (uint32_t i = 0; i < m->n_findings; i++)
		if (strcmp(m->finding[i].id, id) == 0)
			return &m->finding[i];
	return NULL;
}

static void compare_findings(struct audit_diff *d, const struct brief_model *a,
			     const struct brief_model *b, uint32_t model)
{
	struct change c = { .models = 1u << model };

	for (uint32_t i = 0; i < b->n_findings; i++)
		if (!find_finding(a, b->finding[i].id)) {
			c.kind = CHANGE_FINDING;
			PUT(c.what, b->finding[i].id);
			PUT(c.after, b->finding[i].title);
			add(d, &c);
		}
	c.after[0] = 0;
	for (uint32_t i = 0; i < a->n_findings; i++)
		if (!find_finding(b, a->finding[i].id)) {
			c.kind = CHANGE_NO_FINDING;
			PUT(c.what, a->finding[i].id);
			PUT(c.before, a->finding[i].title);
			add(d, &c);
		}
}

static void compare_model(struct audit_diff *d, const struct brief_model *a,
			  const struct brief_model *b, uint32_t model)
{
	bool verdict = strcmp(a->verdict, b->verdict) != 0;
	bool end = strcmp(a->stage, b->stage) != 0 || strcmp(a->reason, b->reason) != 0;
	bool lucky = luck(d, b->key, a->accepted_from, b->accepted_from, true) ||
		     luck(d, b->key, a->boot_from, b->boot_from, false);

	if (verdict)
		change(d, CHANGE_VERDICT, model, a->verdict, b->verdict,
		       strcmp(b->verdict, audit_verdict_key(AUDIT_FAIL)) == 0 ? b->words
									      : a->words);
	else if (end)
		change(d, CHANGE_END, model, a->words, b->words, b->stage);
	if (lucky && !verdict && !end)
		return;
	if (differ(a->accepted_from, b->accepted_from))
		change(d, CHANGE_ACCEPTED, model, a->accepted_from, b->accepted_from, "");
	if (differ(a->boot_from, b->boot_from))
		change(d, CHANGE_BOOT, model, a->boot_from, b->boot_from, "");
	if (differ(a->tftp_server, b->tftp_server))
		change(d, CHANGE_TFTP, model, a->tftp_server, b->tftp_server, "");
	if (differ(a->file, b->file))
		change(d, CHANGE_FILE, model, a->file, b->file, "");
	compare_steps(d, a, b, model);
	compare_findings(d, a, b, model);
}

/* ---- a server ---- */

static void offer_words(const struct brief_offer *o, struct text *t)
{
	text_str(t, o->fact[BRIEF_ADDRESS][0] ? "an address" : "no address");
	for (int f = BRIEF_ADDRESS + 1; f < BRIEF_FACTS; f++)
		if (o->fact[f][0])
			text_fmt(t, ", %s %s", brief_fact_label((enum brief_fact)f), o->fact[f]);
}

static bool in_both(const struct audit_diff *d, const char *model)
{
	return find_model(d->before, model) >= 0 && find_model(d->after, model) >= 0;
}

/* The first offers of that server to models of both. */
static bool asked(const struct audit_diff *d, const struct brief_offer *o, int server)
{
	return server >= 0 && o->server == (uint32_t)server && o->port == DHCP_SERVER_PORT &&
	       in_both(d, o->profile);
}

static bool offers_any(const struct audit_diff *d, const struct audit_brief *b, int server)
{
	for (uint32_t i = 0; i < b->n_offers; i++)
		if (asked(d, &b->offer[i], server))
			return true;
	return false;
}

static bool offers_model(const struct audit_diff *d, const struct audit_brief *b, int server,
			 const char *model)
{
	for (uint32_t i = 0; i < b->n_offers; i++)
		if (asked(d, &b->offer[i], server) && strcmp(b->offer[i].profile, model) == 0)
			return true;
	return false;
}

/* Those that b has and a has not, or the other way round. */
static void one_sided(struct audit_diff *d, const struct audit_brief *b, int server, int other,
		      bool server_is, enum change_kind kind)
{
	for (uint32_t i = 0; i < b->n_offers; i++) {
		const struct brief_offer *o = &b->offer[i];
		const struct audit_brief *x = b == d->after ? d->before : d->after;
		struct change c = { .kind = kind };
		char words[AUDIT_WORDS];
		struct text t = text_init(words, sizeof(words));
		int model = find_model(d->after, o->profile);

		if (!asked(d, o, server) || model < 0 ||
		    (!server_is && offers_model(d, x, other, o->profile)))
			continue;
		c.models = 1u << model;
		offer_words(o, &t);
		PUT(c.server, b->server[server].ip);
		if (b == d->after)
			PUT(c.after, words);
		else
			PUT(c.before, words);
		add(d, &c);
	}
}

static bool same_exchange(const struct brief_offer *a, const struct brief_offer *b)
{
	return a->port == b->port && strcmp(a->profile, b->profile) == 0;
}

static bool other_use(const struct brief_offer *a, const struct brief_offer *b)
{
	return a->use != BRIEF_NOT_SAID && b->use != BRIEF_NOT_SAID &&
	       (a->use != b->use || (a->use == BRIEF_USELESS && strcmp(a->result, b->result) != 0));
}

static bool same_facts(const struct brief_offer *a, const struct brief_offer *b)
{
	return !other_use(a, b) && memcmp(a->fact, b->fact, sizeof(a->fact)) == 0;
}

/* Is there the same offer on the other side? */
static bool has_same(const struct audit_brief *b, int server, const struct brief_offer *o)
{
	for (uint32_t i = 0; i < b->n_offers; i++)
		if (b->offer[i].server == (uint32_t)server && same_exchange(&b->offer[i], o) &&
		    same_facts(&b->offer[i], o))
			return true;
	return false;
}

/* The n-th of that exchange which the other side has not. */
static const struct brief_offer *lone(const struct audit_brief *b, int server,
				      const struct audit_brief *other, int other_server,
				      const struct brief_offer *like, uint32_t n)
{
	for (uint32_t i = 0; i < b->n_offers; i++) {
		const struct brief_offer *o = &b->offer[i];

		if (o->server == (uint32_t)server && same_exchange(o, like) &&
		    !has_same(other, other_server, o) && n-- == 0)
			return o;
	}
	return NULL;
}

static bool has_exchange(const struct audit_brief *b, int server, const struct brief_offer *like)
{
	for (uint32_t i = 0; i < b->n_offers; i++)
		if (b->offer[i].server == (uint32_t)server && same_exchange(&b->offer[i], like))
			return true;
	return false;
}

/* Two offers of one exchange, fact by fact. */
static void compare_offers(struct audit_diff *d, const struct brief_offer *x,
			   const struct brief_offer *y, struct change c)
{
	if (other_use(x, y)) {
		c.kind = CHANGE_RESULT;
		PUT(c.what, y->result);
		PUT(c.before, x->use == BRIEF_WOULD_DO ? "it would do" : x->words);
		PUT(c.after, y->use == BRIEF_WOULD_DO ? "it would do" : y->words);
		add(d, &c);
	}
	for (int f = 0; f < BRIEF_FACTS; f++) {
		if (strcmp(x->fact[f], y->fact[f]) == 0)
			continue;
		c.kind = CHANGE_OFFER;
		PUT(c.what, brief_fact_key((enum brief_fact)f));
		PUT(c.before, x->fact[f]);
		PUT(c.after, y->fact[f]);
		add(d, &c);
	}
}

/* Only what was asked both times is compared: what follows an offer that was not taken is not. */
static void compare_exchanges(struct audit_diff *d, int x, int y)
{
	const struct audit_brief *a = d->before, *b = d->after;

	for (uint32_t i = 0; i < b->n_offers; i++) {
		const struct brief_offer *o = &b->offer[i], *before;
		struct change c = { .kind = CHANGE_MORE_OFFER };
		int model = find_model(b, o->profile);
		uint32_t n = 0;

		if (o->server != (uint32_t)y || model < 0 || !has_exchange(a, x, o) ||
		    has_same(a, x, o))
			continue;
		while (lone(b, y, a, x, o, n) != o)
			n++;
		c.models = 1u << model;
		PUT(c.server, b->server[y].ip);
		before = lone(a, x, b, y, o, n);
		if (before) {
			compare_offers(d, before, o, c);
		} else {
			struct text t = text_init(c.after, sizeof(c.after));

			offer_words(o, &t);
			add(d, &c);
		}
	}
}

static bool measured(const char *trait)
{
	return strcmp(trait, "speed") == 0 || strcmp(trait, "round-trip") == 0;
}

/* What was seen both times. A grade that comes of a measure is left to who reads the reports. */
static void compare_traits(struct audit_diff *d, const struct brief_server *a,
			   const struct brief_server *b)
{
	for (uint32_t i = 0; i < b->n_traits; i++)
		for (uint32_t k = 0; k < a->n_traits; k++) {
			const struct brief_trait *x = &a->trait[k], *y = &b->trait[i];
			struct change c = { .kind = CHANGE_TRAIT };

			if (strcmp(x->key, y->key) != 0 || strcmp(x->grade, y->grade) == 0 ||
			    measured(y->key))
				continue;
			PUT(c.server, b->ip);
			PUT(c.what, y->key);
			PUT(c.before, x->words);
			PUT(c.after, y->words);
			add(d, &c);
		}
}

static void compare_server(struct audit_diff *d, int x, int y)
{
	const struct brief_server *a = &d->before->server[x], *b = &d->after->server[y];

	if (differ(a->mac, b->mac)) {
		struct change c = { .kind = CHANGE_MAC };

		PUT(c.server, b->ip);
		PUT(c.before, a->mac);
		PUT(c.after, b->mac);
		add(d, &c);
	}
	one_sided(d, d->before, x, y, false, CHANGE_SILENT);
	one_sided(d, d->after, y, x, false, CHANGE_ANSWERS);
	compare_exchanges(d, x, y);
}

static void compare_servers(struct audit_diff *d)
{
	for (uint32_t i = 0; i < d->before->n_servers; i++) {
		int y = find_server(d->after, d->before->server[i].ip);

		if (y >= 0)
			compare_traits(d, &d->before->server[i], &d->after->server[y]);
		if (y >= 0 && offers_any(d, d->after, y))
			compare_server(d, (int)i, y);
		else if (offers_any(d, d->before, (int)i))
			one_sided(d, d->before, (int)i, y, true, CHANGE_NO_SERVER);
	}
	for (uint32_t i = 0; i < d->after->n_servers; i++) {
		int x = find_server(d->before, d->after->server[i].ip);

		if (x < 0 || !offers_any(d, d->before, x))
			one_sided(d, d->after, (int)i, x, true, CHANGE_NEW_SERVER);
	}
}

/* ---- all ---- */

static void only_in(struct audit_diff *d, const struct audit_brief *b,
		    const struct audit_brief *other, enum change_kind kind)
{
	for (uint32_t i = 0; i < b->n_models; i++)
		if (find_model(other, b->model[i].key) < 0) {
			d->skipped = true;
			change(d, kind, i, "", "", "");
		}
}

void audit_diff(const struct audit_brief *before, const struct audit_brief *after,
		struct audit_diff *out)
{
	memset(out, 0, sizeof(*out));
	out->before = before;
	out->after = after;
	for (uint32_t i = 0; i < after->n_models; i++) {
		int k = find_model(before, after->model[i].key);

		if (k >= 0)
			compare_model(out, &before->model[k], &after->model[i], i);
	}
	compare_servers(out);
	only_in(out, after, before, CHANGE_NEW_MODEL);
	only_in(out, before, after, CHANGE_NO_MODEL);
}

void audit_diff_keep(struct audit_diff *d, const struct audit_diff *other)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->n; i++) {
		struct change c = d->change[i];
		uint32_t models = 0;
		bool both = false;

		for (uint32_t k = 0; k < other->n; k++) {
			const struct change *x = &other->change[k];

			/* not by its words: they may have numbers in them */
			if (x->kind != c.kind || strcmp(x->server, c.server) != 0 ||
			    strcmp(x->what, c.what) != 0)
				continue;
			both = both || !c.models || c.models & x->models;
			models |= c.models & x->models;
		}
		c.models = models;
		if (both)
			d->change[n++] = c;
	}
	d->n = n;
}

static bool of_network(const struct change *c)
{
	return c->kind != CHANGE_NEW_MODEL && c->kind != CHANGE_NO_MODEL;
}

bool audit_diff_any(const struct audit_diff *d)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (of_network(&d->change[i]))
			return true;
	return d->lost > 0;
}
