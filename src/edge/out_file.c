/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(const struct out_file *f, char *why, size_t n)
{
	int r = -errno;

	snprintf(why, n, "%s cannot be written: %s", f->name, strerror(-r));
	return r;
}

/* Beside it, so that it can be renamed; with the mode it has, or would have been made with. */
static int open_beside(struct out_file *f, const struct stat *old)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	snprintf(f->temporary, sizeof(f->temporary), "%s.XXXXXX", f->name);
	fd = mkstemp(f->temporary);
	if (fd < 0) {
		f->temporary[0] = 0;
		return -1;
	}
	if (fchmod(fd, old ? old->st_mode & 07777 : 0666 & ~mask) == 0)
		return fd;
	close(fd);
	unlink(f->temporary);
	return -1;
}

int out_file_open(const char *name, const char *user, struct out_file *out, char *why, size_t n)
{
	char *real = realpath(name, NULL); /* what a link points to is written, not the link */
	struct stat st;
	bool there = stat(name, &st) == 0;
	int fd;

	memset(out, 0, sizeof(*out));
	out->helper.fd = -1;
	if (strlen(real ? real : name) + sizeof(".XXXXXX") > sizeof(out->name)) {
		snprintf(why, n, "%.60s...: this name is too long", name);
		free(real);
		return -ENAMETOOLONG;
	}
	snprintf(out->name, sizeof(out->name), "%s", real ? real : name);
	free(real);
	if (there && S_ISDIR(st.st_mode)) {
		snprintf(why, n, "%s is a folder: name the file to write", name);
		return -EISDIR;
	}
	if (there && !S_ISREG(st.st_mode))
		fd = open(out->name, O_WRONLY | O_CLOEXEC);
	else
		fd = open_beside(out, there ? &st : NULL);
	if (fd < 0)
		return failed(out, why, n);
	out->f = fdopen(fd, "w");
	if (!out->f) {
		fd = failed(out, why, n);
	} else {
		const char *path = out->name;

		fd = out->temporary[0] ? file_helper_start(&path, 1, user, &out->helper, why, n)
				       : 0;
	}
	if (fd && out->f)
		fclose(out->f);
	if (fd && out->temporary[0])
		unlink(out->temporary);
	if (fd)
		out->f = NULL;
	return fd;
}

static void write_out(void *ctx, const char *p, uint32_t n)
{
	struct out_file *f = ctx;

	if (fwrite(p, 1, n, f->f) < n && !f->error)
		f->error = errno;
}

struct output out_file_output(struct out_file *f)
{
	return (struct output) { f, write_out };
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void forget(struct out_file *f)
{
	/* nothing is lost if it stays, and there is nobody to tell */
	if (f->temporary[0] && file_helper_remove(&f->helper, 0, base_of(f->temporary)))
		return;
}

int out_file_close(struct out_file *f, char *why, size_t n)
{
	int r;

	if (!f->error && fflush(f->f))
		f->error = errno;
	errno = f->error;
	r = errno ? failed(f, why, n) : 0;
	if (fclose(f->f) && !r)
		r = failed(f, why, n);
	if (f->temporary[0] && !r) {
		r = file_helper_rename(&f->helper, 0, base_of(f->temporary), base_of(f->name));
		errno = -r;
		r = r ? failed(f, why, n) : 0;
	}
	if (r)
		forget(f);
	file_helper_end(&f->helper);
	f->f = NULL;
	return r;
}

void out_file_drop(struct out_file *f)
{
	if (!f->f)
		return;
	fclose(f->f);
	forget(f);
	file_helper_end(&f->helper);
	f->f = NULL;
}
