/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "field.h"
#include "reader.h"

/* First line and the headers that boot clients and their servers care for (RFC 9112). */
struct http {
	bool response;
	struct bytes method, target, host, user_agent, range; /* borrowed; request  */
	uint16_t status;                                      /* response          */
	struct bytes reason, location, content_type, server;
	bool has_length;
	uint64_t content_length;
};

/* Does a segment's payload begin like a request or a status line? Looks at 8 bytes at most. */
bool http_looks_like(struct bytes payload);
enum err http_decode(struct reader *r, struct http *out);

#endif
