/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REDACT_PARTS_H
#define REDACT_PARTS_H

#include "phrase.h"
#include "redact.h"
#include "wire.h"

enum { REDACT_CACHE = 1024 };

/*
 * One frame at work. in holds its bytes, out begins as zeros: what no function below puts there
 * stays away. In the first reading they learn what they would replace, and put nothing.
 * Positions are of both; all functions take any, and stop at n.
 */
struct redact {
	struct phrases phrases;
	bool learning, settled;
	uint8_t depth;               /* of IP packets in one another */
	uint32_t n, message;         /* message: where DHCP's begins */
	uint32_t segment, segment_n; /* payload of TCP */
	const struct frame *frame;
	struct wire *wire;
	struct wire_limits limits;
	struct pair {
		uint32_t from, to;
		bool used;
	} ip4[REDACT_CACHE];
	uint8_t in[REDACT_FRAME_MAX], out[REDACT_FRAME_MAX];
};

/* The part of [at, at + n) that the frame has. */
struct bytes redact_held(const struct redact *r, uint32_t at, uint32_t n);
uint8_t redact_u8(const struct redact *r, uint32_t at); /* 0 behind the end */
uint16_t redact_be16(const struct redact *r, uint32_t at);

/* Where v, borrowed from the frame, begins; UINT32_MAX: elsewhere. */
uint32_t redact_at(const struct redact *r, const void *v);

void redact_pass(struct redact *r, uint32_t at, uint32_t n); /* as it is */
void redact_mac(struct redact *r, uint32_t at);
void redact_mac_tail(struct redact *r, uint32_t at); /* its last four bytes */
void redact_ip4(struct redact *r, uint32_t at);
void redact_ip4_prefix(struct redact *r, uint32_t at,
		       uint32_t width); /* as many octets as it takes */
void redact_ip6(struct redact *r, uint32_t at);
void redact_serial(struct redact *r, uint32_t at); /* little endian */
void redact_opaque(struct redact *r, uint32_t at, uint32_t n);
void redact_phrase(struct redact *r, enum phrase_kind kind, uint32_t at, uint32_t n);

/* The link layer and all up to ports and checksums; what is in the payloads comes before it. */
void redact_layers(struct redact *r);

/* Payloads, [at, end) each. */
void redact_arp(struct redact *r, uint32_t at, uint32_t end);
void redact_lldp(struct redact *r, uint32_t at, uint32_t end);
void redact_stp(struct redact *r, uint32_t at, uint32_t end);
void redact_icmp(struct redact *r, uint32_t at, uint32_t end, bool v6);
void redact_dhcp(struct redact *r, uint32_t at, uint32_t end);
void redact_dhcp6(struct redact *r, uint32_t at, uint32_t end);
void redact_dns(struct redact *r, uint32_t at, uint32_t end);
void redact_option43(struct redact *r, uint32_t at, uint32_t n);
void redact_duid(struct redact *r, uint32_t at, uint32_t n);

/* Names as labels (RFC 1035 3.1), one after the other; gives where the first of them ends. */
uint32_t redact_domain(struct redact *r, uint32_t at, uint32_t end);
void redact_domains(struct redact *r, uint32_t at, uint32_t end);

/* IP headers of a quoted packet and what is known of its transport's; checksums too. */
void redact_quoted(struct redact *r, uint32_t at, uint32_t end);

#endif
