/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "audit_mac.h"
#include "page.h"
#include "verdict_pane.h"
#include "words.h"

enum { ROWS_MAX = 512, LINE = 256 };

/* A finding of a board: which row of the view, which finding of its diagnosis. */
struct found {
	uint16_t board;
	uint8_t index;
	enum finding_id id;
};

/* All of them, the worst first, in each severity in the order of the boards. How many. */
static int collect(const struct ui *ui, const struct view *v, struct found *out)
{
	enum severity least = ui->how.all ? INFO : DEGRADED;
	struct found all[ROWS_MAX];
	int n = 0, k = 0;

	for (uint32_t i = 0; i < v->n && n < ROWS_MAX; i++) {
		struct diagnosis d = { .n = 0 };

		if (v->board[i].worst > (int)least || mac_of_audit(v->board[i].c->mac))
			continue; /* an audit's are on its own screen */
		diagnose_boot(v->s, v->board[i].c, v->board[i].b, &d);
		for (uint32_t f = 0; f < d.n && n < ROWS_MAX; f++)
			if (findings[d.finding[f].id].severity <= least)
				all[n++] =
					(struct found) { (uint16_t)i, (uint8_t)f, d.finding[f].id };
	}
	for (int s = FATAL; s <= (int)least; s++)
		for (int i = 0; i < n; i++)
			if ((int)findings[all[i].id].severity == s)
				out[k++] = all[i];
	return k;
}

static void row(const struct view *v, const struct found *f, struct canvas *c, int y)
{
	const struct finding_row *r = &findings[f->id];
	const struct client *who = v->board[f->board].c;
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	int severity = c->w >= 72 ? 13 : 0, name = c->w >= 52 ? 21 : 12;

	canvas_put(c, 1, y, words_severity_role((int)r->severity),
		   words_severity_mark((int)r->severity));
	if (severity)
		canvas_put(c, 3, y, words_severity_role((int)r->severity),
			   severity_key(r->severity));
	words_name(who, &t);
	canvas_fit(c, 3 + severity, y, name - 1, ROLE_PLAIN, buf);
	canvas_fit(c, 3 + severity + name, y, c->w - 4 - severity - name, ROLE_STRONG, r->title);
}

static void nothing(const struct view *v, struct canvas *c)
{
	struct page p = page_init(c, 0);

	page_next(&p);
	page_wrap(&p, 3, 0, ROLE_STRONG,
		  v->n ? "Nothing is wrong with the boards seen so far."
		       : "No board was seen so far.");
	page_next(&p);
	page_wrap(&p, 3, 0, ROLE_PLAIN,
		  "What stops or slows a boot is listed here, for all boards, the worst first. "
		  "a adds what is normal but looks odd.");
}

static void draw(const struct ui *ui, const struct view *v, struct canvas *c, struct drawn *out)
{
	struct found all[ROWS_MAX];
	const struct visit *at = ui_here(ui);
	int n = collect(ui, v, all), below = c->h >= 14 ? c->h / 2 + 2 : c->h / 2,
	    h = c->h - 1 - below, first, pos = at->pos[0] < n ? at->pos[0] : n - 1;
	struct diagnosis d = { .n = 0 };
	const struct board *b;
	struct canvas low;
	struct page p;

	if (!n) {
		nothing(v, c);
		return;
	}
	h = h > n ? n : h;
	first = list_first(pos, n, h);
	for (int i = 0; i < h; i++)
		row(v, &all[first + i], c, i);
	canvas_light(c, 0, pos - first, c->w, 1, LIT_SELECTED);
	canvas_put(c, 0, pos - first, ROLE_STRONG, "›");
	canvas_rule(c, h);
	low = canvas_sub(c, 0, h + 1, c->w, c->h - h - 1);
	p = page_init(&low, at->pos[1]);
	b = &v->board[all[pos].board];
	diagnose_boot(v->s, b->c, b->b, &d);
	page_put(&p, 1, words_severity_role((int)findings[all[pos].id].severity),
		 words_severity_mark((int)findings[all[pos].id].severity));
	page_fit(&p, 3, c->w - 4, ROLE_STRONG, findings[all[pos].id].id);
	page_next(&p);
	if (all[pos].index < d.n)
		finding_lines(ui, &d.finding[all[pos].index], &p);
	out->n = 2;
	out->pane[0] = (struct pane) { 0, 0, c->w, h, n, first, true };
	out->pane[1] = (struct pane) { 0, h + 1, c->w, low.h, p.y, at->pos[1], false };
}

static void row_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	struct found all[ROWS_MAX];

	if (i >= collect(ui, v, all))
		return;
	words_name(v->board[all[i].board].c, out);
	text_fmt(out, " %s %s", findings[all[i].id].title, findings[all[i].id].id);
}

static void follow(struct ui *ui, const struct view *v)
{
	struct found all[ROWS_MAX];
	int n = collect(ui, v, all), near = -1;

	for (int i = 0; i < n; i++) {
		if (!mac_equal(v->board[all[i].board].c->mac, ui->board))
			continue;
		if (near < 0 || all[i].id == ui->finding)
			near = i;
		if (all[i].id == ui->finding)
			break;
	}
	if (near >= 0)
		ui_visit(ui)->pos[0] = near;
}

static void moved(struct ui *ui, const struct view *v)
{
	struct found all[ROWS_MAX];
	struct visit *at = ui_visit(ui);
	int n = collect(ui, v, all);

	if (at->pane != 0 || at->pos[0] >= n)
		return;
	ui->board = v->board[all[at->pos[0]].board].c->mac;
	ui->finding = all[at->pos[0]].id;
	at->pos[1] = 0;
}

static unsigned act_open(struct ui *ui)
{
	return mac_none(ui->board) ? 0 : ui_push(ui, &screen_board);
}

static unsigned act_all(struct ui *ui)
{
	ui->how.all = !ui->how.all;
	return UI_DRAW;
}

/* clang-format off */
static const struct key keys[] = {
	{ PRESS_ENTER, PRESS_RIGHT, "Enter", "board", "the board that it is about", act_open },
	{ 'a',         0,           "a",     NULL,    "list what is normal but looks odd too", act_all },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_findings = {
	.name = "findings",
	.about = "everything that was found, for all boards, the worst first; below, what to do",
	.keys = keys,
	.draw = draw,
	.row = row_words,
	.follow = follow,
	.moved = moved,
};
