/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"

#include <stdlib.h>

#include "unit.h"

static char buf[65536];

static bool words(const char *s)
{
	struct text t = text_init(buf, sizeof(buf));

	return explain_words(bytes_str(s), &t);
}

static bool paste(const char *s)
{
	struct text t = text_init(buf, sizeof(buf));

	return explain_paste(bytes_str(s), &t);
}

static void each_row_is_found_by_its_beginning(void **state)
{
	(void)state;
	for (uint32_t i = 0; know_row(i); i++) {
		const struct know *k = know_row(i);
		size_t n = strlen(k->meaning);

		assert_ptr_equal(know_find(k->kind, bytes_str(k->begin)), k);
		assert_true(k->title[0] && k->title[strlen(k->title) - 1] != '.');
		assert_true(n == 0 || k->meaning[n - 1] == '.');
	}
}

static void the_longest_beginning_wins(void **state)
{
	(void)state;
	assert_true(words("TFTP_PREFIX_STR=x/"));
	assert_non_null(strstr(buf, "folder in front"));
	assert_true(words("TFTP_PREFIX=1"));
	assert_non_null(strstr(buf, "what stands in front"));
	assert_false(words("TFTP_PREFIXES"));
}

static void boot_order_is_read_from_the_right(void **state)
{
	char out[200];
	struct text t = text_init(out, sizeof(out));
	bool network;

	(void)state;
	assert_true(explain_boot_order(bytes_str("0xf21"), &t, &network));
	assert_string_equal(out, "SD card, then network, then start over");
	assert_true(network);
	text_clear(&t);
	assert_true(explain_boot_order(bytes_str("F461"), &t, &network));
	assert_false(network);
	assert_false(explain_boot_order(bytes_str("0xg"), &t, &network));
	assert_false(explain_boot_order(bytes_str("123456789"), &t, &network));
	assert_false(explain_boot_order(bytes_str("0x"), &t, &network));
}

static void a_configuration_that_is_right_is_told_so(void **state)
{
	(void)state;
	assert_true(paste("[all]\nBOOT_ORDER=0xf21\nTFTP_IP=10.0.0.1\n"));
	assert_non_null(strstr(buf, "Nothing in it stands against"));
	assert_true(paste("[all]\nBOOT_ORDER=0xf41\n"));
	assert_null(strstr(buf, "Nothing in it stands against"));
	assert_non_null(strstr(buf, "add BOOT_ORDER"));
}

static void a_log_may_have_times_in_front(void **state)
{
	(void)state;
	assert_true(paste("4.31 SI_ADDR 10.0.0.1\n 12.05 TFTP 1: File not found\n"));
	assert_non_null(strstr(buf, "siaddr"));
	assert_non_null(strstr(buf, "TFTP error 1"));
	assert_false(paste("nothing of the kind\n"));
}

static void option_43_is_read_however_it_is_written(void **state)
{
	(void)state;
	assert_true(words("43 06 01 03 ff"));
	assert_true(words("43 0x060103ff"));
	assert_true(words("43 06:01:03:ff"));
	assert_non_null(strstr(buf, "every Pi drops"));
	assert_false(words("43 0601zz"));
	assert_false(words("43 060"));
}

static void what_is_near_is_offered(void **state)
{
	(void)state;
	assert_string_equal(explain_near(bytes_str("dhcp-no-optoin43")), "dhcp-no-option43");
	assert_string_equal(explain_near(bytes_str("boot_ordr")), "BOOT_ORDER");
	assert_null(explain_near(bytes_str("qq")));
}

/* Every beginning of every answerable text, in memory of its own size. */
static void prefixes_are_harmless(void **state)
{
	static const char *const texts[] = {
		"43 0601030a0400505845091400001152617370626572727920506920426f6f74ff",
		"BOOT_ORDER=0xf41",
		"[all]\nBOOT_ORDER=\nTFTP_PREFIX_STR=\n17:30",
		"net: up ip: 0.0.0.0\n tftp: 0.0.0.0\n30:00c03112\n28:\n4.31 ARP ",
		"led 2/4",
		"revision c03112",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t n = 0; n <= strlen(texts[i]); n++) {
			char *copy = malloc(n ? n : 1);
			struct text t = text_init(buf, sizeof(buf));

			memcpy(copy, texts[i], n);
			(void)explain_words(bytes_of(copy, (uint32_t)n), &t);
			text_clear(&t);
			(void)explain_paste(bytes_of(copy, (uint32_t)n), &t);
			(void)explain_near(bytes_of(copy, (uint32_t)n));
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_found_by_its_beginning),
		cmocka_unit_test(the_longest_beginning_wins),
		cmocka_unit_test(boot_order_is_read_from_the_right),
		cmocka_unit_test(a_configuration_that_is_right_is_told_so),
		cmocka_unit_test(a_log_may_have_times_in_front),
		cmocka_unit_test(option_43_is_read_however_it_is_written),
		cmocka_unit_test(what_is_near_is_offered),
		cmocka_unit_test(prefixes_are_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
