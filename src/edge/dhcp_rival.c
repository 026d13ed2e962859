/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "dhcp_rival.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <time.h>

#include "build.h"
#include "packet.h"
#include "packet_port.h"
#include "seed.h"

enum { FRAME_MAX = 512, TRIES = 3 };

static uint64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* The broadcast flag, so that nobody needs the answer's address. */
static void ask(struct packet_port *port, struct mac mac, uint32_t xid)
{
	static const uint8_t type = DHCP_DISCOVER, wants[] = { 1, 3, 6, 51, 54 };
	uint8_t message[FRAME_MAX], frame[FRAME_MAX + 64];
	struct writer m = writer_init(message, sizeof(message));
	struct writer f = writer_init(frame, sizeof(frame));
	struct build_ends e = { .eth_src = mac,
				.eth_dst = { { 255, 255, 255, 255, 255, 255 } },
				.src = address_ip4(0),
				.dst = address_ip4(0xffffffff),
				.sport = DHCP_CLIENT_PORT,
				.dport = DHCP_SERVER_PORT };
	struct dhcp q = { .op = 1, .htype = 1, .hlen = 6, .xid = xid, .flags = 0x8000 };

	q.chaddr = bytes_of(mac.b, sizeof(mac.b));
	dhcp_add(&q, DHCP_OPT_TYPE, bytes_of(&type, 1));
	dhcp_add(&q, DHCP_OPT_REQUEST_LIST, bytes_of(wants, sizeof(wants)));
	dhcp_encode(&q, 300, &m);
	build_udp(&f, &e, writer_done(&m));
	packet_port_send(port, writer_done(&f));
}

/* An offer of an address: a proxy gives none, and is no rival. */
static uint32_t offers(const struct frame *frame, uint32_t xid)
{
	struct packet p;
	struct dhcp m;
	struct reader r;

	memset(&p, 0, sizeof(p));
	packet_layers(frame, &p);
	if (p.err || p.ip.version != 4 || p.ip.proto != IPPROTO_UDP)
		return 0;
	r = reader_init(p.payload.buf + p.payload.pos, p.payload.len - p.payload.pos,
			p.payload.len - p.payload.pos);
	if (dhcp_decode(&r, &m) || m.op != 2 || m.xid != xid || m.type != DHCP_OFFER || !m.yiaddr)
		return 0;
	return dhcp_option_ip4(&m, DHCP_OPT_SERVER_ID) ? dhcp_option_ip4(&m, DHCP_OPT_SERVER_ID)
						       : address_to_ip4(p.ip.src);
}

uint32_t dhcp_rival_probe(struct packet_port *port, uint32_t wait_ms)
{
	uint64_t begun = clock_ms(), now;
	uint32_t xid = (uint32_t)seed_word(), found = 0;
	struct packet_port_facts us;
	struct frame f;

	packet_port_facts(port, &us);
	for (uint32_t tries = 0; !found && (now = clock_ms()) - begun < wait_ms;) {
		struct pollfd p = { packet_port_fd(port), POLLIN, 0 };

		if (tries < TRIES && now - begun >= tries * (uint64_t)wait_ms / TRIES) {
			ask(port, us.mac, xid);
			tries++;
		}
		if (poll(&p, 1, 20) < 0 && errno != EINTR)
			break;
		while (!found && packet_port_take(port, &f))
			found = offers(&f, xid);
		found = found == us.address ? 0 : found;
	}
	return found;
}
