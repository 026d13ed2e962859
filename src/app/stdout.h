/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STDOUT_H
#define STDOUT_H

#include "sink.h"

/* Standard output as the core's writers see it, through one large buffer. */
struct output stdout_output(void);

/* Flushes. 0; EXIT_SYSTEM after one sentence when something could not be written. A reader that
 * went away (head, less) is no failure. */
int stdout_end(void);

#endif
