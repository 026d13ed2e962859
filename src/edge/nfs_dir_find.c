/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "nfs_dir_parts.h"

/*
 * A file by a name, of which only the number is known. Usually it is where it was seen last; else
 * all of the export is looked through, which takes its time: one such search at once, and long ones
 * no more than a tenth of the time, or a client with old handles would keep the disk busy.
 */

enum { LONG_NS = 50000000, DEEP = 100, NAMES_MOST = 4 << 20, BUFFER = 16 << 10 };

struct search {
	struct nfs_dir_thread *t;
	const struct nfs_top *x;
	const struct nfs_file *f;
	uint64_t number;
	uint32_t names; /* looked at */
};

/* The one of that name, if it is the one. */
static int try_name(const struct search *s, int folder, const char *name)
{
	struct nfs_file f;
	int fd = nfs_dir_open_at(folder, name, O_PATH), r;

	if (fd < 0)
		return fd;
	r = nfs_dir_id(s->x, fd, "", &f);
	if (r == 0 && !nfs_file_same(&f, s->f))
		r = -ENOENT;
	if (r == 0)
		return fd;
	close(fd);
	return r;
}

static int search(struct search *s, int folder, int deep);

static int try_entry(struct search *s, int folder, const struct nfs_dent *e, int deep)
{
	int fd = -ENOENT, down;

	if (strcmp(e->name, ".") == 0 || strcmp(e->name, "..") == 0)
		return fd;
	if (e->number == s->number)
		fd = try_name(s, folder, e->name);
	if (fd >= 0 || deep <= 0 || (e->type != DT_DIR && e->type != DT_UNKNOWN))
		return fd;
	down = nfs_dir_open_at(folder, e->name, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	if (down < 0)
		return fd;
	fd = search(s, down, deep - 1);
	if (fd >= 0) {
		struct nfs_file up;

		if (nfs_dir_id(s->x, down, "", &up) == 0)
			nfs_parents_note(s->t->d->parents, s->f, &up);
	}
	close(down);
	return fd;
}

/* Below folder, which can be read; deep 0: in it. A descriptor, or -ENOENT. */
static int search(struct search *s, int folder, int deep)
{
	uint8_t *buffer = malloc(BUFFER);
	int fd = buffer ? -ENOENT : -ENOMEM;
	struct nfs_dents d;
	struct nfs_dent e;
	long n;

	while (fd == -ENOENT && s->names < NAMES_MOST &&
	       (n = syscall(SYS_getdents64, folder, buffer, BUFFER)) > 0) {
		d = (struct nfs_dents) { buffer, (uint32_t)n };
		while (fd < 0 && nfs_dents_next(&d, &e)) {
			s->names++;
			fd = try_entry(s, folder, &e, deep);
			if (fd < 0)
				fd = -ENOENT;
		}
	}
	free(buffer);
	return fd;
}

static int in_folder(struct search *s, const struct nfs_file *parent)
{
	struct nfs_fd *e;
	struct stat st;
	int r, fd;

	/* asks here again, if that one has no handle either */
	r = nfs_dir_get(s->t, parent, &e, &st);
	if (r)
		return r;
	r = nfs_dir_become_root(s->t);
	fd = r ? r : nfs_dir_open_anew(e->fd, O_RDONLY | O_DIRECTORY);
	nfs_fds_leave(s->t->d->fds, e);
	if (fd < 0)
		return fd;
	r = search(s, fd, 0);
	close(fd);
	return r;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int everywhere(struct search *s)
{
	struct nfs_dir *d = s->t->d;
	uint64_t begin = now_ns(), took;
	int top, fd = -EAGAIN;

	if (pthread_mutex_trylock(&d->search))
		return fd;
	if (begin >= d->search_not_before) {
		top = nfs_dir_open_anew(s->x->fd, O_RDONLY | O_DIRECTORY);
		fd = top < 0 ? top : search(s, top, DEEP);
		if (top >= 0)
			close(top);
		took = now_ns() - begin;
		if (took > LONG_NS)
			d->search_not_before = begin + 10 * took;
	}
	pthread_mutex_unlock(&d->search);
	return fd == -ENOENT ? -ESTALE : fd;
}

int nfs_dir_find(struct nfs_dir_thread *t, const struct nfs_file *f, uint64_t n)
{
	struct search s = { .t = t, .x = nfs_dir_top(t->d, f->export), .f = f, .number = n };
	struct nfs_file parent;
	int fd = -ENOENT, r;

	if (nfs_parents_find(t->d->parents, f, &parent) && t->finding < DEEP) {
		t->finding++;
		fd = in_folder(&s, &parent);
		t->finding--;
	}
	if (fd >= 0 || t->finding)
		return fd;
	r = nfs_dir_become_root(t);
	return r ? r : everywhere(&s);
}

/* Landlock opens nothing that it cannot follow up to the export, and what came of a handle may be
 * known without the folders above it; such a one stands for a top itself. */
int nfs_dir_connect(struct nfs_dir_thread *t, const struct nfs_fd *e, const struct stat *st, int r)
{
	char path[2];

	if (r != -EACCES && r != -EXDEV)
		return r;
	if (S_ISDIR(st->st_mode) ||
	    readlinkat(AT_FDCWD, nfs_dir_path(e->fd).s, path, sizeof(path)) != 1)
		return r;
	return nfs_dir_find(t, &e->file, st->st_ino);
}
