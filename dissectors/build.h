/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BUILD_H
#define BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "arp.h"
#include "ether.h"
#include "icmp.h"
#include "ip.h"
#include "stp.h"
#include "tcp.h"
#include "writer.h"

/*
 * Frames for tests, the audit and the responders: each build_ function appends to w, and what it
 * writes packet_layers reads back. The family is that of ends->src.
 */
struct build_ends {
	struct mac eth_src, eth_dst;
	uint8_t n_tags; /* 802.1Q tags, 0x88a8 outside of 0x8100 when there are several */
	uint16_t tag[ETHER_TAGS_MAX]; /* outermost first */
	struct address src, dst;
	uint16_t sport, dport;
	uint8_t ttl;      /* 0: 64                  */
	uint32_t id;      /* of fragments, and IPv4 */
	bool no_checksum; /* UDP checksum 0         */
	bool no_df;       /* IPv4: may be fragmented, though id is 0 */
};

/* Ethernet header and tags. A type up to 1500 is a length. */
void build_ether(struct writer *w, const struct build_ends *ends, uint16_t type);

/* IPv4 or IPv6 header for payload bytes behind it. */
void build_ip_header(struct writer *w, const struct build_ends *ends, uint8_t proto,
		     uint32_t payload);

/* UDP datagram and TCP segment without IP, checksum included. */
void build_udp_datagram(struct writer *w, const struct build_ends *ends, struct bytes payload);
void build_tcp_segment(struct writer *w, const struct build_ends *ends, const struct tcp *tcp,
		       struct bytes payload);

/* Whole frames, Ethernet header first. */
void build_ip(struct writer *w, const struct build_ends *ends, uint8_t proto, struct bytes payload);
void build_udp(struct writer *w, const struct build_ends *ends, struct bytes payload);
void build_tcp(struct writer *w, const struct build_ends *ends, const struct tcp *tcp,
	       struct bytes payload);
void build_icmp(struct writer *w, const struct build_ends *ends, const struct icmp *m);
void build_arp(struct writer *w, const struct build_ends *ends, const struct arp *m);
void build_stp(struct writer *w, const struct build_ends *ends, const struct stp *m);

/* One frame with the fragment of datagram (what is behind the unfragmentable part) that begins at
 * offset, of room bytes at most, a multiple of 8. Returns the offset of the next, 0 after the last.
 */
uint32_t build_fragment(struct writer *w, const struct build_ends *ends, uint8_t proto,
			struct bytes datagram, uint32_t offset, uint32_t room);

static inline void build_udp4(struct writer *w, const struct build_ends *ends, struct bytes payload)
{
	build_udp(w, ends, payload);
}

#endif
