/* SPDX-License-Identifier: BSD-2-Clause */
/* The TFTP folder: whose boards are prepared for, and is each of their files there for them? */
#include <string.h>

#include "config_txt.h"
#include "letters.h"
#include "lines.h"
#include "site_parts.h"

enum { KERNELS = 2, OTHERS_READ = 4, OTHERS_ENTER = 1, RELEASE_S = 7 * 24 * 3600 };

/* Facts 3.2 to 3.5: the file by which the folder is chosen, and those that a boot ends without. */
static const struct model {
	const char *key, *title;
	enum family family;
	const char *first[2]; /* any of them in the folder: it is the one */
	const char *start, *start_x, *fixup, *fixup_x;
	const char *kernel[KERNELS], *initramfs[KERNELS];
	const char *dtb;     /* how its device trees' names begin */
	const char *mark[2]; /* how names begin that are for this model alone */
} models[SITE_MODELS] = {
	{ "pi3b",
	  "Pi 3 and older",
	  FAMILY_PI3B,
	  { "start.elf", NULL },
	  "start.elf",
	  "start_x.elf",
	  "fixup.dat",
	  "fixup_x.dat",
	  { "kernel8.img", "kernel7.img" },
	  { "initramfs8", "initramfs7" },
	  "bcm2710-",
	  { "start.elf", "fixup.dat" } },
	{ "pi4",
	  "Pi 4",
	  FAMILY_PI4,
	  { "start4.elf", "start.elf" },
	  "start4.elf",
	  "start4x.elf",
	  "fixup4.dat",
	  "fixup4x.dat",
	  { "kernel8.img", "kernel7l.img" },
	  { "initramfs8", "initramfs7l" },
	  "bcm2711-",
	  { "start4", "fixup4" } },
	{ "pi5",
	  "Pi 5",
	  FAMILY_PI5,
	  { "config.txt", NULL },
	  NULL,
	  NULL,
	  NULL,
	  NULL,
	  { "kernel_2712.img", "kernel8.img" },
	  { "initramfs_2712", "initramfs8" },
	  "bcm2712",
	  { "kernel_2712", "bcm2712" } },
};

const char *site_model_key(uint32_t model)
{
	return models[model].key;
}

const char *site_model_title(uint32_t model)
{
	return models[model].title;
}

/* One folder, for one model. */
struct visit {
	const struct site *s;
	struct site_report *r;
	const struct model *m;
	const char *folder, *about;
	struct config config;
	uint32_t failed; /* what ends the boot */
	/* of the folder: its command line was looked at, and is of no use; said once */
	bool *line_seen, *line_bad;
};

static void look(const struct visit *v, const char *path, struct site_facts *out)
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

/* The first name in the folder that begins so; and, when end is given, ends so. */
static struct bytes name_like(const struct site_tree *t, const char *folder, const char *begin,
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

static void full_path(const struct visit *v, const char *path, struct text *t)
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
	full_path(v, name, &t);
	text_char(&t, ' ');
	full_path(v, path, &t);
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
	full_path(v, path, &t);
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
	full_path(v, path, &t);
	i->fix = site_keep(v->r, &t);
}

enum { THERE, ABSENT, WRONG };

static int state_of(struct visit *v, const char *path)
{
	struct site_facts f;

	look(v, path, &f);
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

static bool has(const struct visit *v, struct bytes name)
{
	struct site_facts f;
	char path[SITE_PATH];

	if (!path_of(v, name, path))
		return false;
	look(v, path, &f);
	return f.kind == SITE_FILE || f.kind == SITE_OUTSIDE || f.kind == SITE_DENIED;
}

/* ---- the files of one model ---- */

static struct bytes first_of(struct bytes list)
{
	list.n = bytes_until(list, ',');
	return list;
}

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
	look(v, path[0], &a);
	look(v, path[1], &b);
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
	struct bytes start, fixup;

	if (!v->m->start)
		return;
	start = g->start_file.n ? first_of(g->start_file)
				: bytes_str(g->start_x ? v->m->start_x : v->m->start);
	fixup = g->fixup_file.n ? first_of(g->fixup_file)
				: bytes_str(g->start_x ? v->m->fixup_x : v->m->fixup);
	if (!need(v, start, F_TFTP_FIRMWARE_NOT_FOUND, NULL))
		return;
	if (has(v, fixup)) {
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
	full_path(v, v->folder, &t);
	i->fix = site_keep(v->r, &t);
}

/* The kernel, its initramfs and a device tree. os_prefix holds where both kernel and tree are
 * below it (config_txt/boot.adoc); left out here, names being checked without. */
static bool kernel(struct visit *v)
{
	const struct config *g = &v->config;
	bool wide = !g->has_arm_64bit || g->arm_64bit || v->m->family == FAMILY_PI5;
	struct bytes initramfs = first_of(g->initramfs);
	int at = wide ? 0 : 1;

	if (g->unsure || g->os_prefix.n)
		return g->initramfs.n || g->auto_initramfs;
	if (g->kernel.n) {
		need(v, first_of(g->kernel), F_TFTP_KERNEL_NOT_FOUND,
		     "# config.txt names it; copy it there, or take the line out:");
	} else {
		while (at < KERNELS - 1 && !has(v, bytes_str(v->m->kernel[at])) &&
		       has(v, bytes_str(v->m->kernel[at + 1])))
			at++;
		need(v, bytes_str(v->m->kernel[at]), F_TFTP_KERNEL_NOT_FOUND, NULL);
	}
	if (initramfs.n)
		need(v, initramfs, F_TFTP_INITRAMFS_NOT_FOUND,
		     "# config.txt names it; copy it there, or take the line out:");
	else if (g->auto_initramfs && !g->kernel.n)
		initramfs = has(v, bytes_str(v->m->initramfs[at])) ? bytes_str(v->m->initramfs[at])
								   : bytes_of(NULL, 0);
	if (g->device_tree.n)
		need(v, first_of(g->device_tree), F_TFTP_DTB_NOT_FOUND,
		     "# config.txt names it; copy it there, or take the line out:");
	else if (!name_like(v->s->tftp, v->folder, v->m->dtb, ".dtb").n) {
		char name[64];
		struct text t = text_init(name, sizeof(name));

		text_fmt(&t, "%s*.dtb", v->m->dtb);
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
	else if (has(v, bytes_str("config.txt"))) {
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

static enum site_verdict visit(struct visit *v)
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

/* ---- the folders ---- */

static bool marked(const struct site_tree *t, const char *folder, const struct model *m)
{
	for (size_t i = 0; i < sizeof(m->mark) / sizeof(m->mark[0]); i++)
		if (name_like(t, folder, m->mark[i], NULL).n)
			return true;
	return false;
}

/* A folder with none of the files that it is chosen by is passed over, those of the root are taken
 * (facts 3.6). */
static bool chosen(const struct visit *v)
{
	return !*v->folder || has(v, bytes_str(v->m->first[0])) ||
	       (v->m->first[1] && has(v, bytes_str(v->m->first[1])));
}

static void passed_over(struct visit *v)
{
	struct site_item *i = site_fail_own(v->r, "tftp-folder-ignored", DEGRADED,
					    "The board's folder is passed over", v->about);
	struct text t;

	if (!i)
		return;
	i->message =
		"There is none of start.elf (Pi 3 and older), start4.elf (Pi 4) and config.txt "
		"(Pi 5) in it: the board leaves it and takes every file from the root.";
	t = site_words(v->r);
	text_str(&t, "cp -rp /boot/firmware/. ");
	full_path(v, v->folder, &t);
	i->fix = site_keep(v->r, &t);
}

static void look_at_place(const struct site *s, struct site_report *r, const char *folder)
{
	struct site_place *p;
	bool seen = false, bad = false, any = false;

	if (r->n_places == SITE_PLACES) {
		r->lost++;
		return;
	}
	p = &r->place[r->n_places++];
	*p = (struct site_place) { .folder = folder };
	for (uint32_t k = 0; k < SITE_MODELS; k++) {
		struct visit v = { .s = s,
				   .r = r,
				   .m = &models[k],
				   .folder = folder,
				   .line_seen = &seen,
				   .line_bad = &bad };
		struct text t = site_words(r);

		any |= chosen(&v);
		if (!marked(s->tftp, folder, &models[k]))
			continue;
		text_str(&t, models[k].title);
		if (*folder) {
			text_str(&t, " in ");
			text_safe(&t, bytes_str(folder));
		}
		v.about = site_keep(r, &t);
		if (chosen(&v))
			p->verdict[k] = visit(&v);
	}
	if (!any) {
		struct visit v = { .s = s, .r = r, .folder = folder };
		struct text t = site_words(r);

		text_safe(&t, bytes_str(folder));
		v.about = site_keep(r, &t);
		passed_over(&v);
	}
}

/* ---- their names: facts 3.6 ---- */

static bool digits(struct bytes v, bool *upper)
{
	for (uint32_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];

		*upper |= c >= 'A' && c <= 'F';
		if (!(c >= '0' && c <= '9') && !(lower_case(c) >= 'a' && lower_case(c) <= 'f'))
			return false;
	}
	return v.n != 0;
}

enum named { NOT_A_BOARD, AS_ASKED, ALMOST };

/* How a board would write it; to is touched when it is ALMOST that. */
static enum named board_name(struct bytes v, struct text *to)
{
	uint8_t hex[16];
	uint32_t n = 0;
	bool upper = false, dashes = false, colons = false;

	for (uint32_t i = 0; i < v.n; i++) {
		dashes |= v.p[i] == '-';
		colons |= v.p[i] == ':';
		if ((v.p[i] == '-' || v.p[i] == ':') && i % 3 == 2 && v.n == 17)
			continue;
		if (n == sizeof(hex))
			return NOT_A_BOARD;
		hex[n++] = v.p[i];
	}
	if (!digits(bytes_of(hex, n), &upper) || (n != 8 && n != 12 && n != 16))
		return NOT_A_BOARD;
	if (!upper && ((n == 8 && v.n == 8) || (n == 12 && v.n == 17 && dashes && !colons)))
		return AS_ASKED;
	/* of a serial of 16 digits the last eight */
	for (uint32_t i = n == 16 ? 8 : 0; i < n; i++) {
		if (n == 12 && i && i % 2 == 0)
			text_char(to, '-');
		text_char(to, (char)lower_case(hex[i]));
	}
	return ALMOST;
}

static void misnamed(const struct site *s, struct site_report *r, const char *folder,
		     const char *right)
{
	struct visit v = { .s = s, .r = r };
	struct site_item *i;
	struct text t;

	i = site_fail_own(r, "tftp-folder-name", DEGRADED, "A folder that no board asks for",
			  "TFTP folder");
	if (!i)
		return;
	t = site_words(r);
	text_safe(&t, bytes_str(folder));
	text_fmt(&t,
		 " looks like a board's folder, but the board asks for %s: its serial number's "
		 "last 8 digits, or with TFTP_PREFIX=2 its MAC with dashes, both in small "
		 "letters.",
		 right);
	i->message = site_keep(r, &t);
	t = site_words(r);
	text_str(&t, "mv ");
	full_path(&v, folder, &t);
	text_char(&t, ' ');
	full_path(&v, right, &t);
	i->fix = site_keep(r, &t);
}

static void enter(const struct site *s, struct site_report *r, const char *folder)
{
	struct visit v = { .s = s, .r = r, .folder = folder };
	struct site_facts f;
	struct site_item *i;
	struct text t;

	look(&v, folder, &f);
	if (f.kind != SITE_FOLDER || f.mode & OTHERS_ENTER)
		return;
	i = site_fail(r, F_TFTP_ACCESS_VIOLATION, "TFTP folder");
	if (!i)
		return;
	t = site_words(r);
	full_path(&v, folder, &t);
	text_str(&t, ": not everybody may enter this folder, nor may the server's user.");
	i->message = site_keep(r, &t);
	t = site_words(r);
	text_str(&t, "chmod o+x ");
	full_path(&v, folder, &t);
	i->fix = site_keep(r, &t);
}

static void above(const struct site *s, struct site_report *r)
{
	struct site_item *i = site_fail(r, F_TFTP_ACCESS_VIOLATION, "TFTP folder");
	struct text t = site_words(r);

	if (!i)
		return;
	text_safe(&t, bytes_str(s->closed));
	text_str(&t, ", which the TFTP folder is in, is not open to everybody, nor to the "
		     "server's user.");
	i->message = site_keep(r, &t);
	t = site_words(r);
	text_str(&t, "chmod o+x ");
	site_shell(&t, bytes_str(s->closed));
	i->fix = site_keep(r, &t);
}

static bool somebody(const struct site_report *r)
{
	for (uint32_t i = 0; i < r->n_places; i++)
		for (uint32_t k = 0; k < SITE_MODELS; k++)
			if (r->place[i].verdict[k] != VERDICT_SKIPPED)
				return true;
	return false;
}

/* Boards with a folder of their own never come to what else the root holds. */
static void spare_root(struct site_report *r, uint32_t from, uint32_t to)
{
	bool own = false;

	for (uint32_t i = 1; i < r->n_places; i++)
		for (uint32_t k = 0; k < SITE_MODELS; k++)
			own |= r->place[i].verdict[k] == VERDICT_PASS;
	for (uint32_t i = from; i < to && own; i++)
		if (r->item[i].severity == FATAL)
			r->item[i].severity = DEGRADED;
}

void site_boot(const struct site *s, struct site_report *r)
{
	const struct site_tree *tree = s->tftp;
	uint32_t from, to;
	const char *name;

	if (s->closed)
		above(s, r);
	enter(s, r, "");
	from = r->n;
	look_at_place(s, r, "");
	to = r->n;
	for (uint32_t i = 0; (name = tree->name(tree->ctx, i)); i++) {
		struct site_facts f;
		char right[32];
		struct text t = text_init(right, sizeof(right));
		enum named how = strchr(name, '/') ? NOT_A_BOARD : board_name(bytes_str(name), &t);

		if (how == NOT_A_BOARD)
			continue;
		tree->look(tree->ctx, "", name, &f);
		if (f.kind != SITE_FOLDER)
			continue;
		if (how == ALMOST) {
			misnamed(s, r, name, right);
			continue;
		}
		enter(s, r, name);
		look_at_place(s, r, name);
	}
	spare_root(r, from, to);
	if (!somebody(r)) {
		struct site_item *i = site_fail(r, F_TFTP_FIRMWARE_NOT_FOUND, "TFTP folder");

		if (i) {
			i->message = "There are no boot files of any Raspberry Pi in it, nor in a "
				     "board's folder.";
			i->fix = "# of a Raspberry Pi OS card: cp -rp /boot/firmware/. /srv/tftp/";
		}
	}
}
