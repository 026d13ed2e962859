/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "lease_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH = 4096, NAME = 256, TIDY_LEAST = 1000, BUFFER = 1 << 15 };

struct lease_file {
	int folder, fd;
	char name[NAME];
	bool sync;
	uint32_t lines; /* since it was written anew */
	/* kept, and not written yet */
	bool failed; /* what went before did not reach the file, or not whole */
	uint32_t n;
	char buf[BUFFER];
};

static bool put(int fd, const char *p, size_t n)
{
	/* whole lines: the kernel keeps the order, and a crash cuts the last one at most */
	while (n) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

static bool put_lines(int fd, const struct leases *t, uint64_t now_s, char *buf)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < leases_count(t); i++) {
		const struct lease *l = leases_row(t, i);
		struct text x = text_init(buf + n, BUFFER - n);

		if (!l || l->state != LEASE_BOUND || l->until <= now_s)
			continue;
		lease_line(l, &x);
		n += x.pos;
		if (n <= BUFFER - LEASE_LINE_MAX)
			continue;
		if (!put(fd, buf, n))
			return false;
		n = 0;
	}
	return put(fd, buf, n);
}

/* When there are more lines than leases in it, by many and least at least: other tools read the
 * file as it stands, and to some of them two lines are two leases. */
static void write_anew(struct lease_file *f, const struct leases *t, uint64_t now_s, uint32_t least)
{
	char name[NAME + 8];
	uint32_t live = 0;
	int fd;

	for (uint32_t i = 0; i < leases_count(t); i++) {
		const struct lease *l = leases_row(t, i);

		live += l && l->state == LEASE_BOUND && l->until > now_s;
	}
	if (f->lines <= live || f->lines < least || (least && f->lines < 4 * live))
		return;
	snprintf(name, sizeof(name), "%.240s.new", f->name);
	fd = openat(f->folder, name, O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0644);
	if (fd < 0)
		return;
	/* the lock goes with the file that has the name */
	if (!put_lines(fd, t, now_s, f->buf) || fsync(fd) || flock(fd, LOCK_EX | LOCK_NB) ||
	    renameat(f->folder, name, f->folder, f->name)) {
		unlinkat(f->folder, name, 0);
		close(fd);
		return;
	}
	if (f->sync)
		(void)fsync(f->folder); /* else a power cut gives the old file its name back */
	close(f->fd);
	f->fd = fd;
	f->lines = live;
	f->failed = false;
}

/* Lines that were whole are counted. False: the last one was not. */
static bool take_lines(FILE *in, struct leases *t, uint64_t now_s, uint32_t *lines)
{
	char line[LEASE_LINE_MAX + 2];
	bool begins = true;

	while (fgets(line, sizeof(line), in)) {
		size_t n = strlen(line);
		bool ends = n && line[n - 1] == '\n';

		if (begins && ends)
			leases_line(t, bytes_of(line, (uint32_t)n), now_s);
		*lines += ends;
		begins = ends;
	}
	return begins;
}

static void take(struct lease_file *f, struct leases *t, uint64_t now_s)
{
	FILE *in = fdopen(dup(f->fd), "r");

	if (!in)
		return;
	rewind(in);
	/* the next line does not begin behind half of one */
	if (!take_lines(in, t, now_s, &f->lines))
		put(f->fd, "\n", 1);
	fclose(in);
}

void lease_file_read(const char *path, struct leases *t, uint64_t now_s)
{
	FILE *in = fopen(path, "re");
	uint32_t lines = 0;

	if (!in)
		return;
	(void)take_lines(in, t, now_s, &lines);
	fclose(in);
}

int lease_file_open(const char *path, struct leases *t, uint64_t now_s, bool sync,
		    struct lease_file **out, char *why, size_t n)
{
	struct lease_file *f = calloc(1, sizeof(*f));
	char folder[PATH], base[PATH];
	const char *where;
	int r = -ENOMEM;

	if (!f) {
		snprintf(why, n, "memory ran out");
		return r;
	}
	snprintf(folder, sizeof(folder), "%s", path);
	snprintf(base, sizeof(base), "%s", path);
	snprintf(f->name, sizeof(f->name), "%s", basename(base));
	f->fd = -1;
	f->sync = sync;
	where = dirname(folder);
	/* the first time there is none; that it could not be made shows below */
	(void)mkdir(where, 0755);
	f->folder = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->folder >= 0)
		f->fd = openat(f->folder, f->name,
			       O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (f->fd < 0) {
		r = -errno;
		snprintf(why, n, "leases cannot be kept in %s: %s", path, strerror(-r));
	} else if (flock(f->fd, LOCK_EX | LOCK_NB)) {
		r = -errno;
		snprintf(why, n, "%s is in use by another server", path);
	} else {
		take(f, t, now_s);
		write_anew(f, t, now_s, 0);
		if (sync)
			(void)fsync(f->folder);
		*out = f;
		return 0;
	}
	lease_file_free(f, NULL, 0);
	return r;
}

int lease_file_folder(const struct lease_file *f)
{
	return f->folder;
}

/* Behind a line that was cut, say by a full disk, the next one begins on its own. */
static bool write_out(struct lease_file *f)
{
	if (f->n && f->failed)
		f->failed = !put(f->fd, "\n", 1);
	if (f->n && !f->failed)
		f->failed = !put(f->fd, f->buf, f->n);
	f->n = 0;
	return !f->failed;
}

bool lease_file_keep(struct lease_file *f, const struct lease *l)
{
	struct text t = text_init(f->buf + f->n, LEASE_LINE_MAX);
	struct lease ended = *l;

	/* an address that is free again: its lease is over */
	if (l->state != LEASE_BOUND)
		ended.until = 1;
	lease_line(&ended, &t);
	f->n += t.pos;
	f->lines++;
	return f->n <= BUFFER - LEASE_LINE_MAX;
}

bool lease_file_write(struct lease_file *f)
{
	bool any = f->n;

	return write_out(f) && (!any || !f->sync || fdatasync(f->fd) == 0);
}

void lease_file_tidy(struct lease_file *f, const struct leases *t, uint64_t now_s)
{
	write_anew(f, t, now_s, TIDY_LEAST);
}

void lease_file_free(struct lease_file *f, const struct leases *t, uint64_t now_s)
{
	if (!f)
		return;
	if (f->fd >= 0)
		(void)!lease_file_write(f);
	if (t)
		write_anew(f, t, now_s, 0);
	if (f->fd >= 0)
		close(f->fd);
	if (f->folder >= 0)
		close(f->folder);
	free(f);
}
