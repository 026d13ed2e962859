/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hash.h"
#include "nfs_dir_parts.h"

/* struct linux_dirent64 (getdents64(2)): number, position, length, type, name. */
enum { DENT_BEHIND = 8, DENT_LENGTH = 16, DENT_TYPE = 18, DENT_NAME = 19 };

bool nfs_dents_next(struct nfs_dents *d, struct nfs_dent *out)
{
	uint16_t length;

	if (d->n <= DENT_NAME)
		return false;
	memcpy(&length, d->p + DENT_LENGTH, sizeof(length));
	if (length <= DENT_NAME || length > d->n)
		return false;
	memcpy(&out->number, d->p, sizeof(out->number));
	memcpy(&out->behind, d->p + DENT_BEHIND, sizeof(out->behind));
	out->type = d->p[DENT_TYPE];
	out->name = (const char *)d->p + DENT_NAME;
	out->n = (uint32_t)strnlen(out->name, (size_t)length - DENT_NAME);
	d->p += length;
	d->n -= length;
	return true;
}

/* A listing under way. */
struct listing {
	struct nfs_dir_thread *t;
	const struct nfs_caller *who;
	const struct nfs_top *x;
	const struct nfs_list *list;
	struct nfs_fd *dir; /* whose attributes are in st */
	struct stat st;
	int fd; /* to read it by */
};

/* What READDIRPLUS tells beside the name. Whatever of it cannot be had is left out. */
static void tell_more(struct listing *l, const char *name, struct nfs_entry *e)
{
	struct nfs_file f;
	struct nfs_fd *known;
	struct stat st;
	uint64_t number = e->fileid;
	bool ok;

	if (nfs_dir_id(l->x, l->fd, name, &f))
		return;
	known = nfs_fds_find(l->t->d->fds, &f, NFS_FD_ANY, NULL);
	if (known) {
		ok = fstat(known->fd, &st) == 0 && st.st_nlink;
		nfs_fds_leave(l->t->d->fds, known);
	} else {
		/* the name may be another file's since it was read */
		if (!l->x->handles)
			memcpy(&number, f.id, sizeof(number));
		ok = fstatat(l->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ino == number;
	}
	if (!ok)
		return;
	nfs_parents_note(l->t->d->parents, &f, &l->dir->file);
	nfs_dir_attr(&st, &e->attr);
	e->fileid = st.st_ino;
	e->file = f;
}

/* The folder above is told by what may be seen of it: of the top nothing. False: who this thread is
 * now is not known. */
static bool tell_above(struct listing *l, struct nfs_entry *e)
{
	struct nfs_fd *up;
	struct stat st;

	if (nfs_file_same(&l->dir->file, &l->x->file))
		e->fileid = l->st.st_ino;
	if (!l->list->plus)
		return true;
	if (nfs_dir_get_up(l->t, l->dir, &up, &st) == 0) {
		nfs_dir_attr(&st, &e->attr);
		e->file = up->file;
		nfs_fds_leave(l->t->d->fds, up);
	}
	return nfs_dir_become(l->t, l->who) == 0;
}

static bool tell(struct listing *l, const char *name, uint32_t n, uint64_t number, uint64_t cookie)
{
	struct nfs_entry e = { .name = { (const uint8_t *)name, n },
			       .fileid = number,
			       .cookie = cookie };

	if (strcmp(name, "..") == 0) {
		if (!tell_above(l, &e))
			return false;
	} else if (l->list->plus && strcmp(name, ".") == 0) {
		nfs_dir_attr(&l->st, &e.attr);
		e.file = l->dir->file;
	} else if (l->list->plus) {
		tell_more(l, name, &e);
	}
	return l->list->entry(l->list->ctx, &e);
}

static long next_dents(const struct listing *l)
{
	long n = syscall(SYS_getdents64, l->fd, l->t->dents, NFS_DENTS);

	return n < 0 ? -errno : n;
}

/* ---- by position ---- */

static int by_position(struct listing *l, bool *eof)
{
	struct nfs_dents d;
	struct nfs_dent e;
	long n;

	if (lseek(l->fd, (off_t)l->list->cookie, SEEK_SET) < 0)
		return errno == EINVAL ? -EBADMSG : -errno;
	while ((n = next_dents(l)) > 0) {
		d = (struct nfs_dents) { l->t->dents, (uint32_t)n };
		while (nfs_dents_next(&d, &e))
			if (!tell(l, e.name, e.n, e.number, e.behind))
				return 0;
	}
	*eof = n == 0;
	return (int)n;
}

/* ---- by the hash of the name ---- */

/*
 * Where positions move, names are told in the order of a hash of each, which is the cookie: what
 * comes and goes changes nothing for the others. Each call reads all of the folder and keeps the
 * lowest of those above the cookie, as many as fit. Of names with the same hash all but the last
 * have the cookie below it: they are told again rather than not at all.
 */
enum { COOKIE_SELF = 1, COOKIE_ABOVE = 2, COOKIE_FIRST = 4, ENTRY_COST = 24 };

struct kept {
	uint64_t hash, number;
	uint32_t at, n; /* of the name */
};

struct lowest {
	struct kept *kept;
	char *names, *other; /* other: to tidy up into */
	uint32_t n, used;
	uint32_t most, room; /* of kept, of names */
	uint64_t limit;      /* what is above does not fit */
	bool more;
};

static uint64_t cookie_of(const char *name, uint32_t n, bool narrow)
{
	uint64_t h;

	if (strcmp(name, ".") == 0)
		return COOKIE_SELF;
	if (strcmp(name, "..") == 0)
		return COOKIE_ABOVE;
	h = hash_bytes(0, (struct bytes) { (const uint8_t *)name, n }) &
	    (narrow ? INT32_MAX : INT64_MAX);
	return h < COOKIE_FIRST ? h + COOKIE_FIRST : h;
}

static int compare(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* As many as have room in an answer of bytes stay. */
static void trim(struct lowest *w, uint32_t bytes)
{
	char *names = w->other;
	uint32_t n = 0, used = 0, cost = 0;

	qsort(w->kept, w->n, sizeof(w->kept[0]), compare);
	for (; n < w->n; n++) {
		struct kept *k = &w->kept[n];

		if (n && cost + k->n + ENTRY_COST > bytes && k->hash != w->limit)
			break;
		memcpy(names + used, w->names + k->at, k->n + 1);
		k->at = used;
		used += k->n + 1;
		cost += k->n + ENTRY_COST;
		w->limit = k->hash;
	}
	w->more = w->more || n < w->n;
	w->n = n;
	w->used = used;
	w->other = w->names;
	w->names = names;
}

static bool has_room(const struct lowest *w, uint32_t n)
{
	return w->n < w->most && w->used + n < w->room;
}

static void keep(struct lowest *w, const struct nfs_dent *e, uint64_t hash, uint32_t bytes)
{
	if (w->more && hash > w->limit)
		return;
	if (!has_room(w, e->n))
		trim(w, bytes);
	/* still none: all of it is one hash, somebody made them so */
	if ((w->more && hash > w->limit) || !has_room(w, e->n))
		return;
	w->kept[w->n++] = (struct kept) { hash, e->number, w->used, e->n };
	memcpy(w->names + w->used, e->name, e->n + 1);
	w->used += e->n + 1;
}

static int find_lowest(const struct listing *l, uint32_t bytes, struct lowest *w)
{
	struct nfs_dents d;
	struct nfs_dent e;
	long n;

	if (lseek(l->fd, 0, SEEK_SET) < 0)
		return -errno;
	while ((n = next_dents(l)) > 0) {
		d = (struct nfs_dents) { l->t->dents, (uint32_t)n };
		while (nfs_dents_next(&d, &e)) {
			uint64_t hash = cookie_of(e.name, e.n, l->list->narrow);

			if (hash > l->list->cookie)
				keep(w, &e, hash, bytes);
		}
	}
	trim(w, bytes);
	return (int)n;
}

static int by_hash(struct listing *l, bool *eof)
{
	uint32_t bytes = l->list->bytes < NFS_IO_MAX ? l->list->bytes : NFS_IO_MAX;
	/* twice of what an answer has room for, so that it is not sorted for each name */
	struct lowest w = { .most = 2 * bytes / ENTRY_COST + 16,
			    .room = 2 * bytes + 16 * NFS_NAME_MAX };
	int r = -ENOMEM;

	w.kept = calloc(w.most, sizeof(w.kept[0]));
	w.names = malloc(w.room);
	w.other = malloc(w.room);
	if (w.kept && w.names && w.other)
		r = find_lowest(l, bytes, &w);
	*eof = r == 0 && !w.more;
	for (uint32_t i = 0; i < w.n && r == 0; i++) {
		const struct kept *k = &w.kept[i];
		bool same = i + 1 < w.n && k[1].hash == k->hash;

		if (!tell(l, w.names + k->at, k->n, k->number, k->hash - same)) {
			*eof = false;
			break;
		}
	}
	free(w.kept);
	free(w.names);
	free(w.other);
	return r;
}

/* ---- either ---- */

/* A descriptor that lists it for who: one that was used before, or a new one. */
static int get_list(struct nfs_dir_thread *t, const struct nfs_caller *who,
		    const struct nfs_fd *dir, const struct stat *st, struct nfs_fd **out)
{
	struct nfs_fd *e = nfs_fds_find(t->d->fds, &dir->file, NFS_FD_LIST, who);
	int fd, r = nfs_dir_become(t, who);

	if (e && r == 0 && st->st_mode == e->mode && st->st_uid == e->uid && st->st_gid == e->gid) {
		*out = e;
		return 0;
	}
	if (e)
		nfs_fds_drop(t->d->fds, e);
	fd = r ? r : nfs_dir_open_anew(dir->fd, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return fd;
	*out = nfs_fds_add(t->d->fds, &dir->file, NFS_FD_LIST, who, fd, st);
	return *out ? 0 : -EMFILE;
}

int nfs_dir_readdir(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		    const struct nfs_list *list, bool *eof, struct nfs_attr *attr)
{
	struct listing l = { .t = ctx, .who = who, .list = list };
	struct nfs_fd *e;
	int r;

	*eof = false;
	r = nfs_dir_get_told(l.t, dir, &l.dir, &l.st, attr);
	if (r)
		return nfs_dir_status(r);
	l.x = nfs_dir_top(l.t->d, dir->export);
	r = S_ISDIR(l.st.st_mode) ? get_list(l.t, who, l.dir, &l.st, &e) : -ENOTDIR;
	if (r == 0) {
		l.fd = e->fd;
		r = l.x->steady && !list->narrow ? by_position(&l, eof) : by_hash(&l, eof);
		nfs_fds_leave(l.t->d->fds, e);
	}
	nfs_fds_leave(l.t->d->fds, l.dir);
	return nfs_dir_status(r);
}
