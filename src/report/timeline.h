/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "client.h"
#include "html.h"

enum { SCALE_MAX = 256, SCALE_FULL = 10000 };

/*
 * Times laid out on a line from 0 to SCALE_FULL. A boot does much in milliseconds and then waits
 * for minutes: what lies close together is spread, long silence is shortened. Order is kept; equal
 * lengths are not equal times, so that marks carry theirs.
 */
struct scale {
	uint32_t n;
	uint64_t ns[SCALE_MAX]; /* rising */
	uint32_t at[SCALE_MAX];
	bool full; /* times were left out for want of room */
};

/* Any order, any number; then scale_lay once; then scale_at. */
void scale_add(struct scale *s, uint64_t ns);
void scale_lay(struct scale *s);
uint32_t scale_at(const struct scale *s, uint64_t ns);

/* How its outcome is drawn: a class of the style sheet, static. */
const char *timeline_transfer_class(const struct transfer *t);

/* One boot as an inline SVG as wide as its place: when it asked, loaded, mounted, and waited. */
void timeline_svg(const struct html *h, const struct boot *b);

#endif
