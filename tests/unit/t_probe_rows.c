/* SPDX-License-Identifier: BSD-2-Clause */
/* Every row of profile.c, byte by byte: what it DISCOVERs and REQUESTs. The Pis' and Linux's as
 * facts 1.1 to 1.3 and 5 have them, the PCs' as the sources named in profile.c. */
#include "probing.h"

struct row {
	const char *key;
	uint16_t length, request_length; /* 0: it sends no REQUEST */
	uint8_t ttl;
	bool no_checksum, dont_fragment;
	uint16_t flags;
	const char *discover, *request; /* options */
};

/* clang-format off */
static const struct row rows[] = {
	{ "pi3b", 320, 0, 128, true, false, 0x0000,
		  "350101370c2b3c438081828384858687425d0200005e03010201"
		  "61110044444444444444444444444444444444"
		  CLASS_BIOS
		  "ff",
		  NULL },
	{ "pi3b-plus", 322, 0, 128, true, false, 0x0000,
		  "350101370e2b3c4380818283848586874201035d0200005e03010201"
		  "6111001045155b1045155b1045155b1045155b"
		  CLASS_BIOS
		  "ff",
		  NULL },
	{ "bootcode", 322, 0, 128, true, false, 0x0000,
		  "350101370e2b3c4380818283848586874201035d0200005e03010201"
		  "6111001045155b1045155b1045155b1045155b"
		  CLASS_BIOS
		  "ff",
		  NULL },
	{ "pi4", 322, 309, 64, false, false, 0x0000,
		  "350101370e01032b3c424380818283848586875d0200005e03010201"
		  "611100346950521131a000322ef8ed1045155b"
		  CLASS_BIOS
		  "ff",
		  "35010332040a09003236040a090001"
		  CLASS_BIOS
		  "611100346950521131a000322ef8ed1045155bff" },
	{ "pi4-2019", 322, 256, 64, false, false, 0x0000,
		  "350101370e01032b3c424380818283848586875d0200005e03010201"
		  "6111001045155b1045155b1045155b1045155b"
		  CLASS_BIOS
		  "ff",
		  "35010332040a09003236040a090001ff" },
	{ "pi5", 322, 309, 64, false, false, 0x0000,
		  "350101370e01032b3c424380818283848586875d0200005e03010201"
		  "611100356950527041d000322ef8ed1045155b"
		  CLASS_BIOS
		  "ff",
		  "35010332040a09003236040a090001"
		  CLASS_BIOS
		  "611100356950527041d000322ef8ed1045155bff" },
	{ "pxe-bios", 548, 548, 20, false, false, 0x8000,
		  "350101371801020305060b0c0d0f1011122b363c438081828384858687390204ec"
		  "61110042000000000000000000dca6322ef8ed5d0200005e03010201"
		  CLASS_BIOS
		  "ff",
		  "35010332040a09003236040a090001"
		  "371801020305060b0c0d0f1011122b363c438081828384858687390204ec"
		  "61110042000000000000000000dca6322ef8ed5d0200005e03010201"
		  CLASS_BIOS
		  "ff" },
	{ "linux", 548, 548, 64, true, true, 0x0000,
		  "35010137080103060c0f111a28ff",
		  "35010336040a09000132040a09003237080103060c0f111a28ff" },
	{ "klibc", 300, 300, 64, false, false, 0x8000,
		  "350101370a0103060c0f111a1c28773c0e4c696e7578206970636f6e666967ff",
		  "35010336040a09000132040a090032370a0103060c0f111a1c2877"
		  "3c0e4c696e7578206970636f6e666967ff" },
	{ "uefi-x64", 347, 359, 64, false, false, 0x8000,
		  "350101390205c037230102030405060c0d0f111216171c28292a2b3233363a3b3c424361"
		  "808182838485868761110042000000000000000000dca6322ef8ed5e030103015d020007"
		  "3c20505845436c69656e743a417263683a30303030373a554e44493a303033303031ff",
		  "35010336040a09000132040a0900323902ff0037230102030405060c0d0f111216171c28"
		  "292a2b3233363a3b3c4243618081828384858687"
		  "61110042000000000000000000dca6322ef8ed5e030103015d020007"
		  "3c20505845436c69656e743a417263683a30303030373a554e44493a303033303031ff" },
	{ "uefi-x64-http", 340, 352, 64, false, false, 0x8000,
		  "350101390205c0371b0102030405060c0d0f111216171c28292a2b3233363a3b3c004361"
		  "61110042000000000000000000dca6322ef8ed5e030103015d020010"
		  "3c2148545450436c69656e743a417263683a30303031363a554e44493a303033303031ff",
		  "35010336040a09000132040a090032390205c0"
		  "371b0102030405060c0d0f111216171c28292a2b3233363a3b3c004361"
		  "61110042000000000000000000dca6322ef8ed5e030103015d020010"
		  "3c2148545450436c69656e743a417263683a30303031363a554e44493a303033303031ff" },
	{ "uefi-arm64", 347, 359, 64, false, false, 0x8000,
		  "350101390205c037230102030405060c0d0f111216171c28292a2b3233363a3b3c424361"
		  "808182838485868761110042000000000000000000dca6322ef8ed5e030103015d02000b"
		  "3c20505845436c69656e743a417263683a30303031313a554e44493a303033303031ff",
		  "35010336040a09000132040a0900323902ff0037230102030405060c0d0f111216171c28"
		  "292a2b3233363a3b3c4243618081828384858687"
		  "61110042000000000000000000dca6322ef8ed5e030103015d02000b"
		  "3c20505845436c69656e743a417263683a30303031313a554e44493a303033303031ff" },
	{ "uefi-arm64-http", 340, 352, 64, false, false, 0x8000,
		  "350101390205c0371b0102030405060c0d0f111216171c28292a2b3233363a3b3c004361"
		  "61110042000000000000000000dca6322ef8ed5e030103015d020013"
		  "3c2148545450436c69656e743a417263683a30303031393a554e44493a303033303031ff",
		  "35010336040a09000132040a090032390205c0"
		  "371b0102030405060c0d0f111216171c28292a2b3233363a3b3c004361"
		  "61110042000000000000000000dca6322ef8ed5e030103015d020013"
		  "3c2148545450436c69656e743a417263683a30303031393a554e44493a303033303031ff" },
	{ "ipxe", 375, 387, 64, false, false, 0x0000,
		  "350101390205c05d0200005e03010201"
		  CLASS_BIOS
		  "4d04695058453716010306070c0f112b3c4243778081828384858687afcb"
		  "af18eb03011501170101130101150101180101b105018086100e3d0701dca6322ef8ed"
		  "61110042000000000000000000dca6322ef8edff",
		  "350103390205c05d0200005e03010201"
		  CLASS_BIOS
		  "4d04695058453716010306070c0f112b3c4243778081828384858687afcb"
		  "af18eb03011501170101130101150101180101b105018086100e3d0701dca6322ef8ed"
		  "61110042000000000000000000dca6322ef8ed36040a09000132040a090032ff" },
	{ "u-boot", 278, 290, 255, true, true, 0x0000,
		  "350101390202405d0200165e030100003c0c552d426f6f742e61726d7638"
		  "37050103060c11ff",
		  "3501033902024036040a09000132040a0900325d0200165e03010000"
		  "3c0c552d426f6f742e61726d763837050103060c11ff" },
};
/* clang-format on */

static void options_of(const struct sent *s, uint16_t length, const char *hex)
{
	uint32_t n = (uint32_t)strlen(hex) / 2;

	assert_int_equal(s->d.data.n, length);
	bytes_are_hex(bytes_of(s->data + 240, n), hex);
	for (uint32_t i = 240 + n; i < length; i++) /* padding */
		assert_int_equal(s->data[i], 0);
}

static void head_of(const struct sent *s, const struct row *row)
{
	static const uint8_t mac[] = { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed };
	static const uint8_t ends[202];

	assert_int_equal(s->d.src, 0);
	assert_int_equal(s->d.dst, UINT32_MAX);
	assert_int_equal(s->d.sport, 68);
	assert_int_equal(s->d.dport, 67);
	assert_int_equal(s->d.ttl, row->ttl);
	assert_int_equal(s->d.no_checksum, row->no_checksum);
	assert_int_equal(s->d.dont_fragment, row->dont_fragment);
	assert_memory_equal(s->data, "\1\1\6\0", 4);
	assert_int_equal(s->data[10] << 8 | s->data[11], row->flags);
	assert_memory_equal(s->data + 12, ends, 4); /* ciaddr */
	assert_memory_equal(s->data + 28, mac, sizeof(mac));
	assert_memory_equal(s->data + 34, ends, 202); /* sname, file */
	bytes_are_hex(bytes_of(s->data + 236, 4), "63825363");
}

static void each_row_says_exactly_this(void **state)
{
	uint32_t n = 0;

	(void)state;
	for (; n < sizeof(rows) / sizeof(rows[0]); n++) {
		const struct row *row = &rows[n];
		struct offer o = { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9"), .file = "x.0" };

		assert_non_null(probe_profile_find(row->key));
		o.siaddr = TFTPD;
		if (probe_profile_find(row->key)->reading == READS_HTTP) {
			o.file = "http://10.9.0.9/x";
			o.class_id = "HTTPClient";
		}
		start(row->key);
		assert_int_equal(n_sent, 1);
		head_of(last(), row);
		options_of(last(), row->length, row->discover);
		offer(o);
		settle();
		assert_int_equal(probe_profile_find(row->key)->request != NULL,
				 row->request != NULL);
		if (!row->request)
			continue;
		assert_true(n_sent > 1); /* it may have asked twice by now */
		head_of(&sent[1], row);
		options_of(&sent[1], row->request_length, row->request);
		/* by the same number (facts 1.3) */
		assert_memory_equal(sent[1].data + 4, sent[0].data + 4, 4);
	}
	assert_null(probe_profile_at(n)); /* there is none besides */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_row_says_exactly_this, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
