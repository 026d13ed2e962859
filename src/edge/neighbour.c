/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "neighbour.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

bool neighbour_mac(int asks, const char *interface, struct address ip, struct mac *out)
{
	struct sockaddr_in who = { .sin_family = AF_INET };
	struct arpreq q;

	memset(&q, 0, sizeof(q));
	if (!address_is_ip4(ip) || strlen(interface) >= sizeof(q.arp_dev))
		return false;
	who.sin_addr.s_addr = htonl(address_to_ip4(ip));
	memcpy(&q.arp_pa, &who, sizeof(who));
	memcpy(q.arp_dev, interface, strlen(interface));
	if (ioctl(asks, SIOCGARP, &q) || !(q.arp_flags & ATF_COM))
		return false;
	memcpy(out->b, q.arp_ha.sa_data, sizeof(out->b));
	return true;
}
