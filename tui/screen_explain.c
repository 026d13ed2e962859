/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "explain.h"
#include "page.h"

enum { ANSWER = 24576 };

/* The rows of what can be asked for, without the words around them: those are of the command. */
static void topics(struct page *p)
{
	char buf[ANSWER];
	struct text t = text_init(buf, sizeof(buf));

	explain_topics(&t);
	for (const char *s = buf; *s;) {
		char row[160];
		struct text out = text_init(row, sizeof(row));
		bool of_rows = *s == ' ';

		for (; *s && *s != '\n'; s++)
			text_char(&out, *s);
		s += *s == '\n';
		if (of_rows)
			page_wrap(p, 1, 28, ROLE_PLAIN, row);
	}
}

/* Lines of an answer: the blanks before one are its indent. */
static void answer(const char *s, struct page *p)
{
	char buf[2048];

	while (*s) {
		struct text t = text_init(buf, sizeof(buf));
		int indent = 0;

		for (; *s == ' '; s++)
			indent++;
		for (; *s && *s != '\n'; s++)
			text_char(&t, *s);
		s += *s == '\n';
		if (t.pos)
			page_wrap(p, 1 + indent, 0, indent ? ROLE_PLAIN : ROLE_STRONG, buf);
		else
			page_next(p);
	}
}

static void fill(const struct ui *ui, const struct view *v, struct page *p)
{
	char buf[ANSWER];
	struct text t = text_init(buf, sizeof(buf));
	struct bytes q = bytes_str(ui->question);
	const char *near;

	(void)v;
	if (!ui->question[0]) {
		page_wrap(p, 1, 0, ROLE_STRONG,
			  "Press e and type what is to be explained: a line of the Pi's screen or "
			  "log, "
			  "a LED pattern (4 long 7 short), tftp 2, NFS3ERR_STALE, option 43, "
			  "BOOT_ORDER=0xf21, a board revision, the id of a finding.");
		page_next(p);
		topics(p);
		return;
	}
	page_put(p, 1, ROLE_DIM, "e asks for something else. Now: ");
	page_fit(p, 33, p->c->w - 34, ROLE_KEY, ui->question);
	page_next(p);
	page_next(p);
	if (explain_words(q, &t) || explain_paste(q, &t)) {
		answer(buf, p);
		return;
	}
	page_wrap(p, 1, 0, ROLE_WARN, "Nothing is known of that.");
	near = explain_near(q);
	if (near) {
		text_clear(&t);
		text_fmt(&t, "Did you mean: %s", near);
		page_wrap(p, 1, 0, ROLE_STRONG, buf);
	}
	page_next(p);
	page_line(p, 1, ROLE_PLAIN, "What is known:");
	topics(p);
}

static unsigned act_ask(struct ui *ui)
{
	return ui_prompt(ui, PROMPT_ASK, "");
}

/* clang-format off */
static const struct key keys[] = {
	{ 'e', PRESS_ENTER, "e", "ask", "ask for an explanation", act_ask },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_explain = {
	.name = "explain",
	.about = "what a line of the Pi's screen, a LED pattern, an error code, an option means",
	.keys = keys,
	.fill = fill,
};
