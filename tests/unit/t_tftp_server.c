/* SPDX-License-Identifier: BSD-2-Clause */
/* What the TFTP responder sends and when, whatever the wire and the clients do. */
#include "tftp_served.h"

static void files_of_every_length_arrive(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 511, 512, 513, 1024, 1467, 1468, 1469, 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		get(sizes[i], NULL, 1, 0);
		get(sizes[i], pi, 1, 0);
		get(sizes[i], windowed, 1, 0);
		assert_int_equal(last_resent, 0);
	}
}

static void they_arrive_over_a_bad_wire(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		get(60000, NULL, seed, 5);
		get(200000, pi, seed, 5);
		get(200000, windowed, seed, 5);
		get(50000, windowed, seed, 20);
	}
}

/* RFC 1123 4.2.3.1: a doubled ACK makes no second DATA, so that doubling does not go on for ever.
 */
static void a_doubled_ack_makes_no_second_block(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(3);
	double_percent = 100;
	files[0].size = 51200;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	assert_int_equal(data_sent, 101);
	whole(&c, 51200);
}

static void only_options_that_were_asked_for_are_answered(void **state)
{
	static const char *const strange[] = { "saveas",     "x", "BLKSIZE", "99999999",
					       "windowsize", "0", NULL };
	struct client c = fresh(2000);

	(void)state;
	get(3000, NULL, 1, 0);
	begin(1);
	files[0].size = 3000;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", strange);
	run(&c, 1, 60);
	assert_false(c.oacked);
	whole(&c, 3000);

	c = fresh(2001);
	begin(1);
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet",
		    (const char *const[]) { "BlkSize", "60000", "tsize", "0", NULL });
	run(&c, 1, 60);
	assert_true(c.oacked);
	assert_int_equal(c.blksize, 1468);
	assert_int_equal(c.tsize, 3000);
	assert_int_equal(c.window, 1);
	whole(&c, 3000);

	limits.no_options = true;
	c = fresh(2002);
	begin(1);
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", pi);
	run(&c, 1, 60);
	assert_false(c.oacked);
	whole(&c, 3000);
}

static void block_numbers_roll_over(void **state)
{
	static const char *const small[] = { "blksize", "8", "windowsize", "16", NULL };

	(void)state;
	for (int to_one = 0; to_one < 2; to_one++) {
		struct client c = fresh(2000);

		limits.rollover_to_one = to_one != 0;
		begin(9);
		loss_percent = 1;
		c.rolls_to = (uint16_t)to_one;
		files[0].size = 70000 * 8 + 3;
		client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", small);
		run(&c, 1, 3600);
		assert_int_equal(c.got, 70001);
		/* what a client hears twice it acknowledges twice: that must not feed itself */
		assert_in_range(data_sent, 70001, 2 * 70001);
		whole(&c, files[0].size);
	}
}

static void text_goes_as_netascii(void **state)
{
	static const char text[] = "a\nb\rc\r\nd\n";
	static const char wire[] = "a\r\nb\r\0c\r\0\r\nd\r\n";
	struct client c = fresh(2000);
	static uint8_t lines[5000];

	(void)state;
	begin(1);
	files[1] = (struct file) { "text", (uint8_t *)(uintptr_t)text, sizeof(text) - 1, false,
				   false };
	n_files = 2;
	client_asks(&c, TFTP_RRQ, "text", "NetASCII", pi);
	run(&c, 1, 60);
	assert_true(c.done);
	assert_int_equal(c.tsize, 0); /* not known before it is converted: not said */
	assert_int_equal(c.n, sizeof(wire) - 1);
	assert_memory_equal(c.data, wire, c.n);
	free(c.data);

	/* a pair never falls between two blocks, wherever they end, whatever is lost */
	for (uint32_t i = 0; i < sizeof(lines); i++)
		lines[i] = i % 3 ? 'x' : '\n';
	files[1] = (struct file) { "text", lines, sizeof(lines), false, false };
	for (uint64_t seed = 1; seed < 30; seed++) {
		uint64_t n = 0;

		c = fresh(2000);
		begin(seed);
		loss_percent = 10;
		client_asks(&c, TFTP_RRQ, "text", "netascii",
			    (const char *const[]) { "windowsize", "4", NULL });
		run(&c, 1, 600);
		assert_true(c.done);
		for (uint32_t i = 0; i < sizeof(lines); i++) {
			if (lines[i] == '\n')
				assert_int_equal(c.data[n++], '\r');
			assert_int_equal(c.data[n++], lines[i]);
		}
		assert_int_equal(n, c.n);
		free(c.data);
	}
}

static void who_says_nothing_is_given_up(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	files[0].size = 5000;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	c.done = true; /* and is switched off */
	run(&c, 1, 600);
	assert_int_equal(last_event, TFTP_SILENT);
	assert_int_equal(sent_datagrams, 4); /* forged requests are worth no more */
	assert_int_equal(tftp_server_transfers(server), 0);
	assert_int_equal(handles, closed);
	free(c.data);
}

/* A Pi asks for a file to learn its size, and says no. */
static void a_size_probe_ends_at_once(void **state)
{
	struct tftp_peer from = peer_of(2000);
	static const uint8_t no[] = { 0, 5, 0, 0, 'n', 'o', 0 };
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	files[0].size = 5000;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", pi);
	loss_percent = 100; /* of its ACK */
	run(&c, 1, 1);
	tftp_server_packet(server, &from, bytes_of(no, sizeof(no)), now);
	assert_int_equal(last_event, TFTP_ABORTED);
	assert_int_equal(tftp_server_transfers(server), 0);
	free(c.data);
}

static void the_next_file_may_come_to_the_same_port(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	files[0].size = 5000;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	free(c.data);
	c = fresh(2000);
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	whole(&c, 5000);
}

static void many_are_served_at_once(void **state)
{
	enum { CLIENTS = 200 };
	static struct client c[CLIENTS];

	(void)state;
	limits.per_client = CLIENTS;
	begin(5);
	loss_percent = 2;
	files[0].size = 30000;
	for (uint32_t i = 0; i < CLIENTS; i++) {
		c[i] = fresh((uint16_t)(2000 + i));
		client_asks(&c[i], TFTP_RRQ, "kernel8.img", "octet", i & 1 ? pi : NULL);
	}
	run(c, CLIENTS, 600);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		assert_true(c[i].done);
		assert_int_equal(c[i].n, 30000);
		assert_memory_equal(c[i].data, files[0].data, 30000);
		free(c[i].data);
	}
	assert_int_equal(handles, closed);
}

/* Requests with forged addresses fill the table: who asks after them is served all the same. */
static void forged_requests_lock_nobody_out(void **state)
{
	static const uint8_t rrq[] = "\0\1kernel8.img\0octet";
	struct client c = fresh(2000);

	(void)state;
	limits.transfers = 32;
	begin(1);
	files[0].size = 5000;
	for (uint32_t i = 0; i < 500; i++) {
		struct tftp_peer from = peer_of(9);

		from.ip = address_ip4(0x0b000000 + i);
		tftp_server_request(server, &from, bytes_of(rrq, sizeof(rrq)), now);
	}
	assert_int_equal(tftp_server_transfers(server), 32);
	queued = 0;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	assert_true(c.done);
	assert_int_equal(c.n, 5000);
	free(c.data);
}

static void a_flood_is_told_and_counted(void **state)
{
	static const uint8_t rrq[] = "\0\1kernel8.img\0octet";
	struct tftp_peer from = peer_of(2000);

	(void)state;
	begin(1);
	files[0].size = 5000;
	told = 0;
	for (uint32_t i = 0; i < 1000; i++) {
		from.port = (uint16_t)(2000 + i);
		tftp_server_request(server, &from, bytes_of(rrq, sizeof(rrq)), now);
	}
	assert_int_equal(tftp_server_transfers(server), limits.per_client);
	assert_int_equal(sent_datagrams, limits.per_client);
	assert_int_equal(told, limits.per_client + 1);
	assert_int_equal(last_event, TFTP_REFUSED);
	now += 2000 * ms;
	tftp_server_request(server, &from, bytes_of(rrq, sizeof(rrq)), now);
	assert_int_equal(told, limits.per_client + 2);
	assert_int_equal(last_turned, 1000 - limits.per_client + 1);

	/* asking again and again from one port is not answered each time: nobody asked, perhaps */
	begin(1);
	from.port = 2000;
	for (uint32_t i = 0; i < 1000; i++) {
		tftp_server_request(server, &from, bytes_of(rrq, sizeof(rrq)), now);
		now += ms;
	}
	assert_in_range(sent_datagrams, 2, 6);
}

static void no_block_is_longer_than_the_path_has_room_for(void **state)
{
	static const struct {
		uint32_t mtu, limit, blksize;
	} rows[] = {
		{ 0, 65464, 1468 },    { 1500, 65464, 1468 },   { 1400, 65464, 1368 },
		{ 9000, 65464, 8968 }, { 65536, 65464, 65464 }, { 1500, 1024, 1024 },
		{ 576, 65464, 544 },   { 68, 65464, 512 },
	};
	static const char *const much[] = { "blksize", "65464", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client c = fresh(2000);

		limits.blksize_max = rows[i].limit;
		path_mtu = rows[i].mtu;
		begin(1);
		files[0].size = 10;
		client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", much);
		run(&c, 1, 60);
		assert_true(c.done);
		assert_int_equal(c.blksize, rows[i].blksize);
		free(c.data);
	}
}

/* A router says so: what was lost is sent again at once, for each router on the way once. */
static void what_was_too_long_for_a_link_is_sent_again_at_once(void **state)
{
	static const uint32_t told_mtu[] = { 1400, 1400, 1300, 1400, 1200, 1100, 1000, 900 };
	static const uint32_t sends[] = { 1, 0, 1, 0, 1, 1, 0, 0 };
	struct client c = fresh(2000);
	struct tftp_peer peer = peer_of(2000);

	(void)state;
	begin(1);
	files[0].size = 100;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	tftp_server_packet(server, &peer, bytes_of(c.last, c.last_n), now);
	for (size_t i = 0; i < sizeof(sends) / sizeof(sends[0]); i++) {
		uint32_t before_it = data_sent;

		tftp_server_too_long(server, &peer, told_mtu[i], now);
		assert_int_equal(data_sent - before_it, sends[i]);
	}
	peer.port++;
	tftp_server_too_long(server, &peer, 500, now);
	run(&c, 1, 60);
	whole(&c, 100);
}

/* And where no router says anything, what is sent again may go in pieces. */
static void a_link_that_takes_less_and_does_not_say_so_ends_no_transfer(void **state)
{
	(void)state;
	narrow = 1000;
	get(100000, pi, 1, 0);
	get(100000, windowed, 1, 0);
}

/* Anything may come to an open port. */
static void no_datagram_does_harm(void **state)
{
	static const uint8_t good[] = "\0\1kernel8.img\0octet\0blksize\0001024\0windowsize\0004";
	uint8_t bad[sizeof(good)];

	(void)state;
	begin(1);
	files[0].size = 5000;
	for (uint32_t n = 0; n <= sizeof(good); n++)
		for (uint32_t bit = 0; bit < 8 * (n ? n : 1); bit++) {
			struct tftp_peer from = peer_of((uint16_t)(2000 + bit));

			memcpy(bad, good, sizeof(good));
			bad[bit / 8 % sizeof(good)] ^= (uint8_t)(1u << (bit & 7));
			tftp_server_packet(server, &from, bytes_of(bad, n), now);
			queued = 0;
			now += ms;
			tftp_server_tick(server, now);
		}
	for (int i = 0; i < 100; i++) {
		now += 5000 * ms;
		queued = 0;
		tftp_server_tick(server, now);
	}
	assert_int_equal(tftp_server_transfers(server), 0);
	assert_int_equal(handles, closed);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_of_every_length_arrive),
		TEST(they_arrive_over_a_bad_wire),
		TEST(a_doubled_ack_makes_no_second_block),
		TEST(only_options_that_were_asked_for_are_answered),
		TEST(block_numbers_roll_over),
		TEST(text_goes_as_netascii),
		TEST(who_says_nothing_is_given_up),
		TEST(a_size_probe_ends_at_once),
		TEST(the_next_file_may_come_to_the_same_port),
		TEST(many_are_served_at_once),
		TEST(forged_requests_lock_nobody_out),
		TEST(a_flood_is_told_and_counted),
		TEST(no_block_is_longer_than_the_path_has_room_for),
		TEST(what_was_too_long_for_a_link_is_sent_again_at_once),
		TEST(a_link_that_takes_less_and_does_not_say_so_ends_no_transfer),
		TEST(no_datagram_does_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
