/* SPDX-License-Identifier: BSD-2-Clause */
/* The boot files of a folder: is each there that a model needs, and for it to read? */
#include <string.h>

#include "letters.h"
#include "lines.h"
#include "site_visit.h"

enum { OTHERS_READ = 4, RELEASE_S = 7 * 24 * 3600 };

/* clang-format off */
const struct model site_models[SITE_MODELS] = {
	{ "pi3b", "Pi 3 and older", FAMILY_PI3B, { "start.elf", NULL }, { "start.elf", "fixup.dat" } },
	{ "pi4", "Pi 4", FAMILY_PI4, { "start4.elf", "start.elf" }, { "start4", "fixup4" } },
	{ "pi5", "Pi 5", FAMILY_PI5, { "config.txt", NULL }, { "kernel_2712", "bcm2712" } },
};
/* clang-format on */

void visit_look(const struct visit *v, const char *path, struct site_facts *out)
{
	v->s->tftp->look(v->s->tftp->ctx, "", path, out);
}

/* The part of a listed name that is below the folder; n 0: it is not in it. */
static struct bytes in_folder(const char *name, const char *folder)
{
	size_t n = strlen(folder);

	if (n && (strncmp(name, folder, n) != 0 || name[n] != '/'))
		return bytes_of(NULL, 0);
	name += n ? n + 1 : 0;
	return strchr(name, '/') ? bytes_of(NULL, 0) : bytes_str(name);
}

struct bytes visit_name_like(const struct site_tree *t, const char *folder, const char *begin,
			     const char *end)
{
	const char *name;

	for (uint32_t i = 0; (name = t->name(t->ctx, i)); i++) {
		struct bytes base = in_folder(name, folder);

		if (base.n && bytes_begin(base, begin) && (!end || bytes_end(base, end)))
			return base;
	}
	return bytes_of(NULL, 0);
}

static bool same_but_case(struct bytes a, const char *b)
{
	uint32_t i = 0;

	while (i < a.n && b[i] && lower_case(a.p[i]) == lower_case((uint8_t)b[i]))
		i++;
	return i == a.n && !b[i] && !bytes_is(a, b);
}

/* ---- what went wrong with a file ---- */

void visit_shell(const struct visit *v, const char *path, struct text *t)
{
	char whole[SITE_PATH];

	if (site_join(whole, v->s->tftp_path, bytes_str(path)))
		site_shell(t, bytes_str(whole));
	else
		text_str(t, "PATH");
}

/* Boards ask for names as they are written: FAT knew no case, the server's disk does. */
static bool other_case(struct visit *v, const char *path)
{
	const struct site_tree *tree = v->s->tftp;
	struct site_item *i;
	struct text t;
	const char *name;

	for (uint32_t k = 0; (name = tree->name(tree->ctx, k)); k++)
		if (same_but_case(bytes_str(name), path))
			break;
	if (!name)
		return false;
	i = site_fail(v->r, F_TFTP_NAME_CASE_OR_BACKSLASH, v->about);
	if (!i)
		return true;
	t = site_words(v->r);
	text_safe(&t, bytes_str(name));
	text_str(&t, " is there; the board asks for ");
	text_safe(&t, bytes_str(path));
	text_str(&t, ", and to the server these are two names.");
	i->message = site_keep(v->r, &t);
	t = site_words(v->r);
	text_str(&t, "mv ");
	visit_shell(v, name, &t);
	text_char(&t, ' ');
	visit_shell(v, path, &t);
	i->fix = site_keep(v->r, &t);
	return true;
}

/* fix: stands before the path; NULL: the file of a Raspberry Pi that runs is copied there. */
static void missing(struct visit *v, enum finding_id id, const char *path, const char *fix)
{
	struct site_item *i;
	struct text t;

	v->failed++;
	if (other_case(v, path))
		return;
	i = site_fail(v->r, id, v->about);
	if (!i)
		return;
	t = site_words(v->r);
	text_str(&t, "There is no ");
	text_safe(&t, bytes_str(path));
	text_str(&t, " in the TFTP folder.");
	i->message = site_keep(v->r, &t);
	t = site_words(v->r);
	if (fix) {
		text_str(&t, fix);
	} else {
		text_str(&t, "cp -p /boot/firmware/");
		site_shell(&t, base_name(bytes_str(path)));
	}
	text_char(&t, ' ');
	visit_shell(v, path, &t);
	i->fix = site_keep(v->r, &t);
}

/* dnsmasq as root and tftpd without --permissive give what everybody may read (facts 3.1, end;
 * tftpd(8)). */
static void closed(struct visit *v, const char *path, const struct site_facts *f)
{
	struct site_item *i = site_fail(v->r, F_TFTP_ACCESS_VIOLATION, v->about);
	struct text t;

	v->failed++;
	if (!i)
		return;
	t = site_words(v->r);
	text_safe(&t, bytes_str(path));
	text_fmt(&t,
		 f->kind == SITE_DENIED ? " cannot be reached."
					: " has mode %u%u%u: not everybody may read it. dnsmasq "
					  "(which becomes dnsmasq or nobody) and tftpd-hpa (tftp) "
					  "serve only what everybody may.",
		 (unsigned)(f->mode >> 6 & 7), (unsigned)(f->mode >> 3 & 7),
		 (unsigned)(f->mode & 7));
	i->message = site_keep(v->r, &t);
	t = site_words(v->r);
	text_str(&t, "chmod o+rX ");
	visit_shell(v, path, &t);
	i->fix = site_keep(v->r, &t);
}

enum { THERE, ABSENT, WRONG };

static int state_of(struct visit *v, const char *path)
{
	struct site_facts f;

	visit_look(v, path, &f);
	switch (f.kind) {
	case SITE_FILE:
		if (f.mode & OTHERS_READ)
			return THERE;
		closed(v, path, &f);
		return WRONG;
	case SITE_DENIED:
		closed(v, path, &f);
		return WRONG;
	case SITE_OUTSIDE: /* servers follow links that we may not */
		return THERE;
	case SITE_MISSING:
	case SITE_FOLDER:
	case SITE_OTHER:
		break;
	}
	return ABSENT;
}

static bool path_of(const struct visit *v, struct bytes name, char to[SITE_PATH])
{
	return site_join(to, v->folder, name);
}

/* A file that the boot ends without. */
static bool need(struct visit *v, struct bytes name, enum finding_id id, const char *fix)
{
	char path[SITE_PATH];
	int state = path_of(v, name, path) ? state_of(v, path) : THERE;

	if (state == ABSENT)
		missing(v, id, path, fix);
	return state == THERE;
}

bool visit_has(const struct visit *v, struct bytes name)
{
	struct site_facts f;
	char path[SITE_PATH];

	if (!path_of(v, name, path))
		return false;
	visit_look(v, path, &f);
	return f.kind == SITE_FILE || f.kind == SITE_OUTSIDE || f.kind == SITE_DENIED;
}

/* ---- the files of one model ---- */

/* start4.elf and fixup4.dat go by pairs (facts 3.4); neither says of which release it is, but they
 * are installed together. */
static void one_release(struct visit *v, struct bytes start, struct bytes fixup)
{
	struct site_facts a, b;
	char path[2][SITE_PATH];
	struct site_item *i;
	struct text t;
	uint64_t apart;

	if (!path_of(v, start, path[0]) || !path_of(v, fixup, path[1]))
		return;
	visit_look(v, path[0], &a);
	visit_look(v, path[1], &b);
	if (a.kind != SITE_FILE || b.kind != SITE_FILE)
		return;
	apart = a.modified_s > b.modified_s ? a.modified_s - b.modified_s
					    : b.modified_s - a.modified_s;
	if (apart < RELEASE_S)
		return;
	i = site_fail_own(v->r, "firmware-mixed", DEGRADED, "Firmware of two releases", v->about);
	if (!i)
		return;
	t = site_words(v->r);
	text_safe(&t, bytes_str(path[0]));
	text_str(&t, " and ");
	text_safe(&t, bytes_str(path[1]));
	text_fmt(&t,
		 " were written %llu days apart; they have to be of one release, or the memory "
		 "is laid out wrongly.",
		 (unsigned long long)(apart / 86400));
	i->message = site_keep(v->r, &t);
	i->fix = "# copy both anew, from one release, with their times: cp -p";
}

static void firmware(struct visit *v)
{
	const struct config *g = &v->config;
	struct bytes start = boot_start(v->m->family, g), fixup = boot_fixup(v->m->family, g);

	if (!boot_names(v->m->family)->start)
		return;
	if (!need(v, start, F_TFTP_FIRMWARE_NOT_FOUND, NULL))
		return;
	if (visit_has(v, fixup)) {
		one_release(v, start, fixup);
	} else {
		char path[SITE_PATH];
		struct text t;
		struct site_item *i =
			site_fail_own(v->r, "firmware-fixup-missing", DEGRADED,
				      "The firmware's second file is missing", v->about);

		if (!i || !path_of(v, fixup, path))
			return;
		t = site_words(v->r);
		text_str(&t, "There is no ");
		text_safe(&t, bytes_str(path));
		text_str(&t, ": without it the board sees less memory than it has.");
		i->message = site_keep(v->r, &t);
		i->fix = "# copy it from the release that the start file is of: cp -p "
			 "/boot/firmware/fixup*.dat";
	}
}

static void no_tree(struct visit *v, const char *like)
{
	struct site_item *i = site_fail(v->r, F_TFTP_DTB_NOT_FOUND, v->about);
	struct text t = site_words(v->r);

	v->failed++;
	if (!i)
		return;
	text_fmt(&t, "There is no %s beside the kernel.", like);
	i->message = site_keep(v->r, &t);
	t = site_words(v->r);
	text_fmt(&t, "cp -p /boot/firmware/%s ", like);
	visit_shell(v, v->folder, &t);
	i->fix = site_keep(v->r, &t);
}

/* The kernel, its initramfs and a device tree. os_prefix holds where both kernel and tree are
 * below it (config_txt/boot.adoc); left out here, names being checked without. */
static bool kernel(struct visit *v)
{
	const struct config *g = &v->config;
	const struct boot_names *names = boot_names(v->m->family);
	struct bytes initramfs = boot_name(g->initramfs, NULL);
	uint32_t at = boot_kernel(v->m->family, g);

	if (g->unsure || g->os_prefix.n)
		return g->initramfs.n || g->auto_initramfs;
	if (g->kernel.n) {
		need(v, boot_name(g->kernel, NULL), F_TFTP_KERNEL_NOT_FOUND,
		     "# config.txt names it; copy it there, or take the line out:");
	} else {
		while (at < BOOT_KERNELS - 1 && !visit_has(v, bytes_str(names->kernel[at])) &&
		       visit_has(v, bytes_str(names->kernel[at + 1])))
			at++;
		need(v, bytes_str(names->kernel[at]), F_TFTP_KERNEL_NOT_FOUND, NULL);
	}
	if (initramfs.n)
		need(v, initramfs, F_TFTP_INITRAMFS_NOT_FOUND,
		     "# config.txt names it; copy it there, or take the line out:");
	else if (g->auto_initramfs && !g->kernel.n)
		initramfs = visit_has(v, bytes_str(names->initramfs[at]))
				    ? bytes_str(names->initramfs[at])
				    : bytes_of(NULL, 0);
	if (g->device_tree.n)
		need(v, boot_name(g->device_tree, NULL), F_TFTP_DTB_NOT_FOUND,
		     "# config.txt names it; copy it there, or take the line out:");
	else if (!visit_name_like(v->s->tftp, v->folder, names->dtb, ".dtb").n) {
		char name[64];
		struct text t = text_init(name, sizeof(name));

		text_fmt(&t, "%s*.dtb", names->dtb);
		no_tree(v, name);
	}
	return initramfs.n != 0;
}

/* False: no such file. */
static bool text_of(const struct visit *v, struct bytes name, uint8_t to[SITE_LINE],
		    struct bytes *out)
{
	char path[SITE_PATH];
	int64_t n;

	if (!path_of(v, name, path))
		return false;
	n = v->s->tftp->read(v->s->tftp->ctx, "", path, to, SITE_LINE);
	if (n < 0)
		return false;
	*out = bytes_of(to, (uint32_t)n);
	return true;
}

static void config(struct visit *v, struct bytes *text, uint8_t buf[SITE_LINE])
{
	const struct config_for board = { v->m->family, 0, false, 0 };
	struct site_item *i;

	*text = bytes_of(NULL, 0);
	if (v->m->family == FAMILY_PI5)
		need(v, bytes_str("config.txt"), F_TFTP_CONFIG_MISSING, NULL);
	else if (visit_has(v, bytes_str("config.txt"))) {
		char path[SITE_PATH];

		if (path_of(v, bytes_str("config.txt"), path))
			state_of(v, path);
	}
	text_of(v, bytes_str("config.txt"), buf, text);
	config_parse(*text, &board, NULL, &v->config);
	if (v->config.encoding != ENCODING_UTF16)
		return;
	i = site_fail(v->r, F_CONFIG_NOT_PLAIN_TEXT, v->about);
	if (i) {
		i->message = "config.txt is in UTF-16: the firmware reads none of it.";
		i->fix = "iconv -f UTF-16 -t ASCII config.txt >c.txt && mv c.txt config.txt";
	}
}

static void command_line(struct visit *v, bool initramfs)
{
	uint8_t buf[SITE_LINE];
	struct bytes name = v->config.cmdline.n ? v->config.cmdline : bytes_str("cmdline.txt"),
		     text;
	struct cmdline line;
	char path[SITE_PATH];
	struct text t;

	if (v->config.os_prefix.n || v->config.unsure)
		return;
	if (!need(v, name, F_CMDLINE_MISSING,
		  "echo 'console=tty1 root=/dev/nfs nfsroot=SERVER:EXPORT,vers=3,proto=tcp rw "
		  "ip=dhcp "
		  "rootwait' >") ||
	    !path_of(v, name, path) || !text_of(v, name, buf, &text))
		return;
	cmdline_parse(text, &line);
	t = site_words(v->r);
	text_safe(&t, bytes_str(path));
	if (!site_cmdline(v->s, site_keep(v->r, &t), &line, initramfs, v->r))
		v->failed++;
}

enum site_verdict visit_files(struct visit *v)
{
	uint8_t buf[SITE_LINE];
	struct bytes text;
	bool initramfs;

	/* the ROM takes it from the root, whatever the folder */
	if (v->m->family == FAMILY_PI3B) {
		const char *folder = v->folder;

		v->folder = "";
		need(v, bytes_str("bootcode.bin"), F_TFTP_BOOTCODE_NOT_FOUND, NULL);
		v->folder = folder;
	}
	config(v, &text, buf);
	if (v->config.boot_ramdisk) {
		need(v, bytes_str("boot.img"), F_TFTP_BOOT_IMG_NOT_FOUND,
		     "# boot_ramdisk=1 in config.txt asks for it:");
	} else {
		firmware(v);
		initramfs = kernel(v);
		if (!*v->line_seen) {
			uint32_t before = v->failed;

			command_line(v, initramfs);
			*v->line_seen = true;
			*v->line_bad = v->failed > before;
		} else if (*v->line_bad) {
			v->failed++;
		}
	}
	if (!v->failed)
		site_pass(v->r, v->about, "the boot files are there");
	return v->failed ? VERDICT_FAIL : VERDICT_PASS;
}
