/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp.h"

#include <stdio.h>
#include <stdlib.h>

#include "pi_guid.h"
#include "unit.h"

static struct dhcp built, read;
static uint8_t buf[2048];

/* The DISCOVER of a Pi 3B ROM (facts 1.2): 320 bytes; with routers and mask asked for 322. */
static struct bytes pi_discover(bool plus)
{
	static const uint8_t list[] = {
		43, 60, 67, 128, 129, 130, 131, 132, 133, 134, 135, 66, 1, 3
	};
	static const uint8_t mac[6] = { 0xb8, 0x27, 0xeb, 0x86, 0x96, 0xf5 };
	static uint8_t guid[17];
	struct pi_guid g = { .form = plus ? PI_GUID_SERIAL : PI_GUID_ROM, .serial = 0x8d8696f5 };
	struct writer w = writer_init(buf, sizeof(buf)), gw = writer_init(guid, sizeof(guid));

	memset(&built, 0, sizeof(built));
	pi_guid_encode(&g, &gw);
	built.op = built.htype = 1;
	built.hlen = 6;
	built.xid = 0x26f30339;
	built.chaddr = bytes_of(mac, 6);
	dhcp_add(&built, DHCP_OPT_TYPE, bytes_of("\1", 1));
	dhcp_add(&built, DHCP_OPT_REQUEST_LIST, bytes_of(list, plus ? 14 : 12));
	dhcp_add(&built, DHCP_OPT_ARCH, bytes_of("\0\0", 2));
	dhcp_add(&built, DHCP_OPT_UNDI, bytes_of("\1\2\1", 3));
	dhcp_add(&built, DHCP_OPT_GUID, writer_done(&gw));
	dhcp_add(&built, DHCP_OPT_CLASS, bytes_str("PXEClient:Arch:00000:UNDI:002001"));
	dhcp_encode(&built, 0, &w);
	return writer_done(&w);
}

static enum err decode(struct bytes b, uint32_t wire)
{
	struct reader r = reader_init(b.p, b.n, wire);

	return dhcp_decode(&r, &read);
}

static void writes_what_the_pi_3_rom_sends(void **state)
{
	struct bytes b = pi_discover(false);

	(void)state;
	assert_int_equal(b.n, 320);
	assert_memory_equal(b.p + 236, "\x63\x82\x53\x63\x35\x01\x01\x37\x0c\x2b\x3c\x43\x80", 13);
	assert_int_equal(b.p[319], 0xff);
	assert_int_equal(pi_discover(true).n, 322);
}

static void reads_back_what_it_wrote(void **state)
{
	struct bytes b = pi_discover(true);

	(void)state;
	assert_int_equal(decode(b, b.n), ERR_OK);
	assert_int_equal(read.type, DHCP_DISCOVER);
	assert_int_equal(read.xid, 0x26f30339);
	assert_int_equal(read.length, 322);
	assert_true(read.cookie && read.end && !read.pad_inside);
	assert_int_equal(read.n_options, built.n_options);
	for (uint32_t i = 0; i < built.n_options; i++) {
		assert_int_equal(read.option[i].code, built.option[i].code);
		assert_true(bytes_equal(read.option[i].v, built.option[i].v));
	}
	assert_int_equal(dhcp_option_u16(&read, DHCP_OPT_ARCH), 0);
	assert_true(dhcp_has(&read, DHCP_OPT_ARCH));
	assert_null(dhcp_option(&read, DHCP_OPT_VENDOR).p);
}

static void joins_a_split_option(void **state)
{
	static uint8_t big[600];
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	pi_discover(false);
	for (uint32_t i = 0; i < sizeof(big); i++)
		big[i] = (uint8_t)i;
	dhcp_add(&built, DHCP_OPT_VENDOR, bytes_of(big, sizeof(big)));
	dhcp_encode(&built, 0, &w);
	assert_int_equal(decode(writer_done(&w), w.pos), ERR_OK);
	assert_int_equal(read.n_options, built.n_options + 2); /* 255, 255 and 90 bytes */
	assert_true(bytes_equal(dhcp_option(&read, DHCP_OPT_VENDOR), bytes_of(big, sizeof(big))));
}

static void reads_options_in_file_and_sname(void **state)
{
	struct writer w = writer_init(buf, sizeof(buf));
	struct writer fields;

	(void)state;
	pi_discover(false);
	dhcp_add(&built, DHCP_OPT_OVERLOAD, bytes_of("\3", 1));
	dhcp_encode(&built, 0, &w);
	fields = writer_init(buf + 44, 6); /* sname: option 66 */
	writer_bytes(&fields, bytes_of("\x42\x03"
				       "abc\xff",
				       6));
	fields = writer_init(buf + 108, 5); /* file: option 67 */
	writer_bytes(&fields, bytes_of("\x43\x02xy\xff", 5));
	assert_int_equal(decode(writer_done(&w), w.pos), ERR_OK);
	assert_true(bytes_is(dhcp_option(&read, DHCP_OPT_TFTP_NAME), "abc"));
	assert_true(bytes_is(dhcp_option(&read, DHCP_OPT_BOOTFILE), "xy"));
	assert_int_equal(read.file.n + read.sname.n, 0);
	/* RFC 2131 4.1: file is interpreted before sname */
	assert_int_equal(read.option[read.n_options - 1].code, DHCP_OPT_TFTP_NAME);
}

static void an_empty_option_is_not_an_absent_one(void **state)
{
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	pi_discover(false);
	dhcp_add(&built, DHCP_OPT_VENDOR, bytes_of(NULL, 0));
	dhcp_encode(&built, 0, &w);
	assert_int_equal(decode(writer_done(&w), w.pos), ERR_OK);
	assert_non_null(dhcp_option(&read, DHCP_OPT_VENDOR).p);
	assert_int_equal(dhcp_option(&read, DHCP_OPT_VENDOR).n, 0);
}

static void tells_cut_from_short_at_every_length(void **state)
{
	struct bytes b = pi_discover(true);

	(void)state;
	for (uint32_t n = 0; n < b.n - 1; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, b.p, n);
		assert_int_equal(decode(bytes_of(copy, n), b.n), ERR_CUT);
		/* 236 bytes are a BOOTP message; options that end between two of them lack but the
		 * end */
		if (decode(bytes_of(copy, n), n) == ERR_OK)
			assert_true(n >= 236 && !read.end);
		free(copy);
	}
}

static void survives_any_flipped_bit(void **state)
{
	struct bytes b = pi_discover(true);

	(void)state;
	for (uint32_t bit = 0; bit < b.n * 8; bit++) {
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		decode(b, b.n);
		for (uint32_t code = 0; code < 256; code++)
			(void)dhcp_option(&read, (uint8_t)code);
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void check_table(const struct field *table)
{
	for (uint32_t i = 0; i < 256; i++) {
		const struct field *f = &table[i];

		if (!f->key)
			continue;
		assert_non_null(f->label);
		assert_non_null(f->ref);
		assert_true(!f->max || f->min <= f->max);
		for (const char *c = f->key; *c; c++)
			assert_true((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ||
				    *c == '_');
		for (uint32_t k = 0; k < i; k++)
			assert_true(!table[k].key || strcmp(table[k].key, f->key) != 0);
	}
}

extern const struct field pxe_options[256];

static void tables_are_sane(void **state)
{
	(void)state;
	check_table(dhcp_options);
	check_table(pxe_options);
}

/* What people write becomes wire bytes, and those the same words again. */
static void every_row_parses_what_it_prints(void **state)
{
	static const char *const words[] = { "192.168.1.2",
					     "192.168.1.2, 10.0.0.1",
					     "7",
					     "word",
					     "yes",
					     "1,3,6",
					     "10.1.0.0/10.0.0.1",
					     "60 s",
					     "a.b c.example.",
					     "x64 UEFI,9",
					     "",
					     "1" };
	enum { WORDS = sizeof(words) / sizeof(words[0]) };
	uint32_t parsed = 0;

	(void)state;
	for (uint32_t i = 0; i < 256; i++) {
		const struct field *f = &dhcp_options[i];
		bool some = false;
		char hex[2 * 32 + 1];

		/* and as many bytes as it wants at least */
		memset(hex, '0', sizeof(hex));
		hex[f->min < 32 ? 2 * f->min : 64] = 0;
		for (size_t t = 0; f->key && t <= WORDS; t++) {
			const char *try = t < WORDS ? words[t] : hex;
			char text[256];
			uint8_t one[64], two[64];
			struct writer a = writer_init(one, sizeof(one)),
				      b = writer_init(two, sizeof(two));
			struct text x = text_init(text, sizeof(text));

			if (f->fmt == FMT_SUB || f->fmt == FMT_IP6)
				continue; /* written as hex */
			if (field_parse(f, try, &a))
				continue;
			field_text(f, writer_done(&a), &x);
			assert_int_equal(field_parse(f, text, &b), ERR_OK);
			assert_true(bytes_equal(writer_done(&a), writer_done(&b)));
			parsed++;
			some = true;
		}
		if (f->key && !some && f->fmt != FMT_SUB && f->fmt != FMT_IP6)
			fail_msg("nothing was tried that %s takes", f->key);
	}
	assert_true(parsed > 200);
}

static void values_of_the_wrong_form_are_refused(void **state)
{
	static const struct {
		uint8_t code;
		const char *text;
	} bad[] = {
		{ 1, "255.255.255" },
		{ 1, "10.0.0.1,10.0.0.2" },
		{ 6, "" },
		{ 6, "10.0.0.1,,10.0.0.2" },
		{ 19, "maybe" },
		{ 24, "60 m" },
		{ 24, "4294967296" },
		{ 33, "10.0.0.0" },
		{ 33, "1.1.1.1/x" },
		{ 119, "a..b" },
		{ 119, "." },
		{ 26, "70000" },
		{ 43, "0g" },
		{ 43, "012" },
		{ 119, "this-label-is-one-of-sixty-four-letters-which-is-one-more-than-fit.x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint8_t out[256];
		struct writer w = writer_init(out, sizeof(out));

		if (!field_parse(&dhcp_options[bad[i].code], bad[i].text, &w))
			fail_msg("option %u took '%s'", bad[i].code, bad[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_the_wrong_form_are_refused),
		cmocka_unit_test(writes_what_the_pi_3_rom_sends),
		cmocka_unit_test(reads_back_what_it_wrote),
		cmocka_unit_test(joins_a_split_option),
		cmocka_unit_test(reads_options_in_file_and_sname),
		cmocka_unit_test(an_empty_option_is_not_an_absent_one),
		cmocka_unit_test(tells_cut_from_short_at_every_length),
		cmocka_unit_test(survives_any_flipped_bit),
		cmocka_unit_test(tables_are_sane),
		cmocka_unit_test(every_row_parses_what_it_prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
