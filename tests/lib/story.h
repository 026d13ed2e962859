/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STORY_H
#define STORY_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "dhcp.h"
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
	bool deaf;            /* the capture has no unicast to those who boot */
	bool twice;           /* ... and each frame two times                 */
	bool tcp;             /* RPC goes over TCP                            */
	uint32_t xid, seq[2]; /* of the last call; of the client and the server */
	struct mac board;     /* whom boots.h tells of; and whose RPC services it asks */
	uint8_t server;
	struct diagnosis d;
};

static const uint32_t one_second = 1000; /* ms */
/* Who boots. */
enum { CLIENT = 100, DHCPD = 1, SECOND_DHCPD = 2, FILES = 3, RELAY = 4 };
static const struct mac pi3 = { { 0xb8, 0x27, 0xeb, 0, 0, CLIENT } };
static const struct mac pi3_other = { { 0xb8, 0x27, 0xeb, 0, 0, 101 } };
static const struct mac pi4 = { { 0xdc, 0xa6, 0x32, 0, 0, CLIENT } };
static const struct mac pc = { { 0x52, 0x54, 0, 0, 0, CLIENT } };
static const struct mac pc_other = { { 0x52, 0x54, 0, 0, 0, 101 } };

static inline struct story *story_begin(void)
{
	struct story *t = calloc(1, sizeof(*t));
	struct scope_limits l = scope_default_limits;

	l.clients = 8;
	l.boot_bytes = 40960;
	l.all_bytes = 0;
	l.wire =
		(struct wire_limits) { .fragments = 4, .flows = 16, .connections = 4, .calls = 16 };
	if (!t)
		abort();
	t->s = scope_init(calloc(1, scope_size(&l)), &l);
	t->now = UINT64_C(1700000000000000000);
	t->board = pi4;
	t->server = DHCPD;
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
	scope_tick(t->s, t->now);
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

static inline void story_heard(struct story *t, const struct writer *w)
{
	struct frame f = { .data = w->buf,
			   .cap_len = w->pos,
			   .wire_len = w->pos,
			   .time_ns = t->now,
			   .number = ++t->number,
			   .link = LINK_ETHERNET };

	scope_frame(t->s, &f);
}

/* What w holds is one frame, 1 ms before the next. */
static inline void story_frame(struct story *t, const struct writer *w)
{
	static const uint64_t copy = 20000;

	if (w->err)
		abort();
	/* servers are 02:..., everybody is ff:... */
	if (t->deaf && w->buf[0] != 2 && !(w->buf[0] & 1))
		return;
	story_heard(t, w);
	t->now += copy;
	if (t->twice)
		story_heard(t, w);
	t->now += 1000000 - copy;
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

/* min: the length it is padded to. */
static inline void story_dhcp(struct story *t, const struct build_ends *e, const struct dhcp *m,
			      uint32_t min)
{
	uint8_t buf[1500];
	struct writer w = writer_init(buf, sizeof(buf));

	dhcp_encode(m, min, &w);
	story_udp(t, e, (struct bytes) { buf, w.pos });
}

static inline void story_tftp(struct story *t, const struct build_ends *e, const struct tftp *m)
{
	uint8_t buf[1500];
	struct writer w = writer_init(buf, sizeof(buf));

	tftp_encode(m, &w);
	story_udp(t, e, (struct bytes) { buf, w.pos });
}

/* What went by e is refused at its end: ICMP port unreachable. */
static inline void story_refused(struct story *t, const struct build_ends *e)
{
	uint8_t buf[200];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends back = story_back(e);
	struct icmp m = { .version = 4, .type = 3, .code = 3 };

	m.quote.present = true;
	m.quote.ip.version = 4;
	m.quote.ip.proto = IP_PROTO_UDP;
	m.quote.ip.src = e->src;
	m.quote.ip.dst = e->dst;
	m.quote.sport = e->sport;
	m.quote.dport = e->dport;
	build_icmp(&w, &back, &m);
	story_frame(t, &w);
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

static inline void story_arp_answer(struct story *t, struct mac from, uint8_t ip, struct mac to,
				    uint8_t to_ip)
{
	uint8_t buf[128];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = { .eth_src = from, .eth_dst = to };
	struct arp m = { 1, 0x800, ARP_REPLY, 6, 4, from, to, STORY_NET + ip, STORY_NET + to_ip };

	build_arp(&w, &e, &m);
	story_frame(t, &w);
}

static inline void story_arp_reply(struct story *t, uint8_t from, struct mac to, uint8_t ip)
{
	story_arp_answer(t, story_mac(from), from, to, ip);
}

/* A neighbour solicitation or advertisement (RFC 4861 4.3, 4.4). */
static inline void story_neighbour(struct story *t, const struct build_ends *e, uint8_t type,
				   struct address target)
{
	struct icmp m = { .version = 6, .type = type, .target = target, .link = e->eth_src };
	uint8_t buf[200];
	struct writer w = writer_init(buf, sizeof(buf));

	build_icmp(&w, e, &m);
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

/* NULL: not raised. */
static inline const struct finding *story_said(const struct story *t, enum finding_id id)
{
	for (uint32_t i = 0; i < t->d.n; i++)
		if (t->d.finding[i].id == id)
			return &t->d.finding[i];
	return NULL;
}

static inline bool story_found(struct story *t, struct mac m, enum finding_id id)
{
	return story_diagnosis(t, m) && story_said(t, id);
}

/* The ends of a story, a minute after its last frame. It is over with this. */

static inline bool raises(struct story *t, struct mac m, enum finding_id id)
{
	bool found;

	story_wait(t, 60 * one_second);
	found = story_found(t, m, id);
	story_end(t);
	return found;
}

/* The same for the cause: the first finding of a boot that halted. */
static inline bool blames(struct story *t, struct mac m, enum finding_id id)
{
	const struct diagnosis *d;
	bool found;

	story_wait(t, 60 * one_second);
	d = story_diagnosis(t, m);
	found = d && d->n && d->finding[0].id == id && d->finding[0].cause;
	story_end(t);
	return found;
}

/* Nothing that is called a fault: what is normal and looks odd may be told. */
static inline bool quiet(struct story *t, struct mac m)
{
	const struct finding *fault = NULL;
	const struct diagnosis *d;

	story_wait(t, 60 * one_second);
	d = story_diagnosis(t, m);
	for (uint32_t i = 0; d && i < d->n && !fault; i++)
		if (findings[d->finding[i].id].severity != INFO)
			fault = &d->finding[i];
	if (fault)
		fprintf(stderr, "# %s\n", findings[fault->id].id);
	story_end(t);
	return d && !fault;
}

/* A place that sees the unicast of others, as a mirror port does. */
static inline struct story *mirror(void)
{
	struct story *t = story_begin();

	story_others(t);
	return t;
}

#endif
