/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TFTP_WORKER_H
#define TFTP_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "sandbox.h"
#include "store_cmdline.h"
#include "tftp_server.h"

/* The TFTP responder with its sockets and its directory: what one worker process runs. */
struct tftp_worker;

struct tftp_worker_options {
	const char *interface; /* NULL: all */
	const char *root;
	const char *into; /* the folder for files that clients write; NULL: they write none */
	bool single_port;
	uint16_t port; /* 69 */
	bool dry;      /* everything is decided and told, nothing is sent or written */
	struct tftp_limits limits;
	struct cmdline_options cmdline; /* root NULL: no cmdline.txt is made */
	void *ctx;                      /* of news */
	void (*news)(void *ctx, const struct tftp_news *n);
};

/* Opens sockets and root. 0, or a negative errno and one sentence in why. */
int tftp_worker_open(const struct tftp_worker_options *o, struct tftp_worker **out, char *why,
		     size_t n) __attribute__((warn_unused_result));
/* What it needs once it is open: into box. */
void tftp_worker_keeps(const struct tftp_worker *w, struct sandbox *box);
/* Serves until fd stop can be read; then lets transfers end for grace_ms. */
void tftp_worker_run(struct tftp_worker *w, int stop, int grace_ms);
void tftp_worker_free(struct tftp_worker *w);
uint16_t tftp_worker_port(const struct tftp_worker *w);

#endif
