/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sandbox_parts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Linux's overflow user: owns nothing, and needs no look into a user database. */
enum { NOBODY = 65534 };

/* A user's number that root did not give to itself; sudo(8) sets both variables. */
static bool number_of(const char *variable, unsigned *out)
{
	const char *s = getenv(variable);
	unsigned long v;
	char *end;

	if (!s || *s < '0' || *s > '9')
		return false;
	errno = 0;
	v = strtoul(s, &end, 10);
	if (errno || *end || v == 0 || v >= UINT32_MAX)
		return false;
	*out = (unsigned)v;
	return true;
}

int sandbox_user_find(const char *name, struct sandbox_user *out)
{
	const struct passwd *pw = name ? getpwnam(name) : NULL;
	unsigned uid = NOBODY, gid = NOBODY;
	bool sudo = !pw && number_of("SUDO_UID", &uid) && number_of("SUDO_GID", &gid);

	if (name && !pw)
		return -ENOENT;
	if (!sudo)
		uid = gid = NOBODY;
	*out = (struct sandbox_user) { .uid = pw ? pw->pw_uid : uid,
				       .gid = pw ? pw->pw_gid : gid,
				       .asked = pw != NULL,
				       .sudo = sudo };
	/* only root can become another; who is none stays, as with tcpdump's -Z */
	out->stay = (getuid() != 0 && geteuid() != 0) || out->uid == 0;
	return 0;
}

int sandbox_user_become(const struct sandbox_user *u)
{
	uid_t real, effective, saved;

	if (u->stay) {
		/* a set-user-id program of somebody else's */
		if (getuid() != geteuid() && setresuid(getuid(), getuid(), getuid()))
			return -errno;
		return 0;
	}
	/* a user namespace may forbid groups, or know of nobody else: then the capabilities, which
	 * are what root is, are all that there is to give up */
	if (setgroups(0, NULL) && errno != EPERM)
		return -errno;
	if (setresgid(u->gid, u->gid, u->gid) || setresuid(u->uid, u->uid, u->uid))
		return !u->asked && (errno == EINVAL || errno == EPERM) ? 0 : -errno;
	if (getresuid(&real, &effective, &saved) || real != u->uid || effective != u->uid ||
	    saved != u->uid || setuid(0) == 0 || seteuid(0) == 0 || setresuid(0, 0, 0) == 0 ||
	    setgid(0) == 0)
		return -EPERM;
	return 0;
}
