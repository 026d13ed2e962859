/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LEASES_H
#define LEASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "lease_map.h"
#include "reader.h"
#include "text.h"

/*
 * Which address is whose (RFC 2131 2.2, 4.3). Pure: a table in memory given once; what has to
 * survive is handed out as lines of dnsmasq's lease file, and taken in again. Invariants: an
 * address has one row at most, and is given to nobody else while its row is offered, bound or
 * declined.
 */

enum { LEASE_ID_MAX = 32, LEASE_NAME_MAX = 64, LEASE_LINE_MAX = 320 };

/* Who a client is: its client identifier (option 61), else its hardware address (RFC 2131 4.2). A
 * board's ROM sends no identifier, its system may: without one of its own a row is found by the
 * hardware address as well, so that a board keeps its address all the way up. */
struct lease_client {
	uint8_t htype, hlen;
	uint8_t chaddr[16];
	uint8_t id_len; /* 0: none; longer ones are cut and their rest hashed into the last bytes */
	uint8_t id[LEASE_ID_MAX];
};

enum lease_state {
	LEASE_FREE,    /* was somebody's once: kept for them while there is room */
	LEASE_OFFERED, /* held until a REQUEST comes, a few seconds */
	LEASE_BOUND,
	LEASE_DECLINED, /* somebody uses it without asking */
};

struct lease {
	uint32_t ip; /* host order; 0: row not used */
	uint8_t state;
	bool fixed; /* of a reservation: kept for its client whatever its state */
	struct lease_client client;
	char name[LEASE_NAME_MAX]; /* host name, safe for a file: letters, digits, "-" and "."; "":
				      none */
	uint64_t until;            /* s since 1970; UINT64_MAX: for ever */
	uint64_t seen;             /* when it last changed: the longest idle is given away first */
	uint32_t next_ip, next_client; /* chains, 0 ends */
	uint16_t asked_for;            /* of who has this row: where it is asked for; 0: nowhere */
};

struct leases;

size_t leases_size(uint32_t n);
/* n rows at most, 1 to 2^20. mem is zeroed and borrowed. seed: for hashing, nobody can guess it. */
struct leases *leases_init(void *mem, uint32_t n, uint64_t seed);
/* Addresses are given out of this one, LEASE_SPANS_MAX at most: rows of others give way to its. */
void leases_serve(struct leases *t, const struct lease_range *r);

void lease_client_set(struct lease_client *c, uint8_t htype, struct bytes chaddr, struct bytes id);
bool lease_same_client(const struct lease_client *a, const struct lease_client *b);

/* The row of an address or of a client, NULL: none. Borrowed until the next call that makes rows. A
 * client may have rows in several ranges: the one in [first, last] is meant. */
struct lease *leases_by_ip(struct leases *t, uint32_t ip);
struct lease *leases_by_client(struct leases *t, const struct lease_client *c, uint32_t first,
			       uint32_t last);

/* How many addresses it declined lately. */
uint32_t leases_declined(struct leases *t, const struct lease_client *c, uint64_t now);

/* The address of the range that was declined longest ago, min seconds at least; 0: none. */
uint32_t leases_oldest_declined(const struct leases *t, const struct lease_range *r, uint64_t now,
				uint64_t min);

/* Is the address nobody's now (free, run out, or this client's own)? */
bool lease_available(const struct lease *l, const struct lease_client *c, uint64_t now);

/*
 * An address of the range for c that is nobody's: the one it had, then the one it asks for, then
 * one that was never given, by a hash of the client so that it gets the same again, then of those
 * next to it the one free longest. taken says of an address that it must not be given (a
 * reservation, ours); NULL: none. 0: there is none left.
 */
uint32_t leases_choose(struct leases *t, const struct lease_client *c, const struct lease_range *r,
		       uint32_t asked, uint64_t now, bool (*taken)(void *ctx, uint32_t ip),
		       void *ctx);

/* The row of ip becomes this; made when it is not there. NULL: no room, every row is in use. */
struct lease *leases_set(struct leases *t, uint32_t ip, const struct lease_client *c,
			 enum lease_state state, uint64_t until, uint64_t now);

/* The same client's, in another state. */
void leases_turn(struct leases *t, struct lease *l, enum lease_state state, uint64_t until,
		 uint64_t now);

uint32_t leases_count(const struct leases *t);                      /* rows that may be in use */
const struct lease *leases_row(const struct leases *t, uint32_t i); /* NULL: not used */

/* "expiry MAC address name client-id", as dnsmasq writes it (expiry 0: for ever), with its newline.
 */
void lease_line(const struct lease *l, struct text *out);
/* Such a line, into a row that is bound. False: it is none; a line of another make is passed over.
 */
bool leases_line(struct leases *t, struct bytes line, uint64_t now);

#endif
