/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict_pane.h"

#include "compare.h"
#include "verdict.h"
#include "words.h"

enum { LINES = 1536 };

static void evidence(const struct finding *f, struct page *p)
{
	char buf[LINES];
	struct text t = text_init(buf, sizeof(buf));

	if (!f->n_evidence)
		return;
	text_str(&t, "Seen in");
	for (uint32_t i = 0; i < f->n_evidence; i++)
		text_fmt(&t, "%s frame %llu (%s)", i ? "," : "",
			 (unsigned long long)f->evidence[i].frame, f->evidence[i].note);
	text_char(&t, '.');
	page_wrap(p, 3, 0, ROLE_DIM, buf);
}

/* The lines for one kind of server, and how to get those for another. */
static void fix_lines(const struct ui *ui, const struct finding *f, struct page *p)
{
	enum dialect d = words_dialect(f, ui->dialect);
	char buf[LINES];
	struct text t = text_init(buf, sizeof(buf));
	int x;

	if (d == DIALECTS)
		return;
	x = page_put(p, 3, ROLE_STRONG, dialect_keys[d]);
	x = page_put(p, x, ROLE_DIM, "   y copies it");
	if (words_dialect_step(f, d, 1) != d)
		page_put(p, x, ROLE_DIM, " · [ ] other servers");
	page_next(p);
	finding_fix(f, d, &t);
	page_wrap(p, 5, 2, ROLE_PASTE, buf);
}

void finding_advice(const struct ui *ui, const struct finding *f, struct page *p)
{
	char buf[LINES];
	struct text t = text_init(buf, sizeof(buf));

	finding_message(f, &t);
	if (f->confidence != CERTAIN)
		text_fmt(&t, " (%s)", confidence_key(f->confidence));
	page_wrap(p, 3, 0, ROLE_PLAIN, buf);
	if (findings[f->id].severity != INFO) {
		text_clear(&t);
		text_str(&t, "To do: ");
		finding_expand(f, findings[f->id].fix, &t);
		page_wrap(p, 3, 0, ROLE_STRONG, buf);
		fix_lines(ui, f, p);
	}
}

void finding_lines(const struct ui *ui, const struct finding *f, struct page *p)
{
	finding_advice(ui, f, p);
	evidence(f, p);
}

static void headline(const struct view *v, const struct board *b, const struct diagnosis *d,
		     struct page *p)
{
	char buf[LINES];
	struct text t = text_init(buf, sizeof(buf));

	page_put(p, 1, words_role(b->b->outcome), words_mark(b->b->outcome));
	words_name(b->c, &t);
	if (b->c->n_addresses) {
		text_str(&t, " at ");
		text_address(&t, b->c->address[0]);
	}
	text_char(&t, ' ');
	if (b->b->outcome == OUTCOME_IN_PROGRESS && b->cause < 0 &&
	    (v->source.live || v->source.reading))
		text_fmt(&t, "is booting (%s)", stage_label(b->b->stage));
	else
		verdict_words(b->c, b->b, d, &t);
	if (b->b->gives_up_known && v->source.live && b->b->gives_up_ns > v->now_ns) {
		text_str(&t, "; gives up in ");
		words_age(b->b->gives_up_ns - v->now_ns, &t);
	}
	page_wrap(p, 3, 0, ROLE_STRONG, buf);
}

/* The stages so far, in a line. */
static void course(const struct boot *b, struct page *p)
{
	char buf[LINES];
	struct text t = text_init(buf, sizeof(buf));

	for (int i = STAGE_DHCP_DISCOVER; i < STAGES; i++) {
		if (!b->stage_frame[i])
			continue;
		text_fmt(&t, "%s%s +", t.pos ? " · " : "", stage_label((enum stage)i));
		text_seconds(
			&t, b->stage_ns[i] > b->started_ns ? b->stage_ns[i] - b->started_ns : 0, 1);
		text_str(&t, " s");
	}
	if (t.pos)
		page_wrap(p, 3, 0, ROLE_PLAIN, buf);
}

static void loaded(const struct boot *b, struct page *p)
{
	char buf[LINES];
	struct text t = text_init(buf, sizeof(buf));
	uint32_t files = 0, again = 0;
	uint64_t bytes = 0;

	for (const struct transfer *x = b->transfers; x; x = x->next) {
		files += x->outcome == TRANSFER_COMPLETE;
		bytes += x->bytes;
		again += transfer_retransmissions(x);
	}
	if (!files)
		return;
	text_str(&t, "loaded ");
	words_plural(files, "file", "files", &t);
	text_str(&t, ", ");
	text_bytes_count(&t, bytes);
	if (again)
		text_fmt(&t, "; %u packets sent again", again);
	page_wrap(p, 3, 0, ROLE_PLAIN, buf);
}

static void root(const struct boot *b, struct page *p)
{
	for (const struct mount *m = b->mounts; m; m = m->next) {
		char buf[LINES];
		struct text t = text_init(buf, sizeof(buf));

		if (m->outcome != MOUNT_OK || !m->path || !*m->path)
			continue;
		text_fmt(&t, "root nfs%u/%s ", m->version, m->tcp ? "tcp" : "udp");
		text_address(&t, m->server);
		text_char(&t, ':');
		text_safe(&t, bytes_str(m->path));
		page_wrap(p, 3, 0, ROLE_PLAIN, buf);
	}
}

void verdict_pane(const struct ui *ui, const struct view *v, const struct board *b, struct page *p)
{
	struct diagnosis d = { .n = 0 };
	char buf[LINES];
	struct text t = text_init(buf, sizeof(buf));

	diagnose_boot(v->s, b->c, b->b, &d);
	headline(v, b, &d, p);
	if (compare_text(v->s, b->c, b->b, &t))
		page_wrap(p, 3, 0, ROLE_PLAIN, buf);
	if (!ui_here(ui)->screen->of_board && (!d.n || !d.finding[0].cause)) {
		course(b->b, p);
		loaded(b->b, p);
		root(b->b, p);
	}
	for (uint32_t i = 0; i < d.n; i++) {
		const struct finding_row *row = &findings[d.finding[i].id];

		if (row->severity == INFO)
			continue;
		if (!d.finding[i].cause) {
			page_put(p, 1, words_severity_role((int)row->severity),
				 words_severity_mark((int)row->severity));
			text_clear(&t);
			text_fmt(&t, "Also (%s): %s", severity_key(row->severity), row->title);
			page_wrap(p, 3, 0, ROLE_STRONG, buf);
		}
		finding_lines(ui, &d.finding[i], p);
	}
}
