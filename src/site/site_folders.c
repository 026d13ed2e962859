/* SPDX-License-Identifier: BSD-2-Clause */
/* The TFTP folder and those of boards in it: whose are they, and would a board take them? */
#include <string.h>

#include "eeprom.h"
#include "letters.h"
#include "lines.h"
#include "site_visit.h"

enum { OTHERS_ENTER = 1 };

const char *site_model_key(uint32_t model)
{
	return site_models[model].key;
}

const char *site_model_title(uint32_t model)
{
	return site_models[model].title;
}

/* ---- the folders ---- */

static bool marked(const struct site_tree *t, const char *folder, const struct model *m)
{
	for (size_t i = 0; i < sizeof(m->mark) / sizeof(m->mark[0]); i++)
		if (visit_name_like(t, folder, m->mark[i], NULL).n)
			return true;
	return false;
}

/* A folder with none of the files that it is chosen by is passed over, those of the root are taken
 * (facts 3.6). */
static bool chosen(const struct visit *v)
{
	return !*v->folder || visit_has(v, bytes_str(v->m->first[0])) ||
	       (v->m->first[1] && visit_has(v, bytes_str(v->m->first[1])));
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
	visit_shell(v, v->folder, &t);
	i->fix = site_keep(v->r, &t);
}

/* A board's own folder is for one kind of board: the one that its MAC is of, else any that it is
 * complete for. What others would miss there stands in nobody's way. about: of each kind's items.
 */
static void one_board(struct site_report *r, struct site_place *p, enum family family,
		      const char *const about[SITE_MODELS])
{
	bool known = false, counts[SITE_MODELS];

	for (uint32_t k = 0; k < SITE_MODELS; k++) {
		counts[k] = site_models[k].family == family;
		known |= counts[k];
	}
	for (uint32_t k = 0; k < SITE_MODELS && !known; k++)
		counts[k] = p->verdict[k] == VERDICT_PASS;
	for (uint32_t k = 0; k < SITE_MODELS; k++)
		known |= counts[k];
	for (uint32_t i = 0; i < r->n && known; i++)
		for (uint32_t k = 0; k < SITE_MODELS; k++)
			if (about[k] && r->item[i].about == about[k] && !counts[k])
				r->item[i].severity = INFO;
	for (uint32_t k = 0; k < SITE_MODELS && known; k++)
		if (!counts[k] && p->verdict[k] == VERDICT_FAIL)
			p->verdict[k] = VERDICT_SKIPPED;
}

/* family: of the board that the folder is of; FAMILY_PI: unknown; FAMILY_OTHER: of many boards. */
static void look_at_place(const struct site *s, struct site_report *r, const char *folder,
			  enum family family)
{
	const char *about[SITE_MODELS] = { NULL };
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
				   .m = &site_models[k],
				   .folder = folder,
				   .line_seen = &seen,
				   .line_bad = &bad };
		struct text t = site_words(r);

		any |= chosen(&v);
		if (!marked(s->tftp, folder, &site_models[k]))
			continue;
		text_str(&t, site_models[k].title);
		if (*folder) {
			text_str(&t, " in ");
			text_safe(&t, bytes_str(folder));
		}
		v.about = about[k] = site_keep(r, &t);
		if (chosen(&v))
			p->verdict[k] = visit_files(&v);
	}
	if (family != FAMILY_OTHER)
		one_board(r, p, family, about);
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

/* By a folder's MAC: Pi 1 to 3 load the same files. FAMILY_PI: it may be any. */
static enum family family_of(const uint8_t hex[12])
{
	struct mac m = { { 0 } };
	enum family f;

	for (uint32_t i = 0; i < 12; i++)
		m.b[i / 2] =
			(uint8_t)(m.b[i / 2] << 4 |
				  (hex[i] <= '9' ? hex[i] - '0' : lower_case(hex[i]) - 'a' + 10));
	f = mac_family(m);
	return family_is_rom_pi(f) ? FAMILY_PI3B : f == FAMILY_OTHER ? FAMILY_PI : f;
}

/* How a board would write it; to is touched when it is ALMOST that, family when it is AS_ASKED. */
static enum named board_name(struct bytes v, struct text *to, enum family *family)
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
	*family = n == 12 ? family_of(hex) : FAMILY_PI;
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
	visit_shell(&v, folder, &t);
	text_char(&t, ' ');
	visit_shell(&v, right, &t);
	i->fix = site_keep(r, &t);
}

static void enter(const struct site *s, struct site_report *r, const char *folder)
{
	struct visit v = { .s = s, .r = r, .folder = folder };
	struct site_facts f;
	struct site_item *i;
	struct text t;

	visit_look(&v, folder, &f);
	if (f.kind != SITE_FOLDER || f.mode & OTHERS_ENTER)
		return;
	i = site_fail(r, F_TFTP_ACCESS_VIOLATION, "TFTP folder");
	if (!i)
		return;
	t = site_words(r);
	visit_shell(&v, folder, &t);
	text_str(&t, ": not everybody may enter this folder, nor may the server's user.");
	i->message = site_keep(r, &t);
	t = site_words(r);
	text_str(&t, "chmod o+x ");
	visit_shell(&v, folder, &t);
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

/* TFTP_PREFIX=1 names a folder of its own (facts 3.6), and the names of files are glued to it. */
static const char *eeprom_folder(const struct site *s, char to[SITE_PATH])
{
	struct bytes name = eeprom_value(s->eeprom, "TFTP_PREFIX_STR");

	if (!bytes_are(eeprom_value(s->eeprom, "TFTP_PREFIX"), "1") || !bytes_end(name, "/") ||
	    !site_join(to, "", bytes_of(name.p, name.n - 1)))
		return NULL;
	return *to ? to : NULL;
}

static void look_at_named(const struct site *s, struct site_report *r)
{
	char folder[SITE_PATH];
	const char *name = eeprom_folder(s, folder);
	struct site_facts f;
	struct site_item *i;
	struct text t;

	if (!name)
		return;
	s->tftp->look(s->tftp->ctx, "", name, &f);
	t = site_words(r);
	text_safe(&t, bytes_str(name));
	name = site_keep(r, &t);
	if (f.kind == SITE_FOLDER) {
		enter(s, r, name);
		look_at_place(s, r, name, FAMILY_OTHER);
		return;
	}
	i = site_fail_own(r, "tftp-folder-missing", DEGRADED, "The folder that the EEPROM names",
			  "EEPROM");
	if (!i)
		return;
	t = site_words(r);
	text_fmt(&t,
		 "TFTP_PREFIX_STR names %s, and there is no such folder: the board takes every "
		 "file from the root.",
		 name);
	i->message = site_keep(r, &t);
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
	look_at_place(s, r, "", FAMILY_OTHER);
	to = r->n;
	for (uint32_t i = 0; (name = tree->name(tree->ctx, i)); i++) {
		struct site_facts f;
		char right[32];
		struct text t = text_init(right, sizeof(right));
		enum family family = FAMILY_PI;
		enum named how =
			strchr(name, '/') ? NOT_A_BOARD : board_name(bytes_str(name), &t, &family);

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
		look_at_place(s, r, name, family);
	}
	if (s->eeprom.p)
		look_at_named(s, r);
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
