/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"
#include "text.h"

/*
 * What is known of boards, servers and messages, without a capture. Answers are lines of text; a
 * line may be longer than a screen, and begins with blanks as far as what wraps is to be indented.
 */

enum know_kind { KNOW_SCREEN, KNOW_LOG, KNOW_LED, KNOW_EEPROM, KNOW_OTP, KNOW_CAUSE, KNOW_WORD };

struct know {
	enum know_kind kind;
	const char *begin, *title, *meaning; /* static */
};

/* The row of that kind which v begins with, the longest of them; NULL: none. */
const struct know *know_find(enum know_kind kind, struct bytes v);
/* Row i of all; NULL behind the last. */
const struct know *know_row(uint32_t i);

/* A finding id, an EEPROM setting, an error code, a DHCP option, option 43 in hex, a LED pattern, a
 * board revision, a line of a log: false, nothing written, when the words are none of them. */
bool explain_words(struct bytes v, struct text *out);

/* Several lines as pasted: a diagnostic screen, an EEPROM configuration, vcgencmd otp_dump, a log.
 * False: no line is known. */
bool explain_paste(struct bytes lines, struct text *out);

/* A word that is known and near to those; NULL: none. Static. */
const char *explain_near(struct bytes v);
/* The setting that KEY or KEY=VALUE is near to; NULL: none. Static. */
const char *explain_near_setting(struct bytes line);

/* What a finding id or another word is about, in some words; NULL: not known. Static. */
const char *explain_title(const char *word);

/* What a code of that kind (enum rpc_status_kind; 0: of TFTP) means; NULL: not known. Static. */
const char *explain_status(uint32_t kind, uint32_t code);

/* What can be asked for. */
void explain_topics(struct text *out);

/* "card, network, start over"; digits of BOOT_ORDER. False: no number. */
bool explain_boot_order(struct bytes v, struct text *out, bool *network);

/* A line of it is KEY=VALUE of a known setting. */
bool explain_is_eeprom(struct bytes lines);
/* Each setting, and a review for network boot; false: explain_is_eeprom says no. */
bool explain_eeprom(struct bytes lines, struct text *out);

#endif
