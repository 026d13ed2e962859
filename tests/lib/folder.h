/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOLDER_H
#define FOLDER_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A folder of a test's own, gone with what is in it. One a program. */
static char folder[] = "/tmp/bootscope-test-XXXXXX";

static inline int folder_drop(void)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			(void)unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	return rmdir(folder);
}

/* The path of a file in it: eight are good at a time. */
static inline char *path_of(const char *name)
{
	static char path[8][128];
	static int turn;
	char *p = path[turn++ & 7];

	(void)snprintf(p, sizeof(path[0]), "%s/%s", folder, name);
	return p;
}

#endif
