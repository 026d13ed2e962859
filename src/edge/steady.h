/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STEADY_H
#define STEADY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A clock that tells the time of day and never jumps: the kernel stamps frames with the wall clock,
 * which a board without a battery sets by years while we watch, and the boot's timers are measured
 * in it. Pure; times in nanoseconds.
 */
struct steady {
	uint64_t wall_ns, running_ns; /* when it was last looked at */
	int64_t step_ns, before_ns; /* what the wall clock is ahead of ours, now and one step ago */
	uint64_t latest_ns;         /* of what was told */
	uint32_t steps;
};

/* wall: since 1970; running: of a clock that only goes forward. */
void steady_init(struct steady *s, uint64_t wall_ns, uint64_t running_ns);
/* Look again, now and then: true when the wall clock was set in between. */
bool steady_look(struct steady *s, uint64_t wall_ns, uint64_t running_ns);
/* The time of a frame that the kernel stamped with the wall clock. */
uint64_t steady_frame(struct steady *s, uint64_t stamp_ns);
/* The time now, as of the last look; never before the time of a frame told. */
uint64_t steady_now(const struct steady *s);

#endif
