/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "packet_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

enum {
	FRAME_MAX = 9216,
	PORTS_MAX = 4,
	BUFFER = 4 << 20,
	LINK_ETHERNET = 1,
	BATCH = 64,
	MACS = 12, /* the two of an Ethernet header */
	TAG = 4,
	VLAN_ID = 0xfff,
};

_Static_assert(PACKET_PORT_NAME == IF_NAMESIZE, "a name is an interface's");

/* What comes beside a frame: of a VLAN the tag, which the kernel takes out of the frame itself. */
union beside {
	struct cmsghdr align;
	uint8_t room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
};

struct packet_port {
	int fd, asks; /* asks: a socket for ioctls */
	char name[IF_NAMESIZE];
	int index;
	uint16_t vlan; /* 0: none */
	bool heads;    /* the kernel gives and takes a head with each frame */
	bool host;     /* what this host sends is wanted too */
	uint64_t number;
	/* read and not taken yet: from next to n */
	int next, n;
	uint64_t time_ns;
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH][2];
	struct virtio_net_hdr head[BATCH];
	struct sockaddr_ll from[BATCH];
	union beside beside[BATCH];
	uint8_t data[BATCH][FRAME_MAX];
	uint8_t tagged[FRAME_MAX + TAG];
};

#define LOAD_U8(at)       BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (at))
#define LOAD_U16(at)      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (at))
#define EQUAL(v, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (v), (yes), (no))
#define TAKE              BPF_STMT(BPF_RET | BPF_K, FRAME_MAX)
#define LEAVE             BPF_STMT(BPF_RET | BPF_K, 0)

/* ARP replies; ICMP echo replies; unfragmented UDP to one of the ports. */
static int filter(int fd, const uint16_t *ports, int n_ports)
{
	struct sock_filter code[32] = {
		/* of a VLAN: not for this interface, though it sees them */
		LOAD_U8((uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT)),
		EQUAL(0, 1, 0),
		LEAVE,
		LOAD_U16(12),
		EQUAL(ETH_P_ARP, 0, 4),
		LOAD_U16(20),
		EQUAL(2, 0, 1),
		TAKE,
		LEAVE,
		EQUAL(ETH_P_IP, 1, 0),
		LEAVE,
		LOAD_U16(20), /* fragments have no ports */
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 0, 1),
		LEAVE,
		LOAD_U8(23),
		EQUAL(IPPROTO_ICMP, 0, 1),
		TAKE,
		EQUAL(IPPROTO_UDP, 1, 0),
		LEAVE,
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 14),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 16),
	};
	struct sock_fprog prog = { 21, code };

	for (int i = 0; i < n_ports; i++)
		code[prog.len++] = (struct sock_filter)EQUAL(ports[i], (uint8_t)(n_ports - i), 0);
	code[prog.len++] = (struct sock_filter)LEAVE;
	code[prog.len++] = (struct sock_filter)TAKE;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ? -errno : 0;
}

/* Frames to that MAC, and to all; of no VLAN, or of that one. */
static int filter_mac(int fd, struct mac m, uint16_t vlan)
{
	uint32_t high =
		(uint32_t)m.b[0] << 24 | (uint32_t)m.b[1] << 16 | (uint32_t)m.b[2] << 8 | m.b[3];
	struct sock_filter code[] = {
		LOAD_U8((uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT)),
		EQUAL(vlan ? 1 : 0, 1, 0),
		LEAVE,
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG)),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, vlan ? VLAN_ID : 0),
		EQUAL(vlan, 1, 0),
		LEAVE,
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		EQUAL(UINT32_MAX, 3, 0),
		EQUAL(high, 0, 3),
		LOAD_U16(4),
		EQUAL((uint32_t)m.b[4] << 8 | m.b[5], 0, 1),
		TAKE,
		LEAVE,
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ? -errno : 0;
}

/* The card passes that MAC up as well; and all there is where frames have tags, for it may drop
 * those of VLANs that no interface is made for. */
static int join(struct packet_port *p, struct mac m)
{
	struct packet_mreq q = { .mr_ifindex = p->index, .mr_type = PACKET_MR_UNICAST };

	q.mr_alen = sizeof(m.b);
	memcpy(q.mr_address, m.b, sizeof(m.b));
	if (setsockopt(p->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &q, sizeof(q)))
		return -errno;
	q.mr_type = PACKET_MR_PROMISC;
	return p->vlan && setsockopt(p->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &q, sizeof(q))
		       ? -errno
		       : 0;
}

bool packet_port_facts(struct packet_port *p, struct packet_port_facts *out)
{
	struct ifreq q;
	struct sockaddr_in a;

	memset(out, 0, sizeof(*out));
	memset(&q, 0, sizeof(q));
	memcpy(q.ifr_name, p->name, sizeof(p->name));
	if (ioctl(p->asks, SIOCGIFINDEX, &q))
		return false;
	out->index = q.ifr_ifindex;
	if (ioctl(p->asks, SIOCGIFFLAGS, &q))
		return false;
	out->up = (q.ifr_flags & IFF_UP) != 0;
	out->carrier = out->up && (q.ifr_flags & IFF_RUNNING);
	if (ioctl(p->asks, SIOCGIFHWADDR, &q) == 0)
		memcpy(out->mac.b, q.ifr_hwaddr.sa_data, sizeof(out->mac.b));
	if (ioctl(p->asks, SIOCGIFMTU, &q) == 0)
		out->mtu = (uint32_t)q.ifr_mtu;
	if (ioctl(p->asks, SIOCGIFADDR, &q) == 0) {
		memcpy(&a, &q.ifr_addr, sizeof(a));
		out->address = ntohl(a.sin_addr.s_addr);
	}
	if (out->address && ioctl(p->asks, SIOCGIFNETMASK, &q) == 0) {
		memcpy(&a, &q.ifr_netmask, sizeof(a));
		out->mask = ntohl(a.sin_addr.s_addr);
	}
	return true;
}

static int make(struct packet_port *p, const struct mac *as, const uint16_t *ports, int n_ports)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq q;
	int size = BUFFER, yes = 1, r;

	p->asks = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	/* nothing comes before the filter is there */
	p->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->asks < 0 || p->fd < 0)
		return -errno;
	memset(&q, 0, sizeof(q));
	memcpy(q.ifr_name, p->name, sizeof(p->name));
	if (ioctl(p->asks, SIOCGIFINDEX, &q))
		return -errno;
	p->index = q.ifr_ifindex;
	if (ioctl(p->asks, SIOCGIFHWADDR, &q))
		return -errno;
	if (q.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return -EPROTONOSUPPORT;
	p->heads = as && !setsockopt(p->fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes));
	if (p->vlan && setsockopt(p->fd, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof(yes)))
		return -errno;
	r = as ? filter_mac(p->fd, *as, p->vlan) : filter(p->fd, ports, n_ports);
	if (!r && as)
		r = join(p, *as);
	if (r)
		return r;
	/* a whole room of boards is switched on at once; FORCE: beyond what others may have */
	if (setsockopt(p->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(p->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	/* our own, which an older kernel gives: they are passed over below */
	setsockopt(p->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes));
	ll.sll_ifindex = p->index;
	return bind(p->fd, (struct sockaddr *)&ll, sizeof(ll)) ? -errno : 0;
}

bool packet_port_vlan(const char *interface, char lower[PACKET_PORT_NAME], uint32_t *vlan)
{
	const char *dot = strrchr(interface, '.');
	size_t n = dot ? (size_t)(dot - interface) : 0, digits = dot ? strlen(dot + 1) : 0;

	if (n < 1 || n >= PACKET_PORT_NAME || digits < 1 || digits > 9 ||
	    strspn(dot + 1, "0123456789") != digits)
		return false;
	memcpy(lower, interface, n);
	lower[n] = 0;
	*vlan = (uint32_t)strtoul(dot + 1, NULL, 10);
	return true;
}

static bool exists(const char *interface)
{
	return if_nametoindex(interface) != 0;
}

/* The interface, or that below and the VLAN. */
static void take_name(struct packet_port *p, const char *interface, bool as)
{
	char lower[PACKET_PORT_NAME];
	uint32_t vlan;

	snprintf(p->name, sizeof(p->name), "%s", interface);
	if (!as || exists(interface) || !packet_port_vlan(interface, lower, &vlan) ||
	    !exists(lower) || vlan < 1 || vlan > PACKET_PORT_VLAN_MAX)
		return;
	memcpy(p->name, lower, sizeof(p->name));
	p->vlan = (uint16_t)vlan;
}

static int open_port(const char *interface, const struct mac *as, const uint16_t *ports,
		     int n_ports, struct packet_port **out, char *why, size_t n)
{
	struct packet_port *p = calloc(1, sizeof(*p));
	int r;

	if (!p) {
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	p->fd = p->asks = -1;
	take_name(p, interface, as != NULL);
	r = n_ports > PORTS_MAX ? -EINVAL : make(p, as, ports, n_ports);
	if (!r) {
		*out = p;
		return 0;
	}
	if (r == -EPERM || r == -EACCES)
		snprintf(why, n, "frames of %s need root or CAP_NET_RAW: run it with sudo",
			 interface);
	else if (r == -ENODEV)
		snprintf(why, n, "there is no interface %s; 'ip -br link' lists them", interface);
	else if (r == -EPROTONOSUPPORT)
		snprintf(why, n, "%s is no Ethernet: boards boot over that only", interface);
	else
		snprintf(why, n, "%s: %s", interface, strerror(-r));
	packet_port_free(p);
	return r;
}

int packet_port_open(const char *interface, const uint16_t *ports, int n_ports,
		     struct packet_port **out, char *why, size_t n)
{
	return open_port(interface, NULL, ports, n_ports, out, why, n);
}

int packet_port_open_as(const char *interface, struct mac mac, struct packet_port **out, char *why,
			size_t n)
{
	return open_port(interface, &mac, NULL, 0, out, why, n);
}

void packet_port_free(struct packet_port *p)
{
	if (!p)
		return;
	if (p->fd >= 0)
		close(p->fd);
	if (p->asks >= 0)
		close(p->asks);
	free(p);
}

int packet_port_fd(const struct packet_port *p)
{
	return p->fd;
}

void packet_port_hear_host(struct packet_port *p)
{
	int no = 0;

	setsockopt(p->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &no, sizeof(no));
	p->host = true;
}

static bool read_some(struct packet_port *p)
{
	struct timespec now;

	for (int i = 0; i < BATCH; i++) {
		p->iov[i][0] = (struct iovec) { &p->head[i], p->heads ? sizeof(p->head[i]) : 0 };
		p->iov[i][1] = (struct iovec) { p->data[i], FRAME_MAX };
		p->msg[i].msg_hdr = (struct msghdr) { .msg_name = &p->from[i],
						      .msg_namelen = sizeof(p->from[i]),
						      .msg_iov = p->iov[i],
						      .msg_iovlen = 2 };
		if (p->vlan) {
			p->msg[i].msg_hdr.msg_control = &p->beside[i];
			p->msg[i].msg_hdr.msg_controllen = sizeof(p->beside[i]);
		}
	}
	do
		p->n = recvmmsg(p->fd, p->msg, BATCH, MSG_TRUNC, NULL);
	while (p->n < 0 && errno == EINTR);
	p->next = 0;
	clock_gettime(CLOCK_REALTIME, &now);
	p->time_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	return p->n > 0;
}

/* What a card would fill in: frames of this host's containers and virtual machines come without a
 * checksum. The field has that of the pseudo header already (linux/virtio_net.h). */
static void fill_checksum(const struct virtio_net_hdr *h, uint8_t *data, uint32_t n)
{
	uint32_t at = (uint32_t)h->csum_start + h->csum_offset, sum = 0;

	if (!(h->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) || h->csum_start >= n || at + 2 > n)
		return;
	for (uint32_t i = h->csum_start; i < n; i++)
		sum += (i - h->csum_start) % 2 ? data[i] : (uint32_t)data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	sum = sum == 0xffff ? 0xffff : ~sum & 0xffff; /* RFC 768: never 0 */
	data[at] = (uint8_t)(sum >> 8);
	data[at + 1] = (uint8_t)sum;
}

bool packet_port_take(struct packet_port *p, struct frame *out)
{
	for (;;) {
		uint32_t head = p->heads ? sizeof(p->head[0]) : 0;
		const struct mmsghdr *m;
		int i = p->next;

		if (i >= p->n && !read_some(p))
			return false;
		i = p->next++;
		m = &p->msg[i];
		if (m->msg_hdr.msg_namelen < sizeof(p->from[i]) || m->msg_len < head ||
		    (p->from[i].sll_pkttype == PACKET_OUTGOING && !p->host))
			continue;
		memset(out, 0, sizeof(*out));
		out->number = ++p->number;
		out->time_ns = p->time_ns;
		out->link = LINK_ETHERNET;
		out->way = FRAME_IN;
		out->data = p->data[i];
		out->wire_len = m->msg_len - head;
		out->cap_len = out->wire_len < FRAME_MAX ? out->wire_len : FRAME_MAX;
		if (head && out->cap_len == out->wire_len)
			fill_checksum(&p->head[i], p->data[i], out->cap_len);
		return true;
	}
}

/* Number, priority and all, of what was taken last; of what is to be sent the number alone. */
static uint16_t tag_of(struct packet_port *p, const struct frame *f)
{
	struct tpacket_auxdata a;
	int last = p->next - 1;

	if (last < 0 || f->data != p->data[last])
		return p->vlan;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&p->msg[last].msg_hdr); c;
	     c = CMSG_NXTHDR(&p->msg[last].msg_hdr, c)) {
		if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&a, CMSG_DATA(c), sizeof(a));
		return a.tp_vlan_tci;
	}
	return p->vlan;
}

static void put_tag(uint8_t to[TAG], uint16_t tag)
{
	to[0] = ETH_P_8021Q >> 8;
	to[1] = ETH_P_8021Q & 0xff;
	to[2] = (uint8_t)(tag >> 8);
	to[3] = (uint8_t)tag;
}

struct frame packet_port_on_wire(struct packet_port *p, const struct frame *f)
{
	struct frame out = *f;

	if (!p->vlan || f->cap_len < MACS || f->cap_len > FRAME_MAX)
		return out;
	memcpy(p->tagged, f->data, MACS);
	put_tag(p->tagged + MACS, tag_of(p, f));
	memcpy(p->tagged + MACS + TAG, f->data + MACS, f->cap_len - MACS);
	out.data = p->tagged;
	out.cap_len += TAG;
	out.wire_len += TAG;
	return out;
}

void packet_port_send_all(struct packet_port *p, const struct bytes *frame, uint32_t n)
{
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH][4];
	struct virtio_net_hdr head = { 0 };
	uint8_t tag[TAG];

	put_tag(tag, p->vlan);

	while (n) {
		uint32_t k = n < BATCH ? n : BATCH;
		int sent;

		memset(msg, 0, k * sizeof(msg[0]));
		for (uint32_t i = 0; i < k; i++) {
			uint8_t *data = (void *)(uintptr_t)frame[i].p;
			uint32_t macs = p->vlan && frame[i].n > MACS ? MACS : 0;

			iov[i][0] = (struct iovec) { &head, p->heads ? sizeof(head) : 0 };
			iov[i][1] = (struct iovec) { data, macs };
			iov[i][2] = (struct iovec) { tag, macs ? TAG : 0 };
			iov[i][3] = (struct iovec) { data + macs, frame[i].n - macs };
			msg[i].msg_hdr.msg_iov = iov[i];
			msg[i].msg_hdr.msg_iovlen = 4;
		}
		do
			sent = sendmmsg(p->fd, msg, k, 0);
		while (sent < 0 && errno == EINTR);
		k = sent > 0 ? (uint32_t)sent : 1; /* the first cannot be sent: without it */
		frame += k;
		n -= k;
	}
}

void packet_port_send(struct packet_port *p, struct bytes frame)
{
	packet_port_send_all(p, &frame, 1);
}
