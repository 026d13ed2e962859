/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IP_H
#define IP_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

enum ip_proto {
	IP_PROTO_ICMP = 1,
	IP_PROTO_TCP = 6,
	IP_PROTO_UDP = 17,
	IP_PROTO_ICMP6 = 58,
};

/* What the network layer says; version 0: no IP in this frame. */
struct ip {
	uint8_t version;
	uint8_t ttl;   /* hop limit */
	uint8_t proto; /* of the payload, behind IPv6 extension headers */
	bool fragment;       /* offset or more-fragments set */
	bool more_fragments;
	bool dont_fragment;
	uint32_t id;              /* identification: 16 bits, 32 in an IPv6 fragment header */
	uint32_t fragment_offset; /* bytes                                              */
	struct address src, dst;
};

#endif
