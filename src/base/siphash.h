/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SIPHASH_H
#define SIPHASH_H

#include "reader.h"

enum { SIPHASH_KEY = 16 };

/* SipHash-2-4 with 64 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012): who
 * does not know the key can neither tell nor make it. Its bytes on the wire begin with the lowest.
 */
uint64_t siphash(const uint8_t key[SIPHASH_KEY], struct bytes v);

#endif
