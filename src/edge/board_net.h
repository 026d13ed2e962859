/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOARD_NET_H
#define BOARD_NET_H

#include <stdint.h>

#include "address.h"
#include "reader.h"

/*
 * A network of this process alone, with one Ethernet interface: a TAP, whose other end is a
 * descriptor. Whoever holds that carries its frames to a wire; so the kernel's TCP, in here, speaks
 * there with the MAC and the address of a board, and this host's own network is not touched.
 */
struct board_net_who {
	struct mac mac;
	uint32_t address, mask, router; /* host order; mask, router 0: none was told */
	uint32_t peer;                  /* whom it is going to ask: the only route */
	uint32_t mtu;                   /* of the wire; 0: the usual */
};

/* This process moves there, for good. The descriptor, or a negative errno: then nothing was done.
 */
int board_net_make(void) __attribute__((warn_unused_result));
/* In there, with CAP_NET_ADMIN: from here on it is that board. What was open before is not its. */
int board_net_become(const struct board_net_who *who) __attribute__((warn_unused_result));

/* At the other end. The next frame that waits; n 0: none. */
struct bytes board_net_take(int tap, uint8_t *buf, uint32_t room);
/* A frame for the board. unsummed: position of the header behind IP whose checksum may be missing,
 * since what came from this very machine had it left to a card; 0: there is none. */
void board_net_give(int tap, struct bytes frame, uint32_t unsummed, uint8_t protocol);

#endif
