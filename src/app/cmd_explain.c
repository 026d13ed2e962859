/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "commands.h"
#include "explain.h"
#include "guide.h"

enum { ANSWER = 64 << 10, PASTE = 64 << 10, COLUMNS_MIN = 40, COLUMNS_PIPE = 100 };

static unsigned columns(void)
{
	struct winsize w;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		return w.ws_col < COLUMNS_MIN ? COLUMNS_MIN : w.ws_col;
	return COLUMNS_PIPE;
}

/* Each line wrapped at blanks, what goes on indented like its beginning. Lines to paste have none
 * to wrap at, or are short. */
static void put_wrapped(const char *s)
{
	unsigned width = columns();

	while (*s) {
		size_t n = strcspn(s, "\n"), indent = strspn(s, " "), at = 0;

		while (n - at > width - (at ? indent : 0)) {
			size_t room = width - (at ? indent : 0), cut = room;

			while (cut > indent && s[at + cut] != ' ')
				cut--;
			if (cut <= indent)
				break;
			printf("%*s%.*s\n", at ? (int)indent : 0, "", (int)cut, s + at);
			at += cut + 1;
		}
		printf("%*s%.*s\n", at ? (int)indent : 0, "", (int)(n - at), s + at);
		s += n + (s[n] == '\n');
	}
}

static int answer(struct bytes query, bool pasted)
{
	char *buf = malloc(ANSWER);
	struct text t;
	const char *near;
	bool known;

	if (!buf)
		return EXIT_SYSTEM;
	t = text_init(buf, ANSWER);
	known = pasted && memchr(query.p, '\n', query.n) ? explain_paste(query, &t)
							 : explain_words(query, &t);
	if (known) {
		put_wrapped(buf);
	} else if (pasted) {
		fprintf(stderr,
			"bootscope: no line of it is known; 'bootscope explain' lists what is\n");
	} else {
		near = explain_near(query);
		t = text_init(buf, ANSWER);
		text_safe(&t, query);
		fprintf(stderr, "bootscope: nothing is known of '%s'; ", buf);
		if (near)
			fprintf(stderr, "did you mean '%s'?\n", near);
		else
			fprintf(stderr, "'bootscope explain' lists what is\n");
	}
	free(buf);
	return known ? EXIT_FINE : EXIT_FOUND;
}

static int from_stdin(void)
{
	char *buf = malloc(PASTE);
	size_t n;
	int r;

	if (!buf)
		return EXIT_SYSTEM;
	n = fread(buf, 1, PASTE, stdin);
	while (n && buf[n - 1] == '\n')
		n--;
	r = n ? answer(bytes_of(buf, (uint32_t)n), true)
	      : (fprintf(stderr, "bootscope: nothing came on standard input\n"), EXIT_USAGE);
	free(buf);
	return r;
}

static void topics(void)
{
	char buf[2048];
	struct text t = text_init(buf, sizeof(buf));

	explain_topics(&t);
	fputs(buf, stdout);
}

int cmd_explain(const struct options *o)
{
	const char *query = o->filter ? o->filter : ""; /* all words, joined */

	if (strcmp(query, "-") == 0)
		return from_stdin();
	if (*query)
		return answer(bytes_str(query), false);
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return guide();
	topics();
	return EXIT_FINE;
}
