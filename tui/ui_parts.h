/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UI_PARTS_H
#define UI_PARTS_H

#include "ui.h"

/* The inside of the frame around the screens, shared by its files and by nobody else. */

enum { UI_W_MIN = 40, UI_H_MIN = 10, BODY_Y = 2 };

/* ui_prompt.c: a key while a line is typed */
unsigned prompt_key(struct ui *ui, struct press p);
/* What stands before the line; NULL: nothing is typed. */
const char *prompt_words(enum prompt p);
/* To the next row (step 1) or the one before (step -1) that holds the words of ui->search. */
unsigned search_step(struct ui *ui, int step);

/* ui_frame.c */
void frame_draw(const struct ui *ui, const struct view *v, struct canvas *c);
bool frame_status_wanted(const struct ui *ui);
/* Key whose words stand at column x of the footer; PRESS_NONE: none. */
uint32_t frame_key_at(const struct ui *ui, int x);

#endif
