/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SANDBOX_PARTS_H
#define SANDBOX_PARTS_H

#include <stdint.h>
#include <sys/types.h>

#include "sandbox.h"

/*
 * The parts, one file each. They give 0, -ENOTSUP where the platform or the kernel has no such
 * thing, or another negative errno when it has and refuses. Whoever calls them goes from top to
 * bottom: each takes what the next no longer needs.
 */

/* Whom to become. -ENOENT: no such user. */
struct sandbox_user {
	uid_t uid;
	gid_t gid;
	bool stay;  /* is no root, or was told to stay it */
	bool asked; /* by name: no way around it          */
	bool sudo;  /* who called it                      */
};
int sandbox_user_find(const char *name, struct sandbox_user *out);

/* What no program run from here could have either; needs CAP_SETPCAP, so it comes first. */
void sandbox_caps_bound(void);

/* They stay through the change of the user, until sandbox_caps_clear. */
void sandbox_caps_keep(void);

/* No groups, the user and group in all three places, tried that there is no way back. */
int sandbox_user_become(const struct sandbox_user *u);

/* All sets empty, but for those in keep (1 << CAP_X), and no new privileges. */
int sandbox_caps_clear(uint64_t keep);

/* No file system but for these folders, no new TCP ends, no signals to others. */
int sandbox_landlock(const struct sandbox_folder *folders, int n);
int sandbox_landlock_connects(void); /* no file system, but TCP */
int sandbox_landlock_abi(void);      /* 0: none */

/* The calls that are left. */
int sandbox_seccomp(const struct sandbox *s);
int sandbox_seccomp_helper(int socket); /* of the process that makes files */
int sandbox_seccomp_opener(int socket); /* of the one that finds files by handles */
int sandbox_seccomp_looker(void);       /* of the one that is a client of NFS */
bool sandbox_seccomp_there(void);

#endif
