/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet_tree.h"

#include <string.h>

bool tree_has_children(const struct packet_tree *t, uint32_t row)
{
	return row + 1 < t->n && t->row[row + 1].depth > t->row[row].depth;
}

static uint32_t turned_index(const struct tree_turned *turned, uint32_t path)
{
	uint32_t i = 0;

	while (i < turned->n && turned->path[i] != path)
		i++;
	return i;
}

bool tree_is_folded(const struct packet_tree *t, const struct tree_turned *turned, uint32_t row)
{
	bool turned_over = turned_index(turned, t->row[row].path) < turned->n;

	return tree_has_children(t, row) && t->row[row].closed != turned_over;
}

void tree_turn(const struct packet_tree *t, struct tree_turned *turned, uint32_t row)
{
	uint32_t i = turned_index(turned, t->row[row].path);

	if (!tree_has_children(t, row))
		return;
	if (i < turned->n) {
		turned->path[i] = turned->path[--turned->n];
		return;
	}
	if (turned->n == TREE_TURNED_MAX) /* the oldest is forgotten */
		memmove(turned->path, turned->path + 1, --turned->n * sizeof(turned->path[0]));
	turned->path[turned->n++] = t->row[row].path;
}

uint32_t tree_parent(const struct packet_tree *t, uint32_t row)
{
	for (uint32_t i = row; i-- > 0;)
		if (t->row[i].depth < t->row[row].depth)
			return i;
	return row;
}

uint32_t tree_seen(const struct packet_tree *t, const struct tree_turned *turned, uint32_t row)
{
	uint32_t seen = row;

	for (uint32_t up = row; t->row[up].depth > 0;) {
		up = tree_parent(t, up);
		if (tree_is_folded(t, turned, up))
			seen = up;
	}
	return seen;
}

uint32_t tree_next(const struct packet_tree *t, const struct tree_turned *turned, uint32_t row)
{
	uint32_t i = row + 1;

	if (row < t->n && tree_is_folded(t, turned, row))
		while (i < t->n && t->row[i].depth > t->row[row].depth)
			i++;
	return i < t->n ? i : row;
}

uint32_t tree_prev(const struct packet_tree *t, const struct tree_turned *turned, uint32_t row)
{
	return row && t->n ? tree_seen(t, turned, row - 1) : row;
}

uint32_t tree_at(const struct packet_tree *t, enum tree_source source, uint32_t at)
{
	uint32_t best = UINT32_MAX;

	for (uint32_t i = 0; i < t->n; i++) {
		const struct tree_row *r = &t->row[i];

		if (r->source == source && r->n && at >= r->at && at - r->at < r->n &&
		    (best == UINT32_MAX || r->n <= t->row[best].n))
			best = i;
	}
	return best;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool holds(const char *s, const char *words)
{
	for (; *s; s++) {
		uint32_t i = 0;

		while (words[i] && lower(s[i]) == lower(words[i]))
			i++;
		if (!words[i])
			return true;
	}
	return false;
}

uint32_t tree_search(const struct packet_tree *t, uint32_t from, const char *words)
{
	for (uint32_t k = 0; k < t->n && words[0]; k++) {
		uint32_t i = (from + k) % t->n;

		if (holds(tree_label(t, i), words) || holds(tree_value(t, i), words))
			return i;
	}
	return UINT32_MAX;
}
