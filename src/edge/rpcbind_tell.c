/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "rpcbind_tell.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rpc_write.h"

enum { SET = 1, UNSET = 2, ANSWER_MS = 1000, TRIES = 3, LOW = 600, HIGH = 1023 };

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in) { .sin_family = AF_INET,
				      .sin_port = htons(port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

int rpcbind_open(char *why, size_t n)
{
	struct sockaddr_in to = loopback(RPC_PORTMAP_PORT);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), r = -EADDRINUSE;

	if (fd < 0)
		r = -errno;
	for (uint16_t port = HIGH; fd >= 0 && port >= LOW && r == -EADDRINUSE; port--) {
		struct sockaddr_in from = loopback(port);

		r = bind(fd, (struct sockaddr *)&from, sizeof(from)) ? -errno : 0;
	}
	if (!r && connect(fd, (struct sockaddr *)&to, sizeof(to)))
		r = -errno;
	if (!r)
		return fd;
	if (fd >= 0)
		close(fd);
	snprintf(why, n, "rpcbind of this host cannot be reached: %s", strerror(-r));
	return r;
}

static void ask(int fd, uint32_t xid, uint32_t proc, const struct rpc_map *row)
{
	uint8_t call[128];
	struct writer w = writer_init(call, sizeof(call));
	struct rpc m;

	memset(&m, 0, sizeof(m));
	m.xid = xid;
	m.prog = RPC_PORTMAP;
	m.vers = 2;
	m.proc = proc;
	m.map_prog = row->prog;
	m.map_vers = row->vers;
	m.map_proto = row->proto;
	m.map_port = row->port;
	rpc_write_call(&m, &w);
	(void)send(fd, call, w.pos, MSG_NOSIGNAL);
}

/* 1: done, 0: refused, or a negative errno. */
static int answer(int fd, uint32_t xid)
{
	struct pollfd p = { fd, POLLIN, 0 };
	uint8_t reply[512];

	while (poll(&p, 1, ANSWER_MS) > 0) {
		ssize_t n = recv(fd, reply, sizeof(reply), MSG_DONTWAIT);
		struct reader r;
		struct rpc m;

		if (n < 0)
			return -errno;
		r = reader_init(reply, (uint32_t)n, (uint32_t)n);
		memset(&m, 0, sizeof(m));
		if (rpc_decode_header(&r, &m) || m.type != RPC_REPLY || m.xid != xid)
			continue;
		return !m.denied && m.accept == RPC_SUCCESS && reader_be32(&r);
	}
	return -ETIMEDOUT;
}

static int tell(int fd, uint32_t xid, uint32_t proc, const struct rpc_map *row)
{
	int r = -ETIMEDOUT;

	for (int i = 0; i < TRIES && r == -ETIMEDOUT; i++) {
		ask(fd, xid, proc, row);
		r = answer(fd, xid);
	}
	return r;
}

int rpcbind_set(int fd, const struct rpc_map *row, uint32_t n_rows, char *why, size_t n)
{
	int r = 1;

	/* what a server that died left behind: all of a version goes at once */
	for (uint32_t i = 0; i < n_rows && r >= 0; i++)
		r = tell(fd, i, UNSET, &row[i]);
	for (uint32_t i = 0; i < n_rows && r >= 0; i++) {
		r = tell(fd, n_rows + i, SET, &row[i]);
		if (!r)
			r = -EPERM;
	}
	if (r >= 0)
		return 0;
	snprintf(why, n,
		 r == -EPERM
			 ? "rpcbind of this host does not let NFS be registered: stop it "
			   "(systemctl stop rpcbind.socket rpcbind) and this server answers in its "
			   "place"
			 : "port 111 is taken, and what has it does not answer as rpcbind: %s",
		 strerror(-r));
	return r;
}

uint32_t rpcbind_offer(int fd, struct rpc_map *row, uint32_t n_rows)
{
	uint32_t taken = 0;

	for (uint32_t i = 0; i < n_rows; i++)
		if (tell(fd, i, SET, &row[i]) == 1)
			row[taken++] = row[i];
	return taken;
}

void rpcbind_unset(int fd, const struct rpc_map *row, uint32_t n_rows)
{
	for (uint32_t i = 0; i < n_rows; i++)
		ask(fd, i, UNSET, &row[i]);
}
