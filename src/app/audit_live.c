/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_live.h"

#include <signal.h>
#include <string.h>

#include "audit_plan.h"
#include "audit_session.h"
#include "room.h"
#include "sandbox.h"

/* A board gives its address back within a second. */
enum { GRACE_MS = 3000 };

/* What the screens ask for. */
struct order {
	char interface[VIEW_LINK_NAME];
	uint8_t choice, patient;
};

_Static_assert(sizeof(struct order) <= (size_t)ERRAND_BODY, "an order is the body of an errand");

/* What they are told: this, shifted by eight, and the number of a board. */
enum told { TOLD_DOES = 1, TOLD_DONE, TOLD_OVER, TOLD_STOPPED, TOLD_FAILED, TOLD_NOTED };

/* ---- who plays ---- */

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

/* Nobody listens any more: nobody will stop it either. */
static void say(const struct errand_voice *v, enum told told, uint32_t board, const char *words)
{
	if (!errand_say(v, (uint16_t)((uint32_t)told << 8 | board), told != TOLD_DOES, words))
		stop = 1;
}

static void on_news(void *ctx, uint32_t board, const char *words)
{
	say(ctx, words ? TOLD_DOES : TOLD_DONE, board, words ? words : "");
}

/* As if they had been typed behind "audit"; false: nobody asks so. */
static bool as_options(const struct options *from, struct order *q, struct options *o)
{
	if (!memchr(q->interface, 0, sizeof(q->interface)) || q->choice >= AUDIT_CHOICES ||
	    q->patient > 1)
		return false;
	*o = *from;
	o->interface[0] = q->interface;
	o->n_interfaces = 1;
	o->n_files = 0;
	o->on[OPT_MODELS] = true;
	o->value[OPT_MODELS] = audit_choice_name((enum audit_choice)q->choice);
	o->on[OPT_PATIENT] = q->patient;
	return true;
}

static void work(void *ctx, const uint8_t body[ERRAND_BODY], struct errand_voice *voice)
{
	static struct audit_run run; /* large */
	const struct sigaction end = { .sa_handler = on_signal };
	struct audit_live *a = ctx;
	char buf[ERRAND_WORDS];
	struct text why = text_init(buf, sizeof(buf));
	struct options o;
	struct order q;
	int e;

	memcpy(&q, body, sizeof(q));
	if (!as_options(a->options, &q, &o))
		return;
	sigaction(SIGTERM, &end, NULL);
	memset(a->shared, 0, sizeof(*a->shared));
	run.file.helper.fd = -1;
	run.news = on_news;
	run.ctx = voice;
	e = audit_session_open(&o, a->shared, &run, &why);
	if (!e)
		e = audit_session_confine(&o, &run, &why);
	if (!e && audit_run(&run, &stop)) {
		say(voice, TOLD_OVER, 0, "");
	} else if (!e && a->shared->cut == AUDIT_INTERRUPTED) {
		say(voice, TOLD_STOPPED, 0, "");
	} else {
		if (!e)
			text_fmt(&why, "%s %s", a->shared->interface,
				 audit_cut_words(a->shared->cut));
		say(voice, TOLD_FAILED, 0, buf);
	}
	if (a->shared->lease_kept)
		say(voice, TOLD_NOTED, 0, "a lease could not be given back: it ends by itself");
	if (sandbox_report())
		say(voice, TOLD_NOTED, 0, sandbox_report());
	audit_run_close(&run);
}

/* ---- who asks ---- */

static void list_models(struct audit_live *a, enum audit_choice c)
{
	static struct audit_run run; /* large, and only its boards are looked at */
	struct view_models *to = &a->view.models[c];
	struct options o = *a->options;
	char buf[ERRAND_WORDS];
	struct text why = text_init(buf, sizeof(buf));

	run.n_boards = 0;
	o.n_files = 0;
	o.on[OPT_MODELS] = true;
	o.value[OPT_MODELS] = audit_choice_name(c);
	if (audit_plan_models(&o, &run, &why))
		return;
	for (to->n = 0; to->n < run.n_boards; to->n++) {
		to->key[to->n] = run.board[to->n].profile->key;
		to->title[to->n] = run.board[to->n].profile->title;
		to->patience_ns += probe_patience_ns(run.board[to->n].profile);
	}
}

void audit_live_init(struct audit_live *a, const struct options *o)
{
	memset(a, 0, sizeof(*a));
	a->options = o;
	a->shared = room_shared(sizeof(*a->shared));
	a->view.audit = a->shared;
	if (!a->shared)
		a->view.cannot = "There is no memory for what an audit finds.";
	a->how = (struct errand_how) {
		.name = "audit",
		.ctx = a,
		.work = work,
		.grace_ms = GRACE_MS,
		.caps = &sandbox_caps_own_network,
	};
	for (int c = 0; c < AUDIT_CHOICES; c++)
		list_models(a, (enum audit_choice)c);
}

void audit_live_begin(struct audit_live *a, struct errand *e, enum audit_choice models,
		      bool patient, uint64_t now_ns)
{
	struct view_audit *v = &a->view;
	uint8_t body[ERRAND_BODY] = { 0 };
	struct order q = { .choice = (uint8_t)models, .patient = patient };

	if (v->cannot || v->state == VIEW_AUDIT_RUNS)
		return;
	memcpy(q.interface, v->interface, sizeof(q.interface));
	memcpy(body, &q, sizeof(q));
	v->done = 0;
	v->words[0] = 0;
	v->stopping = false;
	v->choice = models;
	v->patient = patient;
	v->began_ns = now_ns;
	v->state = a->end = VIEW_AUDIT_RUNS;
	(void)errand_begin(e, body); /* that it is gone is heard of */
}

void audit_live_stop(struct audit_live *a, struct errand *e)
{
	if (a->view.state != VIEW_AUDIT_RUNS)
		return;
	a->view.stopping = true;
	errand_stop(e);
}

static void take_words(struct view_audit *v, const char *words)
{
	struct text t = text_init(v->words, sizeof(v->words));

	text_safe(&t, bytes_str(words));
}

static void take(struct audit_live *a, uint16_t what, const char *words, struct text *said)
{
	struct view_audit *v = &a->view;
	uint32_t board = what & 0xff;

	switch (what >> 8) {
	case TOLD_DOES:
		if (board == v->done)
			take_words(v, words);
		break;
	case TOLD_DONE:
		if (board == v->done && board < v->models[v->choice].n) {
			v->done++;
			v->words[0] = 0;
		}
		break;
	case TOLD_OVER:
		a->end = VIEW_AUDIT_OVER;
		break;
	case TOLD_STOPPED:
		a->end = VIEW_AUDIT_STOPPED;
		break;
	case TOLD_FAILED:
		a->end = VIEW_AUDIT_FAILED;
		take_words(v, words);
		break;
	case TOLD_NOTED:
		text_safe(said, bytes_str(words));
		break;
	default:
		break;
	}
}

/* The process that played is gone; of what it died, if it did. */
static void take_end(struct audit_live *a, const char *words, uint64_t now_ns, struct text *said)
{
	struct view_audit *v = &a->view;

	v->ended_ns = now_ns;
	v->state = a->end;
	if (a->end == VIEW_AUDIT_RUNS) {
		v->state = v->stopping ? VIEW_AUDIT_STOPPED : VIEW_AUDIT_FAILED;
		take_words(v, words[0] ? words : "it ended before all was done");
	}
	if (v->state == VIEW_AUDIT_OVER)
		audit_headline(a->shared, said);
	else if (v->state == VIEW_AUDIT_FAILED)
		text_fmt(said, "the audit failed: %s", v->words);
	else
		text_fmt(said, "the audit was stopped after %u of %u models", v->done,
			 v->models[v->choice].n);
}

enum audit_live_told audit_live_hear(struct audit_live *a, struct errand *e, uint64_t now_ns,
				     struct text *said)
{
	struct errand_news m;
	int r = errand_hear(e, &m);

	text_clear(said);
	if (r == 0 || a->gone)
		return AUDIT_LIVE_NOTHING;
	if (r < 0) {
		a->gone = true;
		a->view.cannot = "The process that plays boards is gone: start bootscope again.";
		text_str(said, "the process that plays boards is gone: no audit until bootscope is "
			       "started again");
		return AUDIT_LIVE_TROUBLE;
	}
	if (m.kind == ERRAND_SAID)
		take(a, m.what, m.words, said);
	else if (a->view.state == VIEW_AUDIT_RUNS)
		take_end(a, m.words, now_ns, said);
	if (!said->pos)
		return AUDIT_LIVE_MORE;
	return a->view.state == VIEW_AUDIT_FAILED ? AUDIT_LIVE_TROUBLE : AUDIT_LIVE_SAID;
}
