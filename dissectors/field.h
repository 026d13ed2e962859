/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIELD_H
#define FIELD_H

#include <stdint.h>

#include "err.h"
#include "reader.h"
#include "sink.h"
#include "text.h"
#include "writer.h"

enum field_format {
	FMT_HEX,  /* raw bytes                                     */
	FMT_FLAG, /* no value: being there is the message         */
	FMT_U8,
	FMT_U16,
	FMT_U32,
	FMT_SECS, /* u32, seconds                                 */
	FMT_BOOL,
	FMT_IP4,
	FMT_IP4_PAIR, /* address and mask, or destination and router */
	FMT_IP6,
	FMT_TEXT,
	FMT_DOMAINS, /* RFC 1035 names, compressed (RFC 3397)      */
	FMT_ENUM8,
	FMT_ENUM16,
	FMT_CODES, /* list of option codes, one byte each          */
	FMT_SUB,   /* type, length, value inside, rows in u.sub    */
	FMT_OWN,   /* written by a function of the protocol        */
};

enum field_flags {
	FIELD_LIST = 1 << 0,   /* value repeats to the end of the field */
	FIELD_CONCAT = 1 << 1, /* split instances are joined (RFC 3396) */
	FIELD_CLIENT = 1 << 2, /* legal from a client                   */
	FIELD_SERVER = 1 << 3, /* legal from a server                   */
};

struct name {
	uint32_t v;
	const char *s; /* static */
};

/* The name of v in a table that ends with { 0, NULL }; NULL when it has none. */
const char *name_of(const struct name *names, uint32_t v);

/* One coded field: decoded, checked, shown, exported, built and cited from this row. */
struct field {
	const char *key;   /* stable: JSON, filters, fixtures, config. NULL: unassigned */
	const char *label; /* may change: screens                                       */
	const char *ref;   /* where the format is defined                               */
	enum field_format fmt;
	uint16_t min, max; /* bytes on the wire; max 0: no bound */
	uint16_t flags;
	union {
		const struct name *names; /* FMT_ENUM*: ends { 0, NULL } */
		const struct field *sub;  /* FMT_SUB: 256 rows           */
		void (*own)(struct bytes v,
			    const struct sink *out); /* FMT_OWN: members of an object */
	} u;
};

/* Length and multiple-of; from is FIELD_CLIENT or FIELD_SERVER, 0 when not known.
 * Runs before anything looks at the value. */
enum err field_check(const struct field *f, struct bytes v, uint16_t from);

/* The value as one line of text; as hex when field_check refuses it. */
void field_text(const struct field *f, struct bytes v, struct text *out);

/* The value under key (NULL inside a list); as hex when field_check refuses it. */
void field_json(const struct field *f, const char *key, struct bytes v, const struct sink *out);

/* A value as people write it, and as field_text shows it (192.168.1.2,192.168.1.3 or text or 01ff),
 * to wire bytes; ERR_VALUE when it is not one. IPv6 addresses and what is made of parts: hex. */
enum err field_parse(const struct field *f, const char *arg, struct writer *out);

#endif
