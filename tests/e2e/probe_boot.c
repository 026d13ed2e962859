/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe_boot [-r] [-u STAGE] [-x TIMES] INTERFACE PROFILE [SERIAL]: boots as that board on an
 * interface, with a MAC of its own, and tells a line a step; the last is "verdict: pass STAGE" or
 * "verdict: fail STAGE REASON", and the exit status 0 or 1. -r: releases the address; -u: stops
 * there; -x: waits that much shorter than the board's, 4 unless told. For the tests of what serves
 * boards.
 */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dhcp.h"
#include "packet_port.h"
#include "probe_wire.h"
#include "text.h"

enum { HURRY = 4, USAGE = 2, SYSTEM = 3 };

struct boot {
	struct packet_port *port;
	struct probe_wire *wire;
	uint64_t start_ns;
};

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static const char *ip(uint32_t v)
{
	static char buf[4][16];
	static unsigned at;
	struct text t = text_init(buf[at++ & 3], sizeof(buf[0]));

	text_ip4(&t, v);
	return t.buf;
}

static void send_frame(void *ctx, struct bytes frame)
{
	const struct boot *b = ctx;

	packet_port_send(b->port, frame);
}

static void tell_file(const struct probe_file *f)
{
	char safe[4 * FETCH_ERROR];
	struct text t = text_init(safe, sizeof(safe));

	printf("file %s %s", f->name, fetch_end_key(f->end));
	if (f->end == FETCH_WHOLE)
		printf(" %llu bytes, blocks of %u", (unsigned long long)f->bytes,
		       (unsigned)f->blksize);
	else if (f->size)
		printf(" of %llu bytes", (unsigned long long)f->size);
	text_safe(&t, bytes_str(f->error));
	if (f->error[0])
		printf(" (%u: %s)", (unsigned)f->error_code, safe);
	if (f->resent)
		printf(", sent again %u", (unsigned)f->resent);
	printf("\n");
}

static void tell(void *ctx, const struct probe_news *n)
{
	const struct boot *b = ctx;
	const struct probe_result *r = probe_result(probe_wire_probe(b->wire));

	printf("%8.3f ", (double)(now() - b->start_ns) / 1e9);
	switch (n->event) {
	case PROBE_SENDS:
		printf("send %s\n", dhcp_type_name(n->type));
		break;
	case PROBE_HEARS:
		printf("hear %s from %s:%u, address %s, next %s: %s\n",
		       dhcp_type_name(n->offer->type), ip(n->offer->from),
		       (unsigned)n->offer->from_port, ip(n->offer->yiaddr), ip(n->offer->siaddr),
		       probe_reason_key(n->offer->reason));
		break;
	case PROBE_TAKES:
		printf("take address %s, tftp server %s\n", ip(r->address), ip(r->tftp_server));
		break;
	case PROBE_ADDRESS:
		printf("has address %s\n", ip(r->address));
		break;
	case PROBE_FETCHED:
		tell_file(n->file);
		break;
	case PROBE_BECOMES:
		printf("becomes %s\n", r->now->key);
		break;
	case PROBE_ENDS:
		printf("ends %s\n", probe_reason_text(r->reason));
		break;
	}
	(void)fflush(stdout);
}

static void run(struct boot *b)
{
	for (uint64_t next; (next = probe_wire_next(b->wire)) != UINT64_MAX;) {
		struct pollfd fd = { packet_port_fd(b->port), POLLIN, 0 };
		uint64_t t = now();
		struct frame f;

		if (t < next)
			(void)poll(&fd, 1, (int)((next - t + 999999) / 1000000));
		while (packet_port_take(b->port, &f))
			probe_wire_take(b->wire, &f);
		probe_wire_tick(b->wire, now());
	}
}

static int verdict(struct probe *p)
{
	const struct probe_result *r = probe_result(p);

	for (uint32_t i = 0; i < r->n_offers; i++)
		printf("offer %s round %u %s\n", ip(r->offers[i].from), r->offers[i].round,
		       probe_reason_key(r->offers[i].reason));
	if (r->url[0])
		printf("url %s\n", r->url);
	if (r->verdict == PROBE_PASS)
		printf("verdict: pass %s\n", stage_key(r->stage));
	else
		printf("verdict: fail %s %s\n", stage_key(r->stage), probe_reason_key(r->reason));
	return r->verdict != PROBE_PASS;
}

/* A Pi 3's MAC ends as its serial number (facts 1.6). */
static struct mac mac_of(const struct probe_profile *profile, uint32_t serial)
{
	static const uint8_t ranges[FAMILIES][3] = {
		[FAMILY_PI] = { 0xb8, 0x27, 0xeb },        [FAMILY_PI3B] = { 0xb8, 0x27, 0xeb },
		[FAMILY_PI3B_PLUS] = { 0xb8, 0x27, 0xeb }, [FAMILY_PI4] = { 0xdc, 0xa6, 0x32 },
		[FAMILY_PI5] = { 0x2c, 0xcf, 0x67 },
	};
	struct mac m = { { 0x02, 0x00, 0x5e, (uint8_t)(serial >> 16), (uint8_t)(serial >> 8),
			   (uint8_t)serial } };

	if (ranges[profile->family][0])
		memcpy(m.b, ranges[profile->family], 3);
	return m;
}

static enum stage stage_named(const char *name)
{
	for (int s = 0; s < STAGES; s++)
		if (strcmp(stage_key((enum stage)s), name) == 0)
			return (enum stage)s;
	return STAGES;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: probe_boot [-r] [-u STAGE] [-x TIMES] INTERFACE PROFILE [SERIAL]\n");
	for (uint32_t i = 0; probe_profile_at(i); i++)
		fprintf(stderr, "  %-16s %s\n", probe_profile_at(i)->key,
			probe_profile_at(i)->title);
	return USAGE;
}

int main(int argc, char **argv)
{
	struct probe_setup setup = { .hurry = HURRY, .until = STAGES };
	struct boot b = { NULL, NULL, now() };
	struct probe_wire_out out = { &b, send_frame, tell };
	bool release = false;
	char why[256];
	int c, status;

	while ((c = getopt(argc, argv, "ru:x:")) != -1) {
		if (c == 'x')
			setup.hurry = (uint32_t)strtoul(optarg, NULL, 10);
		else if (c == 'r')
			release = true;
		else if (c == 'u')
			setup.until = stage_named(optarg);
		else
			return usage();
	}
	if (argc - optind < 2 || !(setup.profile = probe_profile_find(argv[optind + 1])))
		return usage();
	setup.identity.serial =
		argc - optind > 2 ? (uint32_t)strtoul(argv[optind + 2], NULL, 16) : 0x0abcde12;
	setup.identity.seed = b.start_ns;
	setup.identity.mac = mac_of(setup.profile, setup.identity.serial);
	if (packet_port_open_as(argv[optind], setup.identity.mac, &b.port, why, sizeof(why))) {
		fprintf(stderr, "probe_boot: %s\n", why);
		return SYSTEM;
	}
	b.wire = probe_wire_init(calloc(1, probe_wire_size()), &setup, &out);
	run(&b);
	if (release)
		probe_release(probe_wire_probe(b.wire));
	status = verdict(probe_wire_probe(b.wire));
	free(b.wire);
	packet_port_free(b.port);
	return status;
}
