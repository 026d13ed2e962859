/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "dhcp.h"
#include "explain.h"
#include "finding.h"
#include "query.h"

bool explain_finding(const struct query *q, struct text *out)
{
	for (int i = 0; q->n == 1 && i < FINDINGS; i++) {
		const struct finding_row *r = &findings[i];
		struct finding f;

		if (!word_is(q->word[0], r->id))
			continue;
		memset(&f, 0, sizeof(f));
		f.id = (enum finding_id)i;
		text_fmt(out, "%s: %s (%s, at %s)\n", r->id, r->title, severity_key(r->severity),
			 stage_label(r->stage));
		text_str(out, "  Seen: ");
		finding_expand(&f, r->what, out);
		text_str(out, "\n  Why: ");
		finding_expand(&f, r->why, out);
		text_str(out, "\n  To do: ");
		finding_expand(&f, r->fix, out);
		text_fmt(out, "\n  Rests on: %s.\n", finding_rests[i]);
		for (int d = 0; d < DIALECTS; d++) {
			char lines[2048];
			struct text t = text_init(lines, sizeof(lines));

			if (!finding_fix(&f, (enum dialect)d, &t))
				continue;
			text_fmt(out, "  %s:\n    ", dialect_keys[d]);
			for (const char *c = lines; *c; c++) {
				text_char(out, *c);
				if (*c == '\n')
					text_str(out, "    ");
			}
			text_char(out, '\n');
		}
		return true;
	}
	return false;
}

const char *explain_title(const char *word)
{
	static const struct {
		const char *before;
		enum know_kind kind;
	} kinds[] = { { "", KNOW_CAUSE }, { "", KNOW_EEPROM },  { "", KNOW_SCREEN },
		      { "", KNOW_WORD },  { "led ", KNOW_LED }, { "otp ", KNOW_OTP } };

	for (int i = 0; i < FINDINGS; i++)
		if (strcmp(findings[i].id, word) == 0)
			return findings[i].title;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct bytes key = bytes_str(word);
		const struct know *k;
		uint32_t n = (uint32_t)strlen(kinds[i].before);

		if (!bytes_starts(key, kinds[i].before))
			continue;
		key = bytes_of(key.p + n, key.n - n);
		for (uint32_t r = 0; (k = know_row(r)) != NULL; r++)
			if (k->kind == kinds[i].kind &&
			    bytes_starts(bytes_str(k->begin), (const char *)key.p))
				return k->title;
	}
	return NULL;
}

/* "vers=3" of "vers=" */
static bool is_parameter(const struct query *q, const char *begin)
{
	return q->n == 1 && begin[strlen(begin) - 1] == '=' && bytes_starts(q->all, begin);
}

/* What no capture shows, and words of these matters. */
static bool cause_or_word(const struct query *q, struct text *out)
{
	const struct know *k;

	for (uint32_t r = 0; (k = know_row(r)) != NULL; r++)
		if ((k->kind == KNOW_CAUSE || k->kind == KNOW_WORD) &&
		    (word_is(q->all, k->begin) || is_parameter(q, k->begin))) {
			text_fmt(out, "%s: %s\n  %s\n", k->begin, k->title, k->meaning);
			return true;
		}
	return false;
}

static bool flashes(struct bytes v, uint32_t *n)
{
	static const char *const words[] = { "one", "two",   "three", "four", "five",
					     "six", "seven", "eight", "nine", "ten" };

	for (uint32_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (word_is(v, words[i])) {
			*n = i + 1;
			return true;
		}
	return word_number(v, n);
}

/* "led 0/4", "4 long 7 short", "led 4 long 7", "7 short 4 long", "7 blinks" */
static bool led(const struct query *q, struct text *out)
{
	uint32_t longs = 0, shorts = 0, n = 0, got[2] = { 0, 0 }, short_at = 2, long_at = 2;
	bool said = false;
	char key[16];
	struct text t = text_init(key, sizeof(key));
	const struct know *k;

	for (uint32_t i = 0; i < q->n; i++) {
		struct bytes v = q->word[i];
		const uint8_t *slash = memchr(v.p, '/', v.n);

		said |= word_is(v, "led") || word_begins(v, "blink") || word_begins(v, "flash") ||
			word_is(v, "short") || word_is(v, "long") || word_is(v, "times");
		if (n && word_is(v, "long") && long_at > 1)
			long_at = n - 1;
		if (n && word_is(v, "short") && short_at > 1)
			short_at = n - 1;
		if (slash && word_number(bytes_of(v.p, (uint32_t)(slash - v.p)), &got[0]) &&
		    word_number(bytes_of(slash + 1, v.n - (uint32_t)(slash - v.p) - 1), &got[1]))
			n = 2;
		else if (n < 2 && flashes(v, &got[n]))
			n++;
	}
	if (!said || !n)
		return false;
	if (n == 1) {
		shorts = long_at == 0 ? 0 : got[0];
		longs = long_at == 0 ? got[0] : 0;
	} else if (short_at == 0 && long_at == 1) {
		shorts = got[0];
		longs = got[1];
	} else {
		longs = got[0];
		shorts = got[1];
	}
	text_fmt(&t, "%u/%u", longs, shorts);
	k = know_find(KNOW_LED, bytes_str(key));
	if (!k || t.cut || strcmp(k->begin, key) != 0)
		text_fmt(out,
			 "%u long, %u short: no pattern that is known\n  Count again, over two "
			 "rounds "
			 "(a pause is between them); 'bootscope explain led' lists all. A flicker "
			 "without a rhythm is the card or the disk at work.\n",
			 longs, shorts);
	else
		text_fmt(out, "%u long, %u short: %s\n  %s\n", longs, shorts, k->title, k->meaning);
	return true;
}

/* Words that name a whole kind of row: all its rows, a line each. */
bool explain_kind(const struct query *q, struct text *out)
{
	static const struct {
		const char *word;
		enum know_kind kind;
	} kinds[] = { { "led", KNOW_LED },         { "leds", KNOW_LED }, { "eeprom", KNOW_EEPROM },
		      { "settings", KNOW_EEPROM }, { "otp", KNOW_OTP },  { "screen", KNOW_SCREEN },
		      { "log", KNOW_LOG },         { "uart", KNOW_LOG } };
	const struct know *k;
	struct bytes row = q->n == 2 ? q->word[1] : bytes_of(NULL, 0);

	if (row.n && (word_is(q->word[0], "otp") || word_is(q->word[0], "row"))) {
		for (uint32_t i = 0; (k = know_row(i)) != NULL; i++)
			if (k->kind == KNOW_OTP && strlen(k->begin) == row.n + 1 &&
			    memcmp(k->begin, row.p, row.n) == 0) {
				text_fmt(out, "OTP row %s %s\n  %s\n", k->begin, k->title,
					 k->meaning);
				return true;
			}
		return false;
	}
	if (q->n != 1)
		return false;
	if (word_is(q->word[0], "findings")) {
		for (int i = 0; i < FINDINGS; i++)
			text_fmt(out, "%s: %s\n", findings[i].id, findings[i].title);
		return true;
	}
	if (word_is(q->word[0], "options") || word_is(q->word[0], "dhcp")) {
		for (uint32_t i = 0; i < 256; i++)
			if (dhcp_options[i].label)
				text_fmt(out, "option %u: %s\n", i, dhcp_options[i].label);
		return true;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!word_is(q->word[0], kinds[i].word))
			continue;
		for (uint32_t r = 0; (k = know_row(r)) != NULL; r++)
			if (k->kind == kinds[i].kind)
				text_fmt(out, "%s%s%s\n", k->begin,
					 k->begin[strlen(k->begin) - 1] == ':' ? " " : ": ",
					 k->title);
		return true;
	}
	return false;
}

bool explain_words(struct bytes v, struct text *out)
{
	struct query q = query_split(trimmed(v));

	q.all = trimmed(v);
	return explain_finding(&q, out) || explain_setting(&q, out) || explain_kind(&q, out) ||
	       cause_or_word(&q, out) || explain_option43(&q, out) ||
	       explain_dhcp_option(&q, out) || explain_architecture(&q, out) ||
	       explain_code(&q, out) || explain_machine(&q, out) || led(&q, out) ||
	       explain_revision(&q, out) || explain_paste(q.all, out);
}
