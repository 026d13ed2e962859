/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet.h"

#include "frames.h"
#include "unit.h"

enum { ROOM = 2048 };

static struct packet p; /* several kilobytes, and never cleared: that is part of the test */

struct made {
	uint8_t buf[ROOM];
	uint32_t n, link;
};

static struct bytes text(const char *s)
{
	return bytes_of(s, (uint32_t)strlen(s));
}

static void decode(const struct made *m, struct frame *f)
{
	*f = frame_copy(m->buf, m->n, m->n, m->link);
	memset(&p, 0xa5, sizeof(p));
	packet_layers(f, &p);
}

static void made_udp(struct made *m, int version, uint8_t tags)
{
	struct build_ends e = frame_ends(version, 2049, 700);
	struct writer w = writer_init(m->buf, ROOM);

	e.n_tags = tags;
	for (uint8_t i = 0; i < tags; i++)
		e.tag[i] = (uint16_t)(100 + i);
	build_udp(&w, &e, text("hello, board"));
	assert_int_equal(w.err, ERR_OK);
	m->n = w.pos;
	m->link = LINK_ETHERNET;
}

static void made_tcp(struct made *m, int version, uint8_t flags)
{
	struct build_ends e = frame_ends(version, 700, 2049);
	struct tcp t = { .seq = 0x01020304, .ack = 0x05060708, .flags = flags, .window = 512 };
	struct writer w = writer_init(m->buf, ROOM);

	build_tcp(&w, &e, &t, text("record"));
	m->n = w.pos;
	m->link = LINK_ETHERNET;
}

/* The Ethernet header taken off and head put before what is left. */
static void made_on(struct made *m, uint32_t link, const void *head, uint32_t n)
{
	memmove(m->buf + n, m->buf + 14, m->n - 14);
	memcpy(m->buf, head, n);
	m->n = m->n - 14 + n;
	m->link = link;
}

static void expect_udp(const struct made *m)
{
	struct frame f;

	decode(m, &f);
	assert_int_equal(p.err, ERR_OK);
	assert_int_equal(p.sport, 2049);
	assert_int_equal(p.dport, 700);
	assert_true(bytes_is(reader_rest(&p.payload), "hello, board"));
	assert_int_equal(p.payload.err, ERR_OK);
	assert_int_equal(packet_udp_checksum(&p, packet_udp(&p)), 0);
	frame_drop(&f);
}

static void reads_back_udp_with_tags(void **state)
{
	struct made m;

	(void)state;
	for (int version = 4; version <= 6; version += 2)
		for (uint32_t tags = 0; tags <= ETHER_TAGS_MAX; tags++) {
			made_udp(&m, version, (uint8_t)tags);
			expect_udp(&m);
			assert_int_equal(p.ip.version, version);
			assert_int_equal(p.ether.n_tags, tags);
			for (uint32_t i = 0; i < tags; i++)
				assert_int_equal(p.ether.tag[i], 100 + i);
			assert_int_equal(p.record, RECORD_NONE);
		}
}

static void reads_back_tcp(void **state)
{
	struct made m;
	struct frame f;

	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		made_tcp(&m, version, TCP_ACK | TCP_PSH);
		decode(&m, &f);
		assert_int_equal(p.err, ERR_OK);
		assert_int_equal(p.record, RECORD_NONE);
		assert_int_equal(p.tcp.seq, 0x01020304);
		assert_int_equal(p.tcp.ack, 0x05060708);
		assert_int_equal(p.tcp.window, 512);
		assert_true(bytes_is(reader_rest(&p.payload), "record"));
		frame_drop(&f);
		made_tcp(&m, version, TCP_SYN);
		decode(&m, &f);
		assert_int_equal(p.record, RECORD_TCP);
		frame_drop(&f);
	}
}

static void reads_every_link_type(void **state)
{
	static const uint8_t cooked[] = { 0, 4, 0, 1, 0, 6, 0xdc, 0xa6, 0x32, 1, 2, 3, 0, 0, 8, 0 };
	static const uint8_t cooked2[] = { 8, 0, 0,    0,    0,    0, 0, 2, 0, 1,
					   4, 6, 0xdc, 0xa6, 0x32, 1, 2, 3, 0, 0 };
	static const uint8_t big[] = { 0, 0, 0, 2 }, little[] = { 2, 0, 0, 0 };
	static const uint8_t ppp[] = { 0xff, 3, 0, 0x21 }, compressed[] = { 0x21 };
	static const uint8_t hdlc[] = { 0x0f, 0, 8, 0 };
	static const uint8_t arcnet[] = { 1, 2, 212, 0, 0, 1 }, old[] = { 1, 2, 0, 0, 240 };
	static const uint8_t relay[] = { 0x18, 0x41, 3, 0xcc };
	static const uint8_t wifi[] = { 0x88, 0x02, 0,    0,    1, 1, 1, 1, 1, 1, 2, 2,
					2,    2,    2,    2,    3, 3, 3, 3, 3, 3, 0, 0,
					0,    0,    0xaa, 0xaa, 3, 0, 0, 0, 8, 0 };
	static const uint8_t radiotap[] = {
		0, 0, 9, 0, 2, 0, 0, 0, 0x20, 0x88, 0x02, 0, 0, 1, 1,    1,    1, 1, 1, 2, 2, 2, 2,
		2, 2, 3, 3, 3, 3, 3, 3, 0,    0,    0,    0, 0, 0, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0
	};
	static const struct {
		uint32_t link;
		const uint8_t *head;
		uint32_t n;
	} rows[] = {
		{ LINK_LINUX_SLL, cooked, sizeof(cooked) },
		{ LINK_LINUX_SLL2, cooked2, sizeof(cooked2) },
		{ LINK_NULL, little, sizeof(little) },
		{ LINK_NULL, big, sizeof(big) },
		{ LINK_LOOP, big, sizeof(big) },
		{ LINK_RAW, NULL, 0 },
		{ LINK_RAW_12, NULL, 0 },
		{ LINK_IP4, NULL, 0 },
		{ LINK_PPP, ppp, sizeof(ppp) },
		{ LINK_PPP, compressed, sizeof(compressed) },
		{ LINK_PPP_HDLC, hdlc, sizeof(hdlc) },
		{ LINK_C_HDLC, hdlc, sizeof(hdlc) },
		{ LINK_ARCNET, arcnet, sizeof(arcnet) },
		{ LINK_ARCNET_LINUX, old, sizeof(old) },
		{ LINK_FRAME_RELAY, relay, sizeof(relay) },
		{ LINK_IEEE802_11, wifi, sizeof(wifi) },
		{ LINK_RADIOTAP, radiotap, sizeof(radiotap) },
	};
	struct made m;

	(void)state;
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		made_udp(&m, 4, 0);
		made_on(&m, rows[i].link, rows[i].n ? rows[i].head : (const uint8_t *)"",
			rows[i].n);
		assert_true(link_known(rows[i].link));
		expect_udp(&m);
		if (rows[i].link == LINK_LINUX_SLL || rows[i].link == LINK_LINUX_SLL2) {
			assert_true(p.ether.has_src && !p.ether.has_dst && p.ether.outgoing);
			assert_int_equal(p.ether.src.b[0], 0xdc);
		}
	}
	assert_false(link_known(250));
	m.link = 250;
	struct frame f;
	decode(&m, &f);
	assert_int_equal(p.ip.version, 0);
	assert_int_equal(p.record, RECORD_NONE);
	frame_drop(&f);
}

static void ethernet_padding_is_no_payload(void **state)
{
	struct made m;

	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		made_udp(&m, version, 0);
		memset(m.buf + m.n, 0xee, 18);
		m.n += 18;
		expect_udp(&m);
	}
}

static void ip_length_zero_takes_what_is_there(void **state)
{
	struct made m;
	struct frame f;

	(void)state;
	made_tcp(&m, 4, TCP_ACK);
	m.buf[16] = m.buf[17] = 0;
	decode(&m, &f);
	assert_int_equal(p.err, ERR_OK);
	assert_true(bytes_is(reader_rest(&p.payload), "record"));
	frame_drop(&f);
}

static void tells_a_lying_length_from_a_cut_frame(void **state)
{
	struct made m;
	struct frame f;

	(void)state;
	made_udp(&m, 4, 0);
	f = frame_copy(m.buf, m.n - 4, m.n - 4, LINK_ETHERNET);
	packet_layers(&f, &p);
	assert_int_equal(p.err, ERR_SHORT);
	assert_int_equal(p.dport, 700); /* and yet it is read as far as it goes */
	frame_drop(&f);
	m.buf[39]++; /* UDP says one more than IP */
	decode(&m, &f);
	assert_int_equal(p.err, ERR_SHORT);
	assert_true(bytes_is(reader_rest(&p.payload), "hello, board"));
	frame_drop(&f);
	m.buf[39]--;
	f = frame_copy(m.buf, m.n - 4, m.n, LINK_ETHERNET);
	packet_layers(&f, &p);
	assert_int_equal(p.err, ERR_OK);
	(void)reader_rest(&p.payload);
	assert_int_equal(p.payload.err, ERR_CUT);
	assert_int_equal(packet_udp_checksum(&p, packet_udp(&p)), -1);
	frame_drop(&f);
}

static void refuses_impossible_headers(void **state)
{
	struct made m;
	struct frame f;

	(void)state;
	made_udp(&m, 4, 0);
	m.buf[14] = 0x44; /* header of 16 bytes */
	decode(&m, &f);
	assert_int_equal(p.err, ERR_VALUE);
	frame_drop(&f);
	made_udp(&m, 4, 0);
	m.buf[16] = 0, m.buf[17] = 19; /* ends inside its header */
	decode(&m, &f);
	assert_int_equal(p.err, ERR_VALUE);
	frame_drop(&f);
	made_udp(&m, 4, 0);
	m.buf[38] = 0, m.buf[39] = 7; /* UDP length below its header */
	decode(&m, &f);
	assert_int_equal(p.err, ERR_VALUE);
	frame_drop(&f);
	made_tcp(&m, 4, TCP_ACK);
	m.buf[46] = 0x40; /* data offset 16 */
	decode(&m, &f);
	assert_int_equal(p.err, ERR_VALUE);
	assert_int_equal(p.dport, 2049);
	frame_drop(&f);
}

static void a_wrong_checksum_is_seen(void **state)
{
	struct made m;
	struct frame f;

	(void)state;
	made_udp(&m, 6, 0);
	m.buf[m.n - 1] ^= 1;
	decode(&m, &f);
	assert_int_equal(packet_udp_checksum(&p, packet_udp(&p)), 1);
	frame_drop(&f);
}

/* The sum of the pseudo-header alone, as a kernel hands it to its card. */
static void a_checksum_left_to_the_card_is_no_wrong_one(void **state)
{
	struct made m;
	struct frame f;
	struct bytes udp;
	uint16_t pseudo;

	(void)state;
	made_udp(&m, 4, 0);
	decode(&m, &f);
	udp = packet_udp(&p);
	pseudo = (uint16_t)~ip_sum_fold(ip_pseudo_sum(p.ip.src, p.ip.dst, 17, udp.n));
	frame_drop(&f);
	m.buf[m.n - udp.n + 6] = (uint8_t)(pseudo >> 8);
	m.buf[m.n - udp.n + 7] = (uint8_t)pseudo;
	decode(&m, &f);
	assert_int_equal(packet_udp_checksum(&p, packet_udp(&p)), 2);
	frame_drop(&f);
}

/* hop-by-hop, destination, routing, an AH and an atomic fragment before UDP */
static void walks_ipv6_extension_headers(void **state)
{
	static const uint8_t chain[] = {
		60, 0, 1, 4, 0, 0, 0, 0, /* hop-by-hop          */
		43, 0, 1, 4, 0, 0, 0, 0, /* destination         */
		51, 0, 0, 0, 0, 0, 0, 0, /* routing             */
		44, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* AH */
		17, 0, 0, 0, 0, 0, 0, 7, /* fragment 0, no more */
	};
	struct made m;

	(void)state;
	made_udp(&m, 6, 0);
	memmove(m.buf + 54 + sizeof(chain), m.buf + 54, m.n - 54);
	memcpy(m.buf + 54, chain, sizeof(chain));
	m.buf[20] = 0;
	m.buf[19] = (uint8_t)(m.buf[19] + sizeof(chain));
	m.n += (uint32_t)sizeof(chain);
	expect_udp(&m);
	assert_int_equal(p.ip.proto, IP_PROTO_UDP);
	assert_false(p.ip.fragment);
}

static void stops_at_no_next_header(void **state)
{
	struct made m;
	struct frame f;

	(void)state;
	made_udp(&m, 6, 0);
	m.buf[20] = IP_PROTO_NO_NEXT;
	decode(&m, &f);
	assert_int_equal(p.err, ERR_OK);
	assert_int_equal(p.dport, 0);
	frame_drop(&f);
}

static void reads_802_3_with_snap_and_its_length(void **state)
{
	static const uint8_t snap[] = { 0xaa, 0xaa, 3, 0, 0, 0, 8, 0 };
	struct made m;

	(void)state;
	made_udp(&m, 4, 0);
	memmove(m.buf + 22, m.buf + 14, m.n - 14);
	memcpy(m.buf + 14, snap, sizeof(snap));
	m.n += 8;
	m.buf[12] = 0;
	m.buf[13] = (uint8_t)(m.n - 14);
	memset(m.buf + m.n, 0xff, 4);
	m.n += 4;
	expect_udp(&m);
	assert_int_equal(p.ether.type, ETHERTYPE_IP4);
}

static void reads_pppoe_and_mpls(void **state)
{
	struct made m;

	(void)state;
	made_udp(&m, 4, 0);
	memmove(m.buf + 22, m.buf + 14, m.n - 14);
	memcpy(m.buf + 12,
	       (const uint8_t[]) { 0x88, 0x64, 0x11, 0, 0, 9, 0, (uint8_t)(m.n - 12), 0, 0x21 },
	       10);
	m.n += 8;
	expect_udp(&m);
	made_udp(&m, 4, 0);
	memmove(m.buf + 22, m.buf + 14, m.n - 14);
	memcpy(m.buf + 12, (const uint8_t[]) { 0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64 }, 10);
	m.n += 8;
	expect_udp(&m);
}

static void made_erspan(struct made *m)
{
	static uint8_t inner[ROOM];
	struct build_ends e = frame_ends(4, 0, 0);
	struct writer w = writer_init(inner, ROOM);
	struct made u;

	writer_be32(&w, 0x100088be); /* sequence number: type II */
	writer_be32(&w, 5);
	writer_be32(&w, 0x10000000);
	writer_be32(&w, 0);
	made_udp(&u, 4, 1);
	writer_bytes(&w, bytes_of(u.buf, u.n));
	struct writer o = writer_init(m->buf, ROOM);
	e.src = e.dst = address_ip4(0x0a000001);
	build_ip(&o, &e, IP_PROTO_GRE, writer_done(&w));
	m->n = o.pos;
	m->link = LINK_ETHERNET;
}

static void a_mirrored_frame_is_the_inner_one(void **state)
{
	struct made m;

	(void)state;
	made_erspan(&m);
	expect_udp(&m);
	assert_int_equal(address_to_ip4(p.ip.src), 0xc0a80101);
	assert_int_equal(p.tunnels, 1);
	assert_int_equal(p.ether.n_tags, 1);
}

static void nesting_has_an_end(void **state)
{
	struct made m;
	struct frame f;

	(void)state;
	for (uint32_t i = 0; i < 30; i++) {
		struct writer w = writer_init(m.buf + i * 20, 20);

		writer_be32(&w, 0x45000000 | (600 - i * 20));
		writer_be32(&w, 0);
		writer_be32(&w, 0x40040000); /* IP in IP */
		writer_be32(&w, 0x0a000001);
		writer_be32(&w, 0x0a000002);
	}
	m.n = 600;
	m.link = LINK_RAW;
	decode(&m, &f);
	assert_int_equal(p.err, ERR_LIMIT);
	frame_drop(&f);
}

static void make(struct made *m, int which)
{
	struct build_ends e = frame_ends(which & 1 ? 6 : 4, 0, 0);
	struct writer w = writer_init(m->buf, ROOM);

	switch (which) {
	case 0:
	case 1:
		made_udp(m, which ? 6 : 4, 2);
		return;
	case 2:
	case 3:
		made_tcp(m, which == 3 ? 6 : 4, TCP_RST | TCP_ACK);
		return;
	case 4:
		made_erspan(m);
		return;
	case 5: {
		struct icmp i = {
			.version = 6, .type = 136, .code = 0, .target = e.src, .link = e.eth_src
		};
		build_icmp(&w, &e, &i);
		break;
	}
	case 6: {
		struct icmp i = {
			.version = 4, .type = 8, .id = 1, .seq = 2, .data = text("ping")
		};
		build_icmp(&w, &e, &i);
		break;
	}
	case 7: {
		struct arp a = { .op = ARP_REPLY, .sender_ip = 1, .target_ip = 2 };
		build_arp(&w, &e, &a);
		break;
	}
	case 8: {
		struct stp s = { .root_id = 1, .bridge_id = 2, .forward_delay = 15 << 8 };
		build_stp(&w, &e, &s);
		break;
	}
	default: {
		struct lldp l = { .chassis_subtype = 7,
				  .chassis = text("sw"),
				  .port_subtype = 7,
				  .port = text("ge-0/0/1"),
				  .ttl = 120,
				  .port_vlan = 3,
				  .management = text("\x01\x02\x03\x04"),
				  .management_subtype = 1 };
		build_ether(&w, &e, ETHERTYPE_LLDP);
		lldp_encode(&l, &w);
		break;
	}
	}
	assert_int_equal(w.err, ERR_OK);
	m->n = w.pos;
	m->link = LINK_ETHERNET;
}

enum { MADE = 10 };

static void every_prefix_says_that_it_ends(void **state)
{
	struct made m;

	(void)state;
	for (int which = 0; which < MADE; which++) {
		make(&m, which);
		for (uint32_t n = 0; n < m.n; n++)
			for (int cut = 0; cut < 2; cut++) {
				struct frame f = frame_copy(m.buf, n, cut ? m.n : n, m.link);

				packet_layers(&f, &p);
				if (!p.err && !p.payload.err)
					(void)reader_rest(&p.payload);
				if (cut)
					assert_true(p.err == ERR_CUT || p.payload.err == ERR_CUT);
				else
					assert_true(p.err == ERR_SHORT ||
						    p.payload.err == ERR_SHORT);
				frame_drop(&f);
			}
	}
}

static void every_flipped_bit_is_survived(void **state)
{
	struct made m;

	(void)state;
	for (int which = 0; which < MADE; which++) {
		make(&m, which);
		for (uint32_t bit = 0; bit < m.n * 8; bit++) {
			struct frame f;

			m.buf[bit / 8] ^= (uint8_t)(1 << (bit & 7));
			decode(&m, &f);
			assert_true(p.payload.pos <= p.payload.len &&
				    p.payload.len <= p.payload.wire);
			assert_true(p.payload.wire <= m.n);
			frame_drop(&f);
			m.buf[bit / 8] ^= (uint8_t)(1 << (bit & 7));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_back_udp_with_tags),
		cmocka_unit_test(reads_back_tcp),
		cmocka_unit_test(reads_every_link_type),
		cmocka_unit_test(ethernet_padding_is_no_payload),
		cmocka_unit_test(ip_length_zero_takes_what_is_there),
		cmocka_unit_test(tells_a_lying_length_from_a_cut_frame),
		cmocka_unit_test(refuses_impossible_headers),
		cmocka_unit_test(a_wrong_checksum_is_seen),
		cmocka_unit_test(a_checksum_left_to_the_card_is_no_wrong_one),
		cmocka_unit_test(walks_ipv6_extension_headers),
		cmocka_unit_test(stops_at_no_next_header),
		cmocka_unit_test(reads_802_3_with_snap_and_its_length),
		cmocka_unit_test(reads_pppoe_and_mpls),
		cmocka_unit_test(a_mirrored_frame_is_the_inner_one),
		cmocka_unit_test(nesting_has_an_end),
		cmocka_unit_test(every_prefix_says_that_it_ends),
		cmocka_unit_test(every_flipped_bit_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
