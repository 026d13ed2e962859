/* SPDX-License-Identifier: BSD-2-Clause */
#include "events.h"

#include <string.h>

#include "report.h"
#include "verdict.h"

/* RFC 3339 to the millisecond: what a log has. */
static void text_when(struct text *out, uint64_t ns)
{
	char buf[48];
	struct text t = text_init(buf, sizeof(buf));
	enum { TO_MILLISECONDS = 23 }; /* characters of 2026-01-02T03:04:05.123 */

	text_time(&t, ns);
	if (t.pos > TO_MILLISECONDS) {
		buf[TO_MILLISECONDS] = 'Z';
		buf[TO_MILLISECONDS + 1] = 0;
	}
	text_str(out, buf);
}

/* The word that a client's lines have in common. */
static void text_who(struct text *out, const struct client *c)
{
	if (!mac_none(c->mac))
		text_mac(out, c->mac);
	else
		text_address(out, c->address[0]);
}

static void finding_words(const struct news_item *i, struct text *out)
{
	const struct finding_row *row = &findings[i->id];

	text_fmt(out, "%s %s", severity_key(row->severity), row->id);
	if (i->finding)
		text_fmt(out, " %s%s: ", confidence_key(i->finding->confidence),
			 i->finding->cause ? " cause" : "");
	if (i->finding)
		finding_message(i->finding, out);
}

void event_line(const struct news_item *i, struct text *out)
{
	const struct client *c = i->client;

	text_when(out, i->time_ns);
	text_char(out, ' ');
	text_who(out, c);
	text_fmt(out, " %s ", news_key(i->kind));
	switch (i->kind) {
	case NEWS_BOOT:
		text_fmt(out, "%u ", i->boot->attempt);
		verdict_name(c, out);
		break;
	case NEWS_STAGE:
		text_str(out, stage_key(i->stage));
		if (c->n_addresses) {
			text_char(out, ' ');
			text_address(out, c->address[0]);
		}
		break;
	case NEWS_OUTCOME:
		text_fmt(out, "%s %s", outcome_key(i->boot->outcome), stage_key(i->stage));
		break;
	case NEWS_FINDING:
	case NEWS_CLEARED:
		finding_words(i, out);
		break;
	case NEWS_KINDS:
		break;
	}
}

void notice_line(const struct notice *n, struct text *out)
{
	text_when(out, n->time_ns);
	text_fmt(out, " %s %s", n->interface ? n->interface : "-", n->event);
	if (n->change)
		text_fmt(out, " %s", n->change);
	if (n->with_count)
		text_fmt(out, " %llu", (unsigned long long)n->count);
	if (n->words)
		text_fmt(out, " %s", n->words);
}

static void json_when(const char *event, uint64_t ns, const struct sink *out)
{
	sink_text(out, "event", event);
	sink_time(out, "time", ns);
}

void event_json(const struct news_item *i, const struct sink *out)
{
	sink_object(out, NULL);
	json_when(news_key(i->kind), i->time_ns, out);
	if (i->frame)
		sink_number(out, "frame", i->frame);
	else
		sink_null(out, "frame");
	report_json_client(i->client, out);
	sink_number(out, "attempt", i->boot->attempt);
	sink_text(out, "stage", stage_key(i->stage));
	sink_text(out, "outcome", outcome_key(i->boot->outcome));
	if (i->finding)
		report_json_finding("finding", i->finding, out);
	else if (i->kind == NEWS_CLEARED)
		sink_text(out, "finding_id", findings[i->id].id);
	sink_close(out);
}

void notice_json(const struct notice *n, const struct sink *out)
{
	sink_object(out, NULL);
	json_when(n->event, n->time_ns, out);
	if (strcmp(n->event, "start") == 0)
		sink_text(out, "schema", "bootscope-events/1");
	sink_text(out, "interface", n->interface);
	sink_text(out, "change", n->change);
	if (n->with_count)
		sink_number(out, "count", n->count);
	else
		sink_null(out, "count");
	sink_text(out, "words", n->words);
	sink_close(out);
}
