/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP6_H
#define DHCP6_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "field.h"
#include "reader.h"
#include "writer.h"

enum { DHCP6_CLIENT_PORT = 546, DHCP6_SERVER_PORT = 547, DHCP6_OPTIONS_MAX = 48 };

struct dhcp6_option {
	uint16_t code;
	struct bytes v; /* borrowed */
};

/* RFC 8415; for relayed messages the innermost client message, relays counted. Boot options:
 * RFC 5970 (59-62). */
struct dhcp6 {
	uint8_t type; /* 1 solicit ... 13 relay-reply */
	uint8_t relays;
	uint32_t xid;
	struct bytes client_duid, server_duid;
	struct mac client_mac;     /* from a DUID-LL or DUID-LLT over Ethernet; zero otherwise */
	struct address address;    /* first IA address given or asked for */
	struct bytes bootfile_url; /* option 59 */
	uint16_t arch;             /* option 61, UINT16_MAX: absent */
	uint16_t status;           /* option 13, 0: success or absent */
	uint32_t n_options;
	struct dhcp6_option option[DHCP6_OPTIONS_MAX];
};

enum err dhcp6_decode(struct reader *r, struct dhcp6 *out);
void dhcp6_encode(const struct dhcp6 *m, struct writer *w); /* type, xid and option[] */
const char *dhcp6_type_name(uint8_t type);

#endif
