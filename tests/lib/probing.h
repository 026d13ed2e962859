/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBING_H
#define PROBING_H

/* A board that boots before a test: what it sends, and answers to that. */
#include <stdlib.h>

#include "dhcp.h"
#include "probe.h"
#include "text.h"
#include "unit.h"

enum { SENT = 256, MESSAGE = 1024 };

#define BYTES(LITERAL) bytes_of(LITERAL, sizeof(LITERAL) - 1)
#define MENU           "\x06\x01\x03\x0a\x04\x00PXE\x09\x14\x00\x00\x11Raspberry Pi Boot\xff"

static const uint64_t ms = 1000000;

static struct sent {
	struct probe_datagram d;
	uint8_t data[MESSAGE];
	uint64_t at_ns;
} sent[SENT];
static uint32_t n_sent;
static uint64_t now;
static struct probe *probe;

static inline void keep(void *ctx, const struct probe_datagram *d)
{
	struct sent *s = &sent[n_sent++];

	(void)ctx;
	assert_true(n_sent <= SENT && d->data.n <= MESSAGE);
	s->d = *d;
	s->at_ns = now;
	memcpy(s->data, d->data.p, d->data.n);
	s->d.data = bytes_of(s->data, d->data.n);
}

static inline void begin(const char *profile, uint32_t hurry)
{
	static const struct probe_out out = { NULL, keep, NULL };
	struct probe_setup setup = {
		.profile = probe_profile_find(profile),
		.identity = { .mac = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed } },
			      .serial = 0x5b154510,
			      .revision = 0xa03111,
			      .seed = 7 },
		.hurry = hurry,
		.until = STAGES,
	};

	assert_non_null(setup.profile);
	if (setup.profile->family != FAMILY_PI4)
		setup.identity.revision = 0;
	free(probe);
	n_sent = 0;
	now = 0;
	probe = probe_init(malloc(probe_size()), &setup, &out);
}

static inline const struct sent *last(void)
{
	return &sent[n_sent - 1];
}

static inline int teardown(void **state)
{
	(void)state;
	free(probe);
	probe = NULL;
	return 0;
}

/* Timers run until there are none, or until that time. */
static inline void wait_until(uint64_t end_ns)
{
	uint64_t next;

	while ((next = probe_next(probe)) <= end_ns && next != UINT64_MAX) {
		now = next > now ? next : now;
		probe_tick(probe, now);
	}
	now = end_ns == UINT64_MAX ? now : end_ns;
}

/* ---- answers ---- */

enum { SERVER = 0x0a090001, PROXY = 0x0a090002, BOARD = 0x0a090032, TFTPD = 0x0a090009 };

struct offer {
	uint32_t from, yiaddr, siaddr;
	struct bytes o43, o66;
	const char *class_id, *file;
	uint8_t type, hops, other_mac;
	uint16_t port;
	uint32_t xid;
	bool o66_first, no_id;
};

static inline void offer(struct offer o)
{
	struct mac mac = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, (uint8_t)(0xed + o.other_mac) } };
	struct reader r = reader_init(sent[0].data, sent[0].d.data.n, sent[0].d.data.n);
	struct dhcp asked, m = { .op = 2, .htype = 1, .hlen = 6 };
	uint8_t buf[MESSAGE], type = o.type ? o.type : DHCP_OFFER, id[4];
	struct writer w = writer_init(buf, sizeof(buf));
	struct probe_datagram d = { .dst = UINT32_MAX, .sport = 67, .dport = 68 };

	r = reader_init(last()->data, last()->d.data.n, last()->d.data.n);
	(void)dhcp_decode(&r, &asked);
	m.xid = o.xid ? o.xid : asked.xid;
	m.hops = o.hops;
	m.yiaddr = o.yiaddr;
	m.siaddr = o.siaddr;
	m.chaddr = bytes_of(mac.b, 6);
	m.file = o.file ? bytes_str(o.file) : bytes_of(NULL, 0);
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&type, 1));
	d.src = o.from ? o.from : SERVER;
	for (int i = 0; i < 4; i++)
		id[i] = (uint8_t)(d.src >> (24 - 8 * i));
	if (!o.no_id)
		dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of(id, 4));
	if (o.class_id)
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str(o.class_id));
	if (o.o66.n && o.o66_first)
		dhcp_add(&m, DHCP_OPT_TFTP_NAME, o.o66);
	if (o.o43.n)
		dhcp_add(&m, DHCP_OPT_VENDOR, o.o43);
	if (o.o66.n && !o.o66_first)
		dhcp_add(&m, DHCP_OPT_TFTP_NAME, o.o66);
	dhcp_encode(&m, 300, &w);
	assert_int_equal(w.err, ERR_OK);
	d.data = writer_done(&w);
	if (o.port)
		d.sport = o.port;
	probe_take(probe, &d, now);
}

static inline void ack(void)
{
	offer((struct offer) { .yiaddr = BOARD, .type = DHCP_ACK });
}

/* Offers come at once; what it settles on. */
static inline const struct probe_result *settle(void)
{
	wait_until(now + probe_profile_find("pxe-bios")->window_ms * ms);
	return probe_result(probe);
}

static inline void start(const char *profile)
{
	begin(profile, 1);
	wait_until(0);
	assert_int_equal(n_sent, 1);
}

/* ---- what was sent ---- */

static inline void bytes_are_hex(struct bytes v, const char *hex)
{
	char text[2 * MESSAGE + 1];
	struct text t = text_init(text, sizeof(text));

	text_hex(&t, v);
	assert_string_equal(text, hex);
}

/* From the cookie on. */
static inline void options_are(const struct sent *s, const char *hex)
{
	bytes_are_hex(bytes_of(s->data + 240, s->d.data.n - 240), hex);
}

#define CLASS_BIOS "3c20505845436c69656e743a417263683a30303030303a554e44493a303032303031"
#define REV4       "1131a000322ef8ed1045155b"

#endif
