/* SPDX-License-Identifier: BSD-2-Clause */
/* What on the ports of DHCP makes a client, and what does not. Frames in, the model out. */
#include "scope.h"

#include <stdlib.h>

#include "frames.h"
#include "unit.h"

static const struct mac board = { { 0xdc, 0xa6, 0x32, 1, 2, 3 } };
static const struct scope_limits small = {
	.clients = 8,
	.boot_bytes = 16384,
	.all_bytes = 1 << 18,
	.wire = { .fragments = 4, .flows = 8, .connections = 4, .calls = 8 },
};

static struct scope *fresh(void)
{
	void *mem = calloc(1, scope_size(&small));

	assert_non_null(mem);
	return scope_init(mem, &small);
}

/* One datagram between two ports, held as far as cut says; how many clients there are then. */
static uint32_t after(struct scope *s, uint16_t sport, uint16_t dport, struct bytes payload,
		      uint32_t cut)
{
	uint8_t buf[2048];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(4, sport, dport);
	struct frame f;

	build_udp(&w, &e, payload);
	assert_int_equal(w.err, ERR_OK);
	f = frame_copy(buf, w.pos - cut, w.pos, 1);
	scope_frame(s, &f);
	frame_drop(&f);
	return scope_clients(s);
}

static uint32_t alone(uint16_t sport, uint16_t dport, struct bytes payload, uint32_t cut)
{
	struct scope *s = fresh();
	uint32_t n = after(s, sport, dport, payload, cut);

	free(s);
	return n;
}

/* 300 bytes of a DISCOVER, or of a plain BOOTP request (RFC 951) when there is no type. */
static struct bytes message(uint8_t op, const uint8_t *type)
{
	static uint8_t buf[600];
	static struct dhcp m;
	struct writer w = writer_init(buf, sizeof(buf));

	memset(&m, 0, sizeof(m));
	m.op = op;
	m.htype = 1;
	m.hlen = 6;
	m.xid = 0x1234;
	m.yiaddr = op == 2 ? 0xc0a80117 : 0;
	m.chaddr = bytes_of(board.b, 6);
	if (type)
		dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(type, 1));
	dhcp_encode(&m, 300, &w);
	if (!type)
		memset(buf + 236, 0, 64);
	return writer_done(&w);
}

static const uint8_t discover = DHCP_DISCOVER, offer = DHCP_OFFER;

static void requests_and_replies_make_a_client(void **state)
{
	(void)state;
	assert_int_equal(alone(68, 67, message(1, &discover), 0), 1);
	assert_int_equal(alone(68, 4011, message(1, &discover), 0), 1);
	assert_int_equal(alone(4011, 4011, message(1, &discover), 0), 1);
	assert_int_equal(alone(67, 67, message(1, &discover), 0), 1); /* a relay's */
	assert_int_equal(alone(67, 68, message(2, &offer), 0), 1);
	assert_int_equal(alone(4011, 68, message(2, &offer), 0), 1);
	assert_int_equal(alone(40000, 68, message(2, &offer), 0), 1); /* any port may answer */
}

static void bootp_without_a_cookie_is_a_request_too(void **state)
{
	(void)state;
	assert_int_equal(alone(68, 67, message(1, NULL), 0), 1);
}

/* tcpdump -s 96 holds the address of the client, and no option. */
static void a_message_that_the_capture_cut_still_counts(void **state)
{
	(void)state;
	assert_int_equal(alone(68, 67, message(1, &discover), 300 + 42 - 96), 1);
}

static void a_stranger_on_these_ports_is_no_client(void **state)
{
	static uint8_t junk[320];

	(void)state;
	/* begins as a request does, and is something else */
	memset(junk, 0x41, sizeof(junk));
	junk[0] = 1;
	junk[2] = 6;
	assert_int_equal(alone(68, 67, bytes_of(junk, sizeof(junk)), 0), 0);
	assert_int_equal(alone(68, 5000, bytes_of(junk, sizeof(junk)), 0), 0);
	assert_int_equal(alone(68, 67, bytes_of(junk, 240), 0), 0);
	junk[0] = 2;
	assert_int_equal(alone(67, 68, bytes_of(junk, sizeof(junk)), 0), 0);
	assert_int_equal(alone(4011, 5000, bytes_of(junk, sizeof(junk)), 0), 0);
}

/* serve asks so before it begins. */
static void who_looks_for_servers_is_no_client(void **state)
{
	uint8_t buf[600];
	struct scope *s = fresh();
	struct dhcp m = { .op = 1, .htype = 1, .hlen = 6, .xid = 0x77 };
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	m.chaddr = bytes_of(board.b, 6);
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&discover, 1));
	dhcp_add(&m, DHCP_OPT_CLASS, bytes_str(DHCP_QUESTION_CLASS));
	dhcp_encode(&m, 300, &w);
	assert_int_equal(after(s, 68, 67, writer_done(&w), 0), 0);
	m = (struct dhcp) { .op = 2, .htype = 1, .hlen = 6, .xid = 0x77, .yiaddr = 0xc0a80117 };
	m.chaddr = bytes_of(board.b, 6);
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&offer, 1));
	w = writer_init(buf, sizeof(buf));
	dhcp_encode(&m, 300, &w);
	assert_int_equal(after(s, 67, 68, writer_done(&w), 0), 0);
	assert_int_equal(scope_servers(s), 1);
	assert_int_equal(scope_server(s, 0)->roles, ROLE_DHCP);
	/* the same machine when it boots */
	m.xid++;
	w = writer_init(buf, sizeof(buf));
	dhcp_encode(&m, 300, &w);
	assert_int_equal(after(s, 67, 68, writer_done(&w), 0), 1);
	free(s);
}

static void the_wrong_way_is_no_message(void **state)
{
	(void)state;
	assert_int_equal(alone(67, 68, message(1, &discover), 0), 0);
	assert_int_equal(alone(68, 5000, message(1, &discover), 0), 0);
	assert_int_equal(alone(68, 5000, message(2, &offer), 0), 0);
	assert_int_equal(alone(68, 67, message(3, &discover), 0), 0);
}

static void a_short_message_is_no_client(void **state)
{
	struct bytes m = message(1, &discover);

	(void)state;
	for (uint32_t n = 0; n < 240; n++)
		assert_int_equal(alone(68, 67, bytes_of(m.p, n), 0), 0);
}

/* Whatever one bit makes of it: no crash, and never more than the one client. */
static void every_flip_is_survived(void **state)
{
	struct bytes m = message(1, &discover);
	uint8_t copy[600];

	(void)state;
	for (uint32_t bit = 0; bit < m.n * 8; bit++) {
		memcpy(copy, m.p, m.n);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_true(alone(68, 67, bytes_of(copy, m.n), 0) <= 1);
	}
}

/* The same replies, read by another model: bare text satisfies the ROM, siaddr counts for a Pi 4.
 */
static void each_model_reads_replies_its_own_way(void **state)
{
	static struct reply r;
	static struct exchange e;
	struct boot_params p;

	(void)state;
	r.type = DHCP_OFFER;
	r.yiaddr = 0x0a000064;
	r.siaddr = 0x0a000002;
	r.from = address_ip4(0x0a000001);
	r.has_43 = true;
	r.pxe_form = PXE_BARE_TEXT;
	e.agent = AGENT_BOOTLOADER;
	e.replies = &r;
	boot_params_of(&e, FAMILY_PI4, &p);
	assert_int_equal(p.tftp_server, 0);
	boot_params_as(&e, FAMILY_PI3B, &p);
	assert_int_equal(p.tftp_server, 0x0a000001);
	assert_int_equal(p.from, FROM_OPTION43);
	r.pxe_form = PXE_ENCAPSULATED;
	r.has_menu = true;
	r.class_id = bytes_str("PXEClient");
	boot_params_as(&e, FAMILY_PI5, &p);
	assert_int_equal(p.tftp_server, 0x0a000002);
	assert_int_equal(p.from, FROM_SIADDR);
	boot_params_as(&e, FAMILY_PI3B_PLUS, &p);
	assert_int_equal(p.tftp_server, 0x0a000001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_and_replies_make_a_client),
		cmocka_unit_test(bootp_without_a_cookie_is_a_request_too),
		cmocka_unit_test(a_message_that_the_capture_cut_still_counts),
		cmocka_unit_test(a_stranger_on_these_ports_is_no_client),
		cmocka_unit_test(who_looks_for_servers_is_no_client),
		cmocka_unit_test(the_wrong_way_is_no_message),
		cmocka_unit_test(a_short_message_is_no_client),
		cmocka_unit_test(every_flip_is_survived),
		cmocka_unit_test(each_model_reads_replies_its_own_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
