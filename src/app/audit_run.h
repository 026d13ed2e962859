/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_RUN_H
#define AUDIT_RUN_H

#include <signal.h>

#include "audit.h"
#include "audit_nfs.h"
#include "audit_trials.h"
#include "out_file.h"
#include "packet_port.h"
#include "probe_wire.h"
#include "save_pcapng.h"
#include "scope.h"

/*
 * Boards of src/probe, one after the other, on a wire. The observer sees every frame that they send
 * and get. Waits longer than a second are cut to an eighth, and the clock is put forward instead:
 * the boards, the observer and the capture all go by that clock, in which nothing was cut.
 */
struct audit_board {
	const struct probe_profile *profile; /* static */
	struct probe_identity identity;
	bool aside; /* as of struct audit_model */
	struct packet_port *port;
	struct probe_wire *wire;
};

struct audit_run {
	struct scope *scope; /* given; made anew by who runs another audit */
	void *room;          /* where it is; given */
	struct scope_limits limits;
	struct audit *audit; /* written; given */
	struct out_file file;
	struct save_pcapng save;
	bool saves;
	bool listens; /* a DHCP server of this host */
	int alone;    /* nobody else plays these boards while it is open; 0: not taken */
	/* Told what a board does (words: safe to show), or that it is done with (NULL), and in the
	 * audit. NULL: nobody asks */
	void (*news)(void *ctx, uint32_t board, const char *words);
	void *ctx;
	uint32_t n_boards;
	struct audit_board board[AUDIT_MODELS];
	struct audit_nfs_look nfs;
	/* of the run itself */
	struct audit_board *now;
	struct packet_port_facts link; /* as it was when the first audit began */
	uint64_t base_ns, skipped_ns, frames;
	uint64_t next_ns, awake_ns; /* the board is called then: by its clock, by the machine's */
	char words[AUDIT_WORDS];    /* told last */
	struct audit_board guest;   /* no board: who tries what servers can */
	struct audit_trials trials;
	struct tftp_check *check; /* of trials, at the guest's address; NULL: none goes on */
};

/* Opens a port for each board that r names. 0, or a negative errno and one sentence in why. */
int audit_run_open(struct audit_run *r, char *why, size_t n) __attribute__((warn_unused_result));
/* Plays them all; false: it was cut short, as the audit says. Again and
 * again, with a new scope each time. */
bool audit_run(struct audit_run *r, const volatile sig_atomic_t *stop);
void audit_run_close(struct audit_run *r);

/* For audit_trials.c: one of them boots; it goes on until nothing more is wanted or the time is
 * over; the lease that it holds is given back. */
void audit_run_boot(struct audit_run *r, struct audit_board *b, const volatile sig_atomic_t *stop);
void audit_run_turn(struct audit_run *r, uint64_t until_ns, const volatile sig_atomic_t *stop);
void audit_run_release(struct audit_run *r);
/* For the parts of a run: the boards' clock; a frame, whichever way it goes, for the model and the
 * file; one that the board of now sends, for these and the wire; whether there is reason to end
 * early. */
uint64_t audit_run_clock(const struct audit_run *r);
void audit_run_saw(struct audit_run *r, struct frame *f);
void audit_run_send(struct audit_run *r, struct bytes frame);
bool audit_run_goes_on(struct audit_run *r, const volatile sig_atomic_t *stop);

#endif
