/* SPDX-License-Identifier: BSD-2-Clause */
#include "page.h"

#include <stddef.h>

#include "glyph.h"
#include "words.h"

struct page page_init(struct canvas *c, int top)
{
	return (struct page) { .c = c, .top = top, .found = -1, .head = -1 };
}

static void look(struct page *p, const char *s)
{
	if (p->find && p->found < 0 && p->y >= p->from && words_hold(s, p->find))
		p->found = p->y;
}

int page_put(struct page *p, int x, enum role role, const char *s)
{
	look(p, s);
	return canvas_put(p->c, x, p->y - p->top, role, s);
}

int page_fit(struct page *p, int x, int w, enum role role, const char *s)
{
	look(p, s);
	return canvas_fit(p->c, x, p->y - p->top, w, role, s);
}

void page_next(struct page *p)
{
	p->y++;
}

void page_line(struct page *p, int x, enum role role, const char *s)
{
	page_put(p, x, role, s);
	page_next(p);
}

void page_wrap(struct page *p, int x, int hang, enum role role, const char *s)
{
	look(p, s);
	p->y += canvas_wrap(p->c, x, p->y - p->top, p->c->w - x - 1, hang, role, s);
}

void page_head(struct page *p, const char *s)
{
	int x;

	if (p->y)
		page_next(p);
	if (p->head < 0 && p->y > p->from)
		p->head = p->y;
	x = page_put(p, 1, ROLE_HEAD, s);
	for (x++; x < p->c->w - 1; x++)
		canvas_char(p->c, x, p->y - p->top, ROLE_RULE, 0x2500);
	page_next(p);
}

int list_first(int pos, int n, int h)
{
	int first = pos - h / 2;

	if (first > n - h)
		first = n - h;
	return first < 0 ? 0 : first;
}
