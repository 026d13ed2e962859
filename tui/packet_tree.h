/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PACKET_TREE_H
#define PACKET_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "packet.h"

/*
 * A packet as rows that fold, outermost layer first, each with the bytes it was read from. Built
 * from the same walk that prints and exports; what stands for the same bytes is put together:
 * code, name and value of an option are one row, and what an option's bytes turn out to be (option
 * 43 as PXE, 97 as a board's) hangs below it.
 */
enum { TREE_ROWS_MAX = 768, TREE_TEXT_MAX = 32768, TREE_DEPTH_MAX = 16, TREE_TURNED_MAX = 64 };

/* Which bytes a place counts in: the frame, or a message that came in several. */
enum tree_source { TREE_FRAME, TREE_MESSAGE, TREE_SOURCES };

struct tree_row {
	uint32_t label, value; /* in text; value "": none */
	uint32_t path;         /* of this row in packets of its kind */
	uint32_t at, n;        /* place; n 0: it was not read from bytes */
	uint8_t source;        /* enum tree_source */
	uint8_t depth;         /* 0: a layer       */
	bool closed;           /* folded, unless it was turned over */
};

/* Rows that were folded or unfolded by hand; it outlives the packet, for the next one. */
struct tree_turned {
	uint32_t n;
	uint32_t path[TREE_TURNED_MAX];
};

struct packet_tree {
	struct bytes data[TREE_SOURCES]; /* borrowed from the packet */
	uint32_t n;
	struct tree_row row[TREE_ROWS_MAX];
	uint32_t used;
	char text[TREE_TEXT_MAX];
	bool cut; /* there was no room for all of it */
};

void packet_tree_build(struct packet_tree *t, const struct packet *p);

static inline const char *tree_label(const struct packet_tree *t, uint32_t row)
{
	return t->text + t->row[row].label;
}

static inline const char *tree_value(const struct packet_tree *t, uint32_t row)
{
	return t->text + t->row[row].value;
}

bool tree_has_children(const struct packet_tree *t, uint32_t row);
bool tree_is_folded(const struct packet_tree *t, const struct tree_turned *turned, uint32_t row);
void tree_turn(const struct packet_tree *t, struct tree_turned *turned, uint32_t row);

/* The next or the previous row that is to be seen; the row itself when there is none. */
uint32_t tree_next(const struct packet_tree *t, const struct tree_turned *turned, uint32_t row);
uint32_t tree_prev(const struct packet_tree *t, const struct tree_turned *turned, uint32_t row);
/* The row itself, or the folded one that hides it. */
uint32_t tree_seen(const struct packet_tree *t, const struct tree_turned *turned, uint32_t row);
uint32_t tree_parent(const struct packet_tree *t, uint32_t row); /* itself: a layer */

/* The row that says most exactly what that byte is; UINT32_MAX: none. */
uint32_t tree_at(const struct packet_tree *t, enum tree_source source, uint32_t at);
/* The first row from from on whose label or value holds the words, case aside, once around;
 * UINT32_MAX: none. */
uint32_t tree_search(const struct packet_tree *t, uint32_t from, const char *words);

#endif
