/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include <stddef.h>

/* clang-format off */
const struct screen *const screens[] = {
	&screen_boards,
	&screen_board,
	&screen_ladder,
	&screen_decode,
	&screen_messages,
	&screen_findings,
	&screen_offers,
	&screen_servers,
	&screen_pi,
	&screen_explain,
	&screen_interfaces,
	&screen_audit,
	&screen_help,
	&screen_log,
	NULL,
};
/* clang-format on */
