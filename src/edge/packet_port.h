/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PACKET_PORT_H
#define PACKET_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "frame.h"
#include "reader.h"

/*
 * Frames in and out of one Ethernet interface, past the host's own IP: for who has no address yet,
 * and beside another server that holds the port. Comes with the interface's MAC and IPv4 address.
 */
struct packet_port;

struct packet_port_facts {
	struct mac mac;
	uint32_t address, mask; /* IPv4, host order; 0: it has none */
	uint32_t mtu;
	int index;
	bool up;
};

/* Takes IPv4 UDP to the ports given (at most 4), ARP replies, and ICMP echo replies. 0, or a
 * negative errno and one sentence in why. */
int packet_port_open(const char *interface, const uint16_t *ports, int n_ports,
		     struct packet_port **out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* The same as a host of its own with that MAC: takes all frames to it, and to all. */
int packet_port_open_as(const char *interface, struct mac mac, struct packet_port **out, char *why,
			size_t n) __attribute__((warn_unused_result));
void packet_port_free(struct packet_port *p);
int packet_port_fd(const struct packet_port *p);
/* Read anew: an address may change while we run. False: the interface is gone, and index is 0; what
 * has its name later has another index, and frames of it need a port of their own. */
bool packet_port_facts(struct packet_port *p, struct packet_port_facts *out);

/* Gives frames too that others on this host send. To be said before the sandbox. */
void packet_port_hear_host(struct packet_port *p);

/* The next frame that waits, borrowed until the next call. False: none; until then some may be read
 * already, of which the descriptor says nothing. */
bool packet_port_take(struct packet_port *p, struct frame *out);
/* A whole frame, Ethernet header first; what cannot be sent is lost. */
void packet_port_send(struct packet_port *p, struct bytes frame);
void packet_port_send_all(struct packet_port *p, const struct bytes *frame, uint32_t n);

#endif
