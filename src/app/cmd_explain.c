/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "confine.h"
#include "explain.h"
#include "guide.h"
#include "json.h"
#include "stdout.h"
#include "symptoms.h"
#include "wrapped.h"

/* The answer to 64 kB pasted is far below: the core lists some hundred lines and no more. */
enum { ANSWER = 1 << 20, PASTE = 64 << 10 };

static void topics(void)
{
	char buf[4096];
	struct text t = text_init(buf, sizeof(buf));

	explain_topics(&t);
	fputs(buf, stdout);
}

/* Each line at the margin is a subject, what is indented below it tells of it. */
static void put_json(struct bytes query, bool pasted, bool known, const char *near, const char *s)
{
	struct json json;
	const struct sink *to = &json.sink;
	bool open = false;

	json_init(&json, stdout_output(), true);
	sink_object(to, NULL);
	sink_text(to, "schema", "bootscope-explain/1");
	if (pasted)
		sink_null(to, "query");
	else
		sink_bytes(to, "query", query);
	sink_bool(to, "known", known);
	sink_text(to, "near", near);
	sink_list(to, "answers");
	while (known && *s) {
		uint32_t n = (uint32_t)strcspn(s, "\n");
		uint32_t indent = (uint32_t)strspn(s, " ");

		if (!indent) {
			if (open) {
				sink_close(to);
				sink_close(to);
			}
			sink_object(to, NULL);
			sink_bytes(to, "subject", bytes_of(s, n));
			sink_list(to, "text");
			open = true;
		} else if (open && indent < n) {
			indent = indent > WRAPPED_VERBATIM ? WRAPPED_VERBATIM : indent;
			sink_bytes(to, NULL, bytes_of(s + indent, n - indent));
		}
		s += n + (s[n] == '\n');
	}
	if (open) {
		sink_close(to);
		sink_close(to);
	}
	sink_close(to);
	sink_close(to);
	json.out.write(json.out.ctx, "\n", 1);
}

static void say_unknown(struct bytes query, bool pasted, const char *near)
{
	char buf[1024];
	struct text t = text_init(buf, sizeof(buf));

	if (pasted) {
		fprintf(stderr,
			"bootscope: no line of it is known; 'bootscope explain' lists what is\n");
		return;
	}
	text_safe(&t, query);
	fprintf(stderr, "bootscope: nothing is known of '%s'; ", buf);
	if (near)
		fprintf(stderr, "did you mean '%s'?\n", near);
	else
		fprintf(stderr, "'bootscope explain' lists what is\n");
}

static int answer(const struct options *o, struct bytes query, bool pasted)
{
	char *buf = malloc(ANSWER);
	struct text t;
	const char *near = NULL;
	bool known;
	int r = 0;

	if (!buf)
		return EXIT_SYSTEM;
	t = text_init(buf, ANSWER);
	pasted = pasted && memchr(query.p, '\n', query.n);
	known = pasted ? explain_paste(query, &t) : explain_words(query, &t);
	if (!known && !pasted)
		near = explain_near(query);
	if (o->on[OPT_JSON]) {
		put_json(query, pasted, known, near, buf);
		r = stdout_end();
	} else if (known) {
		put_wrapped(buf);
	} else {
		say_unknown(query, pasted, near);
	}
	free(buf);
	return r ? r : known ? EXIT_FINE : EXIT_FOUND;
}

static struct bytes first_line(const char *s, size_t n)
{
	const char *nl = memchr(s, '\n', n);

	return bytes_of(s, (uint32_t)(nl ? (size_t)(nl - s) : n));
}

/* Answers to the guide's questions may come from a pipe as well; what begins otherwise is pasted.
 * Without the sign '-' an empty input is none: scripts run with one. */
static int from_stdin(const struct options *o, bool asked)
{
	char *buf = malloc(PASTE + 1);
	size_t n;
	int r;

	if (!buf)
		return EXIT_SYSTEM;
	n = fread(buf, 1, PASTE + 1, stdin);
	if (n > PASTE) {
		n = PASTE;
		fprintf(stderr, "bootscope: only the first %d kB are read\n", PASTE >> 10);
	}
	while (n && strchr(" \t\r\n", buf[n - 1]))
		n--;
	if (n && !asked && !o->on[OPT_JSON] && walk_begins_with(first_line(buf, n))) {
		FILE *answers = fmemopen(buf, n, "r");

		r = answers ? guide(answers) : EXIT_SYSTEM;
		if (answers)
			fclose(answers);
	} else if (n) {
		r = answer(o, bytes_of(buf, (uint32_t)n), true);
	} else if (asked) {
		fprintf(stderr, "bootscope: nothing came on standard input\n");
		r = EXIT_USAGE;
	} else {
		topics();
		r = EXIT_FINE;
	}
	free(buf);
	return r;
}

int cmd_explain(const struct options *o)
{
	const char *query = o->filter ? o->filter : ""; /* all words, joined */
	int r = confine_files(o, -1);

	if (r)
		return r;
	if (strcmp(query, "-") == 0)
		return from_stdin(o, true);
	if (strcmp(query, "guide") == 0)
		return guide(stdin);
	if (*query)
		return answer(o, bytes_str(query), false);
	if (!isatty(STDIN_FILENO))
		return from_stdin(o, false);
	if (isatty(STDOUT_FILENO) && !o->on[OPT_JSON])
		return guide(stdin);
	topics();
	return EXIT_FINE;
}
