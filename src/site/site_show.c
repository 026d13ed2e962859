/* SPDX-License-Identifier: BSD-2-Clause */
/* The look at a server's files as text and as JSON. */
#include <string.h>

#include "site.h"

static const char *const verdicts[] = { "skipped", "pass", "fail" };

/* A fix line by line. */
static void json_item(const struct site_item *i, const struct sink *to)
{
	sink_object(to, NULL);
	sink_text(to, "state", i->state == SITE_PASSED ? "passed" : "failed");
	sink_text(to, "id", i->id);
	sink_text(to, "severity", i->state == SITE_PASSED ? NULL : severity_key(i->severity));
	sink_text(to, "about", i->about);
	sink_text(to, "title", i->title);
	sink_text(to, "message", i->state == SITE_PASSED ? NULL : i->message);
	sink_text(to, "fix", i->fix);
	sink_close(to);
}

void site_json(const struct site *s, const struct site_report *r, const struct sink *to)
{
	sink_object(to, NULL);
	sink_text(to, "schema", "bootscope-audit-files/1");
	if (s->tftp)
		sink_bytes(to, "tftp_root", bytes_str(s->tftp_path));
	else
		sink_null(to, "tftp_root");
	if (s->nfs)
		sink_bytes(to, "nfs_root", bytes_str(s->nfs_path));
	else
		sink_null(to, "nfs_root");
	sink_text(to, "verdict", site_is_fatal(r) ? "fail" : "pass");
	sink_list(to, "folders");
	for (uint32_t i = 0; i < r->n_places; i++) {
		const struct site_place *p = &r->place[i];

		sink_object(to, NULL);
		sink_bytes(to, "folder", bytes_str(p->folder));
		sink_list(to, "profiles");
		for (uint32_t k = 0; k < SITE_MODELS; k++) {
			sink_object(to, NULL);
			sink_text(to, "profile", site_model_key(k));
			sink_text(to, "verdict", verdicts[p->verdict[k]]);
			sink_close(to);
		}
		sink_close(to);
		sink_close(to);
	}
	sink_close(to);
	sink_list(to, "checks");
	for (uint32_t i = 0; i < r->n; i++)
		json_item(&r->item[i], to);
	sink_close(to);
	sink_number(to, "lost", r->lost);
	sink_close(to);
}

/* ---- text ---- */

enum { LINE = 2048, ABOUT = 20, FOLDER = 20, COLUMN = 18, WIDTH = 92 };

struct page {
	struct output to;
	bool ascii;
};

static void put(const struct page *p, const struct text *t)
{
	p->to.write(p->to.ctx, t->buf, t->pos);
}

static const char *sign(const struct page *p, const struct site_item *i)
{
	if (i->state == SITE_PASSED)
		return p->ascii ? "+" : "\xe2\x9c\x94";
	if (i->severity == FATAL)
		return p->ascii ? "x" : "\xe2\x9c\x96";
	return i->severity == INFO ? "i" : "!";
}

static void pad(struct text *t, uint32_t from, uint32_t width)
{
	while (t->pos < from + width)
		text_char(t, ' ');
}

/* A row for each folder: which boards it is complete for. */
static void put_places(const struct page *p, const struct site_report *r)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	if (!r->n_places)
		return;
	text_str(&t, "   Folder");
	pad(&t, 3, FOLDER);
	for (uint32_t k = 0; k < SITE_MODELS; k++) {
		uint32_t from = t.pos;

		text_str(&t, site_model_title(k));
		if (k + 1 < SITE_MODELS)
			pad(&t, from, COLUMN);
	}
	text_char(&t, '\n');
	put(p, &t);
	for (uint32_t i = 0; i < r->n_places; i++) {
		const struct site_place *place = &r->place[i];

		t = text_init(buf, sizeof(buf));
		text_str(&t, "   ");
		if (*place->folder)
			text_safe(&t, bytes_str(place->folder));
		else
			text_str(&t, "(the root)");
		pad(&t, 3, FOLDER);
		for (uint32_t k = 0; k < SITE_MODELS; k++) {
			static const char *const words[] = { "- not for it", "", "" };
			enum site_verdict v = place->verdict[k];
			uint32_t from = t.pos, wide = 0;

			text_str(&t, words[v]);
			if (v != VERDICT_SKIPPED) {
				struct site_item like = { .state = v == VERDICT_PASS ? SITE_PASSED
										     : SITE_FAILED,
							  .severity = FATAL };

				text_str(&t, sign(p, &like));
				wide = p->ascii ? 0 : 2; /* bytes that take no column */
				text_str(&t, v == VERDICT_PASS ? " complete" : " not complete");
			}
			if (k + 1 < SITE_MODELS)
				pad(&t, from, COLUMN + wide);
		}
		text_char(&t, '\n');
		put(p, &t);
	}
	p->to.write(p->to.ctx, "\n", 1);
}

/* Words at most so wide; what goes on is indented like the beginning of its line. */
static void put_wrapped(const struct page *p, const char *s)
{
	static const char blanks[] = "                ";
	uint32_t indent = 0;
	bool fresh = true;

	while (*s) {
		uint32_t n = (uint32_t)strcspn(s, "\n");

		if (fresh) {
			indent = (uint32_t)strspn(s, " ");
			indent = indent < 10 ? indent : 10;
			s += indent;
			n -= indent;
		}
		fresh = n <= WIDTH;
		if (!fresh) {
			uint32_t at = WIDTH;

			while (at && s[at] != ' ')
				at--;
			n = at ? at : n;
		}
		p->to.write(p->to.ctx, blanks, 3 + indent);
		p->to.write(p->to.ctx, s, n);
		p->to.write(p->to.ctx, "\n", 1);
		fresh = s[n] == '\n';
		s += n;
		s += *s == ' ' || *s == '\n';
	}
}

static void put_item(const struct page *p, const struct site_item *i)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	text_fmt(&t, " %s %s: %s", sign(p, i), i->about, i->title);
	if (i->state == SITE_FAILED)
		text_fmt(&t, " [%s]", i->id);
	text_char(&t, '\n');
	put(p, &t);
	if (i->state == SITE_PASSED)
		return;
	put_wrapped(p, i->message);
	if (i->fix) {
		const char *s = i->fix;

		while (*s) {
			uint32_t n = (uint32_t)strcspn(s, "\n");

			p->to.write(p->to.ctx, "       ", 7);
			p->to.write(p->to.ctx, s, n);
			p->to.write(p->to.ctx, "\n", 1);
			s += n + (s[n] == '\n');
		}
	}
	p->to.write(p->to.ctx, "\n", 1);
}

static void put_severity(const struct page *p, const struct site_report *r, enum severity severity)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->item[i].state == SITE_FAILED && r->item[i].severity == severity)
			put_item(p, &r->item[i]);
}

void site_text(const struct site_report *r, bool ascii, bool all, struct output to)
{
	const struct page p = { to, ascii };
	uint32_t fatal = 0, other = 0;
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	put_places(&p, r);
	put_severity(&p, r, FATAL);
	put_severity(&p, r, INTERMITTENT);
	put_severity(&p, r, DEGRADED);
	if (all)
		put_severity(&p, r, INFO);
	for (uint32_t i = 0; i < r->n; i++) {
		const struct site_item *x = &r->item[i];

		fatal += x->state == SITE_FAILED && x->severity == FATAL;
		other += x->state == SITE_FAILED && x->severity != FATAL && x->severity != INFO;
		if (x->state == SITE_PASSED)
			put_item(&p, x);
	}
	if (r->lost)
		text_fmt(&t, "%u more were left out: there are too many.\n", r->lost);
	if (fatal)
		text_fmt(&t, "%u that %s a boot, %u that may be in its way.\n", fatal,
			 fatal == 1 ? "ends" : "end", other);
	else if (other)
		text_fmt(&t, "Nothing that ends a boot, %u that may be in its way.\n", other);
	else
		text_str(&t, "Nothing in these files stands against network boot.\n");
	put(&p, &t);
}
