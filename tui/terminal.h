/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

#include "canvas.h"
#include "ui.h"

/* The terminal: one a process, since its library knows no more. Left as it was found on every way
 * out: terminal_close, exit, and signals that kill. */

/* Takes the keyboard from the controlling terminal when standard input is something else. 0, or a
 * negative errno and a reason in *why, static. */
int terminal_open(const char **why);
void terminal_close(void); /* also when it is not open */

int terminal_fd(void); /* to wait for keys on */
bool terminal_ascii(void);
void terminal_size(int *w, int *h); /* as it is now */
/* The next key that waits; PRESS_NONE: none does. */
struct press terminal_press(void);
void terminal_show(const struct canvas *c);
void terminal_copy(const char *words); /* to the clipboard, by OSC 52 */
/* Everything is written anew with the next terminal_show: the screen was spoilt. */
void terminal_spoilt(void);

#endif
