/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TFTP_H
#define TFTP_H

#include <stdbool.h>
#include <stdint.h>

#include "field.h"
#include "reader.h"
#include "writer.h"

enum { TFTP_PORT = 69, TFTP_OPTIONS_MAX = 16, TFTP_DEFAULT_BLKSIZE = 512 };

enum tftp_op { TFTP_RRQ = 1, TFTP_WRQ, TFTP_DATA, TFTP_ACK, TFTP_ERROR, TFTP_OACK };

/* What a server may do with an option it was asked for. */
enum tftp_rule { TFTP_ECHO, TFTP_MAY_LOWER, TFTP_SERVER_FILLS };

struct tftp_option_row {
	const char *key, *ref;
	uint64_t lo, hi; /* values the RFC allows */
	enum tftp_rule rule;
};

enum tftp_option_id {
	TFTP_BLKSIZE,
	TFTP_TIMEOUT,
	TFTP_TSIZE,
	TFTP_WINDOWSIZE,
	TFTP_MULTICAST,
	TFTP_KNOWN
};

extern const struct tftp_option_row tftp_options[TFTP_KNOWN];
extern const struct name tftp_errors[]; /* RFC 1350 appendix, RFC 2347: "file not found" ... */

struct tftp_option {
	struct bytes key, value; /* borrowed */
};

/* RFC 1350, 2347-2349, 7440, 2090. */
struct tftp {
	uint16_t op;
	uint16_t block;      /* DATA, ACK */
	uint16_t error_code; /* ERROR     */
	uint32_t data_len;   /* DATA: bytes on the wire, held or not */
	struct bytes data;   /* DATA: what is held                   */
	uint32_t blksize;    /* DATA that is a burst: of each block but the last; else 0 */
	struct bytes file, mode, message;
	uint32_t n_options;
	struct tftp_option option[TFTP_OPTIONS_MAX]; /* wire order, as written */
	uint32_t has;               /* bits 1 << enum tftp_option_id: known options with a number */
	uint64_t value[TFTP_KNOWN]; /* of those                                             */
};

/* One block of a DATA, of one or of several: its number, its bytes on the wire and what is held. */
struct tftp_block {
	uint16_t number;
	uint32_t len;
	struct bytes data; /* borrowed */
};

/* r stands at the opcode. ERR_VALUE: an opcode that is none. */
enum err tftp_decode(struct reader *r, struct tftp *out);
void tftp_encode(const struct tftp *m, struct writer *w);
/* Is next the number of the block behind that? Some go on with 1 behind 65535. */
bool tftp_follows(uint16_t next, uint16_t block);
/*
 * A sender that leaves it to its card to cut a burst up (UDP_SEGMENT of Linux, udp(7)) shows a
 * capture on its own host one datagram of several blocks, each behind its header. Is m this, where
 * blocks of blksize were agreed on? It is longer than a block may be, and where a second header is
 * held it is that; else there has to be a window. Sets m->blksize.
 */
void tftp_burst(struct tftp *m, uint32_t blksize, bool window);
uint32_t tftp_blocks(const struct tftp *m); /* of DATA: 1, or those of a burst */
uint32_t tftp_bytes(const struct tftp *m);  /* of the file, that DATA has */
struct tftp_block tftp_block(const struct tftp *m, uint32_t i);
/* Builder's side: append an option to m->option (borrowed until encoded). False: table full. */
bool tftp_add(struct tftp *m, const char *key, const char *value);
/* A request by its form, whatever the port: some loaders are told another than 69. */
bool tftp_looks_like_request(struct bytes datagram);
const char *tftp_op_name(uint16_t op); /* static: "RRQ" ...; NULL for none */

#endif
