/* SPDX-License-Identifier: BSD-2-Clause */
/* For builds without libnl: the same list from getifaddrs and sysfs, looked at when asked. */
#include "config.h"

#include "links.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "link_ask.h"

/* IFF_LOWER_UP of linux/if.h, which does not go with net/if.h: IFF_RUNNING follows it late. */
enum { LOWER_UP = 1 << 16 };

struct links {
	int ethtool;
	struct link_list list, fresh;
};

static uint32_t sysfs_number(const char *name, const char *what)
{
	char path[64 + LINK_NAME_MAX], line[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, what);
	f = fopen(path, "r");
	if (!f)
		return 0;
	if (!fgets(line, sizeof(line), f))
		line[0] = 0;
	fclose(f);
	return (uint32_t)strtoul(line, NULL, 10);
}

/* "KEY=value" of the link's uevent and VLAN files. */
static bool file_word(const char *path, const char *key, char *out, size_t n)
{
	FILE *f = fopen(path, "r");
	char line[128];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		snprintf(out, n, "%.*s", (int)strcspn(line + strlen(key), "\n"),
			 line + strlen(key));
		found = true;
	}
	if (f)
		fclose(f);
	return found;
}

static void take_link(struct links *l, const struct ifaddrs *a)
{
	struct link *to = &l->fresh.row[l->fresh.n];
	const char *name = a->ifa_name;
	char path[64 + LINK_NAME_MAX], word[32];
	struct sockaddr_ll mac;

	if (l->fresh.n == LINKS_MAX)
		return;
	memset(to, 0, sizeof(*to));
	memcpy(&mac, a->ifa_addr, sizeof(mac));
	to->hardware = mac.sll_hatype;
	snprintf(to->name, sizeof(to->name), "%s", name);
	to->index = (uint32_t)mac.sll_ifindex;
	if (mac.sll_halen == sizeof(to->mac.b))
		memcpy(to->mac.b, mac.sll_addr, sizeof(to->mac.b));
	to->up = a->ifa_flags & IFF_UP;
	to->loopback = a->ifa_flags & IFF_LOOPBACK;
	to->carrier = to->up && (a->ifa_flags & LOWER_UP);
	to->carrier_changes = sysfs_number(name, "carrier_changes");
	to->master = sysfs_number(name, "master/ifindex");
	snprintf(path, sizeof(path), "/sys/class/net/%s/uevent", name);
	if (file_word(path, "DEVTYPE=", word, sizeof(word)))
		snprintf(to->kind, sizeof(to->kind), "%.15s", word);
	snprintf(path, sizeof(path), "/proc/net/vlan/%s", name);
	if (strcmp(to->kind, "vlan") == 0 && file_word(path, name, word, sizeof(word))) {
		const char *id = strstr(word, "VID: ");

		to->vlan = id ? (uint16_t)strtoul(id + 5, NULL, 10) : 0;
		to->lower = sysfs_number(name, "iflink");
	}
	if (to->carrier && !to->loopback)
		to->speed = link_ask_speed(l->ethtool, name);
	l->fresh.n++;
}

static void take_address(struct links *l, const struct ifaddrs *a)
{
	struct address v = link_address(a->ifa_addr);

	for (uint32_t i = 0; i < l->fresh.n; i++) {
		struct link *to = &l->fresh.row[i];

		if (strcmp(to->name, a->ifa_name) == 0 && to->n_addresses < LINK_ADDRESSES_MAX)
			to->address[to->n_addresses++] = v;
	}
}

static int read_all(struct links *l)
{
	struct ifaddrs *all;

	if (getifaddrs(&all))
		return -errno;
	l->fresh.n = 0;
	for (const struct ifaddrs *a = all; a; a = a->ifa_next)
		if (a->ifa_addr && a->ifa_addr->sa_family == AF_PACKET)
			take_link(l, a);
	for (const struct ifaddrs *a = all; a; a = a->ifa_next)
		if (a->ifa_addr && !address_none(link_address(a->ifa_addr)))
			take_address(l, a);
	freeifaddrs(all);
	return 0;
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
	r = read_all(l);
	if (r) {
		links_close(l);
		snprintf(why, n, "the list of network interfaces cannot be had: %s", strerror(-r));
		return r;
	}
	l->list = l->fresh;
	*out = l;
	return 0;
}

int links_fd(const struct links *l)
{
	(void)l;
	return -1;
}

int links_ask_fd(const struct links *l)
{
	(void)l;
	return -1;
}

int links_refresh(struct links *l, struct link_events *out)
{
	int r = read_all(l);

	if (r)
		return r;
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
	if (l->ethtool >= 0)
		close(l->ethtool);
	free(l);
}
