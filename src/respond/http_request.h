/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

/*
 * The head of a request as a server reads it (RFC 9112): strict where the dissector's http.h shows
 * whatever there is, since both ends have to agree where the next request begins.
 */
enum { HTTP_HEAD_MAX = 8192 };

/* What becomes of a request; its row in http_answer.c has status and sentence. */
enum http_outcome {
	HTTP_WHOLE,
	HTTP_PART,
	HTTP_SAME, /* the client has it already */
	HTTP_MALFORMED,
	HTTP_DENIED,
	HTTP_LEADS_OUT,
	HTTP_MISSING,
	HTTP_FOLDER,
	HTTP_METHOD,
	HTTP_TOO_SLOW,
	HTTP_CHANGED, /* is not what the client wants to go on with */
	HTTP_LONG_NAME,
	HTTP_NOT_THERE, /* a range behind the end */
	HTTP_LONG_HEAD,
	HTTP_BROKEN,
	HTTP_BUSY,
	HTTP_VERSION,
	HTTP_OUTCOMES
};

struct http_request {
	struct bytes method, target; /* borrowed from the head, as all below */
	bool head;                   /* the method is HEAD, not GET */
	bool keep;                   /* the connection can go on after the answer */
	bool old;                    /* HTTP/1.0 or one before */
	struct bytes range, if_range, if_match, if_none_match; /* p NULL: none, or several */
	struct bytes if_modified_since, if_unmodified_since;
};

/* Bytes of the head at the beginning of b, with the empty line that ends it; 0: not all is there.
 */
uint32_t http_head_size(struct bytes b);

/* A whole head. HTTP_WHOLE: it can be answered; else why not, and *out holds method and target as
 * far as they were read, and keep is false. */
enum http_outcome http_request_read(struct bytes head, struct http_request *out);

/* Whatever the case; word in lower case. */
bool http_starts(struct bytes v, const char *word);
/* Takes a member off a list that is not empty (RFC 9110 5.6.1), without the blanks around it. */
struct bytes http_list_next(struct bytes *list);

#endif
