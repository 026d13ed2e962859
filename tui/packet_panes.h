/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PACKET_PANES_H
#define PACKET_PANES_H

#include "ui.h"

/* The panes that several screens show of the message that is looked at. */

/* Visible rows of its tree in all, and which of them row is; -1: hidden. */
int tree_rows(const struct messages *m);
int tree_index(const struct messages *m, uint32_t row);
uint32_t tree_row_of(const struct messages *m, int index);

/* Its tree from row top on, and the selected field lit when light is set. */
void tree_pane(const struct messages *m, int top, bool light, struct canvas *c);

/* How many bytes stand in a line of the hex pane, and how wide that is. */
int hex_per_line(int w);
int hex_width(int per_line);
int hex_lines(const struct messages *m, int per_line);
/* Its bytes from line top on, the selected field's lit and in brackets. */
void hex_pane(const struct messages *m, int top, struct canvas *c);
/* Which of its sources that shows. */
enum tree_source hex_source(const struct messages *m);

#endif
