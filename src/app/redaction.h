/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REDACTION_H
#define REDACTION_H

#include "input_files.h"
#include "options.h"
#include "redact.h"
#include "source.h"

/* What is said wherever the result goes. */
extern const char redaction_note[];

/*
 * --redact. The input is read once for the names in it; what is opened with these options
 * (input_files_open) gives frames that can be shown to anybody.
 */
struct redaction {
	struct options o;       /* a copy: input that comes once only is kept under other names */
	char *given[FILES_MAX]; /* names of the files on the command line */
	char *shown[FILES_MAX]; /* ... and of the files as they may be told */
	char kept[FILES_MAX][32];
	struct input_files files; /* to be read for the names */
	struct redact *redact;
};

/* Opens what there is to be opened. 0, or an exit status after one sentence on standard error. */
int redaction_open(struct redaction *r, const struct options *o);
/* Reads for the names, before any other reading begins. 0, or an exit status and one sentence in
 * why. */
int redaction_learn(struct redaction *r, char *why, size_t size);
void redaction_end(struct redaction *r);

/* Files that were opened: what is said of them names them as they may be told. */
void redaction_rename(const struct redaction *r, struct input_files *files);
/* Frames of below, which is given, redacted; r is borrowed. As above. */
int redaction_source(struct redaction *r, struct source below, struct source *out, char *why,
		     size_t n);

#endif
