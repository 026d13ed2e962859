/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "packet_panes.h"
#include "page.h"
#include "words.h"

/* Lifelines of the board and of those it speaks with, an arrow a row; what is said stands behind
 * them, and below or beside it what the selected message holds. */
struct layout {
	int time, gap; /* widths; gap 0: not shown */
	int board;     /* column of its lifeline   */
	int step;      /* from one lifeline to the next */
	int peers;
	int words; /* column where the text begins */
};

enum { BESIDE = 110, STEP_MIN = 8, STEP_MAX = 17, BAR = 8, BAR_FROM = 65536 };

static struct layout layout_of(const struct ui *ui, int w)
{
	struct layout l = { .time = ui->time == TIME_CLOCK ? 13 : 9, .gap = w >= 70 ? 8 : 0 };

	l.peers = (int)ui->messages.n_peers;
	l.peers = l.peers < 1 ? 1 : w < 70 && l.peers > 2 ? 2 : l.peers;
	l.board = 3 + l.time + l.gap;
	l.step = w / 3 / l.peers;
	l.step = l.step < STEP_MIN ? STEP_MIN : l.step > STEP_MAX ? STEP_MAX : l.step;
	l.words = l.board + l.step * l.peers + 3;
	return l;
}

static void head(const struct ui *ui, const struct layout *l, struct canvas *c)
{
	const struct messages *m = &ui->messages;
	char buf[64];

	canvas_right(c, 2, 0, l->time, ROLE_HEAD,
		     ui->time == TIME_CLOCK   ? "clock"
		     : ui->time == TIME_DELTA ? "after"
					      : "time");
	if (l->gap)
		canvas_right(c, 2 + l->time, 0, l->gap, ROLE_HEAD, "gap");
	canvas_put(c, l->board, 0, ROLE_HEAD, "board");
	for (int i = 0; i < l->peers && i < (int)m->n_peers; i++) {
		struct text t = text_init(buf, sizeof(buf));
		int end = l->board + l->step * (i + 1), from = i ? end - l->step + 1 : l->board + 6;

		text_address(&t, m->peer[i]);
		if ((int)t.pos <= end - from + 2)
			canvas_right(c, from, 0, end - from + 2, ROLE_HEAD, buf);
		else
			canvas_fit_tail(c, from, 0, end - from + 2, ROLE_HEAD, buf);
	}
}

static int column_of(const struct layout *l, int peer)
{
	return l->board + l->step * ((peer < l->peers ? peer : l->peers - 1) + 1);
}

static void arrow(const struct layout *l, const struct message_row *r, const struct logged *e,
		  struct canvas *c, int y)
{
	int to = column_of(l, r->peer), from = l->board;
	enum role role = e->failed ? message_role(r, e) : e->from_client ? ROLE_PLAIN : ROLE_RUN;

	for (int i = 0; i <= l->peers; i++)
		canvas_put(c, l->board + l->step * i, y, ROLE_RULE, "│");
	for (int x = from + 1; x < to; x++)
		canvas_put(c, x, y, role, r->frames > r->times && r->bytes ? "═" : "─");
	if (e->from_client)
		canvas_put(c, to - 1, y, role, "▶");
	else
		canvas_put(c, from + 1, y, role, "◀");
	if (r->peer == PEER_ALL)
		canvas_put(c, to, y, role, "▶");
}

static void gap_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	const struct frame_log *l = scope_log(v->s);
	const struct messages *m = &ui->messages;
	const struct logged *e = frame_log_entry(l, m->row[i].id);
	uint64_t before = i ? m->row[i - 1].last_ns : 0;

	/* what comes at once needs no number */
	if (e && before && e->time_ns > before + 10000000) {
		text_char(out, '+');
		text_seconds(out, e->time_ns - before,
			     e->time_ns - before < UINT64_C(100000000000) ? 2 : 0);
	}
}

/* How much of its file a run of blocks has brought, at the end of the line; the columns it took. */
static int bar(const struct view *v, const struct messages *m, const struct message_row *r,
	       const struct layout *l, struct canvas *c, int y)
{
	const struct logged *e = frame_log_entry(scope_log(v->s), r->id);
	const struct client *k = scope_client_by_mac(v->s, m->board);
	const struct transfer *t = e && k ? message_transfer(k, e) : NULL;

	if (!r->bytes || !t || !t->has_size || !t->size || c->w - l->words < 30 ||
	    (t->size < BAR_FROM && r->bytes >= t->size))
		return 0;
	canvas_bar(c, c->w - BAR - 1, y, BAR, r->bytes, t->size);
	return BAR + 1;
}

static void row(const struct ui *ui, const struct view *v, const struct layout *l, int i,
		struct canvas *c, int y)
{
	const struct messages *m = &ui->messages;
	const struct message_row *r = &m->row[i];
	const struct logged *e = frame_log_entry(scope_log(v->s), r->id);
	char buf[400];
	struct text t = text_init(buf, sizeof(buf));
	int x;

	if (!e)
		return;
	if (r->worst >= 0 && r->worst < INFO)
		canvas_put(c, 1, y, words_severity_role(r->worst), words_severity_mark(r->worst));
	message_time(ui, v, i, &t);
	canvas_right(c, 2, y, l->time, ROLE_DIM, buf);
	text_clear(&t);
	gap_words(ui, v, i, &t);
	if (l->gap)
		canvas_right(c, 2 + l->time, y, l->gap, ROLE_DIM, buf);
	arrow(l, r, e, c, y);
	text_clear(&t);
	message_row_words(ui, v, i, &t);
	if (r->peer == PEER_OTHER || (r->peer < PEERS_MAX && r->peer >= l->peers)) {
		text_str(&t, e->from_client ? " to " : " from ");
		text_address(&t, e->peer);
	}
	x = message_times(r, c, c->w - 1 - bar(v, m, r, l, c, y), y);
	canvas_fit(c, l->words, y, x - l->words, message_role(r, e), buf);
}

/* The message's own rows: its headers are for the decode screen. */
static int record_index(const struct messages *m)
{
	uint32_t root = 0;

	for (uint32_t i = 0; i < m->tree.n; i++)
		root = m->tree.row[i].depth ? root : i;
	return m->tree.n ? tree_index(m, root) : 0;
}

static void fields(const struct ui *ui, struct canvas *c, int x, int y, struct drawn *out)
{
	const struct messages *m = &ui->messages;
	struct canvas part = canvas_sub(c, x, y + 1, c->w - x, c->h - y - 1);
	char buf[80];
	struct text t = text_init(buf, sizeof(buf));
	int from = record_index(m);

	text_fmt(&t, "Frame %llu", (unsigned long long)m->frame.number);
	for (int i = x; i < c->w; i++)
		canvas_put(c, i, y, ROLE_RULE, "─");
	canvas_put(c, x + 1, y, ROLE_HEAD, buf);
	tree_pane(m, from + ui_here(ui)->pos[1], false, &part);
	out->pane[1] = (struct pane) {
		x, y + 1, part.w, part.h, tree_rows(m) - from, ui_here(ui)->pos[1], false
	};
	out->n = 2;
}

static void nothing(const struct view *v, struct canvas *c)
{
	canvas_wrap(c, 3, 1, c->w - 6, 0, ROLE_PLAIN,
		    scope_log(v->s) ? "No message of this board is kept."
				    : "Messages are not kept: there is no memory for them.");
}

static void draw(const struct ui *ui, const struct view *v, struct canvas *c, struct drawn *out)
{
	const struct messages *m = &ui->messages;
	bool beside = c->w >= BESIDE;
	int share = (beside ? c->w * 2 / 5 : c->h / 3 + 1) + m->more,
	    most = beside ? c->w - 60 : c->h - 5, pos = ui_here(ui)->pos[0], h, first;
	struct canvas left = *c;
	struct layout l;

	share = share > most ? most : share < 3 ? 3 : share;
	if (!m->n || !m->id) {
		nothing(v, c);
		return;
	}
	if (beside)
		left = canvas_sub(c, 0, 0, c->w - share - 1, c->h);
	else
		left = canvas_sub(c, 0, 0, c->w, c->h - share);
	l = layout_of(ui, left.w);
	h = left.h - 1;
	first = list_first(pos, m->n, h);
	head(ui, &l, &left);
	for (int i = 0; i < h && first + i < m->n; i++)
		row(ui, v, &l, first + i, &left, 1 + i);
	canvas_put(&left, 0, 1 + pos - first, ROLE_STRONG, "›");
	canvas_light(&left, 0, 1 + pos - first, left.w, 1, LIT_SELECTED);
	out->n = 1;
	out->pane[0] = (struct pane) { 0, 1, left.w, h, m->n, first, true };
	for (int y = 0; beside && y < c->h; y++)
		canvas_put(c, left.w, y, ROLE_RULE, "│");
	fields(ui, c, beside ? left.w + 1 : 0, beside ? 0 : left.h, out);
}

static void row_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	message_row_words(ui, v, i, out);
}

static void follow(struct ui *ui, const struct view *v)
{
	messages_follow(ui, v);
	if (ui->messages.at >= 0)
		ui_visit(ui)->pos[0] = ui->messages.at;
}

static void moved(struct ui *ui, const struct view *v)
{
	(void)v;
	if (ui_here(ui)->pane != 0)
		return;
	ui_visit(ui)->pos[1] = 0;
	messages_select(ui, ui_here(ui)->pos[0]);
}

/* clang-format off */
static const struct key keys[] = {
	MESSAGE_LIST_KEYS,
	{ '9', 0, "9",   NULL,   "less room for the decoded message", act_pane_less },
	{ '0', 0, "0",   NULL,   "more room for the decoded message", act_pane_more },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_ladder = {
	.name = "ladder",
	.about = "who said what to whom, an arrow a message; repeats and files are one row",
	.keys = keys,
	.draw = draw,
	.row = row_words,
	.follow = follow,
	.moved = moved,
};
