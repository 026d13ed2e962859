/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "confine.h"

#include <errno.h>
#include <string.h>

int confine_mode(const struct options *o, enum sandbox_mode *out, char *why, size_t n)
{
	const char *word = o->on[OPT_SANDBOX] ? o->value[OPT_SANDBOX] : sandbox_modes[0];
	int mode = 0;

	while (mode < SANDBOX_MODES && strcmp(word, sandbox_modes[mode]) != 0)
		mode++;
	if (mode == SANDBOX_MODES) {
		snprintf(why, n, "--sandbox takes on, report or off, not '%s'", word);
		return EXIT_USAGE;
	}
	*out = (enum sandbox_mode)mode;
	return 0;
}

int confine(const struct options *o, struct sandbox *s, char *why, size_t n)
{
	int r = confine_mode(o, &s->mode, why, n);

	if (r)
		return r;
	s->insist = o->on[OPT_SANDBOX];
	s->user = o->value[OPT_USER];
	r = sandbox_enter(s, why, n);
	return r == 0 ? 0 : r == -ENOENT ? EXIT_USAGE : EXIT_SYSTEM;
}

int confine_files(const struct options *o, int helper)
{
	struct sandbox s = { .sender = { helper }, .n_senders = helper >= 0 };
	char why[SANDBOX_WHY_MAX];
	int r = confine(o, &s, why, sizeof(why));

	if (r)
		fprintf(stderr, "bootscope: %s\n", why);
	return r;
}

void confine_report(void)
{
	const char *words = sandbox_report();

	if (words)
		fprintf(stderr, "bootscope: %s\n", words);
}
