/* SPDX-License-Identifier: BSD-2-Clause */
#include "ui_parts.h"

#include <string.h>

#include "glyph.h"
#include "page.h"
#include "words.h"

const char *prompt_words(enum prompt p)
{
	switch (p) {
	case PROMPT_SEARCH:
		return "find: ";
	case PROMPT_FILTER:
		return "show only: ";
	case PROMPT_SAVE:
		return "write packets to: ";
	case PROMPT_ASK:
		return "explain: ";
	case PROMPT_FRAME:
		return "go to frame: ";
	case PROMPT_QUIT:
		return "stop watching and quit? y/n ";
	case PROMPT_NONE:
		break;
	}
	return NULL;
}

static void line_set(char *to, const char *words)
{
	struct text t = text_init(to, UI_LINE);

	text_str(&t, words);
}

unsigned ui_prompt(struct ui *ui, enum prompt p, const char *line)
{
	ui->prompt = p;
	line_set(ui->line, line);
	line_set(ui->before, p == PROMPT_FILTER   ? ui->how.filter
			     : p == PROMPT_SEARCH ? ui->search
						  : "");
	ui->cursor = (uint32_t)strlen(ui->line);
	ui->origin = ui_visit(ui)->hit;
	return UI_DRAW;
}

/* The row of the first pane that holds the words, from row from on; -1: none. */
static int row_from(struct ui *ui, int from, int to)
{
	const struct screen *s = ui_visit(ui)->screen;
	char buf[1024];
	struct text t = text_init(buf, sizeof(buf));

	if (s->fill) {
		struct canvas none = { .w = ui->w };
		struct page p = page_init(&none, 0);

		p.find = ui->search;
		p.from = from;
		s->fill(ui, ui->view, &p);
		return p.found >= to ? -1 : p.found;
	}
	to = to < ui->drawn.pane[0].n ? to : ui->drawn.pane[0].n;
	for (int i = from < 0 ? 0 : from; s->row && i < to; i++) {
		text_clear(&t);
		s->row(ui, ui->view, i, &t);
		if (words_hold(buf, ui->search))
			return i;
	}
	return -1;
}

static int last_row_before(struct ui *ui, int from, int to)
{
	int last = -1;

	for (int i = from; (i = row_from(ui, i, to)) >= 0; i++)
		last = i;
	return last;
}

static void go_to(struct ui *ui, int row)
{
	struct visit *at = ui_visit(ui);

	at->pane = 0;
	ui_move(ui, (ui->drawn.pane[0].list ? row : row - ui->drawn.pane[0].h / 3) - at->pos[0]);
	at->hit = row;
}

unsigned search_step(struct ui *ui, int step)
{
	int from = ui_visit(ui)->hit, n = ui->drawn.pane[0].n, row;
	char buf[UI_LINE + 32];
	struct text t = text_init(buf, sizeof(buf));

	if (!ui->search[0])
		return ui_prompt(ui, PROMPT_SEARCH, "");
	row = step > 0 ? row_from(ui, from + 1, n) : last_row_before(ui, 0, from);
	if (row < 0)
		row = step > 0 ? row_from(ui, 0, from + 1) : last_row_before(ui, from, n);
	if (row >= 0) {
		go_to(ui, row);
		return UI_DRAW;
	}
	text_fmt(&t, "nothing here says \"%s\"", ui->search);
	ui_say(ui, TONE_SAID, 0, buf);
	return UI_DRAW;
}

/* The line has changed: filters and searches show at once what they do. */
static void changed(struct ui *ui)
{
	if (ui->prompt == PROMPT_FILTER)
		line_set(ui->how.filter, ui->line);
	if (ui->prompt == PROMPT_SEARCH) {
		int row;

		line_set(ui->search, ui->line);
		row = ui->line[0] ? row_from(ui, ui->origin, ui->drawn.pane[0].n) : -1;
		if (row < 0 && ui->line[0])
			row = row_from(ui, 0, ui->origin);
		go_to(ui, row < 0 ? ui->origin : row);
	}
}

static void go_to_frame(struct ui *ui)
{
	uint64_t n = 0;

	for (const char *p = ui->line; *p >= '0' && *p <= '9' && n < UINT64_MAX / 16; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	messages_go(ui, n);
}

static unsigned finish(struct ui *ui, bool taken)
{
	enum prompt p = ui->prompt;

	if (!taken && (p == PROMPT_FILTER || p == PROMPT_SEARCH)) {
		line_set(ui->line, ui->before);
		changed(ui);
	}
	ui->cursor = 0;
	ui->prompt = PROMPT_NONE;
	if (!taken)
		return UI_DRAW;
	if (p == PROMPT_SAVE && ui->line[0])
		return UI_DRAW | UI_SAVE;
	if (p == PROMPT_FRAME && ui->line[0])
		go_to_frame(ui);
	if (p == PROMPT_ASK) {
		line_set(ui->question, ui->line);
		ui_visit(ui)->pos[0] = 0;
	}
	if (p == PROMPT_SEARCH && ui->line[0]) {
		ui_visit(ui)->hit = ui->origin - 1;
		return search_step(ui, 1);
	}
	return UI_DRAW;
}

/* Bytes of the character before the cursor. */
static uint32_t before_cursor(const struct ui *ui)
{
	uint32_t n = ui->cursor > 0;

	while (n && n < ui->cursor && (ui->line[ui->cursor - n] & 0xc0) == 0x80)
		n++;
	return n;
}

static uint32_t at_cursor(const struct ui *ui)
{
	const char *p = ui->line + ui->cursor;

	glyph_next(&p);
	return (uint32_t)(p - (ui->line + ui->cursor));
}

static void erase(struct ui *ui, uint32_t from, uint32_t n)
{
	memmove(ui->line + from, ui->line + from + n, strlen(ui->line + from + n) + 1);
	ui->cursor = from;
	changed(ui);
}

static void insert(struct ui *ui, uint32_t ch)
{
	char utf8[4];
	uint32_t n = glyph_utf8(ch, utf8), len = (uint32_t)strlen(ui->line);

	if (len + n >= sizeof(ui->line))
		return;
	memmove(ui->line + ui->cursor + n, ui->line + ui->cursor, len - ui->cursor + 1);
	memcpy(ui->line + ui->cursor, utf8, n);
	ui->cursor += n;
	changed(ui);
}

static void erase_word(struct ui *ui)
{
	uint32_t n = ui->cursor;

	while (n && ui->line[n - 1] == ' ')
		n--;
	while (n && ui->line[n - 1] != ' ')
		n--;
	erase(ui, n, ui->cursor - n);
}

enum { CTRL_A = 1, CTRL_C = 3, CTRL_E = 5, CTRL_U = 21, CTRL_W = 23 };

unsigned prompt_key(struct ui *ui, struct press p)
{
	if (ui->prompt == PROMPT_QUIT) {
		ui->prompt = PROMPT_NONE;
		return p.key == 'y' || p.key == 'Y' || p.key == 'q' ? UI_QUIT : UI_DRAW;
	}
	switch (p.key) {
	case PRESS_ENTER:
		return finish(ui, true);
	case PRESS_ESC:
	case CTRL_C:
		return finish(ui, false);
	case PRESS_BACKSPACE:
		if (!ui->line[0])
			return finish(ui, false);
		erase(ui, ui->cursor - before_cursor(ui), before_cursor(ui));
		break;
	case PRESS_DELETE:
		erase(ui, ui->cursor, at_cursor(ui));
		break;
	case PRESS_LEFT:
		ui->cursor -= before_cursor(ui);
		break;
	case PRESS_RIGHT:
		ui->cursor += at_cursor(ui);
		break;
	case PRESS_HOME:
	case CTRL_A:
		ui->cursor = 0;
		break;
	case PRESS_END:
	case CTRL_E:
		ui->cursor = (uint32_t)strlen(ui->line);
		break;
	case CTRL_U:
		erase(ui, 0, ui->cursor);
		break;
	case CTRL_W:
		erase_word(ui);
		break;
	default:
		if (p.key < 0x20 || p.key >= PRESS_ENTER || p.key == 0x7f)
			return 0;
		insert(ui, p.key);
	}
	return UI_DRAW;
}
