/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet_panes.h"

enum { OFFSET = 6, LABEL_MAX = 26 };

static uint32_t next(const struct messages *m, uint32_t row)
{
	return m->open ? (row + 1 < m->tree.n ? row + 1 : row)
		       : tree_next(&m->tree, &m->turned, row);
}

int tree_rows(const struct messages *m)
{
	int n = m->tree.n > 0;

	for (uint32_t i = 0; n && next(m, i) != i; i = next(m, i))
		n++;
	return n;
}

int tree_index(const struct messages *m, uint32_t row)
{
	int n = 0;

	for (uint32_t i = 0; m->tree.n; i = next(m, i), n++) {
		if (i == row)
			return n;
		if (next(m, i) == i)
			break;
	}
	return -1;
}

uint32_t tree_row_of(const struct messages *m, int index)
{
	uint32_t i = 0;

	while (index-- > 0 && m->tree.n && next(m, i) != i)
		i = next(m, i);
	return i;
}

static void tree_line(const struct messages *m, uint32_t i, struct canvas *c, int y)
{
	const struct packet_tree *t = &m->tree;
	bool folded = !m->open && tree_is_folded(t, &m->turned, i), group = tree_has_children(t, i);
	int x = 1 + 2 * t->row[i].depth;

	canvas_put(c, x, y, ROLE_DIM, !group ? " " : folded ? "▸" : "▼");
	x = canvas_put(c, x + 2, y, t->row[i].depth ? ROLE_PLAIN : ROLE_HEAD, tree_label(t, i));
	if (!tree_value(t, i)[0])
		return;
	x = canvas_put(c, x, y, ROLE_DIM, tree_label(t, i)[0] ? ": " : "");
	canvas_fit(c, x, y, c->w - x - 1, t->row[i].depth ? ROLE_STRONG : ROLE_PLAIN,
		   tree_value(t, i));
}

void tree_pane(const struct messages *m, int top, bool light, struct canvas *c)
{
	uint32_t i = tree_row_of(m, top);

	for (int y = 0; y < c->h && m->tree.n; y++) {
		tree_line(m, i, c, y);
		if (light && i == m->field)
			canvas_light(c, 0, y, c->w, 1, LIT_SELECTED);
		if (next(m, i) == i)
			break;
		i = next(m, i);
	}
}

int hex_width(int per_line)
{
	return OFFSET + 3 * per_line + 2 + per_line;
}

int hex_per_line(int w)
{
	return w > hex_width(16) ? 16 : w > hex_width(8) ? 8 : 4;
}

enum tree_source hex_source(const struct messages *m)
{
	const struct tree_row *r = &m->tree.row[m->field];

	if (m->field < m->tree.n && r->n)
		return (enum tree_source)r->source;
	return TREE_FRAME;
}

int hex_lines(const struct messages *m, int per_line)
{
	uint32_t n = m->tree.n ? m->tree.data[hex_source(m)].n : 0;

	return (int)((n + (uint32_t)per_line - 1) / (uint32_t)per_line);
}

struct span {
	uint32_t from, end;
};

static void hex_line(struct bytes d, uint32_t at, int per, struct span lit, struct canvas *c, int y)
{
	char buf[16];
	struct text t = text_init(buf, sizeof(buf));
	int text_x = OFFSET + 3 * per + 1;

	text_fmt(&t, "%04x", at);
	canvas_put(c, 1, y, ROLE_DIM, buf);
	for (int i = 0; i < per && at + (uint32_t)i < d.n; i++) {
		uint32_t pos = at + (uint32_t)i;
		bool in = pos >= lit.from && pos < lit.end;
		char ascii[2] = { d.p[pos] >= ' ' && d.p[pos] < 0x7f ? (char)d.p[pos] : '.', 0 };
		int x = OFFSET + 3 * i;

		text_clear(&t);
		text_fmt(&t, "%02x", d.p[pos]);
		canvas_put(c, x + 1, y, in ? ROLE_STRONG : ROLE_PLAIN, buf);
		canvas_put(c, text_x + 1 + i, y, in ? ROLE_STRONG : ROLE_DIM, ascii);
		if (!in)
			continue;
		canvas_light(c, x + 1, y, 2 + (pos + 1 < lit.end && i + 1 < per), 1, LIT_SELECTED);
		canvas_light(c, text_x + 1 + i, y, 1, 1, LIT_SELECTED);
		/* light is not for everybody: the ends are marked, too */
		if (pos == lit.from)
			canvas_put(c, x, y, ROLE_STRONG, "[");
		if (pos + 1 == lit.end)
			canvas_put(c, x + 3, y, ROLE_STRONG, "]");
	}
}

void hex_pane(const struct messages *m, int top, struct canvas *c)
{
	int per = hex_per_line(c->w);
	const struct tree_row *r = &m->tree.row[m->field];
	struct bytes d = m->tree.data[hex_source(m)];
	struct span lit = { 0, 0 };

	if (!m->tree.n)
		return;
	if (r->n)
		lit = (struct span) { r->at, r->at + r->n };
	for (int y = 0; y < c->h && (uint32_t)((top + y) * per) < d.n; y++)
		hex_line(d, (uint32_t)((top + y) * per), per, lit, c, y);
}
