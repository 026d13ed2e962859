/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include <stddef.h>

#include "page.h"
#include "server.h"
#include "verdict_pane.h"
#include "words.h"

/* What boards that are played on this network make of it, a row each, while they are played. */

enum { LINE = 640, KEY = 16, CELL = 5, ALL_CELLS = 74, FROM = 92, DETAILS = 11, TOP = 2 };

#define MINUTE_NS UINT64_C(60000000000)

/* ---- what is shown ---- */

/* Rows are the models of the audit that there is, before it those of the next. */
static const struct view_models *models(const struct ui *ui, const struct view_audit *a)
{
	return &a->models[a->state == VIEW_AUDIT_NONE ? ui->models : a->choice];
}

static bool plays(const struct view_audit *a, int i)
{
	return a->state == VIEW_AUDIT_RUNS && i == (int)a->done;
}

static const struct audit_model *played(const struct view_audit *a, int i)
{
	return (uint32_t)i < a->done ? &a->audit->model[i] : NULL;
}

const struct audit_model *ui_audit_model(const struct ui *ui, const struct view *v)
{
	const struct visit *at = ui_here(ui);

	return at->screen == &screen_audit && v->source.audit ? played(v->source.audit, at->pos[0])
							      : NULL;
}

static const char *state_mark(enum audit_state s)
{
	static const char *const marks[] = {
		[AUDIT_NOT_FOR_MODEL] = " ",
		[AUDIT_NOT_TRIED] = "·",
		[AUDIT_PASSED] = "✔",
		[AUDIT_FAILED] = "✖",
	};

	return marks[s];
}

static enum role state_role(enum audit_state s)
{
	return s == AUDIT_PASSED ? ROLE_OK : s == AUDIT_FAILED ? ROLE_BAD : ROLE_DIM;
}

static const char *verdict_mark(const struct audit_model *m)
{
	return m->verdict == AUDIT_PASS ? "✔" : m->verdict == AUDIT_FAIL ? "✖" : "–";
}

static enum role verdict_role(const struct audit_model *m)
{
	return m->verdict == AUDIT_PASS ? ROLE_OK : m->verdict == AUDIT_FAIL ? ROLE_BAD : ROLE_DIM;
}

/* ---- the top: how it stands, and what Enter would do ---- */

static uint32_t failures(const struct view_audit *a)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < a->done; i++)
		n += a->audit->model[i].verdict == AUDIT_FAIL;
	return n;
}

static void standing(const struct view *v, const struct view_audit *a, uint32_t of, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	uint32_t bad = failures(a);
	const char *mark = "·";
	enum role role = ROLE_PLAIN;

	switch (a->state) {
	case VIEW_AUDIT_NONE:
		text_fmt(&t, "Nothing was played yet: Enter begins, on %s", a->interface);
		break;
	case VIEW_AUDIT_RUNS:
		mark = "▶";
		role = ROLE_RUN;
		text_fmt(&t, "%s: %u of %u models played", a->interface, a->done, of);
		if (bad)
			text_fmt(&t, ", %u would not boot", bad);
		text_str(&t, " · ");
		words_age(v->now_ns > a->began_ns ? v->now_ns - a->began_ns : 0, &t);
		if (a->done == of)
			text_str(&t, "; what TFTP servers can is tried");
		if (a->stopping)
			text_str(&t, "; it stops, and gives its address back");
		break;
	case VIEW_AUDIT_OVER:
	case VIEW_AUDIT_STOPPED:
		bad = audit_fails(a->audit);
		mark = bad ? "✖" : a->state == VIEW_AUDIT_STOPPED ? "–" : "✔";
		role = bad ? ROLE_BAD : a->state == VIEW_AUDIT_STOPPED ? ROLE_DIM : ROLE_OK;
		audit_headline(a->audit, &t);
		if (a->state == VIEW_AUDIT_STOPPED)
			text_fmt(&t, "; stopped after %u of %u", a->done, of);
		if (v->now_ns >= a->ended_ns) {
			text_str(&t, " · ");
			words_age(v->now_ns - a->ended_ns, &t);
			text_str(&t, " ago");
		}
		break;
	case VIEW_AUDIT_FAILED:
		mark = "✖";
		role = ROLE_BAD;
		text_fmt(&t, "The audit failed: %s", a->words);
		break;
	}
	page_put(p, 1, role, mark);
	page_wrap(p, 3, 0, ROLE_STRONG, buf);
}

static void choice(const struct ui *ui, const struct view_audit *a, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	int x = page_put(p, 3, ROLE_KEY, "c");

	x = page_put(p, x + 1, ROLE_DIM, a->state == VIEW_AUDIT_NONE ? "models:" : "next models:");
	for (int i = 0; i < AUDIT_CHOICES; i++) {
		bool chosen = i == (int)ui->models;

		text_fmt(&t, " %s%s%s", chosen ? "[" : "", audit_choice_name((enum audit_choice)i),
			 chosen ? "]" : "");
	}
	x = page_put(p, x, ROLE_PLAIN, buf);
	x = page_put(p, x + 2, ROLE_KEY, "P");
	text_clear(&t);
	if (ui->patient)
		text_fmt(&t, "waits: in full, %u min at most",
			 (unsigned)((a->models[ui->models].patience_ns + MINUTE_NS - 1) /
				    MINUTE_NS));
	page_put(p, x + 1, ROLE_DIM, ui->patient ? buf : "waits: cut to an eighth");
	page_next(p);
}

/* ---- the table ---- */

static bool shown(const struct view_audit *a, int w, enum audit_step s)
{
	bool some = w >= ALL_CELLS;

	for (uint32_t i = 0; i < a->done && !some; i++)
		some = a->audit->model[i].row[s].state > AUDIT_NOT_TRIED;
	return some && audit_step_head(s);
}

static void heads(const struct view_audit *a, struct canvas *c, int y)
{
	int x = 3 + KEY;

	canvas_put(c, 3, y, ROLE_HEAD, "Model");
	for (int s = 0; s < AUDIT_STEPS; s++) {
		if (!shown(a, c->w, (enum audit_step)s))
			continue;
		canvas_put(c, x, y, ROLE_HEAD, audit_step_head((enum audit_step)s));
		x += CELL;
	}
	if (c->w >= FROM)
		canvas_put(c, x, y, ROLE_HEAD, "From");
}

static void from_words(const struct audit_model *m, struct text *t)
{
	uint32_t ip = m->tftp_server ? m->tftp_server : m->accepted_from;

	if (ip)
		text_ip4(t, ip);
	if (m->file[0])
		text_fmt(t, "%s%s", ip ? " " : "", m->file);
}

static void cells(const struct view_audit *a, const struct audit_model *m, struct canvas *c, int y)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	int x = 3 + KEY;

	for (int s = 0; s < AUDIT_STEPS; s++) {
		if (!shown(a, c->w, (enum audit_step)s))
			continue;
		canvas_put(c, x, y, state_role(m->row[s].state), state_mark(m->row[s].state));
		x += CELL;
	}
	if (c->w < FROM)
		return;
	from_words(m, &t);
	canvas_fit(c, x, y, c->w - x - 1, ROLE_PLAIN, buf);
}

static void row(const struct ui *ui, const struct view_audit *a, int i, struct canvas *c, int y)
{
	const struct audit_model *m = played(a, i);
	int x = canvas_fit(c, 3, y, KEY - 1, m ? ROLE_STRONG : ROLE_PLAIN, models(ui, a)->key[i]) +
		1;

	if (m) {
		canvas_put(c, 1, y, verdict_role(m), verdict_mark(m));
		cells(a, m, c, y);
	} else if (plays(a, i)) {
		canvas_put(c, 1, y, ROLE_RUN, "▶");
		canvas_fit(c, x, y, c->w - x - 1, ROLE_RUN, a->words[0] ? a->words : "begins");
	} else {
		canvas_put(c, 1, y, ROLE_DIM, "·");
	}
}

/* ---- below: one model ---- */

static void end_words(const struct audit_model *m, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	text_fmt(&t, "%s, as ", m->title);
	text_mac(&t, m->mac);
	text_fmt(&t, " with serial %08x", m->serial);
	page_put(p, 1, verdict_role(m), verdict_mark(m));
	page_wrap(p, 3, 0, ROLE_STRONG, buf);
	text_clear(&t);
	if (m->verdict == AUDIT_PASS)
		text_str(&t, "It gets what it boots from");
	else
		text_fmt(&t, "It ends at %s", stage_label(m->stage));
	if (m->reason && m->verdict != AUDIT_PASS)
		text_fmt(&t, ": %s", m->reason);
	text_char(&t, '.');
	page_wrap(p, 3, 0, m->verdict == AUDIT_PASS ? ROLE_PLAIN : ROLE_BAD, buf);
}

static void found(const struct ui *ui, const struct audit_model *m, struct page *p)
{
	for (uint32_t i = 0; i < m->found.n; i++) {
		const struct finding *f = &m->found.finding[i];
		const struct finding_row *r = &findings[f->id];

		if (r->severity == INFO && !ui->how.all)
			continue;
		page_put(p, 1, words_severity_role((int)r->severity),
			 words_severity_mark((int)r->severity));
		page_wrap(p, 3, 0, ROLE_STRONG, r->title);
		finding_advice(ui, f, p);
	}
}

/* What is to be done stands above all that merely was seen. */
static void steps(const struct audit_model *m, struct page *p)
{
	for (int s = 0; s < AUDIT_STEPS; s++) {
		const struct audit_row *r = &m->row[s];
		char buf[LINE];
		struct text t = text_init(buf, sizeof(buf));

		if (r->state == AUDIT_NOT_FOR_MODEL ||
		    (r->state == AUDIT_NOT_TRIED && !r->words[0]))
			continue;
		page_put(p, 3, state_role(r->state), state_mark(r->state));
		page_put(p, 5, ROLE_HEAD, audit_step_key((enum audit_step)s));
		page_wrap(p, 18, 0, r->state == AUDIT_FAILED ? ROLE_BAD : ROLE_PLAIN,
			  r->words[0] ? r->words : "all right");
		if (!r->fix)
			continue;
		text_fmt(&t, "To do: %s", r->fix);
		page_wrap(p, 18, 0, ROLE_STRONG, buf);
	}
}

static void offers(const struct audit_model *m, struct page *p)
{
	page_head(p, "What was offered, and what became of it");
	if (!m->n_offers)
		page_line(p, 3, ROLE_PLAIN, "Nobody answered.");
	for (uint32_t i = 0; i < m->n_offers; i++) {
		const struct audit_offer *o = &m->offer[i];
		char buf[LINE];
		struct text t = text_init(buf, sizeof(buf));

		text_ip4(&t, o->from);
		page_put(p, 3, ROLE_STRONG, buf);
		audit_offer_words(o, &t);
		page_wrap(p, 19, 0, ROLE_PLAIN, buf);
		page_wrap(p, 19, 0, ROLE_DIM, o->reason);
	}
}

/* What is known only when all is over: of this machine, and of who has the files. */
static void notes(const struct audit *a, struct page *p)
{
	char buf[AUDIT_NOTE_WORDS];
	struct text t = text_init(buf, sizeof(buf));

	for (unsigned i = 0; i < AUDIT_NOTES; i++) {
		if (!(a->notes & 1u << i))
			continue;
		text_clear(&t);
		audit_note_words(a, (enum audit_note)i, &t);
		page_put(p, 1, ROLE_WARN, "!");
		page_wrap(p, 3, 0, ROLE_WARN, buf);
	}
}

static void traits(const struct audit *a, const struct audit_model *m, struct page *p)
{
	const struct audit_tftp *f = m->tftp_server ? audit_tftp_of(a, m->tftp_server) : NULL;

	if (!f)
		return;
	page_head(p, "What its TFTP server can and cannot");
	for (uint32_t i = 0; i < f->n; i++) {
		const struct audit_trait *x = &f->trait[i];
		char buf[LINE];
		struct text t = text_init(buf, sizeof(buf));

		page_put(p, 3,
			 x->grade == AUDIT_FINE  ? ROLE_OK
			 : x->grade == AUDIT_BAD ? ROLE_BAD
						 : ROLE_WARN,
			 x->grade == AUDIT_FINE  ? "✔"
			 : x->grade == AUDIT_BAD ? "✖"
						 : "!");
		page_wrap(p, 5, 0, ROLE_PLAIN, x->words);
		if (!x->fix)
			continue;
		text_fmt(&t, "To do: %s", x->fix);
		page_wrap(p, 5, 0, ROLE_STRONG, buf);
	}
}

static void not_played(const struct view_audit *a, int i, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	if (a->state == VIEW_AUDIT_NONE) {
		text_fmt(&t,
			 "Enter plays these boards on %s, one after the other, as each of them "
			 "boots: it asks for an address, takes the offer that it would take, and "
			 "fetches what it would load.",
			 a->interface);
		page_wrap(p, 3, 0, ROLE_PLAIN, buf);
		page_wrap(p, 3, 0, ROLE_PLAIN,
			  "Nothing is written anywhere; addresses are given back. The boards go by "
			  "MACs of their own, which begin with 02:b5:1, and are left out of the "
			  "list of boards.");
		return;
	}
	page_wrap(p, 3, 0, ROLE_PLAIN,
		  plays(a, i)                   ? "It is being played."
		  : a->state == VIEW_AUDIT_RUNS ? "It waits for its turn."
						: "It was not played.");
}

static void details(const struct ui *ui, const struct view_audit *a, int i, struct page *p)
{
	const struct audit_model *m = played(a, i);

	if (!m) {
		page_line(p, 3, ROLE_STRONG, models(ui, a)->title[i]);
		not_played(a, i, p);
		return;
	}
	end_words(m, p);
	if (a->state != VIEW_AUDIT_RUNS)
		notes(a->audit, p);
	found(ui, m, p);
	steps(m, p);
	offers(m, p);
	if (a->state != VIEW_AUDIT_RUNS)
		traits(a->audit, m, p);
}

/* ---- the screen ---- */

static void cannot(const struct view_audit *a, struct canvas *c)
{
	struct page p = page_init(c, 0);

	page_next(&p);
	page_wrap(&p, 3, 0, ROLE_STRONG, "No board can be played from here.");
	page_next(&p);
	page_wrap(&p, 3, 0, ROLE_PLAIN,
		  a ? a->cannot
		    : "What is shown was captured before: there is no network that a board could "
		      "be played on. 'bootscope -i eth0' watches one, where this key plays boards; "
		      "'bootscope audit -i eth0' does so without the screens.");
}

static void draw(const struct ui *ui, const struct view *v, struct canvas *c, struct drawn *out)
{
	const struct view_audit *a = v->source.audit;
	const struct visit *at = ui_here(ui);
	int n, h, first, pos;
	struct page p = page_init(c, 0);
	struct canvas low;

	if (!a || a->cannot || !models(ui, a)->n) {
		cannot(a, c);
		return;
	}
	n = (int)models(ui, a)->n;
	pos = at->pos[0] < n ? at->pos[0] : n - 1;
	standing(v, a, (uint32_t)n, &p);
	choice(ui, a, &p);
	heads(a, c, p.y);
	h = c->h - p.y - DETAILS - 2;
	h = h < 3 ? 3 : h > n ? n : h;
	first = list_first(pos, n, h);
	for (int i = 0; i < h; i++)
		row(ui, a, first + i, c, p.y + 1 + i);
	canvas_light(c, 0, p.y + 1 + pos - first, c->w, 1, LIT_SELECTED);
	canvas_put(c, 0, p.y + 1 + pos - first, ROLE_STRONG, "›");
	out->n = 2;
	out->pane[0] = (struct pane) { 0, p.y + 1, c->w, h, n, first, true };
	h += p.y + 1;
	canvas_rule(c, h);
	low = canvas_sub(c, 0, h + 1, c->w, c->h - h - 1);
	p = page_init(&low, at->pos[1]);
	details(ui, a, pos, &p);
	out->pane[1] = (struct pane) { 0, h + 1, c->w, low.h, p.y, at->pos[1], false };
}

static void row_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	const struct view_audit *a = v->source.audit;
	const struct audit_model *m;

	if (!a || a->cannot || i >= (int)models(ui, a)->n)
		return;
	text_fmt(out, "%s %s ", models(ui, a)->key[i], models(ui, a)->title[i]);
	m = played(a, i);
	if (!m)
		return;
	from_words(m, out);
	for (uint32_t k = 0; k < m->found.n; k++)
		text_fmt(out, " %s %s", findings[m->found.finding[k].id].id,
			 findings[m->found.finding[k].id].title);
}

/* Keys that are about a board are about the one that was played. */
static void follow(struct ui *ui, const struct view *v)
{
	const struct audit_model *m = ui_audit_model(ui, v);

	if (m)
		ui->board = m->mac;
}

static void moved(struct ui *ui, const struct view *v)
{
	if (ui_here(ui)->pane == 0)
		ui_visit(ui)->pos[1] = 0;
	follow(ui, v);
}

/* ---- keys ---- */

static const struct view_audit *there(struct ui *ui)
{
	const struct view_audit *a = ui->view->source.audit;

	if (a && !a->cannot)
		return a;
	ui_say(ui, TONE_SAID, 0, "no board can be played from here");
	return NULL;
}

static unsigned act_play(struct ui *ui)
{
	const struct view_audit *a = there(ui);

	if (!a)
		return UI_DRAW;
	if (a->state != VIEW_AUDIT_RUNS) {
		ui_visit(ui)->pos[0] = ui_visit(ui)->pos[1] = 0;
		return UI_DRAW | UI_AUDIT;
	}
	ui_say(ui, TONE_SAID, 0, "it is under way: x stops it");
	return UI_DRAW;
}

static unsigned act_stop(struct ui *ui)
{
	const struct view_audit *a = there(ui);

	if (a && a->state == VIEW_AUDIT_RUNS)
		return UI_DRAW | UI_AUDIT_STOP;
	if (a)
		ui_say(ui, TONE_SAID, 0, "nothing is being played");
	return UI_DRAW;
}

static unsigned act_models(struct ui *ui)
{
	if (there(ui))
		ui->models = (enum audit_choice)(((int)ui->models + 1) % AUDIT_CHOICES);
	return UI_DRAW;
}

static unsigned act_patient(struct ui *ui)
{
	if (there(ui))
		ui->patient = !ui->patient;
	return UI_DRAW;
}

static unsigned act_all(struct ui *ui)
{
	ui->how.all = !ui->how.all;
	return UI_DRAW;
}

/* clang-format off */
static const struct key keys[] = {
	{ PRESS_ENTER, 'A', "Enter A", "play",   "play these boards on the network, or once more", act_play },
	{ 'x',         0,   "x",       "stop",   "stop: the board that is played gives its address back", act_stop },
	{ 'c',         0,   "c",       "models", "which models are played next: the Raspberry Pis, the usual ones, all", act_models },
	{ 'P',         0,   "P",       NULL,     "wait as long as the boards do, or an eighth of it", act_patient },
	{ 'a',         0,   "a",       NULL,     "list what is normal but looks odd too", act_all },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_audit = {
	.name = "audit",
	.about =
		"what boards that are played on this network make of it, step by step; below, what "
		"to do",
	.keys = keys,
	.draw = draw,
	.row = row_words,
	.follow = follow,
	.moved = moved,
};
