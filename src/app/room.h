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
void room_clear(void *p, size_t n); /* as new */

/* The same, shared with whoever is forked from now on. */
void *room_shared(size_t n);

/* A copy of a room, to be seen at the room's own addresses while the two have changed places: what
 * is in it may point into it. NULL: it cannot be made. */
void *room_copy(void *from, size_t n);
bool room_swap(void *a, void *b, size_t n); /* false: they stayed where they were */
void room_free(void *p, size_t n);

/* What the model may take (--memory), with a seed of its own; screens: messages are kept to be
 * looked at. */
struct scope_limits room_limits(const struct options *o, bool screens);

#endif
