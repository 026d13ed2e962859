/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "guide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"
#include "symptoms.h"
#include "wrapped.h"

/* A finding with all its fixes is some kB; a list of all of them is more. */
enum { SAID = 1 << 18, LINE = 512 };

static bool same(const struct walk *a, const struct walk *b)
{
	return a->n == b->n && memcmp(a->path, b->path, a->n) == 0;
}

/* What stands behind the room for a line is no answer. */
static bool line_of(FILE *in, char *line)
{
	if (!fgets(line, LINE, in))
		return false;
	if (strchr(line, '\n'))
		line[strcspn(line, "\n")] = 0;
	else
		for (int c = getc(in); c != '\n' && c != EOF;)
			c = getc(in);
	return true;
}

int guide(FILE *in)
{
	bool echo = !isatty(fileno(in)); /* of what is piped in nobody saw the typing */
	char line[LINE], *said = malloc(SAID);
	struct walk w, was = { .n = 0 };

	if (!said)
		return EXIT_SYSTEM;
	walk_begin(&w);
	for (bool on = true; on;) {
		struct text t = text_init(said, SAID);

		if (!same(&w, &was)) {
			putchar('\n');
			walk_show(&w, &t);
			put_wrapped(said);
			was = w;
		}
		fputs("> ", stdout);
		fflush(stdout);
		on = line_of(in, line);
		if (!on || echo)
			printf("%s\n", on ? line : "");
		text_clear(&t);
		on = on && walk_take(&w, bytes_str(line), &t);
		put_wrapped(said);
	}
	free(said);
	return EXIT_FINE;
}
