/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"
#include "dhcp_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Messages one after the other: three bytes, then as many of it as the last two say. The first: to
 * port 4011 (bit 0), by unicast (1), through a router (2), in place of a message an answer to the
 * last probe (3), and how long after the one before (4 to 7: 2^n ms). Byte 0 of all: the settings.
 */

enum { FIRST = 0x0a000064, LAST = 0x0a000067, ROWS = 16, FAR = 0x0a000964 };

struct world {
	struct leases *leases;
	uint32_t probed, now_s;
};

static void sends(void *ctx, const struct dhcp_to *to, struct bytes message, uint32_t delay_ms)
{
	static struct dhcp m;
	struct reader r = reader_init(message.p, message.n, message.n);
	struct world *w = ctx;

	(void)delay_ms;
	assert(message.n >= 300 && message.n <= 1472 && to->port);
	assert(!dhcp_decode(&r, &m) && m.op == 2 && m.end);
	assert(m.type == DHCP_OFFER || m.type == DHCP_ACK || m.type == DHCP_NAK);
	/* what is given away is in the table, as this client's */
	if (m.yiaddr) {
		const struct lease *l = leases_by_ip(w->leases, m.yiaddr);

		assert(l && (l->state == LEASE_BOUND || l->state == LEASE_OFFERED));
		assert(l->client.hlen == m.chaddr.n &&
		       memcmp(l->client.chaddr, m.chaddr.p, m.chaddr.n) == 0);
	}
}

static void probes(void *ctx, uint32_t ip, const struct mac *by)
{
	struct world *w = ctx;

	(void)by;
	w->probed = ip;
}

static bool keeps(void *ctx, const struct lease *l)
{
	(void)ctx;
	assert(l->ip);
	return true;
}

static void tells(void *ctx, const struct dhcp_news *n)
{
	(void)ctx;
	assert(n->event < DHCP_EVENTS);
}

static void set_up(struct dhcp_config *c, uint8_t how)
{
	memset(c, 0, sizeof(*c));
	c->mode = how & 1 ? DHCP_MODE_PROXY : DHCP_MODE_FULL;
	c->all_clients = how >> 1 & 1;
	c->authoritative = how >> 2 & 1;
	c->probe = how >> 3 & 1;
	c->probe_ms = 300;
	c->address = 0x0a000001;
	c->mask = 0xffffff00;
	c->n_ranges = 2;
	c->range[0] =
		(struct dhcp_range) { { FIRST, LAST },  c->mask, c->address, { c->address }, 1,
				      bytes_str("lab"), 3600 };
	c->range[1] = (struct dhcp_range) { { FAR, FAR + 3 }, c->mask, FAR + 90, { 0 }, 0,
					    { NULL, 0 },      60 };
	c->boot.file = bytes_str("boot.img");
	c->boot.prefix = bytes_str("pi/");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dhcp_config c;
	struct world w = { leases_init(calloc(1, leases_size(ROWS)), ROWS, 5), 0, 0 };
	struct dhcp_out out = { &w, sends, probes, keeps, tells };
	uint64_t now = UINT64_C(1700000000000000000);
	struct dhcp_server *s;

	if (size < 1 || size > 65536) {
		free(w.leases);
		return 0;
	}
	set_up(&c, data[0]);
	s = dhcp_server_init(calloc(1, dhcp_server_size()), &c, w.leases, &out);
	for (size_t at = 1; at + 3 <= size;) {
		uint8_t how = data[at];
		uint32_t n = (uint32_t)data[at + 1] << 8 | data[at + 2];
		struct dhcp_in in = { .port = how & 1 ? 4011 : 67,
				      .from = how & 2 ? FIRST : 0,
				      .from_port = 68,
				      .unicast = how & 2 };

		at += 3;
		n = n < size - at ? n : (uint32_t)(size - at);
		in.payload = bytes_of(data + at, n);
		at += n;
		now += UINT64_C(1000000) << (how >> 4);
		in.now_ns = now;
		in.mac.b[5] = how & 4 ? 9 : 0;
		dhcp_server_tick(s, now);
		if (how & 8)
			dhcp_server_in_use(s, w.probed, now);
		else
			dhcp_server_message(s, &in);
	}
	for (int i = 0; i < 10000 && dhcp_server_next(s) != UINT64_MAX; i++)
		dhcp_server_tick(s, dhcp_server_next(s));
	assert(dhcp_server_next(s) == UINT64_MAX);
	free(s);
	free(w.leases);
	return 0;
}
