/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "dhcp_worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "build.h"
#include "lease_file.h"
#include "packet.h"
#include "seed.h"

enum { FRAME_MAX = 1600, LATER_MAX = 256, TIDY_MS = 60000, KICK_MS = 400 };

static const struct mac everybody = { { 255, 255, 255, 255, 255, 255 } };

/* A frame that is to be sent later. */
struct later {
	uint64_t due_ns; /* 0: free */
	uint32_t n;
	uint8_t frame[FRAME_MAX];
};

struct dhcp_worker {
	struct packet_port *port;
	struct packet_port_facts us;
	struct dhcp_config *config;
	struct leases *leases;
	struct lease_file *file;
	struct dhcp_server *server;
	int routed; /* a UDP socket for relays behind a router; it holds the port as well */
	struct later *later;
	void *ctx;
	void (*news)(void *ctx, const struct dhcp_news *n);
	uint32_t rival;
};

static uint64_t wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ---- out ---- */

static void send_later(struct dhcp_worker *w, struct bytes frame, uint32_t ms)
{
	for (int i = 0; i < LATER_MAX; i++) {
		struct later *l = &w->later[i];

		if (l->due_ns || frame.n > sizeof(l->frame))
			continue;
		l->due_ns = wall_ns() + (uint64_t)ms * 1000000;
		l->n = frame.n;
		memcpy(l->frame, frame.p, frame.n);
		return;
	}
	packet_port_send(w->port, frame); /* no room to wait */
}

static void send_routed(struct dhcp_worker *w, const struct dhcp_to *to, struct bytes message)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(to->port) };

	a.sin_addr.s_addr = htonl(to->to);
	if (w->routed >= 0)
		(void)sendto(w->routed, message.p, message.n, 0, (struct sockaddr *)&a, sizeof(a));
}

static void out_send(void *ctx, const struct dhcp_to *to, struct bytes message, uint32_t delay_ms)
{
	struct dhcp_worker *w = ctx;
	uint8_t frame[FRAME_MAX];
	struct writer f = writer_init(frame, sizeof(frame));
	struct build_ends e = { .eth_src = w->us.mac,
				.eth_dst = to->to == 0xffffffff ? everybody : to->mac,
				.src = address_ip4(w->us.address),
				.dst = address_ip4(to->to),
				.sport = to->from_port,
				.dport = to->port };

	if (to->to != 0xffffffff && mac_none(to->mac)) {
		send_routed(w, to, message);
		return;
	}
	build_udp(&f, &e, message);
	if (f.err)
		return;
	if (delay_ms)
		send_later(w, writer_done(&f), delay_ms);
	else
		packet_port_send(w->port, writer_done(&f));
	/* an answer in its buffer is read by the ROM of a Pi 3 when the next frame comes */
	if (w->config->kick && to->port == 68) {
		f = writer_init(frame, sizeof(frame));
		e.eth_dst = everybody;
		build_arp(&f, &e,
			  &(struct arp) { .hardware = 1,
					  .protocol = 0x800,
					  .hardware_len = 6,
					  .protocol_len = 4,
					  .op = ARP_REQUEST,
					  .sender_mac = w->us.mac,
					  .sender_ip = w->us.address,
					  .target_ip = w->us.address });
		send_later(w, writer_done(&f), delay_ms + KICK_MS);
	}
}

static void out_probe(void *ctx, uint32_t ip, bool relayed)
{
	struct dhcp_worker *w = ctx;
	uint8_t frame[128];
	struct writer f = writer_init(frame, sizeof(frame));
	struct build_ends e = { .eth_src = w->us.mac, .eth_dst = everybody };
	/* RFC 5227 2.1.1: a probe has no sender address, so that nobody learns a wrong one */
	struct arp m = { .hardware = 1,
			 .protocol = 0x800,
			 .hardware_len = 6,
			 .protocol_len = 4,
			 .op = ARP_REQUEST,
			 .sender_mac = w->us.mac,
			 .target_ip = ip };

	if (relayed)
		return; /* not on this link: the client's own probe has to do */
	build_arp(&f, &e, &m);
	packet_port_send(w->port, writer_done(&f));
}

static bool out_keep(void *ctx, const struct lease *l)
{
	struct dhcp_worker *w = ctx;

	return !w->file || lease_file_keep(w->file, l);
}

static void out_news(void *ctx, const struct dhcp_news *n)
{
	struct dhcp_worker *w = ctx;

	if (w->news)
		w->news(w->ctx, n);
}

/* ---- open ---- */

static int routed_socket(const char *interface)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(DHCP_SERVER_PORT) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1);
	/* what comes in is seen on the packet socket: this one only keeps the kernel from refusing
	 * it */
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int look(struct dhcp_worker *w, const char *interface, char *why, size_t n)
{
	if (!packet_port_facts(w->port, &w->us) || !w->us.address) {
		snprintf(why, n,
			 "%s has no IPv4 address, so clients would not know whom to ask: give it "
			 "one, "
			 "such as 'ip addr add 192.168.2.1/24 dev %s'",
			 interface, interface);
		return -EADDRNOTAVAIL;
	}
	w->config->address = w->us.address;
	w->config->mask = w->us.mask;
	return 0;
}

int dhcp_worker_open(const struct dhcp_worker_options *o, struct dhcp_worker **out, char *why,
		     size_t n)
{
	static const uint16_t ports[] = { DHCP_SERVER_PORT, DHCP_CLIENT_PORT, DHCP_PROXY_PORT };
	struct dhcp_worker *w = calloc(1, sizeof(*w));
	struct dhcp_out to = { w, out_send, out_probe, out_keep, out_news };
	void *mem = calloc(1, dhcp_server_size());
	void *rows = calloc(1, leases_size(o->leases));
	int r = -ENOMEM;

	snprintf(why, n, "memory ran out");
	if (w)
		w->routed = -1;
	if (w && mem && rows && (w->later = calloc(LATER_MAX, sizeof(*w->later)))) {
		w->config = o->config;
		w->ctx = o->ctx;
		w->news = o->news;
		r = packet_port_open(o->interface, ports, 3, &w->port, why, n);
	}
	if (!r)
		r = look(w, o->interface, why, n);
	if (r) {
		free(mem);
		free(rows);
		dhcp_worker_free(w);
		return r;
	}
	w->leases = leases_init(rows, o->leases, seed_word());
	if (o->lease_path)
		r = lease_file_open(o->lease_path, w->leases, wall_ns() / 1000000000, &w->file, why,
				    n);
	if (r) {
		free(mem);
		dhcp_worker_free(w);
		return r;
	}
	w->routed = routed_socket(o->interface);
	w->server = dhcp_server_init(mem, o->config, w->leases, &to);
	*out = w;
	return 0;
}

void dhcp_worker_free(struct dhcp_worker *w)
{
	if (!w)
		return;
	packet_port_free(w->port);
	lease_file_free(w->file);
	if (w->routed >= 0)
		close(w->routed);
	free(w->later);
	free(w->leases);
	free(w->server);
	free(w);
}

/* ---- run ---- */

static void heard(struct dhcp_worker *w, const struct frame *f)
{
	struct packet p;
	struct dhcp_in in = { .now_ns = f->time_ns };

	memset(&p, 0, sizeof(p));
	packet_layers(f, &p);
	if (p.ether.has_src && f->cap_len >= 14 + 28 && f->data[12] == 8 && f->data[13] == 6) {
		/* an ARP reply: sender's address */
		const uint8_t *a = f->data + 14;

		dhcp_server_in_use(w->server,
				   (uint32_t)a[14] << 24 | (uint32_t)a[15] << 16 |
					   (uint32_t)a[16] << 8 | a[17],
				   f->time_ns);
		return;
	}
	if (p.err || p.ip.version != 4 || p.ip.proto != IPPROTO_UDP)
		return;
	in.payload = bytes_of(p.payload.buf + p.payload.pos, p.payload.len - p.payload.pos);
	in.port = p.dport;
	in.from = address_to_ip4(p.ip.src);
	if (p.dport == DHCP_CLIENT_PORT) {
		w->rival = p.sport == DHCP_SERVER_PORT ? in.from : w->rival;
		return;
	}
	dhcp_server_message(w->server, &in);
}

static uint64_t due_next(const struct dhcp_worker *w)
{
	uint64_t at = dhcp_server_next(w->server);

	for (int i = 0; i < LATER_MAX; i++)
		if (w->later[i].due_ns && w->later[i].due_ns < at)
			at = w->later[i].due_ns;
	return at;
}

static void send_due(struct dhcp_worker *w, uint64_t now)
{
	for (int i = 0; i < LATER_MAX; i++)
		if (w->later[i].due_ns && w->later[i].due_ns <= now) {
			packet_port_send(w->port, bytes_of(w->later[i].frame, w->later[i].n));
			w->later[i].due_ns = 0;
		}
}

static bool once(struct dhcp_worker *w, int stop, int wait_ms)
{
	struct pollfd p[2] = { { packet_port_fd(w->port), POLLIN, 0 }, { stop, POLLIN, 0 } };
	uint64_t now = wall_ns(), next = due_next(w);
	struct frame f;

	if (next <= now)
		wait_ms = 0;
	else if ((next - now) / 1000000 < (uint64_t)wait_ms)
		wait_ms = (int)((next - now) / 1000000) + 1;
	if (poll(p, 2, wait_ms) < 0 && errno != EINTR)
		return false;
	for (int i = 0; i < 1024 && packet_port_take(w->port, &f); i++)
		heard(w, &f);
	now = wall_ns();
	dhcp_server_tick(w->server, now);
	send_due(w, now);
	return !p[1].revents;
}

void dhcp_worker_run(struct dhcp_worker *w, int stop)
{
	uint64_t tidied = wall_ns();

	while (once(w, stop, TIDY_MS)) {
		uint64_t now = wall_ns();

		if (!w->file || (now > tidied && now - tidied < TIDY_MS * UINT64_C(1000000)))
			continue;
		tidied = now;
		lease_file_tidy(w->file, w->leases, now / 1000000000);
	}
}
