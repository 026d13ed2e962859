/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXHIBITS_H
#define EXHIBITS_H

#include "diagnose.h"
#include "packet.h"
#include "scope.h"

enum { EXHIBITS_MAX = 1024, EXHIBIT_TEXT_MAX = 8192, EXHIBITS_TEXT = 1 << 20 };

/* One frame that a finding points to. */
struct exhibit {
	uint64_t frame;
	enum finding_id id;
	bool cause;
	struct mac mac;   /* the client's */
	const char *note; /* static: what the frame is to the finding */
	uint32_t text, n; /* of the first with this frame: its decoded packets; n 0: none */
};

/*
 * The frames that the findings of a report point to, in order, and what is in them. The model
 * holds numbers only, so that the frames are read a second time: exhibits_find first, then
 * exhibits_packet for each packet until exhibits_done.
 */
struct exhibits {
	uint32_t n, lost; /* lost: beyond EXHIBITS_MAX */
	struct exhibit row[EXHIBITS_MAX];
	uint32_t used;
	char text[EXHIBITS_TEXT];
};

/* Those of the boots that the reports tell of. out is zeroed memory. */
void exhibits_find(const struct scope *s, struct exhibits *out);
/* Adds p as text when its frame is one of them. */
void exhibits_packet(struct exhibits *e, const struct packet *p);
/* Does no frame from this number on matter? */
bool exhibits_done(const struct exhibits *e, uint64_t frame);
/* The first with that frame, the others behind it; NULL: none. */
const struct exhibit *exhibits_at(const struct exhibits *e, uint64_t frame);

/* What to write beside the frame in a capture file. */
void exhibits_comment(const struct exhibit *x, struct text *out);

#endif
