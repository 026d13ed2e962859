/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SAVE_PCAPNG_H
#define SAVE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "sink.h"

/* A writer of pcapng (draft-ietf-opsawg-pcapng) over an output: one section, little endian, an
 * interface for each link type and interface of the run, times in nanoseconds. */
enum { SAVE_INTERFACES_MAX = 1024, SAVE_COMMENT_MAX = 65000 };

struct save_pcapng {
	struct output out; /* borrowed */
	uint32_t n;
	struct {
		uint32_t link, interface;
	} row[SAVE_INTERFACES_MAX];
	uint64_t frames, left_out; /* left_out: of more interfaces than that */
	/* The interfaces' names, by their number in the run; NULL: not said. Borrowed; set after
	 * save_pcapng_begin. */
	const char *const *names;
	uint32_t n_names;
};

/* The section header. application: who writes; comment: NULL none. UTF-8. */
void save_pcapng_begin(struct save_pcapng *s, struct output out, const char *application,
		       const char *comment);
/* One frame with n comments. */
void save_pcapng_frame(struct save_pcapng *s, const struct frame *f, const char *const *comments,
		       uint32_t n);
/* What was lost while capturing, by the interface's number in the run, as of now. */
void save_pcapng_dropped(struct save_pcapng *s, const uint64_t *dropped, uint64_t now_ns);

#endif
