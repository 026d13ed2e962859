/* SPDX-License-Identifier: BSD-2-Clause */
/* Which files the TFTP responder gives to whom, and takes. */
#include "tftp_served.h"

static void names_lead_to_files_or_to_an_error(void **state)
{
	static const struct {
		const char *name;
		int error; /* -1: served */
	} tries[] = { { "/kernel8.img", -1 },
		      { "38c128c0//kernel8.img", -1 },
		      { "\\kernel8.img", -1 },
		      { "./a/../kernel8.img", -1 },
		      { "../kernel8.img", 2 },
		      { "a/../../kernel8.img", 2 },
		      { "", 2 },
		      { "nothing", 1 },
		      { "folder", 2 } };

	(void)state;
	files[0].size = 100;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct client c = fresh(2000);

		begin(1);
		client_asks(&c, TFTP_RRQ, tries[i].name, "octet", pi);
		run(&c, 1, 60);
		assert_int_equal(c.failed, tries[i].error >= 0);
		if (c.failed) {
			assert_int_equal(c.error, tries[i].error);
			assert_int_equal(last_event, TFTP_REFUSED);
			assert_int_equal(sent_datagrams, 1);
		}
		assert_int_equal(tftp_server_transfers(server), 0);
		free(c.data);
	}
}

static void a_file_that_changes_ends_with_an_error(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	files[0].size = 200000;
	files[0].changes = true;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	assert_true(c.failed);
	assert_int_equal(last_event, TFTP_BROKEN);
	assert_int_equal(handles, closed);
	files[0].changes = false;
	free(c.data);
}

static void a_dry_run_tells_and_says_nothing(void **state)
{
	static const char *const names[] = { "kernel8.img", "nothing", "../x" };

	(void)state;
	limits.dry = true;
	for (size_t i = 0; i < 3; i++) {
		struct client c = fresh(2000);

		begin(1);
		client_asks(&c, TFTP_RRQ, names[i], "octet", pi);
		run(&c, 1, 1);
		assert_int_equal(last_event, i ? TFTP_REFUSED : TFTP_BEGUN);
		assert_int_equal(sent_datagrams, 0);
		assert_int_equal(tftp_server_transfers(server), 0);
		assert_int_equal(handles, closed);
		free(c.data);
	}
	{
		struct client c = fresh(2000);

		begin(1);
		client_asks(&c, TFTP_WRQ, "new", "octet", NULL);
		run(&c, 1, 1);
		assert_int_equal(last_event, TFTP_BEGUN);
		assert_int_equal(n_files, 1);
		free(c.data);
	}
}

/* ---- whose files ---- */

static struct boot_path_who last_who;

static int mem_make(void *ctx, const char *path, const struct boot_path_who *who, int *handle,
		    uint64_t *size)
{
	(void)ctx;
	last_who = *who;
	*handle = 0;
	*size = 10;
	handles++;
	return strcmp(path, "made") == 0 || strcmp(path, "38c128c0/made") == 0 ? 0 : STORE_MISSING;
}

static void gets(const char *name, const char *path)
{
	struct client c = fresh(2000);

	client_asks(&c, TFTP_RRQ, name, "octet", NULL);
	run(&c, 1, 60);
	assert_int_equal(c.done, path != NULL);
	if (path)
		assert_string_equal(last_path, path);
	free(c.data);
}

static void a_client_may_have_a_folder_of_its_own(void **state)
{
	asks.mac = (struct mac) { { 0xdc, 0xa6, 0x32, 1, 2, 3 } };
	(void)state;
	files[0].size = 10;
	files[1] = (struct file) { "dc-a6-32-01-02-03/x", files[0].data, 10, false, false };
	files[2] = (struct file) { "x", files[0].data, 10, false, false };
	n_files = 3;
	begin(1);
	gets("x", "x");
	limits.own_folders = true;
	begin(1);
	gets("x", "dc-a6-32-01-02-03/x");
	gets("38c128c0/kernel8.img", "kernel8.img");
	/* dnsmasq's tftp-unique-root: a folder that is there is the root, one that is not is not
	 * missed */
	limits.own_only = true;
	begin(1);
	gets("kernel8.img", "kernel8.img");
	own_folder = "dc-a6-32-01-02-03";
	gets("kernel8.img", NULL);
	gets("x", "dc-a6-32-01-02-03/x");
	gets("38c128c0/x", "dc-a6-32-01-02-03/x");
	assert_int_equal(handles, closed);
	own_folder = NULL;
	n_files = 1;
}

static void what_is_made_for_a_board_knows_its_serial(void **state)
{
	(void)state;
	store.make = mem_make;
	files[0].size = 10;
	begin(1);
	gets("38c128c0/made", "38c128c0/made");
	assert_int_equal(last_who.serial, 0x38c128c0);
	assert_int_equal(address_to_ip4(last_who.local), 0x0a000001);
	gets("made", "made");
	assert_true(last_who.has_serial); /* it said so before */
	gets("other", NULL);
	/* another board has come to that address */
	asks.mac = (struct mac) { { 0xdc, 0xa6, 0x32, 1, 2, 3 } };
	gets("made", "made");
	assert_false(last_who.has_serial);
}

/* ---- writing ---- */

static void put_file(const char *mode, const char *const *options, const uint8_t *data, uint32_t n,
		     uint64_t seed, uint32_t trouble)
{
	struct tftp_peer from = peer_of(2000);
	struct client c = fresh(2000);
	uint32_t at = 0, guard = 0;
	uint16_t block = 0;
	bool over = false;

	begin(seed);
	n_files = 1;
	client_asks(&c, TFTP_WRQ, "new", mode, options);
	/* lock step, block by block; what is lost is sent again after a second */
	while (!over && guard++ < 20000) {
		bool heard = false;

		if (chance() >= trouble)
			tftp_server_packet(server, &from, bytes_of(c.last, c.last_n), now);
		queued = 0;
		now += ms;
		if (tftp_server_next(server) <= now)
			tftp_server_tick(server, now);
		(void)heard;
		if (last_event == TFTP_DONE)
			over = true;
		/* what the server said is in its own count: the client asks by sending on */
		if (n_files == 2 &&
		    files[1].size >= (uint64_t)block * 512 -
					     (block && block * 512u > n ? block * 512u - n : 0) &&
		    !over) {
			uint32_t len = n - at < 512 ? n - at : 512;
			struct tftp m = { .op = TFTP_DATA,
					  .block = ++block,
					  .data = bytes_of(data + at, len) };
			struct writer w = writer_init(c.last, sizeof(c.last));

			tftp_encode(&m, &w);
			c.last_n = w.pos;
			at += len;
		}
	}
	assert_true(over);
	assert_int_equal(files[1].size, n);
	assert_memory_equal(files[1].data, data, n);
	assert_int_equal(dropped, 0);
	assert_int_equal(closed, 1);
	now += 60000 * ms;
	tftp_server_tick(server, now);
	assert_int_equal(tftp_server_transfers(server), 0);
	free(files[1].data);
	n_files = 1;
	free(c.data);
}

static void files_can_be_written(void **state)
{
	(void)state;
	put_file("octet", NULL, files[0].data, 5000, 1, 0);
	put_file("octet", NULL, files[0].data, 512 * 4, 1, 0);
	put_file("octet", NULL, files[0].data, 0, 1, 0);
	put_file("octet", NULL, files[0].data, 20000, 4, 20);
}

static void what_is_there_is_not_written_over(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	client_asks(&c, TFTP_WRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	assert_true(c.failed);
	assert_int_equal(c.error, 6);
	free(c.data);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_lead_to_files_or_to_an_error),
		TEST(a_file_that_changes_ends_with_an_error),
		TEST(a_dry_run_tells_and_says_nothing),
		TEST(a_client_may_have_a_folder_of_its_own),
		TEST(what_is_made_for_a_board_knows_its_serial),
		TEST(files_can_be_written),
		TEST(what_is_there_is_not_written_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
