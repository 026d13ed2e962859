/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TFTP_TRANSFER_H
#define TFTP_TRANSFER_H

#include "tftp.h"
#include "tftp_netascii.h"
#include "tftp_server.h"

/* One transfer of the server: private to tftp_server.c and tftp_transfer.c. */

enum tftp_state {
	TFTP_FREE,
	TFTP_OFFERED, /* an OACK was sent, nothing was heard yet */
	TFTP_SENDS,
	TFTP_TAKES,
	TFTP_LINGERS, /* all arrived: a last DATA that comes again is acknowledged again */
};

enum {
	TFTP_BURST = 64,
	TFTP_BUFFER = 65468 + 4,
	TFTP_BOARDS = 1024,
};

#define TFTP_AGAIN_NS UINT64_C(200000000)

struct tftp_transfer {
	struct tftp_peer peer;
	struct boot_path_who who;
	uint8_t state; /* enum tftp_state */
	bool writes, netascii, heard, repeated, fixed_timeout, again_used;
	uint16_t blksize, window;
	uint32_t tries;
	uint32_t mtu, narrowed; /* the least that ICMP told of the way, and how often it did */
	int handle;
	uint64_t size; /* of the file */
	uint64_t acked,
		sent;  /* blocks; a file's first is 1. Writing: acked is what arrived in order */
	uint64_t last; /* number of the last block; UINT64_MAX: not known yet */
	uint64_t bytes, resent;
	uint64_t begun_ns, sent_ns, deadline_ns;
	uint64_t rto_ns, srtt_ns, var_ns; /* RFC 6298; srtt 0: no measure yet */
	struct netascii text;             /* where block acked + 1 begins */
	struct tftp_option echo[TFTP_KNOWN];
	uint32_t n_echo;
	char value[TFTP_KNOWN][20]; /* of the options that were taken */
	char path[BOOT_PATH_MAX];
	uint32_t next; /* chain of its bucket, 0 ends */
	uint32_t at;   /* in the heap of deadlines */
};

/* The serial that was last heard from an address. */
struct tftp_board {
	struct address ip;
	struct mac mac;
	uint32_t serial;
};

struct tftp_server {
	struct tftp_limits limits;
	struct store store;
	struct tftp_out out;
	uint64_t seed;
	uint32_t n, mask, heaped;
	bool stopped;
	uint64_t turned_away, turned_ns; /* requests without an answer, when that was told */
	uint32_t free;                   /* chain by next; 0: none */
	uint32_t used;                   /* so many have ever been in use: no others are touched */
	uint32_t *heads;                 /* by address and port */
	uint32_t *heap;                  /* transfers by deadline, earliest first */
	struct tftp_transfer *transfers; /* 0 is not used */
	struct tftp_board boards[TFTP_BOARDS]; /* by address; who comes later takes the place */
	uint8_t buffer[TFTP_BUFFER];
};

/* Sets when t is due, and keeps the heap. */
void tftp_due(struct tftp_server *s, struct tftp_transfer *t, uint64_t ns);
/* Ends it: tells, closes the file, frees. whole: what was written is complete. */
void tftp_end(struct tftp_server *s, struct tftp_transfer *t, enum tftp_event event,
	      const char *why, bool whole);
void tftp_news(struct tftp_server *s, const struct tftp_transfer *t, enum tftp_event event,
	       const char *why);
void tftp_error(struct tftp_server *s, const struct tftp_peer *to, uint16_t code,
		const char *words);

/* Opens the file that path means to who asks, or makes a new one. 0 or an error. */
int tftp_open_asked(struct tftp_server *s, struct tftp_transfer *t, const char *path);
int tftp_open_new(struct tftp_server *s, struct tftp_transfer *t, const char *path);

/* The first answer to a request that was taken. */
void tftp_transfer_begin(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns);
void tftp_transfer_packet(struct tftp_server *s, struct tftp_transfer *t, const struct tftp *m,
			  uint64_t now_ns);
void tftp_transfer_due(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns);
/* The request came again: the answer was lost, or late. */
void tftp_transfer_again(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns);

#endif
