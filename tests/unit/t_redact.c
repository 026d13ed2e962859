/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose a packet is goes from every layer of it, and the sums are as right as they were. */
#include "redact.h"

#include <stdio.h>

#include "dhcp.h"
#include "redacted.h"
#include "unit.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_offer_hides_who_and_says_what),
		TEST(a_transaction_id_does_not_tell_the_mac),
		TEST(a_checksum_that_was_not_there_is_not),
		TEST(a_wrong_checksum_stays_as_wrong),
		TEST(what_the_card_was_to_sum_up_is_still_left_to_it),
		TEST(padding_is_zeros),
		TEST(a_refusal_quotes_the_addresses_that_the_packet_had),
		TEST(a_neighbour_has_its_mac_in_its_address),
		TEST(fragments_are_cut_behind_what_is_known),
		TEST(any_frame_is_gone_through),
		TEST(a_cut_frame_has_the_checksum_of_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
