/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TFTP_NETASCII_H
#define TFTP_NETASCII_H

#include <stdint.h>

/*
 * Mode "netascii" (RFC 764 as RFC 1350 uses it): a line ends in CR LF, a CR of the text is CR NUL.
 * Going out, one byte may become two, of which the second waits for the next block; coming in, a CR
 * waits for what follows it.
 */
struct netascii {
	uint64_t offset; /* of the next byte of the file */
	int waits;       /* the byte to send first, or the CR that came; -1: none */
};

/* Out: takes from n bytes of the file at a->offset, fills at most room. Returns the bytes written;
 * a moves on by what was taken. */
uint32_t netascii_out(struct netascii *a, const uint8_t *from, uint32_t n, uint8_t *to,
		      uint32_t room);

/* In: n bytes in place, which never get more. Returns how many are left. last: nothing follows. to
 * has room for n + 1. */
uint32_t netascii_in(struct netascii *a, const uint8_t *from, uint32_t n, uint8_t *to, int last);

#endif
