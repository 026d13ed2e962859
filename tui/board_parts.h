/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOARD_PARTS_H
#define BOARD_PARTS_H

#include "page.h"
#include "ui.h"

enum { BOARD_WHEN = 13 };

/* When, in the way that t chose, in the first BOARD_WHEN columns; before: the time of the line
 * above, which becomes ns. */
void board_when(const struct ui *ui, const struct boot *b, uint64_t ns, uint64_t *before,
		struct page *p);

/* Mounts, and what the board does on its root: how much, how quick, what fails, on which files. */
void board_root(const struct ui *ui, const struct view *v, const struct boot *b, struct page *p);

#endif
