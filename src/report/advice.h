/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ADVICE_H
#define ADVICE_H

#include <stdint.h>

#include "scope.h"

/* What this capture could not show, and how to see it on this network. */
enum { ADVICE_MAX = 4, ADVICE_LINE = 480 };

struct advice {
	uint32_t n;
	char line[ADVICE_MAX][ADVICE_LINE]; /* whole sentences, safe to show */
};

void advice_of(const struct scope *s, struct advice *out);

#endif
