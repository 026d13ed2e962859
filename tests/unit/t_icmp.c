/* SPDX-License-Identifier: BSD-2-Clause */
#include "icmp.h"

#include "flat_sink.h"
#include "frames.h"
#include "unit.h"

static struct packet p;
static struct frame frame;

static void round_trip(int version, const struct icmp *m)
{
	uint8_t buf[512];
	struct build_ends e = frame_ends(version, 0, 0);
	struct writer w = writer_init(buf, sizeof(buf));

	build_icmp(&w, &e, m);
	assert_int_equal(w.err, ERR_OK);
	if (frame.data)
		frame_drop(&frame);
	frame = frame_copy(buf, w.pos, w.pos, LINK_ETHERNET);
	packet_layers(&frame, &p);
	assert_int_equal(p.record, RECORD_ICMP);
	assert_int_equal(p.err, ERR_OK);
	assert_int_equal(p.u.icmp.version, version);
	assert_int_equal(p.u.icmp.type, m->type);
	assert_int_equal(p.u.icmp.code, m->code);
}

static struct icmp refusal(int version, uint8_t proto)
{
	struct build_ends e = frame_ends(version, 0, 0);
	struct icmp m = { .version = (uint8_t)version };

	m.type = version == 4 ? 3 : 1;
	m.code = version == 4 ? 3 : 4;
	m.quote.present = true;
	m.quote.ip.proto = proto;
	m.quote.ip.src = e.dst;
	m.quote.ip.dst = e.src;
	m.quote.sport = 49153;
	m.quote.dport = 69;
	m.quote.payload = bytes_str("\1octet-ish");
	return m;
}

static void says_who_was_refused_what(void **state)
{
	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		struct icmp m = refusal(version, IP_PROTO_UDP);

		round_trip(version, &m);
		assert_true(p.u.icmp.quote.present);
		assert_int_equal(p.u.icmp.quote.sport, 49153);
		assert_int_equal(p.u.icmp.quote.dport, 69);
		assert_true(bytes_is(p.u.icmp.quote.payload, "\1octet-ish"));
		m = refusal(version, IP_PROTO_TCP);
		round_trip(version, &m);
		assert_int_equal(p.u.icmp.quote.dport, 69);
		assert_true(bytes_is(p.u.icmp.quote.payload, "\1octet-ish"));
	}
	struct icmp m = refusal(4, IP_PROTO_UDP);
	round_trip(4, &m);
	flat_line_is(icmp_line, &p,
		     "port unreachable, was udp 192.168.1.23:49153 > 192.168.1.1:69");
	flat_fields_are(icmp_fields, &p,
			"type=3 code=3 name=port unreachable quoted{src=192.168.1.23 "
			"dst=192.168.1.1 proto=udp sport=49153 dport=69 bytes=10}");
}

static void eight_quoted_bytes_are_enough(void **state)
{
	struct icmp m = refusal(4, IP_PROTO_TCP);
	uint8_t buf[512];
	struct build_ends e = frame_ends(4, 0, 0);
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	build_icmp(&w, &e, &m);
	frame_drop(&frame);
	buf[16] = 0, buf[17] = 20 + 8 + 20 + 8;
	frame = frame_copy(buf, 14 + 56, 14 + 56, LINK_ETHERNET);
	packet_layers(&frame, &p);
	assert_int_equal(p.err, ERR_OK);
	assert_int_equal(p.u.icmp.quote.dport, 69);
	assert_int_equal(p.u.icmp.quote.payload.n, 0);
}

static void reads_back_every_form(void **state)
{
	struct icmp echo = {
		.version = 4, .type = 8, .id = 77, .seq = 3, .data = bytes_str("abc")
	};
	struct icmp big = refusal(6, IP_PROTO_UDP);
	struct icmp small = refusal(4, IP_PROTO_UDP);
	struct build_ends e = frame_ends(6, 0, 0);
	struct icmp ns = { .version = 6, .type = 135, .target = e.dst, .link = e.eth_src };
	struct icmp ra = { .version = 6, .type = 134, .ra_flags = 0xc0, .link = e.eth_src };

	(void)state;
	round_trip(4, &echo);
	assert_int_equal(p.u.icmp.id, 77);
	assert_int_equal(p.u.icmp.seq, 3);
	assert_true(bytes_is(p.u.icmp.data, "abc"));
	flat_line_is(icmp_line, &p, "echo request id 77 seq 3");
	big.type = 2, big.code = 0, big.mtu = 1280;
	round_trip(6, &big);
	assert_int_equal(p.u.icmp.mtu, 1280);
	small.code = 4, small.mtu = 1400;
	round_trip(4, &small);
	assert_int_equal(p.u.icmp.mtu, 1400);
	round_trip(6, &ns);
	assert_true(address_equal(p.u.icmp.target, e.dst));
	assert_true(mac_equal(p.u.icmp.link, e.eth_src));
	flat_line_is(icmp_line, &p, "neighbor solicitation fd00::23 at dc:a6:32:01:02:03");
	flat_fields_are(icmp_fields, &p,
			"type=135 code=0 name=neighbor solicitation target=fd00::23 "
			"link=dc:a6:32:01:02:03");
	round_trip(6, &ra);
	assert_int_equal(p.u.icmp.ra_flags, 0xc0);
	assert_true(mac_equal(p.u.icmp.link, e.eth_src));
}

static void a_zero_option_length_is_refused(void **state)
{
	uint8_t buf[64] = { 133 };
	struct icmp m;
	struct reader r = reader_init(buf, 24, 24);

	(void)state;
	assert_int_equal(icmp_decode(&r, 6, &m), ERR_VALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_who_was_refused_what),
		cmocka_unit_test(eight_quoted_bytes_are_enough),
		cmocka_unit_test(reads_back_every_form),
		cmocka_unit_test(a_zero_option_length_is_refused),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	frame_drop(&frame);
	return failed;
}
