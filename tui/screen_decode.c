/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "packet_panes.h"
#include "page.h"
#include "words.h"

/* One message: its fields as a tree, its bytes, and which are which. */
enum { TREE, BYTES, BESIDE = 118 };

static int bytes_per(const struct ui *ui)
{
	return hex_per_line(ui->w >= BESIDE ? ui->w - 44 : ui->w);
}

/* Where the selected field ends. */
static int last_line(const struct messages *m, int per)
{
	const struct tree_row *r = &m->tree.row[m->field];

	return m->tree.n && r->n ? (int)(r->at + r->n - 1) / per : 0;
}

static void draw_bytes(const struct ui *ui, struct canvas *c, int x, int y, struct drawn *out)
{
	const struct messages *m = &ui->messages;
	struct canvas part = canvas_sub(c, x, y, c->w - x, c->h - y);
	const struct pane *old = &ui->drawn.pane[BYTES];
	int per = hex_per_line(part.w), n = hex_lines(m, per), pos = ui_here(ui)->pos[BYTES],
	    first = ui->drawn.n > BYTES ? old->first : 0;

	/* it moves no more than it must, so that the eye finds its place again; all of the field is
	 * to be seen, or else its beginning */
	if (last_line(m, per) >= first + part.h)
		first = last_line(m, per) - part.h + 1;
	if (pos >= first + part.h)
		first = pos - part.h + 1;
	if (pos < first)
		first = pos;
	if (first > n - part.h)
		first = n - part.h;
	first = first < 0 ? 0 : first;
	hex_pane(m, first, &part);
	out->pane[BYTES] = (struct pane) { x, y, part.w, part.h, n, first, true };
}

static void between(const struct ui *ui, struct canvas *c, int y, int from)
{
	const struct messages *m = &ui->messages;
	const struct tree_row *r = &m->tree.row[m->field];
	char buf[120];
	struct text t = text_init(buf, sizeof(buf));

	for (int x = from; x < c->w; x++)
		canvas_put(c, x, y, ROLE_RULE, "─");
	text_str(&t,
		 hex_source(m) == TREE_MESSAGE ? "Bytes of the message, put together" : "Bytes");
	if (m->frame.cap_len < m->frame.wire_len && hex_source(m) == TREE_FRAME)
		text_fmt(&t, ", %u of %u kept", m->frame.cap_len, m->frame.wire_len);
	canvas_put(c, from + 1, y, ui_here(ui)->pane == BYTES ? ROLE_STRONG : ROLE_HEAD, buf);
	text_clear(&t);
	if (m->tree.n && r->n)
		text_fmt(&t, " %u at %u ", r->n, r->at);
	else
		text_str(&t, " in no bytes ");
	canvas_right(c, from, y, c->w - from - 2, ROLE_DIM, buf);
}

static void title_line(const struct ui *ui, const struct view *v, struct canvas *c)
{
	const struct messages *m = &ui->messages;
	const struct logged *e = frame_log_entry(scope_log(v->s), m->id);
	char buf[200];
	struct text t = text_init(buf, sizeof(buf));
	int x;

	text_fmt(&t, "Frame %llu", (unsigned long long)m->frame.number);
	x = canvas_put(c, 1, 0, ROLE_STRONG, buf);
	text_clear(&t);
	text_str(&t, "  ");
	if (m->at >= 0)
		message_time(ui, v, m->at, &t);
	text_str(&t, "  ");
	words_plural(m->frame.wire_len, "byte", "bytes", &t);
	if (e && e->frames > 1)
		text_fmt(&t, ", the first of %u up to frame %llu", e->frames,
			 (unsigned long long)e->last_number);
	canvas_fit(c, x, 0, c->w - x - 1, ROLE_DIM, buf);
}

static void draw(const struct ui *ui, const struct view *v, struct canvas *c, struct drawn *out)
{
	const struct messages *m = &ui->messages;
	bool beside = c->w >= BESIDE;
	int bytes = (beside ? hex_width(16) + 2 : c->h * 2 / 5) + ui->messages.more, n, first, h,
	    pos = ui_here(ui)->pos[TREE], most = beside ? c->w - 40 : c->h - 5;
	struct canvas tree;

	if (!m->id) {
		canvas_wrap(c, 3, 1, c->w - 6, 0, ROLE_PLAIN, "No message of this board is kept.");
		return;
	}
	bytes = bytes > most ? most : bytes < 3 ? 3 : bytes;
	tree = canvas_sub(c, 0, 1, beside ? c->w - bytes - 1 : c->w,
			  beside ? c->h - 1 : c->h - bytes - 2);
	title_line(ui, v, c);
	n = tree_rows(m);
	h = tree.h;
	first = list_first(pos, n, h);
	tree_pane(m, first, true, &tree);
	canvas_put(c, 0, 1 + pos - first, ROLE_STRONG, "›");
	out->n = 2;
	out->pane[TREE] = (struct pane) { 0, 1, tree.w, h, n, first, true };
	for (int y = 0; beside && y < c->h; y++)
		canvas_put(c, tree.w, y, ROLE_RULE, "│");
	between(ui, c, beside ? 0 : h + 1, beside ? tree.w + 1 : 0);
	draw_bytes(ui, c, beside ? tree.w + 1 : 0, beside ? 1 : h + 2, out);
}

static void row_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	const struct messages *m = &ui->messages;
	uint32_t row = tree_row_of(m, i);

	(void)v;
	text_str(out, tree_label(&m->tree, row));
	text_str(out, ": ");
	text_str(out, tree_value(&m->tree, row));
}

static void follow(struct ui *ui, const struct view *v)
{
	struct messages *m = &ui->messages;
	struct visit *at = ui_visit(ui);
	int i;

	messages_follow(ui, v);
	i = tree_index(m, m->field);
	at->pos[TREE] = i < 0 ? 0 : i;
	if (at->pane == TREE && m->tree.n)
		m->byte = m->tree.row[m->field].n ? m->tree.row[m->field].at : m->byte;
	at->pos[BYTES] = (int)m->byte / bytes_per(ui);
}

/* The field that the byte under the cursor is of; folded ones do not hide it. */
static void field_at_byte(struct ui *ui)
{
	struct messages *m = &ui->messages;
	enum tree_source s = hex_source(m);
	uint32_t row;

	if (m->byte >= m->tree.data[s].n)
		m->byte = m->tree.data[s].n ? m->tree.data[s].n - 1 : 0;
	row = tree_at(&m->tree, s, m->byte);
	if (row == UINT32_MAX)
		return;
	for (uint32_t up = tree_parent(&m->tree, row); !m->open; up = tree_parent(&m->tree, up)) {
		if (tree_is_folded(&m->tree, &m->turned, up))
			tree_turn(&m->tree, &m->turned, up);
		if (m->tree.row[up].depth == 0)
			break;
	}
	m->field = row;
}

static void moved(struct ui *ui, const struct view *v)
{
	struct messages *m = &ui->messages;
	const struct visit *at = ui_here(ui);
	int per = bytes_per(ui);

	(void)v;
	if (at->pane == TREE) {
		m->field = tree_row_of(m, at->pos[TREE]);
		return;
	}
	m->byte = (uint32_t)(at->pos[BYTES] * per) + m->byte % (uint32_t)per;
	field_at_byte(ui);
}

static unsigned act_fold(struct ui *ui)
{
	struct messages *m = &ui->messages;

	m->open = false;
	if (m->tree.n)
		tree_turn(&m->tree, &m->turned, m->field);
	return UI_DRAW;
}

static unsigned sideways(struct ui *ui, int step)
{
	struct messages *m = &ui->messages;
	bool folded;

	if (!m->tree.n)
		return 0;
	if (ui_here(ui)->pane == BYTES) {
		if (step < 0 ? m->byte > 0 : m->byte + 1 < m->tree.data[hex_source(m)].n)
			m->byte += (uint32_t)step;
		field_at_byte(ui);
		return UI_DRAW;
	}
	folded = !m->open && tree_is_folded(&m->tree, &m->turned, m->field);
	if (step > 0 ? folded : tree_has_children(&m->tree, m->field) && !folded)
		return act_fold(ui);
	m->field = step < 0 ? tree_parent(&m->tree, m->field) : m->field;
	return UI_DRAW;
}

static unsigned act_left(struct ui *ui)
{
	return sideways(ui, -1);
}

static unsigned act_right(struct ui *ui)
{
	return sideways(ui, 1);
}

static unsigned act_open(struct ui *ui)
{
	ui->messages.open = !ui->messages.open;
	return UI_DRAW;
}

/* What is folded is looked through, too. */
static unsigned act_find(struct ui *ui)
{
	ui->messages.open = true;
	ui_visit(ui)->pane = TREE;
	return ui_prompt(ui, PROMPT_SEARCH, "");
}

static unsigned act_copy(struct ui *ui)
{
	struct messages *m = &ui->messages;
	struct text t = text_init(ui->clip, sizeof(ui->clip));

	if (!m->tree.n || !tree_value(&m->tree, m->field)[0]) {
		ui_say(ui, TONE_SAID, 0, "this row has no value");
		return UI_DRAW;
	}
	text_str(&t, tree_value(&m->tree, m->field));
	ui_say(ui, TONE_SAID, 0,
	       "the value was sent to the clipboard, where the terminal allows it (OSC 52)");
	return UI_DRAW | UI_COPY;
}

/* clang-format off */
static const struct key keys[] = {
	{ 'n', 0,             "n",       "next",   "the next message of this board", act_packet_next },
	{ 'p', 0,             "p",       "previous", "the message before", act_packet_prev },
	{ PRESS_ENTER, ' ',   "Enter",   "fold",   "fold or unfold this row", act_fold },
	{ PRESS_LEFT, 'h',    "← h",     NULL,     "fold, or to the row above all these; in the bytes, one back", act_left },
	{ PRESS_RIGHT, 0,     "→",       NULL,     "unfold; in the bytes, one on", act_right },
	{ '*', 0,             "*",       NULL,     "all rows, folded or not", act_open },
	{ '/', 0,             "/",       "find",   "find words in names and values, folded ones too", act_find },
	{ 'g', ':',           "g :",     "frame",  "go to a frame by its number", act_packet_go },
	{ 'c', 'y',           "c",       "copy",   "copy the value (OSC 52)", act_copy },
	{ '9', 0,             "9",       NULL,     "less room for the bytes", act_pane_less },
	{ '0', 0,             "0",       NULL,     "more room for the bytes", act_pane_more },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_decode = {
	.name = "decode",
	.about = "one message field by field, with its bytes; Tab and the arrows go through either",
	.keys = keys,
	.draw = draw,
	.row = row_words,
	.follow = follow,
	.moved = moved,
};
