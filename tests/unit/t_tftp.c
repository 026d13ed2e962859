/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp.h"

#include <stdlib.h>

#include "unit.h"

static uint8_t buf[2048];
static struct tftp m;

static struct bytes rrq(void)
{
	struct tftp q = { .op = TFTP_RRQ,
			  .file = bytes_str("5b154510/start4.elf"),
			  .mode = bytes_str("octet") };
	struct writer w = writer_init(buf, sizeof(buf));

	tftp_add(&q, "tsize", "0");
	tftp_add(&q, "blksize", "1468");
	tftp_encode(&q, &w);
	return writer_done(&w);
}

static enum err decode(struct bytes b, uint32_t wire)
{
	struct reader r = reader_init(b.p, b.n, wire);

	return tftp_decode(&r, &m);
}

static void reads_back_a_request(void **state)
{
	struct bytes b = rrq();

	(void)state;
	assert_int_equal(decode(b, b.n), ERR_OK);
	assert_int_equal(m.op, TFTP_RRQ);
	assert_true(bytes_is(m.file, "5b154510/start4.elf"));
	assert_int_equal(m.n_options, 2);
	assert_int_equal(m.has, 1u << TFTP_TSIZE | 1u << TFTP_BLKSIZE);
	assert_int_equal(m.value[TFTP_BLKSIZE], 1468);
	assert_true(tftp_looks_like_request(b));
}

static void reads_data_error_and_oack(void **state)
{
	(void)state;
	assert_int_equal(decode(bytes_of("\0\3\0\7abc", 7), 7), ERR_OK);
	assert_true(m.block == 7 && m.data_len == 3);
	/* payload cut by the capture: how long it was is still known */
	assert_int_equal(decode(bytes_of("\0\3\0\7abc", 7), 516), ERR_OK);
	assert_true(m.data_len == 512 && m.data.n == 3);
	assert_int_equal(decode(bytes_of("\0\5\0\1no such file", 16), 16), ERR_OK);
	assert_true(m.error_code == 1 && bytes_is(m.message, "no such file"));
	assert_int_equal(decode(bytes_of("\0\6BLKSIZE\0"
					 "8\0",
					 12),
				12),
			 ERR_OK);
	assert_int_equal(m.value[TFTP_BLKSIZE], 8);
	assert_int_equal(decode(bytes_of("\0\11", 2), 2), ERR_VALUE);
}

/* Blocks of 8 bytes from block first on, the others behind their headers, as they stand in m. */
static void burst(uint16_t first, uint16_t second, uint32_t held, bool window)
{
	uint8_t b[] = "\0\3..one.....\0\3..two.....\0\3..3";

	b[2] = (uint8_t)(first >> 8);
	b[3] = (uint8_t)first;
	b[14] = (uint8_t)(second >> 8);
	b[15] = (uint8_t)second;
	b[26] = (uint8_t)((second + 1) >> 8);
	b[27] = (uint8_t)(second + 1);
	memcpy(buf, b, sizeof(b) - 1);
	(void)decode(bytes_of(buf, held), sizeof(b) - 1);
	tftp_burst(&m, 8, window);
}

static void a_burst_is_blocks_behind_headers(void **state)
{
	struct tftp_block last;

	(void)state;
	burst(7, 8, 29, false);
	assert_int_equal(tftp_blocks(&m), 3);
	assert_int_equal(tftp_bytes(&m), 17);
	last = tftp_block(&m, 2);
	assert_true(last.number == 9 && last.len == 1 && bytes_is(last.data, "3"));
	assert_true(bytes_is(tftp_block(&m, 0).data, "one....."));
	/* some go on with 1 */
	burst(65535, 0, 29, false);
	assert_int_equal(tftp_block(&m, 2).number, 1);
	burst(65535, 1, 29, false);
	assert_int_equal(tftp_block(&m, 2).number, 2);
	/* another number stands there: a block that is too long, as some servers send it */
	burst(7, 9, 29, true);
	assert_int_equal(tftp_blocks(&m), 1);
	assert_int_equal(tftp_bytes(&m), 25);
	/* what the capture left out is a burst where there may be one */
	for (uint32_t n = 4; n < 16; n++) {
		burst(7, 8, n, true);
		assert_int_equal(tftp_blocks(&m), 3);
		assert_int_equal(tftp_block(&m, 0).data.n, n < 12 ? n - 4 : 8);
		assert_int_equal(tftp_block(&m, 1).data.n, 0);
		last = tftp_block(&m, 2);
		assert_true(last.number == 9 && last.len == 1 && !last.data.n);
		burst(7, 8, n, false);
		assert_int_equal(tftp_blocks(&m), 1);
	}
}

static void tells_cut_from_short_at_every_length(void **state)
{
	struct bytes b = rrq();

	(void)state;
	for (uint32_t n = 0; n < b.n; n++) {
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, b.p, n);
		assert_int_equal(decode(bytes_of(copy, n), b.n), ERR_CUT);
		(void)decode(bytes_of(copy, n), n);
		(void)tftp_looks_like_request(bytes_of(copy, n));
		free(copy);
	}
}

static void only_requests_look_like_requests(void **state)
{
	(void)state;
	assert_false(tftp_looks_like_request(bytes_of("\0\1\0octet\0", 9)));
	assert_false(tftp_looks_like_request(bytes_of("\0\1a\0binary\0", 11)));
	assert_false(tftp_looks_like_request(bytes_of("\0\3\0\1aaaa\0octet", 14)));
	assert_true(tftp_looks_like_request(bytes_of("\0\2a\0NetASCII\0", 13)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_back_a_request),
		cmocka_unit_test(reads_data_error_and_oack),
		cmocka_unit_test(a_burst_is_blocks_behind_headers),
		cmocka_unit_test(tells_cut_from_short_at_every_length),
		cmocka_unit_test(only_requests_look_like_requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
