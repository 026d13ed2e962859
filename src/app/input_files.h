/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INPUT_FILES_H
#define INPUT_FILES_H

#include "options.h"
#include "source.h"

/* The source that the options name: files merged, filtered. 0, or an exit status after one sentence
 * on standard error. */
int input_files_open(const struct options *o, struct source *out);

/* Tells a warning of the source, if it has one, in one sentence on standard error. */
void input_files_warn(const struct source *s);

/* Says in one sentence that frames of link types that are not read were passed over, if there were
 * any. */
void input_files_links(uint64_t unknown, uint64_t frames);

/* Progress bar on standard error, drawn at most ten times a second, only on a terminal and for
 * large inputs. */
struct progress {
	bool shown, wanted;
	uint64_t next_ns, start_ns;
};

void progress_init(struct progress *p);
void progress_step(struct progress *p, const struct source *s,
		   uint64_t frames); /* call now and then */
void progress_end(struct progress *p);

#endif
