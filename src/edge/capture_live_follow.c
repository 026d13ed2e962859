/* SPDX-License-Identifier: BSD-2-Clause */
/* Which interface an open socket listens on: the one it was opened for, when that comes back, or
 * another. Binding wants no privilege, and the socket's buffer and filter stay. */
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "capture_live_parts.h"

bool live_unbound(const struct port *p)
{
	struct sockaddr_ll a;
	socklen_t n = sizeof(a);

	memset(&a, 0, sizeof(a));
	return !p->any && getsockname(p->fd, (struct sockaddr *)&a, &n) == 0 && a.sll_ifindex <= 0;
}

/* The loopback's frames begin as those of Ethernet do. */
static uint16_t kind(uint16_t hardware)
{
	return hardware == ARPHRD_LOOPBACK ? ARPHRD_ETHER : hardware;
}

/* Else its frames would be misread. */
static bool alike(const struct port *p, const struct link *link)
{
	return kind(p->hardware) == kind(link->hardware);
}

/* Frames that are not ours. Where that is refused there are still our own, which is better than
 * none; with an interface that goes it ends by itself. */
static void promiscuous(const struct port *p, int how)
{
	struct packet_mreq m = { .mr_ifindex = p->index, .mr_type = PACKET_MR_PROMISC };

	if (p->promiscuous)
		(void)setsockopt(p->fd, SOL_PACKET, how, &m, sizeof(m));
}

static int bind_to(struct port *p, const struct link *link)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_ALL),
				 .sll_ifindex = (int)link->index };
	int pending;
	socklen_t n = sizeof(pending);

	/* that the one before went, is known */
	(void)getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &pending, &n);
	if (bind(p->fd, (const struct sockaddr *)&a, sizeof(a)))
		return -errno;
	live_arriving(p->fd, link->hardware);
	promiscuous(p, PACKET_DROP_MEMBERSHIP);
	p->index = (int)link->index;
	promiscuous(p, PACKET_ADD_MEMBERSHIP);
	p->told->state = LIVE_ON;
	return 0;
}

uint32_t live_follow(struct live *l, const struct link_list *list)
{
	uint32_t back = 0;

	for (uint32_t i = 0; i < l->n; i++) {
		struct port *p = &l->port[i];
		const struct link *link = link_by_name(list, p->told->name);

		/* it is set down before it goes, and libpcap may have met it in between */
		if (p->told->state != LIVE_GONE && live_unbound(p)) {
			live_count_drops(p);
			p->told->state = LIVE_GONE;
		}
		if (p->told->state == LIVE_DOWN && link && link->up)
			p->told->state = LIVE_ON;
		else if (p->told->state == LIVE_ON && link && !link->up)
			p->told->state = LIVE_DOWN;
		if (p->told->state == LIVE_GONE && link && link->up && alike(p, link) &&
		    bind_to(p, link) == 0)
			back++;
	}
	return back;
}

static bool captured(const struct live *l, const char *name)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->port[i].any || strcmp(l->port[i].told->name, name) == 0)
			return true;
	return false;
}

static bool refused(const struct live *l, const struct port *p, const struct link *to, char *why,
		    size_t n)
{
	if (captured(l, to->name))
		snprintf(why, n, "%s is captured on already", to->name);
	else if (!to->up)
		snprintf(why, n, "%s is down: sudo ip link set %s up", to->name, to->name);
	else if (!alike(p, to))
		snprintf(why, n,
			 "%s has frames of another kind than %s: end this and start bootscope -i "
			 "%s",
			 to->name, p->told->name, to->name);
	else
		return false;
	return true;
}

int live_switch(struct live *l, uint32_t i, const struct link *to, char *why, size_t n)
{
	struct port *p = &l->port[i];
	struct live_port *before = p->told, *row;
	int r;

	if (refused(l, p, to, why, n))
		return -EINVAL;
	row = live_row(l, to->name);
	if (!row) {
		snprintf(why, n, "more than %d interfaces in one run", LIVE_SEEN_MAX);
		return -E2BIG;
	}
	live_count_drops(p);
	p->told = row;
	row->link = before->link;
	row->snaplen = before->snaplen;
	r = bind_to(p, to);
	if (r) {
		p->told = before;
		snprintf(why, n, "%s cannot be captured on: %s", to->name, strerror(-r));
		return r;
	}
	before->state = LIVE_LEFT;
	return 0;
}
