/* SPDX-License-Identifier: BSD-2-Clause */
/* One file by TFTP, as each board asks for it. */
#include "fetch.h"

#include "tftp.h"
#include "unit.h"

enum { SERVER = 0x0a090009, OTHER = 0x0a090008 };

static bool takes(struct fetch *f, uint16_t block, enum fetch_end *end)
{
	static const uint8_t zeros[1024];
	struct tftp m = { .op = TFTP_DATA, .block = block, .data = bytes_of(zeros, 1024) };
	uint8_t buf[1100];
	struct writer w = writer_init(buf, sizeof(buf));
	bool answer;

	tftp_encode(&m, &w);
	*end = fetch_take(f, SERVER, 5000, writer_done(&w), 1, &answer);
	return answer;
}

/* Facts 3.1: until 2021-02 a repeated block was overlooked, until 2025-09 none followed 65535. */
static void old_bootloaders_stop_at_block_65535(void **state)
{
	static const char *const keys[] = { "pi4-2019", "pi4" };

	(void)state;
	for (int old = 0; old < 2; old++) {
		struct tftp m = { .op = TFTP_OACK };
		uint8_t buf[64];
		struct writer w = writer_init(buf, sizeof(buf));
		struct fetch f;
		enum fetch_end end;
		bool answer;

		fetch_begin(&f, probe_profile_find(keys[old]), "x", false, SERVER, 50000, 1, 1);
		tftp_add(&m, "blksize", "1024");
		tftp_encode(&m, &w);
		fetch_take(&f, SERVER, 5000, writer_done(&w), 1, &answer);
		assert_true(takes(&f, 1, &end));
		assert_int_equal(takes(&f, 1, &end), old == 1);
		for (uint32_t i = 2; i <= 65535; i++)
			assert_true(takes(&f, (uint16_t)i, &end));
		assert_int_equal(takes(&f, 0, &end), old == 1);
		assert_int_equal(end, FETCH_GOES_ON);
		assert_int_equal(f.bytes, (65535 + old) * 1024);
	}
}

/* udp(7), UDP_SEGMENT: a window in one datagram, seen by who shares a host with its sender. */
static void a_window_may_come_uncut(void **state)
{
	static const struct probe_profile windows = { .options = { { "windowsize", "4" } },
						      .silence_ms = 1000,
						      .repeat_ms = 1000 };
	uint8_t kept[4000], burst[4 * 516];
	struct tftp m = { .op = TFTP_OACK };
	uint8_t buf[64];
	struct writer w = writer_init(buf, sizeof(buf));
	struct fetch f;
	bool answer;

	(void)state;
	for (uint32_t i = 0; i < sizeof(burst); i++)
		burst[i] = i % 516 == 1   ? TFTP_DATA
			   : i % 516 == 3 ? (uint8_t)(i / 516 + 1)
			   : i % 516 < 4  ? 0
					  : (uint8_t)(i / 516 + 'a');
	fetch_begin(&f, &windows, "x", false, SERVER, 50000, 1, 1);
	f.keep = kept;
	f.cap = sizeof(kept);
	tftp_add(&m, "windowsize", "4");
	tftp_encode(&m, &w);
	fetch_take(&f, SERVER, 5000, writer_done(&w), 1, &answer);
	assert_int_equal(fetch_take(&f, SERVER, 5000, bytes_of(burst, sizeof(burst)), 1, &answer),
			 FETCH_GOES_ON);
	assert_true(answer);
	assert_memory_equal(f.out.data, "\0\4\0\4", 4);
	assert_int_equal(f.bytes, 2048);
	/* the last of them is shorter: that is the end of the file */
	burst[3] = 5, burst[516 + 3] = 6;
	assert_int_equal(fetch_take(&f, SERVER, 5000, bytes_of(burst, 516 + 100), 1, &answer),
			 FETCH_WHOLE);
	assert_true(answer);
	assert_memory_equal(f.out.data, "\0\4\0\6", 4);
	assert_int_equal(f.bytes, 2048 + 512 + 96);
	assert_int_equal(kept[511], 'a');
	assert_int_equal(kept[512], 'b');
	assert_int_equal(kept[2047], 'd');
}

/* Whoever has seen enough says so to whom it has heard; before that there is nobody. */
static void it_is_stopped_with_a_word(void **state)
{
	struct fetch f;
	struct tftp m;
	struct reader r;
	enum fetch_end end;

	(void)state;
	fetch_begin(&f, probe_profile_find("pi4"), "x", false, SERVER, 50000, 1, 1);
	assert_int_equal(f.out.port, TFTP_PORT);
	fetch_stop(&f, "enough", 1);
	assert_int_equal(f.out.n, 0);
	assert_false(takes(&f, 2, &end)); /* not its begin: nobody yet */
	fetch_begin(&f, probe_profile_find("u-boot"), "x", false, SERVER, 50000, 1, 1);
	f.blksize = 1024;
	assert_true(takes(&f, 1, &end));
	fetch_stop(&f, "enough", 1);
	assert_int_equal(f.out.port, 5000);
	r = reader_init(f.out.data, f.out.n, f.out.n);
	assert_int_equal(tftp_decode(&r, &m), ERR_OK);
	assert_int_equal(m.op, TFTP_ERROR);
	assert_int_equal(m.error_code, 0);
	assert_true(bytes_is(m.message, "enough"));
}

static void who_answers_instead_is_remembered(void **state)
{
	struct fetch f;
	bool answer;

	(void)state;
	fetch_begin(&f, probe_profile_find("pi4"), "x", false, SERVER, 50000, 1, 1);
	assert_int_equal(fetch_take(&f, OTHER, 5000, bytes_str("x"), 1, &answer), FETCH_GOES_ON);
	assert_int_equal(f.stranger, OTHER);
	assert_int_equal(f.strangers, 1);
	assert_false(f.answered);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_may_come_uncut),
		cmocka_unit_test(old_bootloaders_stop_at_block_65535),
		cmocka_unit_test(it_is_stopped_with_a_word),
		cmocka_unit_test(who_answers_instead_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
