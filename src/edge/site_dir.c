/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "site_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NAMES_MAX = 16384, PATH = 4096 };

struct site_dir {
	int fd;
	enum site_dir_form form;
	char path[PATH], closed[PATH];
	char **name;
	uint32_t n_names;
};

static int open_in(int folder, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = { .flags = (unsigned)flags | O_CLOEXEC,
				.resolve = resolve | RESOLVE_NO_MAGICLINKS };
	long fd = syscall(SYS_openat2, folder, *path ? path : ".", &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

static int open_below(const struct site_dir *d, const char *top, const char *path, int flags)
{
	int from, fd;

	if (d->form == SITE_DIR_SERVED)
		return open_in(d->fd, path, flags, RESOLVE_BENEATH);
	from = open_in(d->fd, top, O_PATH | O_DIRECTORY, RESOLVE_BENEATH);
	if (from < 0)
		return from;
	fd = open_in(from, path, flags, RESOLVE_IN_ROOT);
	close(from);
	return fd;
}

static enum site_kind failure(int r)
{
	switch (-r) {
	case EXDEV:
	case ELOOP:
		return SITE_OUTSIDE;
	case EACCES:
	case EPERM:
		return SITE_DENIED;
	default:
		return SITE_MISSING;
	}
}

static void dir_look(const void *ctx, const char *top, const char *path, struct site_facts *out)
{
	int fd = open_below(ctx, top, path, O_PATH);
	struct stat st;

	*out = (struct site_facts) { .kind = fd < 0 ? failure(fd) : SITE_OTHER };
	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0) {
		out->kind = S_ISREG(st.st_mode)   ? SITE_FILE
			    : S_ISDIR(st.st_mode) ? SITE_FOLDER
						  : SITE_OTHER;
		out->mode = st.st_mode & 07777;
		out->size = (uint64_t)st.st_size;
		out->modified_s = st.st_mtime > 0 ? (uint64_t)st.st_mtime : 0;
	}
	close(fd);
}

static int64_t dir_read(const void *ctx, const char *top, const char *path, uint8_t *to, uint32_t n)
{
	/* a pipe must not hold us up */
	int fd = open_below(ctx, top, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	uint32_t have = 0;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return -EACCES;
	}
	while (have < n) {
		ssize_t got = read(fd, to + have, n - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (uint32_t)got;
	}
	close(fd);
	return have;
}

static const char *dir_name(const void *ctx, uint32_t i)
{
	const struct site_dir *d = ctx;

	return i < d->n_names ? d->name[i] : NULL;
}

/* ---- the names, once ---- */

static int add(struct site_dir *d, const char *folder, const char *name)
{
	char whole[PATH];
	char **longer;

	if (d->n_names == NAMES_MAX)
		return -E2BIG;
	if (snprintf(whole, sizeof(whole), "%s%s%s", folder, *folder ? "/" : "", name) >= PATH)
		return 0;
	if ((d->n_names & (d->n_names + 1)) == 0) {
		longer = realloc(d->name, (2 * (size_t)d->n_names + 2) * sizeof(*longer));
		if (!longer)
			return -ENOMEM;
		d->name = longer;
	}
	d->name[d->n_names] = strdup(whole);
	if (!d->name[d->n_names])
		return -ENOMEM;
	d->n_names++;
	return 0;
}

static int list(struct site_dir *d, const char *folder)
{
	int fd = open_in(d->fd, folder, O_RDONLY | O_DIRECTORY, RESOLVE_BENEATH);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	int r = 0;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return 0; /* no folder, or not for us */
	}
	while (!r && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			r = add(d, folder, e->d_name);
	closedir(dir);
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Its own, and those of the folders in it when they are served. */
static int list_all(struct site_dir *d)
{
	int r = list(d, "");
	uint32_t own = d->n_names;

	for (uint32_t i = 0; i < own && !r && d->form == SITE_DIR_SERVED; i++)
		r = list(d, d->name[i]);
	if (d->n_names)
		qsort(d->name, d->n_names, sizeof(*d->name), by_name);
	return r;
}

static void look_above(struct site_dir *d)
{
	for (char *p = strchr(d->path + 1, '/'); p; p = strchr(p + 1, '/')) {
		struct stat st;
		bool shut;

		*p = 0;
		shut = stat(d->path, &st) == 0 && !(st.st_mode & S_IXOTH);
		if (shut)
			snprintf(d->closed, sizeof(d->closed), "%s", d->path);
		*p = '/';
		if (shut)
			return;
	}
}

int site_dir_open(const char *path, enum site_dir_form form, struct site_dir **out, char *why,
		  size_t n)
{
	struct site_dir *d = calloc(1, sizeof(*d));
	int r = 0;

	if (!d)
		return -ENOMEM;
	d->form = form;
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0 || !realpath(path, d->path))
		r = -errno;
	if (!r)
		r = list_all(d);
	if (r) {
		if (r == -E2BIG)
			snprintf(why, n, "%s: more than %d names in it: is that the right folder?",
				 path, NAMES_MAX);
		else
			snprintf(why, n, "%s: %s", path, strerror(-r));
		site_dir_free(d);
		return r;
	}
	look_above(d);
	*out = d;
	return 0;
}

struct site_tree site_dir_tree(const struct site_dir *d)
{
	return (struct site_tree) { d, dir_look, dir_read, dir_name };
}

int site_dir_fd(const struct site_dir *d)
{
	return d->fd;
}

const char *site_dir_path(const struct site_dir *d)
{
	return d->path;
}

const char *site_dir_closed(const struct site_dir *d)
{
	return *d->closed ? d->closed : NULL;
}

void site_dir_free(struct site_dir *d)
{
	if (!d)
		return;
	for (uint32_t i = 0; i < d->n_names; i++)
		free(d->name[i]);
	free(d->name);
	if (d->fd >= 0)
		close(d->fd);
	free(d);
}
