/* SPDX-License-Identifier: BSD-2-Clause */
/* Boards before a TFTP server that does not do its part. */
#include "probe_served.h"

static void a_silent_server_is_asked_every_two_seconds(void **state)
{
	uint32_t first;

	(void)state;
	boot_to_files("pi4");
	first = n_sent - 1;
	wait_until(UINT64_MAX);
	assert_int_equal(n_sent - first, 15);
	for (uint32_t i = first; i < n_sent; i++) {
		assert_int_equal(sent[i].at_ns - sent[first].at_ns, (i - first) * 2000 * ms);
		assert_int_equal(sent[i].d.sport, sent[first].d.sport);
	}
	assert_int_equal(now - sent[first].at_ns, 30000 * ms);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_SILENT);
}

static void blocks_of_a_window_are_acknowledged_together(void **state)
{
	static const uint8_t block[1468];
	static const uint16_t acks[] = { 0, 4, 5, 8 };
	struct tftp m = { .op = TFTP_OACK };
	struct sent asks;
	uint32_t first;

	(void)state;
	boot_to_files("uefi-x64");
	assert_memory_equal(last()->data,
			    "\0\1bootfile.0\0octet\0tsize\0"
			    "0\0blksize\0"
			    "1468\0windowsize\0"
			    "4",
			    52);
	asks = *last();
	tftp_add(&m, "tsize", "10000");
	from_tftpd(&asks, &m);
	assert_memory_equal(sent[n_sent - 2].data, "\0\5\0\x08User", 8);
	assert_memory_equal(last()->data,
			    "\0\1bootfile.0\0octet\0blksize\0"
			    "1468\0windowsize\0"
			    "4",
			    44);
	asks = *last();
	first = n_sent;
	m = (struct tftp) { .op = TFTP_OACK };
	tftp_add(&m, "blksize", "1468");
	tftp_add(&m, "windowsize", "4");
	from_tftpd(&asks, &m);
	for (uint16_t i = 1; i <= 8; i++) {
		m = (struct tftp) { .op = TFTP_DATA,
				    .block = i,
				    .data = { block, i < 8 ? 1468 : 9 } };
		from_tftpd(&asks, &m);
		/* one is lost: what came before it is said at once */
		if (i == 5) {
			m.block = 7;
			from_tftpd(&asks, &m);
		}
	}
	assert_int_equal(n_sent - first, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(sent[first + i].data[3], acks[i]);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->files[1].bytes, 7 * 1468 + 9);
}

static void what_comes_twice_or_not_is_made_good(void **state)
{
	static const uint8_t block[1400];
	struct tftp m = { .op = TFTP_DATA, .data = { block, sizeof(block) } };
	struct tftp oack = { .op = TFTP_OACK };
	struct sent asks;
	uint32_t n;

	(void)state;
	boot_to_files("ipxe");
	asks = *last();
	tftp_add(&oack, "blksize", "1400");
	from_tftpd(&asks, &oack);
	from_tftpd(&asks, &oack); /* fw#1041: two OACKs */
	m.block = 1;
	from_tftpd(&asks, &m);
	n = n_sent;
	from_tftpd(&asks, &m);
	assert_int_equal(n_sent, n + 1);
	assert_memory_equal(last()->data, "\0\4\0\1", 4);
	/* silence: the same once more, and it goes on where it was */
	wait_until(now + 1000 * ms);
	assert_int_equal(n_sent, n + 2);
	assert_memory_equal(last()->data, "\0\4\0\1", 4);
	m.block = 2;
	m.data.n = 5;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->files[0].bytes, 1405);
	assert_int_equal(probe_result(probe)->files[0].resent, 1);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	/* it stops in the middle */
	boot_to_files("ipxe");
	asks = *last();
	from_tftpd(&asks, &oack);
	wait_until(UINT64_MAX);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_STALLED);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
}

static void what_it_cannot_use_ends_a_file(void **state)
{
	struct tftp m = { .op = TFTP_OACK };
	struct sent asks;

	(void)state;
	boot_to_files("pi4");
	asks = *last();
	tftp_add(&m, "blksize", "1469");
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_BAD);
	/* ICMP: that port is closed; another's is nothing to it */
	boot_to_files("pi4");
	probe_port_closed(probe, TFTPD, 70, now);
	probe_port_closed(probe, SERVER, 69, now);
	assert_int_equal(probe_result(probe)->verdict, PROBE_GOES_ON);
	probe_port_closed(probe, TFTPD, 69, now);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_CLOSED);
	/* nobody there */
	boot_to_files("pi4");
	probe_no_arp(probe, TFTPD, now);
	assert_int_equal(probe_result(probe)->reason, REASON_NO_ARP);
	assert_int_equal(probe_result(probe)->stage, STAGE_DHCP_ACK);
}

static void strangers_do_not_disturb_a_file(void **state)
{
	struct tftp m = { .op = TFTP_ERROR, .error_code = 1 };
	struct sent asks;

	(void)state;
	boot_to_files("pi4");
	asks = *last();
	asks.d.dst = PROXY;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->n_files, 0);
	asks.d.dst = TFTPD;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->n_files, 1);
	assert_int_equal(probe_result(probe)->files[0].strangers, 1);
}

/* ---- when it never ends ---- */

static void a_server_that_repeats_itself_is_answered_so_often(void **state)
{
	static const uint8_t block[512];
	static const char *const boards[] = { "pi3b", "u-boot", "ipxe" };

	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct tftp m = { .op = TFTP_DATA, .block = 1, .data = { block, sizeof(block) } };
		struct sent asks;

		if (i == 2) {
			m = (struct tftp) { .op = TFTP_OACK };
			tftp_add(&m, "tsize", "10000");
		}
		boot_to_files(boards[i]);
		asks = *last();
		n_sent = 0;
		for (int k = 0; k < 100; k++)
			from_tftpd(&asks, &m);
		assert_in_range(n_sent, 2, 40);
		/* nothing new: given up as if nothing came, though U-Boot has other names to try */
		while (!probe_result(probe)->n_files) {
			assert_in_range(now, 0, 60000 * ms);
			now += 100 * ms;
			from_tftpd(&asks, &m);
			probe_tick(probe, now);
		}
		assert_int_equal(probe_result(probe)->files[0].end, FETCH_STALLED);
		assert_in_range(n_sent, 2, 100);
	}
}

static void a_file_without_an_end_is_left_after_ten_minutes(void **state)
{
	static const uint8_t block[512];

	(void)state;
	for (uint32_t i = 0; probe_profile_at(i); i++) {
		const struct probe_profile *f = probe_profile_at(i);
		struct tftp m = { .op = TFTP_DATA, .data = { block, sizeof(block) } };
		uint64_t end = (uint64_t)PROBE_LONGEST_S * 1000 * ms;

		if (!f->steps || f->file_ms)
			continue;
		boot_to_files(f->key);
		while (now < end + 1000 * ms && probe_result(probe)->verdict == PROBE_GOES_ON) {
			struct sent asks = *last();

			/* each file from its beginning, once it is asked for */
			m.block = asks.data[1] == TFTP_ACK
					  ? (uint16_t)((uint32_t)asks.data[2] << 8 |
						       (asks.data[3] + 1u))
					  : 1;
			from_tftpd(&asks, &m);
			now += 100 * ms;
			if (n_sent > 200) {
				sent[0] = *last();
				n_sent = 1;
			}
		}
		assert_int_equal(probe_result(probe)->verdict, PROBE_FAIL);
		assert_int_equal(probe_result(probe)->reason, REASON_TOO_LONG);
		assert_in_range(now, end, end + 1000 * ms);
		assert_int_equal(probe_next(probe), UINT64_MAX);
	}
}

/* RN11 2019-09-25 */
static void start_elf_does_not_stand_in_for_one_that_stalls(void **state)
{
	const struct probe_result *r;

	(void)state;
	boot_to_files("pi4");
	mute = S "start4.elf";
	serve(pi4_files, 6);
	mute = NULL;
	wait_until(now + 40000 * ms);
	r = probe_result(probe);
	assert_int_equal(r->verdict, PROBE_FAIL);
	assert_int_equal(r->reason, REASON_FILE_FAILED);
	assert_string_equal(r->files[r->n_files - 1].name, S "start4.elf");
	assert_int_equal(r->files[r->n_files - 1].end, FETCH_SILENT);
	/* what is not there is another matter */
	boot_to_files("pi4");
	serve(pi4_files + 1, 5);
	assert_non_null(strstr(asked, " start4.elf start.elf "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
		TEST(a_silent_server_is_asked_every_two_seconds),
		TEST(blocks_of_a_window_are_acknowledged_together),
		TEST(what_comes_twice_or_not_is_made_good),
		TEST(what_it_cannot_use_ends_a_file),
		TEST(strangers_do_not_disturb_a_file),
		TEST(a_server_that_repeats_itself_is_answered_so_often),
		TEST(a_file_without_an_end_is_left_after_ten_minutes),
		TEST(start_elf_does_not_stand_in_for_one_that_stalls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
