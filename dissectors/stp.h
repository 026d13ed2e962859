/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STP_H
#define STP_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"
#include "sink.h"
#include "text.h"
#include "writer.h"

/* A bridge protocol data unit (IEEE 802.1D-2004 clause 9), also inside Cisco's PVST+ SNAP frame.
 * Times are in units of 1/256 s, as on the wire. */
struct stp {
	uint8_t version; /* 0 STP, 2 RSTP, 3 MSTP */
	uint8_t type;    /* 0 configuration, 0x80 topology change notification, 2 rapid */
	uint8_t flags;   /* 0x01 topology change ... 0x0c port role, 0x20 forwarding */
	bool pvst;
	uint64_t root_id, bridge_id;
	uint32_t root_cost;
	uint16_t port_id, message_age, max_age, hello_time, forward_delay;
};

/* r stands behind the LLC (or SNAP) header. */
enum err stp_decode(struct reader *r, struct stp *out);
void stp_encode(const struct stp *m, struct writer *w);

#endif
