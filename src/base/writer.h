/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WRITER_H
#define WRITER_H

#include <stdint.h>

#include "err.h"
#include "reader.h"

/*
 * Write cursor into a caller's buffer. Invariant: pos <= cap. The first
 * failure sets err and freezes it: what does not fit is not written.
 */
struct writer {
	uint8_t *buf; /* borrowed for the life of the cursor */
	uint32_t pos, cap;
	enum err err;
};

struct writer writer_init(void *buf, uint32_t cap);

/* n bytes to be filled in by the caller; NULL when they do not fit. */
uint8_t *writer_room(struct writer *w, uint32_t n);

void writer_u8(struct writer *w, uint8_t v);
void writer_be16(struct writer *w, uint16_t v);
void writer_be32(struct writer *w, uint32_t v);
void writer_be64(struct writer *w, uint64_t v);
void writer_bytes(struct writer *w, struct bytes v);
void writer_str(struct writer *w, const char *s);  /* without its NUL */
void writer_cstr(struct writer *w, const char *s); /* with its NUL    */
void writer_zero(struct writer *w, uint32_t n);
void writer_xdr_opaque(struct writer *w, struct bytes v);
/* v cut or zero-padded to exactly n bytes: BOOTP's fixed fields. */
void writer_fixed(struct writer *w, struct bytes v, uint32_t n);

/* Overwrite two or four bytes written before, at position at. */
void writer_put_be16(struct writer *w, uint32_t at, uint16_t v);
void writer_put_be32(struct writer *w, uint32_t at, uint32_t v);

/* Length-prefixed scope: open reserves the prefix, close fills it in and
 * fails with ERR_NOSPC when the content outgrew it. */
uint32_t writer_open_u8(struct writer *w);
void writer_close_u8(struct writer *w, uint32_t mark);
uint32_t writer_open_be16(struct writer *w);
void writer_close_be16(struct writer *w, uint32_t mark);

/* What was written so far, borrowed from the buffer. */
struct bytes writer_done(const struct writer *w);

#endif
