/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_WIRE_H
#define PROBE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "probe.h"

/*
 * A probe with an Ethernet of its own: frames in, frames out. ARP is asked and answered here, ICMP
 * heard; a datagram that waits for an address is held, one for each host.
 */

struct probe_wire_out {
	void *ctx;
	void (*frame)(void *ctx, struct bytes frame);        /* Ethernet header first */
	void (*news)(void *ctx, const struct probe_news *n); /* NULL: not wanted */
};

struct probe_wire;

size_t probe_wire_size(void);
/* mem is borrowed; setup and out are copied. */
struct probe_wire *probe_wire_init(void *mem, const struct probe_setup *setup,
				   const struct probe_wire_out *out);
struct probe *probe_wire_probe(struct probe_wire *w); /* borrowed, as long as w */

/* Whatever comes over the wire: what is not for the probe is left alone. */
void probe_wire_take(struct probe_wire *w, const struct frame *f);
void probe_wire_tick(struct probe_wire *w, uint64_t now_ns);
uint64_t probe_wire_next(const struct probe_wire *w);

/* The address of a probe that has ended, for other purposes: what comes to it, and what is sent
 * from it. */
void probe_wire_lend(struct probe_wire *w,
		     void (*heard)(void *ctx, const struct probe_datagram *d, uint64_t now_ns),
		     void *ctx);
void probe_wire_send(struct probe_wire *w, const struct probe_datagram *d);

#endif
