/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CAPTURE_LIVE_H
#define CAPTURE_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "links.h"
#include "sink.h"
#include "source.h"

/*
 * Frames from interfaces. Opening asks for what only root may have; reading, and following an
 * interface that goes and comes back, does not: privileges are dropped in between.
 */
enum { LIVE_PORTS_MAX = 16, LIVE_SEEN_MAX = 64, LIVE_BUFFER_KIB = 8192, LIVE_WHY_MAX = 1024 };

struct live_options {
	const char *const *interface; /* borrowed for the call, as the filter */
	uint32_t n_interfaces;
	const char *filter;  /* of the user; NULL: none */
	uint32_t snaplen;    /* 0: as live_filter.h's rows say; UINT32_MAX: all of each */
	uint32_t buffer_kib; /* 0: LIVE_BUFFER_KIB, of each interface */
	bool not_promiscuous;
	bool immediate; /* each frame at once, for more CPU time and less room */
	bool all;       /* frames of all kinds, not only of those that a boot may be made of */
};

enum live_state {
	LIVE_ON,
	LIVE_DOWN, /* set down; goes on by itself */
	LIVE_GONE, /* is no more; goes on when live_follow finds it again */
	LIVE_LEFT, /* another is captured on in its place */
};

/* An interface that is captured on, or was. */
struct live_port {
	char name[LINK_NAME_MAX];
	enum live_state state;
	uint32_t link;    /* LINKTYPE_ */
	uint32_t snaplen; /* of a frame at most */
	uint64_t frames, dropped;
};

struct live;

/* Opens all or none. links: for the names that there are. 0, or a negative errno and one sentence
 * in why: -EPERM, -ENODEV, -ENETDOWN, -EINVAL (the filter), others. */
int live_open(const struct live_options *o, const struct links *links, struct live **out, char *why,
	      size_t n) __attribute__((warn_unused_result));

/* The interface to watch when none was named: of the default route, or the first with a carrier. 0,
 * or -ENODEV and one sentence. */
int live_choose(const struct links *links, char name[LINK_NAME_MAX], char *why, size_t n)
	__attribute__((warn_unused_result));

/* As a source that can be waited for. Its close is live_close, to be called once. */
struct source live_source(struct live *l);
void live_close(struct live *l); /* NULL: nothing */

/* What is captured on now. */
uint32_t live_ports(const struct live *l);
const struct live_port *live_port(const struct live *l, uint32_t i);

/* All that were since the begin, those of the begin first; the interface number of a frame is the
 * index here. */
uint32_t live_seen_count(const struct live *l);
const struct live_port *live_seen(const struct live *l, uint32_t number);

/* Port i goes on with the frames of another interface. What the kernel holds of the old one still
 * comes, under the new one's number. 0, or a negative errno and one sentence: nothing changed. */
int live_switch(struct live *l, uint32_t i, const struct link *to, char *why, size_t n)
	__attribute__((warn_unused_result));

/* Interfaces that vanished and are in the list again are captured on again. Gives how many. */
uint32_t live_follow(struct live *l, const struct link_list *list);

/* The clock by which frames are timed: time of day that never jumps. Looks at the system's. */
uint64_t live_now(struct live *l);
/* How often the system's clock was set, and by how much in all. */
uint32_t live_steps(const struct live *l, int64_t *by_ns);

/* The filter of the first interface, as tcpdump -d shows one. */
void live_show_filter(const struct live *l, struct output out);
/* Link types that interface i can be captured with, as tcpdump -L shows them. */
void live_show_links(const struct live *l, uint32_t i, struct output out);

#endif
