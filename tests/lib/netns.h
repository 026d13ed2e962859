/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NETNS_H
#define NETNS_H

#include <stdbool.h>

/* A network of the test's own: interfaces made in it are seen by nobody else and go with it. */

/* The process moves into one, as root there. False: the kernel or the machine refuses, and the test
 * is to be skipped. */
bool netns_enter(void);
/* Runs ip(8) with the words, in silence; true when it succeeds. */
bool netns_ip(const char *words);

#endif
