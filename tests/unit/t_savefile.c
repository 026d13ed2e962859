/* SPDX-License-Identifier: BSD-2-Clause */
#include "savefile.h"

#include <stdlib.h>

#include "unit.h"

static struct savefile file;
static uint8_t buf[1024];
static size_t n;

static void word(bool little, uint32_t v, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		buf[n++] = (uint8_t)(v >> 8 * (little ? i : size - 1 - i));
}

static void bytes(const char *p, size_t count)
{
	memcpy(buf + n, p, count);
	n += count;
}

/* A classic file of two frames of 4 and 6 bytes, the second cut from 60. */
static void classic(uint32_t magic, bool little, uint32_t extra)
{
	n = 0;
	word(little, magic, 4);
	word(little, 2, 2);
	word(little, 4, 2);
	word(little, 0, 4);
	word(little, 0, 4);
	word(little, 65535, 4);
	word(little, 1, 4);
	for (uint32_t i = 0; i < 2; i++) {
		word(little, 1700000000 + i, 4);
		word(little, 5, 4);
		word(little, i ? 6 : 4, 4);
		word(little, i ? 60 : 4, 4);
		for (uint32_t k = 0; k < extra; k++)
			buf[n++] = 0;
		bytes("abcdef", i ? 6 : 4);
	}
}

static int opened(size_t held)
{
	memset(&file, 0, sizeof(file));
	input_memory(buf, held, &file.in);
	return savefile_open(&file);
}

static void reads_every_variant_of_pcap(void **state)
{
	static const struct {
		uint32_t magic, extra;
		uint64_t sub;
	} v[] = { { 0xa1b2c3d4, 0, 5000 }, { 0xa1b23c4d, 0, 5 }, { 0xa1b2cd34, 8, 5000 } };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(v) / sizeof(v[0]); i++) {
		struct frame f;

		classic(v[i / 2].magic, i & 1, v[i / 2].extra);
		assert_int_equal(opened(n), 0);
		assert_int_equal(file.next(&file, &f), 1);
		assert_int_equal(f.time_ns, UINT64_C(1700000000) * 1000000000 + v[i / 2].sub);
		assert_true(f.cap_len == 4 && f.wire_len == 4 && f.link == 1);
		assert_int_equal(file.next(&file, &f), 1);
		assert_true(f.cap_len == 6 && f.wire_len == 60);
		assert_memory_equal(f.data, "abcdef", 6);
		assert_int_equal(file.next(&file, &f), 0);
		assert_string_equal(file.warning, "");
	}
}

static uint32_t block_begin(bool little, uint32_t type)
{
	uint32_t at = (uint32_t)n;

	word(little, type, 4);
	word(little, 0, 4);
	return at;
}

static void block_end(bool little, uint32_t at)
{
	size_t end;
	uint32_t length;

	while (n % 4)
		buf[n++] = 0;
	length = (uint32_t)n + 4 - at;
	word(little, length, 4);
	end = n;
	n = at + 4;
	word(little, length, 4);
	n = end;
}

/* A section with an interface of nanoseconds, an unknown block, an enhanced and a simple packet;
 * then one in the other byte order with an interface of seconds since 2 to the 0, one second late.
 */
static void pcapng(bool little)
{
	uint32_t at;

	n = 0;
	for (int section = 0; section < 2; section++, little = !little) {
		at = block_begin(little, 0x0a0d0d0a);
		word(little, 0x1a2b3c4d, 4);
		word(little, 1, 2);
		word(little, 0, 2);
		word(little, UINT32_MAX, 4);
		word(little, UINT32_MAX, 4);
		block_end(little, at);
		at = block_begin(little, 1);
		word(little, section ? 101 : 1, 2);
		word(little, 0, 2);
		word(little, 0, 4);
		word(little, 9, 2); /* if_tsresol */
		word(little, 1, 2);
		word(little, section ? 0x80000000 : 9, 4);
		if (little)
			buf[n - 4] = section ? 0x80 : 9;
		else
			buf[n - 4] = section ? 0x80 : 9, buf[n - 1] = 0;
		word(little, 14, 2); /* if_tsoffset */
		word(little, 8, 2);
		word(little, little ? (uint32_t)section : 0, 4);
		word(little, little ? 0 : (uint32_t)section, 4);
		word(little, 0, 4);
		block_end(little, at);
		at = block_begin(little, 0xbad);
		word(little, 7, 4);
		block_end(little, at);
		at = block_begin(little, 6);
		word(little, 0, 4);
		word(little, 0, 4);
		word(little, 42, 4);
		word(little, 5, 4);
		word(little, 50, 4);
		bytes("hello", 5);
		while (n % 4)
			buf[n++] = 0;
		word(little, 4, 2); /* epb_dropcount */
		word(little, 8, 2);
		word(little, little ? 3 : 0, 4);
		word(little, little ? 0 : 3, 4);
		word(little, 0, 4);
		block_end(little, at);
		at = block_begin(little, 3);
		word(little, 3, 4);
		bytes("abc", 3);
		block_end(little, at);
	}
}

static void reads_pcapng_in_both_byte_orders_at_once(void **state)
{
	(void)state;
	for (int little = 0; little < 2; little++) {
		struct frame f;

		pcapng(little);
		assert_int_equal(opened(n), 0);
		for (int section = 0; section < 2; section++) {
			assert_int_equal(file.next(&file, &f), 1);
			assert_true(f.cap_len == 5 && f.wire_len == 50 &&
				    f.link == (section ? 101 : 1));
			assert_int_equal(f.time_ns, section ? UINT64_C(43) * 1000000000 : 42);
			assert_int_equal(file.next(&file, &f), 1);
			assert_true(f.cap_len == 3 && f.wire_len == 3 && f.time_ns == 0);
		}
		assert_int_equal(file.next(&file, &f), 0);
		assert_int_equal(file.dropped, 6);
		assert_string_equal(file.warning, "");
	}
}

/* A file cut anywhere gives the frames it held, and one sentence unless the cut is between two. */
static void a_cut_file_gives_what_it_held(void **state)
{
	(void)state;
	for (int kind = 0; kind < 2; kind++) {
		size_t whole;
		uint32_t before = 0;

		if (kind)
			pcapng(true);
		else
			classic(0xa1b2c3d4, true, 0);
		whole = n;
		for (size_t held = 0; held < whole; held++) {
			struct frame f;
			uint32_t frames = 0;

			if (opened(held))
				continue;
			while (file.next(&file, &f) == 1)
				frames++;
			assert_true(frames >= before && frames <= before + 1);
			before = frames;
			assert_int_equal(file.next(&file, &f), 0);
		}
		assert_true(before > 0);
	}
}

static void impossible_lengths_end_with_a_sentence(void **state)
{
	struct frame f;

	(void)state;
	classic(0xa1b2c3d4, true, 0);
	memset(buf + 24 + 8, 0xff, 4);
	assert_int_equal(opened(n), 0);
	assert_int_equal(file.next(&file, &f), 0);
	assert_string_not_equal(file.warning, "");
	pcapng(true);
	memset(buf + 28 + 4, 0, 4); /* the interface block's length */
	assert_int_equal(opened(n), 0);
	assert_int_equal(file.next(&file, &f), 0);
	assert_string_not_equal(file.warning, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_variant_of_pcap),
		cmocka_unit_test(reads_pcapng_in_both_byte_orders_at_once),
		cmocka_unit_test(a_cut_file_gives_what_it_held),
		cmocka_unit_test(impossible_lengths_end_with_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
