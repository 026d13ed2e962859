/* SPDX-License-Identifier: BSD-2-Clause */
#include "talk.h"
#include "unit.h"

/* Each finding of rules_transfer.c beside what comes near to it: the second must not raise
 * it.
 */

static struct talk *boot(bool twice, bool deaf)
{
	struct talk *t = talk_begin(PI4);

	t->y->twice = twice;
	t->y->deaf = deaf;
	talk_dhcp(t);
	talk_probe(t, "44444444/start4.elf");
	talk_get(t, "44444444/config.txt");
	talk_missing(t, "44444444/pieeprom.sig");
	talk_missing(t, "44444444/recover4.elf");
	talk_missing(t, "44444444/recovery.elf");
	talk_get(t, "44444444/start4.elf");
	talk_get(t, "44444444/fixup4.dat");
	talk_get(t, "44444444/bcm2711-rpi-4-b.dtb");
	talk_get(t, "44444444/cmdline.txt");
	talk_missing(t, "44444444/recovery8.img");
	talk_probe(t, "44444444/kernel8.img");
	talk_get(t, "44444444/kernel8.img");
	return t;
}

static void a_healthy_boot_raises_nothing_however_it_is_captured(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct talk *t = boot(i & 1, i & 2);

		talk_judge(t, SHORT);
		assert_false(talk_alarmed(t));
		talk_end(t);
	}
}

static void a_file_that_is_fetched_was_only_asked_about_before(void **state)
{
	struct talk *t = board();

	(void)state;
	assert_true(said(boot(false, false), F_INFO_TFTP_EARLY_TERMINATE, SHORT));
	talk_probe(t, "44444444/start4.elf");
	talk_get(t, "44444444/config.txt");
	assert_false(said(t, F_INFO_TFTP_EARLY_TERMINATE, SHORT));
	t = board();
	talk_missing(t, "44444444/start4.elf");
	talk_get(t, "44444444/start4.elf");
	assert_false(said(t, F_INFO_TFTP_EARLY_TERMINATE, SHORT));
}

static struct talk *answered_from(uint32_t address)
{
	struct talk *t = board();

	t->answers = address_ip4(address);
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2148");
	return t;
}

static void an_answer_from_elsewhere_counts_when_the_board_takes_it_for_none(void **state)
{
	struct talk *t = answered_from(TALK_ELSEWHERE);

	(void)state;
	talk_wait(t, 2000);
	talk_again(t);
	talk_oack(t, "2148");
	assert_true(said(t, F_TFTP_REPLY_FROM_WRONG_ADDRESS, LONG));

	t = answered_from(TALK_ELSEWHERE);
	talk_error(t, true, 5, "Unknown transfer ID");
	assert_true(said(t, F_TFTP_REPLY_FROM_WRONG_ADDRESS, LONG));

	t = answered_from(TALK_ELSEWHERE);
	talk_refuse(t);
	assert_true(said(t, F_TFTP_REPLY_FROM_WRONG_ADDRESS, LONG));

	t = answered_from(TALK_ELSEWHERE); /* a client that does not mind */
	talk_ack(t, 0);
	talk_data(t, 1, 1024);
	talk_ack(t, 1);
	assert_false(said(t, F_TFTP_REPLY_FROM_WRONG_ADDRESS, LONG));

	t = answered_from(TALK_SERVER);
	talk_wait(t, 2000);
	talk_again(t);
	talk_oack(t, "2148");
	assert_false(said(t, F_TFTP_REPLY_FROM_WRONG_ADDRESS, LONG));

	t = answered_from(TALK_ELSEWHERE); /* it was in a hurry, and does not mind */
	talk_wait(t, 2000);
	talk_again(t);
	talk_oack(t, "2148");
	talk_ack(t, 0);
	talk_data(t, 1, 1024);
	talk_ack(t, 1);
	assert_false(said(t, F_TFTP_REPLY_FROM_WRONG_ADDRESS, LONG));

	t = answered_from(TALK_ELSEWHERE); /* the second try comes from where it should */
	talk_error(t, true, 5, "Unknown transfer ID");
	t->answers = address_ip4(TALK_SERVER);
	talk_get(t, "44444444/start4.elf");
	assert_false(said(t, F_TFTP_REPLY_FROM_WRONG_ADDRESS, LONG));

	t = answered_from(TALK_ELSEWHERE); /* once, and it gives up for another reason */
	talk_error(t, true, 0, "Early terminate");
	assert_false(said(t, F_TFTP_REPLY_FROM_WRONG_ADDRESS, LONG));
}

static void nat_refuses_the_first_answer_a_client_the_last(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2148");
	talk_refuse(t);
	assert_true(said(t, F_TFTP_NAT_BETWEEN, LONG));

	t = board();
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2148");
	talk_ack(t, 0);
	talk_data(t, 1, 1024);
	talk_refuse(t);
	assert_false(said(t, F_TFTP_NAT_BETWEEN, LONG));

	t = board(); /* another host's refusal: no NAT knows the board's port */
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2148");
	{
		struct build_ends e = talk_back(t);

		e.dst = address_ip4(STORY_NET + 9);
		story_refused(t->y, &e);
	}
	assert_false(said(t, F_TFTP_NAT_BETWEEN, LONG));

	t = board(); /* the board says itself why */
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2148");
	talk_error(t, true, 8, "option negotiation");
	talk_refuse(t);
	assert_false(said(t, F_TFTP_NAT_BETWEEN, LONG));

	t = board(); /* it had given up by then */
	talk_ask(t, "44444444/start4.elf");
	talk_wait(t, 4000);
	talk_oack(t, "2148");
	talk_refuse(t);
	assert_false(said(t, F_TFTP_NAT_BETWEEN, LONG));
}

static void an_error_behind_an_oack_is_the_servers_one_behind_a_probe_is_not(void **state)
{
	static const char *const names[] = { "44444444/config.txt", "44444444/start4.elf" };
	struct talk *t;

	(void)state;
	for (int n = 1; n <= 2; n++) { /* once may be a request that the capture lost */
		t = board();
		for (int i = 0; i < n; i++) {
			talk_ask(t, names[i]);
			talk_oack(t, NULL);
			talk_error(t, false, 1, "File not found");
		}
		assert_int_equal(said(t, F_TFTP_ERROR_AFTER_OACK, SHORT), n == 2);
	}

	for (int fetched = 0; fetched < 2; fetched++) {
		t = board();
		for (int i = 0; i < 2; i++) {
			talk_probe(t, names[i]);
			talk_error(t, false, 0, "aborted");
			if (fetched)
				talk_get(t, names[i]);
		}
		assert_int_equal(said(t, F_TFTP_ERROR_AFTER_OACK, SHORT), !fetched);
	}

	t = board();
	talk_missing(t, names[0]);
	assert_false(said(t, F_TFTP_ERROR_AFTER_OACK, SHORT));
}

static void an_oack_is_invalid_when_nobody_asked_for_it(void **state)
{
	struct talk *t = board();

	(void)state;
	t->options = false;
	talk_ask(t, "bootcode.bin");
	talk_oack(t, "2148");
	talk_error(t, true, 8, "option");
	assert_true(said(t, F_TFTP_OACK_INVALID, LONG));

	t = board();
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2148");
	talk_error(t, true, 8, "User aborted the transfer");
	assert_false(said(t, F_TFTP_OACK_INVALID, LONG));
}

/* Every 20000th block, up to the last one. */
static struct talk *as_far_as(uint32_t last)
{
	struct talk *t = board();

	talk_ask(t, "44444444/initramfs8");
	talk_oack(t, "200000000");
	talk_ack(t, 0);
	for (uint32_t block = 1; block < last; block += 20000) {
		talk_data(t, block, 1024);
		talk_ack(t, block);
	}
	talk_data(t, last, 1024);
	talk_ack(t, last);
	return t;
}

static void only_a_stop_at_the_last_number_is_a_rollover(void **state)
{
	struct talk *t = as_far_as(65535);

	(void)state;
	assert_true(said(t, F_TFTP_BLOCK_ROLLOVER, LONG));

	t = as_far_as(65535);
	talk_data(t, 1, 1024); /* this server goes on with 1, the board does not */
	assert_true(said(t, F_TFTP_BLOCK_ROLLOVER, LONG));

	t = as_far_as(65535);
	for (uint32_t block = 0; block < 5; block++) {
		talk_data(t, block, 1024);
		talk_ack(t, block);
	}
	assert_false(said(t, F_TFTP_BLOCK_ROLLOVER, LONG));

	t = as_far_as(65535);
	for (uint32_t block = 1; block < 5; block++) {
		talk_data(t, block, 1024);
		talk_ack(t, block);
	}
	assert_false(said(t, F_TFTP_BLOCK_ROLLOVER, LONG));

	assert_false(said(as_far_as(60000), F_TFTP_BLOCK_ROLLOVER, LONG));
	assert_false(said(as_far_as(65535), F_TFTP_BLOCK_ROLLOVER, SHORT));
}

static struct talk *first_block_again(uint32_t blksize)
{
	struct talk *t = board();

	t->ask = blksize;
	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2250000");
	talk_ack(t, 0);
	for (int i = 0; i < 3; i++) {
		talk_data(t, 1, blksize);
		talk_wait(t, 2000);
	}
	return t;
}

static void a_block_is_too_big_above_what_passes_anywhere(void **state)
{
	struct talk *t;

	(void)state;
	assert_true(said(first_block_again(1468), F_TFTP_BLKSIZE_TOO_BIG, LONG));
	assert_false(said(first_block_again(1024), F_TFTP_BLKSIZE_TOO_BIG, LONG));
	t = first_block_again(1468);
	talk_ack(t, 1); /* slow, but it arrives */
	assert_false(said(t, F_TFTP_BLKSIZE_TOO_BIG, LONG));
	t = first_block_again(1468); /* it does not want it */
	talk_error(t, true, 0, "Early terminate");
	assert_false(said(t, F_TFTP_BLKSIZE_TOO_BIG, LONG));
}

/* Blocks that come at this distance, for 32 s. */
static struct talk *slowly(uint32_t ms)
{
	struct talk *t = board();

	talk_ask(t, "44444444/kernel8.img");
	talk_oack(t, "20000000");
	talk_ack(t, 0);
	for (uint32_t block = 1; block * ms < 32000; block++) {
		talk_data(t, block, 1024);
		talk_ack(t, block);
		talk_wait(t, ms);
	}
	return t;
}

static void a_file_that_takes_too_long_is_broken_off_for_good(void **state)
{
	struct talk *t = slowly(1000);

	(void)state;
	talk_error(t, true, 0, "timeout");
	assert_true(said(t, F_TFTP_TRANSFER_TIMEOUT, LONG));

	t = slowly(1000); /* the server goes on, the board stands still */
	talk_data(t, 32, 1024);
	assert_true(said(t, F_TFTP_TRANSFER_TIMEOUT, LONG));

	t = slowly(1000); /* it is the server that stands still */
	talk_wait(t, 1000);
	talk_ack(t, 31);
	assert_false(said(t, F_TFTP_TRANSFER_TIMEOUT, LONG));

	t = slowly(1000); /* the server breaks it off */
	talk_error(t, false, 0, "timeout");
	assert_false(said(t, F_TFTP_TRANSFER_TIMEOUT, LONG));

	t = slowly(1000); /* the capture ends while it goes on */
	talk_data(t, 32, 1024);
	assert_false(said(t, F_TFTP_TRANSFER_TIMEOUT, SHORT));

	t = slowly(1000);
	talk_error(t, true, 0, "timeout");
	talk_get(t, "44444444/kernel8.img");
	assert_false(said(t, F_TFTP_TRANSFER_TIMEOUT, LONG));

	t = board(); /* at once: it did not wait for anything */
	talk_ask(t, "44444444/kernel8.img");
	talk_oack(t, "20000000");
	talk_ack(t, 0);
	talk_data(t, 1, 1024);
	talk_ack(t, 1);
	talk_data(t, 2, 1024);
	talk_error(t, true, 0, "Early terminate");
	assert_false(said(t, F_TFTP_TRANSFER_TIMEOUT, LONG));
}

static void a_client_that_aborts_does_not_come_back(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_probe(t, "44444444/boot.img");
	assert_true(said(t, F_TFTP_CLIENT_ABORTS, LONG));

	t = board();
	talk_probe(t, "44444444/boot.img");
	talk_get(t, "44444444/boot.img");
	assert_false(said(t, F_TFTP_CLIENT_ABORTS, LONG));

	t = board(); /* a file that need not be there */
	talk_probe(t, "44444444/recovery.elf");
	assert_false(said(t, F_TFTP_CLIENT_ABORTS, LONG));

	t = board(); /* the next file may be on its way */
	talk_probe(t, "44444444/boot.img");
	assert_false(said(t, F_TFTP_CLIENT_ABORTS, SHORT));

	t = boot(false, false); /* the kernel runs: what it did not read did not stop it */
	talk_probe(t, "44444444/cmdline.txt");
	assert_false(said(t, F_TFTP_CLIENT_ABORTS, LONG));
}

static struct talk *acked_again(bool answered)
{
	struct talk *t = board();

	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2250000");
	talk_ack(t, 0);
	talk_data(t, 1, 1024);
	for (int i = 0; i < 4; i++) {
		talk_ack(t, 1);
		talk_wait(t, 2000);
		if (answered)
			talk_data(t, 1, 1024);
	}
	return t;
}

static void a_server_that_repeats_itself_does_retransmit(void **state)
{
	struct talk *t;

	(void)state;
	assert_true(said(acked_again(false), F_TFTP_NO_RETRANSMIT, LONG));
	assert_false(said(acked_again(true), F_TFTP_NO_RETRANSMIT, LONG));
	assert_false(said(acked_again(false), F_TFTP_NO_RETRANSMIT, SHORT));
	t = acked_again(false); /* the server says why */
	talk_error(t, false, 0, "timeout");
	assert_false(said(t, F_TFTP_NO_RETRANSMIT, LONG));
	t = acked_again(false); /* the board says why */
	talk_error(t, true, 0, "Early terminate");
	assert_false(said(t, F_TFTP_NO_RETRANSMIT, LONG));
	t = acked_again(false); /* what was sent got lost here */
	scope_dropped(t->y->s, 1);
	assert_false(said(t, F_TFTP_NO_RETRANSMIT, LONG));
	t = acked_again(false); /* it goes on at last */
	talk_data(t, 2, 1024);
	assert_false(said(t, F_TFTP_NO_RETRANSMIT, LONG));
}

static void data_for_options_is_a_fault_only_when_it_stops_the_board(void **state)
{
	struct talk *t = board();

	(void)state;
	talk_ask(t, "44444444/start4.elf");
	talk_data(t, 1, 512);
	talk_error(t, true, 0, "no tsize");
	assert_true(said(t, F_TFTP_SERVER_NO_OPTIONS, LONG));

	t = board();
	talk_ask(t, "44444444/start4.elf");
	for (uint32_t block = 1; block < 4; block++) {
		talk_data(t, block, block < 3 ? 512 : 100);
		talk_ack(t, block);
	}
	assert_false(said(t, F_TFTP_SERVER_NO_OPTIONS, LONG));
}

static struct talk *announced(const char *size)
{
	struct talk *t = board();

	talk_ask(t, "44444444/kernel8.img");
	talk_oack(t, size);
	talk_ack(t, 0);
	talk_data(t, 1, 1024);
	talk_ack(t, 1);
	talk_data(t, 2, 100);
	talk_ack(t, 2);
	return t;
}

static void a_file_is_corrupt_when_less_comes_than_was_announced(void **state)
{
	(void)state;
	assert_true(said(announced("5000"), F_TFTP_FILE_CORRUPT, LONG));
	assert_false(said(announced("1124"), F_TFTP_FILE_CORRUPT, LONG));
}

static void a_program_is_corrupt_when_nothing_is_in_it(void **state)
{
	static const char *const files[] = { "44444444/kernel8.img", "44444444/config.txt",
					     "44444444/fixup4.dat" };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct talk *t = board();

		talk_ask(t, files[i]);
		talk_oack(t, "0");
		talk_ack(t, 0);
		talk_data(t, 1, 0);
		talk_ack(t, 1);
		assert_int_equal(said(t, F_TFTP_FILE_CORRUPT, LONG), i == 0);
	}
}

/* A kernel in which line feeds come as they do, or all behind a carriage return, but for some. */
static struct talk *lines(const char *file, uint32_t feeds, uint32_t bare)
{
	static uint8_t block[1024];
	struct talk *t = board();

	memset(block, 0x55, sizeof(block));
	for (uint32_t i = 0; i < feeds; i++) {
		block[20 * i + 1] = i < bare ? 0x55 : '\r';
		block[20 * i + 2] = '\n';
	}
	talk_get(t, "44444444/start4.elf");
	t->content = block;
	talk_ask(t, file);
	talk_oack(t, "1124");
	talk_ack(t, 0);
	talk_data(t, 1, 1024);
	talk_ack(t, 1);
	talk_data(t, 2, 100);
	talk_ack(t, 2);
	return t;
}

static void a_program_is_corrupt_when_it_was_rewritten_as_text(void **state)
{
	(void)state;
	assert_true(halts(lines("44444444/kernel8.img", 32, 0), F_TFTP_FILE_CORRUPT));
	assert_false(said(lines("44444444/kernel8.img", 32, 1), F_TFTP_FILE_CORRUPT, LONG));
	assert_false(said(lines("44444444/kernel8.img", 8, 0), F_TFTP_FILE_CORRUPT, LONG));
	/* written by hand, on Windows */
	assert_false(said(lines("44444444/cmdline.txt", 32, 0), F_TFTP_FILE_CORRUPT, LONG));
}

static void copies_are_a_fault_only_of_a_transfer_that_broke_on_them(void **state)
{
	struct talk *t;

	(void)state;
	for (int broke = 0; broke < 2; broke++) {
		t = board();
		talk_ask(t, "44444444/fixup4.dat");
		talk_oack(t, "100");
		talk_at_once(t);
		talk_oack(t, "100");
		talk_ack(t, 0);
		if (!broke) {
			talk_data(t, 1, 100);
			talk_ack(t, 1);
			talk_get(t, "44444444/config.txt");
		} else {
			talk_ask(t, "44444444/config.txt");
		}
		assert_int_equal(said(t, F_TFTP_DUPLICATE_PACKETS, LONG), broke);
	}
	t = board(); /* a request that came again has a second process answer: tftpd-hpa */
	talk_ask(t, "44444444/fixup4.dat");
	talk_oack(t, "100");
	talk_again(t);
	talk_oack(t, "100");
	talk_at_once(t);
	t->board.dport = ++t->server_port;
	talk_oack(t, "100");
	assert_false(said(t, F_TFTP_DUPLICATE_PACKETS, LONG));
	t = talk_begin(PI4);
	t->y->twice = true; /* the request as well: the capture sees everything so */
	talk_dhcp(t);
	talk_ask(t, "44444444/fixup4.dat");
	talk_oack(t, "100");
	talk_ack(t, 0);
	talk_ask(t, "44444444/config.txt");
	assert_false(said(t, F_TFTP_DUPLICATE_PACKETS, LONG));
}

static struct talk *lossy(uint32_t every)
{
	struct talk *t = board();

	talk_ask(t, "44444444/start4.elf");
	talk_oack(t, "2250000");
	talk_ack(t, 0);
	for (uint32_t block = 1; block < 400; block++) {
		talk_data(t, block, 1024);
		talk_ack(t, block);
		if (block % every == 0) {
			talk_wait(t, 100);
			talk_ack(t, block);
		}
	}
	return t;
}

static void the_odd_repeat_is_no_packet_loss(void **state)
{
	(void)state;
	assert_true(said(lossy(10), F_TFTP_PACKET_LOSS, SHORT));
	assert_false(said(lossy(100), F_TFTP_PACKET_LOSS, SHORT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_boot_raises_nothing_however_it_is_captured),
		cmocka_unit_test(a_file_that_is_fetched_was_only_asked_about_before),
		cmocka_unit_test(an_answer_from_elsewhere_counts_when_the_board_takes_it_for_none),
		cmocka_unit_test(nat_refuses_the_first_answer_a_client_the_last),
		cmocka_unit_test(an_error_behind_an_oack_is_the_servers_one_behind_a_probe_is_not),
		cmocka_unit_test(an_oack_is_invalid_when_nobody_asked_for_it),
		cmocka_unit_test(only_a_stop_at_the_last_number_is_a_rollover),
		cmocka_unit_test(a_block_is_too_big_above_what_passes_anywhere),
		cmocka_unit_test(a_file_that_takes_too_long_is_broken_off_for_good),
		cmocka_unit_test(a_client_that_aborts_does_not_come_back),
		cmocka_unit_test(a_server_that_repeats_itself_does_retransmit),
		cmocka_unit_test(data_for_options_is_a_fault_only_when_it_stops_the_board),
		cmocka_unit_test(a_file_is_corrupt_when_less_comes_than_was_announced),
		cmocka_unit_test(a_program_is_corrupt_when_nothing_is_in_it),
		cmocka_unit_test(a_program_is_corrupt_when_it_was_rewritten_as_text),
		cmocka_unit_test(copies_are_a_fault_only_of_a_transfer_that_broke_on_them),
		cmocka_unit_test(the_odd_repeat_is_no_packet_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
