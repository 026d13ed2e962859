/* SPDX-License-Identifier: BSD-2-Clause */
/* Several lines at once: a screen, a log, otp_dump, an EEPROM configuration. */
#include <string.h>

#include "boot_text.h"
#include "explain.h"
#include "screen.h"

/* Room that a line with what it means needs at most. */
enum { LINES_SHOWN = 300, LINE_SHOWN = 160, ROWS_MAX = 512 };

/* Newer logs have seconds and hundredths in front of each line (release notes 2024-05-17), Linux
 * "[    1.234567] ". */
static struct bytes without_time(struct bytes v)
{
	uint32_t i = 0;

	while (i < v.n && ((v.p[i] >= '0' && v.p[i] <= '9') || v.p[i] == '.' || v.p[i] == ' ' ||
			   (i == 0 && v.p[i] == '[')))
		i++;
	if (i && i < v.n && v.p[i] == ']')
		i++;
	return i && i < v.n && memchr(v.p, '.', i) && (v.p[i - 1] == ' ' || v.p[i - 1] == ']')
		       ? trimmed(bytes_of(v.p + i, v.n - i))
		       : v;
}

static const struct know *row_of(struct bytes line)
{
	static const enum know_kind kinds[] = { KNOW_SCREEN, KNOW_LOG, KNOW_OTP };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct know *k = know_find(kinds[i], line);

		if (k)
			return k;
	}
	return NULL;
}

static uint32_t index_of(const struct know *k)
{
	return (uint32_t)(k - know_row(0));
}

bool explain_paste(struct bytes lines, struct text *out)
{
	struct bytes rest = lines;
	struct story story;
	bool said[ROWS_MAX];
	uint32_t known = 0;

	if (explain_is_eeprom(lines))
		return explain_eeprom(lines, out);
	memset(&story, 0, sizeof(story));
	memset(said, 0, sizeof(said));
	while (rest.n) {
		struct bytes line = without_time(line_next(&rest));
		const struct know *k = row_of(line);

		story_line(&story, line);
		if (!k || known++ >= LINES_SHOWN)
			continue;
		text_safe(out, bytes_of(line.p, line.n < LINE_SHOWN ? line.n : LINE_SHOWN));
		if (index_of(k) < ROWS_MAX && said[index_of(k)]) {
			text_fmt(out, "\n    = %s, as above.\n", k->title);
		} else {
			text_fmt(out, "\n    = %s.%s%s\n", k->title, *k->meaning ? " " : "",
				 k->meaning);
			said[index_of(k) % ROWS_MAX] = true;
		}
		screen_fields(line, out);
	}
	if (!known && boot_text_is_config(lines)) {
		boot_text_config(lines, out);
		return true;
	}
	if (!known && boot_text_is_cmdline(lines)) {
		boot_text_cmdline(lines, out);
		return true;
	}
	if (known > LINES_SHOWN)
		text_fmt(out, "The %u known lines behind the first %u are not listed.\n",
			 known - LINES_SHOWN, LINES_SHOWN);
	if (known)
		story_end(&story, known, out);
	return known > 0;
}
