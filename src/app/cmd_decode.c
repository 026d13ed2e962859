/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "input_files.h"
#include "json.h"
#include "packet_text.h"
#include "redaction.h"
#include "seed.h"
#include "stdout.h"
#include "text.h"
#include "tree.h"
#include "wire.h"

enum when { WHEN_CLOCK, WHEN_DATE, WHEN_EPOCH, WHEN_DELTA, WHEN_RELATIVE, WHEN_NONE, WHENS };

static const char *const when_names[WHENS] = {
	"clock", "date", "epoch", "delta", "relative", "none"
};

struct decode {
	const struct options *o;
	struct output out;
	struct json json;
	enum when when;
	uint64_t first_ns, last_ns;
	uint64_t second; /* that clock is of: written once a second, not once a line */
	char clock[32];  /* "2026-01-02T03:04:05" */
};

static void time_text(struct decode *d, const struct packet *p, struct text *t)
{
	uint64_t from = d->when == WHEN_DELTA ? d->last_ns : d->first_ns,
		 second = p->time_ns / 1000000000;
	struct text f;

	switch (d->when) {
	case WHEN_CLOCK:
	case WHEN_DATE:
		if (d->second != second || !d->clock[0]) {
			f = text_init(d->clock, 20); /* cut behind the seconds */
			text_time(&f, p->time_ns);
		}
		d->second = second;
		/* microseconds are what people compare */
		text_str(t, d->clock + (d->when == WHEN_CLOCK ? 11 : 0));
		text_fmt(t, ".%06u ", (uint32_t)(p->time_ns % 1000000000 / 1000));
		break;
	case WHEN_EPOCH:
	case WHEN_DELTA:
	case WHEN_RELATIVE:
		if (d->when == WHEN_EPOCH || p->time_ns < from)
			from = d->when == WHEN_EPOCH ? 0 : p->time_ns;
		text_seconds(t, p->time_ns - from, 6);
		text_char(t, ' ');
		break;
	case WHEN_NONE:
	case WHENS:
		break;
	}
}

static void hex_dump(struct decode *d, const struct packet *p)
{
	char buf[128];

	for (uint32_t at = 0; at < p->frame->cap_len; at += 16) {
		uint32_t n = p->frame->cap_len - at < 16 ? p->frame->cap_len - at : 16;
		struct text t = text_init(buf, sizeof(buf));

		text_fmt(&t, "    %04x ", at);
		for (uint32_t i = 0; i < n; i++)
			text_fmt(&t, i == 8 ? "  %02x" : " %02x", p->frame->data[at + i]);
		text_pad(&t, 60);
		for (uint32_t i = 0; i < n; i++) {
			uint8_t c = p->frame->data[at + i];

			text_char(&t, c >= 0x20 && c < 0x7f ? (char)c : '.');
		}
		text_char(&t, '\n');
		d->out.write(d->out.ctx, buf, t.pos);
	}
}

static void line(struct decode *d, const struct packet *p)
{
	char buf[2048];
	struct text t = text_init(buf, sizeof(buf) - 1);

	text_fmt(&t, "%5lu ", (unsigned long)p->number);
	time_text(d, p, &t);
	packet_text(p, &t);
	text_char(&t, '\n');
	if (t.cut)
		buf[t.pos - 1] = '\n';
	d->out.write(d->out.ctx, buf, t.pos);
}

static void end_json(const struct sink *s, const char *key, const struct packet *p, bool source)
{
	char buf[64];
	struct text t = text_init(buf, sizeof(buf));

	if (!p->ip.version) {
		sink_null(s, key);
		return;
	}
	packet_end_text(p, source, &t);
	sink_text(s, key, buf);
}

static void object(struct decode *d, const struct packet *p)
{
	const struct sink *s = &d->json.sink;
	const char *key = protocol_key(p);

	sink_object(s, NULL);
	sink_number(s, "frame", p->number);
	sink_time(s, "time", p->time_ns);
	end_json(s, "src", p, true);
	end_json(s, "dst", p, false);
	if (p->ether.has_src)
		sink_mac(s, "eth_src", p->ether.src);
	else
		sink_null(s, "eth_src");
	if (p->ether.has_dst)
		sink_mac(s, "eth_dst", p->ether.dst);
	else
		sink_null(s, "eth_dst");
	sink_list(s, "vlan");
	for (uint8_t i = 0; i < p->ether.n_tags; i++)
		sink_number(s, NULL, p->ether.tag[i]);
	sink_close(s);
	sink_text(s, "proto", key);
	sink_text(s, "error", err_key(p->err));
	sink_object(s, key);
	protocols[p->record].fields(p, s);
	sink_close(s);
	sink_close(s);
	d->out.write(d->out.ctx, "\n", 1);
}

static void show(void *ctx, struct packet *p, const struct call *call)
{
	struct decode *d = ctx;

	(void)call;
	if (p->record == RECORD_NONE || p->record == RECORD_TCP)
		return;
	if (!d->first_ns)
		d->first_ns = d->last_ns = p->time_ns;
	if (d->o->on[OPT_JSON]) {
		object(d, p);
		return;
	}
	line(d, p);
	d->last_ns = p->time_ns;
	if (d->o->on[OPT_VERBOSE]) {
		struct tree tree;

		tree_init(&tree, d->out, 2);
		protocols[p->record].fields(p, &tree.plain.sink);
	}
	if (d->o->on[OPT_HEX])
		hex_dump(d, p);
}

static int when_of(const char *word, enum when *out)
{
	for (int i = 0; word && i < WHENS; i++) {
		if (strcmp(word, when_names[i]) == 0) {
			*out = (enum when)i;
			return 0;
		}
	}
	if (!word)
		return 0;
	fprintf(stderr,
		"bootscope: -t takes clock, date, epoch, delta, relative or none, not '%s'\n",
		word);
	return EXIT_USAGE;
}

int cmd_decode(const struct options *o)
{
	static struct redaction redaction; /* large */
	struct decode d = { .o = o, .when = WHEN_CLOCK };
	struct wire_limits limits = wire_default_limits;
	struct input_files files;
	struct source source;
	struct wire *wire;
	struct frame f;
	int r = when_of(o->value[OPT_TIME], &d.when);

	if (r)
		return r;
	if (o->on[OPT_REDACT]) {
		r = redaction_open(&redaction, o);
		o = &redaction.o;
	}
	if (!r)
		r = input_files_open(o, &files);
	if (!r)
		r = input_files_start(o, &files, -1, &source);
	if (r) {
		redaction_end(&redaction);
		return r;
	}
	limits.seed = seed_word();
	wire = wire_init(calloc(1, wire_size(&limits)), &limits);
	if (!wire) {
		fprintf(stderr, "bootscope: memory ran out\n");
		source.close(source.ctx);
		redaction_end(&redaction);
		return EXIT_SYSTEM;
	}
	d.out = stdout_output();
	json_init(&d.json, d.out, false);
	for (uint64_t n = 0; n < o->count && source.next(source.ctx, &f) == 1; n++)
		wire_frame(wire, &f, show, &d);
	r = stdout_end();
	input_files_warn(&source);
	input_files_links(wire_stats(wire)->unknown_link, wire_stats(wire)->frames);
	source.close(source.ctx);
	free(wire);
	redaction_end(&redaction);
	return r;
}
