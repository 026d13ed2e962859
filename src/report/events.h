/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EVENTS_H
#define EVENTS_H

#include "news.h"
#include "sink.h"
#include "text.h"

/* What comes about while we watch, one line each: for people and grep, or as JSON (docs/json.md).
 */

/* What is not about a client: interfaces, the clock, what was lost, what was saved. */
struct notice {
	const char *event; /* static: "start", "link", "clock", "dropped", "held", "save", "end" */
	uint64_t time_ns;
	const char *interface; /* NULL: of none. Ours, safe to show */
	const char *change;    /* static: link_change_key and the like; NULL */
	const char *words;     /* for people; NULL */
	uint64_t count;        /* of frames, files ...; with_count: it means something */
	bool with_count;
};

/* "2026-01-02T03:04:05.123Z dc:a6:32:79:26:df stage dhcp-offer 192.168.1.23", no line end. */
void event_line(const struct news_item *item, struct text *out);
void notice_line(const struct notice *n, struct text *out);

/* One object. */
void event_json(const struct news_item *item, const struct sink *out);
void notice_json(const struct notice *n, const struct sink *out);

#endif
