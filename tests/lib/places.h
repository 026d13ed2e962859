/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PLACES_H
#define PLACES_H

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

/*
 * Folders on file systems of several kinds, in a mount namespace of this process: for tests of what
 * file systems differ in. Where they cannot be had (no root, no loop device) there are fewer; one,
 * beside the system's other temporary files, is there always.
 */
struct place {
	const char *kind;
	char path[64];
};

enum { PLACES_MAX = 4 };

static char places_top[40];

/* An overlay (of a container) knows files by numbers, which come again. */
static inline bool places_is_overlay(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (unsigned long)fs.f_type == 0x794c7630;
}

static inline bool places_run(const char *command)
{
	char line[512];

	(void)snprintf(line, sizeof(line), "cd %s && (%s) >/dev/null 2>&1", places_top, command);
	return system(line) == 0;
}

static inline int places_open(struct place out[PLACES_MAX])
{
	/* clang-format off */
	static const struct {
		const char *kind, *command;
	} row[] = {
		{ "tmpfs", "mkdir tmpfs && mount -t tmpfs none tmpfs" },
		{ "ext4", "mkdir ext4 && dd if=/dev/zero of=image bs=1M count=0 seek=256 &&"
			  " mkfs.ext4 -q image && mount -o loop image ext4" },
		{ "overlay", "mkdir layers overlay && mount -t tmpfs none layers &&"
			     " mkdir layers/lower layers/upper layers/work && mount -t overlay none"
			     " -o lowerdir=layers/lower,upperdir=layers/upper,workdir=layers/work overlay" },
	};
	/* clang-format on */
	int n = 0;

	(void)snprintf(places_top, sizeof(places_top), "%s/bootscope-test-XXXXXX",
		       places_is_overlay("/tmp") ? "/dev/shm" : "/tmp");
	if (!mkdtemp(places_top) || chmod(places_top, 0755))
		return 0;
	out[n].kind = "here";
	(void)snprintf(out[n].path, sizeof(out[n].path), "%s/here", places_top);
	n += mkdir(out[n].path, 0755) == 0;
	if (geteuid() != 0 || unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return n;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (!places_run(row[i].command))
			continue;
		out[n].kind = row[i].kind;
		(void)snprintf(out[n].path, sizeof(out[n].path), "%s/%s", places_top, row[i].kind);
		n++;
	}
	return n;
}

static inline int places_close(void)
{
	(void)places_run("umount ext4; umount overlay; umount layers; umount tmpfs");
	return places_run("rm -rf *") ? rmdir(places_top) : -1;
}

#endif
