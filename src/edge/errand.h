/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ERRAND_H
#define ERRAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Work that takes rights which whoever asks for it has given up. A process is forked before the
 * sandbox is entered; it keeps those rights, reads no byte of a stranger, and forks one that does
 * the work whenever it is asked to, never two at a time. Whoever asked closing his end, or dying,
 * ends both.
 *
 * Who trusts whom: what comes in is of one fixed size, and nothing in it is believed: what is
 * neither "begin" nor "stop" is passed over, and the body goes to the work, which looks at every
 * value of it. What comes out is bounded too; its words are ended here, and are for the work to
 * make safe.
 */
enum { ERRAND_BODY = 32, ERRAND_WORDS = 480 };

struct errand_voice {
	int fd;
	uint8_t run;
};

struct errand_how {
	const char *name; /* "audit": ps -e shows it */
	void *ctx;
	/* In its own process with all rights that are kept: to give them up is its own matter.
	 * SIGTERM asks it to end soon. */
	void (*work)(void *ctx, const uint8_t body[ERRAND_BODY], struct errand_voice *voice);
	int grace_ms;         /* how soon */
	const uint64_t *caps; /* 1 << CAP_X, beside those that keeper.h keeps; NULL: none */
};

enum errand_kind {
	ERRAND_SAID,  /* what is the work's own number for it */
	ERRAND_ENDED, /* words: of what it died; "": by itself */
	ERRAND_KINDS
};

struct errand_news {
	uint8_t kind, run;
	uint16_t what;
	char words[ERRAND_WORDS];
};

struct errand {
	int fd; /* to be polled; -1: none. Put it among sandbox.sender */
	int pid, grace_ms;
	uint8_t run; /* the number of the last that was begun: each is told with its own */
};

/* 0, or a negative errno and one sentence. how is borrowed for its life. */
int errand_start(const struct errand_how *how, struct errand *out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* Begins the work, unless one is under way. 0 or a negative errno. */
int errand_begin(struct errand *e, const uint8_t body[ERRAND_BODY]);
void errand_stop(struct errand *e);
/* The next thing told: 1; 0: none waits; -EPIPE: the process is gone. */
int errand_hear(struct errand *e, struct errand_news *out);
/* Waits until all is over; safe in the sandbox, and more than once. */
void errand_end(struct errand *e);

/* In the work. must: waits until there is room. False: nobody will ever listen. */
bool errand_say(const struct errand_voice *v, uint16_t what, bool must, const char *words);

#endif
