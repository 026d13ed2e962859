/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include <stddef.h>

const struct screen *const screens[] = {
	&screen_boards, &screen_board, &screen_help, &screen_log, NULL,
};
