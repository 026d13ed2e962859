/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "serve_session.h"

#include <stdio.h>
#include <string.h>

#include "confine.h"

/* A boot file of a few MB on a slow wire. */
enum { GRACE_MS = 5000 };

static int status_of(int r, const char *why)
{
	if (!r)
		return 0;
	fprintf(stderr, "bootscope: %s\n", why);
	return EXIT_SYSTEM;
}

/* Two servers that give away addresses do not know of each other's leases. */
static bool asks_for_rivals(const struct serve_config *c, bool dry)
{
	return c->dhcp.mode == DHCP_MODE_FULL && !c->dhcp.authoritative && !dry;
}

int serve_session_start(const struct options *o, const struct serve_config *config,
			struct serve_session *s)
{
	char why[KEEPER_WHY_MAX];
	int r;

	memset(s, 0, sizeof(*s));
	s->config = config;
	s->keeper.fd = -1;
	r = confine_mode(o, &s->how.mode, why, sizeof(why));
	if (r) {
		fprintf(stderr, "bootscope: %s\n", why);
		return r;
	}
	for (int k = 0; k < SERVE_KINDS; k++) {
		const struct serve_kind *kind = &serve_kinds[k];

		if (!kind->wanted(config) || (kind->not_dry && o->on[OPT_DRY_RUN]))
			continue;
		s->context[s->how.n_tasks] =
			(struct serve_task_context) { .config = config,
						      .verbose = o->on[OPT_VERBOSE] ||
								 o->on[OPT_DRY_RUN],
						      .dry = o->on[OPT_DRY_RUN] };
		/* of other users' programs: while all rights are here */
		if (k == SERVE_DHCP && asks_for_rivals(config, o->on[OPT_DRY_RUN]))
			dhcp_rival_names(s->context[s->how.n_tasks].holders,
					 sizeof(s->context[s->how.n_tasks].holders));
		s->kind[s->how.n_tasks] = kind;
		s->task[s->how.n_tasks] =
			(struct keeper_task) { kind->name, &s->context[s->how.n_tasks],
					       kind->open, kind->begin,
					       kind->run,  kind->caps };
		s->how.n_tasks++;
	}
	s->how.task = s->task;
	s->how.interface = config->interface;
	s->how.user = config->user;
	s->how.grace_ms = GRACE_MS;
	return status_of(keeper_start(&s->how, &s->keeper, why, sizeof(why)), why);
}

int serve_session_go(struct serve_session *s)
{
	const struct serve_config *c = s->config;
	char why[KEEPER_WHY_MAX];

	if (asks_for_rivals(c, s->context[0].dry))
		fprintf(stderr,
			"bootscope: asking for %d s whether another DHCP server answers on %s "
			"(--authoritative does not ask)\n",
			SERVE_RIVAL_MS / 1000, c->interface);
	return status_of(keeper_go(&s->keeper, why, sizeof(why)), why);
}

static const char *key_of(const struct serve_session *s, const struct keeper_news *m)
{
	const struct serve_kind *kind = s->kind[m->task];

	switch (m->kind) {
	case KEEPER_READY:
		return "ready";
	case KEEPER_FAILED:
		return "failed";
	case KEEPER_ENDED:
		return "ended";
	default:
		return m->what < kind->n_keys ? kind->keys[m->what] : "said";
	}
}

bool serve_session_hear(struct serve_session *s, struct serve_said *out)
{
	struct keeper_news m;
	struct text t = text_init(out->words, sizeof(out->words));
	int r = keeper_hear(&s->keeper, &m);

	if (r <= 0) {
		s->gone = r < 0;
		return false;
	}
	out->key = key_of(s, &m);
	out->trouble = m.kind == KEEPER_FAILED || m.kind == KEEPER_ENDED;
	if (m.unheard)
		text_fmt(&t, "(%u lines before this one are missing) ", m.unheard);
	if (m.kind != KEEPER_SAID)
		text_fmt(&t, "the %s responder%s", s->task[m.task].name,
			 m.kind == KEEPER_READY    ? " serves again"
			 : m.kind == KEEPER_FAILED ? " cannot be opened, which is tried again: "
						   : " is started again: ");
	text_safe(&t, bytes_of(m.words, (uint32_t)strlen(m.words)));
	return true;
}

void serve_session_stop(struct serve_session *s)
{
	s->stopping = true;
	keeper_stop(&s->keeper);
}

void serve_session_end(struct serve_session *s)
{
	keeper_end(&s->keeper);
}

void serve_session_words(const struct serve_session *s, struct text *out)
{
	static const char *const modes[] = { NULL, "proxyDHCP", "DHCP" };
	const struct serve_config *c = s->config;
	uint32_t from = out->pos;

	if (modes[c->dhcp.mode])
		text_str(out, modes[c->dhcp.mode]);
	if (c->tftp.on)
		text_fmt(out, "%sTFTP from %s", out->pos > from ? ", " : "", c->tftp.root);
	if (c->http.on)
		text_fmt(out, "%sHTTP from %s", out->pos > from ? ", " : "", c->http.root);
	if (c->nfs.on)
		text_fmt(out, "%sNFS of %s%s", out->pos > from ? ", " : "",
			 c->exports.export[0].path, c->exports.n > 1 ? " and more" : "");
	text_fmt(out, " on %s", c->interface);
}
