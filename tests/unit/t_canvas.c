/* SPDX-License-Identifier: BSD-2-Clause */
#include "canvas.h"

#include "glyph.h"
#include "text.h"
#include "unit.h"

enum { W = 12, H = 4, GUARD = 2 };

/* A canvas of W x H in the middle of cells that must stay as they are. */
struct ground {
	struct cell all[(W + 2 * GUARD) * (H + 2 * GUARD)];
	struct canvas c;
};

static void ground_init(struct ground *g, bool ascii)
{
	struct canvas whole;

	whole = canvas_init(g->all, W + 2 * GUARD, H + 2 * GUARD, ascii);
	canvas_fill(&whole, 0, 0, whole.w, whole.h, ROLE_BAD, 'G');
	g->c = canvas_sub(&whole, GUARD, GUARD, W, H);
	canvas_fill(&g->c, 0, 0, W, H, ROLE_PLAIN, ' ');
}

static void guards_hold(const struct ground *g)
{
	for (int y = 0; y < H + 2 * GUARD; y++)
		for (int x = 0; x < W + 2 * GUARD; x++)
			if (x < GUARD || x >= W + GUARD || y < GUARD || y >= H + GUARD)
				assert_int_equal(g->all[y * (W + 2 * GUARD) + x].ch, 'G');
}

static void collect(void *ctx, const char *p, uint32_t n)
{
	struct text *t = ctx;

	for (uint32_t i = 0; i < n; i++)
		text_char(t, p[i]);
}

static void holds(const struct canvas *c, const char *expect)
{
	char buf[512];
	struct text t = text_init(buf, sizeof(buf));

	canvas_dump(c, (struct output) { &t, collect });
	assert_string_equal(buf, expect);
}

static void whatever_is_drawn_stays_inside(void **state)
{
	struct ground g;

	(void)state;
	ground_init(&g, false);
	for (int y = -3; y < H + 3; y++) {
		for (int x = -15; x < W + 3; x++) {
			canvas_put(&g.c, x, y, ROLE_PLAIN, "ab漢字e\xcc\x81 and more");
			canvas_fit(&g.c, x, y, 9, ROLE_PLAIN, "longer than nine");
			canvas_fit_tail(&g.c, x, y, 9, ROLE_PLAIN, "longer than 漢");
			canvas_right(&g.c, x, y, 9, ROLE_PLAIN, "x");
			canvas_wrap(&g.c, x, y, W, 2, ROLE_PLAIN,
				    "words that go on and on\nand on");
			canvas_bar(&g.c, x, y, 9, 1, 2);
			canvas_fill(&g.c, x, y, 99, 99, ROLE_PLAIN, '.');
			canvas_light(&g.c, x, y, 99, 99, LIT_FOUND);
			canvas_rule(&g.c, y);
		}
	}
	guards_hold(&g);
}

static void longer_text_ends_in_an_ellipsis(void **state)
{
	struct ground g;

	(void)state;
	ground_init(&g, false);
	canvas_fit(&g.c, 0, 0, 5, ROLE_PLAIN, "12345");
	canvas_fit(&g.c, 6, 0, 5, ROLE_PLAIN, "123456");
	canvas_fit_tail(&g.c, 0, 1, 5, ROLE_PLAIN, "a/b/c/d");
	canvas_fit(&g.c, 0, 2, 5, ROLE_PLAIN, "漢漢漢");
	canvas_right(&g.c, 6, 2, 5, ROLE_PLAIN, "12");
	holds(&g.c, "12345 1234…\n…/c/d\n漢漢…    12\n\n");
}

static void wide_glyphs_are_whole_or_not_there(void **state)
{
	struct ground g;

	(void)state;
	ground_init(&g, false);
	canvas_put(&g.c, W - 1, 0, ROLE_PLAIN, "漢");
	canvas_put(&g.c, 0, 1, ROLE_PLAIN, "漢字");
	canvas_put(&g.c, 1, 1, ROLE_PLAIN, "x"); /* on the right half of the first */
	canvas_put(&g.c, 0, 2, ROLE_PLAIN, "e\xcc\x81!");
	holds(&g.c, "\n x字\ne\xcc\x81!\n\n");
}

static void words_break_at_blanks(void **state)
{
	struct ground g;

	(void)state;
	ground_init(&g, false);
	assert_int_equal(canvas_wrap(&g.c, 0, 0, W, 1, ROLE_PLAIN, "one two three fourteen"), 3);
	assert_int_equal(canvas_wrap(&g.c, 0, 3, W, 0, ROLE_PLAIN, "a\nb"), 2);
	holds(&g.c, "one two\n three\n fourteen\na\n");
	assert_int_equal(canvas_wrap(&g.c, 0, 0, W, 0, ROLE_PLAIN, "123456789012"), 1);
	assert_int_equal(canvas_wrap(&g.c, 0, 0, W, 0, ROLE_PLAIN, ""), 0);
}

static void bars_are_in_proportion(void **state)
{
	struct ground g;

	(void)state;
	ground_init(&g, true);
	canvas_bar(&g.c, 0, 0, 4, 1, 2);
	canvas_bar(&g.c, 0, 1, 4, UINT64_MAX, UINT64_MAX);
	canvas_bar(&g.c, 0, 2, 4, UINT64_MAX / 2, UINT64_MAX);
	canvas_bar(&g.c, 0, 3, 4, 9, 0);
	holds(&g.c, "##..\n####\n#...\n....\n");
}

static void controls_and_broken_utf8_become_question_marks(void **state)
{
	struct ground g;

	(void)state;
	ground_init(&g, false);
	canvas_put(&g.c, 0, 0, ROLE_PLAIN, "\033[2J\a\x7f");
	canvas_put(&g.c, 0, 1, ROLE_PLAIN, "\xc3(\xff\xed\xa0\x80\xe2\x80\xae.");
	canvas_put(&g.c, 0, 2, ROLE_PLAIN, "\xe2\x82");
	holds(&g.c, "?[2J??\n?(???.\n??\n\n");
}

static void words_are_found_whatever_the_case(void **state)
{
	struct ground g;

	(void)state;
	ground_init(&g, false);
	canvas_put(&g.c, 1, 1, ROLE_PLAIN, "Kernel kern");
	assert_int_equal(canvas_find(&g.c, "kerN"), 2);
	assert_int_equal(g.c.cell[g.c.stride + 1].lit, LIT_FOUND);
	assert_int_equal(g.c.cell[g.c.stride + 5].lit, 0);
	assert_int_equal(canvas_find(&g.c, "nothing"), 0);
}

static void utf8_there_and_back(void **state)
{
	static const uint32_t some[] = { 1 + 0x20, 0x7e,   0xa0,    0x7ff,
					 0x800,    0xffff, 0x10000, 0x10ffff };

	(void)state;
	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		char buf[5] = { 0 };
		const char *p = buf;
		uint32_t n = glyph_utf8(some[i], buf);

		assert_int_equal(n, strlen(buf));
		assert_int_equal(glyph_next(&p), some[i]);
		assert_int_equal(*p, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_drawn_stays_inside),
		cmocka_unit_test(longer_text_ends_in_an_ellipsis),
		cmocka_unit_test(wide_glyphs_are_whole_or_not_there),
		cmocka_unit_test(words_break_at_blanks),
		cmocka_unit_test(bars_are_in_proportion),
		cmocka_unit_test(controls_and_broken_utf8_become_question_marks),
		cmocka_unit_test(words_are_found_whatever_the_case),
		cmocka_unit_test(utf8_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
