/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "steady.h"

/* Slewing (adjtime) does not move a clock as far as this between two looks; setting it does. */
enum { STEP_MIN_NS = 250000000 };

void steady_init(struct steady *s, uint64_t wall_ns, uint64_t running_ns)
{
	*s = (struct steady) { .wall_ns = wall_ns, .running_ns = running_ns };
}

bool steady_look(struct steady *s, uint64_t wall_ns, uint64_t running_ns)
{
	int64_t moved = (int64_t)((wall_ns - s->wall_ns) - (running_ns - s->running_ns));
	bool stepped = moved > STEP_MIN_NS || moved < -STEP_MIN_NS;

	s->wall_ns = wall_ns;
	s->running_ns = running_ns;
	if (!stepped)
		return false;
	s->before_ns = s->step_ns;
	s->step_ns += moved;
	s->steps++;
	return true;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

uint64_t steady_frame(struct steady *s, uint64_t stamp_ns)
{
	uint64_t now = s->wall_ns - (uint64_t)s->step_ns;
	uint64_t by_new = stamp_ns - (uint64_t)s->step_ns,
		 by_old = stamp_ns - (uint64_t)s->before_ns, t;

	/* a frame read after the step may have been stamped before it */
	t = distance(by_old, now) < distance(by_new, now) ? by_old : by_new;
	if (t > s->latest_ns)
		s->latest_ns = t;
	return t;
}

uint64_t steady_now(const struct steady *s)
{
	uint64_t now = s->wall_ns - (uint64_t)s->step_ns;

	return now > s->latest_ns ? now : s->latest_ns;
}
