/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "board_net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* WINDOW: what is under way at once fits into one frame of packet_port, in which the kernel may
 * hand over several segments as one. */
enum { MTU = 1500, WINDOW = 8192, TCP = 6, UDP = 17, TCP_SUM = 16, UDP_SUM = 6 };

static const char name[IFNAMSIZ] = "board0";

/* ---- inside ---- */

/* Without a user namespace where we may: then one's rights in it are not even those of root of a
 * namespace, and they end with the change of the user. */
static int move(void)
{
	if (unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)
		return 0;
	return -errno;
}

int board_net_make(void)
{
	struct ifreq q;
	int r, tap;

	/* the device is asked for first: who has moved cannot go back */
	if (access("/dev/net/tun", R_OK | W_OK))
		return -errno;
	r = move();
	if (r)
		return r;
	tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	memset(&q, 0, sizeof(q));
	memcpy(q.ifr_name, name, sizeof(name));
	q.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	if (tap < 0 || ioctl(tap, TUNSETIFF, &q)) {
		r = -errno;
		if (tap >= 0)
			close(tap);
		return r;
	}
	return tap;
}

static struct sockaddr_in ip(uint32_t address)
{
	return (struct sockaddr_in) { .sin_family = AF_INET,
				      .sin_addr = { .s_addr = htonl(address) } };
}

static int set(int fd, unsigned long request, const struct ifreq *q)
{
	struct ifreq copy = *q;

	memcpy(copy.ifr_name, name, sizeof(name));
	return ioctl(fd, request, &copy) ? -errno : 0;
}

static int set_flags(int fd, short flags)
{
	struct ifreq q = { .ifr_flags = flags };

	return set(fd, SIOCSIFFLAGS, &q);
}

static int set_address(int fd, unsigned long request, uint32_t address)
{
	struct sockaddr_in a = ip(address);
	struct ifreq q;

	memset(&q, 0, sizeof(q));
	memcpy(&q.ifr_addr, &a, sizeof(a));
	return set(fd, request, &q);
}

/* The host itself, through the router when it is in another network. */
static int set_route(int fd, const struct board_net_who *w)
{
	bool far = w->mask && w->router && (w->peer ^ w->address) & w->mask;
	struct sockaddr_in to = ip(w->peer), all = ip(UINT32_MAX), by = ip(w->router);
	char device[IFNAMSIZ];
	struct rtentry route;

	memset(&route, 0, sizeof(route));
	memcpy(device, name, sizeof(device));
	memcpy(&route.rt_dst, &to, sizeof(to));
	memcpy(&route.rt_genmask, &all, sizeof(all));
	if (far)
		memcpy(&route.rt_gateway, &by, sizeof(by));
	route.rt_flags = (unsigned short)(RTF_UP | RTF_HOST | RTF_WINDOW | (far ? RTF_GATEWAY : 0));
	route.rt_window = WINDOW;
	route.rt_dev = device;
	return ioctl(fd, SIOCADDRT, &route) ? -errno : 0;
}

int board_net_become(const struct board_net_who *w)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r;
	struct ifreq mac, mtu = { .ifr_mtu = w->mtu && w->mtu < MTU ? (int)w->mtu : MTU };

	if (fd < 0)
		return -errno;
	memset(&mac, 0, sizeof(mac));
	mac.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(mac.ifr_hwaddr.sa_data, w->mac.b, sizeof(w->mac.b));
	r = set_flags(fd, 0); /* forgets neighbours, routes and connections */
	if (!r)
		r = set(fd, SIOCSIFHWADDR, &mac);
	if (!r)
		r = set(fd, SIOCSIFMTU, &mtu);
	if (!r)
		r = set_address(fd, SIOCSIFADDR, w->address);
	if (!r && w->mask)
		r = set_address(fd, SIOCSIFNETMASK, w->mask);
	if (!r)
		r = set_flags(fd, IFF_UP | IFF_RUNNING);
	if (!r)
		r = set_route(fd, w);
	close(fd);
	return r;
}

/* ---- outside ---- */

struct bytes board_net_take(int tap, uint8_t *buf, uint32_t room)
{
	struct virtio_net_hdr head; /* nothing is offered to be left undone: it says nothing */
	struct iovec iov[] = { { &head, sizeof(head) }, { buf, room } };
	ssize_t n;

	do
		n = readv(tap, iov, 2);
	while (n < 0 && errno == EINTR);
	return n > (ssize_t)sizeof(head) ? bytes_of(buf, (uint32_t)(n - (ssize_t)sizeof(head)))
					 : bytes_of(NULL, 0);
}

void board_net_give(int tap, struct bytes frame, uint32_t unsummed, uint8_t protocol)
{
	struct virtio_net_hdr head = { .flags = 0 };
	struct iovec iov[] = { { &head, sizeof(head) }, { (void *)(uintptr_t)frame.p, frame.n } };
	uint16_t sum = protocol == TCP ? TCP_SUM : UDP_SUM;

	if (unsummed && (protocol == TCP || protocol == UDP) && unsummed + sum + 2 <= frame.n) {
		head.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
		head.csum_start = (uint16_t)unsummed;
		head.csum_offset = sum;
	}
	(void)!writev(tap, iov, 2); /* what cannot be taken is lost, as on a wire */
}
