/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef COMPARE_H
#define COMPARE_H

#include "scope.h"

/* How often in a row the client came to a halt at this place, b the last time: boots that are kept,
 * or rounds of its loader within b when those are more. 1: the first time. */
uint32_t compare_attempts(const struct client *c, const struct boot *b);

/* A board of the same kind that got further than b did, so that its offers can be held against
 * b's; NULL: none. Boards that were given the same DHCP server come first. */
const struct client *compare_with(const struct scope *s, const struct client *c,
				  const struct boot *b);

/* One sentence on where the two part: "Pi 4 38c128c0 boots here: ...". Nothing written, false: they
 * do not differ in what DHCP told them, or there is none. */
bool compare_text(const struct scope *s, const struct client *c, const struct boot *b,
		  struct text *out);

#endif
