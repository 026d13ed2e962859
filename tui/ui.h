/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UI_H
#define UI_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "canvas.h"
#include "finding.h"
#include "messages.h"
#include "text.h"
#include "view.h"

/*
 * A stack of screens, of which the topmost is seen, and what the keys have chosen. Pure: keys and
 * snapshots in, a canvas and react bits out. The app does what the bits ask for.
 */
struct ui;

/* A key is a code point (control keys: 1 to 26), or one of these. */
enum {
	PRESS_NONE,
	PRESS_ENTER = 0x110000, /* behind Unicode's last */
	PRESS_ESC,
	PRESS_TAB,
	PRESS_BACK_TAB,
	PRESS_BACKSPACE,
	PRESS_DELETE,
	PRESS_UP,
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_HOME,
	PRESS_END,
	PRESS_F1,
	PRESS_CLICK, /* at x, y */
	PRESS_DOUBLE_CLICK,
	PRESS_WHEEL_UP,
	PRESS_WHEEL_DOWN,
};

struct press {
	uint32_t key;
	int x, y;
};

enum react {
	UI_DRAW = 1 << 0,
	UI_POP = 1 << 1,
	UI_QUIT = 1 << 2,
	UI_SAVE = 1 << 3,    /* the packets of ui_chosen to ui->line, a file's name */
	UI_COPY = 1 << 4,    /* ui->clip to the clipboard                            */
	UI_CAPTURE = 1 << 5, /* on ui->link, in place of what port ui->port is at */
	UI_STOP = 1 << 6,    /* what ui->doing tells of                              */
	UI_AUDIT = 1 << 7,   /* play ui->models, ui->patient                         */
	UI_AUDIT_STOP = 1 << 8,
};

/* One row per key: dispatch, footer, help screen and man page come from it. */
struct key {
	uint32_t key, also; /* also 0: no second one                        */
	const char *name;   /* NULL: a row of the same keys was named before */
	const char *word;   /* in the footer; NULL: not there                */
	const char *help;
	unsigned (*act)(struct ui *ui); /* returns react bits, never draws */
};

/* Where a pane's rows were drawn, and how many there are: what moving and clicking go by. */
struct pane {
	int x, y, w, h; /* on the body             */
	int n;          /* rows or lines in all    */
	int first;      /* the one at y            */
	bool list;      /* one row is selected; else the text is scrolled */
};

enum { PANES = 3, UI_DEPTH = 12, UI_LINE = 160, UI_LOG = 64, UI_MARKS = 64, UI_CLIP = 2048 };

struct drawn {
	int n;
	struct pane pane[PANES];
};

struct page;

struct screen {
	const char *name;       /* static; as a word in the title */
	const char *about;      /* for help and the manual        */
	const struct key *keys; /* end in a row without act */
	bool of_board;          /* it tells of ui->board, whose name goes into the title */
	/* One of them: all of the body, or a text that scrolls. */
	void (*draw)(const struct ui *ui, const struct view *v, struct canvas *c,
		     struct drawn *out);
	void (*fill)(const struct ui *ui, const struct view *v, struct page *p);
	/* Any of these may be NULL. What row i of the first pane says, for search: */
	void (*row)(const struct ui *ui, const struct view *v, int i, struct text *out);
	/* The snapshot is new: set the position to what was selected. */
	void (*follow)(struct ui *ui, const struct view *v);
	/* The position was moved: note what is selected. */
	void (*moved)(struct ui *ui, const struct view *v);
};

/* All of them, in the order of the help; NULL at the end. */
extern const struct screen *const screens[];
/* Keys of every screen. */
extern const struct key ui_keys[];

/* One visit of a screen. */
struct visit {
	const struct screen *screen;
	int pos[PANES]; /* selected row, or first line shown */
	int side;       /* columns scrolled to the side      */
	int pane;       /* that the keys move                */
	int hit;        /* row where the last search ended   */
};

/* What tells boards apart in their table. */
enum identity { ID_SERIAL, ID_ADDRESS, ID_MAC, ID_HOSTNAME, IDENTITIES };

enum prompt {
	PROMPT_NONE,
	PROMPT_SEARCH,
	PROMPT_FILTER,
	PROMPT_SAVE,
	PROMPT_ASK,
	PROMPT_FRAME,
	PROMPT_QUIT
};
/* said until the next key; until the next word; in the log alone */
enum tone { TONE_SAID, TONE_ERROR, TONE_NOTED };
enum ui_time { TIME_SINCE_BOOT, TIME_CLOCK, TIME_DELTA, UI_TIMES };

struct log_entry {
	enum tone tone;
	uint64_t time_ns; /* 0: not known */
	char words[UI_LINE];
};

struct ui {
	struct visit visit[UI_DEPTH];
	int depth;               /* of the topmost */
	const struct view *view; /* borrowed while a key is handled */
	struct drawn drawn;      /* of the last ui_draw */
	int w, h;
	bool ascii;

	/* what is selected; zero: nothing yet */
	struct mac board;
	uint64_t frame;
	enum finding_id finding; /* of the findings screen */
	struct address server;
	char link[VIEW_LINK_NAME]; /* of the interfaces screen */
	uint32_t port;             /* that another interface takes */
	struct mac mark[UI_MARKS]; /* chosen with Space */
	int marks;

	/* how it is shown */
	struct view_how how;
	enum ui_time time;
	enum identity identity;
	enum dialect dialect;
	enum audit_choice models; /* of the next audit */
	bool patient;
	bool paused;

	/* a line being typed, and what was typed */
	enum prompt prompt;
	char line[UI_LINE];
	uint32_t cursor;      /* byte of line */
	int origin;           /* row where the search began */
	char before[UI_LINE]; /* what Esc brings back */
	char search[UI_LINE];
	char question[UI_LINE]; /* of the explain screen */

	struct messages messages; /* of the board, and the one looked at */

	char clip[UI_CLIP];           /* to be copied */
	struct log_entry log[UI_LOG]; /* entry i at [i % UI_LOG] */
	uint32_t logged, status;      /* status: entry + 1 that the line shows; 0: none */
	char doing[UI_LINE];          /* how far long work is that Esc gives up; "": none */
};

void ui_init(struct ui *ui, const struct screen *first, bool ascii);
/* React bits: UI_DRAW when what is shown changed. */
unsigned ui_key(struct ui *ui, const struct view *v, struct press p);
/* All of c anew. */
void ui_draw(struct ui *ui, const struct view *v, struct canvas *c);

/* Said in the status line and kept in the log. An error stays until the next. */
void ui_say(struct ui *ui, enum tone tone, uint64_t time_ns, const char *words);

/* For screens. */
struct pane *ui_pane(struct ui *ui); /* that the keys move, as it was drawn last */
void ui_move(struct ui *ui, int by);
struct visit *ui_visit(struct ui *ui);
const struct visit *ui_here(const struct ui *ui);
unsigned ui_push(struct ui *ui, const struct screen *s);
unsigned ui_prompt(struct ui *ui, enum prompt p, const char *line);
bool ui_marked(const struct ui *ui, struct mac m);
/* The model that the audit's screen has selected, when it was played. NULL: none, or another screen
 */
const struct audit_model *ui_audit_model(const struct ui *ui, const struct view *v);
/* The board that the keys are about; NULL: none. */
const struct board *ui_board(const struct ui *ui, const struct view *v);
/* Boards chosen with Space; without any, the selected one. How many, at most max. */
int ui_chosen(const struct ui *ui, struct mac *out, int max);

#endif
