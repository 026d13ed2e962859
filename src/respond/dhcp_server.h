/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_SERVER_H
#define DHCP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "dhcp_config.h"
#include "leases.h"
#include "reader.h"

/*
 * A DHCP server (RFC 2131) and proxyDHCP server (PXE 2.1) as a function of messages and time. It
 * knows no socket, file or clock: what to send, whom to ask by ARP, and which lease must be on disk
 * before its ACK goes out leave through struct dhcp_out. Pure; asks for no memory after
 * dhcp_server_init.
 */

enum dhcp_event {
	DHCP_OFFERED,
	DHCP_ACKED,
	DHCP_NAKED,
	DHCP_RELEASED,
	DHCP_DECLINED_ADDRESS, /* the client found its address in use */
	DHCP_IN_USE,           /* the probe did */
	DHCP_EMPTY,            /* no address is left */
	DHCP_NOT_MEANT,        /* no Raspberry Pi, and not listed */
	DHCP_TOO_OFTEN,        /* one client asks faster than any would: not answered */
	DHCP_NOT_KEPT,         /* the lease does not reach the disk: not answered */
	DHCP_EVENTS
};

struct dhcp_news {
	enum dhcp_event event;
	struct mac mac;
	uint32_t ip;
	const char *why; /* ours, static; NULL: none */
};

/* Where a message goes: broadcast when to is all ones; else to that address, which is reached at
 * mac: of a client that cannot answer ARP yet, or of the relay or router that brought the question
 * (zero: the kernel knows). */
struct dhcp_to {
	uint32_t to;
	uint16_t from_port, port;
	struct mac mac;
};

struct dhcp_out {
	void *ctx;
	/* The message to send after delay_ms. */
	void (*send)(void *ctx, const struct dhcp_to *to, struct bytes message, uint32_t delay_ms);
	/* Is somebody there? dhcp_server_in_use tells of an answer. by NULL: on this link, so ARP
	 * knows; else an ICMP echo request, which the router at that MAC takes there. */
	void (*probe)(void *ctx, uint32_t ip, const struct mac *by);
	/* Onto the disk, before what is sent next: false when it cannot be. */
	bool (*keep)(void *ctx, const struct lease *l);
	void (*news)(void *ctx, const struct dhcp_news *n); /* NULL: not wanted */
};

struct dhcp_server;

/* A message as it came. */
struct dhcp_in {
	struct bytes payload;
	uint16_t port;   /* to which: 67 or 4011 */
	uint32_t from;   /* IP source */
	uint64_t now_ns; /* since 1970 */
	struct mac mac;  /* of the frame: the client's, a relay's or a router's; zero: not known */
	uint16_t from_port;
	bool unicast; /* to our address, and to no other server's */
};

size_t dhcp_server_size(void);
/* mem is zeroed; it, config and leases are borrowed (leases may be NULL for a proxy), out is
 * copied. */
struct dhcp_server *dhcp_server_init(void *mem, const struct dhcp_config *config,
				     struct leases *leases, const struct dhcp_out *out);

void dhcp_server_message(struct dhcp_server *s, const struct dhcp_in *in);
/* An answer to ARP or ICMP came from ip. */
void dhcp_server_in_use(struct dhcp_server *s, uint32_t ip, uint64_t now_ns);
void dhcp_server_tick(struct dhcp_server *s, uint64_t now_ns);
uint64_t dhcp_server_next(const struct dhcp_server *s); /* when to tick; UINT64_MAX: no timer */

#endif
