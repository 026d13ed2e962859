/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "arp.h"
#include "dhcp.h"
#include "dhcp6.h"
#include "dns.h"
#include "err.h"
#include "ether.h"
#include "frame.h"
#include "http.h"
#include "icmp.h"
#include "ip.h"
#include "lldp.h"
#include "netconsole.h"
#include "reader.h"
#include "rpc.h"
#include "sink.h"
#include "stp.h"
#include "tcp.h"
#include "text.h"
#include "tftp.h"

enum record {
	RECORD_NONE, /* not boot traffic, or bulk that needs no look: layers only */
	RECORD_ARP,
	RECORD_ICMP, /* both versions */
	RECORD_STP,
	RECORD_LLDP,
	RECORD_TCP, /* SYN, FIN or RST: who was refused a connection */
	RECORD_DHCP,
	RECORD_DHCP6,
	RECORD_TFTP,
	RECORD_RPC,
	RECORD_HTTP,
	RECORD_DNS,
	RECORD_NETCONSOLE,
	RECORDS,
};

struct flow;

/*
 * One frame, decoded: the layers and one typed record. Everything in it is
 * borrowed for the length of the call it is given to. Only the fields of the
 * layers that are there are set; of u only the member that record names.
 */
struct packet {
	const struct frame *frame;
	uint64_t time_ns;
	uint64_t number; /* of the frame */
	struct ether ether;
	struct ip ip;          /* version 0: no IP */
	uint16_t sport, dport; /* UDP and TCP; 0 otherwise */
	bool reassembled;      /* from IP fragments; frame is the one that completed it */
	bool bad_checksum;     /* UDP checksum present and wrong; only looked at for DHCP */
	bool partial_checksum; /* UDP checksum that the sender left to its card; the same */
	bool no_checksum;      /* UDP checksum 0: absent */
	struct reader payload; /* behind the last layer read */
	uint32_t transport;    /* position in payload.buf of the UDP, TCP or ICMP header, or of what
				* Ethernet carried: ARP, STP, LLDP */
	uint8_t tunnels;       /* how many were entered: ether, ip and ports are of the innermost */
	enum record record;
	enum err err;        /* how decoding of the record ended */
	uint32_t err_offset; /* in the frame                     */
	struct flow *flow;   /* TFTP: the transfer's flow; its user word is the model's */
	struct tcp tcp;      /* when ip.proto is TCP */
	union {
		struct arp arp;
		struct icmp icmp;
		struct stp stp;
		struct lldp lldp;
		struct dhcp dhcp;
		struct dhcp6 dhcp6;
		struct tftp tftp;
		struct rpc rpc;
		struct http http;
		struct dns dns;
		struct netconsole netconsole;
	} u;
};

/* Where a value of that key stands in the bytes of its record or header. */
struct field_place {
	const char *key; /* NULL: the end */
	uint16_t at, n;
};

/* One row a record: how it is named, told in a line, and walked through. */
struct protocol {
	const char *key; /* JSON "proto"; static */
	void (*line)(const struct packet *p, struct text *out);
	/* members of the protocol's JSON object, already opened by the caller */
	void (*fields)(const struct packet *p, const struct sink *out);
	/* those of the members whose places are fixed, NULL: none; where others were read fields
	 * says by sink_at */
	const struct field_place *places;
};

extern const struct protocol protocols[RECORDS];

/* protocols[].key, but "icmp6" for ICMPv6. Static. */
const char *protocol_key(const struct packet *p);

/*
 * Link, VLAN, network and transport headers; ARP, ICMP, STP and LLDP whole.
 * For UDP and TCP: ports, and payload at the first byte behind the header.
 * A fragment (ip.fragment) has its payload at the first byte behind the IP
 * headers and no ports: packet_transport reads them once it is whole.
 * Touches headers only, allocates nothing, sets record to RECORD_NONE for UDP and
 * RECORD_TCP only for segments with SYN, FIN or RST.
 */
void packet_layers(const struct frame *f, struct packet *p);

/* Transport header of a whole datagram in p->payload, p->ip.proto saying which. */
void packet_transport(struct packet *p);

/* What the record was read from, borrowed: the message without the headers that carried it. */
struct bytes packet_record(const struct packet *p);

/* Its headers, a group each, outermost first, with the places of all their fields. */
void packet_header_fields(const struct packet *p, const struct sink *out);

/* UDP header and data as held, borrowed; empty when p is not UDP. */
struct bytes packet_udp(const struct packet *p);

/* UDP checksum over what is held, header first: 0 right or absent, 1 wrong, 2 left to the card (the
 * pseudo-header's only: as the sender's kernel hands it on), -1 cannot say (cut). */
int packet_udp_checksum(const struct packet *p, struct bytes udp);

/* line and fields functions, each beside its decoder */
void arp_line(const struct packet *p, struct text *out);
void arp_fields(const struct packet *p, const struct sink *out);
void icmp_line(const struct packet *p, struct text *out);
void icmp_fields(const struct packet *p, const struct sink *out);
void stp_line(const struct packet *p, struct text *out);
void stp_fields(const struct packet *p, const struct sink *out);
void lldp_line(const struct packet *p, struct text *out);
void lldp_fields(const struct packet *p, const struct sink *out);
void tcp_line(const struct packet *p, struct text *out);
void tcp_fields(const struct packet *p, const struct sink *out);
void dhcp_line(const struct packet *p, struct text *out);
void dhcp_fields(const struct packet *p, const struct sink *out);
void dhcp6_line(const struct packet *p, struct text *out);
void dhcp6_fields(const struct packet *p, const struct sink *out);
void tftp_line(const struct packet *p, struct text *out);
void tftp_fields(const struct packet *p, const struct sink *out);
void rpc_line(const struct packet *p, struct text *out);
void rpc_fields(const struct packet *p, const struct sink *out);
void http_line(const struct packet *p, struct text *out);
void http_fields(const struct packet *p, const struct sink *out);
void dns_line(const struct packet *p, struct text *out);
void dns_fields(const struct packet *p, const struct sink *out);
void netconsole_line(const struct packet *p, struct text *out);
void netconsole_fields(const struct packet *p, const struct sink *out);

/* places, each beside its decoder */
extern const struct field_place arp_places[];
extern const struct field_place icmp_places[];
extern const struct field_place stp_places[];
extern const struct field_place tcp_places[];
extern const struct field_place dhcp_places[];
extern const struct field_place tftp_places[];
extern const struct field_place rpc_places[];
extern const struct field_place dns_places[];

#endif
