/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NEIGHBOUR_H
#define NEIGHBOUR_H

#include <stdbool.h>

#include "address.h"

/* Whose address that is on the link of interface. asks: a socket of AF_INET. False: nobody's there,
 * or not IPv4. */
bool neighbour_mac(int asks, const char *interface, struct address ip, struct mac *out);

#endif
