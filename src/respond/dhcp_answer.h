/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_ANSWER_H
#define DHCP_ANSWER_H

#include "dhcp.h"
#include "dhcp_config.h"
#include "pi_guid.h"

/* What a message says of who sent it, as far as answers depend on it. */
struct dhcp_asker {
	struct lease_client client;
	struct mac mac;
	uint32_t models;                  /* one of enum dhcp_models */
	bool pi, pxe, http;               /* a Raspberry Pi for sure; class PXEClient, HTTPClient */
	uint16_t arch;                    /* UINT16_MAX: not said */
	struct bytes vendor, user, wants; /* options 60, 77, 55; borrowed from the message */
	uint32_t room; /* bytes a message may have: option 57, less the headers */
};

void dhcp_asker_of(struct dhcp *m, struct dhcp_asker *out);

/* The class that fits, else what all get. Its empty places are filled from what all get. */
void dhcp_boot_for(const struct dhcp_config *c, const struct dhcp_asker *a, struct dhcp_boot *out);

const struct dhcp_host *dhcp_host_of(const struct dhcp_config *c, const struct lease_client *who);

/* Memory of an answer under construction: what options point into. */
struct dhcp_answer {
	struct dhcp m;
	uint8_t buf[2048];
	uint32_t used;
	bool short_of; /* something did not fit */
};

/* A reply to q of a type, its fields and options 53 and 54 filled in. */
void answer_begin(struct dhcp_answer *a, const struct dhcp *q, uint8_t type, uint32_t server);
void answer_u32(struct dhcp_answer *a, uint8_t code, uint32_t v);
void answer_bytes(struct dhcp_answer *a, uint8_t code, struct bytes v); /* copied */

/* Mask, router, DNS and the like of a range, for lease seconds (0: none, INFORM). */
void answer_network(struct dhcp_answer *a, const struct dhcp_range *r, const struct dhcp_asker *who,
		    uint32_t lease);
/* What it boots, in the form that this kind of client takes. proxy: without the address of a lease.
 */
void answer_boot(struct dhcp_answer *a, const struct dhcp_config *c, struct dhcp *q,
		 const struct dhcp_asker *who, bool proxy);

/* The message, into w: options that do not fit go into the file and sname fields when these are
 * free (option 52). False: even so there was no room for all; the least important are left out. */
bool answer_end(struct dhcp_answer *a, struct dhcp *q, const struct dhcp_asker *who,
		struct writer *w);

#endif
