/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_OUTBOX_H
#define DHCP_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp_server.h"
#include "lease_file.h"
#include "packet_port.h"

/*
 * What the DHCP worker has to say after the messages that came together, in the order that counts:
 * their leases go into the file in one write, then their answers out in one call, then the news to
 * who listens. An answer that promises a lease which could not be written is not sent.
 */

enum { DHCP_FRAME_MAX = 1600 };

struct dhcp_outbox;

struct dhcp_outbox_to {
	struct packet_port *port;
	struct lease_file *file; /* NULL: leases are kept in memory only */
	void *ctx;
	void (*news)(void *ctx, const struct dhcp_news *n);
};

/* to is copied, what it points to borrowed. NULL: memory ran out. */
struct dhcp_outbox *dhcp_outbox_new(const struct dhcp_outbox_to *to);
void dhcp_outbox_free(struct dhcp_outbox *b);

/* The lease that the next frame promises, or that is over. False: it cannot be kept. */
bool dhcp_outbox_keep(struct dhcp_outbox *b, const struct lease *l);
/* Copied; goes out with the next dhcp_outbox_flush, or with one after delay_ms. */
void dhcp_outbox_frame(struct dhcp_outbox *b, struct bytes frame, uint32_t delay_ms);
/* A frame that only has to come after others: one is enough for all of a while. */
void dhcp_outbox_kick(struct dhcp_outbox *b, struct bytes frame, uint32_t delay_ms);
void dhcp_outbox_news(struct dhcp_outbox *b, const struct dhcp_news *n);

/* Everything that is due. */
void dhcp_outbox_flush(struct dhcp_outbox *b);
uint64_t dhcp_outbox_next(const struct dhcp_outbox *b); /* ns since 1970; UINT64_MAX: nothing */

#endif
