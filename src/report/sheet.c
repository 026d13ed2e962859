/* SPDX-License-Identifier: BSD-2-Clause */
#include "sheet.h"

#include <string.h>

void sheet_init(struct sheet *p, const struct report_style *style, struct output out)
{
	p->style = style;
	p->out = out;
	p->line = text_init(p->buf, sizeof(p->buf));
}

void sheet_flush(struct sheet *p)
{
	p->out.write(p->out.ctx, p->buf, p->line.pos);
	p->out.write(p->out.ctx, "\n", 1);
	text_clear(&p->line);
}

void sheet_role(struct sheet *p, enum role r)
{
	static const char *const codes[] = { "\033[0m", "\033[1m", "\033[32m", "\033[1;31m",
					     "\033[2m" };

	if (p->style->color)
		text_str(&p->line, codes[r]);
}

void sheet_paragraph(struct sheet *p, uint32_t indent, const char *words)
{
	uint32_t column = indent,
		 width = p->style->width > indent + 20 ? p->style->width : indent + 20;

	text_pad(&p->line, indent);
	while (*words) {
		size_t n = strcspn(words, " ");

		if (column + n + 1 > width && column > indent) {
			sheet_flush(p);
			text_pad(&p->line, indent);
			column = indent;
		}
		if (column > indent)
			text_char(&p->line, ' ');
		for (size_t i = 0; i < n; i++)
			text_char(&p->line, words[i]);
		column += (uint32_t)n + 1;
		words += n + (words[n] == ' ');
	}
	sheet_flush(p);
}

void sheet_verbatim(struct sheet *p, uint32_t indent, const char *lines)
{
	while (*lines) {
		size_t n = strcspn(lines, "\n");

		text_pad(&p->line, indent);
		for (size_t i = 0; i < n; i++)
			text_char(&p->line, lines[i]);
		sheet_flush(p);
		lines += n + (lines[n] == '\n');
	}
}

/* Two dialects are enough to see what to do; who runs another server asks for it by name. */
enum { FIXES_SHOWN = 2 };

static void one_fix(struct sheet *p, const struct finding *f, enum dialect d)
{
	char buf[SHEET_LINE];
	struct text t = text_init(buf, sizeof(buf));

	finding_fix(f, d, &t);
	text_fmt(&p->line, "     %s:", dialect_keys[d]);
	sheet_flush(p);
	sheet_verbatim(p, 7, buf);
}

static void fixes(struct sheet *p, const struct finding *f)
{
	char buf[SHEET_LINE], scratch[SHEET_LINE];
	struct text names = text_init(buf, sizeof(buf)), t;
	int shown = 0, others = 0, wanted = p->style->fix_for;

	for (int d = 0; d < DIALECTS; d++) {
		t = text_init(scratch, sizeof(scratch));
		if (!finding_fix(f, (enum dialect)d, &t))
			continue;
		if (d == wanted ||
		    (wanted == DIALECTS && (p->style->verbose || shown < FIXES_SHOWN))) {
			one_fix(p, f, (enum dialect)d);
			shown++;
		} else {
			text_fmt(&names, "%s%s", others++ ? ", " : "", dialect_keys[d]);
		}
	}
	if (!others || (wanted < DIALECTS && shown))
		return;
	t = text_init(scratch, sizeof(scratch));
	if (wanted < DIALECTS)
		text_fmt(&t, "Nothing to write into %s for this; there are lines for: %s.",
			 dialect_keys[wanted], buf);
	else
		text_fmt(&t, "With --fix-for also for: %s.", buf);
	sheet_paragraph(p, 5, scratch);
}

void sheet_finding(struct sheet *p, const struct finding *f)
{
	char buf[SHEET_LINE];
	struct text t = text_init(buf, sizeof(buf));

	finding_message(f, &t);
	if (f->confidence != CERTAIN)
		text_fmt(&t, " (%s)", confidence_key(f->confidence));
	sheet_paragraph(p, 3, buf);
	if (f->n_evidence) {
		text_clear(&t);
		text_str(&t, "Seen in");
		for (uint32_t i = 0; i < f->n_evidence; i++)
			text_fmt(&t, "%s frame %llu (%s)", i ? "," : "",
				 (unsigned long long)f->evidence[i].frame, f->evidence[i].note);
		text_char(&t, '.');
		sheet_paragraph(p, 3, buf);
	}
	if (findings[f->id].severity == INFO)
		return;
	text_clear(&t);
	text_str(&t, "To do: ");
	finding_expand(f, findings[f->id].fix, &t);
	sheet_paragraph(p, 3, buf);
	fixes(p, f);
}
