/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TFTP_CHECK_H
#define TFTP_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "fetch.h"
#include "probe.h"

/*
 * What a TFTP server can and cannot: trials, one request at a time, each broken off once its answer
 * is clear. A function of datagrams and time, as the boards are; what was seen stays to be read.
 */

enum tftp_trial {
	TRIAL_SIZES,   /* tsize and blocks of 1468, as Pi 4 and 5 ask (facts 3.1) */
	TRIAL_1428,    /* what fits behind a tunnel */
	TRIAL_1024,    /* as Pi 4 asked until 2022-10 */
	TRIAL_WINDOW,  /* windowsize 16 (RFC 7440) */
	TRIAL_CASE,    /* the name in the other case */
	TRIAL_SLASH,   /* with a slash in front; where it has one: without */
	TRIAL_SLASHES, /* with two between folder and file, as Pi 5 asks (facts 3.1) */
	TRIAL_MISSING, /* a name that nobody has */
	TRIAL_ROLLOVER,
	TRIALS,
};

enum { TRIAL_BLKSIZE = 1468, TRIAL_WINDOWSIZE = 16 };

struct tftp_tried {
	bool asked; /* else the rest is not set */
	char name[FETCH_NAME];
	enum fetch_end end; /* FETCH_GOES_ON: broken off */
	bool oack, has_size;
	uint64_t size;
	uint32_t blksize, window; /* agreed on; 512 and 1 without an option */
	uint32_t burst; /* of a window: the blocks that came before one was acknowledged */
	bool wrapped;   /* more than 65535 blocks: it went on with next */
	uint16_t next;
	uint16_t error_code, port; /* port: theirs */
	char error[FETCH_ERROR];   /* unsafe to show */
	uint32_t stranger;         /* another address answered; 0: none */
	uint64_t took_ns;          /* until the first answer */
	uint32_t resent;
};

struct tftp_check_setup {
	uint32_t own, server;  /* addresses */
	char name[FETCH_NAME]; /* a file that it has, the larger the better */
	uint64_t size;         /* of that, as far as is known; 0: it is not */
	bool no_rollover;      /* that is known already */
	uint64_t block_ns;     /* a round trip takes so long in a transfer; 0: not known */
	uint32_t rollover_ms;  /* what cannot be done in that time is not tried */
	uint16_t port;         /* the first of ours */
};

struct tftp_check {
	struct tftp_check_setup setup;
	void (*send)(void *ctx, const struct probe_datagram *d);
	void *ctx;
	enum tftp_trial now; /* TRIALS: it is over */
	bool asking;         /* else: between two */
	bool too_slow;       /* for TRIAL_ROLLOVER, which was left out for that */
	uint64_t next_ns, quickest_ns;
	struct fetch fetch;
	struct tftp_tried tried[TRIALS];
};

/* setup is copied; what is sent is borrowed for the call. It begins at the first tick. */
void tftp_check_init(struct tftp_check *c, const struct tftp_check_setup *setup,
		     void (*to)(void *ctx, const struct probe_datagram *d), void *ctx);
/* What came to our address. */
void tftp_check_take(struct tftp_check *c, const struct probe_datagram *d, uint64_t now_ns);
void tftp_check_tick(struct tftp_check *c, uint64_t now_ns);
uint64_t tftp_check_next(const struct tftp_check *c); /* when to tick; UINT64_MAX: it is over */

#endif
