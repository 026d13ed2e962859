/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "confine.h"

#include <errno.h>
#include <string.h>

int confine(const struct options *o, struct sandbox *s)
{
	const char *word = o->on[OPT_SANDBOX] ? o->value[OPT_SANDBOX] : sandbox_modes[0];
	char why[SANDBOX_WHY_MAX];
	int mode = 0, r;

	while (mode < SANDBOX_MODES && strcmp(word, sandbox_modes[mode]) != 0)
		mode++;
	if (mode == SANDBOX_MODES) {
		fprintf(stderr, "bootscope: --sandbox takes on, report or off, not '%s'\n", word);
		return EXIT_USAGE;
	}
	s->mode = (enum sandbox_mode)mode;
	s->insist = o->on[OPT_SANDBOX];
	s->user = o->value[OPT_USER];
	r = sandbox_enter(s, why, sizeof(why));
	if (!r)
		return 0;
	fprintf(stderr, "bootscope: %s\n", why);
	return r == -ENOENT ? EXIT_USAGE : EXIT_SYSTEM;
}

int confine_files(const struct options *o)
{
	struct sandbox s = { .phase = SANDBOX_FILES };

	return confine(o, &s);
}

void confine_report(void)
{
	const char *words = sandbox_report();

	if (words)
		fprintf(stderr, "bootscope: %s\n", words);
}
