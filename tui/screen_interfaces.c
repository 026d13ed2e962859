/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include <string.h>

#include "page.h"
#include "words.h"

/* The interfaces of this machine, and a live capture that goes on on another one of them. */

enum { LINE = 400, NAME = 16, LINK = 12, SPEED = 12, FRAMES = 12, WIDE = 72, DETAILS = 10 };

static const struct view_link *by_index(const struct view_source *s, uint32_t index)
{
	for (uint32_t i = 0; index && i < s->n_links; i++)
		if (s->link[i].index == index)
			return &s->link[i];
	return NULL;
}

static const struct view_link *at_port(const struct view_source *s, uint32_t port)
{
	for (uint32_t i = 0; i < s->n_links; i++)
		if (s->link[i].port == (int)port)
			return &s->link[i];
	return NULL;
}

static const char *link_words(const struct view_link *l)
{
	return !l->up ? "down" : l->carrier ? "carrier" : "no carrier";
}

static void speed_words(uint32_t mbit, struct text *t)
{
	if (mbit >= 1000 && mbit % 1000 == 0)
		text_fmt(t, "%u Gbit/s", mbit / 1000);
	else if (mbit)
		text_fmt(t, "%u Mbit/s", mbit);
}

static void row(const struct view_link *l, struct canvas *c, int y)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	int x = 3, speed = c->w >= WIDE ? SPEED : 0;

	canvas_put(c, 1, y,
		   l->port >= 0 ? ROLE_RUN
		   : l->carrier ? ROLE_OK
				: ROLE_DIM,
		   l->port >= 0 ? "▶"
		   : l->carrier ? "●"
				: "·");
	x = canvas_fit(c, x, y, NAME - 1, ROLE_STRONG, l->name) + 1;
	x = canvas_fit(c, x, y, LINK - 1, l->carrier ? ROLE_PLAIN : ROLE_DIM, link_words(l)) + 1;
	speed_words(l->speed, &t);
	canvas_fit(c, x, y, speed, ROLE_PLAIN, buf);
	x += speed;
	text_clear(&t);
	if (l->seen)
		words_count(l->frames, &t);
	else
		text_str(&t, "–");
	x = canvas_right(c, x, y, FRAMES - 3, l->dropped ? ROLE_BAD : ROLE_PLAIN, buf) + 3;
	text_clear(&t);
	if (l->n_addresses)
		text_address(&t, l->address[0]);
	if (l->n_addresses > 1)
		text_fmt(&t, " +%u", l->n_addresses - 1);
	canvas_fit(c, x, y, c->w - x - 1, ROLE_PLAIN, buf);
}

static void line(struct page *p, const char *label, const char *words)
{
	if (!words[0])
		return;
	page_fit(p, 3, 13, ROLE_HEAD, label);
	page_wrap(p, 17, 0, ROLE_PLAIN, words);
}

static void kind_words(const struct view_source *s, const struct view_link *l, struct text *t)
{
	const struct view_link *master = by_index(s, l->master), *lower = by_index(s, l->lower);

	text_str(t, l->loopback ? "loopback" : l->kind);
	if (l->vlan)
		text_fmt(t, " %u of %s", l->vlan, lower ? lower->name : "an interface elsewhere");
	if (master)
		text_fmt(t, "%sport of %s", t->pos ? ", " : "", master->name);
}

static void ports_words(const struct view_source *s, const struct view_link *l, struct text *t)
{
	for (uint32_t i = 0; i < s->n_links; i++)
		if (s->link[i].master && s->link[i].master == l->index)
			text_fmt(t, "%s%s", t->pos ? ", " : "", s->link[i].name);
}

/* What Enter does here. */
static void enter_words(const struct ui *ui, const struct view_source *s, const struct view_link *l,
			struct text *t)
{
	const struct view_link *now = at_port(s, ui->port);

	if (l->port < 0 && !l->up)
		text_fmt(t, "It is down. To capture on it: sudo ip link set %s up", l->name);
	else if (l->port < 0)
		text_fmt(t, "Enter captures on it%s%s. What was seen so far stays.",
			 now ? " in place of " : "", now ? now->name : "");
	else if (s->ports < 2)
		text_str(t, "It is captured on.");
	else if ((uint32_t)l->port == ui->port)
		text_str(t, "It is captured on. Enter on another interface captures there in its "
			    "place.");
	else
		text_str(t, "It is captured on. Enter chooses it as the one whose place another "
			    "takes.");
}

static void details(const struct ui *ui, const struct view_source *s, const struct view_link *l,
		    struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	page_line(p, 1, ROLE_STRONG, l->name);
	enter_words(ui, s, l, &t);
	page_wrap(p, 3, 0, ROLE_PLAIN, buf);
	text_clear(&t);
	kind_words(s, l, &t);
	line(p, "kind", buf);
	text_clear(&t);
	ports_words(s, l, &t);
	line(p, "ports", buf);
	text_clear(&t);
	if (!mac_none(l->mac))
		text_mac(&t, l->mac);
	line(p, "MAC", buf);
	text_clear(&t);
	for (uint32_t i = 0; i < l->n_addresses; i++) {
		text_str(&t, i ? ", " : "");
		text_address(&t, l->address[i]);
	}
	line(p, "addresses", buf);
	text_clear(&t);
	if (l->seen) {
		words_plural(l->frames, "frame", "frames", &t);
		text_str(&t, ", ");
		words_count(l->dropped, &t);
		text_str(&t, " dropped");
	}
	line(p, "seen here", buf);
}

static void heading(struct canvas *c)
{
	int x = 3;

	canvas_put(c, x, 0, ROLE_HEAD, "Interface");
	canvas_put(c, x += NAME, 0, ROLE_HEAD, "Link");
	x += LINK;
	if (c->w >= WIDE) {
		canvas_put(c, x, 0, ROLE_HEAD, "Speed");
		x += SPEED;
	}
	canvas_right(c, x, 0, FRAMES - 3, ROLE_HEAD, "Frames");
	canvas_put(c, x + FRAMES, 0, ROLE_HEAD, "Address");
}

static void none(struct canvas *c)
{
	struct page p = page_init(c, 0);

	page_next(&p);
	page_wrap(&p, 3, 0, ROLE_PLAIN, "No interface is captured on.");
	page_next(&p);
	page_wrap(&p, 3, 0, ROLE_PLAIN,
		  "During a live capture (bootscope, or bootscope -i IF) the interfaces of this "
		  "machine are listed here, and Enter captures on another one.");
}

static void draw(const struct ui *ui, const struct view *v, struct canvas *c, struct drawn *out)
{
	const struct visit *at = ui_here(ui);
	const struct view_source *s = &v->source;
	int n = (int)s->n_links, h = c->h - DETAILS < 3 ? c->h / 2 : c->h - DETAILS, first,
	    pos = at->pos[0] < n ? at->pos[0] : n - 1;
	struct canvas low;
	struct page p;

	if (!n) {
		none(c);
		return;
	}
	h = h > n ? n : h;
	first = list_first(pos, n, h);
	heading(c);
	for (int i = 0; i < h; i++)
		row(&s->link[first + i], c, 1 + i);
	canvas_light(c, 0, 1 + pos - first, c->w, 1, LIT_SELECTED);
	canvas_put(c, 0, 1 + pos - first, ROLE_STRONG, "›");
	canvas_rule(c, 1 + h);
	low = canvas_sub(c, 0, h + 2, c->w, c->h - h - 2);
	p = page_init(&low, at->pos[1]);
	details(ui, s, &s->link[pos], &p);
	out->n = 2;
	out->pane[0] = (struct pane) { 0, 1, c->w, h, n, first, true };
	out->pane[1] = (struct pane) { 0, h + 2, c->w, low.h, p.y, at->pos[1], false };
}

static void row_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	const struct view_link *l = &v->source.link[i];

	(void)ui;
	text_fmt(out, "%s %s ", l->name, link_words(l));
	for (uint32_t k = 0; k < l->n_addresses; k++) {
		text_address(out, l->address[k]);
		text_char(out, ' ');
	}
	kind_words(&v->source, l, out);
}

static void moved(struct ui *ui, const struct view *v)
{
	struct visit *at = ui_visit(ui);

	if (at->pane == 0 && at->pos[0] < (int)v->source.n_links) {
		memcpy(ui->link, v->source.link[at->pos[0]].name, sizeof(ui->link));
		at->pos[1] = 0;
	}
}

/* On the one that is captured on, until another is chosen. */
static void follow(struct ui *ui, const struct view *v)
{
	const struct view_source *s = &v->source;
	const struct view_link *now = at_port(s, ui->port);

	if (ui->port >= s->ports)
		ui->port = 0;
	if (!ui->link[0] && now)
		memcpy(ui->link, now->name, sizeof(ui->link));
	for (uint32_t i = 0; i < s->n_links; i++)
		if (strcmp(s->link[i].name, ui->link) == 0)
			ui_visit(ui)->pos[0] = (int)i;
}

static unsigned act_capture(struct ui *ui)
{
	const struct view_source *s = &ui->view->source;
	int pos = ui_visit(ui)->pos[0];

	if (pos < 0 || pos >= (int)s->n_links)
		return 0;
	memcpy(ui->link, s->link[pos].name, sizeof(ui->link));
	if (s->link[pos].port < 0)
		return UI_DRAW | UI_CAPTURE;
	ui->port = (uint32_t)s->link[pos].port;
	return UI_DRAW;
}

/* clang-format off */
static const struct key keys[] = {
	{ PRESS_ENTER, 0, "Enter", "capture", "capture on this interface in place of the present one; of several, Enter on one that is captured on chooses which", act_capture },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_interfaces = {
	.name = "interfaces",
	.about = "the interfaces of this machine, and which are captured on",
	.keys = keys,
	.draw = draw,
	.row = row_words,
	.follow = follow,
	.moved = moved,
};
