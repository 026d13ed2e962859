/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TCP_H
#define TCP_H

#include <stdint.h>

enum tcp_flags { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

/* A segment's header (RFC 9293 3.1); the ports are in struct packet, its payload is p->payload. */
struct tcp {
	uint32_t seq, ack;
	uint8_t flags;
	uint16_t window;
};

#endif
