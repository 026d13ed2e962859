/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_SESSION_H
#define SERVE_SESSION_H

#include "keeper.h"
#include "options.h"
#include "serve_config.h"
#include "serve_tasks.h"
#include "text.h"

/* The responders that a configuration asks for, as processes of their own. */
struct serve_session {
	const struct serve_config *config; /* borrowed */
	struct keeper keeper;
	struct keeper_how how;
	/* those that are wanted, in the order of the table */
	struct keeper_task task[SERVE_KINDS];
	struct serve_task_context context[SERVE_KINDS];
	const struct serve_kind *kind[SERVE_KINDS];
	bool stopping, gone;
};

/* What one of them told. */
struct serve_said {
	const char *key; /* static: "tftp-done", "dhcp-ready" ... (docs/json.md) */
	bool trouble;
	char words[1024]; /* safe to show */
};

/* Forks the keeper: before descriptors are opened that responders shall not have. config is
 * borrowed. 0, or an exit status after one sentence. */
int serve_session_start(const struct options *o, const struct serve_config *config,
			struct serve_session *s);
/* They serve from now on, each in its sandbox. The same. */
int serve_session_go(struct serve_session *s);
/* The next thing told. False: none waits, or (s->gone) all of them are. */
bool serve_session_hear(struct serve_session *s, struct serve_said *out);
/* Lets what is under way finish. */
void serve_session_stop(struct serve_session *s);
/* Waits for it; also when nothing was started. */
void serve_session_end(struct serve_session *s);

/* "proxyDHCP, TFTP from /srv/tftp, HTTP from /srv/http, NFS of /srv/nfs" */
void serve_session_words(const struct serve_session *s, struct text *out);

#endif
