/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_LIVE_H
#define AUDIT_LIVE_H

#include "errand.h"
#include "options.h"
#include "text.h"
#include "view.h"

/*
 * An audit beside a live capture: an errand (edge/errand.h), since the capture has given up the
 * rights that it takes. A process is forked for each, opens its ports, confines itself as the
 * command does, and plays.
 *
 * What it finds it writes into memory that it shares with the screens, model by model, and tells
 * when one is done; they look at no other. They believe what stands there: it is their own program
 * that read the frames of this wire, in a sandbox no wider than theirs, and a frame that could make
 * it write something else could make their own capture do so. The other way, who plays believes
 * nothing: an order has an interface of this machine, one of three lists, and two answers to one
 * question, or it is refused.
 */
struct audit_live {
	const struct options *options; /* borrowed */
	struct errand_how how;         /* for live_session */
	struct audit *shared;
	enum view_audit_state end; /* as the run under way says; RUNS: it did not say */
	bool gone;                 /* who keeps the rights is no more */
	struct view_audit view;    /* kept up to date */
};

/* Before anything is forked. */
void audit_live_init(struct audit_live *a, const struct options *o);
/* Begins one, unless one is under way. now_ns is of the view's clock. */
void audit_live_begin(struct audit_live *a, struct errand *e, enum audit_choice models,
		      bool patient, uint64_t now_ns);
void audit_live_stop(struct audit_live *a, struct errand *e);

enum audit_live_told { AUDIT_LIVE_NOTHING, AUDIT_LIVE_MORE, AUDIT_LIVE_SAID, AUDIT_LIVE_TROUBLE };

/* The next thing that it tells, into the view; NOTHING: none waits. said: a sentence of it, if
 * there is one (SAID, TROUBLE). */
enum audit_live_told audit_live_hear(struct audit_live *a, struct errand *e, uint64_t now_ns,
				     struct text *said);

#endif
