/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit_tftp.h"

#include "sheet.h"
#include "sink.h"
#include "text.h"

static const char *const grades[] = {
	[AUDIT_FINE] = "fine", [AUDIT_REMARK] = "remark", [AUDIT_BAD] = "bad"
};

const char *audit_grade_key(enum audit_grade g)
{
	return grades[g];
}

static void what_is_fine(struct sheet *p, const struct audit_tftp *tftp)
{
	char buf[SHEET_LINE];
	struct text t = text_init(buf, sizeof(buf));

	for (uint32_t i = 0; i < tftp->n; i++)
		if (tftp->trait[i].grade == AUDIT_FINE)
			text_fmt(&t, "%s%s", t.pos ? "; " : "TFTP: ", tftp->trait[i].words);
	if (t.pos)
		sheet_paragraph(p, 5, buf);
}

void audit_tftp_text(struct sheet *p, const struct audit_tftp *tftp)
{
	char buf[SHEET_LINE];

	what_is_fine(p, tftp);
	for (uint32_t i = 0; i < tftp->n; i++) {
		const struct audit_trait *x = &tftp->trait[i];
		struct text t = text_init(buf, sizeof(buf));

		if (x->grade == AUDIT_FINE)
			continue;
		text_fmt(&t, "TFTP, %s: %s", x->grade == AUDIT_BAD ? "bad" : "remark", x->words);
		sheet_paragraph(p, 5, buf);
		if (!x->fix)
			continue;
		text_clear(&t);
		text_fmt(&t, "To do: %s", x->fix);
		sheet_paragraph(p, 7, buf);
	}
}

void audit_tftp_json(const struct audit_tftp *tftp, const struct sink *out)
{
	sink_list(out, "tftp");
	for (uint32_t i = 0; i < tftp->n; i++) {
		const struct audit_trait *x = &tftp->trait[i];

		sink_object(out, NULL);
		sink_text(out, "trait", x->key);
		sink_text(out, "grade", audit_grade_key(x->grade));
		if (x->has_value)
			sink_number(out, "value", x->value);
		else
			sink_null(out, "value");
		sink_text(out, "words", x->words);
		sink_text(out, "fix", x->fix);
		sink_close(out);
	}
	sink_close(out);
}
