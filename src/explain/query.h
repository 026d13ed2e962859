/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef QUERY_H
#define QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "letters.h"
#include "reader.h"
#include "text.h"

enum { WORDS_MAX = 24 };

/* What was typed, in words. Borrowed. */
struct query {
	uint32_t n;
	struct bytes word[WORDS_MAX];
	struct bytes all;
};

struct query query_split(struct bytes v);
struct bytes query_from(const struct query *q, uint32_t i); /* all from word i on */

int hex_digit(uint8_t c);                           /* -1: none */
bool word_is(struct bytes v, const char *word);     /* whatever the case */
bool word_begins(struct bytes v, const char *word); /* whatever the case */
bool word_within(struct bytes v, const char *s);    /* v in s, whatever the case */
bool word_number(struct bytes v, uint32_t *out);    /* decimal, at most nine digits */
bool word_hex(struct bytes v, uint32_t *out);       /* at most eight digits, 0x in front or not */
bool word_ip4(struct bytes v);                      /* four numbers with dots between */
struct bytes trimmed(struct bytes v);               /* without blanks at either end */
struct bytes line_next(struct bytes *rest);         /* the first line, trimmed; rest moves on */

/* Each answers if the words are of its kind; false: nothing was written. */
bool explain_finding(const struct query *q, struct text *out);
bool explain_option43(const struct query *q, struct text *out);
bool explain_dhcp_option(const struct query *q, struct text *out);
bool explain_architecture(const struct query *q, struct text *out);
bool explain_code(const struct query *q, struct text *out);
bool explain_setting(const struct query *q, struct text *out);
bool explain_machine(const struct query *q, struct text *out);
bool explain_revision(const struct query *q, struct text *out);
bool explain_kind(const struct query *q, struct text *out);

/* Word i of those that codes go by (NFS3ERR_STALE, auth_tooweak), "" where there is none; NULL: no
 * more. Static. */
const char *explain_code_word(uint32_t i);

#endif
