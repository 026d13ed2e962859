/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrapped.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_MIN = 40, COLUMNS_PIPE = 100 };

static unsigned columns(void)
{
	struct winsize w;

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		return w.ws_col < COLUMNS_MIN ? COLUMNS_MIN : w.ws_col;
	return COLUMNS_PIPE;
}

void put_wrapped(const char *s)
{
	unsigned width = columns();

	while (*s) {
		size_t n = strcspn(s, "\n"), indent = strspn(s, " "), at = 0;

		bool whole = indent >= WRAPPED_VERBATIM && n > indent && s[indent] != '=';

		while (!whole && n - at > width - (at ? indent : 0)) {
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
