/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"

#if defined(__GNUC__)
#define TEXT_FORMAT(f, a) __attribute__((format(printf, f, a)))
#else
#define TEXT_FORMAT(f, a)
#endif

/*
 * Text cursor. Invariant: cap > 0 and buf[pos] == 0, always; from the first thing
 * that does not fit everything is left out, and cut set. Bytes from the wire enter only through
 * text_safe.
 */
struct text {
	char *buf; /* borrowed for the life of the cursor */
	uint32_t pos, cap;
	bool cut;
};

struct text text_init(char *buf, uint32_t cap);
void text_clear(struct text *t);

void text_char(struct text *t, char c);
void text_str(struct text *t, const char *s); /* our own words; NULL writes nothing */

/* The one door for bytes from the wire: printable ASCII as it is, every other byte as \xNN. */
void text_safe(struct text *t, struct bytes v);

void text_u64(struct text *t, uint64_t v);
void text_hex(struct text *t, struct bytes v); /* lower case, nothing between */
/* RFC 5952 for IPv6; "-" for :: and the digits for 0.0.0.0 */
void text_address(struct text *t, struct address a);
void text_ip4(struct text *t, uint32_t v); /* host order */
void text_mac(struct text *t, struct mac m);
void text_time(struct text *t, uint64_t ns); /* RFC 3339, UTC, nine decimals       */
void text_seconds(struct text *t, uint64_t ns, int decimals); /* rounded down, "12.345" */
/* the point before the last decimals of v, 0 to 19 of them */
void text_decimal(struct text *t, uint64_t v, int decimals);
void text_bytes_count(struct text *t, uint64_t n); /* "512 B", "9.1 MB": powers of 1000 */
void text_pad(struct text *t, uint32_t column);    /* blanks up to column, if not past it */

/*
 * The formats of our own making: %s %c %d %u %x with l, ll, width, 0 and
 * precision for %s, and %%. Nothing else, no locale, no floats. Strings given
 * to %s must be ours or have passed text_safe.
 */
void text_fmt(struct text *t, const char *fmt, ...) TEXT_FORMAT(2, 3);

#endif
