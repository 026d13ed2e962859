/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints docs/findings.md: the vocabulary as a page, from its tables. */
#include <stdio.h>

#include "finding.h"

static void heading(enum stage s)
{
	printf("\n# At the stage %s\n", stage_key(s));
}

static void page(enum finding_id id)
{
	const struct finding_row *r = &findings[id];
	struct finding f = { .id = id };
	char buf[4096];
	struct text t = text_init(buf, sizeof(buf));

	printf("\n## %s\n\n**%s** (%s)\n\n", r->id, r->title, severity_key(r->severity));
	finding_message(&f, &t);
	printf("%s\n\n", buf);
	text_clear(&t);
	finding_expand(&f, r->fix, &t);
	printf("*To do:* %s\n\n*Rests on:* %s.\n", buf, finding_rests[id]);
	for (int d = 0; d < DIALECTS; d++) {
		text_clear(&t);
		if (finding_fix(&f, (enum dialect)d, &t))
			printf("\n%s:\n\n```\n%s\n```\n", dialect_keys[d], buf);
	}
}

int main(void)
{
	printf("<!-- SPDX-License-Identifier: BSD-2-Clause -->\n"
	       "<!-- made by make update-findings from src/diagnose/*.def -->\n\n"
	       "What bootscope can find, by the stage of the boot where it shows. Words in "
	       "capitals stand for "
	       "what a capture\nfills in. `bootscope explain ID` shows one of them.\n");
	for (int s = 0; s < STAGES; s++) {
		int any = 0;

		for (int i = 0; i < FINDINGS; i++) {
			if (findings[i].stage != (enum stage)s)
				continue;
			if (!any++)
				heading((enum stage)s);
			page((enum finding_id)i);
		}
	}
	return 0;
}
