/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LINKS_H
#define LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"

/* The network interfaces of this machine, and what becomes of them while we look. */

enum { LINK_NAME_MAX = 16, LINK_ADDRESSES_MAX = 8, LINKS_MAX = 1024 };

struct link {
	char name[LINK_NAME_MAX];
	char kind[LINK_NAME_MAX]; /* as ip-link says it: "bridge", "vlan", "veth"; "": hardware */
	uint32_t index;
	uint32_t master;   /* index of the bridge or bond it is a port of; 0: none */
	uint32_t lower;    /* of a VLAN: index of the link that carries the tags; 0: none, or in
			      another namespace */
	uint16_t vlan;     /* 0: none */
	uint16_t hardware; /* ARPHRD_: what its frames begin with */
	uint16_t n_addresses;
	bool up; /* by its administrator */
	bool carrier, loopback;
	uint32_t carrier_changes; /* since the link is there */
	uint32_t speed;           /* Mbit/s; 0: not known */
	struct mac mac;
	struct address address[LINK_ADDRESSES_MAX]; /* further ones are left out */
};

/* One list of them, as the system tells it. */
struct link_list {
	uint32_t n;
	struct link row[LINKS_MAX];
};

enum link_change {
	LINK_APPEARED,
	LINK_VANISHED,
	LINK_CARRIER_UP,
	LINK_CARRIER_DOWN,
	LINK_ENABLED,  /* set up   */
	LINK_DISABLED, /* set down */
	LINK_ADDRESS_NEW,
	LINK_ADDRESS_GONE,
	LINK_CHANGES,
};

struct link_event {
	enum link_change change;
	uint32_t index;
	char name[LINK_NAME_MAX];
	struct address address; /* of the two address changes */
};

enum { LINK_EVENTS_MAX = 256 };

struct link_events {
	uint32_t n, lost;
	struct link_event row[LINK_EVENTS_MAX];
};

const char *link_change_key(enum link_change c); /* static: "carrier-up" */

/* What has to have happened between two lists. Appends. Pure. */
void links_compare(const struct link_list *before, const struct link_list *after,
		   struct link_events *out);

/* NULL: none. Borrowed from l. */
const struct link *link_by_name(const struct link_list *l, const char *name);
const struct link *link_by_index(const struct link_list *l, uint32_t index);

struct links; /* the list, kept up to date */

/* 0, or a negative errno and one sentence in why. */
int links_open(struct links **out, char *why, size_t n) __attribute__((warn_unused_result));
/* Readable when something may have changed; -1: nothing tells, call links_refresh now and then. */
int links_fd(const struct links *l);
/* The socket that links_refresh asks on, for a sandbox to let it; -1: none. */
int links_ask_fd(const struct links *l);
/* Reads what is new, if anything, and appends what changed. Never waits for events. 0, or a
 * negative errno: the list stays as it was. */
int links_refresh(struct links *l, struct link_events *out) __attribute__((warn_unused_result));
/* Borrowed until the next links_refresh. */
const struct link_list *links_list(const struct links *l);
/* The link that leads to everywhere else, IPv4's before IPv6's; NULL: there is none. Makes a socket
 * for a moment. */
const struct link *links_default(const struct links *l);
void links_close(struct links *l); /* NULL: nothing */

#endif
