/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>

#include "sink.h"

enum { JSON_DEPTH_MAX = 32 };

/* JSON (RFC 8259) over an output: what a sink is told, written at once. Bytes from the wire become
 * the text of text_safe. Keys are ours and need no escaping. */
struct json {
	struct sink sink;  /* hand this to those who write */
	struct output out; /* borrowed */
	bool pretty;
	int depth;
	bool list[JSON_DEPTH_MAX], some[JSON_DEPTH_MAX];
};

void json_init(struct json *j, struct output out, bool pretty);

#endif
