/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IP_H
#define IP_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"

enum ip_proto {
	IP_PROTO_HOP_BY_HOP = 0,
	IP_PROTO_ICMP = 1,
	IP_PROTO_IP4 = 4, /* RFC 2003 */
	IP_PROTO_TCP = 6,
	IP_PROTO_UDP = 17,
	IP_PROTO_IP6 = 41, /* RFC 4213 */
	IP_PROTO_ROUTING = 43,
	IP_PROTO_FRAGMENT = 44,
	IP_PROTO_GRE = 47,
	IP_PROTO_ESP = 50,
	IP_PROTO_AH = 51,
	IP_PROTO_ICMP6 = 58,
	IP_PROTO_NO_NEXT = 59,
	IP_PROTO_DESTINATION = 60,
	IP_PROTO_PIM = 103,
	IP_PROTO_MOBILITY = 135, /* RFC 6275 */
};

/* What the network layer says; version 0: no IP in this frame. */
struct ip {
	uint8_t version;
	uint8_t ttl;   /* hop limit */
	uint8_t proto; /* of the payload, behind IPv6 extension headers */
	bool fragment; /* offset or more-fragments set */
	bool more_fragments;
	bool dont_fragment;
	uint32_t at;              /* where the header begins, in the reader it was read from */
	uint32_t id;              /* identification: 16 bits, 32 in an IPv6 fragment header */
	uint32_t fragment_offset; /* bytes                                              */
	struct address src, dst;
};

/* Internet checksum (RFC 1071): sums are carried on, bytes to even positions; fold gives what goes
 * into the header, 0 when a header with its checksum in it is right. */
uint32_t ip_sum(uint32_t sum, struct bytes v);
uint16_t ip_sum_fold(uint32_t sum);
/* Pseudo-header of RFC 768, 9293 and, for IPv6, RFC 8200 8.1. */
uint32_t ip_pseudo_sum(struct address src, struct address dst, uint8_t proto, uint32_t length);

/* Static, "udp", "tcp", "icmp", "icmp6"; NULL for others. */
const char *ip_proto_key(uint8_t proto);

#endif
