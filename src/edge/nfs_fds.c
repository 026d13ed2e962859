/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_fds.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hash.h"

struct nfs_fds {
	pthread_mutex_t lock;
	uint64_t seed;
	uint32_t n_buckets, tick;
	struct nfs_fd **bucket;
	struct nfs_fd *all, *unused; /* unused: by next */
	struct nfs_fd *newest, *oldest;
};

bool nfs_file_same(const struct nfs_file *a, const struct nfs_file *b)
{
	return a->export == b->export && a->n == b->n && memcmp(a->id, b->id, a->n) == 0;
}

bool nfs_caller_same(const struct nfs_caller *a, const struct nfs_caller *b)
{
	return a->uid == b->uid && a->gid == b->gid && a->n_groups == b->n_groups &&
	       memcmp(a->group, b->group, a->n_groups * sizeof(a->group[0])) == 0;
}

struct nfs_fds *nfs_fds_new(uint32_t most, uint64_t seed)
{
	struct nfs_fds *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->seed = seed;
	c->n_buckets = hash_buckets(most);
	c->bucket = calloc(c->n_buckets, sizeof(struct nfs_fd *));
	c->all = calloc(most, sizeof(*c->all));
	if (!c->bucket || !c->all || pthread_mutex_init(&c->lock, NULL)) {
		free(c->bucket);
		free(c->all);
		free(c);
		return NULL;
	}
	for (uint32_t i = most; i-- > 0;) {
		c->all[i].next = c->unused;
		c->unused = &c->all[i];
	}
	return c;
}

static uint32_t bucket_of(const struct nfs_fds *c, const struct nfs_file *f)
{
	struct bytes id = { f->id, f->n };

	return (uint32_t)hash_bytes(c->seed ^ f->export, id) & (c->n_buckets - 1);
}

/* ---- in order of use: those that nobody uses at present are at the old end ---- */

static void unchain(struct nfs_fds *c, struct nfs_fd *e)
{
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
}

static void chain(struct nfs_fds *c, struct nfs_fd *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void hide(struct nfs_fds *c, struct nfs_fd *e)
{
	struct nfs_fd **at = &c->bucket[e->bucket];

	if (!e->known)
		return;
	while (*at != e)
		at = &(*at)->next;
	*at = e->next;
	e->known = false;
}

/* Nobody uses it, nobody finds it. The descriptor is for whoever calls to close, without the lock.
 */
static int let_go(struct nfs_fds *c, struct nfs_fd *e)
{
	hide(c, e);
	unchain(c, e);
	e->next = c->unused;
	c->unused = e;
	return e->fd;
}

static struct nfs_fd *used(struct nfs_fds *c, struct nfs_fd *e)
{
	e->refs++;
	e->tick = c->tick;
	unchain(c, e);
	chain(c, e);
	return e;
}

static bool fits(const struct nfs_fd *e, enum nfs_fd_kind kind, const struct nfs_caller *who)
{
	/* a folder that is being listed has its position: not for the tree of another */
	if (kind == NFS_FD_ANY)
		return true;
	if (e->kind != kind || (kind == NFS_FD_LIST && e->refs))
		return false;
	return nfs_caller_same(&e->who, who);
}

struct nfs_fd *nfs_fds_find(struct nfs_fds *c, const struct nfs_file *f, enum nfs_fd_kind kind,
			    const struct nfs_caller *who)
{
	uint32_t b = bucket_of(c, f);
	struct nfs_fd *e;

	pthread_mutex_lock(&c->lock);
	for (e = c->bucket[b]; e; e = e->next)
		if (nfs_file_same(&e->file, f) && fits(e, kind, who))
			break;
	if (e)
		used(c, e);
	pthread_mutex_unlock(&c->lock);
	return e;
}

struct nfs_fd *nfs_fds_add(struct nfs_fds *c, const struct nfs_file *f, enum nfs_fd_kind kind,
			   const struct nfs_caller *who, int fd, const struct stat *st)
{
	uint32_t b = bucket_of(c, f);
	struct nfs_fd *e, *old;
	int closes = -1;

	pthread_mutex_lock(&c->lock);
	if (!c->unused) {
		for (old = c->oldest; old && (old->refs || old->pinned); old = old->newer)
			;
		if (old)
			closes = let_go(c, old);
	}
	e = c->unused;
	if (e) {
		c->unused = e->next;
		*e = (struct nfs_fd) { .file = *f,
				       .kind = (uint8_t)kind,
				       .fd = fd,
				       .mode = st->st_mode,
				       .uid = st->st_uid,
				       .gid = st->st_gid,
				       .known = true,
				       .refs = 1,
				       .tick = c->tick,
				       .bucket = b,
				       .next = c->bucket[b] };
		if (kind != NFS_FD_ANY)
			e->who = *who;
		c->bucket[b] = e;
		chain(c, e);
	} else {
		closes = fd;
	}
	pthread_mutex_unlock(&c->lock);
	if (closes >= 0)
		close(closes);
	return e;
}

static void leave(struct nfs_fds *c, struct nfs_fd *e, bool drop)
{
	int closes = -1;

	pthread_mutex_lock(&c->lock);
	if (drop && !e->pinned)
		hide(c, e);
	if (--e->refs == 0 && !e->known)
		closes = let_go(c, e);
	pthread_mutex_unlock(&c->lock);
	if (closes >= 0)
		close(closes);
}

void nfs_fds_leave(struct nfs_fds *c, struct nfs_fd *e)
{
	leave(c, e, false);
}

void nfs_fds_drop(struct nfs_fds *c, struct nfs_fd *e)
{
	leave(c, e, true);
}

void nfs_fds_pin(struct nfs_fd *e)
{
	e->pinned = true;
}

/* The oldest that fits is closed; closing may take its time (a file that has no name left), and
 * others do not wait for it. */
static bool close_one(struct nfs_fds *c, const struct nfs_file *f)
{
	uint32_t b = f ? bucket_of(c, f) : 0;
	struct nfs_fd *e;
	int closes = -1;

	pthread_mutex_lock(&c->lock);
	if (f) {
		for (e = c->bucket[b]; e; e = e->next)
			if (nfs_file_same(&e->file, f) && !e->pinned)
				break;
	} else {
		for (e = c->oldest; e && (e->refs || e->pinned); e = e->newer)
			;
		if (e && c->tick - e->tick < 2)
			e = NULL;
	}
	if (e && e->refs)
		hide(c, e);
	else if (e)
		closes = let_go(c, e);
	pthread_mutex_unlock(&c->lock);
	if (closes >= 0)
		close(closes);
	return e;
}

void nfs_fds_forget(struct nfs_fds *c, const struct nfs_file *f)
{
	while (close_one(c, f))
		;
}

void nfs_fds_tidy(struct nfs_fds *c)
{
	pthread_mutex_lock(&c->lock);
	c->tick++;
	pthread_mutex_unlock(&c->lock);
	while (close_one(c, NULL))
		;
}

void nfs_fds_free(struct nfs_fds *c)
{
	if (!c)
		return;
	for (struct nfs_fd *e = c->oldest; e; e = e->newer)
		close(e->fd);
	pthread_mutex_destroy(&c->lock);
	free(c->bucket);
	free(c->all);
	free(c);
}
