/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VANTAGE_H
#define VANTAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

/* What the place of the capture can see. */
enum vantage_kind {
	VANTAGE_UNKNOWN,
	VANTAGE_FULL,           /* unicast both ways between others: mirror port, router */
	VANTAGE_SERVER,         /* on the server                                         */
	VANTAGE_CLIENT,         /* on the client                                         */
	VANTAGE_BROADCAST_ONLY, /* a bystander behind a switch                           */
	VANTAGE_ONE_WAY,        /* unicast of one direction only                         */
};

struct vantage {
	enum vantage_kind kind;
	const char *why;                                   /* static; our own words            */
	uint64_t unicast_from_clients, unicast_to_clients; /* frames     */
	uint64_t broadcasts_from_clients;
	uint64_t dhcp_replies_unicast;
	uint64_t
		answers_to_clients; /* of unicast_to_clients what is no DHCP, DHCPv6, ARP or ICMP */
	struct mac own;   /* in almost all unicast frames: the capturing machine; zero: not known */
	bool third_party; /* unicast between machines that are both not it was seen */
	uint64_t cut_frames;         /* held only in part (snaplen)      */
	uint64_t dropped;            /* by the capture, as told          */
	uint64_t outgoing, incoming; /* where the capture says which     */
	uint64_t outgoing_of_clients;
	bool starts_in_middle; /* first boot traffic was not a beginning */
};

const char *vantage_key(enum vantage_kind k); /* static: "broadcast-only" */

#endif
