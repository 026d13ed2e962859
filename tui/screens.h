/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCREENS_H
#define SCREENS_H

#include "ui.h"

/* One file each: screen_x.c. */
extern const struct screen screen_boards;
extern const struct screen screen_board;
extern const struct screen screen_findings;
extern const struct screen screen_offers;
extern const struct screen screen_servers;
extern const struct screen screen_interfaces;
extern const struct screen screen_audit;
extern const struct screen screen_pi;
extern const struct screen screen_explain;
extern const struct screen screen_ladder;
extern const struct screen screen_decode;
extern const struct screen screen_messages;
extern const struct screen screen_help;
extern const struct screen screen_log;

#endif
