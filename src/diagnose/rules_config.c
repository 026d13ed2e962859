/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* What config.txt and cmdline.txt say, held against what was then asked for. */

static const struct kept *config_of(const struct look *l, struct config *out)
{
	struct config_for board = { l->c->family, l->c->revision, l->c->has_serial, l->c->serial };

	return kept_config(l->b, &board, out);
}

/* The part that a name plays once the prefix is taken off; FILE_OTHER: it does not begin so. */
static enum file_role behind_prefix(struct bytes name, struct bytes prefix)
{
	uint32_t at = bytes_find(name, prefix);

	if (at == UINT32_MAX)
		return FILE_OTHER;
	return file_role(bytes_of(name.p + at + prefix.n, name.n - at - prefix.n));
}

/* config_txt/boot.adoc: os_prefix counts only if kernel and device tree are found with it; then
 * the board goes on with other files than those that were meant. */
static void os_prefix(const struct look *l, const struct kept *k, const struct config *g)
{
	const struct transfer *missing = NULL, *without = NULL;
	struct finding *f;

	/* a slash in front takes a file from the root, prefix or not */
	if (!l->stuck || !g->os_prefix.n || g->unsure || !l->loaded || bytes_starts(g->kernel, "/"))
		return;
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		enum file_role role = behind_prefix(transfer_name(t), g->os_prefix);

		if (role == FILE_KERNEL && t->outcome == TRANSFER_COMPLETE)
			return;
		if ((role == FILE_KERNEL || role == FILE_DTB) && t->outcome == TRANSFER_NOT_FOUND)
			missing = missing ? missing : t;
		else if (role == FILE_OTHER && t->outcome == TRANSFER_COMPLETE &&
			 t->role == FILE_KERNEL && missing)
			without = without ? without : t;
	}
	if (!missing || !without)
		return;
	f = raise_of_file(l, F_CONFIG_OS_PREFIX_IGNORED, CERTAIN, missing);
	if (!f)
		return;
	finding_set(l->d, f, P_TEXT, g->os_prefix);
	finding_evidence(f, k->frame, "config.txt");
	finding_evidence(f, without->first_frame, "asked for without it");
}

/* conditional.adoc: what stands below [pi5] is nothing to a Pi 4. */
static void wrong_section(const struct look *l, const struct kept *k, const struct config *g)
{
	const struct transfer *missing = NULL;
	struct finding *f;

	if (!l->stuck || !g->elsewhere.n || g->kernel.n || g->unsure || l->loaded)
		return;
	if (!bytes_starts(g->elsewhere, "kernel=") && !bytes_starts(g->elsewhere, "os_prefix="))
		return;
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->role == FILE_KERNEL && t->outcome == TRANSFER_NOT_FOUND)
			missing = t;
	f = missing ? raise_of_file(l, F_CONFIG_SECTION_NOT_FOR_BOARD, LIKELY, missing) : NULL;
	if (!f)
		return;
	finding_set(l->d, f, P_TEXT, g->elsewhere);
	finding_evidence(f, k->frame, "config.txt");
}

/* Nothing of the firmware reads UTF-16: every setting is lost. */
static void config_encoding(const struct look *l, const struct kept *k, const struct config *g)
{
	struct finding *f;

	if (!l->stuck || g->encoding != ENCODING_UTF16)
		return;
	f = raise_finding(l, F_CONFIG_NOT_PLAIN_TEXT, CERTAIN);
	if (!f)
		return;
	finding_set(l->d, f, P_FILE, bytes_str(k->file));
	finding_evidence(f, k->frame, "config.txt");
}

static bool rpc_seen(const struct look *l)
{
	return l->b->n_nfs || l->b->n_mounts || l->b->n_maps || l->b->n_connections;
}

/* A mark in front of the line hides its first word from the kernel; in UTF-16 all words are. */
static void cmdline_encoding(const struct look *l, const struct kept *k, const struct cmdline *line)
{
	static const char *const needed[] = { "nfsroot=", "ip=", "root=" };
	struct bytes first = line->first_line;
	bool lost = line->encoding == ENCODING_UTF16;
	struct finding *f;

	if (line->encoding == ENCODING_BOM && first.n > 3)
		/* nfsroot= means root=/dev/nfs */
		for (size_t i = 0; i < (line->nfsroot.n ? 2u : 3u); i++)
			lost |= bytes_starts(bytes_of(first.p + 3, first.n - 3), needed[i]) != 0;
	if (!lost)
		return;
	f = raise_finding(l, F_CMDLINE_NOT_PLAIN_TEXT, CERTAIN);
	if (!f)
		return;
	finding_set(l->d, f, P_FILE, bytes_str(k->file));
	finding_set_text(l->d, f, P_TEXT,
			 line->encoding == ENCODING_UTF16 ? "UTF-16"
							  : "UTF-8 with a byte order mark");
	finding_evidence(f, k->frame, "the first bytes of the file");
}

/* COMMAND_LINE_SIZE of Linux, arch/arm and arch/arm64 include/uapi/asm/setup.h. */
enum { LINE_ARM = 1024, LINE_ARM64 = 2048 };

static uint32_t line_limit(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		struct bytes base = transfer_name(t);

		for (uint32_t i = base.n; i--;)
			if (base.p[i] == '/') {
				base = bytes_of(base.p + i + 1, base.n - i - 1);
				break;
			}
		if (t->role == FILE_KERNEL && t->outcome == TRANSFER_COMPLETE &&
		    (bytes_is(base, "kernel.img") || bytes_starts(base, "kernel7")))
			return LINE_ARM;
	}
	return LINE_ARM64;
}

static void cmdline_length(const struct look *l, const struct kept *k, const struct cmdline *line)
{
	struct bytes v = line->first_line;
	uint32_t limit = line_limit(l);
	char number[16];
	struct text t = text_init(number, sizeof(number));
	struct finding *f;
	/* the last word that a network root needs */
	const struct bytes words[] = { line->root, line->nfsroot, line->ip };
	bool lost = false;

	if (v.n < limit || !k->complete || k->cut)
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		lost |= words[i].n && words[i].p + words[i].n > v.p + limit - 1;
	if (!lost)
		return;
	f = raise_finding(l, F_CMDLINE_TOO_LONG, LIKELY);
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, v.n);
	text_fmt(&t, "%u", limit - 1);
	finding_set_text(l->d, f, P_TEXT, number);
	finding_evidence(f, k->frame, "cmdline.txt");
}

/* With boot_ramdisk=1, and on boards locked for signed boot, boot.img takes the place of all
 * other files (facts 3.7, 3.8). */
static void boot_image(const struct look *l, const struct kept *k)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		struct finding *f;

		if (t->role != FILE_BOOT_IMG || t->outcome != TRANSFER_NOT_FOUND || !l->c->pi ||
		    !l->stuck || transfer_done_after(t))
			continue;
		f = raise_of_file(l, F_TFTP_BOOT_IMG_NOT_FOUND, CERTAIN, t);
		if (f && k)
			finding_evidence(f, k->frame, "config.txt");
		return;
	}
}

void rules_config(const struct look *l)
{
	struct config g;
	const struct kept *k = config_of(l, &g);

	if (k && l->c->pi) {
		os_prefix(l, k, &g);
		wrong_section(l, k, &g);
		config_encoding(l, k, &g);
	}
	boot_image(l, k);
	if (!l->stuck || rpc_seen(l))
		return;
	for (k = l->b->kept; k; k = k->next) {
		struct cmdline line;

		if (k->kind != KEPT_CMDLINE || !k->n)
			continue;
		cmdline_parse(bytes_of(k->text, k->n), &line);
		cmdline_encoding(l, k, &line);
		cmdline_length(l, k, &line);
	}
}
