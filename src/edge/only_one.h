/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ONLY_ONE_H
#define ONLY_ONE_H

/* A name that one process of this network namespace has at a time, for as long as the descriptor is
 * open: an abstract address of a Unix socket (unix(7)). The descriptor, or a negative errno;
 * -EADDRINUSE: another has it. */
int only_one(const char *name) __attribute__((warn_unused_result));

#endif
