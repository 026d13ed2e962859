/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_RIVAL_H
#define DHCP_RIVAL_H

#include <stdint.h>

#include "packet_port.h"

/*
 * Is there another DHCP server on the link? Asks as a client does, three times within wait_ms, and
 * takes no address. port hears what comes to the client's port, 68. The identifier of the server
 * (host order); 0: none answered. One on this host is not heard: it holds port 67.
 */
uint32_t dhcp_rival_probe(struct packet_port *port, uint32_t wait_ms);

#endif
