/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "page.h"
#include "words.h"

/* The ladder's rows as lines: what decode prints of each. */

static void row_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	const struct message_row *r = &ui->messages.row[i];
	struct packet p;
	struct frame f;

	if (!frame_log_packet(scope_log(v->s), r->id, &f, &p))
		return;
	if (r->frames > r->times) {
		message_row_words(ui, v, i, out);
		return;
	}
	text_fmt(out, "%s ", protocol_key(&p));
	protocols[p.record].line(&p, out);
	if (p.err)
		text_fmt(out, " [%s at byte %u]", err_key(p.err), p.err_offset);
}

static void row(const struct ui *ui, const struct view *v, int i, struct canvas *c, int y)
{
	const struct message_row *r = &ui->messages.row[i];
	const struct logged *e = frame_log_entry(scope_log(v->s), r->id);
	char buf[400];
	struct text t = text_init(buf, sizeof(buf));
	int time = ui->time == TIME_CLOCK ? 13 : 9, x;

	if (!e)
		return;
	if (r->worst >= 0 && r->worst < INFO)
		canvas_put(c, 1, y, words_severity_role(r->worst), words_severity_mark(r->worst));
	text_fmt(&t, "%llu", (unsigned long long)e->number);
	canvas_right(c, 2, y, 7, ROLE_DIM, buf);
	text_clear(&t);
	message_time(ui, v, i, &t);
	canvas_right(c, 9, y, time, ROLE_DIM, buf);
	x = canvas_put(c, 10 + time, y, e->from_client ? ROLE_PLAIN : ROLE_RUN,
		       e->from_client ? "→ " : "← ");
	text_clear(&t);
	if (address_none(e->peer))
		text_str(&t, "all");
	else
		text_address(&t, e->peer);
	if (c->w >= 72)
		x = canvas_fit(c, x, y, 16, ROLE_DIM, buf);
	text_clear(&t);
	row_words(ui, v, i, &t);
	canvas_fit(c, x, y, message_times(r, c, c->w - 1, y) - x, message_role(r, e), buf);
}

static void draw(const struct ui *ui, const struct view *v, struct canvas *c, struct drawn *out)
{
	const struct messages *m = &ui->messages;
	int pos = ui_here(ui)->pos[0], h = c->h - 1, first = list_first(pos, m->n, h),
	    time = ui->time == TIME_CLOCK ? 13 : 9, x = 10 + time;

	if (!m->n) {
		canvas_wrap(c, 3, 1, c->w - 6, 0, ROLE_PLAIN, "No message of this board is kept.");
		return;
	}
	canvas_right(c, 2, 0, 7, ROLE_HEAD, "Frame");
	canvas_right(c, 9, 0, time, ROLE_HEAD, ui->time == TIME_DELTA ? "After" : "Time");
	if (c->w >= 72)
		x = canvas_fit(c, x, 0, 18, ROLE_HEAD, "  With");
	canvas_put(c, x, 0, ROLE_HEAD, c->w >= 72 ? "Message" : "  Message");
	for (int i = 0; i < h && first + i < m->n; i++)
		row(ui, v, first + i, c, 1 + i);
	canvas_put(c, 0, 1 + pos - first, ROLE_STRONG, "›");
	canvas_light(c, 0, 1 + pos - first, c->w, 1, LIT_SELECTED);
	out->n = 1;
	out->pane[0] = (struct pane) { 0, 1, c->w, h, m->n, first, true };
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
	messages_select(ui, ui_here(ui)->pos[0]);
}

/* clang-format off */
static const struct key keys[] = {
	MESSAGE_LIST_KEYS,
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_messages = {
	.name = "messages",
	.about = "a line for each message of this board; repeats and files are one line",
	.keys = keys,
	.draw = draw,
	.row = row_words,
	.follow = follow,
	.moved = moved,
};
