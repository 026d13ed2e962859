/* SPDX-License-Identifier: BSD-2-Clause */
#include "page.h"
#include "screens.h"
#include "ui_parts.h"
#include "words.h"

/* What the keys of every screen do. */

static unsigned act_up(struct ui *ui)
{
	ui_move(ui, -1);
	return UI_DRAW;
}

static unsigned act_down(struct ui *ui)
{
	ui_move(ui, 1);
	return UI_DRAW;
}

static int page_rows(struct ui *ui)
{
	int h = ui_pane(ui)->h;

	return h > 1 ? h - 1 : 1;
}

static unsigned act_page_up(struct ui *ui)
{
	ui_move(ui, -page_rows(ui));
	return UI_DRAW;
}

static unsigned act_page_down(struct ui *ui)
{
	ui_move(ui, page_rows(ui));
	return UI_DRAW;
}

static unsigned act_half_up(struct ui *ui)
{
	ui_move(ui, -(page_rows(ui) + 1) / 2);
	return UI_DRAW;
}

static unsigned act_half_down(struct ui *ui)
{
	ui_move(ui, (page_rows(ui) + 1) / 2);
	return UI_DRAW;
}

static unsigned act_home(struct ui *ui)
{
	ui_move(ui, -ui_pane(ui)->n);
	return UI_DRAW;
}

static unsigned act_end(struct ui *ui)
{
	ui_move(ui, ui_pane(ui)->n);
	return UI_DRAW;
}

static unsigned act_back(struct ui *ui)
{
	if (ui->depth)
		return UI_POP;
	/* at the top, Esc takes back what narrows the list, and the error */
	ui->status = 0;
	ui->search[0] = ui->how.filter[0] = 0;
	return UI_DRAW;
}

/* To the next heading of a text, to its top behind the last. */
static unsigned next_head(struct ui *ui)
{
	struct canvas none = { .w = ui->w };
	struct page p = page_init(&none, 0);
	const struct pane *pane = ui_pane(ui);
	int pos = ui_visit(ui)->pos[0];

	p.from = pos;
	ui_visit(ui)->screen->fill(ui, ui->view, &p);
	ui_move(ui, (p.head < 0 || pos >= pane->n - pane->h ? 0 : p.head) - pos);
	return UI_DRAW;
}

static unsigned act_pane(struct ui *ui)
{
	if (ui_visit(ui)->screen->fill)
		return next_head(ui);
	if (ui->drawn.n)
		ui_visit(ui)->pane = (ui_visit(ui)->pane + 1) % ui->drawn.n;
	return UI_DRAW;
}

static unsigned act_search(struct ui *ui)
{
	return ui_prompt(ui, PROMPT_SEARCH, "");
}

static unsigned act_next(struct ui *ui)
{
	return search_step(ui, 1);
}

static unsigned act_before(struct ui *ui)
{
	return search_step(ui, -1);
}

static unsigned act_pause(struct ui *ui)
{
	ui->paused = !ui->paused;
	return UI_DRAW;
}

static unsigned act_time(struct ui *ui)
{
	static const char *const said[UI_TIMES] = {
		[TIME_SINCE_BOOT] = "times count from the board's start",
		[TIME_CLOCK] = "times are of the clock (UTC)",
		[TIME_DELTA] = "times count from the line before",
	};

	ui->time = (enum ui_time)(((int)ui->time + 1) % UI_TIMES);
	ui_say(ui, TONE_SAID, 0, said[ui->time]);
	return UI_DRAW;
}

static unsigned act_save(struct ui *ui)
{
	struct mac m[UI_MARKS];
	char name[64];
	struct text t = text_init(name, sizeof(name));
	int n = ui_chosen(ui, m, UI_MARKS);

	if (!n) {
		ui_say(ui, TONE_ERROR, 0, "there is no board whose packets could be written");
		return UI_DRAW;
	}
	if (n == 1)
		for (int i = 0; i < 6; i++)
			text_fmt(&t, "%02x", m[0].b[i]);
	else
		text_fmt(&t, "%d-boards", n);
	text_str(&t, ".pcapng");
	return ui_prompt(ui, PROMPT_SAVE, name);
}

/* The finding that the keys are about: the one selected, or what stops the selected board. */
static bool finding_of(const struct ui *ui, struct diagnosis *d, const struct finding **out)
{
	const struct audit_model *m = ui_audit_model(ui, ui->view);
	const struct board *b = ui_board(ui, ui->view);

	if (ui_here(ui)->screen == &screen_audit) {
		*out = m && m->found.n ? &m->found.finding[0] : NULL;
		return *out;
	}
	if (!b)
		return false;
	diagnose_boot(ui->view->s, b->c, b->b, d);
	*out = d->n ? &d->finding[0] : NULL;
	for (uint32_t i = 0; ui_here(ui)->screen == &screen_findings && i < d->n; i++)
		if (d->finding[i].id == ui->finding)
			*out = &d->finding[i];
	return *out;
}

static unsigned act_copy(struct ui *ui)
{
	struct diagnosis d = { .n = 0 };
	const struct finding *f;
	enum dialect with;
	struct text t = text_init(ui->clip, sizeof(ui->clip));
	char buf[UI_LINE];
	struct text said = text_init(buf, sizeof(buf));

	if (!finding_of(ui, &d, &f) || (with = words_dialect(f, ui->dialect)) == DIALECTS) {
		ui_say(ui, TONE_SAID, 0, "there is nothing to paste for this board");
		return UI_DRAW;
	}
	finding_fix(f, with, &t);
	text_fmt(&said, "lines for %s sent to the clipboard, where the terminal allows it (OSC 52)",
		 dialect_keys[with]);
	ui_say(ui, TONE_SAID, 0, buf);
	return UI_DRAW | UI_COPY;
}

static unsigned step_dialect(struct ui *ui, int step)
{
	struct diagnosis d = { .n = 0 };
	const struct finding *f;

	if (finding_of(ui, &d, &f))
		ui->dialect = words_dialect_step(f, ui->dialect, step);
	return UI_DRAW;
}

static unsigned act_dialect(struct ui *ui)
{
	return step_dialect(ui, 1);
}

static unsigned act_dialect_back(struct ui *ui)
{
	return step_dialect(ui, -1);
}

static unsigned act_findings(struct ui *ui)
{
	return ui_push(ui, &screen_findings);
}

static unsigned act_servers(struct ui *ui)
{
	return ui_push(ui, &screen_servers);
}

static unsigned act_interfaces(struct ui *ui)
{
	return ui_push(ui, &screen_interfaces);
}

static unsigned act_audit(struct ui *ui)
{
	return ui_push(ui, &screen_audit);
}

static unsigned act_offers(struct ui *ui)
{
	return ui_push(ui, &screen_offers);
}

static unsigned act_pi(struct ui *ui)
{
	return ui_push(ui, &screen_pi);
}

/* The finding at hand, or what is asked then. */
static unsigned act_explain(struct ui *ui)
{
	struct diagnosis d = { .n = 0 };
	const struct finding *f;
	struct text t = text_init(ui->question, sizeof(ui->question));

	if (finding_of(ui, &d, &f))
		text_str(&t, findings[f->id].id);
	return ui_push(ui, &screen_explain);
}

/* From a finding to the frame it was seen in. */
static unsigned to_messages(struct ui *ui, const struct screen *s)
{
	struct diagnosis d = { .n = 0 };
	const struct finding *f;

	if (ui_here(ui)->screen == &screen_findings && finding_of(ui, &d, &f) && f->n_evidence)
		ui->frame = f->evidence[0].frame;
	return ui_push(ui, s);
}

static unsigned act_ladder(struct ui *ui)
{
	return to_messages(ui, &screen_ladder);
}

static unsigned act_decode(struct ui *ui)
{
	return to_messages(ui, &screen_decode);
}

static unsigned act_messages(struct ui *ui)
{
	return to_messages(ui, &screen_messages);
}

static unsigned act_help(struct ui *ui)
{
	return ui_push(ui, &screen_help);
}

static unsigned act_log(struct ui *ui)
{
	return ui_push(ui, &screen_log);
}

static unsigned act_quit(struct ui *ui)
{
	return ui->view->source.live ? ui_prompt(ui, PROMPT_QUIT, "") : UI_QUIT;
}

enum { CTRL_B = 2, CTRL_C = 3, CTRL_D = 4, CTRL_F = 6, CTRL_U = 21 };

/* clang-format off */
const struct key ui_keys[] = {
	{ PRESS_ESC, PRESS_BACKSPACE, "Esc",    "back",    "back; on the first screen: no filter, no search", act_back },
	{ PRESS_UP,        'k',    "↑ k",       NULL,    "up", act_up },
	{ PRESS_DOWN,      'j',    "↓ j",       NULL,    "down", act_down },
	{ PRESS_PAGE_UP,   CTRL_B, "PgUp ^B",   NULL,    "a page up", act_page_up },
	{ PRESS_PAGE_DOWN, CTRL_F, "PgDn ^F",   NULL,    "a page down", act_page_down },
	{ CTRL_U,          0,      "^U",        NULL,    "half a page up", act_half_up },
	{ CTRL_D,          0,      "^D",        NULL,    "half a page down", act_half_down },
	{ PRESS_HOME,      'g',    "Home g",    NULL,    "to the first", act_home },
	{ PRESS_END,       'G',    "End G",     NULL,    "to the last", act_end },
	{ PRESS_TAB,       0,      "Tab",       NULL,    "the other pane: what the arrows move; in a text, the next heading", act_pane },
	{ 'l',             0,      "l",         "ladder", "ladder: who said what to whom", act_ladder },
	{ 'd',             0,      "d",         "decode", "decode: one message, field by field, with its bytes", act_decode },
	{ 'm',             0,      "m",         NULL,    "messages: a line each", act_messages },
	{ 'o',             0,      "o",         "offers", "what the servers offer this board, side by side", act_offers },
	{ 'F',             0,      "F",         "findings", "everything that was found, worst first", act_findings },
	{ 'v',             0,      "v",         "servers", "the servers", act_servers },
	{ 'S',             0,      "S",         "screen", "the Pi's diagnostic screen as it should read now", act_pi },
	{ 'e',             0,      "e",         "explain", "explain this finding, or what is typed then", act_explain },
	{ 'w',             0,      "w",         "write", "write the packets of the chosen boards to a file", act_save },
	{ '/',             0,      "/",         "find",  "find words on this screen", act_search },
	{ 'n',             0,      "n",         NULL,    "find them again", act_next },
	{ 'N',             0,      "N",         NULL,    "find them again, upwards", act_before },
	{ 'y',             0,      "y",         NULL,    "copy the lines of the fix (OSC 52)", act_copy },
	{ ']',             0,      "]",         NULL,    "the fix for the next kind of server", act_dialect },
	{ '[',             0,      "[",         NULL,    "the fix for the kind of server before", act_dialect_back },
	{ 't',             0,      "t",         NULL,    "time: since the board's start, clock, since the line before", act_time },
	{ 'p',             0,      "p",         "pause", "hold the screen still; nothing is lost", act_pause },
	{ 'i',             0,      "i",         NULL,    "the interfaces of this machine: another one can be captured on", act_interfaces },
	{ 'A',             0,      "A",         NULL,    "audit: play boards on this network, and see what they make of it", act_audit },
	{ 'L',             0,      "L",         NULL,    "log: errors and notes", act_log },
	{ '?',             PRESS_F1, "?",       NULL,    "this help", act_help },
	{ 'q',             CTRL_C, "q",         "quit",  "quit", act_quit },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */
