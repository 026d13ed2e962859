/* SPDX-License-Identifier: BSD-2-Clause */
/* What packets carry: texts stay but for names, addresses and secrets; what nobody knows goes. */
#include "redact.h"

#include <stdio.h>

#include "dns.h"
#include "lldp.h"
#include "redacted.h"
#include "rpc_write.h"
#include "unit.h"

static void a_kernel_becomes_zeros_of_its_length(void **state)
{
	static const uint8_t zeros[32];

	(void)state;
	add_request("kernel8.img");
	add_data("\177ELF and whatever else it says\r\nHere");
	redact_to(1);
	assert_int_equal(payload(&is).n, payload(&was).n);
	assert_memory_equal(payload(&is).p, "\0\3\0\1", 4);
	assert_memory_equal(payload(&is).p + 4, zeros, payload(&is).n - 10);
	assert_memory_equal(payload(&is).p + payload(&is).n - 6, "\r\n\0\0\0\0", 6);
	assert_int_equal(plain_sum(&is, IP_PROTO_UDP), 0);
}

/* Two blocks and a last one, as a capture on the host that sends them has them; what stands where
 * the third one's header should be is a parameter. */
static struct bytes burst(uint16_t third, char fill)
{
	static uint8_t b[512 + 4 + 512 + 4 + 8];

	memset(b, fill, sizeof(b));
	memcpy(b + 512, "\0\3\0\2", 4);
	b[1028] = 0;
	b[1029] = TFTP_DATA;
	b[1030] = (uint8_t)(third >> 8);
	b[1031] = (uint8_t)third;
	return bytes_of(b, sizeof(b));
}

static void headers_of_a_burst_stay_as_long_as_they_are_some(void **state)
{
	static const uint8_t zeros[512];
	const uint8_t *v;

	(void)state;
	for (uint16_t third = 3; third < 5; third++) {
		teardown(NULL);
		setup(NULL);
		add_request("kernel8.img");
		add_blocks(burst(third, 'k'));
		redact_to(1);
		v = payload(&is).p;
		assert_int_equal(payload(&is).n, payload(&was).n);
		assert_memory_equal(v, "\0\3\0\1", 4);
		assert_memory_equal(v + 4, zeros, 512);
		assert_memory_equal(v + 516, "\0\3\0\2", 4);
		assert_memory_equal(v + 520, zeros, 512);
		assert_memory_equal(v + 1032, third == 3 ? "\0\3\0\3" : "\0\0\0\0", 4);
		assert_memory_equal(v + 1036, zeros, 8);
		assert_int_equal(plain_sum(&is, IP_PROTO_UDP), 0);
	}
}

static void a_text_in_a_burst_is_read_without_its_headers(void **state)
{
	struct bytes b = burst(3, '#');

	(void)state;
	memcpy((void *)(uintptr_t)(b.p + 516 + 200), "\nnfsroot=192.168.1.23:/srv/a\n", 29);
	add_request("5b154510/config.txt");
	add_blocks(b);
	redact_to(1);
	assert_memory_equal(payload(&is).p + 516, "\0\3\0\2###", 7);
	assert_memory_equal(payload(&is).p + 1032, "\0\3\0\3###", 7);
	assert_true(holds(&out, bytes_str("\nnfsroot=")));
	assert_false(holds(&out, bytes_str("192.168.1.23")));
}

static void a_command_line_stays_but_for_its_addresses(void **state)
{
	struct bytes v;
	uint32_t server;

	(void)state;
	add_request("5b154510/cmdline.txt");
	add_data("root=/dev/nfs nfsroot=192.168.1.23:/srv/a,vers=3 ip=::::kermit:eth0:dhcp rw\n");
	redact_to(1);
	v = payload(&is);
	assert_memory_equal(v.p + 4, "root=/dev/nfs nfsroot=", 22);
	assert_true(holds(&out, bytes_str(":/srv/a,vers=3 ip=::::")));
	assert_true(holds(&out, bytes_str(":eth0:dhcp rw\n")));
	assert_false(holds(&out, bytes_str("kermit")));
	/* the address that the server has */
	assert_true(address_parse_ip4(bytes_of(v.p + 26, 12), &server));
	assert_int_equal(server, address_to_ip4(is.ip.src));
	assert_int_not_equal(server, 0xc0a80117);
}

static void a_size_of_eight_digits_is_no_serial_number(void **state)
{
	static const char oack[] = "\0\6tsize\00025165824";

	(void)state;
	add_request("kernel8.img");
	add_data("x");
	add_udp(4, 1069, 69, bytes_of(oack, sizeof(oack)));
	redact_to(2);
	assert_memory_equal(payload(&is).p, oack, sizeof(oack));
}

static void what_nobody_knows_is_zeros(void **state)
{
	static const uint8_t zeros[64];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(4, 0, 0);

	(void)state;
	add_udp(4, 5353, 5353, bytes_str("secret of a printer"));
	build_ether(&w, &e, 0x1234);
	writer_str(&w, "another secret");
	add(&w);
	redact_to(0);
	assert_memory_equal(payload(&is).p, zeros, payload(&is).n);
	assert_int_equal(plain_sum(&is, IP_PROTO_UDP), 0);
	redact_frame(r, &in[1], &out);
	assert_memory_equal(out.data + 12, "\x12\x34", 2);
	assert_memory_equal(out.data + 14, zeros, 14);
}

static void a_name_asked_for_is_the_name_learned_elsewhere(void **state)
{
	static struct dhcp m;
	static struct dns d;
	uint8_t message[256];
	struct writer w = writer_init(message, sizeof(message));
	struct dns q = { .id = 7, .flags = 0x8180, .response = true, .type = 1, .n_addresses = 1 };
	struct reader reader;
	struct bytes domain;

	(void)state;
	add_offer(false);
	snprintf(q.name, sizeof(q.name), "Zeppelin.example-corp.test");
	q.address[0] = address_ip4(0xc0a80101);
	dns_encode(&q, &w);
	add_udp(6, 53, 4000, writer_done(&w));
	redact_to(1);
	reader = is.payload;
	assert_int_equal(dns_decode(&reader, &d), ERR_OK);
	assert_int_equal(plain_sum(&is, IP_PROTO_UDP), 0);
	assert_true(is.ip.src.lo != was.ip.src.lo);
	redact_frame(r, &in[0], &out);
	packet_layers(&out, &is);
	domain = option(&m, &is, 15);
	assert_memory_equal(d.name + 9, domain.p, domain.n);
	assert_int_equal(d.name[0] | 0x20, m.sname.p[0]);
	assert_true(address_equal(d.address[0], is.ip.src));
}

static void a_switch_has_no_name_and_a_port_no_number(void **state)
{
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(4, 0, 0);
	struct lldp m = { .chassis_subtype = 4,
			  .chassis = bytes_of(board.b, 6),
			  .port_subtype = 5,
			  .port = bytes_str("Gi1/0/12"),
			  .system_name = bytes_str("core-sw.example"),
			  .ttl = 120,
			  .management = bytes_of("\xc0\xa8\1\1", 4),
			  .management_subtype = 1,
			  .port_vlan = 30 };

	(void)state;
	build_ether(&w, &e, ETHERTYPE_LLDP);
	lldp_encode(&m, &w);
	add(&w);
	redact_to(0);
	assert_int_equal(is.record, RECORD_LLDP);
	assert_memory_equal(is.u.lldp.chassis.p, board.b, 3);
	assert_memory_not_equal(is.u.lldp.chassis.p + 3, board.b + 3, 3);
	assert_int_equal(is.u.lldp.port.n, 8);
	assert_memory_not_equal(is.u.lldp.port.p, "Gi1/0/12", 8);
	assert_memory_not_equal(is.u.lldp.system_name.p, "core-sw", 7);
	assert_memory_not_equal(is.u.lldp.management.p, "\xc0\xa8\1\1", 4);
	assert_int_equal(is.u.lldp.port_vlan, 30);
	assert_int_equal(is.u.lldp.ttl, 120);
}

static void a_mount_names_its_host_no_more(void **state)
{
	uint8_t message[256];
	struct writer w = writer_init(message, sizeof(message));
	struct rpc m = { .xid = 5,
			 .known = true,
			 .prog = RPC_MOUNT,
			 .vers = 3,
			 .proc = 1,
			 .flavor = 1,
			 .machine = bytes_str("graf-zahl"),
			 .path = bytes_str("/srv/nfs/graf-zahl") };
	struct rpc read;
	struct reader reader;

	(void)state;
	rpc_write_call(&m, &w);
	writer_str(&w, "what stands behind the call");
	add_udp(4, 800, 2049, writer_done(&w));
	redact_to(0);
	reader = is.payload;
	rpc_decode_header(&reader, &read);
	assert_int_equal(rpc_decode_body(&reader, &read), ERR_OK);
	assert_int_equal(read.machine.n, 9);
	assert_memory_not_equal(read.machine.p, "graf-zahl", 9);
	assert_memory_equal(read.path.p, "/srv/nfs/", 9);
	assert_memory_equal(read.path.p + 9, read.machine.p, 9);
	assert_false(holds(&out, bytes_str("behind")));
	assert_int_equal(plain_sum(&is, IP_PROTO_UDP), 0);
}

static void of_http_stays_what_booting_looks_at(void **state)
{
	static const char head[] = "GET /5b154510/boot.img HTTP/1.1\r\nHost: pingu.example\r\n"
				   "Cookie: id=4711\r\nRange: bytes=0-12345678\r\n\r\n";
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(4, 4000, 80);
	struct tcp t = { .seq = 1, .flags = TCP_ACK, .window = 100 };

	(void)state;
	build_tcp(&w, &e, &t, bytes_str(head));
	add(&w);
	redact_to(0);
	assert_false(holds(&out, bytes_str("pingu")));
	assert_false(holds(&out, bytes_str("4711")));
	assert_false(holds(&out, bytes_str("5b154510")));
	assert_true(holds(&out, bytes_str("/boot.img HTTP/1.1\r\nHost: ")));
	assert_true(
		holds(&out, bytes_str("\r\nCookie: xxxxxxx\r\nRange: bytes=0-12345678\r\n\r\n")));
	assert_int_equal(plain_sum(&is, IP_PROTO_TCP), 0);
}

/* One record in two segments, and what follows it in the second. */
static void a_stream_keeps_what_is_read_of_it(void **state)
{
	uint8_t message[512], cut[512];
	struct writer w = writer_init(message, sizeof(message));
	struct build_ends e = frame_ends(4, 800, 2049);
	struct tcp t = { .seq = 1, .flags = TCP_ACK, .window = 100 };
	struct rpc m = { .xid = 5,
			 .known = true,
			 .prog = RPC_MOUNT,
			 .vers = 3,
			 .proc = 1,
			 .flavor = 1,
			 .machine = bytes_str("graf-zahl"),
			 .path = bytes_str("/srv/nfs/a") };
	uint32_t mark = rpc_open_record(&w), half;
	struct writer f;

	(void)state;
	rpc_write_call(&m, &w);
	rpc_close_record(&w, mark);
	half = w.pos - 8;
	memcpy(cut, message, w.pos);
	for (int i = 0; i < 2; i++) {
		f = writer_init(buf, sizeof(buf));
		build_tcp(&f, &e, &t, i ? bytes_of(cut + half, w.pos - half) : bytes_of(cut, half));
		t.seq += half;
		add(&f);
	}
	redact_to(0);
	assert_false(holds(&out, bytes_str("graf")));
	assert_memory_equal(payload(&is).p, payload(&was).p, 36);
	redact_to(1);
	assert_memory_equal(payload(&is).p, payload(&was).p, payload(&is).n);
	assert_int_equal(plain_sum(&is, IP_PROTO_TCP), 0);
}

static void the_name_of_the_file_is_text_too(void **state)
{
	uint8_t to[64] = { 0 };

	(void)state;
	add_offer(false);
	learn();
	redact_text(r, bytes_str("graf-zahl-5b154510.pcap"), to);
	assert_memory_not_equal(to, "graf-zahl", 9);
	assert_memory_not_equal(to + 10, "5b154510", 8);
	assert_memory_equal(to + 18, ".pcap", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_kernel_becomes_zeros_of_its_length),
		TEST(headers_of_a_burst_stay_as_long_as_they_are_some),
		TEST(a_text_in_a_burst_is_read_without_its_headers),
		TEST(a_command_line_stays_but_for_its_addresses),
		TEST(a_size_of_eight_digits_is_no_serial_number),
		TEST(what_nobody_knows_is_zeros),
		TEST(a_name_asked_for_is_the_name_learned_elsewhere),
		TEST(a_switch_has_no_name_and_a_port_no_number),
		TEST(a_mount_names_its_host_no_more),
		TEST(of_http_stays_what_booting_looks_at),
		TEST(a_stream_keeps_what_is_read_of_it),
		TEST(the_name_of_the_file_is_text_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
