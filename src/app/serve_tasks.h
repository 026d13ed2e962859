/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_TASKS_H
#define SERVE_TASKS_H

#include "dhcp_rival.h"
#include "keeper.h"
#include "serve_config.h"

/* A responder as a task of the keeper, with what it is told to do. */
struct serve_task_context {
	const struct serve_config *config; /* borrowed */
	bool verbose, dry;
	struct keeper_voice *voice;
	void *worker;
	struct dhcp_rival *rivals; /* NULL: nobody asks for any */
	char holders[64];          /* of the port of DHCP servers, on this host */
};

/* One row a responder. */
struct serve_kind {
	const char *name;
	bool (*wanted)(const struct serve_config *c);
	const char *const *keys; /* of what it tells, by its number */
	uint16_t n_keys;
	int (*open)(void *ctx, struct keeper_voice *voice, struct sandbox *box, char *why,
		    size_t n);
	int (*begin)(void *ctx, char *why, size_t n); /* NULL: nothing */
	void (*run)(void *ctx, int stop, int grace_ms);
	const uint64_t *caps; /* of struct keeper_task */
	bool not_dry;         /* left out when nothing is to be sent */
};

/* How long another DHCP server may take to offer: dnsmasq tries the address for 3 s first. */
enum { SERVE_RIVAL_MS = 4000 };

enum serve_kinds { SERVE_DHCP, SERVE_TFTP, SERVE_HTTP, SERVE_NFS, SERVE_KINDS };

extern const struct serve_kind serve_kinds[SERVE_KINDS];

#endif
