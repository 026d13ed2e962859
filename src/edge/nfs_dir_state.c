/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "nfs_dir_parts.h"
#include "seed.h"

/* What outlives this process: the key of handles, and where files were seen. */

static bool key_read(int folder, const char *name, struct nfs_key *out)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool r = fd >= 0 && read(fd, out->k, NFS_KEY) == NFS_KEY;

	if (fd >= 0)
		close(fd);
	return r;
}

static void key_make(struct nfs_key *out)
{
	if (getrandom(out->k, NFS_KEY, 0) == NFS_KEY)
		return;
	for (uint32_t i = 0; i < NFS_KEY; i++)
		out->k[i] = (uint8_t)seed_word();
}

/* Whole or not at all: half a key would be another one the next time. */
static bool key_write(int folder, const char *name, const struct nfs_key *key)
{
	const char *part = ".nfs-key.part";
	int fd;
	bool r;

	(void)unlinkat(folder, part, 0);
	fd = openat(folder, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	r = write(fd, key->k, NFS_KEY) == NFS_KEY && fsync(fd) == 0;
	close(fd);
	if (r && renameat(folder, part, folder, name) == 0)
		return true;
	(void)unlinkat(folder, part, 0);
	return false;
}

/* With those it is in, /var/lib/bootscope first of all: the first time there are none. That it
 * could not be made shows when it is opened. */
static void make_folder(const char *path)
{
	char part[PATH_MAX];

	snprintf(part, sizeof(part), "%s", path);
	for (char *p = strchr(part + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = 0;
		(void)mkdir(part, 0755);
		*p = '/';
	}
	(void)mkdir(part, 0755);
}

int nfs_dir_remember(struct nfs_dir *d, const char *state)
{
	const char *key = "nfs-key", *parents = "nfs-parents";
	int folder = -1;

	if (state) {
		make_folder(state);
		folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	d->key_kept = folder >= 0 && key_read(folder, key, &d->key);
	if (!d->key_kept) {
		key_make(&d->key);
		d->key_kept = folder >= 0 && key_write(folder, key, &d->key);
	}
	d->parents = nfs_parents_open(folder, parents, &d->parents_kept);
	if (folder >= 0)
		close(folder);
	return d->parents ? 0 : -ENOMEM;
}
