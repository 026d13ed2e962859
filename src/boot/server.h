/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVER_H
#define SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

enum server_role {
	ROLE_DHCP = 1 << 0,
	ROLE_PROXY_DHCP = 1 << 1,
	ROLE_TFTP = 1 << 2,
	ROLE_NFS = 1 << 3,
	ROLE_HTTP = 1 << 4,
	ROLE_DNS = 1 << 5,
	ROLE_ROUTER = 1 << 6,
	ROLE_RPCBIND = 1 << 7,
	ROLE_RELAY = 1 << 8,
	ROLE_MOUNTD = 1 << 9,
};
enum { SERVER_ROLES = 10 };

const char *server_role_key(uint32_t bit); /* static: "proxy-dhcp"; bit 0 .. SERVER_ROLES - 1 */

/* A directory that a server listed when somebody asked it for its exports (MOUNT EXPORT). */
struct export_seen {
	struct address server;
	uint64_t frame;  /* of the answer */
	uint32_t groups; /* that may mount it; 0: everyone */
	char group[44];  /* the first of them; cut, unsafe to show */
	char path[128];  /* unsafe to show */
};

enum export_listed {
	EXPORTS_UNKNOWN, /* no whole list was seen */
	EXPORT_LISTED,   /* the path, or a directory above it */
	EXPORT_NOT_LISTED,
};

/* A host that serves, or that was named or asked as one. */
struct server {
	struct address ip;
	struct mac mac; /* zero: not seen                       */
	uint32_t roles; /* it was seen to play: it answered     */
	uint32_t named; /* it was named or asked for            */
	uint64_t first_frame, last_frame, first_ns, last_ns;
	uint32_t offers, acks, naks, proxy_offers;
	uint32_t tftp_requests, tftp_answers, tftp_errors;
	uint32_t rpc_calls, rpc_replies;
	uint32_t dns_queries, dns_answers;
	uint32_t unreachables;  /* ICMP port unreachable that it sent   */
	uint32_t mask;          /* last offered by it                   */
	bool option43;          /* one of its offers had option 43      */
	bool arp_seen;          /* it answered an ARP request           */
	bool exports_whole;     /* the list of its exports is complete  */
	uint64_t exports_frame; /* last answer to EXPORT; 0: none seen */
};

#endif
