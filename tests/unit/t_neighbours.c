/* SPDX-License-Identifier: BSD-2-Clause */
/* What the segment says of itself: ARP, spanning tree, LLDP. */
#include "flat_sink.h"
#include "frames.h"
#include "unit.h"

static struct packet p;

static void arp_reads_back(void **state)
{
	uint8_t buf[64];
	struct build_ends e = frame_ends(4, 0, 0);
	struct arp m = { .op = ARP_REQUEST,
			 .sender_mac = e.eth_src,
			 .sender_ip = 0xc0a80101,
			 .target_ip = 0xc0a80117 };

	(void)state;
	for (uint16_t op = 1; op <= 4; op++) {
		struct writer w = writer_init(buf, sizeof(buf));
		struct frame f;

		m.op = op;
		build_arp(&w, &e, &m);
		f = frame_copy(buf, w.pos, w.pos, LINK_ETHERNET);
		packet_layers(&f, &p);
		assert_int_equal(p.record, RECORD_ARP);
		assert_int_equal(p.err, ERR_OK);
		assert_int_equal(p.u.arp.op, op);
		assert_int_equal(p.u.arp.sender_ip, 0xc0a80101);
		assert_int_equal(p.u.arp.target_ip, 0xc0a80117);
		assert_true(mac_equal(p.u.arp.sender_mac, e.eth_src));
		frame_drop(&f);
		if (op == ARP_REQUEST)
			flat_line_is(arp_line, &p, "who has 192.168.1.23? tell 192.168.1.1");
		if (op == ARP_REPLY)
			flat_line_is(arp_line, &p, "192.168.1.1 is at dc:a6:32:01:02:03");
		if (op == ARP_REPLY)
			flat_fields_are(
				arp_fields, &p,
				"op=reply sender_mac=dc:a6:32:01:02:03 sender_ip=192.168.1.1 "
				"target_mac=00:00:00:00:00:00 target_ip=192.168.1.23");
		if (op == 3)
			flat_fields_are(arp_fields, &p,
					"op=3 sender_mac=dc:a6:32:01:02:03 sender_ip=192.168.1.1 "
					"target_mac=00:00:00:00:00:00 target_ip=192.168.1.23");
	}
}

static void arp_over_other_hardware_has_its_addresses(void **state)
{
	static const uint8_t arcnet[] = { 0, 7, 8, 0, 1, 4, 0, 1, 9, 10, 0, 0, 1, 0, 10, 0, 0, 2 };
	struct reader r = reader_init(arcnet, sizeof(arcnet), sizeof(arcnet));
	struct arp m;

	(void)state;
	assert_int_equal(arp_decode(&r, &m), ERR_OK);
	assert_int_equal(m.sender_ip, 0x0a000001);
	assert_int_equal(m.target_ip, 0x0a000002);
	assert_true(mac_none(m.sender_mac));
}

static void stp_reads_back(void **state)
{
	struct stp m = { .version = 2,
			 .type = 2,
			 .flags = 0x3c,
			 .root_id = UINT64_C(0x8000001122334455),
			 .bridge_id = UINT64_C(0x8000aabbccddeeff),
			 .root_cost = 4,
			 .port_id = 0x8001,
			 .max_age = 20 << 8,
			 .hello_time = 2 << 8,
			 .forward_delay = 15 << 8 };
	struct build_ends e = frame_ends(4, 0, 0);
	uint8_t buf[128];

	(void)state;
	for (int pvst = 0; pvst < 2; pvst++) {
		struct writer w = writer_init(buf, sizeof(buf));
		struct frame f;

		m.pvst = pvst;
		build_stp(&w, &e, &m);
		writer_zero(&w, 8); /* Ethernet's padding */
		f = frame_copy(buf, w.pos, w.pos, LINK_ETHERNET);
		packet_layers(&f, &p);
		assert_int_equal(p.record, RECORD_STP);
		assert_int_equal(p.err, ERR_OK);
		assert_int_equal(p.u.stp.pvst, pvst);
		assert_true(p.u.stp.root_id == m.root_id && p.u.stp.bridge_id == m.bridge_id);
		assert_int_equal(p.u.stp.forward_delay, 15 << 8);
		assert_int_equal(p.u.stp.port_id, 0x8001);
		frame_drop(&f);
	}
	flat_fields_are(stp_fields, &p,
			"name=Rapid PVST+ version=2 type=2 flags=60 role=designated "
			"root=32768.00:11:22:33:44:55 root_cost=4 bridge=32768.aa:bb:cc:dd:ee:ff "
			"port=32769 message_age=0.000 max_age=20.000 hello_time=2.000 "
			"forward_delay=15.000");
	flat_line_is(stp_line, &p,
		     "Rapid PVST+ bridge 32768.aa:bb:cc:dd:ee:ff port 0x8001 designated "
		     "forwarding root 32768.00:11:22:33:44:55 cost 4 forward delay 15 s");
}

static void garp_is_no_spanning_tree(void **state)
{
	static const uint8_t gvrp[] = { 1, 0x80, 0xc2, 0, 0,    0x21, 2, 0, 0, 0,
					0, 1,    0,    5, 0x42, 0x42, 3, 0, 1 };
	struct frame f = frame_copy(gvrp, sizeof(gvrp), sizeof(gvrp), LINK_ETHERNET);

	(void)state;
	packet_layers(&f, &p);
	assert_int_equal(p.record, RECORD_NONE);
	assert_int_equal(p.err, ERR_OK);
	frame_drop(&f);
}

static void lldp_reads_back(void **state)
{
	static const uint8_t chassis[] = { 0, 1, 2, 3, 4, 5 }, address[] = { 10, 0, 0, 1 };
	struct build_ends e = frame_ends(4, 0, 0);
	struct lldp m = { .chassis_subtype = 4,
			  .chassis = bytes_of(chassis, 6),
			  .port_subtype = 5,
			  .port = bytes_str("Gi0/7"),
			  .ttl = 120,
			  .port_description = bytes_str("lab\x1b"),
			  .system_name = bytes_str("switch7"),
			  .port_vlan = 30,
			  .management = bytes_of(address, 4),
			  .management_subtype = 1 };
	uint8_t buf[256];
	struct writer w = writer_init(buf, sizeof(buf));
	struct frame f;

	(void)state;
	build_ether(&w, &e, ETHERTYPE_LLDP);
	lldp_encode(&m, &w);
	assert_int_equal(w.err, ERR_OK);
	f = frame_copy(buf, w.pos, w.pos, LINK_ETHERNET);
	packet_layers(&f, &p);
	assert_int_equal(p.record, RECORD_LLDP);
	assert_int_equal(p.err, ERR_OK);
	assert_true(bytes_equal(p.u.lldp.chassis, m.chassis));
	assert_true(bytes_equal(p.u.lldp.port, m.port));
	assert_true(bytes_equal(p.u.lldp.system_name, m.system_name));
	assert_true(bytes_equal(p.u.lldp.management, m.management));
	assert_int_equal(p.u.lldp.port_vlan, 30);
	assert_int_equal(p.u.lldp.ttl, 120);
	flat_fields_are(lldp_fields, &p,
			"chassis=00:01:02:03:04:05 port=Gi0/7 ttl=120 "
			"port_description=lab\\x1b system_name=switch7 port_vlan=30 "
			"management=10.0.0.1");
	flat_line_is(lldp_line, &p, "switch switch7 port Gi0/7 (lab\\x1b) vlan 30");
	frame_drop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_reads_back),
		cmocka_unit_test(arp_over_other_hardware_has_its_addresses),
		cmocka_unit_test(stp_reads_back),
		cmocka_unit_test(garp_is_no_spanning_tree),
		cmocka_unit_test(lldp_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
