/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FETCH_H
#define FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "profile.h"
#include "reader.h"
#include "writer.h"

/*
 * One file asked for by TFTP (RFC 1350, 2347, 2348, 2349) as a profile does it: a function of
 * datagrams and time. What is to be sent stands in out after a call that says so.
 */

enum { FETCH_NAME = 128, FETCH_SEND = 512, FETCH_ERROR = 64 };

enum fetch_end {
	FETCH_GOES_ON,
	FETCH_WHOLE,
	FETCH_THERE,   /* only looked for: the server has it */
	FETCH_MISSING, /* error 1 */
	FETCH_REFUSED, /* another error */
	FETCH_SILENT,  /* no answer at all */
	FETCH_STALLED, /* it began to come, and stopped */
	FETCH_SLOW,    /* longer than the client has patience for */
	FETCH_CLOSED,  /* ICMP: nobody listens */
	FETCH_BAD,     /* an answer no client can use */
	FETCH_EMPTY,   /* whole, and nothing is in it that could be run */
	FETCH_ENDS,
};

const char *fetch_end_key(enum fetch_end e); /* static: "not-found" */

struct fetch {
	const struct probe_profile *profile; /* static */
	char name[FETCH_NAME];
	bool look;
	uint32_t server;      /* asked */
	uint16_t port, their; /* ours; theirs, 0: not known yet */
	uint16_t block;       /* the last one that came */
	uint32_t blksize;
	uint32_t window, unacked;              /* RFC 7440; blocks since our last ACK */
	bool has_size, answered, sized;        /* sized: an OACK was taken */
	uint64_t size;                         /* as the server said; with has_size */
	uint64_t bytes;                        /* that came */
	uint64_t begun_ns, heard_ns, again_ns; /* heard: what was new */
	uint32_t resent, strangers; /* datagrams of ours sent again; from other addresses */
	uint32_t repeats;           /* by the server, since the file got any further */
	uint32_t stranger;          /* the last address of those; 0: none, or another port only */
	uint16_t error_code;
	char error[FETCH_ERROR]; /* as the server worded it, unsafe to show */
	uint8_t *keep;           /* borrowed; NULL: bytes are counted only */
	uint32_t cap;
	bool cut; /* more came than cap */
	uint32_t hurry;
	struct {
		uint8_t data[FETCH_SEND];
		uint32_t n;
		uint16_t port; /* of the server */
	} out;
};

/* Asks: out is to be sent. hurry: what the waits are divided by. keep is borrowed until the end. */
void fetch_begin(struct fetch *f, const struct probe_profile *profile, const char *name, bool look,
		 uint32_t server, uint16_t port, uint32_t hurry, uint64_t now_ns);

/* A datagram for f->port from an address and port. answer: out is to be sent to it. */
enum fetch_end fetch_take(struct fetch *f, uint32_t from, uint16_t port, struct bytes datagram,
			  uint64_t now_ns, bool *answer);
/* At fetch_next() or later. again: out is to be sent, as before. */
enum fetch_end fetch_tick(struct fetch *f, uint64_t now_ns, bool *again);
uint64_t fetch_next(const struct fetch *f);
/* No more of it: out says so, once there is somebody to say it to (out.n 0). */
void fetch_stop(struct fetch *f, const char *text, uint64_t now_ns);

#endif
