/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "boot_path.h"
#include "http_request.h"
#include "store.h"
#include "text.h"

/* What a server of files answers to GET and HEAD (RFC 9110): decided here, sent elsewhere. */

struct http_file {
	const char *path; /* borrowed; its end says what kind it is */
	uint64_t size, modified_ns;
};

struct http_answer {
	enum http_outcome outcome;
	bool head; /* the head alone, whatever it says of a body */
	bool keep; /* the connection goes on afterwards */
	bool old;
	uint64_t from, n; /* bytes of the file that follow the head */
};

enum { HTTP_ANSWER_MAX = 1024 };

uint16_t http_status(enum http_outcome o);
const char *http_sentence(enum http_outcome o); /* static; NULL: the file speaks for itself */

/* The path below the root that a target names, in origin or absolute form (RFC 9112 3.2), without
 * its query. HTTP_WHOLE: it is in out. */
enum http_outcome http_answer_path(struct bytes target, char out[BOOT_PATH_MAX]);

/* q NULL: nothing of the request is known. */
struct http_answer http_answer_refuse(const struct http_request *q, enum http_outcome why);
enum http_outcome http_answer_store(enum store_error e);
/* The file as a whole, a part of it or none, by what the request says of ranges and conditions. */
struct http_answer http_answer_file(const struct http_request *q, const struct http_file *f,
				    uint64_t now_s);

/* The head, and behind it the sentence of one that is refused. f NULL: refused. */
void http_answer_text(const struct http_answer *a, const struct http_file *f, uint64_t now_s,
		      struct text *out);

/* A request that was answered, or given up. */
struct http_news {
	struct address ip;
	uint16_t port;
	struct bytes method; /* borrowed, as it came: unsafe */
	struct bytes path;   /* borrowed, unsafe: the file's below the root; else the target */
	uint16_t status;
	const char *why; /* static: why it was refused, or ended before its end; NULL: neither */
	uint64_t bytes, size; /* of the body: sent, and all there was to send */
	uint64_t begun_ns, ended_ns;
};

/* One line, without its end: "192.168.1.23 GET boot.img: 200, 12.3 MB in 1.204 s". */
void http_news_text(const struct http_news *n, struct text *out);

#endif
