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

enum { PACKET_PORT_NAME = 16, PACKET_PORT_VLAN_MAX = 4094 };

struct packet_port_facts {
	struct mac mac;
	uint32_t address, mask; /* IPv4, host order; 0: it has none */
	uint32_t mtu;
	int index;
	bool up, carrier; /* carrier: of a cable pulled just now it may know a second later */
};

/* Takes IPv4 UDP to the ports given (at most 4), ARP replies, and ICMP echo replies. 0, or a
 * negative errno and one sentence in why. */
int packet_port_open(const char *interface, const uint16_t *ports, int n_ports,
		     struct packet_port **out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* The same as a host of its own with that MAC: takes all frames to it, and to all. Where there is
 * no interface eth0.20 it is VLAN 20 of eth0: frames lose their tag on the way in and get it on the
 * way out. */
int packet_port_open_as(const char *interface, struct mac mac, struct packet_port **out, char *why,
			size_t n) __attribute__((warn_unused_result));
void packet_port_free(struct packet_port *p);
int packet_port_fd(const struct packet_port *p);
/* Read anew: an address may change while we run. False: the interface is gone, and index is 0; what
 * has its name later has another index, and frames of it need a port of their own. */
bool packet_port_facts(struct packet_port *p, struct packet_port_facts *out);

/* "eth0.20": eth0 and 20, whatever is there. False: it is no such name; with a vlan of 4095 and
 * more it is one, of no VLAN that can be. */
bool packet_port_vlan(const char *interface, char lower[PACKET_PORT_NAME], uint32_t *vlan);

/* Gives frames too that others on this host send. To be said before the sandbox. */
void packet_port_hear_host(struct packet_port *p);

/* The next frame that waits, borrowed until the next call. False: none; until then some may be read
 * already, of which the descriptor says nothing. */
bool packet_port_take(struct packet_port *p, struct frame *out);
/* What was taken last, or is to be sent, as it is on the wire: with the tag of a VLAN. Borrowed
 * until the next call, and from f. */
struct frame packet_port_on_wire(struct packet_port *p, const struct frame *f);
/* A whole frame, Ethernet header first; what cannot be sent is lost. */
void packet_port_send(struct packet_port *p, struct bytes frame);
void packet_port_send_all(struct packet_port *p, const struct bytes *frame, uint32_t n);

#endif
