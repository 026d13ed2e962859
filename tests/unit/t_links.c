/* SPDX-License-Identifier: BSD-2-Clause */
/* Interfaces: what two lists of them tell apart, and the lists of a network made for it. */
#include "config.h"

#include <poll.h>
#include <stdio.h>

#include "links.h"
#include "netns.h"
#include "unit.h"

static struct link_list before, after;
static struct link_events events;
static struct links *links;
static bool have_net;

static struct link *row(struct link_list *l, uint32_t index, const char *name)
{
	struct link *r = &l->row[l->n++];

	memset(r, 0, sizeof(*r));
	r->index = index;
	snprintf(r->name, sizeof(r->name), "%s", name);
	return r;
}

static int clear(void **state)
{
	(void)state;
	before.n = after.n = events.n = events.lost = 0;
	return 0;
}

/* Is there one such event, and how many are there in all? */
static bool told(enum link_change c, const char *name)
{
	for (uint32_t i = 0; i < events.n; i++)
		if (events.row[i].change == c && strcmp(events.row[i].name, name) == 0)
			return true;
	return false;
}

static void lists_that_are_equal_tell_nothing(void **state)
{
	(void)state;
	row(&before, 1, "lo")->carrier = true;
	row(&after, 1, "lo")->carrier = true;
	links_compare(&before, &after, &events);
	assert_int_equal(events.n, 0);
}

static void a_carrier_that_came_or_went_is_told(void **state)
{
	(void)state;
	row(&before, 1, "a");
	row(&after, 1, "a")->carrier = true;
	row(&before, 2, "b")->carrier = true;
	row(&after, 2, "b");
	links_compare(&before, &after, &events);
	assert_int_equal(events.n, 2);
	assert_true(told(LINK_CARRIER_UP, "a"));
	assert_true(told(LINK_CARRIER_DOWN, "b"));
}

static void a_carrier_that_was_away_between_two_looks_is_told(void **state)
{
	struct link *b, *a;

	(void)state;
	b = row(&before, 1, "a");
	a = row(&after, 1, "a");
	b->carrier = a->carrier = true;
	b->carrier_changes = 3;
	a->carrier_changes = 5;
	links_compare(&before, &after, &events);
	assert_int_equal(events.n, 2);
	assert_int_equal(events.row[0].change, LINK_CARRIER_DOWN);
	assert_int_equal(events.row[1].change, LINK_CARRIER_UP);
	b->carrier = a->carrier = false;
	events.n = 0;
	links_compare(&before, &after, &events);
	assert_int_equal(events.n, 2);
	assert_int_equal(events.row[0].change, LINK_CARRIER_UP);
	assert_int_equal(events.row[1].change, LINK_CARRIER_DOWN);
}

static void a_link_made_anew_under_its_name_vanished_and_appeared(void **state)
{
	(void)state;
	row(&before, 4, "usb0")->carrier = true;
	row(&after, 9, "usb0")->carrier = true;
	links_compare(&before, &after, &events);
	assert_int_equal(events.n, 3);
	assert_int_equal(events.row[0].change, LINK_VANISHED);
	assert_int_equal(events.row[0].index, 4);
	assert_int_equal(events.row[1].change, LINK_APPEARED);
	assert_int_equal(events.row[1].index, 9);
	assert_int_equal(events.row[2].change, LINK_CARRIER_UP);
}

static void a_link_renamed_vanished_and_appeared(void **state)
{
	(void)state;
	row(&before, 4, "eth0");
	row(&after, 4, "lan0");
	links_compare(&before, &after, &events);
	assert_int_equal(events.n, 2);
	assert_true(told(LINK_VANISHED, "eth0"));
	assert_true(told(LINK_APPEARED, "lan0"));
}

static void addresses_are_told_one_by_one(void **state)
{
	struct link *b, *a;

	(void)state;
	b = row(&before, 1, "a");
	a = row(&after, 1, "a");
	b->address[b->n_addresses++] = address_ip4(1);
	b->address[b->n_addresses++] = address_ip4(2);
	a->address[a->n_addresses++] = address_ip4(2);
	a->address[a->n_addresses++] = address_ip4(3);
	links_compare(&before, &after, &events);
	assert_int_equal(events.n, 2);
	assert_int_equal(events.row[0].change, LINK_ADDRESS_GONE);
	assert_int_equal(address_to_ip4(events.row[0].address), 1);
	assert_int_equal(events.row[1].change, LINK_ADDRESS_NEW);
	assert_int_equal(address_to_ip4(events.row[1].address), 3);
}

static void events_beyond_the_room_are_counted(void **state)
{
	char name[LINK_NAME_MAX];

	(void)state;
	for (uint32_t i = 0; i < LINK_EVENTS_MAX + 7; i++) {
		snprintf(name, sizeof(name), "l%u", i);
		row(&after, i + 1, name);
	}
	links_compare(&before, &after, &events);
	assert_int_equal(events.n, LINK_EVENTS_MAX);
	assert_int_equal(events.lost, 7);
}

static void every_change_has_a_key(void **state)
{
	(void)state;
	for (int i = 0; i < LINK_CHANGES; i++)
		assert_non_null(link_change_key((enum link_change)i));
}

/* From here on with the kernel. */
static int open_links(void **state)
{
	char why[256];

	clear(state);
	if (!have_net)
		return 0;
	return links_open(&links, why, sizeof(why));
}

static int close_links(void **state)
{
	(void)state;
	links_close(links);
	links = NULL;
	return 0;
}

/* Reads changes until one is c of name, half a minute long: machines may be slow. */
static bool comes(enum link_change c, const char *name)
{
	for (int i = 0; i < 300; i++) {
		struct pollfd p = { links_fd(links), POLLIN, 0 };

		if (links_refresh(links, &events))
			return false;
		if (told(c, name))
			return true;
		poll(&p, p.fd >= 0, 100);
	}
	return false;
}

static void need_net(void)
{
	if (!have_net)
		skip();
}

static void the_loopback_is_listed(void **state)
{
	const struct link *lo;

	(void)state;
	need_net();
	lo = link_by_name(links_list(links), "lo");
	assert_non_null(lo);
	assert_true(lo->loopback);
	assert_true(lo->up);
	assert_ptr_equal(link_by_index(links_list(links), lo->index), lo);
	assert_null(link_by_name(links_list(links), "nowhere"));
	assert_true(lo->n_addresses > 0);
}

static void bridges_ports_vlans_and_carriers_are_known(void **state)
{
	const struct link *a, *br, *v;
	bool vlans;

	(void)state;
	need_net();
	assert_true(netns_ip("link add ta address 02:00:00:00:00:0a type veth peer name tb"));
	assert_true(netns_ip("link add tbr type bridge"));
	assert_true(netns_ip("link set ta master tbr"));
	vlans = netns_ip("link add link tb name tb.7 type vlan id 7"); /* not in every kernel */
	assert_true(comes(LINK_APPEARED, vlans ? "tb.7" : "tbr"));
	a = link_by_name(links_list(links), "ta");
	br = link_by_name(links_list(links), "tbr");
	assert_non_null(a);
	assert_non_null(br);
	if (links_fd(links) >= 0) { /* else sysfs tells it, which shows another network here */
		assert_string_equal(a->kind, "veth");
		assert_string_equal(br->kind, "bridge");
		assert_int_equal(a->master, br->index);
	}
	assert_int_equal(mac_number(a->mac), UINT64_C(0x02000000000a));
	assert_false(a->carrier);
	v = link_by_name(links_list(links), "tb.7");
	assert_int_equal(v != NULL, vlans);
	if (v && links_fd(links) >= 0) {
		assert_int_equal(v->vlan, 7);
		assert_int_equal(v->lower, link_by_name(links_list(links), "tb")->index);
	}
	assert_true(netns_ip("link set ta up"));
	assert_true(netns_ip("link set tb up"));
	assert_true(comes(LINK_CARRIER_UP, "ta"));
	assert_int_equal(link_by_name(links_list(links), "ta")->speed, 10000); /* as veth says */
	events.n = 0;
	assert_true(netns_ip("link set tb down"));
	assert_true(comes(LINK_CARRIER_DOWN, "ta"));
	assert_true(told(LINK_DISABLED, "tb"));
	assert_true(netns_ip("link del tbr"));
	assert_true(netns_ip("link del ta"));
	assert_true(comes(LINK_VANISHED, "tb"));
	assert_null(link_by_name(links_list(links), "ta"));
}

static void a_link_deleted_and_made_again_is_told(void **state)
{
	(void)state;
	need_net();
	assert_true(netns_ip("link add tc type veth peer name td"));
	assert_true(comes(LINK_APPEARED, "tc"));
	events.n = 0;
	assert_true(netns_ip("link del tc"));
	assert_true(netns_ip("link add tc type veth peer name td"));
	assert_true(comes(LINK_APPEARED, "tc"));
	assert_true(told(LINK_VANISHED, "tc"));
	assert_true(netns_ip("link del tc"));
}

static void the_default_route_names_a_link(void **state)
{
	const struct link *d;

	(void)state;
	need_net();
	assert_null(links_default(links));
	assert_true(netns_ip("link add te type veth peer name tf"));
	assert_true(netns_ip("address add 10.9.8.7/24 dev te"));
	assert_true(netns_ip("link set te up"));
	assert_true(netns_ip("link set tf up"));
	assert_true(netns_ip("route add default via 10.9.8.1"));
	assert_true(comes(LINK_ADDRESS_NEW, "te"));
	d = links_default(links);
	assert_non_null(d);
	assert_string_equal(d->name, "te");
	assert_true(netns_ip("address del 10.9.8.7/24 dev te"));
	assert_true(comes(LINK_ADDRESS_GONE, "te"));
	assert_null(links_default(links));
	assert_true(netns_ip("link del te"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(lists_that_are_equal_tell_nothing, clear),
		cmocka_unit_test_setup(a_carrier_that_came_or_went_is_told, clear),
		cmocka_unit_test_setup(a_carrier_that_was_away_between_two_looks_is_told, clear),
		cmocka_unit_test_setup(a_link_made_anew_under_its_name_vanished_and_appeared,
				       clear),
		cmocka_unit_test_setup(a_link_renamed_vanished_and_appeared, clear),
		cmocka_unit_test_setup(addresses_are_told_one_by_one, clear),
		cmocka_unit_test_setup(events_beyond_the_room_are_counted, clear),
		cmocka_unit_test(every_change_has_a_key),
		cmocka_unit_test_setup_teardown(the_loopback_is_listed, open_links, close_links),
		cmocka_unit_test_setup_teardown(bridges_ports_vlans_and_carriers_are_known,
						open_links, close_links),
		cmocka_unit_test_setup_teardown(a_link_deleted_and_made_again_is_told, open_links,
						close_links),
		cmocka_unit_test_setup_teardown(the_default_route_names_a_link, open_links,
						close_links),
	};

	have_net = netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
