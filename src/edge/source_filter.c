/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_file.h"
#include "ether.h"

/* BPF programs are compiled for a link type: one each for those that turn up. */
enum { LINKS_MAX = 32, REASON_MAX = 256 };

struct compiled {
	uint32_t link;
	bool usable;
	struct bpf_program program;
	char reason[REASON_MAX]; /* why it is not usable */
};

struct filter {
	struct source below;
	char *expression;
	uint32_t n;
	struct compiled compiled[LINKS_MAX];
	const char *reason; /* static, or of compiled: frames of some link type were passed over */
};

/* The expression for a link type, usable or not; NULL: there is no room for more. */
static const struct compiled *compile(struct filter *f, uint32_t link)
{
	/* the DLT of a LINKTYPE, where they differ: raw IP is the one that matters */
	pcap_t *p = pcap_open_dead(link == LINK_RAW ? DLT_RAW : (int)link, 262144);
	struct compiled *c = f->n < LINKS_MAX ? &f->compiled[f->n] : NULL;

	if (c) {
		f->n++;
		c->link = link;
		c->usable = p && pcap_compile(p, &c->program, f->expression, 1,
					      PCAP_NETMASK_UNKNOWN) == 0;
		if (!c->usable)
			snprintf(c->reason, sizeof(c->reason), "the filter '%s' is not one: %s",
				 f->expression, p ? pcap_geterr(p) : "no such link type");
	}
	if (p)
		pcap_close(p);
	return c;
}

static bool passes(struct filter *f, const struct frame *fr)
{
	const struct compiled *c;
	struct pcap_pkthdr h;
	uint32_t i = 0;

	while (i < f->n && f->compiled[i].link != fr->link)
		i++;
	c = i < f->n ? &f->compiled[i] : compile(f, fr->link);
	if (!c || !c->usable) {
		f->reason = c ? c->reason : "the filter cannot be made for so many link types";
		return false;
	}
	memset(&h, 0, sizeof(h));
	h.caplen = fr->cap_len;
	h.len = fr->wire_len;
	return pcap_offline_filter(&c->program, &h, fr->data) != 0;
}

static int filter_next(void *ctx, struct frame *out)
{
	struct filter *f = ctx;
	int r;

	while ((r = f->below.next(f->below.ctx, out)) == 1)
		if (passes(f, out))
			return 1;
	return r;
}

static const char *filter_warning(void *ctx)
{
	struct filter *f = ctx;
	const char *below = f->below.warning(f->below.ctx);

	return below ? below : f->reason;
}

static void filter_progress(void *ctx, uint64_t *done, uint64_t *all)
{
	struct filter *f = ctx;

	f->below.progress(f->below.ctx, done, all);
}

static uint64_t filter_dropped(void *ctx)
{
	struct filter *f = ctx;

	return f->below.dropped(f->below.ctx);
}

static int filter_again(void *ctx)
{
	struct filter *f = ctx;

	return f->below.again(f->below.ctx);
}

static void filter_close(void *ctx)
{
	struct filter *f = ctx;

	f->below.close(f->below.ctx);
	capture_filter_free(f);
}

int capture_filter_compile(const char *expression, struct filter **out, char *why, size_t n)
{
	/* Ethernet first: an expression that is none is told in its terms */
	static const uint32_t links[] = { LINK_ETHERNET,   LINK_NULL, LINK_RAW_12,
					  LINK_RAW,        LINK_LOOP, LINK_LINUX_SLL,
					  LINK_LINUX_SLL2, LINK_IP4,  LINK_IP6 };
	struct filter *f = calloc(1, sizeof(*f));

	if (f)
		f->expression = strdup(expression);
	if (!f || !f->expression) {
		free(f);
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	if (!compile(f, links[0])->usable) {
		snprintf(why, n, "%s", f->compiled[0].reason);
		capture_filter_free(f);
		return -EINVAL;
	}
	for (size_t i = 1; i < sizeof(links) / sizeof(links[0]); i++)
		(void)compile(f, links[i]);
	*out = f;
	return 0;
}

void capture_filter_free(struct filter *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->n; i++)
		if (f->compiled[i].usable)
			pcap_freecode(&f->compiled[i].program);
	free(f->expression);
	free(f);
}

struct source capture_filter(struct source below, struct filter *f)
{
	f->below = below;
	return (struct source) {
		.ctx = f,
		.next = filter_next,
		.warning = filter_warning,
		.progress = filter_progress,
		.dropped = filter_dropped,
		.again = below.again ? filter_again : NULL,
		.close = filter_close,
	};
}

const char *capture_library(void)
{
	return pcap_lib_version();
}
