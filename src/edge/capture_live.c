/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "capture_live.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "capture_live_parts.h"
#include "text.h"

/* Under load the clock is looked at every so many frames, or else whenever there are none. */
enum { LOOK_AFTER = 1024 };

static uint64_t clock_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void live_look(struct live *l)
{
	uint64_t wall = clock_ns(CLOCK_REALTIME), running = clock_ns(CLOCK_MONOTONIC);
	int64_t before = l->clock.step_ns;

	l->looked = 0;
	if (!l->clock.wall_ns)
		steady_init(&l->clock, wall, running);
	else if (steady_look(&l->clock, wall, running))
		l->stepped_ns += l->clock.step_ns - before;
}

uint64_t live_now(struct live *l)
{
	live_look(l);
	return steady_now(&l->clock);
}

uint32_t live_steps(const struct live *l, int64_t *by_ns)
{
	*by_ns = l->stepped_ns;
	return l->clock.steps;
}

/* The kernel's counters begin anew each time they are read: ours do not wrap. */
void live_count_drops(struct port *p)
{
	struct tpacket_stats_v3 s;
	socklen_t n = sizeof(s);

	memset(&s, 0, sizeof(s));
	if (getsockopt(p->fd, SOL_PACKET, PACKET_STATISTICS, &s, &n) == 0)
		p->told->dropped += s.tp_drops;
}

/* One frame of the port into out, if there is one. */
static bool read_port(struct live *l, struct port *p, struct frame *out)
{
	struct pcap_pkthdr *h;
	const u_char *data;
	int r;

	if (p->told->state == LIVE_GONE)
		return false;
	r = pcap_next_ex(p->pcap, &h, &data);
	if (r == 1) {
		uint64_t ns =
			(uint64_t)h->ts.tv_sec * 1000000000 + (uint64_t)h->ts.tv_usec * p->units;

		p->told->state = LIVE_ON;
		out->data = data;
		out->cap_len = h->caplen < h->len ? h->caplen : h->len;
		out->wire_len = h->len;
		out->time_ns = steady_frame(&l->clock, ns);
		out->link = p->told->link;
		out->interface = (uint32_t)(p->told - l->seen);
		out->way = FRAME_WAY_UNKNOWN;
		return true;
	}
	if (r == 0)
		return false;
	/* libpcap gives up when the interface goes; the socket can be bound again */
	if (live_unbound(p)) {
		live_count_drops(p);
		p->told->state = LIVE_GONE;
	} else {
		p->told->state = LIVE_DOWN;
	}
	return false;
}

/* Of what each port has next, the earliest. */
static struct port *earliest(struct live *l)
{
	struct port *first = NULL;

	for (uint32_t i = 0; i < l->n; i++) {
		struct port *p = &l->port[i];

		if (!p->has || p->handed) {
			p->handed = false;
			p->has = read_port(l, p, &p->frame);
		}
		if (p->has && (!first || p->frame.time_ns < first->frame.time_ns))
			first = p;
	}
	return first;
}

static int live_next(void *ctx, struct frame *out)
{
	struct live *l = ctx;
	struct port *from = NULL;

	if (++l->looked >= LOOK_AFTER)
		live_look(l);
	if (l->n == 1) {
		/* nothing to choose from: no copy, whose wide loads would wait for the narrow
		 * stores */
		if (read_port(l, &l->port[0], out))
			from = &l->port[0];
	} else {
		from = earliest(l);
		if (from) {
			from->handed = true;
			*out = from->frame;
		}
	}
	if (!from) {
		live_look(l);
		return -EAGAIN;
	}
	from->told->frames++;
	out->number = ++l->number;
	return 1;
}

static const char *live_warning(void *ctx)
{
	struct live *l = ctx;
	struct text t = text_init(l->warning, sizeof(l->warning));

	for (uint32_t i = 0; i < l->n; i++)
		if (l->port[i].told->state != LIVE_ON)
			text_fmt(&t, "%s%s %s", t.pos ? "; " : "", l->port[i].told->name,
				 l->port[i].told->state == LIVE_GONE ? "is gone" : "is down");
	return t.pos ? l->warning : NULL;
}

static void live_progress(void *ctx, uint64_t *done, uint64_t *all)
{
	(void)ctx;
	*done = *all = 0;
}

static uint64_t live_dropped(void *ctx)
{
	struct live *l = ctx;
	uint64_t n = 0;

	for (uint32_t i = 0; i < l->n; i++)
		live_count_drops(&l->port[i]);
	for (uint32_t i = 0; i < l->n_seen; i++)
		n += l->seen[i].dropped;
	return n;
}

static uint32_t live_fds(void *ctx, int *out, uint32_t max)
{
	const struct live *l = ctx;

	for (uint32_t i = 0; i < l->n && i < max; i++)
		out[i] = l->port[i].fd;
	return l->n;
}

static void source_close(void *ctx)
{
	live_close(ctx);
}

struct source live_source(struct live *l)
{
	return (struct source) {
		.ctx = l,
		.next = live_next,
		.warning = live_warning,
		.progress = live_progress,
		.dropped = live_dropped,
		.close = source_close,
		.fds = live_fds,
	};
}

void live_close(struct live *l)
{
	if (!l)
		return;
	for (uint32_t i = 0; i < l->n; i++)
		pcap_close(l->port[i].pcap);
	free(l->filter.bf_insns);
	free(l->words);
	free(l);
}

uint32_t live_ports(const struct live *l)
{
	return l->n;
}

const struct live_port *live_port(const struct live *l, uint32_t i)
{
	return l->port[i].told;
}

uint32_t live_seen_count(const struct live *l)
{
	return l->n_seen;
}

const struct live_port *live_seen(const struct live *l, uint32_t number)
{
	return &l->seen[number];
}

struct live_port *live_row(struct live *l, const char *name)
{
	struct live_port *row;

	for (uint32_t i = 0; i < l->n_seen; i++)
		if (strcmp(l->seen[i].name, name) == 0)
			return &l->seen[i];
	if (l->n_seen == LIVE_SEEN_MAX)
		return NULL;
	row = &l->seen[l->n_seen++];
	snprintf(row->name, sizeof(row->name), "%s", name);
	return row;
}

void live_show_filter(const struct live *l, struct output out)
{
	live_filter_show(&l->how, pcap_datalink(l->port[0].pcap), &l->filter, out);
}

void live_show_links(const struct live *l, uint32_t i, struct output out)
{
	char buf[256];
	struct text t = text_init(buf, sizeof(buf));
	int *links, n = pcap_list_datalinks(l->port[i].pcap, &links);

	text_fmt(&t, "Data link types for %s (the first is used):\n", l->port[i].told->name);
	out.write(out.ctx, t.buf, t.pos);
	for (int k = 0; k < n; k++) {
		const char *name = pcap_datalink_val_to_name(links[k]),
			   *words = pcap_datalink_val_to_description(links[k]);

		text_clear(&t);
		text_fmt(&t, "  %s (%s)\n", name ? name : "?", words ? words : "?");
		out.write(out.ctx, t.buf, t.pos);
	}
	if (n > 0)
		pcap_free_datalinks(links);
}
