/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "dhcp_worker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "build.h"
#include "dhcp_outbox.h"
#include "lease_file.h"
#include "packet.h"
#include "seed.h"

/* FEW messages a turn that follow each other closely are a crowd, which is left to gather. */
enum { TIDY_MS = 60000, LOOK_MS = 1000, KICK_MS = 400, TURN_MAX = 1024, GATHER_US = 500, FEW = 2 };

static const uint64_t look_ns = UINT64_C(1000000000);

static const struct mac everybody = { { 255, 255, 255, 255, 255, 255 } };

struct dhcp_worker {
	struct packet_port *port;
	struct packet_port_facts us;
	struct dhcp_config *config;
	struct leases *leases;
	struct lease_file *file;
	struct dhcp_server *server;
	/* UDP sockets that hear nothing: they keep the kernel from saying that nobody is here */
	int held[2];
	bool dry;
	int index;
	uint64_t looked_ns;
	bool crowd; /* came in the last turn */
	bool more;  /* is read already */
	struct dhcp_outbox *outbox;
	void (*news)(void *ctx, const struct dhcp_news *n);
};

static uint64_t wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ---- out ---- */

static void kick(struct dhcp_worker *w, struct build_ends *e, uint32_t delay_ms)
{
	uint8_t frame[128];
	struct writer f = writer_init(frame, sizeof(frame));

	e->eth_dst = everybody;
	build_arp(&f, e,
		  &(struct arp) { .hardware = 1,
				  .protocol = 0x800,
				  .hardware_len = 6,
				  .protocol_len = 4,
				  .op = ARP_REQUEST,
				  .sender_mac = w->us.mac,
				  .sender_ip = w->us.address,
				  .target_ip = w->us.address });
	dhcp_outbox_kick(w->outbox, writer_done(&f), delay_ms);
}

static void out_send(void *ctx, const struct dhcp_to *to, struct bytes message, uint32_t delay_ms)
{
	struct dhcp_worker *w = ctx;
	uint8_t frame[DHCP_FRAME_MAX];
	struct writer f = writer_init(frame, sizeof(frame));
	struct build_ends e = { .eth_src = w->us.mac,
				.eth_dst = to->to == 0xffffffff ? everybody : to->mac,
				.src = address_ip4(w->us.address),
				.dst = address_ip4(to->to),
				.sport = to->from_port,
				.dport = to->port };

	if (w->dry)
		return;
	build_udp(&f, &e, message);
	if (f.err)
		return;
	dhcp_outbox_frame(w->outbox, writer_done(&f), delay_ms);
	/* an answer in its buffer is read by the ROM of a Pi 3 when the next frame comes */
	if (w->config->kick && to->port == 68)
		kick(w, &e, delay_ms + KICK_MS);
}

/* RFC 5227 2.1.1: a probe has no sender address, so that nobody learns a wrong one. */
static void ask_link(struct writer *f, const struct build_ends *e, uint32_t ip)
{
	build_arp(f, e,
		  &(struct arp) { .hardware = 1,
				  .protocol = 0x800,
				  .hardware_len = 6,
				  .protocol_len = 4,
				  .op = ARP_REQUEST,
				  .sender_mac = e->eth_src,
				  .target_ip = ip });
}

static void ask_far(struct writer *f, struct build_ends *e, uint32_t ip, const struct mac *by)
{
	e->eth_dst = *by;
	e->dst = address_ip4(ip);
	build_icmp(f, e, &(struct icmp) { .version = 4, .type = 8, .id = 0x6473, .seq = 1 });
}

static void out_probe(void *ctx, uint32_t ip, const struct mac *by)
{
	struct dhcp_worker *w = ctx;
	uint8_t frame[128];
	struct writer f = writer_init(frame, sizeof(frame));
	struct build_ends e = { .eth_src = w->us.mac,
				.eth_dst = everybody,
				.src = address_ip4(w->us.address) };

	if (w->dry || (by && mac_none(*by)))
		return;
	if (by)
		ask_far(&f, &e, ip, by);
	else
		ask_link(&f, &e, ip);
	dhcp_outbox_frame(w->outbox, writer_done(&f), 0);
}

static bool out_keep(void *ctx, const struct lease *l)
{
	struct dhcp_worker *w = ctx;

	return w->dry || dhcp_outbox_keep(w->outbox, l);
}

static void out_news(void *ctx, const struct dhcp_news *n)
{
	struct dhcp_worker *w = ctx;

	if (w->news)
		dhcp_outbox_news(w->outbox, n);
}

/* ---- open ---- */

static int held_socket(const char *interface, uint16_t port)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog deaf = { 1, &nothing };
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes));
	setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1);
	/* what comes is read from the packet socket. Beside another server here the port is held by
	 * that one, and it must not lose a datagram to this socket */
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &deaf, sizeof(deaf)) == 0 &&
	    bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Our address and net, which is that of ranges too that name none. */
static void take_facts(struct dhcp_worker *w)
{
	w->config->address = w->us.address;
	w->config->mask = w->us.mask;
	for (uint32_t i = 0; i < w->config->n_ranges; i++)
		if (!w->config->range[i].mask)
			w->config->range[i].mask = w->us.mask;
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
	take_facts(w);
	w->index = w->us.index;
	return 0;
}

int dhcp_worker_open(const struct dhcp_worker_options *o, struct dhcp_worker **out, char *why,
		     size_t n)
{
	static const uint16_t ports[] = { DHCP_SERVER_PORT, DHCP_PROXY_PORT };
	struct dhcp_worker *w = calloc(1, sizeof(*w));
	struct dhcp_out to = { w, out_send, out_probe, out_keep, out_news };
	void *mem = calloc(1, dhcp_server_size());
	void *rows = calloc(1, leases_size(o->leases));
	int r = -ENOMEM;

	snprintf(why, n, "memory ran out");
	if (w)
		w->held[0] = w->held[1] = -1;
	if (w && mem && rows) {
		w->config = o->config;
		w->news = o->news;
		w->dry = o->dry;
		r = packet_port_open(o->interface, ports, 2, &w->port, why, n);
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
	/* before what the file has of others takes their place */
	for (uint32_t i = 0; i < o->config->n_ranges; i++)
		leases_serve(w->leases, &o->config->range[i].addresses);
	if (o->lease_path && o->dry)
		lease_file_read(o->lease_path, w->leases, wall_ns() / 1000000000);
	else if (o->lease_path)
		r = lease_file_open(o->lease_path, w->leases, wall_ns() / 1000000000, o->lease_sync,
				    &w->file, why, n);
	w->outbox =
		r ? NULL
		  : dhcp_outbox_new(&(struct dhcp_outbox_to) { w->port, w->file, o->ctx, o->news });
	if (!r && !w->outbox)
		r = -ENOMEM;
	if (r) {
		free(mem);
		dhcp_worker_free(w);
		return r;
	}
	w->held[0] = o->dry ? -1 : held_socket(o->interface, DHCP_SERVER_PORT);
	w->held[1] = o->dry ? -1 : held_socket(o->interface, DHCP_PROXY_PORT);
	w->server = dhcp_server_init(mem, o->config, w->leases, &to);
	*out = w;
	return 0;
}

void dhcp_worker_free(struct dhcp_worker *w)
{
	if (!w)
		return;
	dhcp_outbox_free(w->outbox);
	packet_port_free(w->port);
	lease_file_free(w->file, w->leases, wall_ns() / 1000000000);
	for (int i = 0; i < 2; i++)
		if (w->held[i] >= 0)
			close(w->held[i]);
	free(w->leases);
	free(w->server);
	free(w);
}

void dhcp_worker_keeps(const struct dhcp_worker *w, struct sandbox *box)
{
	if (!w->file)
		return;
	box->folder[box->n_folders++] = (struct sandbox_folder) { .fd = lease_file_folder(w->file),
								  .reads = true,
								  .makes = true };
	box->caps |= sandbox_cap_any_file;
}

/* ---- run ---- */

static bool for_us(const struct dhcp_worker *w, uint32_t to)
{
	return to == w->us.address || to == 0xffffffff || to == (w->us.address | ~w->us.mask);
}

static void heard(struct dhcp_worker *w, const struct frame *f)
{
	struct packet p;
	struct reader r;
	struct arp arp;
	struct dhcp_in in = { .now_ns = f->time_ns };

	memset(&p, 0, sizeof(p));
	packet_layers(f, &p);
	r = reader_init(p.payload.buf + p.transport, p.payload.len - p.transport,
			p.payload.len - p.transport);
	if (!p.err && p.ether.type == ETHERTYPE_ARP) {
		if (!arp_decode(&r, &arp) && arp.sender_ip)
			dhcp_server_in_use(w->server, arp.sender_ip, f->time_ns);
		return;
	}
	if (p.err || p.ip.version != 4)
		return;
	in.from = address_to_ip4(p.ip.src);
	if (p.ip.proto == IPPROTO_ICMP && reader_u8(&r) == 0 && !r.err)
		dhcp_server_in_use(w->server, in.from, f->time_ns);
	if (p.ip.proto != IPPROTO_UDP || !for_us(w, address_to_ip4(p.ip.dst)))
		return;
	in.payload = bytes_of(p.payload.buf + p.payload.pos, p.payload.len - p.payload.pos);
	in.port = p.dport;
	in.from_port = p.sport;
	in.mac = p.ether.src;
	in.unicast = address_to_ip4(p.ip.dst) == w->us.address;
	dhcp_server_message(w->server, &in);
}

static uint64_t due_next(const struct dhcp_worker *w)
{
	uint64_t a = dhcp_server_next(w->server), b = dhcp_outbox_next(w->outbox);

	return a < b ? a : b;
}

/* Addresses come, go and change; what is offered meanwhile would name a wrong server. False:
 * another interface has the name. */
static bool still_there(struct dhcp_worker *w, uint64_t now)
{
	if (now >= w->looked_ns && now - w->looked_ns < look_ns)
		return true;
	w->looked_ns = now;
	if (!packet_port_facts(w->port, &w->us))
		return true; /* gone: until it is back there is nothing to hear */
	take_facts(w);
	return w->us.index == w->index;
}

/* While many ask at once: waking up for each of them takes longer than answering it does. */
static void gather(const struct dhcp_worker *w, int stop)
{
	struct pollfd p = { stop, POLLIN, 0 };
	struct timespec a_while = { 0, GATHER_US * 1000 };

	if (w->crowd && !w->more)
		(void)ppoll(&p, 1, &a_while, NULL);
}

static bool once(struct dhcp_worker *w, int stop, int wait_ms)
{
	struct pollfd p[2] = { { packet_port_fd(w->port), POLLIN, 0 }, { stop, POLLIN, 0 } };
	uint64_t now = wall_ns(), next = due_next(w);
	struct frame f;
	int n = 0;

	if (next <= now || w->more)
		wait_ms = 0;
	else if ((next - now) / 1000000 < (uint64_t)wait_ms)
		wait_ms = (int)((next - now) / 1000000) + 1;
	gather(w, stop);
	if (poll(p, 2, wait_ms) < 0 && errno != EINTR)
		return false;
	now = wall_ns();
	if (!still_there(w, now))
		return false;
	for (; n < TURN_MAX && packet_port_take(w->port, &f); n++)
		if (w->us.address)
			heard(w, &f);
	w->more = n == TURN_MAX;
	w->crowd = n >= FEW;
	dhcp_server_tick(w->server, wall_ns());
	dhcp_outbox_flush(w->outbox);
	return !p[1].revents;
}

void dhcp_worker_run(struct dhcp_worker *w, int stop)
{
	uint64_t tidied = wall_ns();

	while (once(w, stop, LOOK_MS)) {
		uint64_t now = wall_ns();

		if (!w->file || (now > tidied && now - tidied < TIDY_MS * UINT64_C(1000000)))
			continue;
		tidied = now;
		lease_file_tidy(w->file, w->leases, now / 1000000000);
	}
}
