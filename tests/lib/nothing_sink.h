/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NOTHING_SINK_H
#define NOTHING_SINK_H

#include "sink.h"

/* A sink that keeps nothing, but touches every byte it is handed, so that the sanitizer does. */
static inline void nothing_open(void *ctx, const char *key, enum sink_group group)
{
	(void)ctx, (void)key, (void)group;
}

static inline void nothing_close(void *ctx)
{
	(void)ctx;
}

static inline void nothing_text(void *ctx, const char *key, const char *v)
{
	(void)ctx, (void)key, (void)v;
}

static inline void nothing_bytes(void *ctx, const char *key, struct bytes v)
{
	volatile uint8_t sum = 0;

	(void)ctx, (void)key;
	for (uint32_t i = 0; i < v.n; i++)
		sum = (uint8_t)(sum + v.p[i]);
}

static inline void nothing_at(void *ctx, struct bytes where)
{
	nothing_bytes(ctx, NULL, where);
}

static inline void nothing_number(void *ctx, const char *key, uint64_t v)
{
	(void)ctx, (void)key, (void)v;
}

static inline void nothing_boolean(void *ctx, const char *key, bool v)
{
	(void)ctx, (void)key, (void)v;
}

static inline void nothing_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	(void)ctx, (void)key, (void)v, (void)decimals;
}

static inline struct sink nothing_sink(void)
{
	struct sink s = { NULL,          nothing_open,   nothing_close,   nothing_text,
			  nothing_bytes, nothing_number, nothing_boolean, nothing_decimal,
			  nothing_at };

	return s;
}

#endif
