/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "link_ask.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int link_ask_open(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0) : fd;
}

uint32_t link_ask_speed(int fd, const char *name)
{
	/* ethtool(8)'s handshake: asked with no room, it says how many words each mask takes */
	union { /* the masks stand behind the settings */
		struct ethtool_link_settings s;
		uint32_t room[sizeof(struct ethtool_link_settings) / 4 + 3 * 127];
	} ask;
	struct ifreq q;

	memset(&ask, 0, sizeof(ask));
	memset(&q, 0, sizeof(q));
	snprintf(q.ifr_name, sizeof(q.ifr_name), "%s", name);
	q.ifr_data = (void *)&ask;
	ask.s.cmd = ETHTOOL_GLINKSETTINGS;
	if (fd < 0 || ioctl(fd, SIOCETHTOOL, &q) || ask.s.link_mode_masks_nwords >= 0)
		return 0;
	ask.s.cmd = ETHTOOL_GLINKSETTINGS;
	ask.s.link_mode_masks_nwords = (int8_t)-ask.s.link_mode_masks_nwords;
	if (ioctl(fd, SIOCETHTOOL, &q) || ask.s.speed == (uint32_t)SPEED_UNKNOWN)
		return 0;
	return ask.s.speed;
}

struct address link_address(const struct sockaddr *a)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;

	if (a->sa_family == AF_INET) {
		memcpy(&in4, a, sizeof(in4));
		return address_ip4(ntohl(in4.sin_addr.s_addr));
	}
	if (a->sa_family == AF_INET6) {
		memcpy(&in6, a, sizeof(in6));
		return address_ip6(in6.sin6_addr.s6_addr);
	}
	return (struct address) { 0, 0 };
}

/* A datagram socket that is connected has its route chosen, and sends nothing by that. The far
 * ends are the addresses of documentation (RFC 5737, RFC 3849), which nobody has. */
struct address link_ask_outward(int family)
{
	struct sockaddr_in far4 = { .sin_family = AF_INET,
				    .sin_port = htons(9),
				    .sin_addr.s_addr = htonl(0xc0000201) };
	struct sockaddr_in6 far6 = { .sin6_family = AF_INET6,
				     .sin6_port = htons(9),
				     .sin6_addr.s6_addr = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
	const struct sockaddr *far =
		family == AF_INET ? (const struct sockaddr *)&far4 : (const struct sockaddr *)&far6;
	socklen_t n = family == AF_INET ? sizeof(far4) : sizeof(far6);
	struct sockaddr_storage near = { 0 };
	struct address out = { 0, 0 };
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return out;
	if (connect(fd, far, n) == 0) {
		n = sizeof(near);
		if (getsockname(fd, (struct sockaddr *)&near, &n) == 0)
			out = link_address((const struct sockaddr *)&near);
	}
	close(fd);
	return out;
}

const struct link *links_default(const struct links *l)
{
	static const int families[] = { AF_INET, AF_INET6 };
	const struct link_list *list = links_list(l);

	for (int f = 0; f < 2; f++) {
		struct address outward = link_ask_outward(families[f]);

		for (uint32_t i = 0; i < list->n && !address_none(outward); i++)
			for (uint32_t k = 0; k < list->row[i].n_addresses; k++)
				if (address_equal(list->row[i].address[k], outward))
					return &list->row[i];
	}
	return NULL;
}
