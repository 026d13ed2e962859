/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SITE_VISIT_H
#define SITE_VISIT_H

#include "board.h"
#include "boot_names.h"
#include "site_parts.h"

/* What the look at boot files and that at their folders share; for src/site alone. */

/* Facts 3.2 to 3.5; what it goes on to ask for is in boot_names.h. */
struct model {
	const char *key, *title;
	enum family family;
	const char *first[2]; /* any of them in the folder: it is the one */
	const char *mark[2];  /* how names begin that are for this model alone */
};

extern const struct model site_models[SITE_MODELS];

/* One folder, for one model. */
struct visit {
	const struct site *s;
	struct site_report *r;
	const struct model *m;
	const char *folder, *about;
	struct config config;
	uint32_t failed; /* what ends the boot */
	/* of the folder: its command line was looked at, and is of no use; said once */
	bool *line_seen, *line_bad;
};

void visit_look(const struct visit *v, const char *path, struct site_facts *out);
bool visit_has(const struct visit *v, struct bytes name);
/* The whole name of what is below the TFTP folder, for a shell. */
void visit_shell(const struct visit *v, const char *path, struct text *t);
/* The first name in the folder that begins so; and, when end is given, ends so. */
struct bytes visit_name_like(const struct site_tree *t, const char *folder, const char *begin,
			     const char *end);
/* All that the model needs of the folder. */
enum site_verdict visit_files(struct visit *v);

#endif
