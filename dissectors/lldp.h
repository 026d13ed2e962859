/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LLDP_H
#define LLDP_H

#include <stdint.h>

#include "reader.h"
#include "sink.h"
#include "text.h"
#include "writer.h"

/* IEEE 802.1AB: which switch, which port. Strings are borrowed from the frame. */
struct lldp {
	uint8_t chassis_subtype, port_subtype;
	struct bytes chassis, port;
	struct bytes port_description, system_name, system_description;
	uint16_t ttl;
	uint16_t port_vlan;      /* 802.1 TLV: port VLAN id; 0: none said */
	struct bytes management; /* address bytes; subtype in management_subtype */
	uint8_t management_subtype;
};

enum err lldp_decode(struct reader *r, struct lldp *out);
void lldp_encode(const struct lldp *m, struct writer *w);

#endif
