/* SPDX-License-Identifier: BSD-2-Clause */
#include "ui.h"

#include <assert.h>
#include <string.h>

#include "page.h"
#include "ui_parts.h"

void ui_init(struct ui *ui, const struct screen *first, bool ascii)
{
	memset(ui, 0, sizeof(*ui));
	ui->visit[0].screen = first;
	ui->ascii = ascii;
	ui->dialect = DIALECTS;
	ui->models = AUDIT_OF_USUAL;
}

struct visit *ui_visit(struct ui *ui)
{
	return &ui->visit[ui->depth];
}

const struct visit *ui_here(const struct ui *ui)
{
	return &ui->visit[ui->depth];
}

struct pane *ui_pane(struct ui *ui)
{
	struct visit *at = ui_visit(ui);

	if (at->pane >= ui->drawn.n)
		at->pane = 0;
	return &ui->drawn.pane[at->pane];
}

void ui_say(struct ui *ui, enum tone tone, uint64_t time_ns, const char *words)
{
	struct log_entry *e = &ui->log[ui->logged % UI_LOG];
	struct text t = text_init(e->words, sizeof(e->words));

	e->tone = tone;
	e->time_ns = time_ns;
	text_str(&t, words);
	ui->logged++;
	if (tone != TONE_NOTED)
		ui->status = ui->logged;
}

/* A screen that is open further down is gone back to. */
unsigned ui_push(struct ui *ui, const struct screen *s)
{
	for (int i = 0; i <= ui->depth; i++) {
		if (ui->visit[i].screen == s) {
			ui->depth = i;
			return UI_DRAW;
		}
	}
	if (ui->depth + 1 == UI_DEPTH)
		return 0;
	ui->visit[++ui->depth] = (struct visit) { .screen = s };
	memset(&ui->drawn, 0, sizeof(ui->drawn));
	return UI_DRAW;
}

static unsigned pop(struct ui *ui)
{
	if (ui->depth == 0)
		return 0;
	ui->depth--;
	memset(&ui->drawn, 0, sizeof(ui->drawn));
	return UI_DRAW;
}

static bool clamp(int *pos, const struct pane *p)
{
	int last = p->list ? p->n - 1 : p->n - p->h, was = *pos;

	if (*pos > last)
		*pos = last;
	if (*pos < 0)
		*pos = 0;
	return *pos != was;
}

void ui_move(struct ui *ui, int by)
{
	struct pane *p = ui_pane(ui);
	struct visit *at = ui_visit(ui);

	at->pos[at->pane] += by;
	clamp(&at->pos[at->pane], p);
	at->hit = at->pos[at->pane];
	if (at->screen->moved && ui->view)
		at->screen->moved(ui, ui->view);
}

bool ui_marked(const struct ui *ui, struct mac m)
{
	for (int i = 0; i < ui->marks; i++)
		if (mac_equal(ui->mark[i], m))
			return true;
	return false;
}

const struct board *ui_board(const struct ui *ui, const struct view *v)
{
	const struct board *b = mac_none(ui->board) ? NULL : view_board(v, ui->board);

	return b || ui->depth ? b : v->n ? &v->board[0] : NULL;
}

int ui_chosen(const struct ui *ui, struct mac *out, int max)
{
	int n = 0;

	for (; n < ui->marks && n < max; n++)
		out[n] = ui->mark[n];
	if (!n && max && !mac_none(ui->board))
		out[n++] = ui->board;
	return n;
}

static unsigned click(struct ui *ui, struct press p)
{
	struct visit *at = ui_visit(ui);
	int y = p.y - BODY_Y;

	if (p.y == ui->h - 1)
		return frame_key_at(ui, p.x)
			       ? ui_key(ui, ui->view,
					(struct press) { .key = frame_key_at(ui, p.x) })
			       : 0;
	for (int i = 0; i < ui->drawn.n; i++) {
		const struct pane *d = &ui->drawn.pane[i];
		int row = d->first + y - d->y;

		if (p.x < d->x || p.x >= d->x + d->w || y < d->y || y >= d->y + d->h)
			continue;
		at->pane = i;
		if (!d->list || row >= d->n)
			return UI_DRAW;
		if (row == at->pos[i] || p.key == PRESS_DOUBLE_CLICK) {
			ui_move(ui, row - at->pos[i]);
			return ui_key(ui, ui->view, (struct press) { .key = PRESS_ENTER });
		}
		ui_move(ui, row - at->pos[i]);
		return UI_DRAW;
	}
	return 0;
}

static const struct key *find_key(const struct key *keys, uint32_t key)
{
	for (; keys && keys->act; keys++)
		if (keys->key == key || (keys->also && keys->also == key))
			return keys;
	return NULL;
}

unsigned ui_key(struct ui *ui, const struct view *v, struct press p)
{
	const struct key *k;
	unsigned r = 0;

	ui->view = v;
	if (ui->prompt != PROMPT_NONE)
		return prompt_key(ui, p);
	if (ui->doing[0] && (p.key == PRESS_ESC || p.key == 'q'))
		return UI_STOP;
	/* what was said stays until the next key, errors until the next word */
	if (ui->status && ui->log[(ui->status - 1) % UI_LOG].tone == TONE_SAID) {
		ui->status = 0;
		r = UI_DRAW;
	}
	if (p.key == PRESS_CLICK || p.key == PRESS_DOUBLE_CLICK)
		return r | click(ui, p);
	if (p.key == PRESS_WHEEL_UP || p.key == PRESS_WHEEL_DOWN) {
		ui_move(ui, p.key == PRESS_WHEEL_UP ? -3 : 3);
		return UI_DRAW;
	}
	k = find_key(ui_visit(ui)->screen->keys, p.key);
	if (!k)
		k = find_key(ui_keys, p.key);
	if (k)
		r |= k->act(ui);
	if (r & UI_POP)
		r |= pop(ui);
	return r;
}

static void draw_screen(const struct ui *ui, const struct view *v, struct canvas *body,
			struct drawn *out)
{
	const struct visit *at = ui_here(ui);
	struct page p;

	memset(out, 0, sizeof(*out));
	if (!at->screen->fill) {
		at->screen->draw(ui, v, body, out);
		assert(out->n <= PANES);
		return;
	}
	p = page_init(body, at->pos[0]);
	at->screen->fill(ui, v, &p);
	out->n = 1;
	out->pane[0] = (struct pane) { .w = body->w, .h = body->h, .n = p.y, .first = at->pos[0] };
}

void ui_draw(struct ui *ui, const struct view *v, struct canvas *c)
{
	struct visit *at = ui_visit(ui);
	struct canvas body;
	bool moved = false;

	ui->w = c->w;
	ui->h = c->h;
	canvas_fill(c, 0, 0, c->w, c->h, ROLE_PLAIN, ' ');
	if (c->w < UI_W_MIN || c->h < UI_H_MIN) {
		canvas_fit(c, 0, 0, c->w, ROLE_BAD, "Too small");
		canvas_wrap(c, 0, 1, c->w, 0, ROLE_PLAIN,
			    "bootscope needs 40 columns and 10 rows: enlarge the window.");
		return;
	}
	if (at->screen->follow)
		at->screen->follow(ui, v);
	body = canvas_sub(c, 0, BODY_Y, c->w, c->h - BODY_Y - 1 - frame_status_wanted(ui));
	draw_screen(ui, v, &body, &ui->drawn);
	for (int i = 0; i < ui->drawn.n; i++)
		moved |= clamp(&at->pos[i], &ui->drawn.pane[i]);
	if (moved) {
		canvas_fill(&body, 0, 0, body.w, body.h, ROLE_PLAIN, ' ');
		draw_screen(ui, v, &body, &ui->drawn);
	}
	if (ui->search[0])
		canvas_find(&body, ui->search);
	frame_draw(ui, v, c);
}
