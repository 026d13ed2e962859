/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum command {
	CMD_WATCH = 1 << 0, /* none is named: live */
	CMD_ANALYZE = 1 << 1,
	CMD_DECODE = 1 << 2,
	CMD_EXPLAIN = 1 << 3,
	CMD_SERVE = 1 << 4,
	CMD_AUDIT = 1 << 5,
	CMD_ALL = CMD_WATCH | CMD_ANALYZE | CMD_DECODE | CMD_EXPLAIN | CMD_SERVE | CMD_AUDIT
};

enum option_id {
#define OPTION(id, letter, name, argument, commands, help) id,
#include "options.def"
#undef OPTION
	OPTIONS,
};

enum {
	FILES_MAX = 256,
	INTERFACES_MAX = 16,
	GIVEN_MAX = 1024,
	EXIT_FINE = 0,
	EXIT_FOUND = 1,
	EXIT_USAGE = 2,
	EXIT_SYSTEM = 3
};

/* An option as it was given. */
struct given {
	enum option_id id;
	const char *value; /* NULL: it takes no argument */
};

/* What the command line asked for. Strings are borrowed from argv. */
struct options {
	enum command command;
	bool bare;                     /* no command was named: bootscope -r FILE */
	bool on[OPTIONS];              /* given */
	const char *value[OPTIONS];    /* its argument, the last one given */
	struct given given[GIVEN_MAX]; /* all of them, in order: some count each time */
	int n_given;
	char *file[FILES_MAX];
	int n_files;
	char *filter;   /* given: the words behind the files, joined; NULL: none */
	uint64_t count; /* -c, UINT64_MAX when not given */
	uint64_t width; /* --width, 0 when not given     */
	uint64_t snaplen, buffer_kib, rotate_mb, rotate_files, memory_mb; /* 0: not given */
	char *interface[INTERFACES_MAX];                                  /* given */
	int n_interfaces;
	struct redaction *redaction; /* of --redact, borrowed. NULL: none */
	struct serve_config *serve;  /* of the command serve, borrowed. NULL: it only watches */
};

/* 0, or EXIT_USAGE after one sentence on standard error. Words that are no files begin the filter.
 */
int options_parse(int argc, char **argv, struct options *out);
const char *option_name(enum option_id id); /* long, static */
void options_free(struct options *o);
void options_usage(enum command c, FILE *to);
/* False: no such shell. */
bool options_completions(const char *shell, FILE *to);

#endif
