/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "udp_port.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "neighbour.h"

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum {
	DATAGRAM_MAX = 65000,
	BATCH = 64,
	BUFFER = 4 << 20,
	CONTROL = 256,
	ROUNDS = 16,
	ERRORS = 4,
	SINGLES = 16
};

struct udp_port {
	int fd;
	int asks, asks_six; /* sockets that only ask the kernel for ways */
	bool six;           /* of both families, IPv4 addresses mapped into IPv6 */
	bool requests;      /* it is told which address of ours was asked */
	bool in_pieces;     /* how what is sent now may go */
	int whole;          /* IP_MTU_DISCOVER as it was found */
	uint32_t too_long;  /* datagrams from here on go out one by one */
	uint32_t singles;   /* so many more times one datagram is all that is looked for */
	uint16_t port;
	uint32_t datagram;
	uint8_t *data;
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_in6 from[BATCH];
	union {
		struct cmsghdr align;
		uint8_t b[CONTROL];
	} control[BATCH];
};

/* ---- addresses ---- */

static struct address of_v4(struct in_addr a)
{
	return address_ip4(ntohl(a.s_addr));
}

static void to_v6(struct address a, struct in6_addr *out)
{
	uint64_t words[2] = { htobe64(a.hi), htobe64(a.lo) };

	memcpy(out->s6_addr, words, sizeof(words));
}

static void end_of(const struct udp_port *u, const struct sockaddr_in6 *s, struct udp_end *out)
{
	struct sockaddr_in four;

	memset(out, 0, sizeof(*out));
	if (u->six) {
		out->ip = address_ip6(s->sin6_addr.s6_addr);
		out->port = ntohs(s->sin6_port);
		out->interface = s->sin6_scope_id;
		return;
	}
	memcpy(&four, s, sizeof(four));
	out->ip = of_v4(four.sin_addr);
	out->port = ntohs(four.sin_port);
}

/* The address of ours that it came to, and the interface. */
static void asked(struct msghdr *m, struct udp_end *out)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo i;

			memcpy(&i, CMSG_DATA(c), sizeof(i));
			out->local = address_ip6(i.ipi6_addr.s6_addr);
			out->interface = i.ipi6_ifindex;
		} else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo i;

			memcpy(&i, CMSG_DATA(c), sizeof(i));
			out->local = of_v4(i.ipi_addr);
			out->interface = (uint32_t)i.ipi_ifindex;
		}
	}
	if (address_is_multicast(out->local))
		out->local = (struct address) { 0, 0 };
}

/* ---- open ---- */

static int on(int fd, int level, int name, int v)
{
	return setsockopt(fd, level, name, &v, sizeof(v));
}

static int bind_it(struct udp_port *u, uint16_t port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	socklen_t n = sizeof(six);

	if (u->six ? bind(u->fd, (struct sockaddr *)&six, sizeof(six))
		   : bind(u->fd, (struct sockaddr *)&four, sizeof(four)))
		return -errno;
	if (getsockname(u->fd, (struct sockaddr *)&six, &n))
		return -errno;
	u->port = ntohs(six.sin6_port); /* at the same place in both */
	return 0;
}

/* A place for the next datagram: what the last one left in it is put right. */
static void ready(struct udp_port *u, int i)
{
	struct msghdr *h = &u->msg[i].msg_hdr;

	h->msg_name = &u->from[i];
	h->msg_namelen = sizeof(u->from[i]);
	h->msg_control = &u->control[i];
	h->msg_controllen = sizeof(u->control[i]);
	h->msg_flags = 0;
}

/* A socket of that family, of that interface alone; -1: errno says why not. */
static int open_one(int family, const char *interface)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), why;

	if (fd < 0 || !interface ||
	    !setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
			(socklen_t)strlen(interface) + 1))
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}

static int make(struct udp_port *u, const char *interface, uint16_t port)
{
	socklen_t n = sizeof(u->whole);

	u->fd = open_one(AF_INET6, interface);
	u->six = u->fd >= 0 && on(u->fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) == 0;
	if (!u->six) {
		if (u->fd >= 0)
			close(u->fd);
		u->fd = open_one(AF_INET, interface);
	}
	if (u->fd < 0)
		return -errno;
	on(u->fd, SOL_SOCKET, SO_RCVBUF, BUFFER);
	on(u->fd, SOL_SOCKET, SO_SNDBUF, BUFFER);
	if (u->six) {
		on(u->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, u->requests);
		on(u->fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
	} else {
		on(u->fd, IPPROTO_IP, IP_PKTINFO, u->requests);
	}
	on(u->fd, IPPROTO_IP, IP_RECVERR, 1);
	if (getsockopt(u->fd, IPPROTO_IP, IP_MTU_DISCOVER, &u->whole, &n))
		u->whole = IP_PMTUDISC_WANT;
	return bind_it(u, port);
}

int udp_port_open(const char *interface, uint16_t port, uint32_t datagram, bool requests,
		  struct udp_port **out, char *why, size_t n)
{
	struct udp_port *u = calloc(1, sizeof(*u));
	int r;

	if (!u || !(u->data = malloc((size_t)BATCH * datagram))) {
		free(u);
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	u->too_long = UINT32_MAX;
	u->fd = u->asks = u->asks_six = -1;
	u->datagram = datagram;
	u->requests = requests;
	r = make(u, interface, port);
	if (!r && ((u->asks = open_one(AF_INET, interface)) < 0 ||
		   (u->six && (u->asks_six = open_one(AF_INET6, interface)) < 0)))
		r = -errno;
	if (r) {
		if (r == -EADDRINUSE)
			snprintf(why, n,
				 "UDP port %u is taken by another server; 'ss -lunp sport = :%u' "
				 "names it",
				 port, port);
		else
			snprintf(why, n, "UDP port %u on %s: %s", port,
				 interface ? interface : "all interfaces", strerror(-r));
		udp_port_free(u);
		return r;
	}
	for (int i = 0; i < BATCH; i++) {
		u->iov[i] = (struct iovec) { u->data + (size_t)i * datagram, datagram };
		u->msg[i].msg_hdr.msg_iov = &u->iov[i];
		u->msg[i].msg_hdr.msg_iovlen = 1;
		ready(u, i);
	}
	*out = u;
	return 0;
}

void udp_port_free(struct udp_port *u)
{
	if (!u)
		return;
	if (u->fd >= 0)
		close(u->fd);
	if (u->asks >= 0)
		close(u->asks);
	if (u->asks_six >= 0)
		close(u->asks_six);
	free(u->data);
	free(u);
}

int udp_port_fd(const struct udp_port *u)
{
	return u->fd;
}

uint16_t udp_port_number(const struct udp_port *u)
{
	return u->port;
}

/* ---- what the kernel knows of a peer ---- */

/* A socket that is connected has a route, and with it an MTU; nothing is sent. */
static uint32_t way(int fd, const void *to, socklen_t len, int level, int name)
{
	int mtu = 0;
	socklen_t n = sizeof(mtu);

	if (connect(fd, to, len) || getsockopt(fd, level, name, &mtu, &n))
		return 0;
	return mtu > 0 ? (uint32_t)mtu : 0;
}

uint32_t udp_port_mtu(const struct udp_port *u, const struct udp_end *peer)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(peer->port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(peer->port) };

	if (address_is_ip4(peer->ip)) {
		four.sin_addr.s_addr = htonl(address_to_ip4(peer->ip));
		return way(u->asks, &four, sizeof(four), IPPROTO_IP, IP_MTU);
	}
	to_v6(peer->ip, &six.sin6_addr);
	six.sin6_scope_id = peer->interface;
	return u->six ? way(u->asks_six, &six, sizeof(six), IPPROTO_IPV6, IPV6_MTU) : 0;
}

bool udp_port_usual(const struct udp_port *u, const struct udp_end *peer)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(peer->port) },
			   from = { 0 };
	socklen_t n = sizeof(from);

	if (!address_is_ip4(peer->ip) || !address_is_ip4(peer->local))
		return false;
	to.sin_addr.s_addr = htonl(address_to_ip4(peer->ip));
	return !connect(u->asks, (struct sockaddr *)&to, sizeof(to)) &&
	       !getsockname(u->asks, (struct sockaddr *)&from, &n) &&
	       address_equal(of_v4(from.sin_addr), peer->local);
}

bool udp_port_neighbour(const struct udp_port *u, const struct udp_end *peer, struct mac *out)
{
	struct ifreq name;

	memset(&name, 0, sizeof(name));
	name.ifr_ifindex = (int)peer->interface;
	return address_is_ip4(peer->ip) && !ioctl(u->asks, SIOCGIFNAME, &name) &&
	       neighbour_mac(u->asks, name.ifr_name, peer->ip, out);
}

/* ---- in ---- */

static void take_errors(struct udp_port *u, void *ctx,
			void (*refused)(void *ctx, const struct udp_end *peer, uint32_t mtu))
{
	for (int i = 0; i < BATCH; i++) {
		struct sockaddr_in6 to;
		union {
			struct cmsghdr align;
			uint8_t b[CONTROL * 2];
		} control;
		struct msghdr m = { .msg_name = &to,
				    .msg_namelen = sizeof(to),
				    .msg_control = &control,
				    .msg_controllen = sizeof(control) };

		memset(&to, 0, sizeof(to));
		if (recvmsg(u->fd, &m, MSG_ERRQUEUE) < 0)
			return;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
			struct sock_extended_err e;
			struct udp_end peer;

			if (c->cmsg_type != IP_RECVERR && c->cmsg_type != IPV6_RECVERR)
				continue;
			memcpy(&e, CMSG_DATA(c), sizeof(e));
			end_of(u, &to, &peer);
			if (e.ee_errno == ECONNREFUSED && refused)
				refused(ctx, &peer, 0);
			else if (e.ee_errno == EMSGSIZE && refused)
				refused(ctx, &peer, e.ee_info ? e.ee_info : 1); /* RFC 1191 */
		}
	}
}

/* One datagram of which nothing but the sender is asked: the shorter way. As recvmmsg. */
static int take_one(struct udp_port *u, void *ctx,
		    void (*heard)(void *ctx, const struct udp_end *from, struct bytes datagram))
{
	socklen_t len = sizeof(u->from[0]);
	ssize_t n = recvfrom(u->fd, u->data, u->datagram, MSG_DONTWAIT | MSG_TRUNC,
			     (struct sockaddr *)&u->from[0], &len);
	struct udp_end from;

	if (n < 0)
		return -1;
	if ((size_t)n <= u->datagram) {
		end_of(u, &u->from[0], &from);
		heard(ctx, &from, bytes_of(u->data, (uint32_t)n));
	}
	return 1;
}

static int take_many(struct udp_port *u, unsigned most, void *ctx,
		     void (*heard)(void *ctx, const struct udp_end *from, struct bytes datagram))
{
	int n = recvmmsg(u->fd, u->msg, most, MSG_DONTWAIT, NULL);

	for (int i = 0; i < n; i++) {
		struct udp_end from;

		/* one cut off is longer than any that is of use */
		if (!(u->msg[i].msg_hdr.msg_flags & MSG_TRUNC)) {
			end_of(u, &u->from[i], &from);
			asked(&u->msg[i].msg_hdr, &from);
			heard(ctx, &from, bytes_of(u->iov[i].iov_base, u->msg[i].msg_len));
		}
		ready(u, i);
	}
	return n;
}

void udp_port_take(struct udp_port *u, void *ctx,
		   void (*heard)(void *ctx, const struct udp_end *from, struct bytes datagram),
		   void (*refused)(void *ctx, const struct udp_end *peer, uint32_t mtu))
{
	/* The first by itself, for its sender waits; where there was no second one there will not
	 * be one next time: a client that takes one block after the other. */
	for (int round = 0; round < ROUNDS; round++) {
		unsigned most = round ? BATCH : 1;
		int n = round || u->requests ? take_many(u, most, ctx, heard)
					     : take_one(u, ctx, heard);

		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			take_errors(u, ctx, refused);
			continue;
		}
		if (u->singles && !round) {
			u->singles--;
			return;
		}
		if (n < (int)most) {
			u->singles = round == 1 && n <= 0 ? SINGLES : 0;
			return;
		}
	}
}

/* ---- out ---- */

/* Whom it goes to and which address of ours it leaves from: the same for all datagrams of a burst.
 */
struct head {
	union {
		struct sockaddr_in6 six;
		struct sockaddr_in four;
	} to;
	struct msghdr msg;
	union {
		struct cmsghdr align;
		uint8_t b[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t))];
	} control;
};

static void add(struct msghdr *m, int level, int type, const void *v, uint32_t n)
{
	struct cmsghdr *c =
		(struct cmsghdr *)(void *)((uint8_t *)m->msg_control + m->msg_controllen);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(n);
	memcpy(CMSG_DATA(c), v, n);
	m->msg_controllen += CMSG_SPACE(n);
}

/* The short form does for IPv4 on either socket, and the kernel keeps it on its stack. */
static void add_pktinfo(struct msghdr *m, const struct udp_end *to)
{
	if (to->usual || address_none(to->local))
		return;
	if (address_is_ip4(to->local)) {
		struct in_pktinfo i = { .ipi_ifindex = 0 };

		i.ipi_spec_dst.s_addr = htonl(address_to_ip4(to->local));
		add(m, IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
	} else {
		struct in6_pktinfo i = { .ipi6_ifindex = to->interface };

		to_v6(to->local, &i.ipi6_addr);
		add(m, IPPROTO_IPV6, IPV6_PKTINFO, &i, sizeof(i));
	}
}

static void make_head(const struct udp_port *u, const struct udp_end *to, struct head *h)
{
	memset(&h->to, 0, sizeof(h->to));
	h->msg = (struct msghdr) { .msg_name = &h->to, .msg_control = &h->control };
	if (u->six) {
		h->to.six.sin6_family = AF_INET6;
		to_v6(to->ip, &h->to.six.sin6_addr);
		h->to.six.sin6_port = htons(to->port);
		h->to.six.sin6_scope_id = address_is_ip4(to->ip) ? 0 : to->interface;
		h->msg.msg_namelen = sizeof(h->to.six);
	} else {
		h->to.four.sin_family = AF_INET;
		h->to.four.sin_addr.s_addr = htonl(address_to_ip4(to->ip));
		h->to.four.sin_port = htons(to->port);
		h->msg.msg_namelen = sizeof(h->to.four);
	}
	add_pktinfo(&h->msg, to);
	if (!h->msg.msg_controllen)
		h->msg.msg_control = NULL;
}

/* An error that stands for one sent before is told once, in place of the next. */
static bool once_more(void)
{
	return errno == EINTR || errno == ECONNREFUSED || errno == EHOSTUNREACH ||
	       errno == ENETUNREACH || errno == EMSGSIZE;
}

/* All in one datagram that the card, or the kernel before it, cuts up (udp(7)): a third of the
 * time. False: not over this way. A capture on this host sees what goes to the card, and so does
 * the observer (src/boot/transfer.c). */
static bool send_burst(struct udp_port *u, const struct head *h, struct bytes data, uint32_t size)
{
	struct head one = *h;
	struct msghdr *m = &one.msg;
	uint32_t n = DATAGRAM_MAX / size, whole = (n < BATCH ? n : BATCH) * size;
	uint16_t segment = (uint16_t)size;

	if (size >= u->too_long || whole < 2 * size)
		return false;
	m->msg_name = &one.to;
	m->msg_control = &one.control;
	add(m, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment));
	for (uint32_t at = 0; at < data.n; at += whole) {
		struct iovec v = { (void *)(uintptr_t)(data.p + at),
				   data.n - at < whole ? data.n - at : whole };
		bool sent = false;

		m->msg_iov = &v;
		m->msg_iovlen = 1;
		for (int tries = 0; tries < ERRORS && !sent; tries++) {
			sent = sendmsg(u->fd, m, 0) >= 0;
			if (!sent && !once_more())
				break;
		}
		if (sent || errno == EAGAIN || errno == ENOBUFS)
			continue; /* what cannot be sent is lost, as on any wire */
		/* longer than a packet of this way, which others need not take, or than of any
		 * here, or a kernel that knows no such thing */
		if (errno != EMSGSIZE)
			u->too_long = size;
		return at != 0;
	}
	return true;
}

static void send_many(struct udp_port *u, const struct head *h, struct bytes data, uint32_t size)
{
	struct mmsghdr m[BATCH];
	struct iovec v[BATCH];
	unsigned n = 0, done = 0;
	int tries = 0;

	for (uint32_t at = 0; at < data.n && n < BATCH; at += size, n++) {
		v[n] = (struct iovec) { (void *)(uintptr_t)(data.p + at),
					data.n - at < size ? data.n - at : size };
		m[n].msg_hdr = h->msg;
		m[n].msg_hdr.msg_iov = &v[n];
		m[n].msg_hdr.msg_iovlen = 1;
	}
	while (done < n && tries < ERRORS) {
		int r = sendmmsg(u->fd, m + done, n - done, 0);

		if (r > 0)
			done += (unsigned)r;
		else if (once_more())
			tries++;
		else
			return;
	}
}

/* IPv6 knows no fragments but the sender's own, by what routers say (RFC 8200 5). */
static void go_in_pieces(struct udp_port *u, bool yes)
{
	if (u->in_pieces != yes)
		on(u->fd, IPPROTO_IP, IP_MTU_DISCOVER, yes ? IP_PMTUDISC_DONT : u->whole);
	u->in_pieces = yes;
}

void udp_port_send(struct udp_port *u, const struct udp_end *to, struct bytes data, uint32_t size)
{
	struct iovec v = { (void *)(uintptr_t)data.p, data.n };
	struct head h;

	make_head(u, to, &h);
	go_in_pieces(u, to->in_pieces);
	if (data.n > size) {
		if (!send_burst(u, &h, data, size))
			send_many(u, &h, data, size);
		return;
	}
	h.msg.msg_iov = &v;
	h.msg.msg_iovlen = 1;
	for (int tries = 0; tries < ERRORS; tries++) {
		/* the shorter way where nothing but the address is said */
		ssize_t r = h.msg.msg_control ? sendmsg(u->fd, &h.msg, 0)
					      : sendto(u->fd, data.p, data.n, 0, h.msg.msg_name,
						       h.msg.msg_namelen);

		if (r >= 0 || !once_more())
			return;
	}
}
