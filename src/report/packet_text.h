/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PACKET_TEXT_H
#define PACKET_TEXT_H

#include "packet.h"

/* "192.168.1.2:69", "[fe80::1]:546", or the address alone where there are no ports. */
void packet_end_text(const struct packet *p, bool source, struct text *out);

/* A packet in a line, without number and time: "192.168.1.2:67 > 192.168.1.9:68 dhcp ...". */
void packet_text(const struct packet *p, struct text *out);

#endif
