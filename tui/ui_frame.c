/* SPDX-License-Identifier: BSD-2-Clause */
#include "ui_parts.h"

#include <string.h>

#include "glyph.h"
#include "words.h"

/* What stands around every screen: a title, a status line when there is something to say, keys. */

bool frame_status_wanted(const struct ui *ui)
{
	return ui->prompt != PROMPT_NONE || ui->status || ui->doing[0] || ui->paused;
}

static const char *vantage_words(const struct vantage *v)
{
	switch (v->kind) {
	case VANTAGE_FULL:
		return "sees all traffic";
	case VANTAGE_SERVER:
		return "runs on the server";
	case VANTAGE_CLIENT:
		return "runs on the board itself";
	case VANTAGE_BROADCAST_ONLY:
		return "sees broadcasts only";
	case VANTAGE_ONE_WAY:
		return "sees one direction only";
	case VANTAGE_UNKNOWN:
		break;
	}
	return NULL;
}

/* One more part behind a dot, when it fits before column end. */
static int part(struct canvas *c, int x, int end, enum role role, const char *words)
{
	if (x + 3 + glyph_columns(words) > end)
		return x;
	x = canvas_put(c, x, 0, ROLE_TITLE, " · ");
	return canvas_put(c, x, 0, role, words);
}

static void clock_words(const struct view *v, struct text *t)
{
	const struct view_source *s = &v->source;
	uint64_t sec = v->now_ns > s->started_ns ? (v->now_ns - s->started_ns) / 1000000000 : 0;

	if (s->live)
		text_fmt(t, "live %02llu:%02llu:%02llu", (unsigned long long)(sec / 3600),
			 (unsigned long long)(sec / 60 % 60), (unsigned long long)(sec % 60));
	else if (s->reading && s->all)
		text_fmt(t, "reading, %llu %%", (unsigned long long)(s->done / (s->all / 100 + 1)));
	else if (s->reading)
		text_str(t, "reading");
}

static void title(const struct ui *ui, const struct view *v, struct canvas *c)
{
	const char *sees = vantage_words(scope_vantage(v->s));
	int x, end = c->w - 8;
	char buf[80];
	struct text t = text_init(buf, sizeof(buf));

	canvas_fill(c, 0, 0, c->w, 1, ROLE_TITLE, ' ');
	x = canvas_put(c, 1, 0, ROLE_TITLE, "bootscope");
	if (ui->depth)
		x = part(c, x, end, ROLE_TITLE, ui_here(ui)->screen->name);
	if (ui_here(ui)->screen->of_board && ui_board(ui, v)) {
		words_name(ui_board(ui, v)->c, &t);
		x = part(c, x, end, ROLE_TITLE, buf);
		text_clear(&t);
	}
	x = part(c, x, end, ROLE_TITLE, v->source.name);
	clock_words(v, &t);
	if (t.pos)
		x = part(c, x, end, ROLE_TITLE, buf);
	text_clear(&t);
	words_plural(scope_counts(v->s)->frames, "frame", "frames", &t);
	if (v->source.live || v->source.dropped) {
		text_str(&t, ", ");
		words_count(v->source.dropped, &t);
		text_str(&t, " dropped");
	}
	x = part(c, x, end, v->source.dropped ? ROLE_BAD : ROLE_TITLE, buf);
	if (sees)
		part(c, x, end, ROLE_TITLE, sees);
	canvas_put(c, c->w - 7, 0, ROLE_TITLE, "? help");
}

/* Which part of a pane is seen, on the rule above it. */
static void scrolled(const struct ui *ui, struct canvas *c)
{
	const struct visit *at = ui_here(ui);
	const struct pane *p = &ui->drawn.pane[0];
	char buf[64];
	struct text t = text_init(buf, sizeof(buf));

	if (!ui->drawn.n || p->n <= p->h)
		return;
	if (p->list)
		text_fmt(&t, " %d of %d ", at->pos[0] + 1, p->n);
	else
		text_fmt(&t, " lines %d to %d of %d ", p->first + 1,
			 p->first + p->h < p->n ? p->first + p->h : p->n, p->n);
	canvas_right(c, 0, 1, c->w - 2, ROLE_DIM, buf);
}

static void status(const struct ui *ui, struct canvas *c)
{
	const struct log_entry *e = ui->status ? &ui->log[(ui->status - 1) % UI_LOG] : NULL;
	const char *words = prompt_words(ui->prompt);
	int y = c->h - 2, x;
	char left[UI_LINE];
	struct text t = text_init(left, sizeof(left));

	if (words) {
		x = canvas_put(c, 1, y, ROLE_STRONG, words);
		canvas_put(c, x, y, ROLE_PLAIN, ui->line);
		for (uint32_t i = 0; i < ui->cursor; i++)
			text_char(&t, ui->line[i]);
		canvas_light(c, x + glyph_columns(left), y, 1, 1, LIT_SELECTED);
	} else if (ui->doing[0]) {
		canvas_fit(c, 1, y, c->w - 2, ROLE_RUN, ui->doing);
	} else if (e) {
		x = canvas_put(c, 1, y, e->tone == TONE_ERROR ? ROLE_BAD : ROLE_OK,
			       e->tone == TONE_ERROR ? "! " : "· ");
		canvas_fit(c, x, y, c->w - x - 1, e->tone == TONE_ERROR ? ROLE_BAD : ROLE_PLAIN,
			   e->words);
	} else if (ui->paused) {
		canvas_fit(c, 1, y, c->w - 2, ROLE_WARN,
			   "PAUSED: what comes is kept, and shown when p is pressed again");
	}
}

/* Does the screen give that key, or that word, a meaning of its own? */
static bool shadowed(const struct key *own, const struct key *k)
{
	for (; own && own->act; own++)
		if (own->key == k->key || own->also == k->key ||
		    (own->word && strcmp(own->word, k->word) == 0))
			return true;
	return false;
}

/* The keys that have a word, those of the screen first, as far as they fit. Calls back with where
 * each stands when at is given; draws when c is. */
static uint32_t footer(const struct ui *ui, struct canvas *c, int w, int at)
{
	const struct key *tables[] = { ui_here(ui)->screen->keys, ui_keys };
	int x = 1;

	for (int i = 0; i < 2; i++) {
		for (const struct key *k = tables[i]; k && k->act; k++) {
			int n;

			/* on the first screen there is no way back */
			if (!k->word || (i && shadowed(tables[0], k)) ||
			    (k->key == PRESS_ESC && !ui->depth) ||
			    strcmp(k->word, ui_here(ui)->screen->name) == 0)
				continue;
			n = glyph_columns(k->name) + 1 + glyph_columns(k->word);
			if (x + n >= w)
				return PRESS_NONE;
			if (at >= x && at < x + n)
				return k->key;
			if (c) {
				canvas_put(c, x, c->h - 1, ROLE_KEY, k->name);
				canvas_put(c, x + glyph_columns(k->name) + 1, c->h - 1, ROLE_PLAIN,
					   k->word);
			}
			x += n + 2;
		}
	}
	return PRESS_NONE;
}

uint32_t frame_key_at(const struct ui *ui, int x)
{
	return footer(ui, NULL, ui->w, x);
}

void frame_draw(const struct ui *ui, const struct view *v, struct canvas *c)
{
	title(ui, v, c);
	canvas_rule(c, 1);
	scrolled(ui, c);
	status(ui, c);
	footer(ui, c, c->w, -1);
}
