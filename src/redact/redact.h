/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REDACT_H
#define REDACT_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "reader.h"

/*
 * A capture that can be given away: each frame's bytes once more, with other MACs, addresses,
 * serial numbers and names in their places, the same ones throughout, and with zeros where the
 * contents of files were and where nobody knows what is written. Lengths stay, and with them all
 * that booting looks at; checksums that were right are right.
 *
 * In two readings of the same frames: names are known only once all of them were seen.
 */
struct redact;

enum { REDACT_FRAME_MAX = 1 << 18 };

struct wire_limits;

size_t redact_size(const struct wire_limits *limits);
/* mem zeroed, of redact_size() bytes. The same key gives the same pseudonyms. */
struct redact *redact_init(void *mem, const struct wire_limits *limits, uint64_t key);

void redact_learn(struct redact *r, const struct frame *f);

/* Before each reading that maps: the first frame comes next. */
void redact_begin(struct redact *r);

/* out: f with other bytes, borrowed until the next call; of a frame above REDACT_FRAME_MAX so many.
 */
void redact_frame(struct redact *r, const struct frame *f, struct frame *out);

/* Text that has to do with the capture, the name of its file say. to: v.n bytes, apart from v. */
void redact_text(const struct redact *r, struct bytes v, uint8_t *to);

#endif
