/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "dhcp_rival.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "build.h"
#include "packet.h"
#include "packet_port.h"
#include "seed.h"

enum { FRAME_MAX = 512, TRIES = 3 };

static uint64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

struct dhcp_rival {
	struct packet_port *port;
	int udp;
	uint32_t xid;
};

void dhcp_rival_free(struct dhcp_rival *r)
{
	if (!r)
		return;
	packet_port_free(r->port);
	if (r->udp >= 0)
		close(r->udp);
	free(r);
}

/* Broadcasts of a socket come back to the sockets of the same host; frames do not. -1: then those
 * of this host are not asked. */
static int udp_socket(const char *interface)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof(yes)) == 0 &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
		       (socklen_t)strlen(interface) + 1) == 0)
		return fd;
	close(fd);
	return -1;
}

int dhcp_rival_open(const char *interface, struct dhcp_rival **out, char *why, size_t n)
{
	static const uint16_t client_port = DHCP_CLIENT_PORT;
	struct dhcp_rival *r = calloc(1, sizeof(*r));
	int e;

	if (!r) {
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	r->udp = -1;
	e = packet_port_open(interface, &client_port, 1, &r->port, why, n);
	if (e) {
		dhcp_rival_free(r);
		return e;
	}
	packet_port_hear_host(r->port);
	r->udp = udp_socket(interface);
	r->xid = (uint32_t)seed_word();
	*out = r;
	return 0;
}

/* The broadcast flag, so that nobody needs the answer's address. */
static void ask(const struct dhcp_rival *r, struct mac mac)
{
	static const uint8_t type = DHCP_DISCOVER, wants[] = { 1, 3, 6, 51, 54 };
	uint8_t message[FRAME_MAX], frame[FRAME_MAX + 64];
	struct writer m = writer_init(message, sizeof(message));
	struct writer f = writer_init(frame, sizeof(frame));
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(DHCP_SERVER_PORT),
				  .sin_addr = { htonl(INADDR_BROADCAST) } };
	struct build_ends e = { .eth_src = mac,
				.eth_dst = { { 255, 255, 255, 255, 255, 255 } },
				.src = address_ip4(0),
				.dst = address_ip4(0xffffffff),
				.sport = DHCP_CLIENT_PORT,
				.dport = DHCP_SERVER_PORT };
	struct dhcp q = { .op = 1, .htype = 1, .hlen = 6, .xid = r->xid, .flags = 0x8000 };

	q.chaddr = bytes_of(mac.b, sizeof(mac.b));
	dhcp_add(&q, DHCP_OPT_TYPE, bytes_of(&type, 1));
	dhcp_add(&q, DHCP_OPT_REQUEST_LIST, bytes_of(wants, sizeof(wants)));
	dhcp_add(&q, DHCP_OPT_CLASS, bytes_str(DHCP_QUESTION_CLASS));
	dhcp_encode(&q, 300, &m);
	build_udp(&f, &e, writer_done(&m));
	packet_port_send(r->port, writer_done(&f));
	if (r->udp >= 0)
		(void)!sendto(r->udp, message, writer_done(&m).n, MSG_DONTWAIT,
			      (struct sockaddr *)&to, sizeof(to));
}

/* An offer of an address: a proxy gives none, and is no rival. */
static uint32_t offers(const struct frame *frame, uint32_t xid, struct mac *from)
{
	struct packet p;
	struct dhcp m;
	struct reader r;

	memset(&p, 0, sizeof(p));
	packet_layers(frame, &p);
	if (p.err || p.ip.version != 4 || p.ip.proto != IPPROTO_UDP)
		return 0;
	r = reader_init(p.payload.buf + p.payload.pos, p.payload.len - p.payload.pos,
			p.payload.len - p.payload.pos);
	if (dhcp_decode(&r, &m) || m.op != 2 || m.xid != xid || m.type != DHCP_OFFER || !m.yiaddr)
		return 0;
	*from = p.ether.src;
	return dhcp_option_ip4(&m, DHCP_OPT_SERVER_ID) ? dhcp_option_ip4(&m, DHCP_OPT_SERVER_ID)
						       : address_to_ip4(p.ip.src);
}

struct dhcp_rival_found dhcp_rival_ask(struct dhcp_rival *r, uint32_t wait_ms)
{
	uint64_t begun = clock_ms(), now;
	struct dhcp_rival_found found = { 0, false };
	struct packet_port_facts us;
	struct mac from = { { 0 } };
	struct frame f;

	packet_port_facts(r->port, &us);
	for (uint32_t tries = 0; !found.server && (now = clock_ms()) - begun < wait_ms;) {
		struct pollfd p = { packet_port_fd(r->port), POLLIN, 0 };

		if (tries < TRIES && now - begun >= tries * (uint64_t)wait_ms / TRIES) {
			ask(r, us.mac);
			tries++;
		}
		if (poll(&p, 1, 20) < 0 && errno != EINTR)
			break;
		while (!found.server && packet_port_take(r->port, &f))
			found.server = offers(&f, r->xid, &from);
	}
	found.here = found.server && mac_equal(from, us.mac);
	return found;
}

/* ---- who holds the port ---- */

enum { HOLDERS_MAX = 16 };

/* The sockets' numbers in a table of the kernel's ("/proc/net/udp"): "sl: local:port remote:port
 * state queues timer retransmits uid timeout inode". */
static uint32_t holders(const char *table, unsigned long *inode, uint32_t n)
{
	FILE *f = fopen(table, "re");
	char line[256];

	while (f && n < HOLDERS_MAX && fgets(line, sizeof(line), f)) {
		char *more = NULL, *at = strtok_r(line, " ", &more), *port = NULL;

		for (int i = 0; at && i < 9; i++) {
			port = i == 1 ? strchr(at, ':') : port;
			at = strtok_r(NULL, " ", &more);
		}
		if (at && port && strtoul(port + 1, NULL, 16) == DHCP_SERVER_PORT)
			inode[n++] = strtoul(at, NULL, 10);
	}
	if (f)
		fclose(f);
	return n;
}

static bool holds(int fds, const unsigned long *inode, uint32_t n)
{
	static const char socket_of[] = "socket:[";
	DIR *d = fdopendir(fds);
	const struct dirent *e;
	bool found = false;

	if (!d) {
		close(fds);
		return false;
	}
	while (!found && (e = readdir(d))) {
		char to[64];
		ssize_t k = readlinkat(fds, e->d_name, to, sizeof(to) - 1);

		to[k > 0 ? k : 0] = 0;
		if (strncmp(to, socket_of, sizeof(socket_of) - 1) != 0)
			continue;
		for (uint32_t i = 0; i < n; i++)
			found = found || inode[i] == strtoul(to + sizeof(socket_of) - 1, NULL, 10);
	}
	closedir(d);
	return found;
}

static void add_name(int proc, const char *pid, char *out, size_t n)
{
	char path[300], name[32] = "";
	size_t used = strlen(out), k;
	int fd;

	snprintf(path, sizeof(path), "%s/comm", pid);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, name, sizeof(name) - 1) > 0)
		name[strcspn(name, "\n")] = 0;
	if (fd >= 0)
		close(fd);
	for (k = 0; name[k]; k++) /* a name is whatever a program calls itself */
		name[k] = name[k] > ' ' && name[k] < 127 ? name[k] : '_';
	if (k && !strstr(out, name) && used + k + 4 < n)
		snprintf(out + used, n - used, "%s%s", used ? " or " : "", name);
}

void dhcp_rival_names(char *out, size_t n)
{
	unsigned long inode[HOLDERS_MAX];
	uint32_t found = holders("/proc/net/udp6", inode, holders("/proc/net/udp", inode, 0));
	DIR *d = found ? opendir("/proc") : NULL;
	const struct dirent *e;

	out[0] = 0;
	while (d && (e = readdir(d))) {
		char path[300];
		int fds;

		if (e->d_name[0] < '0' || e->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "%s/fd", e->d_name);
		fds = openat(dirfd(d), path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fds >= 0 && holds(fds, inode, found))
			add_name(dirfd(d), e->d_name, out, n);
	}
	if (d)
		closedir(d);
}
