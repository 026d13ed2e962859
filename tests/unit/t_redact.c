/* SPDX-License-Identifier: BSD-2-Clause */
#include "redact.h"

#include <stdio.h>
#include <stdlib.h>

#include "dhcp.h"
#include "dns.h"
#include "frames.h"
#include "lldp.h"
#include "pi_guid.h"
#include "rpc_write.h"
#include "unit.h"
#include "wire.h"

/* Small tables: there is one network with one board. */
static const struct wire_limits limits = {
	.fragments = 2, .flows = 4, .connections = 2, .calls = 8
};

enum { FRAMES_MAX = 8, BYTES_MAX = 4096 };

static struct redact *r;
static struct frame in[FRAMES_MAX], out;
static uint32_t n_in;
static uint8_t buf[BYTES_MAX];
static struct packet was, is;

static int setup(void **state)
{
	(void)state;
	n_in = 0;
	r = redact_init(calloc(1, redact_size(&limits)), &limits, UINT64_C(0xb0a710ad));
	return r ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	while (n_in)
		frame_drop(&in[--n_in]);
	free(r);
	return 0;
}

static void add(const struct writer *w)
{
	assert_int_equal(w->err, ERR_OK);
	assert_true(n_in < FRAMES_MAX);
	in[n_in] = frame_copy(w->buf, w->pos, w->pos, LINK_ETHERNET);
	in[n_in].number = n_in + 1;
	n_in++;
}

static void learn(void)
{
	for (uint32_t i = 0; i < n_in; i++)
		redact_learn(r, &in[i]);
	redact_begin(r);
}

/* What becomes of frame i, the ones before it read; both as packets. */
static void redact_to(uint32_t i)
{
	learn();
	for (uint32_t k = 0; k <= i; k++)
		redact_frame(r, &in[k], &out);
	assert_int_equal(out.cap_len, in[i].cap_len);
	assert_int_equal(out.wire_len, in[i].wire_len);
	packet_layers(&in[i], &was);
	packet_layers(&out, &is);
	assert_int_equal(is.err, was.err);
}

static struct bytes payload(const struct packet *p)
{
	return bytes_of(p->payload.buf + p->payload.pos, reader_left(&p->payload));
}

static bool holds(const struct frame *f, struct bytes what)
{
	return bytes_find(bytes_of(f->data, f->cap_len), what) != UINT32_MAX;
}

/* Worked out here once more: over the pseudo-header and all of the datagram, 0 when it is right. */
static uint32_t plain_sum(const struct packet *p, uint8_t proto)
{
	const uint8_t *at = p->payload.buf + p->transport;
	uint32_t n = p->payload.len - p->transport, sum = proto + n, v4[2];
	uint64_t v6[4] = { p->ip.src.hi, p->ip.src.lo, p->ip.dst.hi, p->ip.dst.lo };

	v4[0] = address_to_ip4(p->ip.src);
	v4[1] = address_to_ip4(p->ip.dst);
	for (int i = 0; i < 2 && p->ip.version == 4; i++)
		sum += (v4[i] >> 16) + (v4[i] & 0xffff);
	for (int i = 0; i < 16 && p->ip.version == 6; i++)
		sum += (uint32_t)(v6[i / 4] >> i % 4 * 16 & 0xffff);
	for (uint32_t i = 0; i < n; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

static uint32_t header_sum(const struct packet *p)
{
	const uint8_t *at = p->payload.buf + p->transport - 20;
	uint32_t sum = 0;

	for (uint32_t i = 0; i < 20; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

static const struct mac board = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed } };

/* An OFFER with all in it that tells whose it is. */
static void add_offer(bool no_checksum)
{
	static struct dhcp m;
	static uint8_t guid[17], message[1024];
	static const uint8_t pxe[] = "\x06\x01\x03\x0a\x04\x00PXE\x09\x14\x00\x00\x11"
				     "Raspberry Pi Boot\x08\x07\x80\x00\x01\xc0\xa8\x01\x01\xff";
	struct pi_guid g = { .form = PI_GUID_PI4,
			     .revision = 0xc03111,
			     .serial = 0x5b154510,
			     .mac_tail = { 0x32, 0x2e, 0xf8, 0xed } };
	struct writer w = writer_init(buf, sizeof(buf)), gw = writer_init(guid, sizeof(guid)),
		      mw = writer_init(message, sizeof(message));
	struct build_ends e = frame_ends(4, 67, 68);

	e.no_checksum = no_checksum;
	memset(&m, 0, sizeof(m));
	pi_guid_encode(&g, &gw);
	m.op = 2;
	m.htype = 1;
	m.hlen = 6;
	m.xid = 0x26f30339;
	m.yiaddr = 0xc0a80117;
	m.siaddr = 0xc0a80101;
	m.chaddr = bytes_of(board.b, 6);
	m.sname = bytes_str("zeppelin");
	m.file = bytes_str("5b154510/start4.elf");
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of("\2", 1));
	dhcp_add(&m, DHCP_OPT_MASK, bytes_of("\xff\xff\xff\0", 4));
	dhcp_add(&m, DHCP_OPT_ROUTER, bytes_of("\xc0\xa8\1\1", 4));
	dhcp_add(&m, DHCP_OPT_HOST_NAME, bytes_str("graf-zahl"));
	dhcp_add(&m, 15, bytes_str("example-corp.test"));
	dhcp_add(&m, 121, bytes_of("\x18\x0a\x09\x08\xc0\xa8\1\1", 8));
	dhcp_add(&m, DHCP_OPT_CLIENT_ID, bytes_of("\1\xdc\xa6\x32\x2e\xf8\xed", 7));
	dhcp_add(&m, DHCP_OPT_TFTP_NAME, bytes_str("192.168.1.1"));
	dhcp_add(&m, DHCP_OPT_ROOT_PATH, bytes_str("zeppelin:/srv/nfs/graf-zahl"));
	dhcp_add(&m, DHCP_OPT_VENDOR, bytes_of(pxe, sizeof(pxe) - 1));
	dhcp_add(&m, DHCP_OPT_GUID, writer_done(&gw));
	dhcp_add(&m, 125, bytes_of("\0\0\0\x9topsecret", 13));
	dhcp_encode(&m, 300, &mw);
	build_udp(&w, &e, writer_done(&mw));
	add(&w);
}

static struct bytes option(struct dhcp *m, const struct packet *p, uint8_t code)
{
	struct reader reader = p->payload;

	assert_int_equal(dhcp_decode(&reader, m), ERR_OK);
	return dhcp_option(m, code);
}

static void an_offer_hides_who_and_says_what(void **state)
{
	static const char *const hidden[] = { "zeppelin",     "graf-zahl", "example-corp",
					      "192.168.1.1",  "5b154510",  "\x10\x45\x15\x5b",
					      "\x2e\xf8\xed", "topsecret" };
	static struct dhcp m;
	struct pi_guid g;
	struct bytes name, path;
	char server[16];

	(void)state;
	add_offer(false);
	redact_to(0);
	for (uint32_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (holds(&out, bytes_str(hidden[i])))
			fail_msg("%s is still there", hidden[i]);
	pi_guid_decode(option(&m, &is, DHCP_OPT_GUID), &g);
	assert_int_equal(g.form, PI_GUID_PI4);
	assert_int_equal(g.revision, 0xc03111);
	/* one MAC, in four places */
	assert_memory_equal(m.chaddr.p, board.b, 3);
	assert_memory_equal(dhcp_option(&m, DHCP_OPT_CLIENT_ID).p + 1, m.chaddr.p, 6);
	assert_memory_equal(g.mac_tail, m.chaddr.p + 2, 4);
	/* one server, in numbers and in text */
	assert_int_equal(m.siaddr, address_to_ip4(is.ip.src));
	assert_int_equal(dhcp_option_ip4(&m, DHCP_OPT_ROUTER), m.siaddr);
	assert_int_equal(dhcp_option_ip4(&m, DHCP_OPT_MASK), 0xffffff00);
	assert_int_equal(m.siaddr >> 16, 0xc0a8);
	assert_int_equal(m.siaddr >> 8, m.yiaddr >> 8);
	snprintf(server, sizeof(server), "%u.%u.%u.%u", m.siaddr >> 24, m.siaddr >> 16 & 255,
		 m.siaddr >> 8 & 255, m.siaddr & 255);
	assert_true(bytes_is(dhcp_option(&m, DHCP_OPT_TFTP_NAME), server));
	/* one name, as an option and in a path; one serial number */
	name = dhcp_option(&m, DHCP_OPT_HOST_NAME);
	path = dhcp_option(&m, DHCP_OPT_ROOT_PATH);
	assert_int_equal(name.n, 9);
	assert_memory_equal(path.p + 8, ":/srv/nfs/", 10);
	assert_memory_equal(path.p + 18, name.p, 9);
	assert_memory_equal(path.p, m.sname.p, 8);
	snprintf(server, sizeof(server), "%08x", g.serial);
	assert_memory_equal(m.file.p, server, 8);
	assert_memory_equal(m.file.p + 8, "/start4.elf", 11);
	assert_true(holds(&out, bytes_str("Raspberry Pi Boot")));
	assert_int_equal(plain_sum(&is, IP_PROTO_UDP), 0);
	assert_int_equal(header_sum(&is), 0);
}

/* U-Boot's and gPXE's: made of the MAC. */
static void a_transaction_id_does_not_tell_the_mac(void **state)
{
	static struct dhcp m;
	uint8_t *xid;

	(void)state;
	add_offer(true);
	xid = (uint8_t *)(uintptr_t)in[0].data + 14 + 20 + 8 + 4;
	memcpy(xid, board.b + 2, 4);
	xid[3] += 7;
	redact_to(0);
	option(&m, &is, DHCP_OPT_TYPE);
	assert_int_equal(m.xid, (uint32_t)mac_number(dhcp_mac(&m)) + 7);
	assert_false(holds(&out, bytes_of(board.b + 3, 2)));
}

static void a_checksum_that_was_not_there_is_not(void **state)
{
	(void)state;
	add_offer(true);
	redact_to(0);
	assert_true(is.no_checksum);
	assert_int_equal(header_sum(&is), 0);
}

static void a_wrong_checksum_stays_as_wrong(void **state)
{
	uint8_t *at;

	(void)state;
	add_offer(false);
	at = (uint8_t *)(uintptr_t)in[0].data + 14 + 20 + 6;
	at[0] ^= 0x12;
	redact_to(0);
	assert_int_equal(plain_sum(&is, IP_PROTO_UDP), plain_sum(&was, IP_PROTO_UDP));
	assert_int_not_equal(plain_sum(&is, IP_PROTO_UDP), 0);
}

static void what_the_card_was_to_sum_up_is_still_left_to_it(void **state)
{
	uint8_t *at;
	uint16_t sum;

	(void)state;
	add_offer(false);
	packet_layers(&in[0], &was);
	sum = (uint16_t)~ip_sum_fold(ip_pseudo_sum(was.ip.src, was.ip.dst, IP_PROTO_UDP,
						   was.payload.len - was.transport));
	at = (uint8_t *)(uintptr_t)in[0].data + 14 + 20 + 6;
	at[0] = (uint8_t)(sum >> 8);
	at[1] = (uint8_t)sum;
	redact_to(0);
	assert_int_equal(packet_udp_checksum(&was, packet_udp(&was)), 2);
	assert_int_equal(packet_udp_checksum(&is, packet_udp(&is)), 2);
}

static void add_udp(int version, uint16_t sport, uint16_t dport, struct bytes data)
{
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(version, sport, dport);

	if (version == 6)
		e.src.lo = UINT64_C(0x1234567890abcdef);
	build_udp(&w, &e, data);
	add(&w);
}

/* From the board, 192.168.1.1 in frame_ends. */
static void add_request(const char *file)
{
	uint8_t message[256];
	struct tftp m = { .op = TFTP_RRQ, .file = bytes_str(file), .mode = bytes_str("octet") };
	struct writer w = writer_init(message, sizeof(message));

	tftp_add(&m, "tsize", "0");
	tftp_encode(&m, &w);
	add_udp(4, 49152, 69, writer_done(&w));
}

static void add_data(const char *text)
{
	uint8_t message[600];
	struct tftp m = { .op = TFTP_DATA, .block = 1, .data = bytes_str(text) };
	struct writer w = writer_init(message, sizeof(message));
	struct writer f = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(4, 1069, 49152);
	struct address from = e.src;

	e.src = e.dst;
	e.dst = from;
	tftp_encode(&m, &w);
	build_udp(&f, &e, writer_done(&w));
	add(&f);
}

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

static void padding_is_zeros(void **state)
{
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(4, 68, 67);
	struct arp m = { .hardware = 1,
			 .protocol = ETHERTYPE_IP4,
			 .op = ARP_REPLY,
			 .hardware_len = 6,
			 .protocol_len = 4,
			 .sender_mac = e.eth_src,
			 .sender_ip = 0xc0a80117,
			 .target_ip = 0xc0a80101 };

	(void)state;
	build_arp(&w, &e, &m);
	writer_str(&w, "left in the card's buffer");
	add(&w);
	redact_to(0);
	assert_false(holds(&out, bytes_str("card")));
	assert_int_equal(is.record, RECORD_ARP);
	assert_int_equal(is.u.arp.op, ARP_REPLY);
	assert_true(mac_equal(is.u.arp.sender_mac, is.ether.src));
	assert_false(mac_equal(is.u.arp.sender_mac, e.eth_src));
	assert_true(mac_none(is.u.arp.target_mac));
	assert_int_not_equal(is.u.arp.sender_ip, is.u.arp.target_ip);
}

static void a_refusal_quotes_the_addresses_that_the_packet_had(void **state)
{
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(4, 0, 0);
	struct icmp m = { .version = 4, .type = 3, .code = 3 };

	(void)state;
	m.quote.present = true;
	m.quote.ip = (struct ip) {
		.version = 4, .ttl = 64, .proto = IP_PROTO_UDP, .src = e.dst, .dst = e.src
	};
	m.quote.sport = 49152;
	m.quote.dport = 69;
	m.quote.payload = bytes_str("\0\1start4.elf");
	build_icmp(&w, &e, &m);
	add(&w);
	redact_to(0);
	assert_int_equal(is.record, RECORD_ICMP);
	assert_true(is.u.icmp.quote.present);
	assert_true(address_equal(is.u.icmp.quote.ip.src, is.ip.dst));
	assert_true(address_equal(is.u.icmp.quote.ip.dst, is.ip.src));
	assert_int_equal(is.u.icmp.quote.dport, 69);
	assert_false(address_equal(is.ip.src, was.ip.src));
	assert_int_equal(ip_sum_fold(ip_sum(0, bytes_of(out.data + is.transport,
							is.payload.len - is.transport))),
			 0);
}

static void a_neighbour_has_its_mac_in_its_address(void **state)
{
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(6, 0, 0);
	struct icmp m = { .version = 6, .type = 135 };

	(void)state;
	e.eth_src = board;
	e.src = (struct address) { UINT64_C(0xfe80) << 48, UINT64_C(0xdea632fffe2ef8ed) };
	e.dst = (struct address) { UINT64_C(0xff02) << 48, UINT64_C(0x1ff2ef8ed) };
	m.target = e.src;
	m.link = board;
	build_icmp(&w, &e, &m);
	add(&w);
	redact_to(0);
	assert_true(mac_equal(is.u.icmp.link, is.ether.src));
	assert_false(mac_equal(is.u.icmp.link, board));
	assert_true(address_equal(is.u.icmp.target, is.ip.src));
	assert_int_equal(is.ip.src.lo & 0xffffff, mac_number(is.ether.src) & 0xffffff);
	assert_int_equal(is.ip.dst.lo & 0xffffff, mac_number(is.ether.src) & 0xffffff);
	assert_int_equal(plain_sum(&is, IP_PROTO_ICMP6), 0);
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

static void fragments_are_cut_behind_what_is_known(void **state)
{
	static uint8_t message[2000];
	struct writer w = writer_init(message, sizeof(message)), f;
	struct build_ends e = frame_ends(4, 69, 49152);
	uint32_t at = 0;

	(void)state;
	add_request("cmdline.txt");
	writer_be16(&w, TFTP_DATA);
	writer_be16(&w, 1);
	while (w.pos < 1900)
		writer_str(&w, "secret-sauce ");
	f = writer_init(buf, sizeof(buf));
	e.src = address_ip4(0xc0a80117);
	e.dst = address_ip4(0xc0a80101);
	{
		static uint8_t datagram[2100];
		struct writer d = writer_init(datagram, sizeof(datagram));

		build_udp_datagram(&d, &e, writer_done(&w));
		do {
			f = writer_init(buf, sizeof(buf));
			at = build_fragment(&f, &e, IP_PROTO_UDP, writer_done(&d), at, 1480);
			add(&f);
		} while (at);
	}
	assert_int_equal(n_in, 3);
	redact_to(1);
	/* the sum over all of it is given up (RFC 768) */
	assert_memory_equal(out.data + 14 + 20 + 6, "\0\0", 2);
	assert_int_equal(header_sum(&is), 0);
	assert_memory_equal(out.data + 14 + 20 + 8, "\0\3\0\1", 4);
	redact_frame(r, &in[2], &out);
	assert_false(holds(&out, bytes_str("sauce")));
}

/* Cut at any byte, any bit turned: as long as before, and what is there is told by itself. */
static void any_frame_is_gone_through(void **state)
{
	(void)state;
	add_offer(false);
	add_request("5b154510/cmdline.txt");
	add_data("nfsroot=192.168.1.23:/a");
	learn();
	for (uint32_t k = 0; k < n_in; k++) {
		struct frame whole = in[k];

		redact_frame(r, &whole, &out);
		packet_layers(&out, &is);
		for (uint32_t n = 0; n < whole.cap_len; n++) {
			struct frame f = frame_copy(whole.data, n, whole.wire_len, whole.link);

			redact_frame(r, &f, &out);
			assert_int_equal(out.cap_len, n);
			assert_false(holds(&out, bytes_of(board.b, 6)));
			assert_false(holds(&out, bytes_str("graf-zahl")));
			((uint8_t *)(uintptr_t)f.data)[n / 2] ^= (uint8_t)(1 << n % 8);
			redact_frame(r, &f, &out);
			f.link = n % 300;
			redact_frame(r, &f, &out);
			frame_drop(&f);
		}
	}
}

/* What is cut off changes nothing of what is left: the sums are those of the whole frame. */
static void a_cut_frame_has_the_checksum_of_the_whole(void **state)
{
	struct frame f;

	(void)state;
	add_udp(4, 5353, 5353, bytes_str("0123456789"));
	learn();
	f = frame_copy(in[0].data, 14 + 20 + 8, in[0].wire_len, LINK_ETHERNET);
	packet_layers(&in[0], &was);
	redact_frame(r, &f, &out);
	/* with the bytes that were cut off behind it, it is right */
	memcpy(buf, out.data, f.cap_len);
	memcpy(buf + f.cap_len, in[0].data + f.cap_len, in[0].cap_len - f.cap_len);
	frame_drop(&f);
	f = frame_copy(buf, in[0].cap_len, in[0].cap_len, LINK_ETHERNET);
	packet_layers(&f, &is);
	assert_int_equal(plain_sum(&is, IP_PROTO_UDP), 0);
	frame_drop(&f);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_offer_hides_who_and_says_what),
		TEST(a_transaction_id_does_not_tell_the_mac),
		TEST(a_checksum_that_was_not_there_is_not),
		TEST(a_wrong_checksum_stays_as_wrong),
		TEST(what_the_card_was_to_sum_up_is_still_left_to_it),
		TEST(a_kernel_becomes_zeros_of_its_length),
		TEST(a_command_line_stays_but_for_its_addresses),
		TEST(a_size_of_eight_digits_is_no_serial_number),
		TEST(what_nobody_knows_is_zeros),
		TEST(padding_is_zeros),
		TEST(a_refusal_quotes_the_addresses_that_the_packet_had),
		TEST(a_neighbour_has_its_mac_in_its_address),
		TEST(a_name_asked_for_is_the_name_learned_elsewhere),
		TEST(a_switch_has_no_name_and_a_port_no_number),
		TEST(a_mount_names_its_host_no_more),
		TEST(of_http_stays_what_booting_looks_at),
		TEST(a_stream_keeps_what_is_read_of_it),
		TEST(fragments_are_cut_behind_what_is_known),
		TEST(any_frame_is_gone_through),
		TEST(a_cut_frame_has_the_checksum_of_the_whole),
		TEST(the_name_of_the_file_is_text_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
