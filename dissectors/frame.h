/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FRAME_H
#define FRAME_H

#include <stdint.h>

/*
 * One link-layer frame as a capture holds it. Invariant: cap_len <= wire_len.
 * Everything pointed to is borrowed for the length of the call it is given to.
 */
/* Of the capturing host, where the capture says so. */
enum frame_way { FRAME_WAY_UNKNOWN, FRAME_IN, FRAME_OUT };

struct frame {
	const uint8_t *data;
	uint32_t cap_len;   /* bytes held                                   */
	uint32_t wire_len;  /* bytes there were                             */
	uint64_t time_ns;   /* since 1970; 0 when the format has no time    */
	uint64_t number;    /* from 1, over all frames of the run           */
	uint32_t link;      /* LINKTYPE_ value of the pcap savefile formats */
	uint32_t interface; /* index among the interfaces of the run       */
	enum frame_way way;
};

#endif
