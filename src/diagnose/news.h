/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NEWS_H
#define NEWS_H

#include <stddef.h>
#include <stdint.h>

#include "diagnose.h"
#include "scope.h"

/*
 * What has come about since somebody looked last: the model is held against what was told of each
 * client. Pure; the same frames and ticks give the same news.
 */
enum news_kind {
	NEWS_BOOT,    /* a client starts, or starts over                 */
	NEWS_STAGE,   /* it got to a stage                               */
	NEWS_OUTCOME, /* how it goes changed                             */
	NEWS_FINDING, /* one more finding                                */
	NEWS_CLEARED, /* a finding that was told does not hold any more  */
	NEWS_KINDS,
};

const char *news_key(enum news_kind k); /* static: "stage" */

/* Borrowed for the call it is given to. */
struct news_item {
	enum news_kind kind;
	const struct client *client;
	const struct boot *boot;
	enum stage stage;              /* the one reached, or the furthest so far */
	enum finding_id id;            /* of FINDING and CLEARED                  */
	const struct finding *finding; /* of FINDING; NULL                        */
	uint64_t time_ns, frame;       /* frame 0: no frame, but that time passed */
};

typedef void news_fn(void *ctx, const struct news_item *item);

struct news;

size_t news_size(uint32_t clients);
/* mem zeroed, news_size(clients) bytes, borrowed. seed: a word that those who send do not know. */
struct news *news_init(void *mem, uint32_t clients, uint64_t seed);
/* Tells what is new, the clients in order of appearance, the items of each in that of time. Clients
 * that it did not tell of before are taken on a few at a time, those with an address first: who
 * forges MACs cannot fill a log with them. */
void news_look(struct news *n, const struct scope *s, news_fn *fn, void *ctx);
/* How many clients the last look left for later. */
uint32_t news_held(const struct news *n);

#endif
