/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "options.h"

/* Each gives the exit status of the program. */
int cmd_decode(const struct options *o);
int cmd_analyze(const struct options *o);
int cmd_explain(const struct options *o);
int cmd_serve_lines(const struct options *o);
int cmd_audit(const struct options *o);
/* audit --files */
int cmd_audit_files(const struct options *o);
int cmd_serve(const struct options *o);
int cmd_live(const struct options *o);
/* cmd_watch_live where somebody looks, else cmd_live. */
int cmd_screens_or_lines(const struct options *o);
/* The screens, over captures and live; only where HAVE_TUI. */
int cmd_watch(const struct options *o);
int cmd_watch_live(const struct options *o);

struct report_style;
/* How reports are to look. 0, or EXIT_USAGE after one sentence on standard error. */
int style_of(const struct options *o, struct report_style *s);

#endif
