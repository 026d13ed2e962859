/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit_brief.h"

#include <stddef.h>
#include <string.h>

#include "dhcp.h"

/* ---- where in the document we are ---- */

enum place {
	NOWHERE,
	TOP,
	SERVERS,
	SERVER,
	TRAITS,
	TRAIT,
	OFFERS,
	OFFER,
	OPTIONS,
	OPTION,
	PROFILES,
	PROFILE,
	STEPS_LIST,
	STEP,
	FINDINGS_LIST,
	FINDING_OBJECT,
};

/* clang-format off */
static const struct {
	enum place in;
	const char *key; /* NULL: of a list, or the document itself */
	enum sink_group group;
	enum place leads_to;
} ways[] = {
	{ NOWHERE, NULL, SINK_OBJECT, TOP },
	{ TOP, "servers", SINK_LIST, SERVERS },
	{ SERVERS, NULL, SINK_OBJECT, SERVER },
	{ SERVER, "tftp", SINK_LIST, TRAITS },
	{ TRAITS, NULL, SINK_OBJECT, TRAIT },
	{ SERVER, "offers", SINK_LIST, OFFERS },
	{ OFFERS, NULL, SINK_OBJECT, OFFER },
	{ OFFER, "options", SINK_LIST, OPTIONS },
	{ OPTIONS, NULL, SINK_OBJECT, OPTION },
	{ TOP, "profiles", SINK_LIST, PROFILES },
	{ PROFILES, NULL, SINK_OBJECT, PROFILE },
	{ PROFILE, "steps", SINK_LIST, STEPS_LIST },
	{ STEPS_LIST, NULL, SINK_OBJECT, STEP },
	{ PROFILE, "findings", SINK_LIST, FINDINGS_LIST },
	{ FINDINGS_LIST, NULL, SINK_OBJECT, FINDING_OBJECT },
};

#define AT(member) offsetof(struct brief_maker, member), sizeof(((struct brief_maker *)0)->member)
#define AT_TOP(member) offsetof(struct audit_brief, member), sizeof(((struct audit_brief *)0)->member)

/* Texts, and where they go: of the top into the brief, else into the maker. */
static const struct {
	enum place in;
	const char *key;
	size_t at, size;
} texts[] = {
	{ TOP, "schema", AT_TOP(schema) },
	{ TOP, "interface", AT_TOP(interface) },
	{ TOP, "began", AT_TOP(began) },
	{ TOP, "verdict", AT_TOP(verdict) },
	{ SERVER, "ip", AT(server.ip) },
	{ SERVER, "mac", AT(server.mac) },
	{ TRAIT, "trait", AT(trait.key) },
	{ TRAIT, "grade", AT(trait.grade) },
	{ TRAIT, "words", AT(trait.words) },
	{ OFFER, "profile", AT(offer.profile) },
	{ OFFER, "result", AT(offer.result) },
	{ OFFER, "words", AT(offer.words) },
	{ OFFER, "yiaddr", AT(address) },
	{ OFFER, "siaddr", AT(next_server) },
	{ OFFER, "file", AT(file) },
	{ OPTION, "hex", AT(option.hex) },
	{ PROFILE, "profile", AT(model.key) },
	{ PROFILE, "title", AT(model.title) },
	{ PROFILE, "verdict", AT(model.verdict) },
	{ PROFILE, "stage", AT(model.stage) },
	{ PROFILE, "reason", AT(model.reason) },
	{ PROFILE, "words", AT(model.words) },
	{ PROFILE, "address", AT(model.address) },
	{ PROFILE, "accepted_from", AT(model.accepted_from) },
	{ PROFILE, "boot_from", AT(model.boot_from) },
	{ PROFILE, "tftp_server", AT(model.tftp_server) },
	{ PROFILE, "file", AT(model.file) },
	{ STEP, "step", AT(step.step) },
	{ STEP, "state", AT(step.state) },
	{ STEP, "words", AT(step.words) },
	{ FINDING_OBJECT, "id", AT(finding.id) },
	{ FINDING_OBJECT, "severity", AT(finding.severity) },
	{ FINDING_OBJECT, "title", AT(finding.title) },
};

static const struct {
	enum place in;
	const char *key;
	size_t at;
} numbers[] = {
	{ OFFER, "round", offsetof(struct brief_maker, round) },
	{ OFFER, "port", offsetof(struct brief_maker, offer.port) },
	{ OFFER, "hops", offsetof(struct brief_maker, hops) },
	{ OPTION, "code", offsetof(struct brief_maker, option.code) },
};

static const struct {
	const char *key, *label;
} facts[BRIEF_FACTS] = {
	[BRIEF_ADDRESS] = { "address", "an address" },
	[BRIEF_RELAY] = { "relay", "a relay" },
	[BRIEF_NEXT_SERVER] = { "next-server", "next server" },
	[BRIEF_SERVER_NAME] = { "option-66", "option 66" },
	[BRIEF_FILE] = { "file", "file" },
	[BRIEF_CLASS] = { "class", "class" },
	[BRIEF_OPTION43] = { "option-43", "option 43" },
	[BRIEF_ROOT_PATH] = { "root-path", "root path" },
};
/* clang-format on */

const char *brief_fact_key(enum brief_fact f)
{
	return (unsigned)f < BRIEF_FACTS ? facts[f].key : "";
}

const char *brief_fact_label(enum brief_fact f)
{
	return (unsigned)f < BRIEF_FACTS ? facts[f].label : "";
}

static enum place here(const struct brief_maker *m)
{
	return m->depth ? (enum place)m->place[m->depth - 1] : NOWHERE;
}

static bool same_key(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void set(char *to, size_t size, struct bytes v)
{
	struct text t = text_init(to, (uint32_t)size);

	text_safe(&t, v);
}

#define SET(array, words) set(array, sizeof(array), bytes_str(words))

/* ---- what is whole ---- */

static enum brief_use use_of(const char *result)
{
	static const char *const good[] = { "taken", "boot-data-taken", "boot-data-only",
					    "another-taken" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (strcmp(result, good[i]) == 0)
			return BRIEF_WOULD_DO;
	if (strcmp(result, "address-taken") == 0 || strcmp(result, "none") == 0)
		return BRIEF_NOT_SAID;
	return BRIEF_USELESS;
}

static bool same_offer(const struct brief_offer *a, const struct brief_offer *b)
{
	return a->server == b->server && a->port == b->port && a->use == b->use &&
	       strcmp(a->profile, b->profile) == 0 &&
	       (a->use != BRIEF_USELESS || strcmp(a->result, b->result) == 0) &&
	       memcmp(a->fact, b->fact, sizeof(a->fact)) == 0;
}

/* The same offer twice is one: how often a server is asked varies. */
static void end_offer(struct brief_maker *m)
{
	static const char none[] = "0.0.0.0";
	struct brief_offer *o = &m->offer;
	struct audit_brief *b = m->brief;

	o->server = b->n_servers;
	o->use = use_of(o->result);
	if (m->address[0] && strcmp(m->address, none) != 0)
		SET(o->fact[BRIEF_ADDRESS], "yes");
	if (m->hops)
		SET(o->fact[BRIEF_RELAY], "yes");
	if (strcmp(m->next_server, none) != 0)
		SET(o->fact[BRIEF_NEXT_SERVER], m->next_server);
	if (!o->fact[BRIEF_FILE][0])
		SET(o->fact[BRIEF_FILE], m->file);
	for (uint32_t i = 0; i < b->n_offers; i++)
		if (same_offer(&b->offer[i], o))
			return;
	if (!m->round && b->n_offers < BRIEF_OFFERS && b->n_servers < AUDIT_SERVERS)
		b->offer[b->n_offers++] = *o;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool holds(struct bytes v, const char *words)
{
	uint32_t n = (uint32_t)strlen(words);

	for (uint32_t i = 0; n <= v.n && i <= v.n - n; i++)
		if (memcmp(v.p + i, words, n) == 0)
			return true;
	return false;
}

static void end_option(struct brief_maker *m)
{
	uint8_t data[sizeof(m->option.hex) / 2];
	struct bytes v = bytes_of(data, 0);
	char(*fact)[BRIEF_FACT] = m->offer.fact;

	for (const char *s = m->option.hex; hex_digit(s[0]) >= 0 && hex_digit(s[1]) >= 0; s += 2)
		data[v.n++] = (uint8_t)(hex_digit(s[0]) << 4 | hex_digit(s[1]));
	if (m->option.code == DHCP_OPT_VENDOR)
		SET(fact[BRIEF_OPTION43], holds(v, "Raspberry Pi Boot")
						  ? "with \"Raspberry Pi Boot\""
						  : "without \"Raspberry Pi Boot\"");
	while (v.n && !v.p[v.n - 1])
		v.n--;
	if (m->option.code == DHCP_OPT_TFTP_NAME)
		set(fact[BRIEF_SERVER_NAME], BRIEF_FACT, v);
	if (m->option.code == DHCP_OPT_BOOTFILE)
		set(fact[BRIEF_FILE], BRIEF_FACT, v);
	if (m->option.code == DHCP_OPT_CLASS)
		set(fact[BRIEF_CLASS], BRIEF_FACT, v);
	if (m->option.code == DHCP_OPT_ROOT_PATH)
		set(fact[BRIEF_ROOT_PATH], BRIEF_FACT, v);
}

static void end_step(struct brief_maker *m)
{
	for (int s = 0; s < AUDIT_STEPS; s++) {
		struct brief_step *to = &m->model.step[s];

		if (strcmp(m->step.step, audit_step_key((enum audit_step)s)) != 0)
			continue;
		for (int state = AUDIT_NOT_FOR_MODEL; state <= AUDIT_FAILED; state++)
			if (strcmp(m->step.state, audit_state_key((enum audit_state)state)) == 0) {
				to->told = true;
				to->state = (enum audit_state)state;
			}
		SET(to->words, m->step.words);
	}
}

/* ---- the sink ---- */

static void on_open(void *ctx, const char *key, enum sink_group group)
{
	struct brief_maker *m = ctx;
	enum place at = here(m), to = NOWHERE;

	for (size_t i = 0; !m->outside && i < sizeof(ways) / sizeof(ways[0]); i++)
		if (ways[i].in == at && ways[i].group == group && same_key(ways[i].key, key))
			to = ways[i].leads_to;
	if (to == NOWHERE) {
		m->outside++;
		return;
	}
	m->place[m->depth++] = (uint8_t)to;
	if (to == SERVER)
		memset(&m->server, 0, sizeof(m->server));
	if (to == TRAIT)
		memset(&m->trait, 0, sizeof(m->trait));
	if (to == OFFER) {
		memset(&m->offer, 0, sizeof(m->offer));
		m->hops = m->round = 0;
		m->address[0] = m->next_server[0] = m->file[0] = 0;
	}
	if (to == OPTION)
		memset(&m->option, 0, sizeof(m->option));
	if (to == PROFILE)
		memset(&m->model, 0, sizeof(m->model));
	if (to == STEP)
		memset(&m->step, 0, sizeof(m->step));
	if (to == FINDING_OBJECT)
		memset(&m->finding, 0, sizeof(m->finding));
}

static void on_close(void *ctx)
{
	struct brief_maker *m = ctx;
	struct audit_brief *b = m->brief;
	enum place at = here(m);

	if (m->outside) {
		m->outside--;
		return;
	}
	m->depth -= m->depth > 0;
	if (at == SERVER && b->n_servers < AUDIT_SERVERS)
		b->server[b->n_servers++] = m->server;
	if (at == TRAIT && m->server.n_traits < AUDIT_TRAITS)
		m->server.trait[m->server.n_traits++] = m->trait;
	if (at == OFFER)
		end_offer(m);
	if (at == OPTION)
		end_option(m);
	if (at == PROFILE && b->n_models < AUDIT_MODELS)
		b->model[b->n_models++] = m->model;
	if (at == STEP)
		end_step(m);
	/* what is normal comes and goes */
	if (at == FINDING_OBJECT && m->model.n_findings < FINDINGS_MAX &&
	    strcmp(m->finding.severity, severity_key(INFO)) != 0)
		m->model.finding[m->model.n_findings++] = m->finding;
}

static void on_bytes(void *ctx, const char *key, struct bytes v)
{
	struct brief_maker *m = ctx;
	enum place at = here(m);

	if (m->outside)
		return;
	for (size_t i = 0; key && i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].in == at && strcmp(texts[i].key, key) == 0)
			set((at == TOP ? (char *)m->brief : (char *)m) + texts[i].at, texts[i].size,
			    v);
}

static void on_text(void *ctx, const char *key, const char *v)
{
	if (v)
		on_bytes(ctx, key, bytes_str(v));
}

static void on_number(void *ctx, const char *key, uint64_t v)
{
	struct brief_maker *m = ctx;

	for (size_t i = 0; !m->outside && key && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i].in == here(m) && strcmp(numbers[i].key, key) == 0)
			memcpy((char *)m + numbers[i].at, &v, sizeof(v));
}

static void on_boolean(void *ctx, const char *key, bool v)
{
	struct brief_maker *m = ctx;

	if (!m->outside && here(m) == TOP && same_key(key, "no_request"))
		m->brief->no_request = v;
}

static void on_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	(void)ctx, (void)key, (void)v, (void)decimals;
}

void brief_begin(struct brief_maker *m, struct audit_brief *out)
{
	memset(m, 0, sizeof(*m));
	memset(out, 0, sizeof(*out));
	m->brief = out;
	m->sink = (struct sink) { .ctx = m,
				  .open = on_open,
				  .close = on_close,
				  .text = on_text,
				  .bytes = on_bytes,
				  .number = on_number,
				  .boolean = on_boolean,
				  .decimal = on_decimal };
}

void brief_of(const struct audit *a, struct brief_maker *m, struct audit_brief *out)
{
	brief_begin(m, out);
	audit_json(a, &m->sink);
}

const char *brief_fault(const struct audit_brief *b)
{
	static const char schema[] = "bootscope-audit/";
	const char *version = b->schema + sizeof(schema) - 1;

	if (strncmp(b->schema, schema, sizeof(schema) - 1) != 0 || !*version)
		return "is no report of 'bootscope audit --json'";
	if (strcmp(version, "1") != 0)
		return "was written by a newer bootscope than this";
	return NULL;
}
