/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

/* A link-layer address, in wire order. */
struct mac {
	uint8_t b[6];
};

/* An IPv4 or IPv6 address; IPv4 is kept as ::ffff:a.b.c.d (RFC 4291 2.5.5.2). Host byte order.
 * All zero (the unspecified IPv6 address) means "none". */
struct address {
	uint64_t hi, lo;
};

static inline struct address address_ip4(uint32_t v)
{
	struct address a = { 0, UINT64_C(0xffff) << 32 | v };

	return a;
}

static inline bool address_is_ip4(struct address a)
{
	return a.hi == 0 && a.lo >> 32 == 0xffff;
}

/* The 32 bits of an IPv4 address in host order; 0 for IPv6. */
static inline uint32_t address_to_ip4(struct address a)
{
	return address_is_ip4(a) ? (uint32_t)a.lo : 0;
}

static inline bool address_equal(struct address a, struct address b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

/* No address at all: ::, or 0.0.0.0. */
static inline bool address_none(struct address a)
{
	return a.hi == 0 && (a.lo == 0 || a.lo == UINT64_C(0xffff) << 32);
}

/* 16 bytes in wire order. */
struct address address_ip6(const uint8_t *p);

/* Limited or all-ones broadcast, and multicast of both families. */
bool address_is_multicast(struct address a);

/* Dotted quad, whole text, nothing else: what the boards' own parsers accept. */
bool address_parse_ip4(struct bytes text, uint32_t *out);

/* The same; 0: no such. */
static inline uint32_t address_read_ip4(struct bytes text)
{
	uint32_t ip = 0;

	return address_parse_ip4(text, &ip) ? ip : 0;
}

static inline bool mac_equal(struct mac a, struct mac b)
{
	return a.b[0] == b.b[0] && a.b[1] == b.b[1] && a.b[2] == b.b[2] && a.b[3] == b.b[3] &&
	       a.b[4] == b.b[4] && a.b[5] == b.b[5];
}

/* The 48 bits as a number, for hashing and comparing. */
static inline uint64_t mac_number(struct mac m)
{
	return (uint64_t)m.b[0] << 40 | (uint64_t)m.b[1] << 32 | (uint64_t)m.b[2] << 24 |
	       (uint64_t)m.b[3] << 16 | (uint64_t)m.b[4] << 8 | m.b[5];
}

static inline bool mac_none(struct mac m)
{
	return mac_number(m) == 0;
}

static inline bool mac_is_group(struct mac m)
{
	return m.b[0] & 1;
}

#endif
