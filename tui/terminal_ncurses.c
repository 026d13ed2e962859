/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>
#include <term.h>

enum ground { GROUND_DARK, GROUND_LIGHT, GROUND_UNKNOWN, GROUNDS };

/* How roles look: colours of 256, and of 16, on a dark ground, on a light one, and on one that is
 * not known, where they must be readable on both; -1 is the terminal's own. plain is what is left
 * without colours. tests/screens/colors.tap reckons the contrast. */
static const struct look {
	short many[GROUNDS], few[GROUNDS];
	attr_t with, plain;
} looks[ROLES] = {
	/* clang-format off */
	[ROLE_PLAIN]  = { {  -1,  -1,  -1 }, { -1, -1, -1 }, 0,       0           },
	[ROLE_DIM]    = { { 246, 242, 244 }, {  7,  8, -1 }, 0,       A_DIM       },
	[ROLE_STRONG] = { {  -1,  -1,  -1 }, { -1, -1, -1 }, A_BOLD,  A_BOLD      },
	[ROLE_TITLE]  = { {  -1,  -1,  -1 }, { -1, -1, -1 }, A_BOLD,  A_BOLD      },
	[ROLE_HEAD]   = { { 110,  24,  67 }, {  6,  4, -1 }, A_BOLD,  A_UNDERLINE },
	[ROLE_RULE]   = { { 240, 250, 245 }, {  8,  7, -1 }, 0,       0           },
	[ROLE_OK]     = { {  78,  28,  28 }, { 10, -1, -1 }, 0,       0           },
	[ROLE_RUN]    = { {  81,  25,  32 }, { 14,  4, -1 }, 0,       A_BOLD      },
	[ROLE_WARN]   = { { 215, 130, 166 }, { 11,  5,  5 }, 0,       A_BOLD      },
	[ROLE_BAD]    = { { 203, 160, 196 }, {  9,  1,  9 }, A_BOLD,  A_BOLD      },
	[ROLE_BAR]    = { {  75,  32,  32 }, { 14,  4, -1 }, 0,       0           },
	[ROLE_TRACK]  = { { 239, 252, 245 }, {  8,  7, -1 }, 0,       0           },
	[ROLE_KEY]    = { { 117,  25,  31 }, { 14,  4, -1 }, A_BOLD,  A_BOLD      },
	[ROLE_PASTE]  = { { 150,  22,  30 }, { 10,  4, -1 }, 0,       0           },
	/* clang-format on */
};

/* Selected rows are on a ground of their own where there are colours for it, else reversed. */
static const short selected_ground[GROUNDS] = { 237, 254, -1 };

enum { BASE64_AT_ONCE = 3 };

static struct {
	bool open, colors, grounds;
	FILE *in, *own; /* own: to be closed */
	SCREEN *screen;
	struct termios was;
	/* what undoes it all, ready for a signal's hand */
	char undo[256];
	size_t undo_n;
} terminal;

static int collect(int c)
{
	if (terminal.undo_n < sizeof(terminal.undo))
		terminal.undo[terminal.undo_n++] = (char)c;
	return c;
}

static void prepare_undo(void)
{
	static const char *const names[] = { "rmkx", "cnorm", "sgr0", "rmcup" };
	static const char mouse_off[] = "\033[?1000l\033[?1006l";

	for (size_t i = 0; mouse_off[i]; i++)
		collect(mouse_off[i]);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *s = tigetstr(names[i]);

		if (s && s != (char *)-1)
			tputs(s, 1, collect);
	}
}

/* A signal that kills: the terminal first. Only calls that a handler may make. */
static void fatal(int sig)
{
	if (terminal.open) {
		ssize_t n = write(STDOUT_FILENO, terminal.undo, terminal.undo_n);

		(void)n;
		tcsetattr(STDOUT_FILENO, TCSADRAIN, &terminal.was);
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_fatal(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGQUIT };
	struct sigaction a = { .sa_handler = fatal, .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&a.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &a, NULL);
}

/* COLORFGBG is "15;0": the last number is the ground's. To ask the terminal might leave its answer
 * on the screen. */
static enum ground find_ground(void)
{
	const char *s = getenv("COLORFGBG"), *last = s ? strrchr(s, ';') : NULL,
		   *kind = getenv("TERM");
	long ground = last ? strtol(last + 1, NULL, 10) : 0;

	if (last)
		return ground == 7 || ground > 8 ? GROUND_LIGHT : GROUND_DARK;
	/* the kernel's own console is black */
	return kind && strcmp(kind, "linux") == 0 ? GROUND_DARK : GROUND_UNKNOWN;
}

/* Where there are but eight, the bright ones are the same less bright, and there is no grey. */
static short few(short color)
{
	return color < COLORS ? color : color == 8 ? -1 : (short)(color - 8);
}

static void choose_colors(void)
{
	const char *no = getenv("NO_COLOR");
	enum ground ground = find_ground();

	if ((no && *no) || !has_colors() || start_color() == ERR)
		return;
	use_default_colors();
	terminal.colors = true;
	terminal.grounds = COLORS >= 256 && COLOR_PAIRS > 2 * ROLES && selected_ground[ground] >= 0;
	for (int i = 0; i < ROLES; i++) {
		const struct look *l = &looks[i];
		short fg = COLORS >= 256 ? l->many[ground] : few(l->few[ground]);

		init_pair((short)(i + 1), fg, -1);
		if (terminal.grounds)
			init_pair((short)(i + 1 + ROLES), fg, selected_ground[ground]);
	}
}

int terminal_open(const char **why)
{
	static const char *const kinds[] = { NULL, "xterm-256color", "xterm" };

	setlocale(LC_CTYPE, "");
	terminal.in = stdin;
	if (!isatty(STDIN_FILENO)) {
		terminal.in = terminal.own = fopen("/dev/tty", "re");
		if (!terminal.own) {
			*why = "there is no terminal to take keys from";
			return -errno;
		}
	}
	tcgetattr(STDOUT_FILENO, &terminal.was);
	/* over ssh TERM is often one that the other end has not heard of: those are like xterm */
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !terminal.screen; i++)
		terminal.screen = newterm(kinds[i], stdout, terminal.in);
	if (!terminal.screen) {
		*why = "the terminal's kind (TERM) is not known here";
		terminal_close();
		return -ENOTTY;
	}
	set_term(terminal.screen);
	terminal.open = true;
	prepare_undo();
	catch_fatal();
	atexit(terminal_close);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	choose_colors();
	mouseinterval(0);
	mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	return 0;
}

void terminal_close(void)
{
	if (terminal.open) {
		terminal.open = false;
		endwin();
		delscreen(terminal.screen);
	}
	if (terminal.own)
		fclose(terminal.own);
	terminal.own = NULL;
}

int terminal_fd(void)
{
	return fileno(terminal.in);
}

bool terminal_ascii(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
}

void terminal_size(int *w, int *h)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row && ws.ws_col &&
	    is_term_resized(ws.ws_row, ws.ws_col))
		resizeterm(ws.ws_row, ws.ws_col);
	getmaxyx(stdscr, *h, *w);
	*w = *w > CANVAS_W_MAX ? CANVAS_W_MAX : *w;
	*h = *h > CANVAS_H_MAX ? CANVAS_H_MAX : *h;
}

static struct press mouse(void)
{
	MEVENT e;
	struct press p = { .key = PRESS_NONE };

	if (getmouse(&e) != OK)
		return p;
	p.x = e.x;
	p.y = e.y;
	if (e.bstate & BUTTON1_PRESSED)
		p.key = PRESS_CLICK;
	else if (e.bstate & BUTTON4_PRESSED)
		p.key = PRESS_WHEEL_UP;
	else if (e.bstate & BUTTON5_PRESSED)
		p.key = PRESS_WHEEL_DOWN;
	return p;
}

struct press terminal_press(void)
{
	static const struct {
		wint_t code;
		uint32_t key;
	} rows[] = {
		{ KEY_UP, PRESS_UP },         { KEY_DOWN, PRESS_DOWN },
		{ KEY_LEFT, PRESS_LEFT },     { KEY_RIGHT, PRESS_RIGHT },
		{ KEY_PPAGE, PRESS_PAGE_UP }, { KEY_NPAGE, PRESS_PAGE_DOWN },
		{ KEY_HOME, PRESS_HOME },     { KEY_END, PRESS_END },
		{ KEY_DC, PRESS_DELETE },     { KEY_BACKSPACE, PRESS_BACKSPACE },
		{ KEY_BTAB, PRESS_BACK_TAB }, { KEY_ENTER, PRESS_ENTER },
		{ KEY_F(1), PRESS_F1 },
	};
	struct press p = { .key = PRESS_NONE };
	wint_t c;

	for (;;) {
		int kind = get_wch(&c);

		if (kind == ERR)
			return p;
		if (kind == OK) {
			p.key = c == '\r' || c == '\n' ? PRESS_ENTER
				: c == 27              ? PRESS_ESC
				: c == '\t'            ? PRESS_TAB
				: c == 127 || c == 8   ? PRESS_BACKSPACE
						       : (uint32_t)c;
			return p;
		}
		if (c == KEY_MOUSE && (p = mouse()).key)
			return p;
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].code == c)
				p.key = rows[i].key;
		if (p.key)
			return p;
	}
}

static void look_of(const struct cell *cell, attr_t *attr, short *pair)
{
	const struct look *l = &looks[cell->role];
	bool selected = cell->lit & LIT_SELECTED;

	*attr = terminal.colors ? l->with : l->plain;
	*pair = terminal.colors ? (short)(cell->role + 1) : 0;
	if (selected && terminal.grounds)
		*pair = (short)(*pair + ROLES);
	else if (selected)
		*attr ^= A_REVERSE;
	if (cell->lit & LIT_FOUND)
		*attr ^= A_REVERSE | A_UNDERLINE;
}

void terminal_show(const struct canvas *c)
{
	for (int y = 0; y < c->h; y++) {
		for (int x = 0; x < c->w; x++) {
			const struct cell *cell = &c->cell[(ptrdiff_t)y * c->stride + x];
			wchar_t ch[3] = { (wchar_t)cell->ch, (wchar_t)cell->over };
			attr_t attr;
			short pair;
			cchar_t out;

			if (!cell->ch)
				continue;
			look_of(cell, &attr, &pair);
			setcchar(&out, ch, attr, pair, NULL);
			mvadd_wch(y, x, &out);
		}
	}
	refresh();
}

void terminal_spoilt(void)
{
	clearok(stdscr, TRUE);
}

void terminal_copy(const char *words)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = strlen(words);

	fputs("\033]52;c;", stdout);
	for (size_t i = 0; i < n; i += BASE64_AT_ONCE) {
		uint32_t v = (uint32_t)(unsigned char)words[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)(unsigned char)words[i + 1] << 8;
		if (i + 2 < n)
			v |= (unsigned char)words[i + 2];
		putchar(digits[v >> 18]);
		putchar(digits[v >> 12 & 63]);
		putchar(i + 1 < n ? digits[v >> 6 & 63] : '=');
		putchar(i + 2 < n ? digits[v & 63] : '=');
	}
	fputs("\a", stdout);
	fflush(stdout);
}
