/* SPDX-License-Identifier: BSD-2-Clause */
#include "canvas.h"

#include <stddef.h>
#include <string.h>

#include "glyph.h"

enum {
	MIDDLE_DOT = 0xb7,
	ELLIPSIS = 0x2026,
	LOWEST_BLOCK = 0x2581,
	FULL_BLOCK = 0x2588,
	LIGHT_SHADE = 0x2591,
	HORIZONTAL = 0x2500
};

static struct cell *cell_at(const struct canvas *c, int x, int y)
{
	if (x < 0 || y < 0 || x >= c->w || y >= c->h)
		return NULL;
	return &c->cell[(ptrdiff_t)y * c->stride + x];
}

struct canvas canvas_init(struct cell *cells, int w, int h, bool ascii)
{
	struct canvas c = { cells, w, h, w, ascii };

	canvas_fill(&c, 0, 0, w, h, ROLE_PLAIN, ' ');
	return c;
}

struct canvas canvas_sub(const struct canvas *c, int x, int y, int w, int h)
{
	struct canvas sub = *c;

	x = x < 0 ? 0 : x > c->w ? c->w : x;
	y = y < 0 ? 0 : y > c->h ? c->h : y;
	sub.w = w < 0 ? 0 : w > c->w - x ? c->w - x : w;
	sub.h = h < 0 ? 0 : h > c->h - y ? c->h - y : h;
	if (sub.w && sub.h)
		sub.cell = c->cell + (ptrdiff_t)y * c->stride + x;
	return sub;
}

/* A wide glyph of which one half is overwritten leaves a blank. */
static void unhook(struct canvas *c, int x, int y)
{
	struct cell *left = cell_at(c, x - 1, y), *right = cell_at(c, x + 1, y);

	if (cell_at(c, x, y)->ch == 0 && left)
		left->ch = ' ';
	if (right && right->ch == 0)
		right->ch = ' ';
}

static void set(struct canvas *c, int x, int y, enum role role, uint32_t ch)
{
	struct cell *at = cell_at(c, x, y);

	if (!at)
		return;
	unhook(c, x, y);
	*at = (struct cell) { .ch = ch, .role = (uint8_t)role, .lit = at->lit };
}

int canvas_char(struct canvas *c, int x, int y, enum role role, uint32_t ch)
{
	int w = glyph_width(ch);
	struct cell *before;

	if (c->ascii && ch > 0x7e) {
		ch = w ? glyph_ascii(ch) : 0;
		if (w == 2)
			set(c, x + 1, y, role, ch);
	} else if (w == 0) {
		before = cell_at(c, x - 1, y);
		if (before && before->ch == 0)
			before = cell_at(c, x - 2, y);
		if (before)
			before->over = ch;
	}
	if (!w)
		return x;
	if (w == 2 && !c->ascii) {
		if (!cell_at(c, x, y) || !cell_at(c, x + 1, y)) { /* no half of it */
			set(c, x, y, role, ' ');
			set(c, x + 1, y, role, ' ');
			return x + 2;
		}
		set(c, x, y, role, ch);
		set(c, x + 1, y, role, ' ');
		cell_at(c, x + 1, y)->ch = 0;
		return x + 2;
	}
	set(c, x, y, role, ch);
	return x + w;
}

int canvas_put(struct canvas *c, int x, int y, enum role role, const char *s)
{
	for (uint32_t ch; (ch = glyph_next(&s));)
		x = canvas_char(c, x, y, role, ch);
	return x;
}

int canvas_fit(struct canvas *c, int x, int y, int w, enum role role, const char *s)
{
	int end = x + w;

	if (w <= 0)
		return x;
	if (glyph_columns(s) <= w) {
		canvas_put(c, x, y, role, s);
		return end;
	}
	for (uint32_t ch; (ch = glyph_next(&s)) && x + glyph_width(ch) < end;)
		x = canvas_char(c, x, y, role, ch);
	canvas_char(c, x, y, role, ELLIPSIS);
	return end;
}

int canvas_fit_tail(struct canvas *c, int x, int y, int w, enum role role, const char *s)
{
	int end = x + w, over = glyph_columns(s) - w;

	if (w <= 0)
		return x;
	if (over > 0) {
		for (int gone = 0; gone < over + 1;)
			gone += glyph_width(glyph_next(&s));
		x = canvas_char(c, x, y, role, ELLIPSIS);
	}
	canvas_put(c, x, y, role, s);
	return end;
}

int canvas_right(struct canvas *c, int x, int y, int w, enum role role, const char *s)
{
	int n = glyph_columns(s);

	if (n <= w)
		canvas_put(c, x + w - n, y, role, s);
	else
		canvas_fit(c, x, y, w, role, s);
	return x + w;
}

int canvas_bar(struct canvas *c, int x, int y, int w, uint64_t part, uint64_t whole)
{
	uint64_t full = 0;

	for (; whole >> 54; whole >>= 1) /* so that the product below cannot overflow */
		part >>= 1;
	if (w > 0 && whole)
		full = part >= whole ? (uint64_t)w : part * (uint64_t)w / whole;
	for (int i = 0; i < w; i++)
		canvas_char(c, x + i, y, (uint64_t)i < full ? ROLE_BAR : ROLE_TRACK,
			    (uint64_t)i < full ? FULL_BLOCK : LIGHT_SHADE);
	return x + w;
}

int canvas_spark(struct canvas *c, int x, int y, const uint32_t *v, int n)
{
	uint64_t most = 1;

	for (int i = 0; i < n; i++)
		most = v[i] > most ? v[i] : most;
	for (int i = 0; i < n; i++) /* eighths, from LOWER ONE EIGHTH BLOCK on */
		canvas_char(c, x + i, y, v[i] ? ROLE_BAR : ROLE_TRACK,
			    v[i] ? LOWEST_BLOCK + (uint32_t)(v[i] * UINT64_C(7) / most)
				 : MIDDLE_DOT);
	return x + n;
}

void canvas_fill(struct canvas *c, int x, int y, int w, int h, enum role role, uint32_t ch)
{
	struct canvas part = canvas_sub(c, x, y, w, h);

	for (int j = 0; j < part.h; j++)
		for (int i = 0; i < part.w; i++)
			*cell_at(&part, i, j) =
				(struct cell) { .ch = c->ascii ? glyph_ascii(ch) : ch,
						.role = (uint8_t)role };
}

void canvas_rule(struct canvas *c, int y)
{
	if (y >= 0 && y < c->h)
		canvas_fill(c, 0, y, c->w, 1, ROLE_RULE, HORIZONTAL);
}

void canvas_light(struct canvas *c, int x, int y, int w, int h, enum lit lit)
{
	struct canvas part = canvas_sub(c, x, y, w, h);

	for (int j = 0; j < part.h; j++)
		for (int i = 0; i < part.w; i++)
			cell_at(&part, i, j)->lit |= (uint8_t)lit;
}

static uint32_t fold(uint32_t ch)
{
	return ch >= 'A' && ch <= 'Z' ? ch | 0x20 : ch;
}

/* Columns of the words at x, 0: they are not there. */
static int found_at(const struct canvas *c, int x, int y, const char *words)
{
	int from = x;

	for (uint32_t ch; (ch = glyph_next(&words)); x += glyph_width(ch)) {
		const struct cell *at = cell_at(c, x, y);

		if (!at || fold(at->ch) != fold(ch))
			return 0;
	}
	return x - from;
}

int canvas_find(struct canvas *c, const char *words)
{
	int n = 0;

	for (int y = 0; y < c->h; y++) {
		for (int x = 0; x < c->w; x++) {
			int w = found_at(c, x, y, words);

			if (!w)
				continue;
			canvas_light(c, x, y, w, 1, LIT_FOUND);
			x += w - 1;
			n++;
		}
	}
	return n;
}

/* Bytes of s that stand on a line of w columns; *skip: blanks behind them that go with the break.
 */
static size_t line_of(const char *s, int w, size_t *skip)
{
	const char *p = s, *blank = NULL;
	int x = 0;

	*skip = 0;
	while (*p && *p != '\n') {
		const char *before = p;
		uint32_t ch = glyph_next(&p);

		x += glyph_width(ch);
		if (x > w) {
			if (ch != ' ' && blank)
				before = blank;
			if (before == s) /* not even one: it is clipped */
				return (size_t)(p - s);
			while (before[*skip] == ' ')
				++*skip;
			return (size_t)(before - s);
		}
		if (ch == ' ')
			blank = before;
	}
	*skip = *p == '\n';
	return (size_t)(p - s);
}

int canvas_wrap(struct canvas *c, int x, int y, int w, int hang, enum role role, const char *s)
{
	int lines = 0, indent = 0;

	w = w < 8 ? 8 : w;
	hang = hang > w / 2 ? w / 2 : hang;
	while (*s) {
		size_t skip, n = line_of(s, w - indent, &skip);
		const char *end = s + n;
		int at = x + indent;

		while (s < end)
			at = canvas_char(c, at, y + lines, role, glyph_next(&s));
		indent = skip && *s == '\n' ? 0 : hang;
		s += skip;
		lines++;
	}
	return lines;
}

void canvas_dump(const struct canvas *c, struct output out)
{
	for (int y = 0; y < c->h; y++) {
		int end = c->w;

		while (end > 0 && cell_at(c, end - 1, y)->ch == ' ')
			end--;
		for (int x = 0; x < end; x++) {
			const struct cell *at = cell_at(c, x, y);
			char utf8[4];

			if (at->ch)
				out.write(out.ctx, utf8, glyph_utf8(at->ch, utf8));
			if (at->over)
				out.write(out.ctx, utf8, glyph_utf8(at->over, utf8));
		}
		out.write(out.ctx, "\n", 1);
	}
}
