/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef KEEPER_H
#define KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox.h"

/*
 * Responders, a process each, and one that keeps them: it is forked while there is nothing to
 * inherit, keeps the rights that opening ports and changing the user take, reads no byte of a
 * stranger, and starts a responder that ended again. Whoever started it hears what they have to
 * tell, and by closing his end lets them finish and go.
 */

enum { KEEPER_SAYINGS = 16 };

/* Static words of a process that was forked: what a responder tells goes this way. */
struct keeper_voice {
	int fd;
	uint8_t task;
	uint32_t unheard;                 /* told while nobody had room to listen, or too often */
	uint64_t busy_ms[KEEPER_SAYINGS]; /* by what: as long, if each took its part of a second */
};

struct keeper_task {
	const char *name; /* "tftp" */
	void *ctx;
	/* In the process that serves, with all rights still: opens what it needs, and says in box
	 * what it keeps (mode and user are filled in). 0, or a negative errno and one sentence. */
	int (*open)(void *ctx, struct keeper_voice *voice, struct sandbox *box, char *why,
		    size_t n);
	/* In its sandbox, the first time only: may it begin? As open; NULL: it may. */
	int (*begin)(void *ctx, char *why, size_t n);
	/* Serves until stop can be read, then as long as what is under way takes, grace_ms at most.
	 * Coming back earlier: it cannot go on and wants to be opened anew. */
	void (*run)(void *ctx, int stop, int grace_ms);
	/* Capabilities that it keeps beside those that opening takes: 1 << CAP_X. NULL: none */
	const uint64_t *caps;
};

enum { KEEPER_TASKS = 8, KEEPER_WORDS = 480, KEEPER_EARLY = 16, KEEPER_WHY_MAX = 512 };

enum keeper_kind {
	KEEPER_READY,  /* it serves */
	KEEPER_FAILED, /* could not be opened; words say why. Tried again, if it ever was ready */
	KEEPER_ENDED,  /* died, and is started again; words say of what */
	KEEPER_SAID,   /* what is the responder's own number for it */
	KEEPER_KINDS
};

struct keeper_news {
	uint8_t task, kind;
	uint16_t what;
	uint32_t unheard; /* how many before this one were lost */
	char words[KEEPER_WORDS];
};

struct keeper_how {
	const struct keeper_task *task; /* borrowed for its life */
	int n_tasks;
	/* Sockets are bound to it: when another has its name, all are started again. NULL: none */
	const char *interface;
	enum sandbox_mode mode;
	const char *user; /* as in struct sandbox */
	int grace_ms;
};

struct keeper {
	int fd; /* to be polled, and closed by keeper_end; -1: none */
	int pid, n_tasks, grace_ms;
	struct keeper_news early[KEEPER_EARLY]; /* told before all were ready, to be heard first */
	int n_early;
	bool stopped;
};

/* Nothing serves before keeper_go. 0, or a negative errno and one sentence. */
int keeper_start(const struct keeper_how *how, struct keeper *out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* Starts them and waits until each is ready. 0, or a negative errno and the sentence of the one
 * that is not; the others are ended. */
int keeper_go(struct keeper *k, char *why, size_t n) __attribute__((warn_unused_result));
/* The next one (call it until there is none: fd does not tell of early ones); 0: none waits.
 * -EPIPE: the keeper is gone, and all with it. Words come from a process that strangers talk to:
 * unsafe to show as they are. */
int keeper_hear(struct keeper *k, struct keeper_news *out);
/* Lets what is under way finish; what they tell goes on until -EPIPE. */
void keeper_stop(struct keeper *k);
/* The same, and waits for it; safe in the sandbox, and more than once. */
void keeper_end(struct keeper *k);

/* In a responder. words may be cut; what is told too often counts as unheard. */
void keeper_say(struct keeper_voice *v, uint16_t what, const char *words);

#endif
