/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"

#include <string.h>

#include "pi_offer.h"
#include "server.h"
#include "sheet.h"

enum { NAME = 17, COLUMN = 5, WHAT = 400 };

/* Columns of the table: those where nobody got to are left out. */
/* clang-format off */
static const char *const heads[AUDIT_STEPS] = {
	[AUDIT_DHCP] = "DHCP", [AUDIT_BOOT_SERVER] = "4011", [AUDIT_ARP] = "ARP", [AUDIT_FIRST_FILE] = "file",
	[AUDIT_FIRMWARE] = "fw", [AUDIT_CONFIG] = "conf", [AUDIT_CMDLINE] = "cmdl", [AUDIT_KERNEL] = "kern",
	[AUDIT_RPCBIND] = "rpc", [AUDIT_MOUNT] = "mnt", [AUDIT_ROOT] = "root",
};
/* clang-format on */

const char *audit_step_head(enum audit_step s)
{
	return heads[s];
}

static bool shown(const struct audit *a, int step)
{
	for (uint32_t i = 0; heads[step] && i < a->n_models; i++)
		if (a->model[i].row[step].state > AUDIT_NOT_TRIED)
			return true;
	return false;
}

static const char *mark(const struct sheet *p, enum audit_state s)
{
	bool unicode = p->style->unicode;

	switch (s) {
	case AUDIT_PASSED:
		return unicode ? "✔" : "ok";
	case AUDIT_FAILED:
		return unicode ? "✖" : "!!";
	case AUDIT_NOT_TRIED:
		return unicode ? "·" : "-";
	case AUDIT_NOT_FOR_MODEL:
		break;
	}
	return " ";
}

static uint32_t failures(const struct audit *a)
{
	uint32_t bad = 0;

	for (uint32_t i = 0; i < a->n_models; i++)
		bad += a->model[i].verdict == AUDIT_FAIL;
	return bad;
}

/* ---- the head ---- */

/* All that failed are played aside. */
static void only_aside(struct text *t, const struct audit *a, uint32_t bad, const char *get)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < a->n_models; i++)
		n += !a->model[i].aside;
	text_fmt(t,
		 "%s: all %u Raspberry Pis %s what they boot from; %u other model%s would not boot",
		 a->interface, n, get, bad, bad == 1 ? "" : "s");
}

void audit_headline(const struct audit *a, struct text *t)
{
	uint32_t bad = failures(a);
	const char *get = a->no_request ? "are offered" : "get";

	if (!a->n_models)
		text_fmt(t, "%s: no model was played to its end", a->interface);
	else if (a->n_models == 1 && bad)
		text_fmt(t, "%s: %s would not boot", a->interface, a->model[0].title);
	else if (a->n_models == 1)
		text_fmt(t, "%s: %s %s what it boots from", a->interface, a->model[0].title,
			 a->no_request ? "is offered" : "gets");
	else if (audit_fails(a))
		text_fmt(t, "%s: %u of %u models would not boot", a->interface, bad, a->n_models);
	else if (bad)
		only_aside(t, a, bad, get);
	else
		text_fmt(t, "%s: all %u models %s what they boot from", a->interface, a->n_models,
			 get);
}

static void head(struct sheet *p, const struct audit *a)
{
	bool fails = audit_fails(a);

	sheet_role(p, fails ? ROLE_BAD : ROLE_GOOD);
	text_fmt(&p->line, "%s ",
		 mark(p, !a->n_models ? AUDIT_NOT_TRIED
			 : fails      ? AUDIT_FAILED
				      : AUDIT_PASSED));
	sheet_role(p, ROLE_PLAIN);
	sheet_role(p, ROLE_TITLE);
	audit_headline(a, &p->line);
	sheet_role(p, ROLE_PLAIN);
	if (a->n_models && (a->cut || a->patient))
		text_str(&p->line, a->cut ? " (cut short)" : " (no wait was cut)");
	sheet_flush(p);
}

/* ---- the table ---- */

/* Cells are one sign wide on the screen, whatever that takes in bytes. */
static void cells(struct sheet *p, const struct audit *a, const struct audit_model *m)
{
	for (int s = 0; s < AUDIT_STEPS; s++) {
		const char *sign = mark(p, m->row[s].state);
		uint32_t wide = p->style->unicode ? 1 : (uint32_t)strlen(sign);

		if (!shown(a, s))
			continue;
		if (m->row[s].state > AUDIT_NOT_TRIED)
			sheet_role(p, m->row[s].state == AUDIT_FAILED ? ROLE_BAD : ROLE_GOOD);
		text_str(&p->line, sign);
		if (m->row[s].state > AUDIT_NOT_TRIED)
			sheet_role(p, ROLE_PLAIN);
		for (; wide < COLUMN; wide++)
			text_char(&p->line, ' ');
	}
}

/* Whom it loads from, and what first. */
static void from_words(const struct audit_model *m, struct text *t)
{
	uint32_t ip = m->tftp_server ? m->tftp_server : m->accepted_from;

	text_clear(t);
	if (ip)
		text_ip4(t, ip);
	if (m->file[0])
		text_fmt(t, "%s%s", ip ? " " : "", m->file);
}

/* Is there room behind the steps for that? */
static bool from_fits(const struct sheet *p, const struct audit *a)
{
	char buf[WHAT];
	struct text t = text_init(buf, sizeof(buf));
	uint32_t wide = 2 + NAME, widest = 0;

	for (int s = 0; s < AUDIT_STEPS; s++)
		wide += shown(a, s) ? COLUMN : 0;
	for (uint32_t i = 0; i < a->n_models; i++) {
		from_words(&a->model[i], &t);
		widest = t.pos > widest ? t.pos : widest;
	}
	return wide + widest <= p->style->width;
}

/* Else it stands below: each once, with the models that load so. */
static void from_below(struct sheet *p, const struct audit *a)
{
	char words[WHAT], other[WHAT], line[SHEET_LINE];
	struct text t = text_init(words, sizeof(words)), o = text_init(other, sizeof(other));

	sheet_flush(p);
	for (uint32_t i = 0; i < a->n_models; i++) {
		struct text l = text_init(line, sizeof(line));
		bool before = false;

		from_words(&a->model[i], &t);
		for (uint32_t k = 0; k < a->n_models && !before; k++) {
			from_words(&a->model[k], &o);
			if (strcmp(words, other) != 0)
				continue;
			before = k < i;
			text_fmt(&l, "%s%s", l.pos ? ", " : "", a->model[k].key);
		}
		if (before || !t.pos)
			continue;
		text_fmt(&l, " from %s", words);
		sheet_paragraph(p, 2, line);
	}
}

static void table(struct sheet *p, const struct audit *a)
{
	bool fits = from_fits(p, a);
	char buf[WHAT];
	struct text t = text_init(buf, sizeof(buf));

	text_fmt(&p->line, "  %-17s", "Model");
	for (int s = 0; s < AUDIT_STEPS; s++)
		if (shown(a, s))
			text_fmt(&p->line, "%-5s", heads[s]);
	if (fits)
		text_str(&p->line, "from");
	sheet_flush(p);
	for (uint32_t i = 0; i < a->n_models; i++) {
		const struct audit_model *m = &a->model[i];
		bool bad = m->verdict == AUDIT_FAIL;

		sheet_role(p, bad ? ROLE_BAD : ROLE_GOOD);
		text_fmt(&p->line, "%s%s", mark(p, bad ? AUDIT_FAILED : AUDIT_PASSED),
			 p->style->unicode ? " " : "");
		sheet_role(p, ROLE_PLAIN);
		text_fmt(&p->line, "%-17s", m->key);
		cells(p, a, m);
		from_words(m, &t);
		if (fits)
			text_str(&p->line, buf);
		sheet_flush(p);
	}
	if (!fits)
		from_below(p, a);
}

/* ---- who offered what ---- */

static void option43(struct dhcp *m, uint32_t ip, struct text *t)
{
	struct pi_offer pi;

	if (!dhcp_has(m, DHCP_OPT_VENDOR))
		return;
	pi_offer_read(m, ip, &pi);
	if (pi.text)
		text_fmt(t, ", option 43 with \"Raspberry Pi Boot\"%s",
			 pi.menu ? " in a menu" : "");
	else
		text_fmt(t, ", option 43 of %u bytes", dhcp_option(m, DHCP_OPT_VENDOR).n);
}

static void quoted(struct text *t, const char *before, struct bytes v)
{
	enum { SHOWN = 60 };

	while (v.n && v.p[v.n - 1] == 0)
		v.n--;
	if (!v.n)
		return;
	text_fmt(t, ", %s \"", before);
	text_safe(t, bytes_of(v.p, v.n < SHOWN ? v.n : SHOWN));
	text_str(t, v.n > SHOWN ? "...\"" : "\"");
}

/* The same words for what is the same to a board: the address itself is left out. */
void audit_offer_words(const struct audit_offer *o, struct text *t)
{
	struct reader r = reader_init(o->message, o->n, o->n);
	struct dhcp m;

	(void)dhcp_decode(&r, &m);
	text_clear(t);
	text_fmt(t, "%s%s", o->from_4011 ? "port 4011: " : "",
		 m.yiaddr ? "an address" : "no address");
	if (m.hops || m.giaddr)
		text_str(t, m.giaddr ? " by the relay " : " by a relay");
	if (m.giaddr)
		text_ip4(t, m.giaddr);
	if (m.siaddr) {
		text_str(t, ", next server ");
		text_ip4(t, m.siaddr);
	}
	quoted(t, "option 66", dhcp_option(&m, DHCP_OPT_TFTP_NAME));
	quoted(t, "file",
	       dhcp_option(&m, DHCP_OPT_BOOTFILE).n ? dhcp_option(&m, DHCP_OPT_BOOTFILE) : m.file);
	quoted(t, "root path", dhcp_option(&m, DHCP_OPT_ROOT_PATH));
	quoted(t, "class", dhcp_option(&m, DHCP_OPT_CLASS));
	option43(&m, o->from, t);
}

/* Was it told of already, with an earlier offer or model? */
static bool told(const struct audit *a, uint32_t model, uint32_t offer, const char *words)
{
	const struct audit_offer *o = &a->model[model].offer[offer];
	char buf[WHAT];
	struct text t = text_init(buf, sizeof(buf));

	for (uint32_t i = 0; i <= model; i++)
		for (uint32_t k = 0; k < (i < model ? a->model[i].n_offers : offer); k++) {
			const struct audit_offer *x = &a->model[i].offer[k];

			if (x->from != o->from || x->reason != o->reason)
				continue;
			audit_offer_words(x, &t);
			if (strcmp(buf, words) == 0)
				return true;
		}
	return false;
}

/* The models that took it so, behind a colon. */
static void takers(const struct audit *a, uint32_t model, const struct audit_offer *o,
		   const char *words, struct text *out)
{
	char buf[WHAT];
	struct text t = text_init(buf, sizeof(buf));
	const char *comma = "";

	for (uint32_t i = model; i < a->n_models; i++)
		for (uint32_t k = 0; k < a->model[i].n_offers; k++) {
			const struct audit_offer *x = &a->model[i].offer[k];

			if (x->from != o->from || x->reason != o->reason)
				continue;
			audit_offer_words(x, &t);
			if (strcmp(buf, words) != 0)
				continue;
			text_fmt(out, "%s%s", comma, a->model[i].key);
			comma = ", ";
			break;
		}
}

static void offers_of(struct sheet *p, const struct audit *a, uint32_t ip)
{
	char words[WHAT], line[SHEET_LINE];
	struct text t = text_init(words, sizeof(words));

	for (uint32_t i = 0; i < a->n_models; i++)
		for (uint32_t k = 0; k < a->model[i].n_offers; k++) {
			const struct audit_offer *o = &a->model[i].offer[k];
			struct text l = text_init(line, sizeof(line));

			if (o->from != ip)
				continue;
			audit_offer_words(o, &t);
			if (told(a, i, k, words))
				continue;
			text_fmt(&l, "%s", words);
			sheet_paragraph(p, 5, line);
			text_clear(&l);
			takers(a, i, o, words, &l);
			text_fmt(&l, ": %s", o->reason);
			sheet_paragraph(p, 7, line);
		}
}

static void servers(struct sheet *p, const struct audit *a)
{
	sheet_flush(p);
	if (!a->n_servers) {
		sheet_paragraph(p, 0, "Nobody answers here: neither DHCP nor a proxy of it.");
		return;
	}
	text_str(&p->line, "Servers");
	sheet_flush(p);
	for (uint32_t i = 0; i < a->n_servers; i++) {
		const struct audit_server *v = &a->server[i];

		text_str(&p->line, "   ");
		text_ip4(&p->line, v->ip);
		text_pad(&p->line, 19);
		if (!mac_none(v->mac)) {
			text_char(&p->line, ' ');
			text_mac(&p->line, v->mac);
		}
		for (uint32_t bit = 0; bit < SERVER_ROLES; bit++)
			if (v->roles & 1u << bit)
				text_fmt(&p->line, " %s", server_role_key(bit));
		sheet_flush(p);
		if (p->style->quiet)
			continue;
		offers_of(p, a, v->ip);
		if (audit_tftp_of(a, v->ip))
			audit_tftp_text(p, audit_tftp_of(a, v->ip));
	}
}

/* ---- the roots ---- */

static bool same_root(const struct audit_nfs *a, const struct audit_nfs *b)
{
	return a->server == b->server && a->version == b->version && strcmp(a->path, b->path) == 0;
}

static void root_line(struct sheet *p, const struct audit *a, uint32_t model)
{
	const struct audit_nfs *n = &a->model[model].nfs;
	char buf[SHEET_LINE];
	struct text t = text_init(buf, sizeof(buf));
	const char *comma = "";

	text_ip4(&t, n->server);
	text_fmt(&t, ":%s", n->path);
	if (n->version)
		text_fmt(&t, ", version %u", n->version);
	text_str(&t, ", for ");
	for (uint32_t i = model; i < a->n_models; i++)
		if (same_root(n, &a->model[i].nfs)) {
			text_fmt(&t, "%s%s", comma, a->model[i].key);
			comma = ", ";
		}
	sheet_paragraph(p, 3, buf);
	if (!n->exports[0])
		return;
	text_clear(&t);
	text_fmt(&t, "exported there: %s", n->exports);
	sheet_paragraph(p, 5, buf);
}

/* What the models would mount, and what their servers list. */
static void roots(struct sheet *p, const struct audit *a)
{
	bool any = false;

	for (uint32_t i = 0; i < a->n_models; i++) {
		bool before = !a->model[i].nfs.server;

		for (uint32_t k = 0; k < i && !before; k++)
			before = same_root(&a->model[k].nfs, &a->model[i].nfs);
		if (before)
			continue;
		if (!any) {
			sheet_flush(p);
			text_str(&p->line, "Roots by NFS");
			sheet_flush(p);
		}
		any = true;
		root_line(p, a, i);
	}
}

static void notes(struct sheet *p, const struct audit *a)
{
	char buf[AUDIT_NOTE_WORDS];
	struct text t = text_init(buf, sizeof(buf));

	for (unsigned i = 0; i < AUDIT_NOTES; i++) {
		if (!(a->notes & 1u << i))
			continue;
		text_clear(&t);
		audit_note_words(a, (enum audit_note)i, &t);
		sheet_flush(p);
		sheet_paragraph(p, 0, buf);
	}
}

/* ---- what is wrong ---- */

static const struct finding *first_of(const struct audit_model *m, bool verbose)
{
	for (uint32_t i = 0; i < m->found.n; i++)
		if (verbose || findings[m->found.finding[i].id].severity != INFO)
			return &m->found.finding[i];
	return NULL;
}

/* What the steps themselves advise. */
static bool same_advice(const struct audit_model *a, const struct audit_model *b)
{
	for (int s = 0; s < AUDIT_STEPS; s++)
		if (a->row[s].fix != b->row[s].fix)
			return false;
	return true;
}

static bool has_advice(const struct audit_model *m)
{
	static const struct audit_model nothing;

	return !same_advice(m, &nothing);
}

static bool alike(const struct audit_model *a, const struct audit_model *b, bool verbose)
{
	const struct finding *x = first_of(a, verbose), *y = first_of(b, verbose);

	return !verbose && a->verdict == b->verdict && a->reason == b->reason &&
	       a->stage == b->stage && (x ? y && x->id == y->id : !y) && same_advice(a, b);
}

static void step_lines(struct sheet *p, const struct audit_model *m)
{
	char buf[SHEET_LINE];

	for (int s = 0; s < AUDIT_STEPS; s++) {
		const struct audit_row *row = &m->row[s];
		struct text t = text_init(buf, sizeof(buf));

		if (!row->words[0] ||
		    (row->state != AUDIT_FAILED && !row->fix && !p->style->verbose))
			continue;
		text_fmt(&t, "%s %s: %s", mark(p, row->state), audit_step_key((enum audit_step)s),
			 row->words);
		sheet_paragraph(p, 3, buf);
		if (!row->fix)
			continue;
		text_clear(&t);
		text_fmt(&t, "To do: %s", row->fix);
		sheet_paragraph(p, 5, buf);
	}
}

static void model_block(struct sheet *p, const struct audit *a, uint32_t model)
{
	const struct audit_model *m = &a->model[model];
	bool bad = m->verdict == AUDIT_FAIL, first = true;

	sheet_flush(p);
	sheet_role(p, bad ? ROLE_BAD : ROLE_TITLE);
	text_fmt(&p->line, "%s ", mark(p, bad ? AUDIT_FAILED : AUDIT_PASSED));
	sheet_role(p, ROLE_PLAIN);
	sheet_role(p, ROLE_TITLE);
	text_str(&p->line, m->title);
	for (uint32_t i = model + 1; i < a->n_models; i++)
		if (alike(m, &a->model[i], p->style->verbose))
			text_fmt(&p->line, ", %s", a->model[i].title);
	sheet_role(p, ROLE_PLAIN);
	sheet_flush(p);
	if (bad) {
		text_fmt(&p->line, "   ends at %s: %s", stage_label(m->stage), m->reason);
		sheet_flush(p);
	}
	step_lines(p, m);
	for (uint32_t i = 0; i < m->found.n; i++) {
		const struct finding_row *row = &findings[m->found.finding[i].id];

		if (row->severity == INFO && !p->style->verbose)
			continue;
		if (!first) {
			text_fmt(&p->line, "   Also (%s): %s", severity_key(row->severity),
				 row->title);
			sheet_flush(p);
		}
		first = false;
		sheet_finding(p, &m->found.finding[i]);
	}
}

/* Models that end alike are told of once. */
static void what_is_wrong(struct sheet *p, const struct audit *a)
{
	for (uint32_t i = 0; i < a->n_models; i++) {
		const struct audit_model *m = &a->model[i];
		bool before = false;

		for (uint32_t k = 0; k < i && !before; k++)
			before = alike(&a->model[k], m, p->style->verbose);
		if (!before && (m->verdict == AUDIT_FAIL || first_of(m, p->style->verbose) ||
				has_advice(m) || p->style->verbose))
			model_block(p, a, i);
	}
}

/* Numbers of frames that nobody can look up. */
static void frames_are_gone(struct sheet *p, const struct audit *a)
{
	bool any = false;

	for (uint32_t i = 0; i < a->n_models; i++)
		any |= first_of(&a->model[i], p->style->verbose) != NULL;
	if (a->saved || !any)
		return;
	sheet_flush(p);
	sheet_paragraph(p, 0, "Frames are numbered as --save FILE keeps them; none was given.");
}

void audit_text(const struct audit *a, const struct report_style *style, struct output out)
{
	struct sheet p;

	sheet_init(&p, style, out);
	head(&p, a);
	if (a->n_models) {
		sheet_flush(&p);
		table(&p, a);
		servers(&p, a);
		if (!style->quiet)
			roots(&p, a);
		notes(&p, a);
	}
	if (style->quiet)
		return;
	what_is_wrong(&p, a);
	frames_are_gone(&p, a);
}
