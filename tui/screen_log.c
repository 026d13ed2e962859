/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "page.h"

static void fill(const struct ui *ui, const struct view *v, struct page *p)
{
	uint32_t from = ui->logged > UI_LOG ? ui->logged - UI_LOG : 0;

	(void)v;
	if (!ui->logged)
		page_wrap(p, 3, 0, ROLE_PLAIN,
			  "Nothing was said so far. Errors and notes are kept here, the latest "
			  "last.");
	for (uint32_t i = from; i < ui->logged; i++) {
		const struct log_entry *e = &ui->log[i % UI_LOG];
		bool bad = e->tone == TONE_ERROR;
		char when[40];
		struct text t = text_init(when, sizeof(when));

		page_put(p, 1, bad ? ROLE_BAD : ROLE_DIM, bad ? "!" : "·");
		if (e->time_ns) {
			text_time(&t, e->time_ns);
			when[19] = 0;
			page_put(p, 3, ROLE_DIM, when + 11);
		}
		page_wrap(p, 12, 0, bad ? ROLE_BAD : ROLE_PLAIN, e->words);
	}
}

const struct screen screen_log = {
	.name = "log",
	.about = "what was said in the status line: errors and notes",
	.fill = fill,
};
