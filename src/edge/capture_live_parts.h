/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LIVE_PARTS_H
#define CAPTURE_LIVE_PARTS_H

#include <pcap/pcap.h>

#include "capture_live.h"
#include "live_filter.h"
#include "steady.h"

/* The inside of a live capture, shared by its files. */

struct port {
	struct live_port *told; /* of live.seen */
	int index;              /* the system's, of the interface it is bound to */
	pcap_t *pcap;           /* given */
	int fd;
	uint16_t hardware; /* ARPHRD_ of what it was opened on */
	bool promiscuous, any;
	bool has;       /* frame holds one that was not handed out */
	bool handed;    /* ... or was, and may be overwritten now  */
	uint32_t units; /* nanoseconds of a tick of its stamps     */
	struct frame frame;
};

struct live {
	uint32_t n;
	uint64_t number; /* of the last frame */
	uint64_t looked; /* frames since the clock was looked at */
	struct steady clock;
	int64_t stepped_ns;
	struct bpf_program filter; /* of the first port; given */
	struct live_filter how;    /* its words borrowed; given: words */
	char *words;
	char warning[256];
	uint32_t n_seen;
	struct live_port seen[LIVE_SEEN_MAX];
	struct port port[LIVE_PORTS_MAX];
};

void live_look(struct live *l);
void live_count_drops(struct port *p);
/* Of the loopback only what arrives: all of it does. Of others, and after it, everything. */
void live_arriving(int fd, uint16_t hardware);
/* Is the socket bound no more: did its interface go? */
bool live_unbound(const struct port *p);
/* The row of that name, made if there is none; NULL: no room. */
struct live_port *live_row(struct live *l, const char *name);

#endif
