/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages.h"
#include "screens.h"

unsigned act_message(struct ui *ui)
{
	return ui_push(ui, &screen_decode);
}

static unsigned step(struct ui *ui, bool on)
{
	const struct frame_log *l = scope_log(ui->view->s);
	uint64_t id = ui->messages.id, to = on ? frame_log_next(l, id) : frame_log_prev(l, id);

	if (to)
		messages_look(ui, to);
	else
		ui_say(ui, TONE_SAID, 0,
		       on ? "that was the last message" : "that was the first message");
	return UI_DRAW;
}

unsigned act_packet_next(struct ui *ui)
{
	return step(ui, true);
}

unsigned act_packet_prev(struct ui *ui)
{
	return step(ui, false);
}

unsigned act_packet_go(struct ui *ui)
{
	return ui_prompt(ui, PROMPT_FRAME, "");
}

unsigned act_pane_more(struct ui *ui)
{
	if (ui->messages.more < ui->w)
		ui->messages.more += 2;
	return UI_DRAW;
}

unsigned act_pane_less(struct ui *ui)
{
	if (ui->messages.more > -ui->w)
		ui->messages.more -= 2;
	return UI_DRAW;
}

/* To the next row (step 1) or the one before (-1) that findings point at. */
static unsigned to_marked(struct ui *ui, int step)
{
	struct messages *m = &ui->messages;
	int i = m->at + step;

	while (i >= 0 && i < m->n && (m->row[i].worst < 0 || m->row[i].worst == INFO))
		i += step;
	if (i < 0 || i >= m->n) {
		ui_say(ui, TONE_SAID, 0, "no finding points at a message further on");
		return UI_DRAW;
	}
	messages_select(ui, i);
	return UI_DRAW;
}

unsigned act_marked_next(struct ui *ui)
{
	return to_marked(ui, 1);
}

unsigned act_marked_prev(struct ui *ui)
{
	return to_marked(ui, -1);
}
