/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "page.h"

static void rows(const struct key *keys, struct page *p)
{
	for (; keys && keys->act; keys++) {
		if (!keys->name)
			continue;
		page_fit(p, 3, 14, ROLE_KEY, keys->name);
		page_wrap(p, 18, 0, ROLE_PLAIN, keys->help);
	}
}

static void fill(const struct ui *ui, const struct view *v, struct page *p)
{
	/* help is of the screen that it was asked on */
	const struct screen *of = ui->depth ? ui->visit[ui->depth - 1].screen : &screen_boards;

	(void)v;
	page_head(p, of->name);
	page_wrap(p, 3, 0, ROLE_PLAIN, of->about);
	if (of->keys && of->keys->act)
		page_next(p);
	rows(of->keys, p);
	page_head(p, "on every screen");
	rows(ui_keys, p);
	page_head(p, "the marks");
	page_line(p, 3, ROLE_OK, "✔   done, or up and running");
	page_line(p, 3, ROLE_RUN, "▶   under way, or as far as the capture shows");
	page_line(p, 3, ROLE_BAD, "✖   stopped here");
	page_line(p, 3, ROLE_DIM, "·   not yet");
	page_line(p, 3, ROLE_DIM, "–   not needed, or not seen");
	page_line(p, 3, ROLE_STRONG, "●   chosen with Space");
	page_head(p, "the other screens");
	for (int i = 0; screens[i]; i++) {
		page_fit(p, 3, 14, ROLE_STRONG, screens[i]->name);
		page_wrap(p, 18, 0, ROLE_PLAIN, screens[i]->about);
	}
}

const struct screen screen_help = {
	.name = "help",
	.about = "every key of the screen it was asked on",
	.fill = fill,
};
