/* SPDX-License-Identifier: BSD-2-Clause */
/* What somebody may have meant: the known word of fewest edits. */
#include <string.h>

#include "dhcp.h"
#include "explain.h"
#include "finding.h"
#include "query.h"

struct nearest {
	struct bytes v;
	uint32_t least;
	const char *word;
};

static void consider(struct nearest *best, const char *word)
{
	uint32_t d = words_apart(best->v, word);

	if (d < best->least) {
		best->least = d;
		best->word = word;
	}
}

/* A third of the letters may be wrong: more fits everything. */
static struct nearest nearest_of(struct bytes v)
{
	return (struct nearest) { v, v.n / 3 + 1, NULL };
}

const char *explain_near_setting(struct bytes line)
{
	const uint8_t *eq = line.n ? memchr(line.p, '=', line.n) : NULL;
	struct nearest best =
		nearest_of(trimmed(bytes_of(line.p, eq ? (uint32_t)(eq - line.p) : line.n)));

	for (uint32_t i = 0; know_row(i); i++)
		if (know_row(i)->kind == KNOW_EEPROM)
			consider(&best, know_row(i)->begin);
	return best.word;
}

/* The first of several words: what it may have been meant to be. NULL: nothing, or it is right. */
static const char *near_kind(struct bytes first)
{
	static const struct {
		const char *word, *form;
	} kinds[] = {
		{ "option", "option NUMBER" },   { "tftp", "tftp NUMBER" },
		{ "mount", "mount NUMBER" },     { "nfs", "nfs NUMBER" },
		{ "nfs3", "nfs3 NUMBER" },       { "nfs4", "nfs4 NUMBER" },
		{ "revision", "revision CODE" }, { "arch", "arch NUMBER" },
		{ "led", "led LONG/SHORT" },     { "otp", "otp ROW" },
		{ "rpc", "rpc NUMBER" },
	};
	const char *form = NULL;
	uint32_t least = first.n / 3 + 1;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint32_t d = words_apart(first, kinds[i].word);

		if (d < least) {
			least = d;
			form = kinds[i].form;
		}
	}
	return least ? form : NULL;
}

static void near_code(struct nearest *best)
{
	for (uint32_t i = 0; explain_code_word(i); i++)
		consider(best, explain_code_word(i));
	for (uint32_t i = 0; i < 256; i++)
		if (dhcp_options[i].key)
			consider(best, dhcp_options[i].key);
}

const char *explain_near(struct bytes v)
{
	static const char *const topics[] = { "option 43", "led",      "eeprom",   "otp",
					      "screen",    "log",      "findings", "options",
					      "revision",  "settings", "guide" };
	struct query q = query_split(v);
	struct nearest best = nearest_of(v);
	uint32_t number;

	if (q.n == 2 && word_hex(q.word[1], &number) && near_kind(q.word[0]))
		return near_kind(q.word[0]);
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
		consider(&best, topics[i]);
	for (int i = 0; i < FINDINGS; i++)
		consider(&best, findings[i].id);
	for (uint32_t i = 0; know_row(i); i++)
		if (know_row(i)->kind != KNOW_LED && know_row(i)->kind != KNOW_OTP)
			consider(&best, know_row(i)->begin);
	if (best.word)
		return best.word;
	if (q.n == 1)
		near_code(&best);
	if (best.word)
		return best.word;
	if (q.n && memchr(v.p, '=', v.n))
		return explain_near_setting(v);
	/* "dhcp tftp_server": the option's name */
	if (q.n == 2 && (word_is(q.word[0], "option") || word_is(q.word[0], "dhcp"))) {
		best = nearest_of(q.word[1]);
		best.least += best.v.n / 3;
		/* the beginning of a name is nearer than any other word */
		for (uint32_t i = 0; i < 256; i++)
			if (dhcp_options[i].key && q.word[1].n > 2 &&
			    !strncmp(dhcp_options[i].key, (const char *)q.word[1].p, q.word[1].n))
				return dhcp_options[i].key;
		for (uint32_t i = 0; i < 256; i++)
			if (dhcp_options[i].key)
				consider(&best, dhcp_options[i].key);
	}
	return best.word;
}
