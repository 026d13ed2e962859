/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SHEET_H
#define SHEET_H

#include "finding.h"
#include "report.h"
#include "text.h"

/* Lines of a report for people: put together in line, then flushed. */
enum { SHEET_LINE = 1024 };

enum role { ROLE_PLAIN, ROLE_TITLE, ROLE_GOOD, ROLE_BAD, ROLE_DIM };

struct sheet {
	const struct report_style *style; /* borrowed */
	struct output out;                /* borrowed */
	char buf[SHEET_LINE];
	struct text line;
};

void sheet_init(struct sheet *p, const struct report_style *style, struct output out);
void sheet_flush(struct sheet *p);
void sheet_role(struct sheet *p, enum role r);
/* Words broken at blanks into lines of the page's width, each behind indent blanks. */
void sheet_paragraph(struct sheet *p, uint32_t indent, const char *words);
/* Lines as they are, each behind indent blanks: what is to be pasted is never broken. */
void sheet_verbatim(struct sheet *p, uint32_t indent, const char *lines);
/* What it says, where it was seen, what to do. */
void sheet_finding(struct sheet *p, const struct finding *f);

#endif
