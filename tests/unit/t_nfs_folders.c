/* SPDX-License-Identifier: BSD-2-Clause */
/* The NFS server over real folders: on the last of the file systems that can be had here, or on the
 * one named. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nfs_conform.h"
#include "nfs_dir.h"
#include "places.h"

static const struct place *at;
static struct nfs_exports exports;
static char root[3][128];
static struct nfs_dir *dir;
static struct nfs_dir_thread *thread;
static int aside[2];

static struct nfs_fs folders_open(void)
{
	char why[256] = "";

	exports.n = 3;
	for (uint16_t i = 0; i < 3; i++) {
		snprintf(root[i], sizeof(root[i]), "%s/%d", at->path, i + 1);
		if (mkdir(root[i], 0755))
			perror(root[i]);
		exports.export[i] = (struct nfs_export) { .id = (uint16_t)(i + 1),
							  .path = "/pi",
							  .root = root[i] };
	}
	if (nfs_dir_open(&exports, NULL, &dir, why, sizeof(why)))
		fprintf(stderr, "# %s\n", why);
	if (pipe2(aside, O_CLOEXEC | O_NONBLOCK))
		perror("pipe");
	thread = nfs_dir_thread_new(dir, &(struct nfs_dir_lent) { .aside = aside });
	return nfs_dir_fs(thread);
}

static void folders_close(void)
{
	char command[sizeof(root) + 16];

	nfs_dir_thread_free(thread);
	nfs_dir_free(dir);
	close(aside[0]);
	close(aside[1]);
	snprintf(command, sizeof(command), "rm -rf '%s' '%s' '%s'", root[0], root[1], root[2]);
	if (system(command))
		fprintf(stderr, "# %s failed\n", command);
}

int main(int argc, char **argv)
{
	static struct place place[PLACES_MAX];
	/* a user namespace may know of nobody but root */
	const bool is_root = geteuid() == 0 && setfsuid(1000) == 0 && setfsuid(0) == 1000;
	const struct nfs_place conform = { folders_open, folders_close, is_root, is_root, true };
	int n = places_open(place), r;

	if (!n)
		return 99;
	at = &place[n - 1];
	for (int i = 0; i < n && argc > 1; i++)
		if (strcmp(place[i].kind, argv[1]) == 0)
			at = &place[i];
	r = nfs_conform(&conform);
	return r ? r : places_close();
}
