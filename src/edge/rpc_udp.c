/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc_parts.h"

/* A datagram a turn: a thread takes one, lets the next take the next, and answers. */
enum { TURN = 16, BUFFER = 1 << 20 };

union pktinfo {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

int rpc_udp_open(struct rpc_worker *w, uint32_t i, char *why, size_t n)
{
	const char *interface = w->o.interface;
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(w->o.port[i]) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
	int buffer = BUFFER, r = 0;

	w->udp[i] = fd;
	if (fd >= 0) {
		(void)setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
	}
	if (fd < 0 ||
	    (interface && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
				     (socklen_t)strlen(interface) + 1)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		r = -errno;
	if (r == -EADDRINUSE)
		snprintf(why, n,
			 "UDP port %u is taken by another server; 'ss -lunp sport = :%u' names it",
			 w->o.port[i], w->o.port[i]);
	else if (r)
		snprintf(why, n, "UDP port %u: %s", w->o.port[i], strerror(-r));
	return r;
}

/* The address of ours that it came to: answers leave from there. */
static struct in_addr asked(struct msghdr *m)
{
	struct in_pktinfo info = { 0 };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
			memcpy(&info, CMSG_DATA(c), sizeof(info));
	}
	return info.ipi_spec_dst;
}

/* What cannot be sent is lost, as on any wire. */
static void reply(int fd, const struct sockaddr_in *to, struct in_addr from, struct bytes answer)
{
	struct in_pktinfo info = { .ipi_spec_dst = from };
	struct iovec v = { (void *)(uintptr_t)answer.p, answer.n };
	union pktinfo control;
	struct msghdr m = { .msg_name = (void *)(uintptr_t)to,
			    .msg_namelen = sizeof(*to),
			    .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };

	memset(&control, 0, sizeof(control));
	control.head.cmsg_level = IPPROTO_IP;
	control.head.cmsg_type = IP_PKTINFO;
	control.head.cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(&control.head), &info, sizeof(info));
	(void)sendmsg(fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* Bytes of a datagram in h->in, or -1. */
static ssize_t take(struct rpc_hand *h, int fd, struct sockaddr_in *from, struct in_addr *local)
{
	struct iovec v = { h->in_room, RPC_IN };
	union pktinfo control;
	struct msghdr m = { .msg_name = from,
			    .msg_namelen = sizeof(*from),
			    .msg_iov = &v,
			    .msg_iovlen = 1,
			    .msg_control = &control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &m, MSG_DONTWAIT);

	if (n >= 0)
		*local = asked(&m);
	return n;
}

void rpc_udp_let_others(struct rpc_hand *h)
{
	rpc_wait_for(h->w, h->udp_fd, EPOLLIN, h->udp);
	h->ours = false;
}

void rpc_udp_turn(struct rpc_hand *h, uint32_t i)
{
	struct rpc_worker *w = h->w;

	h->conn = NULL;
	h->in.n = 0;
	h->udp_fd = w->udp[i];
	h->udp = rpc_source(RPC_AT_UDP, 0, i);
	h->ours = true;
	for (int k = 0; k < TURN && h->ours; k++) {
		struct rpc_answer out = { .w = writer_init(h->out, RPC_UDP_MAX) };
		struct rpc_call call;
		struct sockaddr_in from;
		struct in_addr local;
		ssize_t n = take(h, w->udp[i], &from, &local);
		struct rpc_peer peer;
		enum rpc_next next;
		int manner;

		if (n < 0)
			break;
		peer = (struct rpc_peer) { .ip = ntohl(from.sin_addr.s_addr),
					   .local = ntohl(local.s_addr),
					   .port = ntohs(from.sin_port) };
		next = rpc_take(&h->services, &peer, (struct bytes) { h->in_room, (uint32_t)n },
				&call, &manner, &out);
		if (next == RPC_SERVE && !rpc_answer_call(h, &call, manner, &out))
			continue;
		if (next != RPC_IGNORE)
			reply(w->udp[i], &from, local, writer_done(&out.w));
	}
	if (h->ours)
		rpc_udp_let_others(h);
}
