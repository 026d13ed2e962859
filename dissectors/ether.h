/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ETHER_H
#define ETHER_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

enum { ETHER_TAGS_MAX = 4 };

enum ethertype {
	ETHERTYPE_IP4 = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8, /* IEEE 802.1ad */
	ETHERTYPE_IP6 = 0x86dd,
	ETHERTYPE_LLDP = 0x88cc,
};

/* What the link layer says. has_dst is false where the capture format leaves it out (cooked, raw). */
struct ether {
	struct mac src, dst;
	bool has_src, has_dst;
	bool outgoing; /* cooked captures: sent by the capturing host */
	uint8_t n_tags;
	uint16_t tag[ETHER_TAGS_MAX]; /* VLAN ids, outermost first */
	uint16_t type;                /* EtherType behind the tags; 0 for LLC without SNAP */
};

#endif
