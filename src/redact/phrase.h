/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PHRASE_H
#define PHRASE_H

#include "names.h"
#include "pseudonym.h"

enum { PHRASE_HEX_MAX = 64 };

/*
 * Addresses, serial numbers and names as they stand in text, among bytes of any kind. What is found
 * is replaced by as many characters, everything else stays as it is.
 */
struct phrases {
	struct pseudonym pseudonym;
	struct names names;
	uint32_t n_hex, hex[PHRASE_HEX_MAX]; /* addresses that loaders made file names of */
};

/* What a text is. */
enum phrase_kind {
	PHRASE_TEXT, /* anything: of names those that are known */
	PHRASE_NAME, /* names and nothing else: unknown ones too */
};

/* to: v.n bytes, apart from v. */
void phrase_map(const struct phrases *w, enum phrase_kind kind, struct bytes v, uint8_t *to);

/* v, already mapped into to, is part of a longer text: what its end, and its begin (head), have of
 * words that go on beyond it. What is zero in to was left out and stays so. */
void phrase_map_edges(const struct phrases *w, bool head, struct bytes v, uint8_t *to);

/* Learns every word of a name; or of text those that stand where names do: of hosts in URLs, in
 * front of a path (nfsroot=host:/path), in ip=, and serial numbers as folders. */
void phrase_learn(struct phrases *w, enum phrase_kind kind, struct bytes v);

/* Serial numbers and MACs that were seen in their own fields. */
void phrase_saw_mac(struct phrases *w, struct mac m);
void phrase_saw_serial(struct phrases *w, uint32_t v);

/* Is this known to be the tail of a MAC? */
bool phrase_is_tail(const struct phrases *w, uint32_t v);

#endif
