/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_call.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct sockaddr_in nfs_server;
uint32_t nfs_xid;

void die(const char *what)
{
	fprintf(stderr, "nfs_load: %s: %s\n", what, strerror(errno));
	exit(3);
}

/* XDR, RFC 4506 */
void put(struct out *o, uint32_t v)
{
	v = htonl(v);
	memcpy(o->b + o->n, &v, 4);
	o->n += 4;
}

void put64(struct out *o, uint64_t v)
{
	put(o, (uint32_t)(v >> 32));
	put(o, (uint32_t)v);
}

void put_opaque(struct out *o, const void *p, uint32_t n)
{
	put(o, n);
	memset(o->b + o->n, 0, (n + 3) & ~3u);
	memcpy(o->b + o->n, p, n);
	o->n += (n + 3) & ~3u;
}

void put_handle(struct out *o, const struct handle *h)
{
	put_opaque(o, h->b, h->n);
}

uint32_t get(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return ntohl(v);
}

/* A call's record mark and header, as root by AUTH_SYS. Returns where the mark is. */
uint32_t call(struct out *o, uint32_t xid, uint32_t prog, uint32_t proc)
{
	uint32_t at = o->n;

	put(o, 0);
	put(o, xid);
	put(o, 0);
	put(o, 2);
	put(o, prog);
	put(o, 3);
	put(o, proc);
	put(o, 1);
	put(o, 28); /* stamp, machine, uid, gid, no groups */
	put(o, 0);
	put_opaque(o, "bench", 5);
	put(o, 0);
	put(o, 0);
	put(o, 0);
	put64(o, 0); /* verifier: none */
	return at;
}

void close_call(struct out *o, uint32_t at, uint32_t more)
{
	uint32_t mark = htonl(0x80000000u | (o->n - at - 4 + more));

	memcpy(o->b + at, &mark, 4);
}

/* Status of an accepted reply (without its mark), and what follows it; -1: was not. */
int64_t status_of(const uint8_t *p, uint32_t n, uint32_t *at)
{
	uint32_t verifier;

	if (n < 28 || get(p + 4) != 1 || get(p + 8) != 0)
		return -1;
	verifier = (get(p + 16) + 3) & ~3u;
	if (verifier > n || 28 + verifier > n || get(p + 20 + verifier) != 0)
		return -1;
	*at = 28 + verifier;
	return get(p + 24 + verifier);
}

/* From a port below 1024, as kernels do; closed without a TIME_WAIT, for the next run's sake. */
int dial(uint16_t port)
{
	static _Atomic uint16_t low = 1023;
	struct sockaddr_in mine = { .sin_family = AF_INET }, to = nfs_server;
	struct linger none = { .l_onoff = 1 };
	int fd, on = 1;

	to.sin_port = htons(port);
	for (int i = 0; i < 400; i++) {
		fd = socket(AF_INET, SOCK_STREAM, 0);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		mine.sin_port = htons(low);
		low = low > 600 ? low - 1 : 1023;
		if ((bind(fd, (struct sockaddr *)&mine, sizeof(mine)) == 0 || errno == EACCES) &&
		    connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
			return fd;
		close(fd);
	}
	die("connect");
	return -1;
}

static void all(int fd, uint8_t *p, uint32_t n)
{
	while (n) {
		ssize_t got = recv(fd, p, n, 0);

		if (got <= 0)
			die("recv");
		p += got;
		n -= (uint32_t)got;
	}
}

/* One call and its reply, before the clock runs. Returns the status. */
static int64_t talk(int fd, struct out *o, uint8_t *in, uint32_t *n, uint32_t *at)
{
	int64_t status;

	close_call(o, 0, 0);
	if (send(fd, o->b, o->n, MSG_NOSIGNAL) != (ssize_t)o->n)
		die("send");
	o->n = 0;
	all(fd, in, 4);
	*n = get(in) & 0x7fffffff;
	if (*n > ROOM)
		die("reply too large");
	all(fd, in, *n);
	status = status_of(in, *n, at);
	return status;
}

static void take_handle(struct handle *h, const uint8_t *p)
{
	h->n = get(p);
	if (h->n > sizeof(h->b))
		die("handle too long");
	memcpy(h->b, p + 4, h->n);
}

void mount_root(uint16_t port, const char *path, struct handle *root)
{
	struct out o = { .n = 0 };
	uint8_t in[ROOM];
	uint32_t n, at;
	int fd = dial(port);
	int64_t status;

	call(&o, nfs_xid++, MOUNT, MNT);
	put_opaque(&o, path, (uint32_t)strlen(path));
	if ((status = talk(fd, &o, in, &n, &at)) != 0) {
		fprintf(stderr, "nfs_load: MNT %s: status %lld\n", path, (long long)status);
		exit(3);
	}
	take_handle(root, in + at);
	close(fd);
}

bool look(int fd, const struct handle *dir, const char *name, struct handle *found)
{
	struct out o = { .n = 0 };
	uint8_t in[ROOM];
	uint32_t n, at;

	call(&o, nfs_xid++, NFS, LOOKUP);
	put_handle(&o, dir);
	put_opaque(&o, name, (uint32_t)strlen(name));
	if (talk(fd, &o, in, &n, &at) != 0)
		return false;
	take_handle(found, in + at);
	return true;
}

/* sattr3: a mode, the rest as the server likes; RFC 1813 2.6 */
void put_mode(struct out *o, uint32_t mode)
{
	put(o, 1);
	put(o, mode);
	for (int i = 0; i < 5; i++)
		put(o, 0);
}

/* dir/name, made when it is not there: proc is CREATE or MKDIR. */
void make(int fd, const struct handle *dir, const char *name, uint32_t proc, struct handle *made)
{
	struct out o = { .n = 0 };
	uint8_t in[ROOM];
	uint32_t n, at;
	int64_t status;

	if (look(fd, dir, name, made))
		return;
	call(&o, nfs_xid++, NFS, proc);
	put_handle(&o, dir);
	put_opaque(&o, name, (uint32_t)strlen(name));
	if (proc == CREATE)
		put(&o, 0); /* UNCHECKED */
	put_mode(&o, 0755);
	if ((status = talk(fd, &o, in, &n, &at)) != 0) {
		fprintf(stderr, "nfs_load: making %s: status %lld\n", name, (long long)status);
		exit(3);
	}
	if (!look(fd, dir, name, made))
		die("what was made is not there");
}
