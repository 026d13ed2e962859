/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SYMPTOMS_H
#define SYMPTOMS_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"
#include "text.h"

/* From symptom to cause, in questions. Nodes are questions and ends, the first is where it begins.
 */
enum symptom_id {
#define ASK(ID, text) S_##ID,
#define ANSWER(word, text, to)
#define END(ID, text, test, fix) S_##ID,
#define CAUSE(what)
#include "symptoms.def"
#undef ASK
#undef ANSWER
#undef END
#undef CAUSE
	SYMPTOMS,
};

enum symptom_kind { SYMPTOM_ASK, SYMPTOM_ANSWER, SYMPTOM_END, SYMPTOM_CAUSE };

/* A line of the table. Answers belong to the question above them, causes to the end above them. */
struct symptom {
	enum symptom_kind kind;
	enum symptom_id id; /* of an answer: where it leads; of a cause: nothing */
	const char *word;   /* of an answer: to be typed; of a cause: what explain knows it by */
	const char *text, *test, *fix;
};

/* The node; i 1 and up: its answers or causes. NULL: no more. Static. */
const struct symptom *symptom_row(enum symptom_id node, uint32_t i);

enum { WALK_MAX = 12 };

/* The questions answered so far; the last is the one that is open, or an end. */
struct walk {
	uint8_t path[WALK_MAX];
	uint32_t n;
};

void walk_begin(struct walk *w);
/* The open question with its answers, or the end. */
void walk_show(const struct walk *w, struct text *out);
/* What was typed: moves on, or says in out what it can be. False: it is over. */
bool walk_take(struct walk *w, struct bytes line, struct text *out);
/* Is that an answer to the first question? Then it is no pasted screen. */
bool walk_begins_with(struct bytes line);

#endif
