/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_file.h"

/* BPF programs are compiled for a link type: one each for those that turn up. */
enum { LINKS_MAX = 16 };

struct filter {
	struct source below;
	char *expression;
	uint32_t n;
	struct {
		uint32_t link;
		bool usable;
		struct bpf_program program;
	} compiled[LINKS_MAX];
	char warning[1024];
};

static int compile(struct filter *f, uint32_t link, char *why, size_t n)
{
	/* the DLT of a LINKTYPE, where they differ: raw IP is the one that matters */
	pcap_t *p = pcap_open_dead(link == 101 ? DLT_RAW : (int)link, 262144);
	int r = -EINVAL;

	if (!p || f->n == LINKS_MAX) {
		snprintf(why, n, "no filter can be made for link type %u", link);
	} else {
		f->compiled[f->n].link = link;
		f->compiled[f->n].usable =
			pcap_compile(p, &f->compiled[f->n].program, f->expression, 1,
				     PCAP_NETMASK_UNKNOWN) == 0;
		if (f->compiled[f->n].usable)
			r = 0;
		else
			snprintf(why, n, "the filter '%s' is not one: %s", f->expression,
				 pcap_geterr(p));
		f->n++;
	}
	if (p)
		pcap_close(p);
	return r;
}

static bool passes(struct filter *f, const struct frame *fr)
{
	uint32_t i = 0;
	struct pcap_pkthdr h;

	while (i < f->n && f->compiled[i].link != fr->link)
		i++;
	if (i == f->n && (compile(f, fr->link, f->warning, sizeof(f->warning)) || i == f->n))
		return false;
	memset(&h, 0, sizeof(h));
	h.caplen = fr->cap_len;
	h.len = fr->wire_len;
	return f->compiled[i].usable &&
	       pcap_offline_filter(&f->compiled[i].program, &h, fr->data) != 0;
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

	return below ? below : f->warning[0] ? f->warning : NULL;
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

static void filter_close(void *ctx)
{
	struct filter *f = ctx;

	for (uint32_t i = 0; i < f->n; i++)
		if (f->compiled[i].usable)
			pcap_freecode(&f->compiled[i].program);
	f->below.close(f->below.ctx);
	free(f->expression);
	free(f);
}

int capture_filter(struct source below, const char *expression, struct source *out, char *why,
		   size_t n)
{
	struct filter *f = calloc(1, sizeof(*f));
	int r;

	if (f)
		f->expression = strdup(expression);
	if (!f || !f->expression) {
		free(f);
		below.close(below.ctx);
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	f->below = below;
	/* Ethernet first: a wrong expression is told before anything is read */
	r = compile(f, DLT_EN10MB, why, n);
	if (r) {
		filter_close(f);
		return r;
	}
	*out = (struct source) {
		f, filter_next, filter_warning, filter_progress, filter_dropped, filter_close
	};
	return 0;
}

const char *capture_library(void)
{
	return pcap_lib_version();
}
