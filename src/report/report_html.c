/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include "advice.h"
#include "compare.h"
#include "exhibits.h"
#include "html.h"
#include "html_boot.h"
#include "verdict.h"

enum { WORDS = 2048 };

struct page {
	const struct scope *s;
	const struct report_source *source;
	const struct report_style *style;
	const struct exhibits *exhibits;
	struct html h;
};

static const char *outcome_class(enum outcome o)
{
	return o == OUTCOME_BOOTED                          ? "good"
	       : o == OUTCOME_STUCK || o == OUTCOME_GAVE_UP ? "bad"
							    : "warn";
}

static const char *outcome_mark(enum outcome o)
{
	switch (o) {
	case OUTCOME_BOOTED:
		return "\u2714 ";
	case OUTCOME_STUCK:
	case OUTCOME_GAVE_UP:
		return "\u2716 ";
	case OUTCOME_IN_PROGRESS:
		return "\u25b6 ";
	case OUTCOME_UNKNOWN:
		break;
	}
	return "\u00b7 ";
}

static bool told(const struct page *p, const struct client *c)
{
	return client_last_boot(c) && (p->style->verbose || !verdict_bystander(c));
}

/* ---- the head ---- */

/* What there is to say in one line: of a single board all of it. */
static void headline(const struct page *p, struct text *t)
{
	uint32_t all = 0, up = 0, halted = 0;
	struct diagnosis d;

	for (uint32_t i = 0; i < scope_clients(p->s); i++) {
		const struct client *c = scope_client(p->s, i);
		const struct boot *b;

		if (!told(p, c) || !(b = diagnose_client(p->s, c, &d)))
			continue;
		all++;
		up += b->outcome == OUTCOME_BOOTED;
		halted += b->outcome == OUTCOME_STUCK || b->outcome == OUTCOME_GAVE_UP;
		text_clear(t);
		text_fmt(t, "%s ", client_model(c));
		verdict_words(c, b, &d, t);
	}
	if (all == 1)
		return;
	text_clear(t);
	if (!all)
		text_str(t, "No machine boots in this capture");
	else if (halted)
		text_fmt(t, "%u of %u machines did not boot", halted, all);
	else if (up == all)
		text_fmt(t, "All %u machines booted", all);
	else
		text_fmt(t, "%u of %u machines booted, none is known to be stuck", up, all);
}

static void head(const struct page *p)
{
	const struct html *h = &p->h;
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	headline(p, &t);
	html_mark(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<meta name=\"generator\" content=\"bootscope\">\n");
	html_element(h, "title", "", buf);
	html_mark(h, "\n<style>\n");
	html_mark(h, html_style);
	html_mark(h, "</style>\n</head>\n<body>\n<main>\n");
	html_element(h, "h1", "", buf);
}

static void summary(const struct page *p)
{
	const struct html *h = &p->h;
	const struct scope_counts *n = scope_counts(p->s);
	const struct vantage *v = scope_vantage(p->s);
	struct advice advice;
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, "<p class=\"dim\">");
	for (uint32_t i = 0; i < p->source->n_files; i++) {
		html_text(h, i ? ", " : "");
		html_wire(h, bytes_str(p->source->files[i]));
	}
	text_fmt(&t, ": %llu frames", (unsigned long long)n->frames);
	if (n->frames) {
		text_str(&t, " in ");
		text_seconds(&t, n->last_ns > n->first_ns ? n->last_ns - n->first_ns : 0, 1);
		text_str(&t, " s from ");
		html_text(h, buf);
		text_clear(&t);
		text_time(&t, n->first_ns);
		if (t.pos > 19)
			buf[19] = 0;
		html_text(h, buf);
		html_text(h, " UTC");
		text_clear(&t);
	}
	text_str(&t, ". ");
	if (v->why)
		text_fmt(&t, "What was seen: %s (%s).", vantage_key(v->kind), v->why);
	html_text(h, buf);
	html_mark(h, "</p>\n");
	advice_of(p->s, &advice);
	for (uint32_t i = 0; i < advice.n; i++)
		html_element(h, "p", "class=\"note\"", advice.line[i]);
	if (n->clients_evicted) {
		html_mark(h, "<p class=\"note\">");
		html_u64(h, n->clients_evicted);
		html_mark(h,
			  " machines were left out for want of room: the longest idle first.</p>");
	}
	if (p->source->warning) {
		html_mark(h, "<p class=\"note\">");
		html_wire(h, bytes_str(p->source->warning));
		html_mark(h, ".</p>");
	}
	if (p->source->redacted)
		html_element(h, "p", "class=\"note\"", p->source->redacted);
}

/* ---- verdicts ---- */

static void verdict(const struct page *p, const struct client *c, uint32_t number)
{
	const struct html *h = &p->h;
	struct diagnosis d;
	const struct boot *b = diagnose_client(p->s, c, &d);
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, "<li class=\"");
	html_mark(h, outcome_class(b->outcome));
	html_mark(h, "\"><strong>");
	html_text(h, outcome_mark(b->outcome));
	verdict_name(c, &t);
	html_text(h, buf);
	html_mark(h, "</strong><br>");
	text_clear(&t);
	verdict_words(c, b, &d, &t);
	html_text(h, buf);
	html_text(h, ". ");
	html_mark(h, "<a href=\"#board-");
	html_u64(h, number);
	html_mark(h, "\">");
	html_text(h, d.n && d.finding[0].cause ? "Why, and what to do" : "More");
	html_mark(h, "</a></li>\n");
}

static void verdicts(const struct page *p)
{
	const struct html *h = &p->h;
	uint32_t shown = 0, bystanders = 0;

	html_mark(h, "<ul class=\"verdicts\">\n");
	for (uint32_t i = 0; i < scope_clients(p->s); i++) {
		if (told(p, scope_client(p->s, i))) {
			verdict(p, scope_client(p->s, i), i + 1);
			shown++;
		} else {
			bystanders++;
		}
	}
	html_mark(h, "</ul>\n");
	if (!shown)
		html_element(h, "p", "",
			     "If a board was switched on meanwhile, it sent nothing that reached "
			     "this place: check link lights, the boot order (BOOT_ORDER with a 2, "
			     "or the OTP bit of a Pi 3), and that the capture runs on the server "
			     "or on the board's own segment.");
	if (!bystanders)
		return;
	html_mark(h, "<p class=\"dim\">");
	html_u64(h, bystanders);
	html_text(h, bystanders == 1 ? " machine" : " machines");
	html_mark(h, " did not boot here, only asked for an address.</p>\n");
}

/* ---- findings ---- */

enum { LINE_SHOWN = 200 };

/* A frame with its packet in a line, and all of it on a click. */
static void packet(const struct page *p, const struct exhibit *x)
{
	struct bytes all = bytes_of(p->exhibits->text + x->text, x->n);
	uint32_t n = bytes_find(all, bytes_str("\n"));

	n = n < all.n ? n : all.n;
	html_mark(&p->h, "<code class=\"dim\">");
	html_wire(&p->h, bytes_of(all.p, n < LINE_SHOWN ? n : LINE_SHOWN));
	html_mark(&p->h,
		  n > LINE_SHOWN ? " \u2026</code></summary><pre>" : "</code></summary><pre>");
	html_wire_lines(&p->h, bytes_of(all.p + n + (n < all.n), all.n - n - (n < all.n)));
	html_mark(&p->h, "</pre></details>\n");
}

static void evidence(const struct page *p, const struct finding *f)
{
	const struct html *h = &p->h;

	for (uint32_t i = 0; i < f->n_evidence; i++) {
		const struct exhibit *x =
			p->exhibits ? exhibits_at(p->exhibits, f->evidence[i].frame) : NULL;
		bool has_packet = x && x->n;

		html_mark(h, has_packet ? "<details><summary>Frame " : "<p>Frame ");
		html_u64(h, f->evidence[i].frame);
		html_text(h, ": ");
		html_text(h, f->evidence[i].note);
		if (has_packet)
			packet(p, x);
		else
			html_mark(h, "</p>\n");
	}
}

static void fixes(const struct page *p, const struct finding *f)
{
	const struct html *h = &p->h;
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));
	bool first = true;

	for (int k = 0; k < DIALECTS; k++) {
		text_clear(&t);
		if ((p->style->fix_for < DIALECTS && k != p->style->fix_for) ||
		    !finding_fix(f, (enum dialect)k, &t))
			continue;
		html_mark(h, first ? "<details open><summary>" : "<details><summary>");
		html_text(h, dialect_keys[k]);
		html_mark(h, "</summary><pre class=\"paste\">");
		html_text(h, buf);
		html_mark(h, "</pre></details>\n");
		first = false;
	}
}

static void finding(const struct page *p, const struct finding *f)
{
	const struct finding_row *row = &findings[f->id];
	const struct html *h = &p->h;
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, row->severity == FATAL  ? "<div class=\"finding bad\">"
		     : row->severity == INFO ? "<div class=\"finding\">"
					     : "<div class=\"finding warn\">");
	html_element(h, "h4", "", row->title);
	html_mark(h, "<p>");
	if (f->cause)
		html_element(h, "span", "class=\"tag bad\"", "the cause");
	html_element(h, "span", "class=\"tag\"", severity_key(row->severity));
	html_element(h, "span", "class=\"tag\"", confidence_key(f->confidence));
	html_element(h, "code", "class=\"dim\"", row->id);
	html_mark(h, "</p>");
	finding_message(f, &t);
	html_element(h, "p", "", buf);
	evidence(p, f);
	if (row->severity != INFO) {
		html_mark(h, "<p><strong>To do:</strong> ");
		text_clear(&t);
		finding_expand(f, row->fix, &t);
		html_text(h, buf);
		html_mark(h, "</p>\n");
		fixes(p, f);
	}
	html_mark(h, "</div>\n");
}

/* ---- boards ---- */

static void facts(const struct page *p, const struct client *c)
{
	const struct html *h = &p->h;
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, "<dl><dt>MAC</dt><dd class=\"mono\">");
	text_mac(&t, c->mac);
	html_text(h, buf);
	html_mark(h, "</dd>");
	if (c->n_addresses) {
		html_mark(h, "<dt>Address</dt><dd class=\"mono\">");
		for (uint32_t i = 0; i < c->n_addresses; i++) {
			text_clear(&t);
			text_str(&t, i ? ", " : "");
			text_address(&t, c->address[i]);
			html_text(h, buf);
		}
		html_mark(h, "</dd>");
	}
	if (c->has_serial) {
		text_clear(&t);
		text_fmt(&t, "%08x", c->serial);
		html_mark(h, "<dt>Serial</dt><dd class=\"mono\">");
		html_text(h, buf);
		html_mark(h, "</dd>");
	}
	text_clear(&t);
	if (c->revision && revision_text(c->revision, &t)) {
		html_mark(h, "<dt>Board</dt><dd>");
		html_text(h, buf);
		html_mark(h, "</dd>");
	}
	if (c->hostname[0]) {
		html_mark(h, "<dt>Host name</dt><dd>");
		html_wire(h, bytes_str(c->hostname));
		html_mark(h, "</dd>");
	}
	html_mark(h, "<dt>Known by</dt><dd>");
	html_text(h, known_by_text(c->known_by));
	html_mark(h, "</dd></dl>\n");
}

static void boot_title(const struct html *h, const struct boot *b)
{
	char buf[128], when[40];
	struct text t = text_init(when, sizeof(when));

	text_time(&t, b->started_ns);
	when[19] = 0; /* no fractions */
	t = text_init(buf, sizeof(buf));
	text_fmt(&t, "Boot %u from %s UTC, frame %llu: %s", b->attempt, when,
		 (unsigned long long)b->started_frame, outcome_key(b->outcome));
	html_text(h, buf);
}

static void board(const struct page *p, const struct client *c, uint32_t number)
{
	const struct html *h = &p->h;
	struct diagnosis d;
	const struct boot *b = diagnose_client(p->s, c, &d);
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, "<section id=\"board-");
	html_u64(h, number);
	html_mark(h, "\">\n<h2>");
	html_text(h, outcome_mark(b->outcome));
	text_str(&t, client_model(c));
	if (c->has_serial)
		text_fmt(&t, " %08x", c->serial);
	html_text(h, buf);
	html_mark(h, "</h2>\n<p>");
	text_clear(&t);
	verdict_words(c, b, &d, &t);
	html_element(h, "strong", "", buf);
	if (b != client_last_boot(c))
		html_text(h, "; it was at it again when the capture ended");
	html_mark(h, "</p>\n");
	text_clear(&t);
	if (compare_text(p->s, c, b, &t))
		html_element(h, "p", "", buf);
	for (uint32_t i = 0; i < d.n; i++)
		if (findings[d.finding[i].id].severity != INFO || p->style->verbose)
			finding(p, &d.finding[i]);
	facts(p, c);
	html_mark(h, "<h3>");
	boot_title(h, b);
	html_mark(h, "</h3>\n");
	html_boot(h, c, b);
	for (uint32_t i = client_boots(c); i--;) {
		if (client_boot(c, i) == b)
			continue;
		html_mark(h, "<details><summary>");
		boot_title(h, client_boot(c, i));
		html_mark(h, "</summary>\n");
		html_boot(h, c, client_boot(c, i));
		html_mark(h, "</details>\n");
	}
	html_mark(h, "</section>\n");
}

static void servers(const struct page *p)
{
	const struct html *h = &p->h;
	bool any = false;
	char buf[256];

	for (uint32_t i = 0; i < scope_servers(p->s); i++) {
		const struct server *v = scope_server(p->s, i);
		struct text t = text_init(buf, sizeof(buf));

		if (!v->roles)
			continue;
		if (!any)
			html_mark(h, "<section>\n<h2>Servers</h2>\n<table><tbody>");
		any = true;
		text_address(&t, v->ip);
		html_mark(h, "<tr>");
		html_element(h, "td", "class=\"mono in\"", buf);
		text_clear(&t);
		if (!mac_none(v->mac))
			text_mac(&t, v->mac);
		html_element(h, "td", "class=\"mono in\"", buf);
		text_clear(&t);
		for (uint32_t k = 0; k < SERVER_ROLES; k++)
			if (v->roles & 1u << k)
				text_fmt(&t, "%s%s", t.pos ? ", " : "", server_role_key(k));
		html_element(h, "td", "", buf);
		html_mark(h, "</tr>\n");
	}
	if (any)
		html_mark(h, "</tbody></table>\n</section>\n");
}

void report_html(const struct scope *s, const struct report_source *source,
		 const struct report_style *style, const struct exhibits *exhibits,
		 struct output out)
{
	struct page p = { s, source, style, exhibits, html_init(out) };

	head(&p);
	summary(&p);
	verdicts(&p);
	for (uint32_t i = 0; i < scope_clients(s); i++)
		if (told(&p, scope_client(s, i)))
			board(&p, scope_client(s, i), i + 1);
	servers(&p);
	html_mark(&p.h,
		  "</main>\n<footer>Made by bootscope. Times count from the begin of each "
		  "boot; on the timelines what is close together is spread and silence is "
		  "shortened. <span class=\"key\">Bars:<svg width=\"12\" height=\"10\">"
		  "<rect class=\"ask\" width=\"10\" height=\"10\"/></svg> the board asks, NFS "
		  "<svg width=\"12\" height=\"10\"><rect class=\"good\" width=\"10\" "
		  "height=\"10\"/></svg> answered, complete <svg width=\"12\" height=\"10\">"
		  "<rect class=\"bad\" width=\"10\" height=\"10\"/></svg> refused, missing, "
		  "unanswered <svg width=\"12\" height=\"10\"><rect width=\"10\" "
		  "height=\"10\"/></svg> normal noise</span></footer>\n</body>\n</html>\n");
}
