/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FILE_HELPER_H
#define FILE_HELPER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A process of its own that makes files for one that no longer can: it is started before the
 * sandbox is entered, keeps the right to make files in the folders named now and no other, and
 * hands over what it made. It reads nothing but requests of one fixed size, and ends with whoever
 * started it. Start it before sockets are opened that it shall not have.
 */
struct file_helper {
	int fd; /* -1: none. Put it among sandbox.sender */
	int pid;
};

enum { FILE_HELPER_PATHS = 8, FILE_HELPER_NAME = 256, FILE_HELPER_WHY_MAX = 512 };

/*
 * paths: a folder ("DIR/", "." and so on) lets new files be made in it, under any name; a file's
 * name lets files be made, written over, renamed and removed beside it whose names begin like its
 * own (its ending left away). user as in struct sandbox. 0, or a negative errno and one sentence.
 */
int file_helper_start(const char *const *paths, int n_paths, const char *user,
		      struct file_helper *out, char *why, size_t n)
	__attribute__((warn_unused_result));

/* A descriptor to write on, or a negative errno. which is an index into paths, name has no folder.
 * over: what stands under the name goes; without it that is -EEXIST. */
int file_helper_make(const struct file_helper *h, int which, const char *name, bool over)
	__attribute__((warn_unused_result));
int file_helper_rename(const struct file_helper *h, int which, const char *from, const char *to)
	__attribute__((warn_unused_result));
int file_helper_remove(const struct file_helper *h, int which, const char *name)
	__attribute__((warn_unused_result));

/* It ends when this is closed. */
void file_helper_end(struct file_helper *h);

#endif
