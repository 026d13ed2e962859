/* SPDX-License-Identifier: BSD-2-Clause */
#include "exhibits.h"

#include <string.h>

#include "outline.h"
#include "packet_text.h"
#include "verdict.h"

/* Sorted as they come: there are few. */
static void insert(struct exhibits *e, const struct exhibit *x)
{
	uint32_t at = e->n;

	if (e->n == EXHIBITS_MAX) {
		e->lost++;
		return;
	}
	while (at && e->row[at - 1].frame > x->frame)
		at--;
	memmove(&e->row[at + 1], &e->row[at], (e->n - at) * sizeof(*x));
	e->row[at] = *x;
	e->n++;
}

void exhibits_find(const struct scope *s, struct exhibits *out)
{
	for (uint32_t i = 0; i < scope_clients(s); i++) {
		const struct client *c = scope_client(s, i);
		struct diagnosis d;

		if (verdict_bystander(c) || !diagnose_client(s, c, &d))
			continue;
		for (uint32_t k = 0; k < d.n; k++) {
			const struct finding *f = &d.finding[k];

			for (uint32_t j = 0; j < f->n_evidence; j++)
				insert(out, &(struct exhibit) { .frame = f->evidence[j].frame,
								.id = f->id,
								.cause = f->cause,
								.mac = c->mac,
								.note = f->evidence[j].note });
		}
	}
}

/* The first row whose frame is not below. */
static uint32_t lower(const struct exhibits *e, uint64_t frame)
{
	uint32_t lo = 0, hi = e->n;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (e->row[mid].frame < frame)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct exhibit *exhibits_at(const struct exhibits *e, uint64_t frame)
{
	uint32_t i = lower(e, frame);

	return i < e->n && e->row[i].frame == frame ? &e->row[i] : NULL;
}

bool exhibits_done(const struct exhibits *e, uint64_t frame)
{
	return !e->n || e->row[e->n - 1].frame < frame;
}

/* What the sink of one packet writes goes behind what is there, up to a packet's share. */
struct share {
	struct exhibits *e;
	uint32_t end;
};

static void append(void *ctx, const char *p, uint32_t n)
{
	struct share *s = ctx;
	uint32_t room = s->end - s->e->used;

	if (n > room)
		n = room;
	memcpy(s->e->text + s->e->used, p, n);
	s->e->used += n;
}

void exhibits_packet(struct exhibits *e, const struct packet *p)
{
	uint32_t i = lower(e, p->number);
	char line[2048];
	struct text t = text_init(line, sizeof(line) - 1);
	struct share share = { e, 0 };
	struct outline outline;
	struct exhibit *x = &e->row[i];

	if (i == e->n || x->frame != p->number || x->n >= EXHIBIT_TEXT_MAX)
		return;
	if (!x->n)
		x->text = e->used;
	share.end = x->text + EXHIBIT_TEXT_MAX < EXHIBITS_TEXT ? x->text + EXHIBIT_TEXT_MAX
							       : EXHIBITS_TEXT;
	packet_text(p, &t);
	text_char(&t, '\n');
	append(&share, line, t.pos);
	if (p->record != RECORD_NONE) {
		outline_init(&outline, (struct output) { &share, append });
		protocols[p->record].fields(p, &outline.plain.sink);
	}
	x->n = e->used - x->text;
}

void exhibits_comment(const struct exhibit *x, struct text *out)
{
	text_fmt(out, "%s: %s (%s%s, for ", x->note, findings[x->id].title, findings[x->id].id,
		 x->cause ? ", the cause" : "");
	text_mac(out, x->mac);
	text_fmt(out, ", frame %llu of the capture)", (unsigned long long)x->frame);
}
