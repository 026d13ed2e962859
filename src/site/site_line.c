/* SPDX-License-Identifier: BSD-2-Clause */
/* From cmdline.txt on: is its root there, is it a root file system, does it look for an SD card? */
#include <string.h>

#include "fstab.h"
#include "lines.h"
#include "site_parts.h"

struct walk {
	const struct site *s;
	struct site_report *r;
	const char *about;
	const struct cmdline *line;
	char root[SITE_PATH]; /* the root, below the NFS folder */
	uint32_t failed;
};

static struct site_item *wrong(struct walk *w, enum finding_id id, const char *message)
{
	struct site_item *i = site_fail(w->r, id, w->about);

	if (i)
		i->message = message;
	if (findings[id].severity == FATAL)
		w->failed++;
	return i;
}

/* ---- the line itself ---- */

static void form(struct walk *w)
{
	static const char bad_bytes[] =
		"cmdline.txt is not plain ASCII: the kernel misses its first words, or all.";
	const struct cmdline *line = w->line;
	struct site_item *i;

	if (line->encoding != ENCODING_PLAIN) {
		i = wrong(w, F_CMDLINE_NOT_PLAIN_TEXT, bad_bytes);
		if (i)
			i->fix = "# write it anew as one line of plain text, without a byte order "
				 "mark";
	}
	if (line->lines > 1) {
		i = wrong(w, F_CMDLINE_MULTILINE,
			  "Only the first line of cmdline.txt is passed on to the kernel.");
		if (i)
			i->fix = "# join its lines with blanks";
	}
	if (bytes_hold(line->init, "init_resize") || bytes_hold(line->init, "firstboot")) {
		i = wrong(w, F_CMDLINE_SDCARD_INIT,
			  "init= starts the program that grows an SD card at the first boot.");
		if (i)
			i->fix = "# take init=... out of cmdline.txt";
	}
}

/* Facts 5.1. False: there is no NFS root to look for. */
static bool root_words(struct walk *w, bool initramfs)
{
	static const char words[] =
		"root=/dev/nfs nfsroot=SERVER:EXPORT,vers=3,proto=tcp rw ip=dhcp rootwait";
	const struct cmdline *line = w->line;
	struct site_item *i;

	if (!line->root_is_nfs) {
		/* who keeps no roots here may mean a disk of the board's own */
		i = wrong(w, F_CMDLINE_ROOT_NOT_NFS,
			  line->root_is_device
				  ? "root= names a card or disk: the kernel waits for it."
				  : "There is no root=/dev/nfs in cmdline.txt.");
		if (i)
			i->fix = words;
		if (i && !w->s->nfs && !w->s->exports.p) {
			i->severity = DEGRADED;
			w->failed--;
		}
		return false;
	}
	if (!line->has_ip && !initramfs) {
		i = wrong(w, F_CMDLINE_NO_IP,
			  "Without ip= the kernel sends no DHCP and has no network for its root.");
		if (i)
			i->fix = "# add to cmdline.txt: ip=dhcp";
	}
	/* klibc's nfsmount knows 2 and 3 alone (facts 5.2) */
	if (initramfs && line->vers >= 4) {
		i = wrong(
			w, F_NFS_INITRAMFS_BAD_MOUNT_OPTIONS,
			"The initramfs mounts by NFS version 2 and 3 only, and version 4 is asked "
			"for.");
		if (i)
			i->fix = "# in cmdline.txt: vers=3; or in config.txt: auto_initramfs=0";
	}
	/* the kernel's own default is version 2 (facts 5.3) */
	if (!line->vers && line->nfs_path.n && !initramfs) {
		i = wrong(
			w, F_NFS_V2_DEFAULT_REFUSED,
			"nfsroot= says no version: older kernels ask for version 2, which servers "
			"have off.");
		if (i) {
			i->severity = DEGRADED;
			i->fix = "# behind the path in cmdline.txt: ,vers=3,proto=tcp";
			w->failed--;
		}
	}
	return line->nfs_path.n != 0;
}

/* ---- the root file system ---- */

static void look(const struct walk *w, const char *top, const char *path, struct site_facts *out)
{
	w->s->nfs->look(w->s->nfs->ctx, top, path, out);
}

/* A path that clients mount, below the folder that we were given. */
static bool below(const char *top, struct bytes path, struct bytes *rest)
{
	uint32_t n = (uint32_t)strlen(top);

	while (n > 1 && top[n - 1] == '/')
		n--;
	if (n == 1 && path.n) {
		*rest = path;
		return true;
	}
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	if (path.n < n || memcmp(path.p, top, n) != 0 || (path.n > n && path.p[n] != '/'))
		return false;
	*rest = bytes_of(path.p + n, path.n - n);
	return true;
}

static bool has_dots(struct bytes path)
{
	return bytes_hold(path, "/../") || bytes_end(path, "/..");
}

static bool find_root(struct walk *w)
{
	struct bytes rest = bytes_of(NULL, 0), path = w->line->nfs_path;
	struct site_facts f = { .kind = SITE_MISSING };
	struct site_item *i;
	struct text t;

	/* %s is the board's address or name (nfsroot.rst): which, nobody knows here */
	if (bytes_hold(path, "%s") || has_dots(path))
		return false;
	if (!below(w->s->nfs_name, path, &rest) || !site_join(w->root, "", rest)) {
		i = site_fail_own(w->r, "nfsroot-elsewhere", DEGRADED,
				  "The root is not in the NFS folder", w->about);
		if (i) {
			t = site_words(w->r);
			text_str(&t, "nfsroot= in cmdline.txt names ");
			text_safe(&t, path);
			text_fmt(&t, ", and --nfs-root is another folder: it was not looked at. "
				     "Where clients know that folder by another name, say so: "
				     "--nfs-root DIR:NAME.");
			i->message = site_keep(w->r, &t);
		}
		return false;
	}
	look(w, w->root, "", &f);
	if (f.kind == SITE_FOLDER)
		return true;
	i = wrong(w, F_MOUNT_NO_SUCH_EXPORT, "");
	if (i) {
		t = site_words(w->r);
		text_str(&t, "nfsroot= in cmdline.txt names ");
		text_safe(&t, path);
		text_str(&t, f.kind == SITE_MISSING
				     ? ", and there is no such folder."
				     : ", which is no folder that can be looked at.");
		i->message = site_keep(w->r, &t);
		t = site_words(w->r);
		text_str(&t, "mkdir -p ");
		site_shell(&t, path);
		text_str(&t, " && rsync -aHAX ROOT-OF-THE-CARD/ ");
		site_shell(&t, path);
		text_char(&t, '/');
		i->fix = site_keep(w->r, &t);
	}
	return false;
}

static bool runs(const struct walk *w, const char *path)
{
	struct site_facts f;

	look(w, w->root, path, &f);
	return f.kind == SITE_FILE || f.kind == SITE_OUTSIDE || f.kind == SITE_DENIED;
}

/* init/main.c: the kernel's own list. */
static void init(struct walk *w)
{
	static const char *const programs[] = { "sbin/init", "etc/init", "bin/init", "bin/sh" };
	char name[SITE_PATH];
	struct site_item *i;
	struct text t;

	if (w->line->init.n && site_join(name, "", w->line->init) && runs(w, name))
		return;
	for (size_t k = 0; k < sizeof(programs) / sizeof(programs[0]); k++)
		if (runs(w, programs[k]))
			return;
	i = wrong(w, F_NFS_INIT_NOT_FOUND,
		  "None of /sbin/init, /etc/init, /bin/init and /bin/sh is in the root: the kernel "
		  "has nothing to run.");
	if (!i)
		return;
	t = site_words(w->r);
	text_str(&t, "rsync -aHAX ROOT-OF-THE-CARD/ ");
	site_shell(&t, w->line->nfs_path);
	text_char(&t, '/');
	i->fix = site_keep(w->r, &t);
}

/* ---- /etc/fstab ---- */

static void card(struct walk *w, const struct fstab *f)
{
	struct site_item *i;
	struct text t;

	i = site_fail_own(w->r, "fstab-sd-card", FATAL, "/etc/fstab waits for an SD card",
			  w->about);
	w->failed++;
	if (!i)
		return;
	t = site_words(w->r);
	text_str(&t, "/etc/fstab in ");
	text_safe(&t, w->line->nfs_path);
	text_str(&t, " mounts ");
	text_safe(&t, f->from);
	text_str(&t, " on ");
	text_safe(&t, f->on);
	text_str(&t, ": without the card the boot waits for it and ends in emergency mode.");
	i->message = site_keep(w->r, &t);
	t = site_words(w->r);
	text_str(&t, "sudo sed -i -E 's,^(PARTUUID=|/dev/mmcblk|/dev/disk/),#&,' ");
	site_shell(&t, w->line->nfs_path);
	text_str(&t, "/etc/fstab");
	i->fix = site_keep(w->r, &t);
}

static void other_server(struct walk *w, struct bytes server)
{
	struct site_item *i;
	struct text t;

	if (!server.n || !w->line->nfs_server.n || bytes_equal(server, w->line->nfs_server))
		return;
	i = site_fail_own(w->r, "fstab-other-server", DEGRADED, "/etc/fstab names another server",
			  w->about);
	if (!i)
		return;
	t = site_words(w->r);
	text_str(&t, "/etc/fstab mounts from ");
	text_safe(&t, server);
	text_str(&t, ", nfsroot= from ");
	text_safe(&t, w->line->nfs_server);
	text_char(&t, '.');
	i->message = site_keep(w->r, &t);
}

static void look_at_fstab(struct walk *w)
{
	uint8_t buf[SITE_LINE];
	int64_t n = w->s->nfs->read(w->s->nfs->ctx, w->root, "etc/fstab", buf, sizeof(buf));
	struct bytes text = bytes_of(buf, n > 0 ? (uint32_t)n : 0);
	struct fstab f;

	while (fstab_next(&text, &f)) {
		if (fstab_wants_card(&f))
			card(w, &f);
		else
			other_server(w, fstab_server(&f));
	}
}

/* What a root has to hold. True: nothing in it ends the boot. */
static bool look_at_root(struct walk *w)
{
	uint32_t before = w->failed;

	if (w->r->n_roots < SITE_PLACES) {
		struct text t = site_words(w->r);

		text_str(&t, w->root);
		w->r->root[w->r->n_roots++] = site_keep(w->r, &t);
	}
	init(w);
	look_at_fstab(w);
	return w->failed == before;
}

bool site_cmdline(const struct site *s, const char *about, const struct cmdline *line,
		  bool initramfs, struct site_report *r)
{
	struct walk w = { .s = s, .r = r, .about = about, .line = line };
	bool root;

	form(&w);
	root = root_words(&w, initramfs);
	if (root && s->exports.p && !site_exported(s, about, line->nfs_path, line->rw, r))
		w.failed++;
	if (root && s->nfs && find_root(&w) && look_at_root(&w))
		site_pass(r, about, "the root file system is there");
	return !w.failed;
}

/* ---- roots that no command line led to ---- */

static bool seen(const struct site_report *r, const char *root)
{
	for (uint32_t i = 0; i < r->n_roots; i++)
		if (strcmp(r->root[i], root) == 0)
			return true;
	return false;
}

/* A Linux system has both, whatever else it lacks. */
static bool is_root(const struct walk *w)
{
	struct site_facts etc, sbin;

	look(w, w->root, "etc", &etc);
	look(w, w->root, "sbin", &sbin);
	return etc.kind == SITE_FOLDER && (sbin.kind == SITE_FOLDER || sbin.kind == SITE_OUTSIDE);
}

/* name: below the NFS folder; "": that itself. */
static void other_root(const struct site *s, const char *name, struct site_report *r)
{
	struct walk w = { .s = s, .r = r };
	struct cmdline line = { .root_is_nfs = true };
	char path[SITE_PATH];
	struct text t = site_words(r);

	w.line = &line;
	if (!site_join(w.root, "", bytes_str(name)) || seen(r, w.root) || !is_root(&w) ||
	    !site_join(path, s->nfs_name, bytes_str(name)))
		return;
	line.nfs_path = bytes_str(path);
	text_safe(&t, line.nfs_path);
	w.about = site_keep(r, &t);
	if (look_at_root(&w))
		site_pass(r, w.about, "a root file system, which no cmdline.txt here names");
}

void site_roots(const struct site *s, struct site_report *r)
{
	const char *name;

	other_root(s, "", r);
	for (uint32_t i = 0; (name = s->nfs->name(s->nfs->ctx, i)); i++)
		if (!strchr(name, '/'))
			other_root(s, name, r);
}
