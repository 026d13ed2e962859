/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SAVE_BOARDS_H
#define SAVE_BOARDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file_helper.h"
#include "scope.h"
#include "source.h"

/* The packets of chosen boards as pcapng, in a new file in the folder that the helper's first path
 * is. What is said is one sentence, size bytes of it at most. */
struct save_what {
	const struct file_helper *helper;
	const char *name;
	const struct scope *scope;
	const struct mac *boards;
	int n;
	char *said;
	size_t size;
};

/* What the scope's log holds, in order of time: bulk is there with its first packet (see
 * frame_log.h), and comments say so. False: it was not written. */
bool save_boards(const struct save_what *w);

/* All of them, out of a capture that is read again, a share at a time. Borrowed: scope, source. */
struct save_job;
enum save_step { SAVE_MORE, SAVE_DONE, SAVE_FAILED };

/* Makes the file. NULL: why not was said. */
struct save_job *save_job_new(const struct save_what *w, const struct source *from);
/* One share, from when the source was read to its end, or to the end of interest: so many frames it
 * had. Said: how far this is; how it ended. */
enum save_step save_job_step(struct save_job *j, uint64_t frames, char *said, size_t size);
/* Closes the file, with what was written to it. */
void save_job_end(struct save_job *j);
/* The same before its time: what is left of it is said. */
void save_job_stop(struct save_job *j, char *said, size_t size);

#endif
