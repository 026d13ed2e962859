/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_RIVAL_H
#define DHCP_RIVAL_H

#include <stddef.h>
#include <stdint.h>

/*
 * Is there another DHCP server on the link? Asks as a client does, three times within wait_ms, and
 * takes no address. 1: there is, its identifier (host order) in server; 0: none answered; or a
 * negative errno and one sentence in why. One on this host is not heard: it holds port 67.
 */
int dhcp_rival_probe(const char *interface, uint32_t wait_ms, uint32_t *server, char *why, size_t n)
	__attribute__((warn_unused_result));

#endif
