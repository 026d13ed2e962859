/* SPDX-License-Identifier: BSD-2-Clause */
#include "symptoms.h"

#include <stdlib.h>

#include "explain.h"
#include "unit.h"

enum { ROOM = 1 << 18 };

static char said[ROOM];

/* What comes of that line; false: over. */
static bool take(struct walk *w, const char *line)
{
	struct text t = text_init(said, ROOM);

	return walk_take(w, bytes_str(line), &t);
}

static enum symptom_id at(const struct walk *w)
{
	return (enum symptom_id)w->path[w->n - 1];
}

enum { QUESTIONS_MIN = 2, QUESTIONS_MAX = 5 };

/* All ways from node, which is the asked-th question. */
static void follow(enum symptom_id node, uint32_t asked, bool *reached)
{
	const struct symptom *row = symptom_row(node, 0), *answer;

	reached[node] = true;
	assert_non_null(row);
	if (row->kind == SYMPTOM_END) {
		assert_true(asked >= QUESTIONS_MIN);
		return;
	}
	/* a circle would go on for ever */
	assert_true(asked < QUESTIONS_MAX);
	assert_non_null(symptom_row(node, 2));
	for (uint32_t i = 1; (answer = symptom_row(node, i)) != NULL; i++) {
		assert_int_equal(answer->kind, SYMPTOM_ANSWER);
		follow(answer->id, asked + 1, reached);
	}
}

static void every_way_ends_after_two_to_five_questions(void **state)
{
	bool reached[SYMPTOMS] = { false };

	(void)state;
	follow(S_START, 0, reached);
	for (int i = 0; i < SYMPTOMS; i++)
		assert_true(reached[i]);
}

/* Something to run, and every sign that begins one has its end. */
static bool has_command(const char *test)
{
	uint32_t signs = 0;

	for (; *test; test++)
		signs += *test == '`';
	return signs && signs % 2 == 0;
}

static void every_end_names_what_explain_knows(void **state)
{
	const struct symptom *end, *cause;

	(void)state;
	for (int i = 0; i < SYMPTOMS; i++) {
		end = symptom_row((enum symptom_id)i, 0);
		if (end->kind != SYMPTOM_END)
			continue;
		assert_true(*end->text && *end->test && *end->fix);
		if (!has_command(end->test))
			fail_msg("%s: no whole command", end->test);
		assert_non_null(symptom_row(end->id, 1));
		for (uint32_t k = 1; (cause = symptom_row(end->id, k)) != NULL; k++) {
			struct text t = text_init(said, ROOM);

			assert_int_equal(cause->kind, SYMPTOM_CAUSE);
			if (!explain_title(cause->word) ||
			    !explain_words(bytes_str(cause->word), &t))
				fail_msg("%s is not known", cause->word);
		}
	}
}

/* No two answers to a question go by one word, and none by a command's. */
static void words_of_a_question_differ(void **state)
{
	const struct symptom *a, *b;

	(void)state;
	for (int node = 0; node < SYMPTOMS; node++)
		for (uint32_t i = 1; (a = symptom_row((enum symptom_id)node, i)) != NULL; i++) {
			if (a->kind != SYMPTOM_ANSWER)
				continue;
			for (uint32_t k = 1; k < i; k++) {
				b = symptom_row((enum symptom_id)node, k);
				assert_string_not_equal(a->word, b->word);
			}
			assert_string_not_equal(a->word, "b");
			assert_string_not_equal(a->word, "back");
			assert_string_not_equal(a->word, "q");
			assert_string_not_equal(a->word, "0");
		}
}

static void every_answer_can_be_given_by_number_and_by_word(void **state)
{
	const struct symptom *a;
	char number[16];

	(void)state;
	for (int node = 0; node < SYMPTOMS; node++)
		for (uint32_t i = 1; (a = symptom_row((enum symptom_id)node, i)) != NULL; i++) {
			struct walk w = { { (uint8_t)node }, 1 };
			struct text t = text_init(number, sizeof(number));

			if (a->kind != SYMPTOM_ANSWER)
				continue;
			text_fmt(&t, " %u\n", i);
			assert_true(take(&w, number));
			assert_int_equal(at(&w), a->id);
			w.n = 1;
			/* a number may be a word, but not another line's */
			assert_true(take(&w, a->word));
			assert_int_equal(at(&w), a->id);
		}
}

/* Four flashes are line four. */
static void flashes_are_lines(void **state)
{
	static const char *const begin[] = { "Three", "Four",  "Five", NULL,
					     "Seven", "Eight", "Nine", "Ten" };

	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		if (begin[i])
			assert_true(
				bytes_starts(bytes_str(symptom_row(S_LED, i + 3)->text), begin[i]));
}

static void it_goes_back_and_anew_and_ends(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w);
	assert_true(take(&w, "b"));
	assert_int_equal(w.n, 1);
	assert_true(take(&w, "pi4") && take(&w, "screen"));
	assert_int_equal(at(&w), S_SCREEN);
	assert_true(take(&w, "back"));
	assert_int_equal(at(&w), S_PI4);
	assert_true(take(&w, "led") && take(&w, "0"));
	assert_int_equal(at(&w), S_START);
	assert_false(take(&w, "q"));
	assert_false(take(&w, "QUIT"));
	assert_true(take(&w, ""));
}

static void some_of_the_words_will_do(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w);
	assert_true(take(&w, "lin"));
	assert_int_equal(at(&w), S_LINUX);
	assert_true(take(&w, "Waiting for root device"));
	assert_int_equal(at(&w), S_E_ROOT_ON_CARD);
	walk_begin(&w);
	assert_true(take(&w, "pi"));
	assert_int_equal(at(&w), S_START);
	assert_non_null(strstr(said, "pi3"));
	assert_true(take(&w, "pc") && take(&w, "pxe-e53"));
	assert_int_equal(at(&w), S_E_NO_BOOTFILE);
}

static void what_is_no_answer_is_told(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w);
	assert_true(take(&w, "somtimes"));
	assert_non_null(strstr(said, "did you mean 'sometimes'"));
	assert_true(take(&w, "qqqq"));
	assert_non_null(strstr(said, "Nothing is known of 'qqqq'"));
	assert_true(take(&w, "99"));
	assert_int_equal(w.n, 1);
	assert_true(take(&w, "?"));
	assert_non_null(strstr(said, "goes back"));
	assert_true(take(&w, "? option 66"));
	assert_non_null(strstr(said, "DHCP option 66"));
	assert_true(take(&w, "? dhcp-no-optoin43"));
	assert_non_null(strstr(said, "did you mean 'dhcp-no-option43'"));
	/* a message or an id that explain knows is told of wherever it is typed */
	assert_true(take(&w, "NFS3ERR_STALE"));
	assert_non_null(strstr(said, "fsid="));
	assert_int_equal(w.n, 1);
}

static void a_cause_is_told_by_its_number(void **state)
{
	struct walk w;

	(void)state;
	walk_begin(&w);
	assert_true(take(&w, "others") && take(&w, "same") && take(&w, "1"));
	assert_non_null(strstr(said, "tftp-serial-dir-missing: "));
	assert_int_equal(at(&w), S_E_SHARED_FOLDER);
	assert_true(take(&w, "9"));
	assert_true(take(&w, "tftp-serial"));
	assert_non_null(strstr(said, "TFTP root"));
}

static void an_answer_is_told_from_a_pasted_screen(void **state)
{
	(void)state;
	assert_true(walk_begins_with(bytes_str("2\r")));
	assert_true(walk_begins_with(bytes_str(" pi5 ")));
	assert_true(walk_begins_with(bytes_str("? ARP")));
	assert_false(walk_begins_with(bytes_str("")));
	assert_false(walk_begins_with(bytes_str("net: down")));
	assert_false(walk_begins_with(bytes_str("0xf21")));
	assert_false(walk_begins_with(bytes_str("99")));
	assert_false(walk_begins_with(bytes_str("0")));
}

/* Any bytes are taken, and none is shown as it is. */
static void hostile_lines_do_no_harm(void **state)
{
	uint8_t line[64];
	uint32_t seed = 1;
	struct walk w;

	(void)state;
	walk_begin(&w);
	for (int i = 0; i < 3000; i++) {
		struct text t = text_init(said, ROOM);
		uint32_t n = (uint32_t)i % sizeof(line);
		uint8_t *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		for (uint32_t k = 0; k < n; k++)
			exact[k] = (uint8_t)((seed = seed * 1103515245u + 12345u) >> 16);
		if (!walk_take(&w, bytes_of(exact, n), &t))
			walk_begin(&w);
		assert_true(w.n && w.n <= WALK_MAX);
		for (const char *c = said; *c; c++)
			assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
		(void)walk_begins_with(bytes_of(exact, n));
		free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_ends_after_two_to_five_questions),
		cmocka_unit_test(every_end_names_what_explain_knows),
		cmocka_unit_test(words_of_a_question_differ),
		cmocka_unit_test(every_answer_can_be_given_by_number_and_by_word),
		cmocka_unit_test(flashes_are_lines),
		cmocka_unit_test(it_goes_back_and_anew_and_ends),
		cmocka_unit_test(some_of_the_words_will_do),
		cmocka_unit_test(what_is_no_answer_is_told),
		cmocka_unit_test(a_cause_is_told_by_its_number),
		cmocka_unit_test(an_answer_is_told_from_a_pasted_screen),
		cmocka_unit_test(hostile_lines_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
