/* SPDX-License-Identifier: BSD-2-Clause */
#include "save_pcapng.h"

#include <stdlib.h>

#include "savefile.h"
#include "unit.h"

static uint8_t file[1 << 18];
static uint32_t used;

static void write_file(void *ctx, const char *p, uint32_t n)
{
	(void)ctx;
	assert_true(used + n <= sizeof(file));
	if (n)
		memcpy(file + used, p, n);
	used += n;
}

static void begin(struct save_pcapng *s, const char *comment)
{
	used = 0;
	save_pcapng_begin(s, (struct output) { NULL, write_file }, "bootscope 1", comment);
}

static struct frame frame_of(const char *bytes, uint64_t ns, uint32_t link, uint32_t interface)
{
	return (struct frame) { .data = (const uint8_t *)bytes,
				.cap_len = (uint32_t)strlen(bytes),
				.wire_len = (uint32_t)strlen(bytes) + 40,
				.time_ns = ns,
				.link = link,
				.interface = interface };
}

static struct savefile in;

static void read_again(void)
{
	memset(&in, 0, sizeof(in));
	input_memory(file, used, &in.in);
	assert_int_equal(savefile_open(&in), 0);
}

static uint32_t word(uint32_t at)
{
	return (uint32_t)file[at + 3] << 24 | (uint32_t)file[at + 2] << 16 |
	       (uint32_t)file[at + 1] << 8 | file[at];
}

/* Blocks from begin to end: lengths agree and are multiples of four. How many there are. */
static uint32_t blocks(void)
{
	uint32_t n = 0;

	for (uint32_t at = 0; at < used; n++) {
		uint32_t size = word(at + 4);

		assert_true(size >= 12 && !(size & 3) && size <= used - at);
		assert_int_equal(word(at + size - 4), size);
		at += size;
	}
	return n;
}

static void what_was_saved_is_read_again(void **state)
{
	static const char *const texts[] = { "a", "ab", "abc", "abcd", "abcde", "" };
	struct save_pcapng s;
	struct frame out;

	(void)state;
	begin(&s, NULL);
	for (uint32_t i = 0; i < 6; i++) {
		struct frame f = frame_of(texts[i], UINT64_C(1700000000123456789) + i, 1, 0);

		save_pcapng_frame(&s, &f, NULL, 0);
	}
	assert_int_equal(s.frames, 6);
	assert_int_equal(blocks(), 8);
	read_again();
	for (uint32_t i = 0; i < 6; i++) {
		assert_int_equal(in.next(&in, &out), 1);
		assert_int_equal(out.cap_len, strlen(texts[i]));
		assert_int_equal(out.wire_len, strlen(texts[i]) + 40);
		assert_int_equal(out.link, 1);
		assert_true(out.time_ns == UINT64_C(1700000000123456789) + i);
		assert_memory_equal(out.data, texts[i], out.cap_len);
	}
	assert_int_equal(in.next(&in, &out), 0);
	assert_string_equal(in.warning, "");
}

static void which_way_a_frame_went_is_kept(void **state)
{
	static const enum frame_way ways[] = { FRAME_IN, FRAME_WAY_UNKNOWN, FRAME_OUT };
	static const char *const words = "word";
	struct frame f = frame_of("frame", 1, 1, 0), out;
	struct save_pcapng s;

	(void)state;
	begin(&s, NULL);
	for (uint32_t i = 0; i < 6; i++) {
		f.way = ways[i % 3];
		save_pcapng_frame(&s, &f, &words, i / 3);
	}
	assert_int_equal(blocks(), 8);
	read_again();
	for (uint32_t i = 0; i < 6; i++) {
		assert_int_equal(in.next(&in, &out), 1);
		assert_int_equal(out.way, ways[i % 3]);
	}
}

static void comments_of_every_length_leave_the_frames_whole(void **state)
{
	static const char words[] = "The offer says nothing of booting";
	struct frame f = frame_of("frame", 1, 1, 0), out;
	struct save_pcapng s;
	const char *two[2];

	(void)state;
	for (uint32_t n = 0; n < sizeof(words); n++) {
		two[0] = words + n;
		two[1] = words;
		begin(&s, words + n);
		save_pcapng_frame(&s, &f, two, 2);
		save_pcapng_frame(&s, &f, NULL, 0);
		assert_int_equal(blocks(), 4);
		read_again();
		assert_int_equal(in.next(&in, &out), 1);
		assert_int_equal(out.cap_len, 5);
		assert_int_equal(in.next(&in, &out), 1);
		assert_int_equal(in.next(&in, &out), 0);
	}
}

static void a_comment_too_long_is_cut_between_characters(void **state)
{
	char *words = malloc(80001);
	struct frame f = frame_of("frame", 1, 1, 0), out;
	const char *comment = words;
	struct save_pcapng s;

	(void)state;
	assert_non_null(words);
	for (uint32_t i = 0; i < 80000; i += 2)
		memcpy(words + i, i ? "\xc3\xa4" : "xy", 2);
	words[80000] = 0;
	begin(&s, NULL);
	save_pcapng_frame(&s, &f, &comment, 1);
	assert_int_equal(blocks(), 3);
	read_again();
	assert_int_equal(in.next(&in, &out), 1);
	free(words);
}

static void each_link_type_and_interface_is_described_once(void **state)
{
	struct save_pcapng s;
	struct frame out;

	(void)state;
	begin(&s, NULL);
	for (uint32_t i = 0; i < 12; i++) {
		struct frame f = frame_of("frame", 1, i & 1 ? 113 : 1, i % 3);

		save_pcapng_frame(&s, &f, NULL, 0);
	}
	assert_int_equal(s.n, 6);
	assert_int_equal(blocks(), 1 + 6 + 12);
	read_again();
	for (uint32_t i = 0; i < 12; i++) {
		assert_int_equal(in.next(&in, &out), 1);
		assert_int_equal(out.link, i & 1 ? 113 : 1);
	}
}

static void more_interfaces_than_fit_are_counted(void **state)
{
	struct save_pcapng s;

	(void)state;
	begin(&s, NULL);
	for (uint32_t i = 0; i < SAVE_INTERFACES_MAX + 3; i++) {
		struct frame f = frame_of("frame", 1, 1, i);

		save_pcapng_frame(&s, &f, NULL, 0);
	}
	assert_int_equal(s.left_out, 3);
	assert_int_equal(s.frames, SAVE_INTERFACES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_saved_is_read_again),
		cmocka_unit_test(which_way_a_frame_went_is_kept),
		cmocka_unit_test(comments_of_every_length_leave_the_frames_whole),
		cmocka_unit_test(a_comment_too_long_is_cut_between_characters),
		cmocka_unit_test(each_link_type_and_interface_is_described_once),
		cmocka_unit_test(more_interfaces_than_fit_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
