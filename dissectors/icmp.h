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
};

/* ICMP (RFC 792) and ICMPv6 (RFC 4443, RFC 4861). */
struct icmp {
	uint8_t version; /* 4 or 6 */
	uint8_t type, code;
	uint16_t mtu;    /* type 3 code 4; ICMPv6 type 2 (cut to 16 bits) */
	struct icmp_quote quote;
	/* neighbour discovery: 133-137 */
	struct address target; /* NS, NA; none otherwise       */
	struct mac link;       /* source/target link-layer address option; zero when absent */
	uint8_t ra_flags;      /* RA: 0x80 managed, 0x40 other */
};

/* r stands at the ICMP type octet. */
enum err icmp_decode(struct reader *r, uint8_t version, struct icmp *out);
/* Echo, unreachable with a quote: checksum included. */
void icmp_encode(const struct icmp *m, struct writer *w);

#endif
