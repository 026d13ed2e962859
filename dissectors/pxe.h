/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PXE_H
#define PXE_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "field.h"
#include "reader.h"
#include "writer.h"

enum { PXE_SUBS_MAX = 32, PXE_MENU_MAX = 16, PXE_SERVERS_MAX = 16 };

/* Sub-options of option 43 for class PXEClient (PXE 2.1, table 2-1). */
enum pxe_code {
	PXE_MTFTP_IP = 1,
	PXE_DISCOVERY_CONTROL = 6,
	PXE_DISCOVERY_MULTICAST = 7,
	PXE_BOOT_SERVERS = 8,
	PXE_BOOT_MENU = 9,
	PXE_MENU_PROMPT = 10,
	PXE_MULTICAST_ALLOCATION = 11,
	PXE_CREDENTIAL_TYPES = 12,
	PXE_BOOT_ITEM = 71,
	PXE_END = 255,
};

/* What option 43 turns out to be. */
enum pxe_form {
	PXE_ABSENT,
	PXE_EMPTY,        /* length 0                                              */
	PXE_ENCAPSULATED, /* sub-options that parse to their end                   */
	PXE_BARE_TEXT,    /* the menu text itself, without sub-options             */
	PXE_MALFORMED,    /* begins as PXE sub-options, a length runs out          */
	PXE_OTHER,        /* somebody else's private options or bytes              */
};

struct pxe_sub {
	uint8_t code;
	struct bytes v; /* borrowed from the option's bytes */
};

struct pxe_item {
	uint16_t type;
	struct bytes text; /* borrowed */
};

struct pxe_boot_server {
	uint16_t type;
	struct bytes addresses; /* borrowed, four bytes each */
};

struct pxe {
	enum pxe_form form;
	bool end; /* sub-option 255 closes it */
	uint32_t n_subs;
	struct pxe_sub sub[PXE_SUBS_MAX];
	uint8_t discovery_control; /* sub-option 6, 0 when absent */
	uint8_t prompt_timeout;    /* sub-option 10               */
	struct bytes prompt;
	uint32_t n_items;
	struct pxe_item item[PXE_MENU_MAX]; /* sub-option 9, in order */
	bool menu_short;                    /* sub-option 9 ends inside an entry */
	uint32_t n_servers;
	struct pxe_boot_server server[PXE_SERVERS_MAX]; /* sub-option 8 */
};

extern const struct field pxe_options[256];

/* v is option 43 joined; p NULL gives PXE_ABSENT. What was read before a failure is kept.
 * is_pxe: option 60 says PXEClient or the client asked as one: decides ambiguous bytes. */
void pxe_decode(struct bytes v, bool is_pxe, struct pxe *out);

/* Index of the first menu item whose text contains needle, or of the bare text (0);
 * UINT32_MAX when there is none. */
uint32_t pxe_find(const struct pxe *m, const char *needle);

/* Discovery control, prompt, menu, servers, end: the block dnsmasq sends for pxe-service. */
void pxe_encode(const struct pxe *m, struct writer *w);

#endif
