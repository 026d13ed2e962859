/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_MAC_H
#define AUDIT_MAC_H

#include <stdbool.h>

#include "address.h"

/* Boards that an audit plays go by addresses of their own, locally administered, so that whoever
 * watches can tell them from machines: 02:b5:1x, then the end of a serial number; 02:b5:0f who
 * tries what servers can. */
enum { AUDIT_MAC_GUEST = 0x0f };

static inline struct mac audit_mac(uint32_t board, uint32_t serial)
{
	return (struct mac) { { 0x02, 0xb5, (uint8_t)(0x10 | (board & 0x0f)),
				(uint8_t)(serial >> 16), (uint8_t)(serial >> 8),
				(uint8_t)serial } };
}

/* Of who tries what servers can: it boots nothing. */
static inline bool mac_of_audit_guest(struct mac m)
{
	return m.b[0] == 0x02 && m.b[1] == 0xb5 && m.b[2] == AUDIT_MAC_GUEST;
}

static inline bool mac_of_audit(struct mac m)
{
	return (m.b[0] == 0x02 && m.b[1] == 0xb5 && (m.b[2] & 0xf0) == 0x10) ||
	       mac_of_audit_guest(m);
}

#endif
