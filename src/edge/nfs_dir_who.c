/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "nfs_dir_parts.h"

/*
 * Whom the kernel takes this thread for when it looks at files: setfsuid(2) and its kin, by number,
 * since the C library's setgroups is for all threads of a process. Root's rights over files come
 * and go with the user 0 (capabilities(7), "Effect of user ID changes"), so whoever is somebody
 * else has none of them.
 */

#ifdef SYS_setgroups32 /* the older ones know 16 bits only */
enum { GROUPS = SYS_setgroups32, FS_UID = SYS_setfsuid32, FS_GID = SYS_setfsgid32 };
#else
enum { GROUPS = SYS_setgroups, FS_UID = SYS_setfsuid, FS_GID = SYS_setfsgid };
#endif

/* They do not say whether they did it; asked for nobody they tell who is. */
static bool is(long call, uint32_t id)
{
	return (uint32_t)syscall(call, -1) == id;
}

static bool set_user(uint32_t uid)
{
	(void)syscall(FS_UID, uid);
	return is(FS_UID, uid);
}

bool nfs_dir_becomes(void)
{
	uint32_t was = (uint32_t)syscall(FS_UID, -1);
	bool r = set_user(0) && set_user(1) && set_user(0);

	(void)set_user(was);
	return r;
}

int nfs_dir_become(struct nfs_dir_thread *t, const struct nfs_caller *who)
{
	if (!t->d->becomes || (t->known && nfs_caller_same(&t->now, who)))
		return 0;
	/* by way of root: the rights over files that this thread began with end there */
	if (!t->known && !set_user(0))
		return -EPERM;
	t->known = false;
	if (syscall(GROUPS, (long)who->n_groups, who->group))
		return -errno;
	(void)syscall(FS_GID, who->gid);
	if (!is(FS_GID, who->gid) || !set_user(who->uid))
		return -EPERM;
	t->now = *who;
	t->known = true;
	return 0;
}

int nfs_dir_become_root(struct nfs_dir_thread *t)
{
	static const struct nfs_caller root;

	if (!t->known)
		return nfs_dir_become(t, &root);
	if (!t->d->becomes || t->now.uid == 0)
		return 0;
	t->known = set_user(0);
	t->now.uid = 0;
	return t->known ? 0 : -EPERM;
}
