/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "links.h"

#include <errno.h>
#include <linux/if.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/vlan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link_ask.h"

/*
 * Messages of the kernel say only that something changed: then everything is read again and held
 * against what was known. So a message that was lost (ENOBUFS) loses nothing, and both ways of
 * listing links share what makes events of lists.
 */
struct links {
	struct nl_sock *news, *ask; /* given */
	int ethtool;
	struct link_list list, fresh;
};

static int failed(int r, char *why, size_t n)
{
	snprintf(why, n, "the list of network interfaces cannot be had: %s", nl_geterror(r));
	return r == -NLE_PERM || r == -NLE_NOACCESS ? -EPERM : r == -NLE_NOMEM ? -ENOMEM : -EIO;
}

static int open_socket(struct nl_sock **out)
{
	*out = nl_socket_alloc();
	return *out ? nl_connect(*out, NETLINK_ROUTE) : -NLE_NOMEM;
}

static void take_link(struct links *l, struct rtnl_link *from)
{
	struct link *to = &l->fresh.row[l->fresh.n];
	struct nl_addr *mac = rtnl_link_get_addr(from);
	const char *kind = rtnl_link_get_type(from), *name = rtnl_link_get_name(from);
	unsigned flags = rtnl_link_get_flags(from);

	if (!name || l->fresh.n == LINKS_MAX)
		return;
	memset(to, 0, sizeof(*to));
	snprintf(to->name, sizeof(to->name), "%s", name);
	snprintf(to->kind, sizeof(to->kind), "%s", kind ? kind : "");
	to->index = (uint32_t)rtnl_link_get_ifindex(from);
	to->master = (uint32_t)rtnl_link_get_master(from);
	to->hardware = (uint16_t)rtnl_link_get_arptype(from);
	to->up = flags & IFF_UP;
	to->loopback = flags & IFF_LOOPBACK;
	/* a link that is down has none, whatever its hardware thinks */
	to->carrier = to->up && rtnl_link_get_carrier(from);
	rtnl_link_get_carrier_changes(from, &to->carrier_changes);
	if (rtnl_link_is_vlan(from)) {
		to->vlan = (uint16_t)rtnl_link_vlan_get_id(from);
		to->lower = (uint32_t)rtnl_link_get_link(from);
	}
	if (mac && nl_addr_get_len(mac) == sizeof(to->mac.b))
		memcpy(to->mac.b, nl_addr_get_binary_addr(mac), sizeof(to->mac.b));
	if (to->carrier && !to->loopback)
		to->speed = link_ask_speed(l->ethtool, to->name);
	l->fresh.n++;
}

static void take_address(struct links *l, struct rtnl_addr *from)
{
	struct nl_addr *a = rtnl_addr_get_local(from);
	uint32_t index = (uint32_t)rtnl_addr_get_ifindex(from), i = 0;
	struct sockaddr_storage s;
	socklen_t n = sizeof(s);
	struct link *to;

	while (i < l->fresh.n && l->fresh.row[i].index != index)
		i++;
	to = &l->fresh.row[i];
	if (!a || i == l->fresh.n || to->n_addresses == LINK_ADDRESSES_MAX)
		return;
	if (nl_addr_fill_sockaddr(a, (struct sockaddr *)&s, &n) == 0)
		to->address[to->n_addresses++] = link_address((const struct sockaddr *)&s);
}

static int read_all(struct links *l)
{
	struct nl_cache *links = NULL, *addresses = NULL;
	int r = rtnl_link_alloc_cache(l->ask, AF_UNSPEC, &links);

	if (r == 0)
		r = rtnl_addr_alloc_cache(l->ask, &addresses);
	if (r == 0) {
		struct nl_object *o;

		l->fresh.n = 0;
		for (o = nl_cache_get_first(links); o; o = nl_cache_get_next(o))
			take_link(l, (struct rtnl_link *)o);
		for (o = nl_cache_get_first(addresses); o; o = nl_cache_get_next(o))
			take_address(l, (struct rtnl_addr *)o);
	}
	nl_cache_free(addresses);
	nl_cache_free(links);
	return r;
}

int links_open(struct links **out, char *why, size_t n)
{
	struct links *l = calloc(1, sizeof(*l));
	int r;

	if (!l) {
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	l->ethtool = link_ask_open();
	r = open_socket(&l->ask);
	if (r == 0)
		r = open_socket(&l->news);
	if (r == 0)
		r = nl_socket_add_memberships(l->news, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
					      RTNLGRP_IPV6_IFADDR, 0);
	if (r == 0)
		r = read_all(l);
	for (int again = 0; r == -NLE_DUMP_INTR && again < 10; again++)
		r = read_all(l);
	if (r) {
		links_close(l);
		return failed(r, why, n);
	}
	l->list = l->fresh;
	*out = l;
	return 0;
}

int links_fd(const struct links *l)
{
	return nl_socket_get_fd(l->news);
}

int links_ask_fd(const struct links *l)
{
	return nl_socket_get_fd(l->ask);
}

/* Were there messages, or some that did not fit? */
static bool drain(int fd)
{
	char message[8192];
	bool any = false;

	for (;;) {
		ssize_t n = recv(fd, message, sizeof(message), MSG_DONTWAIT | MSG_TRUNC);

		if (n < 0 && errno != ENOBUFS && errno != EINTR)
			return any;
		any = true;
	}
}

int links_refresh(struct links *l, struct link_events *out)
{
	int r;

	if (!drain(nl_socket_get_fd(l->news)))
		return 0;
	r = read_all(l);
	if (r == -NLE_DUMP_INTR) /* it changed meanwhile: another message is under way */
		return 0;
	if (r)
		return -EIO;
	links_compare(&l->list, &l->fresh, out);
	l->list = l->fresh;
	return 0;
}

const struct link_list *links_list(const struct links *l)
{
	return &l->list;
}

void links_close(struct links *l)
{
	if (!l)
		return;
	nl_socket_free(l->news);
	nl_socket_free(l->ask);
	if (l->ethtool >= 0)
		close(l->ethtool);
	free(l);
}
