/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ROOM_H
#define ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "scope.h"

/* n zeroed bytes of address space, which becomes memory where it is touched; NULL: there is none.
 * Given back with munmap, or kept to the end. */
void *room(size_t n);

/* What the model may take (--memory), with a seed of its own; screens: messages are kept to be
 * looked at. */
struct scope_limits room_limits(const struct options *o, bool screens);

#endif
