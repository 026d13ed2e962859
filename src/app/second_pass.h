/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SECOND_PASS_H
#define SECOND_PASS_H

#include "exhibits.h"
#include "input_files.h"
#include "options.h"
#include "save_pcapng.h"
#include "scope.h"

/*
 * Reading the input once more, for the bytes of what the first reading found. Input that comes once
 * only is kept by second_pass_open before the first reading; o is a copy of the options that names
 * what is kept, and files are the same once more: nothing can be opened when they are needed.
 */
struct second_pass {
	struct options o;
	struct input_files files;
	char kept[FILES_MAX][32];
};

/* 0, or an exit status after one sentence on standard error. */
int second_pass_open(const struct options *o, struct second_pass *out);
/* Fills x with the packets of its frames, and saves the packets of boards, with comments where x
 * points. save NULL: not wanted. 0, or an exit status after one sentence. */
int second_pass(struct second_pass *again, const struct scope *s, struct exhibits *x,
		struct save_pcapng *save);

#endif
