/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_TRIALS_H
#define AUDIT_TRIALS_H

#include <signal.h>

#include "audit.h"
#include "probe.h"
#include "tftp_check.h"

struct audit_run;

/*
 * What the TFTP servers that boards were sent to can and cannot. Boards tell by what they loaded;
 * the rest is tried behind them by a client of its own, with its own MAC and lease, so that no
 * board's story has it.
 */

enum audit_rollover { ROLLOVER_UNSEEN, ROLLOVER_DONE, ROLLOVER_STUCK };

struct audit_trials_server {
	uint32_t ip;
	bool answered, closed;        /* closed: nobody listens */
	bool elsewhere;               /* another answered, or another port */
	char name[FETCH_NAME];        /* the largest file known to be there; "": none is */
	uint64_t size;                /* of that; 0: not known */
	uint64_t bytes, ns;           /* of the largest that was loaded */
	uint32_t blksize;             /* and in what blocks */
	enum audit_rollover rollover; /* what boards have met with */
};

struct audit_trials {
	uint32_t n;
	struct audit_trials_server server[AUDIT_TFTP_SERVERS];
	struct probe_profile profile; /* of the client that tries */
	struct tftp_check check;      /* of one server after the other */
};

/* What a board met with. */
void audit_trials_note(struct audit_trials *t, const struct probe_result *r);
/* Whom the client is, of r->guest. */
void audit_trials_client(struct audit_run *r);
/* Behind all boards: into the audit. */
void audit_trials(struct audit_run *r, const volatile sig_atomic_t *stop);

/* audit_traits.c: all that into words. check NULL: nothing could be tried. */
void audit_traits(struct audit_tftp *out, const struct audit_trials_server *s,
		  const struct tftp_check *check);

#endif
