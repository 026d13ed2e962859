/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_WORKER_H
#define DHCP_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "dhcp_server.h"
#include "packet_port.h"
#include "sandbox.h"

/* The DHCP responder with its sockets and its leases: what one worker process runs. */
struct dhcp_worker;

struct dhcp_worker_options {
	const char *interface;
	const char *lease_path; /* NULL: kept in memory only */
	struct dhcp_config
		*config; /* borrowed; address and mask are filled in from the interface */
	bool lease_sync; /* what it promises survives a power cut */
	uint32_t leases; /* rows */
	bool dry;        /* everything is decided and told; nothing is sent, no lease written */
	void *ctx;       /* of news */
	void (*news)(void *ctx, const struct dhcp_news *n);
};

/* 0, or a negative errno and one sentence in why. */
int dhcp_worker_open(const struct dhcp_worker_options *o, struct dhcp_worker **out, char *why,
		     size_t n) __attribute__((warn_unused_result));
/* What it needs once it is open: into box. */
void dhcp_worker_keeps(const struct dhcp_worker *w, struct sandbox *box);
/* Serves until fd stop can be read, or the interface is gone and another has its name: then it is
 * to be opened anew. An address that changes is followed. */
void dhcp_worker_run(struct dhcp_worker *w, int stop);
void dhcp_worker_free(struct dhcp_worker *w);

#endif
