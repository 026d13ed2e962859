/* SPDX-License-Identifier: BSD-2-Clause */
/* A board with an Ethernet of its own: whom it asks by ARP, whom it answers, what it does not hear.
 */
#include <stdlib.h>

#include "build.h"
#include "dhcp.h"
#include "packet.h"
#include "probe_wire.h"
#include "unit.h"

enum { SENT = 64, FRAME = 1600 };
enum { ROUTER = 0x0a090001, FAR = 0x0a0a0009, NEAR = 0x0a090009, BOARD = 0x0a090032 };

static const uint64_t ms = 1000000;
static const struct mac own = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed } },
			his = { { 2, 0, 0, 0, 0, 1 } },
			everybody = { { 255, 255, 255, 255, 255, 255 } };

static struct frame sent[SENT];
static uint8_t bytes[SENT][FRAME];
static uint32_t n_sent;
static uint64_t now;
static struct probe_wire *wire;

static void keep(void *ctx, struct bytes f)
{
	(void)ctx;
	assert_true(n_sent < SENT && f.n <= FRAME);
	memcpy(bytes[n_sent], f.p, f.n);
	sent[n_sent] = (struct frame) {
		.data = bytes[n_sent], .cap_len = f.n, .wire_len = f.n, .link = 1
	};
	n_sent++;
}

static struct packet last(void)
{
	struct packet p;

	assert_true(n_sent > 0);
	packet_layers(&sent[n_sent - 1], &p);
	return p;
}

static void hear(struct writer *w)
{
	struct frame f = {
		.data = w->buf, .cap_len = w->pos, .wire_len = w->pos, .time_ns = now, .link = 1
	};

	assert_int_equal(w->err, ERR_OK);
	probe_wire_take(wire, &f);
}

static void wait_ms(uint32_t n)
{
	uint64_t end = now + n * ms, next;

	while ((next = probe_wire_next(wire)) <= end) {
		now = next > now ? next : now;
		probe_wire_tick(wire, now);
	}
	now = end;
}

static void udp(uint32_t from, struct mac to, uint16_t sport, uint16_t dport, struct bytes v,
		uint16_t spoil)
{
	struct build_ends ends = { .eth_src = his,
				   .eth_dst = to,
				   .src = address_ip4(from),
				   .dst = address_ip4(BOARD),
				   .sport = sport,
				   .dport = dport };
	uint8_t buf[FRAME];
	struct writer w = writer_init(buf, sizeof(buf));

	build_udp(&w, &ends, v);
	buf[40] ^= (uint8_t)(spoil >> 8);
	buf[41] ^= (uint8_t)spoil;
	hear(&w);
}

static void arp(uint16_t op, uint32_t sender, uint32_t target)
{
	struct arp a = { .hardware = 1,
			 .protocol = 0x0800,
			 .op = op,
			 .hardware_len = 6,
			 .protocol_len = 4,
			 .sender_mac = his,
			 .sender_ip = sender,
			 .target_ip = target };
	struct build_ends ends = { .eth_src = his, .eth_dst = op == ARP_REQUEST ? everybody : own };
	uint8_t buf[64];
	struct writer w = writer_init(buf, sizeof(buf));

	build_arp(&w, &ends, &a);
	hear(&w);
}

/* An answer with option 66, mask and router. */
static void answer(uint8_t type, const char *tftp, struct mac to, uint16_t spoil)
{
	static const uint8_t mask[] = { 255, 255, 255, 0 }, router[] = { 10, 9, 0, 1 };
	struct dhcp asked, m = { .op = 2, .htype = 1, .hlen = 6, .yiaddr = BOARD };
	struct packet p;
	uint8_t buf[600];
	struct writer w = writer_init(buf, sizeof(buf));

	packet_layers(&sent[0], &p);
	(void)dhcp_decode(&p.payload, &asked);
	m.xid = asked.xid;
	m.chaddr = bytes_of(own.b, 6);
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&type, 1));
	dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of(router, 4));
	dhcp_add(&m, DHCP_OPT_MASK, bytes_of(mask, 4));
	dhcp_add(&m, DHCP_OPT_ROUTER, bytes_of(router, 4));
	dhcp_add(&m, DHCP_OPT_TFTP_NAME, bytes_str(tftp));
	dhcp_encode(&m, 300, &w);
	udp(ROUTER, to, 67, 68, writer_done(&w), spoil);
}

static void begin(const char *profile, const char *tftp)
{
	struct probe_wire_out out = { NULL, keep, NULL };
	struct probe_setup setup = { .profile = probe_profile_find(profile),
				     .identity = { .mac = own, .serial = 1, .seed = 1 },
				     .hurry = 1,
				     .until = STAGES };

	free(wire);
	n_sent = 0;
	now = ms;
	wire = probe_wire_init(malloc(probe_wire_size()), &setup, &out);
	wait_ms(0);
	assert_int_equal(n_sent, 1);
	answer(DHCP_OFFER, tftp, own, 0);
	wait_ms(1000);
	if (setup.profile->request)
		answer(DHCP_ACK, tftp, own, 0);
}

static const struct probe_result *result(void)
{
	return probe_result(probe_wire_probe(wire));
}

static int teardown(void **state)
{
	(void)state;
	free(wire);
	wire = NULL;
	return 0;
}

static void a_datagram_waits_for_the_address(void **state)
{
	struct packet p;

	(void)state;
	begin("pi4", "10.9.0.9");
	p = last();
	assert_int_equal(p.record, RECORD_ARP);
	assert_int_equal(p.u.arp.target_ip, NEAR);
	assert_int_equal(p.u.arp.sender_ip, BOARD);
	arp(ARP_REPLY, NEAR, BOARD);
	p = last();
	assert_int_equal(p.dport, 69);
	assert_true(mac_equal(p.ether.dst, his));
	assert_true(mac_equal(p.ether.src, own));
	assert_int_equal(p.ip.ttl, 64);
}

static void nobody_there_ends_it(void **state)
{
	uint32_t first;

	(void)state;
	begin("pi4", "10.9.0.9");
	first = n_sent;
	wait_ms(20000);
	assert_int_equal(n_sent - first, 4); /* asked for five times */
	assert_int_equal(result()->reason, REASON_NO_ARP);
	assert_int_equal(result()->stage, STAGE_DHCP_ACK);
	assert_int_equal(probe_wire_next(wire), UINT64_MAX);
}

static void the_router_is_asked_for_what_is_outside(void **state)
{
	(void)state;
	begin("pi4", "10.10.0.9");
	assert_int_equal(last().u.arp.target_ip, ROUTER);
	arp(ARP_REPLY, ROUTER, BOARD);
	assert_int_equal(address_to_ip4(last().ip.dst), FAR);
	/* but by the 3B's ROM */
	begin("pi3b", "10.10.0.9");
	assert_int_equal(last().u.arp.target_ip, FAR);
	assert_int_equal(last().record, RECORD_ARP);
}

static void it_answers_for_its_address(void **state)
{
	uint32_t n;

	(void)state;
	begin("pi4", "10.9.0.9");
	arp(ARP_REQUEST, NEAR, BOARD);
	assert_int_equal(last().record, RECORD_ARP);
	assert_int_equal(last().u.arp.op, ARP_REPLY);
	assert_int_equal(last().u.arp.sender_ip, BOARD);
	assert_true(mac_equal(last().ether.dst, his));
	n = n_sent;
	arp(ARP_REQUEST, NEAR, BOARD + 1);
	assert_int_equal(n_sent, n);
}

static void a_storm_of_arp_is_answered_ten_times_a_second(void **state)
{
	uint32_t n;

	(void)state;
	begin("pi4", "10.9.0.9");
	n = n_sent;
	for (int i = 0; i < 1000; i++)
		arp(ARP_REQUEST, NEAR, BOARD);
	assert_int_equal(n_sent, n + 10);
}

static void what_is_not_for_it_or_broken_is_not_heard(void **state)
{
	struct probe_wire_out out = { NULL, keep, NULL };
	struct probe_setup setup = { .profile = probe_profile_find("pi4"),
				     .identity = { .mac = own },
				     .hurry = 1,
				     .until = STAGES };

	(void)state;
	n_sent = 0;
	now = ms;
	wire = probe_wire_init(malloc(probe_wire_size()), &setup, &out);
	wait_ms(0);
	answer(DHCP_OFFER, "10.9.0.9", his, 0);
	answer(DHCP_OFFER, "10.9.0.9", own, 0x0101);
	assert_int_equal(result()->n_offers, 0);
	answer(DHCP_OFFER, "10.9.0.9", everybody, 0);
	assert_int_equal(result()->n_offers, 1);
}

static void icmp_closes_a_port(void **state)
{
	struct icmp m = { .version = 4, .type = 3, .code = 3 };
	struct build_ends ends = {
		.eth_src = his, .eth_dst = own, .src = address_ip4(NEAR), .dst = address_ip4(BOARD)
	};
	uint8_t buf[FRAME];
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	begin("pi4", "10.9.0.9");
	arp(ARP_REPLY, NEAR, BOARD);
	m.quote.present = true;
	m.quote.ip = (struct ip) { .version = 4,
				   .proto = IP_PROTO_UDP,
				   .src = address_ip4(BOARD),
				   .dst = address_ip4(NEAR) };
	m.quote.sport = last().sport;
	m.quote.dport = 69;
	build_icmp(&w, &ends, &m);
	hear(&w);
	assert_int_equal(result()->reason, REASON_FILE_FAILED);
	assert_int_equal(result()->files[0].end, FETCH_CLOSED);
}

static void a_release_waits_for_the_address_too(void **state)
{
	uint32_t n;

	(void)state;
	begin("pi4", "10.9.0.9");
	wait_ms(20000); /* the TFTP server is not there: it is over */
	n = n_sent;
	probe_release(probe_wire_probe(wire));
	assert_int_equal(last().record, RECORD_ARP);
	assert_int_equal(last().u.arp.target_ip, ROUTER);
	assert_true(probe_wire_next(wire) < UINT64_MAX);
	arp(ARP_REPLY, ROUTER, BOARD);
	assert_int_equal(last().dport, 67);
	assert_int_equal(n_sent, n + 2);
	assert_int_equal(probe_wire_next(wire), UINT64_MAX);
	probe_release(probe_wire_probe(wire)); /* there is nothing left to give back */
	assert_int_equal(n_sent, n + 2);
}

static void who_wants_offers_alone_requests_nothing(void **state)
{
	struct probe_wire_out out = { NULL, keep, NULL };
	struct probe_setup setup = { .profile = probe_profile_find("pi4"),
				     .identity = { .mac = own, .seed = 1 },
				     .hurry = 1,
				     .until = STAGE_DHCP_OFFER };

	(void)state;
	n_sent = 0;
	now = ms;
	wire = probe_wire_init(malloc(probe_wire_size()), &setup, &out);
	wait_ms(0);
	answer(DHCP_OFFER, "10.9.0.9", own, 0);
	wait_ms(20000);
	assert_int_equal(n_sent, 1);
	assert_int_equal(result()->verdict, PROBE_PASS);
	assert_int_equal(result()->tftp_server, NEAR);
	probe_release(probe_wire_probe(wire));
	assert_int_equal(n_sent, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_datagram_waits_for_the_address, teardown),
		cmocka_unit_test_teardown(nobody_there_ends_it, teardown),
		cmocka_unit_test_teardown(the_router_is_asked_for_what_is_outside, teardown),
		cmocka_unit_test_teardown(it_answers_for_its_address, teardown),
		cmocka_unit_test_teardown(a_storm_of_arp_is_answered_ten_times_a_second, teardown),
		cmocka_unit_test_teardown(what_is_not_for_it_or_broken_is_not_heard, teardown),
		cmocka_unit_test_teardown(icmp_closes_a_port, teardown),
		cmocka_unit_test_teardown(a_release_waits_for_the_address_too, teardown),
		cmocka_unit_test_teardown(who_wants_offers_alone_requests_nothing, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
