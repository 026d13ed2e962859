/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SITE_MADE_H
#define SITE_MADE_H

/* A boot server's files made of rows, what is said of them, and what ought to be. */
#include <stdio.h>

#include "site.h"
#include "unit.h"

struct file {
	const char *path, *text; /* text NULL: a folder */
	uint32_t mode;
	uint64_t modified_s;
};

enum { FILES_MAX = 64 };

struct tree {
	struct file file[FILES_MAX];
	uint32_t n;
};

static struct tree tftp, nfs;
static struct site_report report;

static inline const struct file *find(const struct tree *t, const char *top, const char *path)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "%s%s%s", top, *top && *path ? "/" : "", path);
	for (uint32_t i = 0; i < t->n; i++)
		if (strcmp(t->file[i].path, whole) == 0)
			return &t->file[i];
	return NULL;
}

static inline void look(const void *ctx, const char *top, const char *path, struct site_facts *out)
{
	const struct file *f = find(ctx, top, path);

	*out = (struct site_facts) { .kind = SITE_MISSING };
	if (!*top && !*path)
		*out = (struct site_facts) { .kind = SITE_FOLDER, .mode = 0755 };
	else if (f)
		*out = (struct site_facts) { .kind = f->text ? SITE_FILE : SITE_FOLDER,
					     .mode = f->mode,
					     .modified_s = f->modified_s };
}

static inline int64_t read_file(const void *ctx, const char *top, const char *path, uint8_t *to,
				uint32_t n)
{
	const struct file *f = find(ctx, top, path);
	size_t have = f && f->text ? strlen(f->text) : 0;

	if (!f || !f->text)
		return -1;
	have = have < n ? have : n;
	memcpy(to, f->text, have);
	return (int64_t)have;
}

static inline const char *name(const void *ctx, uint32_t i)
{
	const struct tree *t = ctx;

	return i < t->n ? t->file[i].path : NULL;
}

static inline struct file *put(struct tree *t, const char *path, const char *text)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (strcmp(t->file[i].path, path) == 0) {
			t->file[i].text = text;
			return &t->file[i];
		}
	assert_true(t->n < FILES_MAX);
	t->file[t->n] = (struct file) { path, text, text ? 0644 : 0755, 1000000 };
	return &t->file[t->n++];
}

static inline void take(struct tree *t, const char *path)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (strcmp(t->file[i].path, path) == 0) {
			t->file[i] = t->file[--t->n];
			return;
		}
	fail_msg("there is no %s", path);
}

#define LINE "root=/dev/nfs nfsroot=10.0.0.1:/srv/nfs/r1,vers=3,proto=tcp rw ip=dhcp rootwait\n"

static const char good_exports[] = "/srv/nfs 10.0.0.0/8(rw,no_root_squash,no_subtree_check)\n";
static const char good_dnsmasq[] = "dhcp-range=10.0.0.0,proxy\n"
				   "pxe-service=0,\"Raspberry Pi Boot   \"  # the Pis\n"
				   "enable-tftp\ntftp-root=/srv/tftp/\n";

/* All that three kinds of boards need. */
static inline int fill(void **state)
{
	static const char *const files[] = { "bootcode.bin",        "start.elf",
					     "fixup.dat",           "start4.elf",
					     "fixup4.dat",          "kernel8.img",
					     "kernel_2712.img",     "bcm2710-rpi-3-b.dtb",
					     "bcm2711-rpi-4-b.dtb", "bcm2712-rpi-5-b.dtb" };

	(void)state;
	tftp.n = nfs.n = 0;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put(&tftp, files[i], "");
	put(&tftp, "config.txt", "arm_64bit=1\n");
	put(&tftp, "cmdline.txt", LINE);
	put(&nfs, "r1", NULL);
	put(&nfs, "r1/sbin/init", "");
	put(&nfs, "r1/etc/fstab", "proc /proc proc defaults 0 0\n10.0.0.1:/srv/nfs/r1 / nfs rw\n");
	return 0;
}

static const struct site_tree trees[] = { { &tftp, look, read_file, name },
					  { &nfs, look, read_file, name } };

static inline void audit_all(const char *exports, const char *dnsmasq, const char *eeprom)
{
	struct site s = { .tftp = &trees[0],
			  .nfs = &trees[1],
			  .tftp_path = "/srv/tftp",
			  .nfs_path = "/srv/nfs",
			  .nfs_name = "/srv/nfs" };

	if (exports)
		s.exports = bytes_str(exports);
	if (dnsmasq)
		s.dnsmasq = bytes_str(dnsmasq);
	if (eeprom)
		s.eeprom = bytes_str(eeprom);
	site_look(&s, &report);
}

static inline void audit(void)
{
	audit_all(good_exports, good_dnsmasq, NULL);
}

static inline const struct site_item *item(const char *id)
{
	for (uint32_t i = 0; i < report.n; i++)
		if (report.item[i].state == SITE_FAILED && strcmp(report.item[i].id, id) == 0)
			return &report.item[i];
	return NULL;
}

static inline uint32_t failed(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < report.n; i++)
		n += report.item[i].state == SITE_FAILED;
	return n;
}

/* That alone, and with this in its fix. */
static inline void only(const char *id, const char *fix)
{
	const struct site_item *i = item(id);

	if (!i || failed() != 1)
		for (uint32_t k = 0; k < report.n; k++)
			if (report.item[k].state == SITE_FAILED)
				print_message("# %s: %s\n", report.item[k].id,
					      report.item[k].message);
	if (!i) {
		fail_msg("no %s", id);
		return;
	}
	assert_int_equal(failed(), 1);
	assert_true(*i->message);
	if (fix) {
		assert_non_null(i->fix);
		if (!strstr(i->fix, fix))
			fail_msg("no '%s' in '%s'", fix, i->fix);
	}
}

#endif
