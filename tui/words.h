/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>

#include "canvas.h"
#include "client.h"
#include "view.h"

/* What several screens say in the same words. */

bool words_hold(const char *text, const char *part); /* whatever the case */

void words_model(const struct client *c, struct text *out); /* "Pi 4B 4G" */
void words_name(const struct client *c, struct text *out);  /* ... with serial, or MAC */
void words_age(uint64_t ns, struct text *out);              /* "41 s", "5 min" */
void words_count(uint64_t n, struct text *out);             /* "14 233" */
/* "8.4 MB/s"; nothing when it took no time */
void words_rate(uint64_t bytes, uint64_t ns, struct text *out);
/* "12 boards", "1 board" */
void words_plural(uint64_t n, const char *one, const char *many, struct text *out);

const char *words_agent(enum agent a); /* static: "the boot ROM" */

/* Sign and role of how a boot stands; a sign is one column. */
const char *words_mark(enum outcome o);
enum role words_role(enum outcome o);
const char *words_severity_mark(int severity);
enum role words_severity_role(int severity);

/* The lines to paste for this finding: those of the dialect that is wanted, else the first that
 * there are; DIALECTS: there are none. */
enum dialect words_dialect(const struct finding *f, enum dialect wanted);
/* The one behind it (step 1) or before it (step -1) that has lines, round and round. */
enum dialect words_dialect_step(const struct finding *f, enum dialect from, int step);

#endif
