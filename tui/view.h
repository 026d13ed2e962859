/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "audit.h"
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

/* Which models an audit plays; the app has the lists. */
enum audit_choice { AUDIT_OF_PIS, AUDIT_OF_USUAL, AUDIT_OF_ALL, AUDIT_CHOICES };

const char *audit_choice_name(enum audit_choice c); /* static: what audit --models takes */

enum view_audit_state {
	VIEW_AUDIT_NONE, /* none was played in this run */
	VIEW_AUDIT_RUNS,
	VIEW_AUDIT_OVER,
	VIEW_AUDIT_STOPPED, /* somebody asked for it */
	VIEW_AUDIT_FAILED,  /* words say why */
};

/* The audit that is played from here, or was last. */
struct view_audit {
	const char *cannot; /* a sentence: why there can be none; NULL: there can. Static */
	enum view_audit_state state;
	bool stopping, patient;
	enum audit_choice choice;       /* of that audit */
	char interface[VIEW_LINK_NAME]; /* it is played on; before, would be */
	uint64_t began_ns, ended_ns;
	const struct audit *audit; /* borrowed; no more than the first done of its models */
	uint32_t done;
	char words[AUDIT_WORDS]; /* what the model behind them does; safe to show */
	struct view_models {
		uint32_t n;
		const char *key[AUDIT_MODELS], *title[AUDIT_MODELS]; /* static */
		uint64_t patience_ns; /* all waits in full, where nobody answers */
	} models[AUDIT_CHOICES];
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
	uint32_t ports;                 /* of the capture: interfaces that it is at */
	const char *note;               /* why nothing comes: "no carrier"; NULL: nothing to say */
	const struct view_audit *audit; /* NULL: there is no live capture. Borrowed */
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
	uint32_t played; /* boards of audits; left out unless asked for, and then behind the n rows
			  */
	struct board board[CAP_CLIENTS];
};

void view_take(struct view *v, const struct scope *s, const struct view_source *source,
	       const struct view_how *how);
/* Also of an audit; NULL: not among those shown */
const struct board *view_board(const struct view *v, struct mac m);
int view_row(const struct view *v, struct mac m); /* -1: not among those shown */

#endif
