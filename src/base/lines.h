/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINES_H
#define LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

/* Runs of bytes as words, lines and names of files. */

/* Bytes of v equal to s; begin with s; hold s; end with s. */
bool bytes_are(struct bytes v, const char *s);
bool bytes_begin(struct bytes v, const char *s);
bool bytes_hold(struct bytes v, const char *s);
bool bytes_end(struct bytes v, const char *s);
uint32_t bytes_until(struct bytes v, uint8_t c); /* v.n: not in it */
/* The first line without blanks at either end; rest moves on. */
struct bytes bytes_line(struct bytes *rest);
/* word begins with key: out is what stands behind it. */
bool bytes_value(struct bytes word, const char *key, struct bytes *out);
struct bytes base_name(struct bytes name); /* behind the last slash of either kind */

#endif
