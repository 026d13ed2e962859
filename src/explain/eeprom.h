/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EEPROM_H
#define EEPROM_H

#include <stdbool.h>

#include "reader.h"
#include "text.h"

/* The last value of key in the whole text, n 0: none. Sections are not told apart. */
struct bytes eeprom_value(struct bytes lines, const char *key);
/* False, with a line for each that is not: a value that cannot be. */
bool eeprom_values_are_sane(struct bytes lines, struct text *out);
/* What it says of network boot, and what is missing. */
void eeprom_review(struct bytes lines, struct text *out);

#endif
