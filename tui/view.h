/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "caps.h"
#include "diagnose.h"
#include "scope.h"

/* The columns that boards can be sorted by. */
enum sort { SORT_SEEN, SORT_TROUBLE, SORT_BOARD, SORT_ADDRESS, SORT_STAGE, SORT_AGE, SORTS };

const char *sort_name(enum sort s); /* static */

/* Which boards, in which order. */
struct view_how {
	char filter[160]; /* words that a row must hold, !word: must not; "": all */
	bool all;         /* also machines that only renewed an address here */
	enum sort sort;
	bool reverse;
};

/* A row of the boards. */
struct board {
	const struct client *c;
	const struct boot *b; /* the one to tell of                             */
	int cause;            /* enum finding_id of what stops it; -1: nothing  */
	int worst;            /* enum severity of the worst finding; INFO + 1: no finding */
};

enum { VIEW_LINK_NAME = 16, VIEW_LINK_ADDRESSES = 8 };

/* An interface of this machine. */
struct view_link {
	char name[VIEW_LINK_NAME];
	char kind[VIEW_LINK_NAME];     /* "bridge", "vlan", "veth"; "": hardware */
	uint32_t index, master, lower; /* master: index of its bridge or bond; lower: of what
					  carries a VLAN; 0: none */
	uint16_t vlan;                 /* 0: none */
	uint16_t n_addresses;
	bool up, carrier, loopback;
	uint32_t speed; /* Mbit/s; 0: not known */
	struct mac mac;
	struct address address[VIEW_LINK_ADDRESSES];
	int port;                 /* of the capture, where it is captured on now; -1: it is not */
	bool seen;                /* it was captured on in this run                             */
	uint64_t frames, dropped; /* then                                        */
};

/* Where the frames come from, as the app knows it. */
struct view_source {
	const char *name; /* "eth0", a file's name; safe to show; borrowed */
	bool live;
	bool reading;       /* a file that is not yet at its end */
	uint64_t done, all; /* bytes of it; all 0: not known */
	uint64_t started_ns;
	uint64_t now_ns; /* live: the clock; 0: as late as the capture */
	uint64_t dropped;
	const struct view_link *link; /* of this machine; NULL: no live capture. Borrowed */
	uint32_t n_links;
	uint32_t ports;   /* of the capture: interfaces that it is at */
	const char *note; /* why nothing comes: "no carrier"; NULL: nothing to say */
};

/* Read-only snapshot of the core, taken once per redraw. Borrowed from the scope: until its next
 * frame. */
struct view {
	const struct scope *s;
	struct view_source source;
	uint64_t now_ns;
	uint32_t n;      /* rows shown */
	uint32_t hidden; /* rows that the filter leaves out */
	uint32_t asides; /* machines that did not boot here; left out unless asked for */
	struct board board[CAP_CLIENTS];
};

void view_take(struct view *v, const struct scope *s, const struct view_source *source,
	       const struct view_how *how);
/* NULL: not among those shown */
const struct board *view_board(const struct view *v, struct mac m);
int view_row(const struct view *v, struct mac m); /* -1: not among those shown */

#endif
