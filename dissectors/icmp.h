/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ICMP_H
#define ICMP_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "ip.h"
#include "reader.h"
#include "sink.h"
#include "text.h"
#include "writer.h"

/* The packet an ICMP error quotes: it says who was refused what. */
struct icmp_quote {
	bool present;
	struct ip ip;
	uint16_t sport, dport; /* 0 unless UDP or TCP and quoted far enough */
	struct bytes payload;  /* borrowed; what is quoted behind the ports' header */
	uint32_t payload_wire; /* bytes of it the frame had                         */
};

/* ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861). */
struct icmp {
	uint8_t version; /* 4 or 6 */
	uint8_t type, code;
	uint16_t mtu;      /* type 3 code 4; ICMPv6 type 2 (cut to 16 bits) */
	uint16_t id, seq;  /* echo and its reply */
	struct bytes data; /* echo and its reply: borrowed, what is held */
	struct icmp_quote quote;
	/* neighbour discovery: 133-137 */
	struct address target; /* NS, NA; the better router of a redirect; none otherwise */
	struct mac link;       /* source/target link-layer address option; zero when absent */
	uint8_t ra_flags;      /* RA: 0x80 managed, 0x40 other */
};

/* r stands at the ICMP type octet. */
enum err icmp_decode(struct reader *r, uint8_t version, struct icmp *out);
/* Header and what the type has: id, seq and data; mtu and the quote; target and link. A quote is
 * written as IP header, ports and payload. The checksum of ICMPv6 needs the addresses: build_icmp
 * fills it in, here it is 0. */
void icmp_encode(const struct icmp *m, struct writer *w);
/* Does this type report on another packet, which it quotes? */
bool icmp_is_error(const struct icmp *m);
/* Static: "port unreachable", "echo request"; NULL for what has no name here. */
const char *icmp_name(const struct icmp *m);

#endif
