/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FRAME_LOG_H
#define FRAME_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet.h"

/*
 * The boot traffic's messages with their bytes, for those who want to look at them again: a ring,
 * oldest out first. Messages in bulk (blocks of a file in order, NFS once a board lives on it) are
 * one entry a run, with the bytes of the first. Ids grow with time; 0 is none. What an id leads to
 * is borrowed until the next frame.
 */
struct frame_log;

enum { LOG_MESSAGE_MAX = 1600, LOG_NFS_SINGLE = 160, LOG_LOOK_BACK = 8 };

/* The messages of one client. All zero: none yet. */
struct log_chain {
	uint64_t last; /* id */
	uint64_t boot; /* frame that began the boot that nfs counts */
	uint32_t nfs;  /* messages of NFS in it that are entries of their own */
};

/* A message, or a run of them. */
struct logged {
	uint64_t number, last_number; /* of frames; of a run: its first and its last */
	uint64_t time_ns, last_ns;
	uint64_t prev, next;          /* of the same client */
	uint64_t call_frame, call_ns; /* RPC reply: its call; 0: not seen */
	uint64_t bytes;      /* of payload: TFTP data, RPC READ and WRITE; of all the run */
	struct address peer; /* the other end; none: everybody */
	struct mac mac;      /* of the client                  */
	uint32_t frames;     /* 1, or how many the run has     */
	uint32_t id;         /* the same in a message sent again: xid, last block, target ... */
	uint32_t blocks;     /* TFTP DATA: how many the entry has       */
	uint32_t blksize;    /* of those, when the first is a burst     */
	uint32_t prog, vers, proc; /* RPC, as far as known */
	uint32_t wire_len, link, interface;
	uint16_t sport, dport;
	uint8_t record; /* enum record */
	uint8_t op;     /* type, operation or opcode of it, by the record */
	uint8_t err;    /* enum err of its decoding */
	uint8_t wrap;   /* RPC */
	bool from_client, retransmission, tcp, known, failed, moves;
	/* where its bytes are; the message's behind the frame's when it is not inside it */
	bool apart, reassembled;
	uint16_t frame_held, message_held, message_at;
	uint32_t message_wire;
	uint64_t at;
};

struct log_stats {
	uint64_t messages;               /* all that came in */
	uint64_t held, gone;             /* entries in it, and those that had to go */
	uint64_t first_number, first_ns; /* the oldest in it; 0: none */
};

size_t frame_log_size(uint32_t bytes);
/* mem zeroed, frame_log_size(bytes) of it; NULL: no log, which every function here takes. */
struct frame_log *frame_log_init(void *mem, uint32_t bytes);

/* A packet of a client, as the model got it. boot: frame that began its present boot. */
void frame_log_add(struct frame_log *l, struct log_chain *c, struct mac client, bool from_client,
		   uint64_t boot, const struct packet *p);

const struct logged *frame_log_entry(const struct frame_log *l, uint64_t id); /* NULL: gone */
uint64_t frame_log_first(const struct frame_log *l, const struct log_chain *c);
uint64_t frame_log_last(const struct frame_log *l, const struct log_chain *c);
uint64_t frame_log_next(const struct frame_log *l, uint64_t id);
uint64_t frame_log_prev(const struct frame_log *l, uint64_t id);
/* The first entry of that frame, or the run it may be in; 0: neither. */
uint64_t frame_log_find(const struct frame_log *l, uint64_t number);

/* The entry decoded anew: both are filled, borrowed from the log. False: it is gone. Bytes that the
 * log left out are as bytes that the capture left out. */
bool frame_log_packet(const struct frame_log *l, uint64_t id, struct frame *f, struct packet *p);

struct log_stats frame_log_stats(const struct frame_log *l);

#endif
