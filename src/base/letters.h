/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LETTERS_H
#define LETTERS_H

#include <stdint.h>

#include "reader.h"

uint8_t lower_case(uint8_t c); /* of ASCII */

/* Letters put in, left out, replaced or swapped with a neighbour (the restricted edit distance),
 * whatever the case. UINT32_MAX: too long to be words. */
uint32_t words_apart(struct bytes a, const char *b);

#endif
