/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_SESSION_H
#define LIVE_SESSION_H

#include "capture_live.h"
#include "errand.h"
#include "file_helper.h"
#include "links.h"
#include "loop.h"
#include "options.h"
#include "save_live.h"
#include "scope.h"
#include "serve_session.h"

/* A live capture and what goes with it, as the options name it: for the screens and for the lines.
 */
struct live_session {
	struct links *links;
	struct live *live;
	struct source source;
	struct save *save; /* NULL: nothing is saved */
	struct file_helper helper;
	struct serve_session serve; /* how.n_tasks 0: it only watches */
	/* What is done later with rights that are given up now; NULL: nothing. Borrowed */
	const struct errand_how *aside;
	struct errand errand;
	char errand_why[SANDBOX_WHY_MAX]; /* when it could not be started */
	const char *interface[LIVE_PORTS_MAX];
	uint32_t n_interfaces;
	char chosen[LINK_NAME_MAX];
	const char *seen[LIVE_SEEN_MAX]; /* names by the interface number of frames; NULL behind */
	char *filter;                    /* given; NULL: none */
	struct link_events events;       /* of the last live_session_links */
};

/* Before anything else is said in it. */
void live_session_init(struct live_session *s);
/* Everything that wants privileges. s was initialised. 0, or an exit status after one sentence on
 * standard error. */
int live_session_open(const struct options *o, struct live_session *s);
/* Gives them up; helper: another one that is asked for files, -1: none; terminal: keys will be read
 * from one. 0, or an exit status and one sentence. */
int live_session_confine(const struct options *o, const struct live_session *s, int helper,
			 bool terminal, char *why, size_t n);
/* What is called when there are frames, news of interfaces or of responders, and at once, when it
 * says for when. 0, or a negative errno. */
struct live_heard {
	loop_fn *frames, *links, *serve;
	loop_timer_fn *time;
};

int live_session_listen(const struct live_session *s, struct loop *loop,
			const struct live_heard *to, void *ctx);
/* Some frames into the model and the file, no more than *left. True: there may be more at hand. */
bool live_session_read(struct live_session *s, struct scope *scope, uint64_t *left);
/* Does somebody answer here, and may go on to? */
bool live_session_serves(const struct live_session *s);
/* What became of interfaces; those that are back are captured on again. s->events is written anew.
 */
void live_session_links(struct live_session *s);
/* The port goes on with that interface. 0, or a negative errno and one sentence. */
int live_session_switch(struct live_session *s, uint32_t port, const char *name, char *why,
			size_t n);
/* Is the event about an interface that is captured on, or a port of one? */
bool live_session_concerns(const struct live_session *s, const struct link_event *e);
void live_session_close(struct live_session *s);

/* -D and -L and -d: what there is to capture on, and how. Exit status; a sentence on trouble. */
int live_list(void);
int live_show(const struct options *o);

#endif
