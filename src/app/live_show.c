/* SPDX-License-Identifier: BSD-2-Clause */
/* What there is to capture on, and how: -D, -L and -d, as tcpdump has them. */
#include "config.h"

#include <string.h>

#include "live_session.h"
#include "stdout.h"
#include "text.h"

static void addresses(const struct link *l, struct text *t)
{
	for (uint32_t i = 0; i < l->n_addresses; i++) {
		text_str(t, i ? " " : ", ");
		text_address(t, l->address[i]);
	}
}

static void speed(uint32_t mbit, struct text *t)
{
	if (mbit >= 1000 && mbit % 1000 == 0)
		text_fmt(t, ", %u Gbit/s", mbit / 1000);
	else if (mbit)
		text_fmt(t, ", %u Mbit/s", mbit);
}

static void line(const struct link_list *list, const struct link *l, bool standard, struct text *t)
{
	const struct link *master = l->master ? link_by_index(list, l->master) : NULL,
			  *lower = l->lower ? link_by_index(list, l->lower) : NULL;

	text_fmt(t, "%u.%s  ", l->index, l->name);
	text_pad(t, 20);
	text_str(t, !l->up ? "down" : l->carrier ? "carrier" : "no carrier");
	speed(l->speed, t);
	if (l->kind[0])
		text_fmt(t, ", %s", l->kind);
	if (l->vlan)
		text_fmt(t, " %u of %s", l->vlan, lower ? lower->name : "an interface elsewhere");
	if (master)
		text_fmt(t, ", port of %s", master->name);
	if (l->loopback)
		text_str(t, ", loopback");
	if (!mac_none(l->mac)) {
		text_str(t, ", ");
		text_mac(t, l->mac);
	}
	addresses(l, t);
	if (standard)
		text_str(t, " (the default)");
	text_char(t, '\n');
}

int live_list(void)
{
	char buf[1024], why[LIVE_WHY_MAX], name[LINK_NAME_MAX] = "";
	struct output out = stdout_output();
	const struct link_list *list;
	struct links *links;

	if (links_open(&links, why, sizeof(why))) {
		fprintf(stderr, "bootscope: %s\n", why);
		return EXIT_SYSTEM;
	}
	if (live_choose(links, name, why, sizeof(why)))
		name[0] = 0;
	list = links_list(links);
	for (uint32_t i = 0; i < list->n; i++) {
		struct text t = text_init(buf, sizeof(buf));

		line(list, &list->row[i], strcmp(list->row[i].name, name) == 0, &t);
		out.write(out.ctx, t.buf, t.pos);
	}
	links_close(links);
	return EXIT_FINE;
}

int live_show(const struct options *o)
{
	struct live_session s;
	struct options only = *o;
	int r;

	live_session_init(&s);
	only.on[OPT_WRITE] = false;
	only.value[OPT_WRITE] = NULL; /* nothing will be seen that could be saved */
	r = live_session_open(&only, &s);
	if (r)
		return r;
	if (o->on[OPT_SHOW_FILTER])
		live_show_filter(s.live, stdout_output());
	else
		for (uint32_t i = 0; i < live_ports(s.live); i++)
			live_show_links(s.live, i, stdout_output());
	live_session_close(&s);
	return EXIT_FINE;
}
