/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SAVE_BOARDS_H
#define SAVE_BOARDS_H

#include <stdbool.h>
#include <stddef.h>

#include "file_helper.h"
#include "scope.h"

/*
 * Writes the packets of n boards that the scope's log holds to a new file in the folder that the
 * helper's first path is: pcapng, in order of time. Bulk is there with its first packet (see
 * frame_log.h), and a comment says so. One sentence in said either way. False: it was not written.
 */
bool save_boards(const struct file_helper *helper, const char *name, const struct scope *s,
		 const struct mac *boards, int n, char *said, size_t size);

#endif
