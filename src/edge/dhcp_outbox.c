/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "dhcp_outbox.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { NOW_MAX = 64, LATER_MAX = 256, NEWS_MAX = 128, KICKS_APART_MS = 50 };

static const uint64_t ms = UINT64_C(1000000), latest_ns = UINT64_C(60000000000);

struct held {
	bool promises; /* a lease that is not written yet */
	uint32_t n;
	uint8_t frame[DHCP_FRAME_MAX];
};

struct dhcp_outbox {
	struct dhcp_outbox_to to;
	bool promises; /* of the next frame */
	uint32_t n_now, n_news, n_later;
	uint64_t next_ns, kick_ns; /* when the first later one is due, and the last kick */
	struct dhcp_news news[NEWS_MAX];
	uint64_t due_ns[LATER_MAX]; /* 0: free */
	struct held now[NOW_MAX], later[LATER_MAX];
};

static uint64_t wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

struct dhcp_outbox *dhcp_outbox_new(const struct dhcp_outbox_to *to)
{
	struct dhcp_outbox *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->to = *to;
	b->next_ns = UINT64_MAX;
	return b;
}

void dhcp_outbox_free(struct dhcp_outbox *b)
{
	if (b)
		dhcp_outbox_flush(b);
	free(b);
}

/* ---- out ---- */

static void send_now(struct dhcp_outbox *b, bool kept)
{
	struct bytes frame[NOW_MAX];
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->n_now; i++)
		if (kept || !b->now[i].promises)
			frame[n++] = bytes_of(b->now[i].frame, b->now[i].n);
	packet_port_send_all(b->to.port, frame, n);
	b->n_now = 0;
}

/* Who was to have a lease that is not on the disk has none: all of them as one, the first. */
static void tell(struct dhcp_outbox *b, bool kept)
{
	bool told = kept;

	for (uint32_t i = 0; b->to.news && i < b->n_news; i++) {
		struct dhcp_news *n = &b->news[i];

		if (!kept && n->event == DHCP_ACKED && n->ip) {
			if (told)
				continue;
			n->event = DHCP_NOT_KEPT;
			told = true;
		}
		b->to.news(b->to.ctx, n);
	}
	b->n_news = 0;
}

/* False: what was to be kept is not. */
static bool flush(struct dhcp_outbox *b)
{
	bool kept = !b->to.file || lease_file_write(b->to.file);

	send_now(b, kept);
	tell(b, kept);
	return kept;
}

/* ---- in ---- */

bool dhcp_outbox_keep(struct dhcp_outbox *b, const struct lease *l)
{
	if (!b->to.file)
		return true;
	if (!lease_file_keep(b->to.file, l))
		return flush(b); /* written with it, or not */
	b->promises = l->state == LEASE_BOUND;
	return true;
}

static void hold(struct held *h, struct bytes frame)
{
	h->n = frame.n;
	memcpy(h->frame, frame.p, frame.n);
}

/* False: no room to wait. */
static bool hold_later(struct dhcp_outbox *b, struct bytes frame, uint64_t due)
{
	uint32_t i = 0;

	while (i < LATER_MAX && b->due_ns[i])
		i++;
	if (i == LATER_MAX)
		return false;
	hold(&b->later[i], frame);
	b->due_ns[i] = due;
	b->n_later++;
	b->next_ns = due < b->next_ns ? due : b->next_ns;
	return true;
}

void dhcp_outbox_frame(struct dhcp_outbox *b, struct bytes frame, uint32_t delay_ms)
{
	struct held *h;

	if (frame.n > DHCP_FRAME_MAX ||
	    (delay_ms && hold_later(b, frame, wall_ns() + delay_ms * ms)))
		return;
	if (b->n_now == NOW_MAX) {
		bool kept = flush(b), promised = b->promises;

		b->promises = false;
		if (promised && !kept)
			return;
	}
	h = &b->now[b->n_now++];
	hold(h, frame);
	h->promises = b->promises;
	b->promises = false;
}

void dhcp_outbox_kick(struct dhcp_outbox *b, struct bytes frame, uint32_t delay_ms)
{
	uint64_t due = wall_ns() + delay_ms * ms;

	if (frame.n > DHCP_FRAME_MAX ||
	    (b->kick_ns <= due && due - b->kick_ns < KICKS_APART_MS * ms))
		return;
	if (hold_later(b, frame, due))
		b->kick_ns = due;
}

void dhcp_outbox_news(struct dhcp_outbox *b, const struct dhcp_news *n)
{
	if (b->n_news == NEWS_MAX)
		(void)flush(b);
	b->news[b->n_news++] = *n;
}

static void send_later(struct dhcp_outbox *b, uint64_t now)
{
	struct bytes frame[LATER_MAX];
	uint32_t n = 0;

	b->next_ns = UINT64_MAX;
	for (uint32_t i = 0; i < LATER_MAX && b->n_later; i++) {
		uint64_t due = b->due_ns[i];

		/* far ahead: the clock was set back */
		if (due && (due <= now || due > now + latest_ns)) {
			frame[n++] = bytes_of(b->later[i].frame, b->later[i].n);
			b->due_ns[i] = 0;
		} else if (due && due < b->next_ns) {
			b->next_ns = due;
		}
	}
	b->n_later -= n;
	packet_port_send_all(b->to.port, frame, n);
}

void dhcp_outbox_flush(struct dhcp_outbox *b)
{
	uint64_t now = b->n_later ? wall_ns() : 0;

	(void)flush(b);
	if (b->n_later && (b->next_ns <= now || b->next_ns > now + latest_ns))
		send_later(b, now);
}

uint64_t dhcp_outbox_next(const struct dhcp_outbox *b)
{
	return b->next_ns;
}
