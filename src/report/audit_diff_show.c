/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit_diff.h"

#include <string.h>

#include "sheet.h"

/* clang-format off */
static const char *const keys[CHANGE_KINDS] = {
	[CHANGE_VERDICT] = "verdict", [CHANGE_END] = "end", [CHANGE_ACCEPTED] = "accepted-from",
	[CHANGE_BOOT] = "boot-from", [CHANGE_TFTP] = "tftp-server", [CHANGE_FILE] = "file",
	[CHANGE_STEP] = "step", [CHANGE_FINDING] = "finding", [CHANGE_NO_FINDING] = "finding-gone",
	[CHANGE_NEW_SERVER] = "server", [CHANGE_NO_SERVER] = "server-gone", [CHANGE_MAC] = "server-mac",
	[CHANGE_TRAIT] = "tftp", [CHANGE_ANSWERS] = "answers", [CHANGE_SILENT] = "answers-gone", [CHANGE_RESULT] = "result",
	[CHANGE_OFFER] = "offer", [CHANGE_MORE_OFFER] = "offer-more",
	[CHANGE_NEW_MODEL] = "profile", [CHANGE_NO_MODEL] = "profile-gone",
};
/* clang-format on */

static const struct audit_brief *models_of(const struct audit_diff *d, const struct change *c)
{
	return c->kind == CHANGE_NO_MODEL ? d->before : d->after;
}

/* ---- for people ---- */

static void models(const struct audit_brief *b, uint32_t bits, struct text *t)
{
	const char *comma = "";
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->n_models; i++)
		n += bits >> i & 1;
	if (n == b->n_models && n > 1) {
		text_str(t, "all models");
		return;
	}
	for (uint32_t i = 0; i < b->n_models; i++)
		if (bits >> i & 1) {
			text_fmt(t, "%s%s", comma, b->model[i].key);
			comma = ", ";
		}
}

static uint32_t failing(const struct audit_brief *b)
{
	uint32_t bits = 0;

	for (uint32_t i = 0; i < b->n_models; i++)
		if (strcmp(b->model[i].verdict, audit_verdict_key(AUDIT_FAIL)) == 0)
			bits |= 1u << i;
	return bits;
}

/* Models whose verdict is this now, and was another. */
static uint32_t became(const struct audit_diff *d, enum audit_verdict v)
{
	uint32_t bits = 0;

	for (uint32_t i = 0; i < d->n; i++)
		if (d->change[i].kind == CHANGE_VERDICT &&
		    strcmp(d->change[i].after, audit_verdict_key(v)) == 0)
			bits |= d->change[i].models;
	return bits;
}

static void head(struct sheet *p, const struct audit_diff *d, const char *stamp, const char *since)
{
	uint32_t fails = became(d, AUDIT_FAIL), passes = became(d, AUDIT_PASS),
		 bad = failing(d->after);
	char buf[SHEET_LINE];
	struct text t = text_init(buf, sizeof(buf));
	bool fails_whole = strcmp(d->after->verdict, audit_verdict_key(AUDIT_FAIL)) == 0;
	const char *mark = fails_whole         ? p->style->unicode ? "✖" : "!!"
			   : p->style->unicode ? "✔"
					       : "ok";

	text_str(&t, d->after->interface);
	text_fmt(&t, ": %s since %s", audit_diff_any(d) ? "changes" : "nothing changed", since);
	if (fails) {
		text_str(&t, "; now fail: ");
		models(d->after, fails, &t);
	}
	if (passes) {
		text_str(&t, "; now pass: ");
		models(d->after, passes, &t);
	}
	if (bad & ~fails) {
		text_str(&t, fails ? "; as before: " : "; as before, these fail: ");
		models(d->after, bad & ~fails, &t);
	}
	text_fmt(&p->line, "%s%s", stamp, *stamp ? " " : "");
	sheet_role(p, fails_whole ? ROLE_BAD : ROLE_GOOD);
	text_fmt(&p->line, "%s ", mark);
	sheet_role(p, ROLE_PLAIN);
	sheet_paragraph(p, 0, buf);
}

static const char *or_none(const char *s)
{
	return *s ? s : "none";
}

static void change_words(const struct change *c, struct text *t)
{
	switch (c->kind) {
	case CHANGE_VERDICT:
		if (strcmp(c->after, audit_verdict_key(AUDIT_PASS)) == 0)
			text_fmt(t, "would boot now; before: %s", c->note);
		else
			text_fmt(t, "would not boot any more: %s", c->note);
		break;
	case CHANGE_END:
		text_fmt(t, "ends at %s now: %s; before: %s", c->note, c->after, c->before);
		break;
	case CHANGE_ACCEPTED:
		text_fmt(t, "takes its address from %s; before: %s", c->after, c->before);
		break;
	case CHANGE_BOOT:
		text_fmt(t, "takes boot data from %s; before: %s", c->after, c->before);
		break;
	case CHANGE_TFTP:
		text_fmt(t, "loads from %s; before: %s", c->after, c->before);
		break;
	case CHANGE_FILE:
		text_fmt(t, "loads %s first; before: %s", c->after, c->before);
		break;
	case CHANGE_STEP:
		text_fmt(t, "%s %s; before: %s", c->what, c->after, c->before);
		break;
	case CHANGE_FINDING:
		text_fmt(t, "new: %s: %s", c->what, c->after);
		break;
	case CHANGE_NO_FINDING:
		text_fmt(t, "gone: %s: %s", c->what, c->before);
		break;
	case CHANGE_NEW_SERVER:
		text_fmt(t, "is new here; it offers %s", c->after);
		break;
	case CHANGE_NO_SERVER:
		text_fmt(t, "does not answer any more; it offered %s", c->before);
		break;
	case CHANGE_MAC:
		text_fmt(t, "is another machine: %s; before: %s", c->after, c->before);
		break;
	case CHANGE_TRAIT:
		text_fmt(t, "TFTP %s: %s; before: %s", c->what, c->after, c->before);
		break;
	case CHANGE_ANSWERS:
		text_fmt(t, "answers now; it offers %s", c->after);
		break;
	case CHANGE_SILENT:
		text_fmt(t, "does not answer any more; it offered %s", c->before);
		break;
	case CHANGE_RESULT:
		text_fmt(t, "what they make of its offer: %s; before: %s", c->after, c->before);
		break;
	case CHANGE_OFFER:
		text_fmt(t, "offers %s: %s; before: %s", c->what, or_none(c->after),
			 or_none(c->before));
		break;
	case CHANGE_MORE_OFFER:
		text_fmt(t, "offers this too: %s", c->after);
		break;
	case CHANGE_NEW_MODEL:
		text_str(t, "not played in the earlier audit");
		break;
	case CHANGE_NO_MODEL:
		text_str(t, "played in the earlier audit only");
		break;
	case CHANGE_KINDS:
		break;
	}
}

/* Stand under one heading. */
static bool together(const struct change *a, const struct change *b)
{
	return a->models == b->models && strcmp(a->server, b->server) == 0 &&
	       (a->kind == CHANGE_NO_MODEL) == (b->kind == CHANGE_NO_MODEL);
}

static void heading(struct sheet *p, const struct audit_diff *d, const struct change *c)
{
	struct text *t = &p->line;

	text_str(t, "   ");
	sheet_role(p, ROLE_TITLE);
	text_str(t, c->server);
	if (c->server[0] && c->models)
		text_str(t, " to ");
	models(models_of(d, c), c->models, t);
	sheet_role(p, ROLE_PLAIN);
	sheet_flush(p);
}

void audit_diff_text(const struct audit_diff *d, const char *stamp, const char *since,
		     const struct report_style *style, struct output out)
{
	struct sheet p;

	sheet_init(&p, style, out);
	head(&p, d, stamp, since);
	for (uint32_t i = 0; !style->quiet && i < d->n; i++) {
		bool before = false;

		for (uint32_t k = 0; k < i && !before; k++)
			before = together(&d->change[k], &d->change[i]);
		if (before)
			continue;
		heading(&p, d, &d->change[i]);
		for (uint32_t k = i; k < d->n; k++) {
			char buf[SHEET_LINE];
			struct text t = text_init(buf, sizeof(buf));

			if (!together(&d->change[k], &d->change[i]))
				continue;
			change_words(&d->change[k], &t);
			sheet_paragraph(&p, 5, buf);
		}
	}
	if (d->lost) {
		text_fmt(&p.line, "   and %u changes more", d->lost);
		sheet_flush(&p);
	}
}

/* ---- for programs ---- */

static void text_or_null(const struct sink *out, const char *key, const char *s)
{
	sink_text(out, key, *s ? s : NULL);
}

static void json_models(const struct sink *out, const char *key, const struct audit_brief *b,
			uint32_t bits)
{
	sink_list(out, key);
	for (uint32_t i = 0; i < b->n_models; i++)
		if (bits >> i & 1)
			sink_text(out, NULL, b->model[i].key);
	sink_close(out);
}

void audit_diff_json(const struct audit_diff *d, const struct sink *out)
{
	sink_object(out, NULL);
	sink_text(out, "schema", "bootscope-audit-diff/1");
	sink_text(out, "interface", d->after->interface);
	sink_text(out, "before", d->before->began);
	sink_text(out, "after", d->after->began);
	sink_bool(out, "changed", audit_diff_any(d));
	json_models(out, "failing", d->after, failing(d->after));
	sink_list(out, "changes");
	for (uint32_t i = 0; i < d->n; i++) {
		const struct change *c = &d->change[i];

		sink_object(out, NULL);
		sink_text(out, "change", keys[c->kind]);
		json_models(out, "profiles", models_of(d, c), c->models);
		text_or_null(out, "server", c->server);
		text_or_null(out, "what", c->what);
		text_or_null(out, "before", c->before);
		text_or_null(out, "after", c->after);
		text_or_null(out, "note", c->note);
		sink_close(out);
	}
	sink_close(out);
	sink_number(out, "lost", d->lost);
	sink_close(out);
}
