/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef UDP_PORT_H
#define UDP_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"

/*
 * A UDP socket for a server: both families, many datagrams a system call in and out, answers leave
 * from the address that was asked, and ICMP errors come with the peer they are about.
 */
struct udp_port;

struct udp_end {
	struct address ip,
		local; /* theirs, and ours that they asked; local none: the kernel's choice */
	uint16_t port;
	uint32_t interface;
	bool usual;     /* what goes there leaves from local by itself, see udp_port_usual */
	bool in_pieces; /* what goes there may be cut into fragments on the way (RFC 791: no DF) */
};

/* interface NULL: all. port 0: any that is free. datagram: bytes of the longest to come in.
 * requests: strangers ask here, and it is told which address of ours they asked. 0, or a negative
 * errno and one sentence in why. */
int udp_port_open(const char *interface, uint16_t port, uint32_t datagram, bool requests,
		  struct udp_port **out, char *why, size_t n) __attribute__((warn_unused_result));
void udp_port_free(struct udp_port *u);
int udp_port_fd(const struct udp_port *u);
uint16_t udp_port_number(const struct udp_port *u);

/* All that waits, 64 at a time: heard for each datagram (borrowed for the call), refused for each
 * peer of whom ICMP says that its port is closed, or, mtu not 0, that a router had something for
 * it that was longer than so many bytes; what is sent from now on gets there in fragments. */
void udp_port_take(struct udp_port *u, void *ctx,
		   void (*heard)(void *ctx, const struct udp_end *from, struct bytes datagram),
		   void (*refused)(void *ctx, const struct udp_end *peer, uint32_t mtu));

/* Bytes of the longest IP packet that gets to peer whole, as far as the kernel knows by now: the
 * interface's, or what a router on the way said. 0: unknown. */
uint32_t udp_port_mtu(const struct udp_port *u, const struct udp_end *peer);
/* Does what goes to peer leave from local when nothing is said about it? To say it takes time, each
 * time. IPv4 only: with IPv6 the kernel may choose another address any moment (RFC 8981). */
bool udp_port_usual(const struct udp_port *u, const struct udp_end *peer);
/* Whose address that is on the link. False: nobody's there, or not IPv4. */
bool udp_port_neighbour(const struct udp_port *u, const struct udp_end *peer, struct mac *out);

/* data as datagrams of size bytes, the last one may be shorter. What cannot be sent is lost, as on
 * any wire. */
void udp_port_send(struct udp_port *u, const struct udp_end *to, struct bytes data, uint32_t size);

#endif
