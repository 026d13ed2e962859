/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef INPUT_FILES_H
#define INPUT_FILES_H

#include "capture_file.h"
#include "options.h"
#include "source.h"

/* What the options name, opened and not looked at: between opening and beginning confine() takes
 * the rights away. Empty when n is 0 and filter NULL. */
struct input_files {
	struct opened file[FILES_MAX];
	int n;
	struct filter *filter;       /* given; NULL: none */
	struct redaction *redaction; /* borrowed; NULL: frames as they are */
};

/* 0, or an exit status after one sentence on standard error; then out is empty. */
int input_files_open(const struct options *o, struct input_files *out);
/* Closes what will not be begun. */
void input_files_drop(struct input_files *f);
/* Their frames, merged and filtered. f is empty afterwards, also on failure: an exit status, and
 * one sentence in why. */
int input_files_begin(struct input_files *f, struct source *out, char *why, size_t n);
/* Enters the sandbox, and begins. helper: the descriptor of a file_helper, -1: none. 0, or an exit
 * status after one sentence on standard error. */
int input_files_start(const struct options *o, struct input_files *f, int helper,
		      struct source *out);

/* The filter expression that the options have, of -F or behind the files: given, NULL: none. As
 * above. */
int input_filter(const struct options *o, char **out);

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
