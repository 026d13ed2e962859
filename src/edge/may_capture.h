/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MAY_CAPTURE_H
#define MAY_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>

enum { MAY_CAPTURE_WHY_MAX = 1024 };

/* Whether this process has the right to open packet sockets. */
bool may_capture(void);

/* One sentence with the command to type for it: this one as it was started, by sudo, or what to do
 * where sudo does not help. interface: for words, NULL: none named. */
void may_capture_words(const char *interface, char *why, size_t n);

/* The parts of it, for tests: the command line is as in /proc/self/cmdline. */
struct may_capture_facts {
	bool root;   /* without the capability: a container                  */
	bool hemmed; /* no_new_privs: neither sudo nor file capabilities count */
	bool has_sudo;
	const char *program; /* its path                 */
	const char *words;   /* argv, each ended by NUL, the last too   */
	size_t n_words;      /* bytes of it               */
};
void may_capture_say(const struct may_capture_facts *f, const char *interface, char *why, size_t n);

#endif
