/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLAIN_H
#define PLAIN_H

#include "sink.h"

/* Values of a sink as plain words. Where they stand is for the one around it to say, whose first
 * member this is: outline and tree. What is not there is left out, there being nothing to read. */
struct plain {
	struct sink sink;                                /* hand this to those who write */
	struct output out;                               /* borrowed */
	void (*begin)(struct plain *p, const char *key); /* all that stands before a value */
	void (*end)(struct plain *p);                    /* and behind it */
};

void plain_init(struct plain *p, struct output out);
void plain_put(const struct plain *p, const char *s);

#endif
