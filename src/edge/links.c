/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "links.h"

#include <string.h>

static const char *const change_keys[LINK_CHANGES] = {
	[LINK_APPEARED] = "appeared",       [LINK_VANISHED] = "vanished",
	[LINK_CARRIER_UP] = "carrier-up",   [LINK_CARRIER_DOWN] = "carrier-down",
	[LINK_ENABLED] = "enabled",         [LINK_DISABLED] = "disabled",
	[LINK_ADDRESS_NEW] = "address-new", [LINK_ADDRESS_GONE] = "address-gone",
};

const char *link_change_key(enum link_change c)
{
	return change_keys[c];
}

const struct link *link_by_name(const struct link_list *l, const char *name)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (strcmp(l->row[i].name, name) == 0)
			return &l->row[i];
	return NULL;
}

const struct link *link_by_index(const struct link_list *l, uint32_t index)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->row[i].index == index)
			return &l->row[i];
	return NULL;
}

static struct link_event *add(struct link_events *out, enum link_change c, const struct link *l)
{
	struct link_event *e = &out->row[out->n];

	if (out->n == LINK_EVENTS_MAX) {
		out->lost++;
		return NULL;
	}
	out->n++;
	memset(e, 0, sizeof(*e));
	e->change = c;
	e->index = l->index;
	memcpy(e->name, l->name, sizeof(e->name));
	return e;
}

static bool has_address(const struct link *l, struct address a)
{
	for (uint32_t i = 0; i < l->n_addresses; i++)
		if (address_equal(l->address[i], a))
			return true;
	return false;
}

static void addresses_not_in(const struct link *l, const struct link *other, enum link_change c,
			     struct link_events *out)
{
	for (uint32_t i = 0; i < l->n_addresses; i++) {
		struct link_event *e;

		if (other && has_address(other, l->address[i]))
			continue;
		e = add(out, c, l);
		if (e)
			e->address = l->address[i];
	}
}

static void compare(const struct link *old, const struct link *now, struct link_events *out)
{
	bool was = old && old->carrier;
	/* a count that moved while the state did not: it went there and back between two looks */
	bool flapped = old && was == now->carrier && old->carrier_changes != now->carrier_changes;

	if (old ? old->up != now->up : now->up)
		add(out, now->up ? LINK_ENABLED : LINK_DISABLED, now);
	if (!was && flapped)
		add(out, LINK_CARRIER_UP, now);
	if ((was && !now->carrier) || flapped)
		add(out, LINK_CARRIER_DOWN, now);
	if (now->carrier && (!was || flapped))
		add(out, LINK_CARRIER_UP, now);
	if (old)
		addresses_not_in(old, now, LINK_ADDRESS_GONE, out);
	addresses_not_in(now, old, LINK_ADDRESS_NEW, out);
}

void links_compare(const struct link_list *before, const struct link_list *after,
		   struct link_events *out)
{
	for (uint32_t i = 0; i < before->n; i++) {
		const struct link *now = link_by_index(after, before->row[i].index);

		/* an index is not used again soon, a name is: by both it is the same link */
		if (!now || strcmp(now->name, before->row[i].name) != 0)
			add(out, LINK_VANISHED, &before->row[i]);
	}
	for (uint32_t i = 0; i < after->n; i++) {
		const struct link *old = link_by_index(before, after->row[i].index);

		if (old && strcmp(old->name, after->row[i].name) != 0)
			old = NULL;
		if (!old)
			add(out, LINK_APPEARED, &after->row[i]);
		compare(old, &after->row[i], out);
	}
}
