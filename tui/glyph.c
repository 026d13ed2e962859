/* SPDX-License-Identifier: BSD-2-Clause */
#include "glyph.h"

#include <stddef.h>

struct range {
	uint32_t from, to;
};

/* Unicode's general categories Mn and Me, as far as people are likely to type them, and the
 * joiners. */
static const struct range combining[] = {
	{ 0x300, 0x36f },   { 0x483, 0x489 },   { 0x591, 0x5bd },   { 0x610, 0x61a },
	{ 0x64b, 0x65f },   { 0x900, 0x902 },   { 0xe34, 0xe3a },   { 0xe47, 0xe4e },
	{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200d }, { 0x20d0, 0x20f0 },
	{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
};

/* East Asian Width W and F (UAX #11), in coarse runs. */
static const struct range wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x2e80, 0x303e },   { 0x3041, 0x33ff },
	{ 0x3400, 0x4dbf },   { 0x4e00, 0x9fff },   { 0xa000, 0xa4cf },   { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

/* What the screens draw with. */
static const struct {
	uint32_t ch;
	char ascii;
} plain[] = {
	{ 0xb7, '.' },   /* · */
	{ 0xd7, 'x' },   /* × */
	{ 0x2013, '-' }, /* – */
	{ 0x2014, '-' }, /* — */
	{ 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201c, '"' }, { 0x201d, '"' },
	{ 0x2026, '~' }, /* … */
	{ 0x203a, '>' }, /* › */
	{ 0x2190, '<' },  { 0x2191, '^' },  { 0x2192, '>' }, { 0x2193, 'v' },
	{ 0x21b5, '<' }, /* ↵ */
	{ 0x2260, '#' }, /* ≠ */
	{ 0x2500, '-' },  { 0x2502, '|' },  { 0x250c, '+' }, { 0x2510, '+' },
	{ 0x2550, '=' },  { 0x2514, '+' },  { 0x2518, '+' }, { 0x251c, '+' },
	{ 0x2524, '+' },  { 0x252c, '+' },  { 0x2534, '+' }, { 0x253c, '+' },
	{ 0x2581, '_' },  { 0x2582, '.' },  { 0x2583, ':' }, { 0x2584, '-' },
	{ 0x2585, '=' },  { 0x2586, '+' },  { 0x2587, '*' }, /* eighths of a block */
	{ 0x2588, '#' },  { 0x2591, '.' },                   /* █ ░ */
	{ 0x25b2, '^' },  { 0x25b6, '>' },  { 0x25b8, '>' }, { 0x25bc, 'v' },
	{ 0x25c0, '<' },  { 0x25cf, '*' },  { 0x25cb, 'o' }, /* ● ○ */
	{ 0x2713, '+' },  { 0x2714, '+' },                   /* ✓ ✔ */
	{ 0x2716, 'x' },  { 0x2717, 'x' },                   /* ✖ ✗ */
};

uint32_t glyph_next(const char **s)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t ch = *p, more = 0;

	if (!ch)
		return 0;
	if (ch >= 0xf0 && ch < 0xf5)
		more = 3;
	else if (ch >= 0xe0 && ch < 0xf0)
		more = 2;
	else if (ch >= 0xc2 && ch < 0xe0)
		more = 1;
	else if (ch >= 0x80)
		ch = 0;
	if (more)
		ch &= 0x3fu >> more;
	*s = (const char *)p + 1;
	for (uint32_t i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return '?';
		ch = ch << 6 | (p[i] & 0x3f);
	}
	*s = (const char *)p + 1 + more;
	if (ch < least[more] || ch > 0x10ffff || (ch >= 0xd800 && ch < 0xe000) || ch < 0x20 ||
	    (ch >= 0x7f && ch < 0xa0) || (ch >= 0x200e && ch <= 0x200f) ||
	    (ch >= 0x202a && ch <= 0x202e) || (ch >= 0x2066 && ch <= 0x2069))
		return '?';
	return ch;
}

#define IN(table, ch) in(table, sizeof(table) / sizeof((table)[0]), ch)

static int in(const struct range *r, size_t n, uint32_t ch)
{
	for (size_t i = 0; i < n; i++)
		if (ch >= r[i].from && ch <= r[i].to)
			return 1;
	return 0;
}

int glyph_width(uint32_t ch)
{
	if (ch < 0x300)
		return 1;
	return IN(combining, ch) ? 0 : IN(wide, ch) ? 2 : 1;
}

uint32_t glyph_ascii(uint32_t ch)
{
	if (ch < 0x7f)
		return ch;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (plain[i].ch == ch)
			return (uint32_t)plain[i].ascii;
	return '?';
}

uint32_t glyph_utf8(uint32_t ch, char out[4])
{
	uint32_t n = ch < 0x80 ? 1 : ch < 0x800 ? 2 : ch < 0x10000 ? 3 : 4;
	static const uint32_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (uint32_t i = n - 1; i > 0; i--, ch >>= 6)
		out[i] = (char)(0x80 | (ch & 0x3f));
	out[0] = (char)(lead[n] | ch);
	return n;
}

int glyph_columns(const char *s)
{
	int w = 0;

	for (uint32_t ch; (ch = glyph_next(&s));)
		w += glyph_width(ch);
	return w;
}
