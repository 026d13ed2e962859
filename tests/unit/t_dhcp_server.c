/* SPDX-License-Identifier: BSD-2-Clause */
/* The DHCP responder: RFC 2131's dialogues. */
#include "dhcp_served.h"

static struct dhcp m;

static void four_messages_make_a_lease(void **state)
{
	static const uint8_t wants[] = { 1, 3, 6, 15, 28, 51 };

	(void)state;
	client(1);
	dhcp_add(&q, DHCP_OPT_REQUEST_LIST, bytes_of(wants, sizeof(wants)));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.type, DHCP_OFFER);
	assert_in_range(m.yiaddr, FIRST, LAST);
	assert_int_equal(dhcp_option_ip4(&m, 1), MASK);
	assert_int_equal(dhcp_option_ip4(&m, 3), SERVER);
	assert_int_equal(dhcp_option_ip4(&m, 6), SERVER);
	assert_int_equal(dhcp_option_ip4(&m, 28), 0x0a0000ff);
	assert_int_equal(dhcp_option_ip4(&m, 51), 3600);
	assert_int_equal(dhcp_option_ip4(&m, 58), 1800);
	assert_int_equal(dhcp_option(&m, 15).n, 3);
	/* to the address that it is about to have, at its hardware address */
	assert_int_equal(last.to.to, m.yiaddr);
	assert_int_equal(last.to.port, 68);
	assert_int_equal(last.to.mac.b[5], 1);
	assert_int_equal(n_kept, 0);
	assert_true(say(DHCP_REQUEST, m.yiaddr, SERVER, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(n_kept, 1);
	/* and the same again */
	assert_int_equal(lease_for(1), m.yiaddr);
}

static void what_is_not_on_the_disk_is_not_promised(void **state)
{
	(void)state;
	client(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	disk_full = true;
	assert_false(say(DHCP_REQUEST, m.yiaddr, SERVER, &m));
}

static void leases_are_renewed_and_not_by_others(void **state)
{
	uint32_t ip = lease_for(1), kept = n_kept;

	(void)state;
	now += 1800 * second;
	client(1);
	q.ciaddr = ip;
	assert_true(say(DHCP_REQUEST, 0, 0, &m)); /* RENEWING */
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.ciaddr, ip);
	assert_int_equal(last.to.to, ip);
	assert_int_equal(n_kept, kept + 1);
	now += 3000 * second;
	assert_non_null(leases_by_ip(leases, ip));
	client(2);
	q.ciaddr = ip;
	assert_true(say(DHCP_REQUEST, 0, 0, &m));
	assert_int_equal(m.type, DHCP_NAK);
	assert_int_equal(m.yiaddr, 0);
	assert_int_equal(last.to.to, 0xffffffff);
}

static void a_client_that_comes_back_is_told_by_what_is_known(void **state)
{
	uint32_t ip = lease_for(1);

	(void)state;
	client(1);
	assert_true(say(DHCP_REQUEST, ip, 0, &m)); /* INIT-REBOOT */
	assert_int_equal(m.type, DHCP_ACK);
	client(2);
	assert_true(say(DHCP_REQUEST, ip, 0, &m));
	assert_int_equal(m.type, DHCP_NAK);
	client(3); /* never seen, an address of this network: another server may know it */
	assert_false(say(DHCP_REQUEST, LAST, 0, &m));
	assert_true(say(DHCP_REQUEST, 0xc0a80105, 0, &m)); /* of another network */
	assert_int_equal(m.type, DHCP_NAK);
	config.authoritative = true;
	assert_true(say(DHCP_REQUEST, LAST, 0, &m));
	assert_int_equal(m.type, DHCP_NAK);
}

static void another_servers_offer_frees_ours(void **state)
{
	uint32_t ip;

	(void)state;
	client(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	ip = m.yiaddr;
	assert_false(say(DHCP_REQUEST, 0x0a000009, 0x0a000002, &m));
	assert_int_equal(leases_by_ip(leases, ip)->state, LEASE_FREE);
}

static void released_and_declined_addresses(void **state)
{
	uint32_t ip = lease_for(1), other;

	(void)state;
	client(1);
	q.ciaddr = ip;
	assert_false(say(DHCP_RELEASE, 0, SERVER, &m));
	assert_int_equal(leases_by_ip(leases, ip)->state, LEASE_FREE);
	assert_int_equal(lease_for(1), ip);
	client(2);
	q.ciaddr = ip;
	assert_false(say(DHCP_RELEASE, 0, SERVER, &m)); /* not its own */
	assert_int_equal(leases_by_ip(leases, ip)->state, LEASE_BOUND);
	client(1);
	assert_false(say(DHCP_DECLINE, ip, SERVER, &m));
	other = lease_for(1);
	assert_int_not_equal(other, ip);
	for (uint32_t i = 2; i <= 99; i++)
		assert_int_not_equal(lease_for(i), ip);
	now += 601 * second;
	assert_int_equal(lease_for(300), ip);
}

static void who_has_an_address_is_told_the_rest(void **state)
{
	(void)state;
	client(1);
	q.ciaddr = 0x0a000032;
	assert_true(say(DHCP_INFORM, 0, 0, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.yiaddr, 0);
	assert_false(dhcp_has(&m, 51));
	assert_int_equal(dhcp_option_ip4(&m, 3), SERVER);
	assert_int_equal(last.to.to, 0x0a000032);
}

static void a_broadcast_is_sent_to_who_asks_for_it(void **state)
{
	(void)state;
	client(1);
	q.flags = 0x8000;
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(last.to.to, 0xffffffff);
	assert_int_equal(m.flags, 0x8000);
}

static void relays_get_back_what_they_sent(void **state)
{
	static const uint8_t circuit[] = { 1, 4, 'p', 'o', 'r', 't' };
	static const uint8_t selection[] = { 5, 4, 10, 0, 9, 0 };

	(void)state;
	config.n_ranges = 2;
	config.range[1] = (struct dhcp_range) {
		{ 0x0a000964, 0x0a000970 }, MASK, 0x0a000901, { 0 }, 0, { NULL, 0 }, 60
	};
	start();
	client(1);
	q.giaddr = 0x0a000901;
	dhcp_add(&q, DHCP_OPT_RELAY, bytes_of(circuit, sizeof(circuit)));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_in_range(m.yiaddr, 0x0a000964, 0x0a000970);
	assert_int_equal(last.to.to, 0x0a000901);
	assert_int_equal(last.to.port, 67);
	assert_int_equal(dhcp_option(&m, DHCP_OPT_RELAY).n, sizeof(circuit));
	assert_int_equal(m.option[m.n_options - 1].code, DHCP_OPT_RELAY);
	assert_int_equal(dhcp_option_ip4(&m, 3), 0x0a000901);
	client(2); /* the relay names the link beside its own address */
	q.giaddr = SERVER + 1;
	dhcp_add(&q, DHCP_OPT_RELAY, bytes_of(selection, sizeof(selection)));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_in_range(m.yiaddr, 0x0a000964, 0x0a000970);
	client(3);
	q.giaddr = 0xac100001; /* a network that nobody configured */
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
}

static void far_clients_are_reached_through_who_brought_their_words(void **state)
{
	uint32_t ip;

	(void)state;
	config.n_ranges = 2;
	config.range[1] = (struct dhcp_range) {
		{ 0x0a000964, 0x0a000970 }, MASK, 0x0a000901, { 0 }, 0, { NULL, 0 }, 60
	};
	config.probe = true;
	config.probe_ms = 300;
	config.authoritative = true;
	start();
	frame_mac = router;
	client(1);
	q.giaddr = 0x0a000901;
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_true(mac_equal(probed_by, router)); /* by ICMP: no ARP there */
	now += second;
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 1);
	assert_int_equal(last.to.to, 0x0a000901);
	assert_true(mac_equal(last.to.mac, router));
	ip = probed;
	assert_true(say(DHCP_REQUEST, ip, SERVER, &m));
	/* RENEWING: past the relay, over the router */
	q.giaddr = 0;
	q.ciaddr = ip;
	unicast = true;
	assert_true(say(DHCP_REQUEST, 0, 0, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.yiaddr, ip);
	assert_int_equal(last.to.to, ip);
	assert_true(mac_equal(last.to.mac, router));
	/* an address of its network that is another's is refused */
	client(2);
	q.ciaddr = ip;
	assert_true(say(DHCP_REQUEST, 0, 0, &m));
	assert_int_equal(m.type, DHCP_NAK);
	unicast = false;
	frame_mac = (struct mac) { { 0 } };
}

static void who_asks_too_often_is_not_heard(void **state)
{
	uint32_t sent = 0;

	(void)state;
	client(1);
	for (uint32_t i = 0; i < 1000; i++)
		sent += say(DHCP_DISCOVER, 0, 0, &m);
	assert_int_equal(sent, 50);
	assert_int_equal(n_news[DHCP_TOO_OFTEN], 1);
	now += second;
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
}

static void a_clock_that_is_set_back_holds_nothing_up(void **state)
{
	(void)state;
	config.probe = true;
	config.probe_ms = 300;
	start();
	client(1);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	now -= 3600 * second;
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 1);
}

static void leases_survive_as_lines(void **state)
{
	static const char *const lines[] = {
		"1700003600 dc:a6:32:00:00:01 10.0.0.101 pi-1 01:dc:a6:32:00:00:01\n",
		"0 dc:a6:32:00:00:02 10.0.0.102 * *\n",
		"1700003600 06-00:11:22:33 10.0.0.103 x ff:01\n",
	};
	char buf[LEASE_LINE_MAX];

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct text t = text_init(buf, sizeof(buf));

		assert_true(leases_line(leases, bytes_str(lines[i]), 1700000000));
		lease_line(leases_by_ip(leases, 0x0a000065 + i), &t);
		assert_string_equal(buf, lines[i]);
	}
	assert_false(leases_line(leases, bytes_str("duid 00:01\n"), 0));
	assert_false(leases_line(leases, bytes_str("1 dc:a6 10.0.0.7\n"), 0));
	assert_false(leases_line(leases, bytes_str("1 dc:zz 10.0.0.7 * *\n"), 0));
	for (uint32_t n = 0; n < strlen(lines[0]); n++) /* cut by a crash */
		leases_line(leases, bytes_of(lines[0], n), 0);
}

static void no_message_does_harm(void **state)
{
	uint8_t good[1500], bad[1500];
	struct writer w = writer_init(good, sizeof(good));
	uint8_t type = DHCP_DISCOVER;
	struct dhcp_in in = { .port = 67 };

	(void)state;
	pi(1);
	dhcp_add(&q, DHCP_OPT_TYPE, bytes_of(&type, 1));
	dhcp_add(&q, DHCP_OPT_RELAY, bytes_of((const uint8_t[]) { 5, 4, 10, 0, 0, 0 }, 6));
	dhcp_encode(&q, 0, &w);
	for (uint32_t n = 0; n <= w.pos; n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, good, n);
		in.payload = bytes_of(cut, n);
		in.now_ns = now += second;
		dhcp_server_message(server, &in);
		free(cut);
	}
	for (uint32_t bit = 0; bit < 8 * w.pos; bit++) {
		memcpy(bad, good, w.pos);
		bad[bit / 8] ^= (uint8_t)(1u << (bit & 7));
		in.payload = bytes_of(bad, w.pos);
		in.now_ns = now += second / 10;
		dhcp_server_message(server, &in);
		dhcp_server_tick(server, now);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(four_messages_make_a_lease),
		TEST(what_is_not_on_the_disk_is_not_promised),
		TEST(leases_are_renewed_and_not_by_others),
		TEST(a_client_that_comes_back_is_told_by_what_is_known),
		TEST(another_servers_offer_frees_ours),
		TEST(released_and_declined_addresses),
		TEST(who_has_an_address_is_told_the_rest),
		TEST(a_broadcast_is_sent_to_who_asks_for_it),
		TEST(relays_get_back_what_they_sent),
		TEST(far_clients_are_reached_through_who_brought_their_words),
		TEST(who_asks_too_often_is_not_heard),
		TEST(a_clock_that_is_set_back_holds_nothing_up),
		TEST(leases_survive_as_lines),
		TEST(no_message_does_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
