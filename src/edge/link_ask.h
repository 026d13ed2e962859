/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINK_ASK_H
#define LINK_ASK_H

#include <sys/socket.h>

#include "links.h"

/* What the two ways of listing links have in common: questions to the kernel by other doors. */

/* Any datagram socket, kept: asked through later, when none can be made. -1: none. */
int link_ask_open(void);
/* Mbit/s, 0: the driver does not say. */
uint32_t link_ask_speed(int fd, const char *name);
/* Our address towards everywhere else; none when there is no such route. Nothing is sent. */
struct address link_ask_outward(int family);
/* IPv4 or IPv6; none for others. */
struct address link_address(const struct sockaddr *a);

#endif
