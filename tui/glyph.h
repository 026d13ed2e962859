/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef GLYPH_H
#define GLYPH_H

#include <stdint.h>

/* The next code point of UTF-8 at *s, which moves on; 0 at the end. What is no UTF-8, a control or
 * turns the direction of writing comes back as '?'. */
uint32_t glyph_next(const char **s);

/* Columns that it takes: 0 for what combines with the one before, 2 for wide ones. */
int glyph_width(uint32_t ch);

/* What stands for it where there is ASCII only; '?' when nothing does. */
uint32_t glyph_ascii(uint32_t ch);

/* Its UTF-8 in out, not terminated; how many bytes. */
uint32_t glyph_utf8(uint32_t ch, char out[4]);

/* Columns that all of s takes. */
int glyph_columns(const char *s);

#endif
