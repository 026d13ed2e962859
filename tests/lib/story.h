/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORY_H
#define STORY_H

#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "diagnose.h"
#include "ether.h"
#include "packet.h"
#include "scope.h"

/* A network told frame by frame: each is built by the writers, goes in as from a capture, and what
 * the diagnosis makes of it is asked at the end. Addresses are 10.0.0.x, a host's MAC ends in its
 * x.
 */
enum { STORY_NET = 0x0a000000, STORY_ALL = 255 };

struct story {
	struct scope *s;
	uint64_t now, number;
	struct diagnosis d;
};

static const struct mac story_board = { { 0x52, 0x54, 0, 0, 0, 100 } };
static const struct mac story_pi = { { 0xdc, 0xa6, 0x32, 0, 0, 100 } };

static inline struct story *story_begin(void)
{
	struct story *t = calloc(1, sizeof(*t));
	struct scope_limits l = scope_default_limits;

	l.clients = 8;
	l.boot_bytes = 16384;
	l.all_bytes = 0;
	l.wire =
		(struct wire_limits) { .fragments = 4, .flows = 16, .connections = 4, .calls = 16 };
	if (!t)
		abort();
	t->s = scope_init(calloc(1, scope_size(&l)), &l);
	t->now = UINT64_C(1700000000000000000);
	return t;
}

static inline void story_end(struct story *t)
{
	free(t->s);
	free(t);
}

static inline void story_wait(struct story *t, uint32_t ms)
{
	t->now += ms * UINT64_C(1000000);
}

static inline struct mac story_mac(uint8_t host)
{
	struct mac m = { { 2, 0, 0, 0, 0, host } };

	if (host == STORY_ALL)
		memset(m.b, 255, sizeof(m.b));
	return m;
}

/* From one host to another; host 0: no address yet, STORY_ALL: everybody. */
static inline struct build_ends story_ends(struct mac from, uint8_t ip, uint8_t to, uint16_t sport,
					   uint16_t dport)
{
	return (struct build_ends) {
		.eth_src = from,
		.eth_dst = story_mac(to),
		.src = address_ip4(ip ? (uint32_t)STORY_NET + ip : 0),
		.dst = address_ip4(to == STORY_ALL ? 0xffffffff : (uint32_t)STORY_NET + to),
		.sport = sport,
		.dport = dport,
	};
}

static inline struct build_ends story_back(const struct build_ends *e)
{
	return (struct build_ends) { .eth_src = e->eth_dst,
				     .eth_dst = e->eth_src,
				     .src = e->dst,
				     .dst = e->src,
				     .sport = e->dport,
				     .dport = e->sport };
}

/* What w holds is one frame, 1 ms after the last. */
static inline void story_frame(struct story *t, const struct writer *w)
{
	struct frame f = { w->buf, w->pos, w->pos, t->now, ++t->number, LINK_ETHERNET, 0 };

	if (w->err)
		abort();
	scope_frame(t->s, &f);
	story_wait(t, 1);
}

static inline void story_udp(struct story *t, const struct build_ends *e, struct bytes payload)
{
	uint8_t buf[2048];
	struct writer w = writer_init(buf, sizeof(buf));

	build_udp(&w, e, payload);
	story_frame(t, &w);
}

static inline void story_tcp(struct story *t, const struct build_ends *e, uint8_t flags,
			     uint32_t seq, const char *text)
{
	uint8_t buf[2048];
	struct writer w = writer_init(buf, sizeof(buf));
	struct tcp tcp = { .seq = seq, .ack = 1, .flags = flags, .window = 1000 };

	build_tcp(&w, e, &tcp, bytes_str(text));
	story_frame(t, &w);
}

static inline void story_dhcp(struct story *t, const struct build_ends *e, const struct dhcp *m)
{
	uint8_t buf[1500];
	struct writer w = writer_init(buf, sizeof(buf));

	dhcp_encode(m, 300, &w);
	story_udp(t, e, (struct bytes) { buf, w.pos });
}

static inline void story_tftp(struct story *t, const struct build_ends *e, const struct tftp *m)
{
	uint8_t buf[1500];
	struct writer w = writer_init(buf, sizeof(buf));

	tftp_encode(m, &w);
	story_udp(t, e, (struct bytes) { buf, w.pos });
}

static inline void story_arp(struct story *t, struct mac from, uint8_t ip, uint32_t target)
{
	uint8_t buf[128];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = story_ends(from, ip, STORY_ALL, 0, 0);
	struct arp m = { 1,         0x800,          ARP_REQUEST,       6, 4, from,
			 { { 0 } }, STORY_NET + ip, STORY_NET + target };

	build_arp(&w, &e, &m);
	story_frame(t, &w);
}

static inline void story_arp_reply(struct story *t, uint8_t from, struct mac to, uint8_t ip)
{
	uint8_t buf[128];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = { .eth_src = story_mac(from), .eth_dst = to };
	struct arp m = {
		1, 0x800, ARP_REPLY, 6, 4, story_mac(from), to, STORY_NET + from, STORY_NET + ip
	};

	build_arp(&w, &e, &m);
	story_frame(t, &w);
}

/* Others talk to each other, so that this place is one that sees unicast. */
static inline void story_others(struct story *t)
{
	for (uint8_t i = 0; i < 8; i++) {
		struct build_ends e = story_ends(story_mac((uint8_t)(200 + i)), (uint8_t)(200 + i),
						 (uint8_t)(210 + i), 5000, 5001);

		story_udp(t, &e, bytes_str("x"));
	}
}

/* The last boot of the machine is judged as the capture's end leaves it. NULL: it is no client. */
static inline const struct diagnosis *story_diagnosis(struct story *t, struct mac m)
{
	const struct client *c;

	scope_tick(t->s, t->now);
	scope_end(t->s);
	c = scope_client_by_mac(t->s, m);
	if (!c || !client_last_boot(c))
		return NULL;
	diagnose_boot(t->s, c, client_last_boot(c), &t->d);
	return &t->d;
}

static inline bool story_found(struct story *t, struct mac m, enum finding_id id)
{
	const struct diagnosis *d = story_diagnosis(t, m);

	for (uint32_t i = 0; d && i < d->n; i++)
		if (d->finding[i].id == id)
			return true;
	return false;
}

#endif
