/* SPDX-License-Identifier: BSD-2-Clause */
/* audit --files: a boot server's own files, without a network. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "confine.h"
#include "json.h"
#include "site.h"
#include "site_dir.h"
#include "stdout.h"

enum { TEXT_MOST = 256 << 10, PATH = 4096 };

/* A file that is read whole, once all are open. */
struct input {
	enum option_id option;
	int fd;
	char *text;
	struct bytes bytes;
};

struct look {
	struct site_dir *tftp, *nfs;
	struct site_tree tftp_tree, nfs_tree;
	struct input input[3];
	struct site site;
	struct site_report *report;
	char nfs_dir[PATH];
};

static int say(const char *what, const char *why)
{
	fprintf(stderr, "bootscope: %s%s%s\n", what, why ? ": " : "", why ? why : "");
	return EXIT_SYSTEM;
}

static int open_dir(const char *path, enum site_dir_form form, struct site_dir **out)
{
	char why[256];
	int r = site_dir_open(path, form, out, why, sizeof(why));

	return r ? say(why, NULL) : 0;
}

/* DIR, or DIR:/EXPORT as serve takes it. */
static int open_nfs(struct look *l, const char *given)
{
	const char *name = strstr(given, ":/");
	size_t n = name ? (size_t)(name - given) : strlen(given);
	int r;

	if (n >= sizeof(l->nfs_dir))
		return say("--nfs-root", strerror(ENAMETOOLONG));
	memcpy(l->nfs_dir, given, n);
	l->nfs_dir[n] = 0;
	r = open_dir(l->nfs_dir, SITE_DIR_ROOT, &l->nfs);
	if (r)
		return r;
	l->nfs_tree = site_dir_tree(l->nfs);
	l->site.nfs = &l->nfs_tree;
	l->site.nfs_path = site_dir_path(l->nfs);
	l->site.nfs_name = name ? name + 1 : l->nfs_dir[0] == '/' ? l->nfs_dir : l->site.nfs_path;
	return 0;
}

static int open_all(const struct options *o, struct look *l)
{
	int r;

	if (o->on[OPT_TFTP_ROOT]) {
		r = open_dir(o->value[OPT_TFTP_ROOT], SITE_DIR_SERVED, &l->tftp);
		if (r)
			return r;
		l->tftp_tree = site_dir_tree(l->tftp);
		l->site.tftp = &l->tftp_tree;
		l->site.tftp_path = site_dir_path(l->tftp);
		l->site.closed = site_dir_closed(l->tftp);
	}
	if (o->on[OPT_NFS_ROOT]) {
		r = open_nfs(l, o->value[OPT_NFS_ROOT]);
		if (r)
			return r;
	}
	for (size_t i = 0; i < sizeof(l->input) / sizeof(l->input[0]); i++) {
		struct input *in = &l->input[i];

		if (!o->on[in->option])
			continue;
		in->fd = open(o->value[in->option], O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (in->fd < 0)
			return say(o->value[in->option], strerror(errno));
		in->text = malloc(TEXT_MOST + 1);
		if (!in->text)
			return say(o->value[in->option], strerror(ENOMEM));
	}
	l->report = malloc(sizeof(*l->report));
	return l->report ? 0 : say("audit", strerror(ENOMEM));
}

static int enter(const struct options *o, struct look *l)
{
	/* who starts us as root wants to know of files that are root's alone */
	struct sandbox box = { .serves = true, .caps = sandbox_cap_any_file };
	char why[SANDBOX_WHY_MAX];
	int r;

	if (l->tftp)
		box.folder[box.n_folders++] =
			(struct sandbox_folder) { .fd = site_dir_fd(l->tftp), .reads = true };
	if (l->nfs)
		box.folder[box.n_folders++] =
			(struct sandbox_folder) { .fd = site_dir_fd(l->nfs), .reads = true };
	r = confine(o, &box, why, sizeof(why));
	if (r)
		say(why, NULL);
	return r;
}

static int read_texts(const struct options *o, struct look *l)
{
	for (size_t i = 0; i < sizeof(l->input) / sizeof(l->input[0]); i++) {
		struct input *in = &l->input[i];
		size_t n = 0;
		ssize_t got = 0;

		while (in->text && n <= TEXT_MOST &&
		       (got = read(in->fd, in->text + n, TEXT_MOST + 1 - n)) != 0) {
			if (got < 0 && errno == EINTR)
				continue;
			if (got < 0)
				return say(o->value[in->option], strerror(errno));
			n += (size_t)got;
		}
		if (n > TEXT_MOST)
			return say(o->value[in->option],
				   "larger than 256 kB: is it the right file?");
		if (in->text)
			in->bytes = bytes_of(in->text, (uint32_t)n);
	}
	l->site.exports = l->input[0].bytes;
	l->site.dnsmasq = l->input[1].bytes;
	l->site.eeprom = l->input[2].bytes;
	return 0;
}

static int show(const struct options *o, const struct look *l)
{
	if (o->on[OPT_JSON]) {
		struct json json;

		json_init(&json, stdout_output(), true);
		site_json(&l->site, l->report, &json.sink);
		json.out.write(json.out.ctx, "\n", 1);
	} else {
		site_text(l->report, strcmp(nl_langinfo(CODESET), "UTF-8") != 0, o->on[OPT_VERBOSE],
			  stdout_output());
	}
	return site_is_fatal(l->report) ? EXIT_FOUND : EXIT_FINE;
}

int cmd_audit_files(const struct options *o)
{
	struct look l = { .input = { { .option = OPT_EXPORTS, .fd = -1 },
				     { .option = OPT_DNSMASQ, .fd = -1 },
				     { .option = OPT_EEPROM, .fd = -1 } } };
	int r;

	if (!o->on[OPT_TFTP_ROOT] && !o->on[OPT_NFS_ROOT] && !o->on[OPT_EXPORTS] &&
	    !o->on[OPT_DNSMASQ] && !o->on[OPT_EEPROM]) {
		fprintf(stderr, "bootscope: say which files: --tftp-root or --nfs-root DIR, "
				"--exports, --dnsmasq or --eeprom FILE\n");
		return EXIT_USAGE;
	}
	setlocale(LC_CTYPE, ""); /* it reads files */
	r = open_all(o, &l);
	if (!r)
		r = enter(o, &l);
	if (!r)
		r = read_texts(o, &l);
	if (!r) {
		site_look(&l.site, l.report);
		r = show(o, &l);
	}
	for (size_t i = 0; i < sizeof(l.input) / sizeof(l.input[0]); i++) {
		free(l.input[i].text);
		if (l.input[i].fd >= 0)
			close(l.input[i].fd);
	}
	free(l.report);
	site_dir_free(l.tftp);
	site_dir_free(l.nfs);
	return r;
}
