/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_SERVED_H
#define DHCP_SERVED_H

/* A DHCP responder without a network: what it sends, asks and keeps is caught, and a client talks
 * to it. */
#include <stdlib.h>

#include "dhcp.h"
#include "dhcp_server.h"
#include "unit.h"

enum {
	SERVER = 0x0a000001,
	FIRST = 0x0a000064,
	LAST = 0x0a0000c7,
	MASK = 0xffffff00,
	SENT_MAX = 4096
};

static const uint64_t second = 1000000000;

static struct dhcp_config config;
static struct dhcp_host hosts[4];
static struct dhcp_server *server;
static struct leases *leases;
static uint64_t now;

static struct sent {
	struct dhcp_to to;
	uint32_t delay_ms, n;
	uint8_t bytes[1500];
} last;
static uint32_t n_sent, n_probes, n_kept, n_news[DHCP_EVENTS];
static struct mac told_of[DHCP_EVENTS];
static uint32_t probed;
static struct mac probed_by;
static bool disk_full;

static inline void sends(void *ctx, const struct dhcp_to *to, struct bytes m, uint32_t delay_ms)
{
	(void)ctx;
	assert_true(m.n >= 300 && m.n <= sizeof(last.bytes));
	last.to = *to;
	last.delay_ms = delay_ms;
	last.n = m.n;
	memcpy(last.bytes, m.p, m.n);
	n_sent++;
}

static inline void probes(void *ctx, uint32_t ip, const struct mac *by)
{
	(void)ctx;
	probed = ip;
	probed_by = by ? *by : (struct mac) { { 0 } };
	n_probes++;
}

static inline bool keeps(void *ctx, const struct lease *l)
{
	(void)ctx;
	(void)l;
	n_kept++;
	return !disk_full;
}

static inline void tells(void *ctx, const struct dhcp_news *n)
{
	(void)ctx;
	n_news[n->event]++;
	told_of[n->event] = n->mac;
}

static inline int teardown(void **state)
{
	(void)state;
	free(server);
	free(leases);
	server = NULL;
	leases = NULL;
	return 0;
}

static inline void start(void)
{
	struct dhcp_out out = { NULL, sends, probes, keeps, tells };

	teardown(NULL);
	leases = leases_init(calloc(1, leases_size(256)), 256, 5);
	server = dhcp_server_init(calloc(1, dhcp_server_size()), &config, leases, &out);
	now = 1700000000 * second;
	n_sent = n_probes = n_kept = 0;
	memset(n_news, 0, sizeof(n_news));
	disk_full = false;
}

static inline int setup(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	config.mode = DHCP_MODE_FULL;
	config.all_clients = true;
	config.address = SERVER;
	config.mask = MASK;
	config.n_ranges = 1;
	config.range[0] = (struct dhcp_range) { { FIRST, LAST },  MASK, SERVER, { SERVER }, 1,
						bytes_str("lab"), 3600 };
	config.host = hosts;
	start();
	return 0;
}

/* ---- a client ---- */

static const struct mac router = { { 2, 0, 0, 0, 0, 9 } };

static struct dhcp q;
static uint8_t chaddr[6];
static struct mac frame_mac; /* of the router that brings it; none: the client itself */
static bool unicast;

static inline void client(uint32_t number)
{
	memset(&q, 0, sizeof(q));
	q.op = 1;
	q.htype = 1;
	q.hlen = 6;
	q.xid = 0x1000 + number;
	chaddr[0] = 0xdc;
	chaddr[1] = 0xa6;
	chaddr[2] = 0x32;
	chaddr[3] = (uint8_t)(number >> 16);
	chaddr[4] = (uint8_t)(number >> 8);
	chaddr[5] = (uint8_t)number;
	q.chaddr = bytes_of(chaddr, 6);
}

static const uint8_t pi_wants[] = { 1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135 };
static const uint8_t guid_pi4[] = { 0,    '4',  'i',  'P', 'R',  0x12, 0x31, 0xc0, 0,
				    0x79, 0x26, 0xdf, 0,   0xc0, 0x28, 0xc1, 0x38 };

static inline void pi(uint32_t number)
{
	static const uint8_t arch[] = { 0, 0 };

	client(number);
	dhcp_add(&q, DHCP_OPT_REQUEST_LIST, bytes_of(pi_wants, sizeof(pi_wants)));
	dhcp_add(&q, DHCP_OPT_ARCH, bytes_of(arch, 2));
	dhcp_add(&q, DHCP_OPT_GUID, bytes_of(guid_pi4, sizeof(guid_pi4)));
	dhcp_add(&q, DHCP_OPT_CLASS, bytes_str("PXEClient:Arch:00000:UNDI:002001"));
}

static inline struct bytes u32(uint32_t v, uint8_t *buf)
{
	buf[0] = (uint8_t)(v >> 24);
	buf[1] = (uint8_t)(v >> 16);
	buf[2] = (uint8_t)(v >> 8);
	buf[3] = (uint8_t)v;
	return bytes_of(buf, 4);
}

/* Sends q as a message of the type with up to two options; the reply, if any, is decoded into *out.
 */
static inline bool say_from(uint8_t type, uint32_t asked, uint32_t id, uint16_t port, uint32_t from,
			    struct dhcp *out)
{
	uint8_t buf[1500], a[4], b[4];
	struct writer w = writer_init(buf, sizeof(buf));
	struct dhcp_in in = { .port = port,
			      .from = from,
			      .now_ns = now,
			      .mac = frame_mac,
			      .from_port = 68,
			      .unicast = unicast };
	struct dhcp m = q;
	struct reader r;

	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&type, 1));
	if (asked)
		dhcp_add(&m, DHCP_OPT_ADDRESS, u32(asked, a));
	if (id)
		dhcp_add(&m, DHCP_OPT_SERVER_ID, u32(id, b));
	dhcp_encode(&m, 300, &w);
	assert_int_equal(w.err, ERR_OK);
	in.payload = writer_done(&w);
	n_sent = 0;
	dhcp_server_message(server, &in);
	if (!n_sent)
		return false;
	assert_int_equal(n_sent, 1);
	r = reader_init(last.bytes, last.n, last.n);
	assert_int_equal(dhcp_decode(&r, out), ERR_OK);
	assert_int_equal(out->op, 2);
	assert_int_equal(out->xid, q.xid);
	assert_true(out->end);
	assert_int_equal(dhcp_mac(out).b[5], chaddr[5]);
	assert_int_equal(dhcp_option_ip4(out, DHCP_OPT_SERVER_ID), SERVER);
	return true;
}

static inline bool say(uint8_t type, uint32_t asked, uint32_t id, struct dhcp *out)
{
	return say_from(type, asked, id, 67, q.ciaddr, out);
}

static inline uint32_t lease_for(uint32_t number)
{
	static struct dhcp m;
	uint32_t ip;

	client(number);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.type, DHCP_OFFER);
	ip = m.yiaddr;
	assert_true(say(DHCP_REQUEST, ip, SERVER, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.yiaddr, ip);
	return ip;
}

#endif
