/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_RIVAL_H
#define DHCP_RIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Is there another DHCP server on the link, or on this host? Asks as a client does, and takes no
 * address. It asks twice: with a frame, as who has no address yet, and by UDP, of which the kernel
 * gives the servers of this host a copy.
 */
struct dhcp_rival;

struct dhcp_rival_found {
	uint32_t server; /* its identifier, host order; 0: none answered */
	bool here;       /* on this host */
};

/* 0, or a negative errno and one sentence in why. */
int dhcp_rival_open(const char *interface, struct dhcp_rival **out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* Three times within wait_ms; in the sandbox. */
struct dhcp_rival_found dhcp_rival_ask(struct dhcp_rival *r, uint32_t wait_ms);
void dhcp_rival_free(struct dhcp_rival *r);

/* Names of the programs on this host that hold the servers' port ("dnsmasq", "a or b"); "": none
 * that may be seen. For words only: a proxy holds it too. */
void dhcp_rival_names(char *out, size_t n);

#endif
