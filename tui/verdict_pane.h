/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERDICT_PANE_H
#define VERDICT_PANE_H

#include "page.h"
#include "ui.h"

/* What is to be said of a board: where it stands, why, where that is seen, what to change. */
void verdict_pane(const struct ui *ui, const struct view *v, const struct board *b, struct page *p);

/* What was seen, and the lines to paste for the servers of ui->dialect. */
void finding_advice(const struct ui *ui, const struct finding *f, struct page *p);

/* One finding: what was seen, where, and the lines to paste for the servers of ui->dialect. */
void finding_lines(const struct ui *ui, const struct finding *f, struct page *p);

#endif
