/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_H
#define DHCP_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "field.h"
#include "reader.h"
#include "writer.h"

/* Option 60 of a DISCOVER that only looks for servers, as `serve` does before it begins. */
#define DHCP_QUESTION_CLASS "bootscope-question"

enum {
	DHCP_SERVER_PORT = 67,
	DHCP_CLIENT_PORT = 68,
	DHCP_PROXY_PORT = 4011, /* PXE 2.1, 2.2.3 */
	DHCP_OPTIONS_MAX = 192,
	DHCP_JOINED_MAX = 2048,
};

enum dhcp_type {
	DHCP_BOOTP = 0, /* no option 53 */
	DHCP_DISCOVER,
	DHCP_OFFER,
	DHCP_REQUEST,
	DHCP_DECLINE,
	DHCP_ACK,
	DHCP_NAK,
	DHCP_RELEASE,
	DHCP_INFORM,
};

/* Option codes that code speaks of by name; the whole table is dhcp_options. */
enum dhcp_code {
	DHCP_OPT_MASK = 1,
	DHCP_OPT_ROUTER = 3,
	DHCP_OPT_HOST_NAME = 12,
	DHCP_OPT_ROOT_PATH = 17,
	DHCP_OPT_VENDOR = 43,
	DHCP_OPT_ADDRESS = 50,
	DHCP_OPT_OVERLOAD = 52,
	DHCP_OPT_TYPE = 53,
	DHCP_OPT_SERVER_ID = 54,
	DHCP_OPT_REQUEST_LIST = 55,
	DHCP_OPT_MESSAGE = 56,
	DHCP_OPT_MAX_SIZE = 57,
	DHCP_OPT_CLASS = 60,
	DHCP_OPT_CLIENT_ID = 61,
	DHCP_OPT_TFTP_NAME = 66,
	DHCP_OPT_BOOTFILE = 67,
	DHCP_OPT_USER_CLASS = 77,
	DHCP_OPT_RELAY = 82,
	DHCP_OPT_ARCH = 93,
	DHCP_OPT_UNDI = 94,
	DHCP_OPT_GUID = 97,
	DHCP_OPT_TFTP_ADDRESS = 150,
	DHCP_OPT_IPXE = 175,
};

enum dhcp_area { DHCP_AREA_OPTIONS, DHCP_AREA_FILE, DHCP_AREA_SNAME };

/* One instance as it stands on the wire. */
struct dhcp_option {
	uint8_t code;
	uint8_t area;   /* enum dhcp_area */
	struct bytes v; /* borrowed from the frame; shorter than its length octet when cut */
};

/* Every row of options by code; key NULL: unassigned. */
extern const struct field dhcp_options[256];

/* A BOOTP or DHCP message (RFC 951, 2131). Addresses in host order. */
struct dhcp {
	uint8_t op, htype, hlen, hops;
	uint8_t type;     /* enum dhcp_type */
	uint8_t overload; /* option 52, 0 when absent */
	bool cookie, end; /* magic cookie, end option of the option field seen */
	bool pad_inside;  /* a pad octet between options: stopped Pi 4 until 2020-01-17 */
	uint32_t xid, ciaddr, yiaddr, siaddr, giaddr;
	uint16_t secs, flags;
	struct bytes chaddr;       /* hlen bytes, 16 at most                        */
	struct bytes chaddr_field; /* all 16 of them                               */
	struct bytes sname, file;  /* up to the first NUL; empty when overloaded    */
	uint32_t length;           /* of the UDP payload on the wire                */
	uint32_t n_options;        /* instances held; more_options when there were more */
	bool more_options;
	struct dhcp_option option[DHCP_OPTIONS_MAX]; /* wire order; pad and end left out */
	uint32_t joined_used;
	uint8_t joined[DHCP_JOINED_MAX]; /* values of split options (RFC 3396) */
};

/* On error everything decoded before the failure is valid in *out. Message lengths are the
 * reader's; r stands at op. */
enum err dhcp_decode(struct reader *r, struct dhcp *out);

/* Value of an option, instances joined; p is NULL when it is absent. Borrowed from the frame or
 * from m. */
struct bytes dhcp_option(struct dhcp *m, uint8_t code);
bool dhcp_has(const struct dhcp *m, uint8_t code);
uint32_t dhcp_option_ip4(struct dhcp *m, uint8_t code); /* first address, host order; 0: absent */
uint16_t dhcp_option_u16(struct dhcp *m, uint8_t code); /* 0: absent */
struct mac dhcp_mac(const struct dhcp *m);              /* of chaddr; zero unless six bytes */

const char *dhcp_type_name(uint8_t type); /* static: "DISCOVER", "OFFER", ...; "BOOTP" for 0 */
const char *
dhcp_arch_name(uint16_t arch); /* static, RFC 4578 and the IANA registry; NULL: unassigned */

/* Header, cookie and options in the order of m->option, split (RFC 3396) where above 255 bytes,
 * then the end option; padded to min_length (300 by RFC 1542 2.1; 0: none). Options whose area is a
 * field go there instead of its text: m has option 52 then. */
void dhcp_encode(const struct dhcp *m, uint32_t min_length, struct writer *w);

/* Builder's side: append one option to m (value borrowed until encoded). False: table full. */
bool dhcp_add(struct dhcp *m, uint8_t code, struct bytes v);

#endif
