/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_FILTER_H
#define LIVE_FILTER_H

#include <pcap/pcap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sink.h"

/*
 * What the kernel hands over of the traffic that passes: all that a boot may be made of, whole or
 * its head. A list of expressions; the first that a frame matches says how many bytes of it are
 * kept, and what matches none is left out.
 */
enum { KEEP_NOTHING = 0, KEEP_HEAD = 128, KEEP_START = 4096, KEEP_WHOLE = 262144 };

struct filter_row {
	uint32_t keep;
	bool ethernet;          /* for no other link type */
	const char *expression; /* as pcap-filter(7) has it; no names that want looking up */
	const char *why;        /* static */
};

/* Ends with expression NULL. Static. */
extern const struct filter_row live_filter_rows[];

struct live_filter {
	const char *user; /* NULL: none. A frame must match it too, however that is met. Borrowed */
	uint32_t snaplen; /* at most so many bytes of each; 0: as the rows say */
	bool all;         /* no rows: everything that user lets through, whole */
};

/* For the link type p captures. out is freed with free(out->bf_insns). 0, -EINVAL: user's
 * expression is none, -E2BIG: the kernel takes no program so long; with a sentence in why. */
int live_filter_compile(pcap_t *p, const struct live_filter *f, struct bpf_program *out, char *why,
			size_t n) __attribute__((warn_unused_result));

/* Has this link type rows of its own, or is everything kept? */
bool live_filter_knows(int datalink);

/* The rows, and the program as tcpdump -d shows one. */
void live_filter_show(const struct live_filter *f, int datalink, const struct bpf_program *program,
		      struct output out);

#endif
