/* SPDX-License-Identifier: BSD-2-Clause */
#include "symptoms.h"

#include "explain.h"
#include "query.h"

/* clang-format off */
static const struct symptom rows[] = {
#define ASK(ID, text) { SYMPTOM_ASK, S_##ID, NULL, text, NULL, NULL },
#define ANSWER(word, text, to) { SYMPTOM_ANSWER, S_##to, word, text, NULL, NULL },
#define END(ID, text, test, fix) { SYMPTOM_END, S_##ID, NULL, text, test, fix },
#define CAUSE(what) { SYMPTOM_CAUSE, S_START, what, NULL, NULL, NULL },
#include "symptoms.def"
#undef ASK
#undef ANSWER
#undef END
#undef CAUSE
};
/* clang-format on */

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static bool is_node(const struct symptom *r)
{
	return r->kind == SYMPTOM_ASK || r->kind == SYMPTOM_END;
}

const struct symptom *symptom_row(enum symptom_id node, uint32_t i)
{
	for (uint32_t at = 0; at < ROWS; at++) {
		if (!is_node(&rows[at]) || rows[at].id != node)
			continue;
		for (uint32_t k = 1; k <= i; k++)
			if (at + k >= ROWS || is_node(&rows[at + k]))
				return NULL;
		return &rows[at + i];
	}
	return NULL;
}

void walk_begin(struct walk *w)
{
	w->path[0] = S_START;
	w->n = 1;
}

static enum symptom_id here(const struct walk *w)
{
	return (enum symptom_id)w->path[w->n - 1];
}

/* What is between ` ` is to be typed: a line of its own, indented so that it stays whole. */
static void show_test(const char *s, struct text *out)
{
	bool command = false, first = true;

	text_str(out, "  To make sure:");
	while (*s) {
		uint32_t n = 0;
		struct bytes part;

		while (s[n] && s[n] != '`')
			n++;
		part = trimmed(bytes_of(s, n));
		if (part.n) {
			text_str(out, command ? "\n    " : first ? " " : "\n  ");
			text_safe(out, part);
			first = false;
		}
		s += n;
		if (*s) {
			s++;
			command = !command;
		}
	}
	text_char(out, '\n');
}

static void show_end(const struct symptom *end, struct text *out)
{
	const struct symptom *cause;

	text_fmt(out, "%s\n", end->text);
	show_test(end->test, out);
	text_fmt(out, "  To do: %s\n  What it can be, likely ones first:\n", end->fix);
	for (uint32_t i = 1; (cause = symptom_row(end->id, i)) != NULL; i++)
		text_fmt(out, "  %u  %s: %s\n", i, cause->word, explain_title(cause->word));
	text_str(out, "A number tells all of one of them, b goes back, 0 begins anew, q ends.\n");
}

void walk_show(const struct walk *w, struct text *out)
{
	const struct symptom *node = symptom_row(here(w), 0), *answer;

	if (node->kind == SYMPTOM_END) {
		show_end(node, out);
		return;
	}
	text_fmt(out, "%s\n", node->text);
	for (uint32_t i = 1; (answer = symptom_row(node->id, i)) != NULL; i++)
		text_fmt(out, "  %u  %s: %s\n", i, answer->word, answer->text);
	if (w->n == 1)
		text_str(out, "Answer with a number or a word; b goes back, ? WORD explains one, q "
			      "ends.\n");
}

static bool begins(const char *s, struct bytes v)
{
	uint32_t i = 0;

	while (i < v.n && s[i] && lower_case((uint8_t)s[i]) == lower_case(v.p[i]))
		i++;
	return i == v.n;
}

/* Shorter runs of letters stand in too many answers. */
enum { LETTERS_MIN = 3 };

/* The one answer that is meant, by word, by its beginning or by some of its text; n: how many it
 * could be. */
static const struct symptom *answer_meant(const struct symptom *node, struct bytes v, uint32_t *n)
{
	const struct symptom *r, *found = NULL;

	for (uint32_t i = 1; (r = symptom_row(node->id, i)) != NULL; i++)
		if (word_is(v, r->word)) {
			*n = 1;
			return r;
		}
	*n = 0;
	for (uint32_t i = 1; (r = symptom_row(node->id, i)) != NULL; i++)
		if (begins(r->word, v) ||
		    (r->text && v.n >= LETTERS_MIN && word_within(v, r->text))) {
			found = r;
			++*n;
		}
	return *n == 1 ? found : NULL;
}

static const char *nearest_answer(const struct symptom *node, struct bytes v)
{
	const struct symptom *r;
	const char *best = NULL;
	uint32_t least = v.n / 3 + 1;

	for (uint32_t i = 1; (r = symptom_row(node->id, i)) != NULL; i++) {
		uint32_t d = words_apart(v, r->word);

		if (d < least) {
			least = d;
			best = r->word;
		}
	}
	return best;
}

static void say_did_you_mean(const char *near, struct bytes v, struct text *out)
{
	text_str(out, "Nothing is known of '");
	text_safe(out, v.n < 60 ? v : bytes_of(v.p, 60));
	if (near)
		text_fmt(out, "'; did you mean '%s'?\n", near);
	else
		text_str(out, "'. A number of the list, one of its words, b, ? or q.\n");
}

static void explain_word(struct bytes v, struct text *out)
{
	if (!v.n)
		text_str(out,
			 "Answer with the number of a line or with its word; the beginning of a "
			 "word, or what the line says, will do.\n"
			 "  b  goes back one question, 0 to the first\n"
			 "  q  ends\n"
			 "  ? WORD  explains a word, a message, an error: ? ARP, ? option 43, ? "
			 "led 0/4, ? TFTP 1: File not found\n");
	else if (!explain_words(v, out))
		say_did_you_mean(explain_near(v), v, out);
}

static void step(struct walk *w, const struct symptom *r, struct text *out)
{
	if (r->kind == SYMPTOM_CAUSE)
		explain_words(bytes_str(r->word), out);
	else if (w->n < WALK_MAX)
		w->path[w->n++] = (uint8_t)r->id;
}

static void answer(struct walk *w, struct bytes v, struct text *out)
{
	const struct symptom *node = symptom_row(here(w), 0), *r = NULL;
	uint32_t n = 0, i;

	if (word_number(v, &i) && i)
		r = symptom_row(node->id, i);
	if (!r)
		r = answer_meant(node, v, &n);
	if (r) {
		step(w, r, out);
	} else if (n > 1) {
		text_str(out, "Which of them:");
		for (i = 1; (r = symptom_row(node->id, i)) != NULL; i++)
			if (begins(r->word, v) || (r->text && word_within(v, r->text)))
				text_fmt(out, " %s", r->word);
		text_str(out, "?\n");
	} else if (!explain_words(v, out)) {
		const char *near = nearest_answer(node, v);

		say_did_you_mean(near ? near : explain_near(v), v, out);
	}
}

bool walk_take(struct walk *w, struct bytes line, struct text *out)
{
	struct bytes v = trimmed(line);

	if (!v.n)
		return true;
	if (word_is(v, "q") || word_is(v, "quit") || word_is(v, "exit"))
		return false;
	if (v.p[0] == '?')
		explain_word(trimmed(bytes_of(v.p + 1, v.n - 1)), out);
	else if (word_is(v, "0"))
		walk_begin(w);
	else if (!word_is(v, "b") && !word_is(v, "back"))
		answer(w, v, out);
	else if (w->n > 1)
		w->n--;
	else
		text_str(out, "This is the first question.\n");
	return true;
}

bool walk_begins_with(struct bytes line)
{
	struct bytes v = trimmed(line);
	const struct symptom *start = symptom_row(S_START, 0);
	uint32_t i;

	if (!v.n || v.p[0] == '?' || word_is(v, "q") || word_is(v, "b"))
		return v.n;
	if (word_number(v, &i))
		return i && symptom_row(start->id, i);
	for (i = 1; symptom_row(start->id, i); i++)
		if (word_is(v, symptom_row(start->id, i)->word))
			return true;
	return false;
}
