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
	ETHERTYPE_TRANSPARENT_BRIDGING = 0x6558,
	ETHERTYPE_RARP = 0x8035,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IP6 = 0x86dd,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_UPSTREAM = 0x8848,
	ETHERTYPE_PPPOE = 0x8864, /* session stage */
	ETHERTYPE_QINQ = 0x88a8,  /* IEEE 802.1ad  */
	ETHERTYPE_LLDP = 0x88cc,
	ETHERTYPE_MACSEC = 0x88e5,     /* IEEE 802.1AE */
	ETHERTYPE_CISCO_META = 0x8909, /* TrustSec group tag */
	ETHERTYPE_NSH = 0x894f,        /* RFC 8300 */
	ETHERTYPE_QINQ_OLD = 0x9100,
};

/* LINKTYPE_ values of the savefile formats that are read here. */
enum link_type {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_ARCNET = 7,
	LINK_PPP = 9,
	LINK_RAW_12 = 12, /* DLT_RAW of some systems, met in old files */
	LINK_RAW_14 = 14,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_RAW = 101,
	LINK_C_HDLC = 104,
	LINK_IEEE802_11 = 105,
	LINK_FRAME_RELAY = 107,
	LINK_LOOP = 108,
	LINK_LINUX_SLL = 113,
	LINK_RADIOTAP = 127,
	LINK_ARCNET_LINUX = 129,
	LINK_IP4 = 228,
	LINK_IP6 = 229,
	LINK_NFLOG = 239,
	LINK_LINUX_SLL2 = 276,
};

/* Is this link type read here? */
bool link_known(uint32_t link);

/* What the link layer says; has_src, has_dst: the format (cooked, raw) may leave them out. */
struct ether {
	struct mac src, dst;
	bool has_src, has_dst;
	bool outgoing, incoming; /* as the capture says: sent by its host, or to it; else neither */
	uint8_t n_tags;
	uint16_t tag[ETHER_TAGS_MAX]; /* VLAN ids, outermost first */
	uint16_t type;                /* EtherType behind the tags; 0 for LLC without SNAP */
};

#endif
