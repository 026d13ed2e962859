/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SINK_H
#define SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"

enum sink_group { SINK_OBJECT, SINK_LIST };

/*
 * Structured output: one walk over the data serves JSON, text trees and HTML.
 * key is static or NULL (inside a list). Strings given to text are ours;
 * bytes from the wire go through bytes, which every sink makes safe.
 */
struct sink {
	void *ctx;
	void (*open)(void *ctx, const char *key, enum sink_group group);
	void (*close)(void *ctx);
	void (*text)(void *ctx, const char *key, const char *v); /* NULL: null */
	void (*bytes)(void *ctx, const char *key, struct bytes v);
	void (*number)(void *ctx, const char *key, uint64_t v);
	void (*boolean)(void *ctx, const char *key, bool v);
	/* a decimal number: digits of v with the point before the last decimals of them */
	void (*decimal)(void *ctx, const char *key, uint64_t v, int decimals);
	/* NULL: does not ask. The next value or group was read from these bytes; what is said first
	 * holds, and without it, bytes were read from where they are. n 0: from nowhere. */
	void (*at)(void *ctx, struct bytes where);
};

static inline void sink_at(const struct sink *s, struct bytes where)
{
	if (s->at)
		s->at(s->ctx, where);
}

static inline void sink_object(const struct sink *s, const char *key)
{
	s->open(s->ctx, key, SINK_OBJECT);
}

static inline void sink_list(const struct sink *s, const char *key)
{
	s->open(s->ctx, key, SINK_LIST);
}

static inline void sink_close(const struct sink *s)
{
	s->close(s->ctx);
}

static inline void sink_text(const struct sink *s, const char *key, const char *v)
{
	s->text(s->ctx, key, v);
}

static inline void sink_null(const struct sink *s, const char *key)
{
	s->text(s->ctx, key, (const char *)0);
}

static inline void sink_bytes(const struct sink *s, const char *key, struct bytes v)
{
	s->bytes(s->ctx, key, v);
}

static inline void sink_number(const struct sink *s, const char *key, uint64_t v)
{
	s->number(s->ctx, key, v);
}

static inline void sink_bool(const struct sink *s, const char *key, bool v)
{
	s->boolean(s->ctx, key, v);
}

static inline void sink_decimal(const struct sink *s, const char *key, uint64_t v, int decimals)
{
	s->decimal(s->ctx, key, v, decimals);
}

/* "01ff", at most 2048 bytes */
void sink_hex(const struct sink *s, const char *key, struct bytes v);
/* "0x0000beef"; digits is even, 2 to 8 */
void sink_hex_u32(const struct sink *s, const char *key, uint32_t v, uint32_t digits);
void sink_ip4(const struct sink *s, const char *key, uint32_t v);           /* host order */
void sink_address(const struct sink *s, const char *key, struct address a); /* null for :: */
void sink_mac(const struct sink *s, const char *key, struct mac m);
void sink_time(const struct sink *s, const char *key, uint64_t ns);

/* Where finished characters go: a file, a buffer. */
struct output {
	void *ctx;
	void (*write)(void *ctx, const char *p, uint32_t n);
};

#endif
